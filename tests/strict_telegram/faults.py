"""What goes wrong between bot and server, as a test schedules it: which requests, how often or how long, and how."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal[
    "flood",  # 429 with `retry_after`, in the body and as a header
    "status",  # any `status` with a `description`
    "html",  # a gateway's page with `status`, 502 unless told
    "reset",  # the connection is reset before the request takes effect
    "lost",  # the request takes effect, the connection is reset instead of an answer
    "hang",  # nothing for `seconds`, then the connection is reset; takes effect only if `effect`
    "slow",  # takes effect and is answered after `seconds`
    "duplicate",  # getUpdates and webhook: every update is handed over twice
    "reverse",  # getUpdates and webhook: the updates at hand come in the wrong order
]
ON_UPDATES = ("duplicate", "reverse")


@dataclass(slots=True)
class Fault:
    """A fault on the requests of one method ("*" is any but getUpdates), perhaps of one chat only.

    It strikes the `left` next ones after `skip`, or all until `until`, seconds of the monotonic clock.
    """

    kind: Kind
    method: str = "*"
    chat: int | None = None
    left: int | None = 1
    skip: int = 0
    until: float | None = None
    retry_after: int = 1
    status: int = 500
    description: str = "Internal Server Error"
    seconds: float = 1.0
    effect: bool = False
    struck: int = field(default=0)

    def matches(self, method: str, chat: int | None) -> bool:
        method = method.lower()
        wanted = method != "getupdates" if self.method == "*" else self.method.lower() == method
        return wanted and (self.chat is None or self.chat == chat)


class FaultPlan:
    """The faults that are scheduled, first come first served."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, *, count: int | None = None, period: float | None = None, **what: Any) -> None:
        """Schedules a fault for `count` requests, or for `period` seconds from now; by default for one request."""
        if what.get("kind") not in get_args(Kind):
            raise ValueError(f"No fault is called {what.get('kind')!r}; there are {', '.join(get_args(Kind))}.")
        until = None if period is None else time.monotonic() + period
        self.faults.append(Fault(left=count if count or until else 1, until=until, **what))

    def take(self, method: str, chat: int | None, *, on_updates: bool = False) -> Fault | None:
        """The fault that strikes this request, which then counts as struck."""
        now = time.monotonic()
        self.faults = [f for f in self.faults if f.left != 0 and (f.until is None or f.until > now)]
        for fault in self.faults:
            if (fault.kind in ON_UPDATES) == on_updates and fault.matches(method, chat):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.struck += 1
                if fault.left is not None:
                    fault.left -= 1
                return fault
        return None
