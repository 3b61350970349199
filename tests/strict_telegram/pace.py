"""How fast the bot goes, per chat and in all: too fast is journalled, or refused where flood control is on."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque

from tests.strict_telegram.journal import Entry, Journal
from tests.strict_telegram.refusals import too_many_requests
from tests.strict_telegram.world import Rules

MINUTE = 60.0
BURST = 4  # messages that one chat takes at once before it is held to one a second; unsure, nobody knows the number
SENDS = {"sendmessage", "editmessagetext", "editmessagereplymarkup"}
FREE = {"getupdates"}  # waits are no requests of the 30 a second


class Pace:
    """Times of requests: 1 message/s a chat after a burst, 20/min a group, 30/s in all (TELEGRAM.md)."""

    def __init__(self, rules: Rules, journal: Journal) -> None:
        self._rules = rules
        self._journal = journal
        self._all: deque[float] = deque()
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        self._tokens: dict[int, tuple[float, float]] = {}

    def check(self, entry: Entry, chat_id: int | None) -> None:
        """Counts a request.

        Raises:
            Refusal: 429, where flood control is on and the request comes too early. It then does not count.
        """
        method = entry.method.lower()
        if method in FREE:
            return
        now = time.monotonic()
        sends = method in SENDS and chat_id is not None
        if self._rules.flood:
            waits = [self._wait(self._all, 1.0, self._rules.second_limit, now)]
            if sends and chat_id is not None:
                waits.append(self._chat_wait(chat_id, now))
                if chat_id < 0:
                    waits.append(self._wait(self._groups[chat_id], MINUTE, self._rules.group_limit, now))
            if max(waits) > 0:
                raise too_many_requests(math.ceil(max(waits)))
        self._count(self._all, 1.0, self._rules.second_limit, now, "requests in one second", entry)
        if sends and chat_id is not None:
            if self._rules.flood:
                tokens, then = self._tokens.get(chat_id, (float(BURST), now))
                self._tokens[chat_id] = (min(BURST, tokens + now - then) - 1, now)
            if chat_id < 0:
                what = f"messages and edits in group {chat_id} within a minute"
                self._count(self._groups[chat_id], MINUTE, self._rules.group_limit, now, what, entry)

    def _count(self, times: deque[float], span: float, limit: int, now: float, what: str, entry: Entry) -> None:
        times.append(now)
        while times[0] <= now - span:
            times.popleft()
        if self._rules.strict_flood and len(times) > limit:
            self._journal.violation("flood", f"{len(times)} {what}: Telegram takes {limit}", entry)

    def _wait(self, times: deque[float], span: float, limit: int, now: float) -> float:
        """Seconds until a window of `span` seconds has room."""
        recent = [at for at in times if at > now - span]
        return recent[-limit] + span - now if len(recent) >= limit else 0.0

    def _chat_wait(self, chat_id: int, now: float) -> float:
        tokens, then = self._tokens.get(chat_id, (float(BURST), now))
        return max(0.0, 1 - min(BURST, tokens + now - then))
