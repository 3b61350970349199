"""Who tapped what under which message lately, in and out, so that who taps again does not count twice."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from bot.follow_ups.conversations import KEPT

Ballot = tuple[int, int, int]
"""A chat, a message in it, and who tapped under that."""


class Taps(Protocol):
    """What was tapped in the last half hour. Where it is in a database, all raises StoreError."""

    def swap(self, ballot: Ballot, tapped: str) -> str | None:
        """Keep `tapped` in the place of what was tapped there before, which is returned."""
        ...

    def forget(self, person: int) -> None:
        """Drop what `person` tapped."""
        ...

    def purge(self) -> None:
        """Drop what is older than half an hour."""
        ...


class TapsInMemory:
    """The Taps of this process alone; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._given: OrderedDict[Ballot, tuple[str, float]] = OrderedDict()

    def swap(self, ballot: Ballot, tapped: str) -> str | None:
        before = self._given.get(ballot, (None, 0.0))[0]
        self._given[ballot] = tapped, self._clock()
        self._given.move_to_end(ballot)
        return before

    def forget(self, person: int) -> None:
        for ballot in [ballot for ballot in self._given if ballot[2] == person]:
            del self._given[ballot]

    def purge(self) -> None:
        while self._given and self._clock() - next(iter(self._given.values()))[1] > KEPT:
            self._given.popitem(last=False)
