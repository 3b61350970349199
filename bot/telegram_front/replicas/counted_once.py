"""Taps and additions in, what is counted of them out, in the database: whichever replica each comes to."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from bot.follow_ups.conversations import KEPT
from bot.telegram_front.additions import this_day
from bot.telegram_front.ballots import Ballot
from bot.telegram_front.kept import Kept


class SharedTaps:
    """Taps that are `kept`; `clock` gives seconds since the epoch. Every method raises StoreError."""

    def __init__(self, kept: Kept, clock: Callable[[], float] = time.time) -> None:
        self._kept = kept
        self._clock = clock

    def swap(self, ballot: Ballot, tapped: str) -> str | None:
        place = "chat = ? AND message = ? AND person = ?"
        with self._kept.opened(write=True) as database:
            sql = "INSERT INTO taps (chat, message, person, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            database.execute(sql, (*ballot, self._clock()))
            (before,) = database.execute(f"SELECT tapped FROM taps WHERE {place} FOR UPDATE", ballot).fetchone()
            database.execute(f"UPDATE taps SET tapped = ?, at = ? WHERE {place}", (tapped, self._clock(), *ballot))
        return None if before is None else str(before)

    def forget(self, person: int) -> None:
        with self._kept.opened(write=True) as database:
            database.execute("DELETE FROM taps WHERE person = ?", (person,))

    def purge(self) -> None:
        with self._kept.opened(write=True) as database:
            database.execute("DELETE FROM taps WHERE at < ?", (self._clock() - KEPT,))


class SharedAdditions:
    """Additions that are `kept`; `today` tells the day. Every method raises StoreError."""

    def __init__(self, kept: Kept, today: Callable[[], date] = this_day) -> None:
        self._kept = kept
        self._today = today

    def of(self, person: int) -> int:
        with self._kept.opened() as database:
            sql = "SELECT count FROM additions WHERE person = ? AND day = ?"
            row = database.execute(sql, (person, self._today())).fetchone()
        return row[0] if row else 0

    def add(self, person: int) -> None:
        with self._kept.opened(write=True) as database:
            database.execute(
                "INSERT INTO additions (person, day, count) VALUES (?, ?, 1)"
                " ON CONFLICT (person, day) DO UPDATE SET count = additions.count + 1",
                (person, self._today()),
            )

    def purge(self) -> None:
        with self._kept.opened(write=True) as database:
            database.execute("DELETE FROM additions WHERE day <> ?", (self._today(),))
