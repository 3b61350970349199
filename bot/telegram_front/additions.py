"""A person in, how many articles they brought today out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Protocol


class Additions(Protocol):
    """How many articles each person brought today. Where that is in a database, all raises StoreError."""

    def of(self, person: int) -> int:
        """How many `person` brought today."""
        ...

    def add(self, person: int) -> None:
        """Count one more, whatever becomes of it."""
        ...

    def purge(self) -> None:
        """Drop what was counted on other days."""
        ...


def this_day() -> date:
    """Today, in UTC."""
    return datetime.now(UTC).date()


class AdditionsInMemory:
    """The Additions to this process alone; `today` tells the day."""

    def __init__(self, today: Callable[[], date] = this_day) -> None:
        self._today = today
        self._day = today()
        self._counts: Counter[int] = Counter()

    def of(self, person: int) -> int:
        self.purge()
        return self._counts[person]

    def add(self, person: int) -> None:
        self._counts[person] = self.of(person) + 1

    def purge(self) -> None:
        if self._day != self._today():
            self._day = self._today()
            self._counts.clear()
