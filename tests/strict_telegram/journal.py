"""What the bot asked for and did wrong: the log of requests, and the violations that a test must end without."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Entry:
    """One request: times in seconds since the epoch; `outcome` is "ok", an error's description or a fault's name."""

    number: int
    method: str
    params: Json
    received: float = field(default_factory=time.time)
    answered: float | None = None
    status: int | None = None
    outcome: str | None = None

    def as_json(self) -> Json:
        return {
            "number": self.number,
            "method": self.method,
            "params": self.params,
            "received": self.received,
            "answered": self.answered,
            "status": self.status,
            "outcome": self.outcome,
        }


class Journal:
    """All requests and all violations since the start or the last reset."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.violations: list[Json] = []
        self._numbers = itertools.count(1)

    def begin(self, method: str, params: Json) -> Entry:
        """Logs a request that has just come in."""
        entry = Entry(next(self._numbers), method, params)
        self.entries.append(entry)
        return entry

    def end(self, entry: Entry, status: int | None, outcome: str) -> None:
        """Logs how a request was answered; `status` is None where it was not."""
        entry.answered, entry.status, entry.outcome = time.time(), status, outcome

    def violation(self, kind: str, text: str, entry: Entry | None = None) -> None:
        """Logs that the bot did what it must not do, even where the real server would let it pass."""
        self.violations.append(
            {
                "kind": kind,
                "text": text,
                "method": entry.method if entry else None,
                "request": entry.number if entry else None,
                "at": time.time(),
            }
        )
