"""The queue of updates: what happened goes in, and waits there until the bot confirms it (Client.cpp, TQueue)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram import types

from tests.strict_telegram.refusals import OTHER_POLL, Refusal

Json = dict[str, Any]

KINDS = frozenset(types.Update.model_fields) - {"update_id"}
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DAY = 86400.0
LIFETIMES = {"inline_query": 30.0, "callback_query": 150.0, "chosen_inline_result": 600.0}  # Client.cpp, add_update
CONFLICT_PAUSE = 3.0  # Client.cpp, fail_query_conflict: the second conflict within it is told that much later
GATHER = 0.002  # Client.cpp, LONG_POLL_WAIT_AFTER


@dataclass(slots=True)
class Waiting:
    """An update in the queue; `forced` is one that is handed over again whatever the bot has confirmed."""

    update: Json
    expires: float
    forced: bool = False

    @property
    def id(self) -> int:
        known = self.update["update_id"]
        return known if isinstance(known, int) else 0


class UpdateQueue:
    """Updates in order. `on_handed_over` hears of each that the bot is given."""

    def __init__(self, on_handed_over: Callable[[Json], None], next_id: int = 700_000_001) -> None:
        self.allowed = KINDS - ONLY_ON_REQUEST
        self.past: dict[int, Json] = {}
        self.changed = asyncio.Event()
        self._on_handed_over = on_handed_over
        self._waiting: list[Waiting] = []
        self.next_id = next_id
        self._poll: asyncio.Future[None] | None = None
        self._next_conflict = 0.0

    def allow(self, kinds: list[str] | None) -> None:
        """`allowed_updates`: None keeps what was set, an empty list is the default, unknown names are ignored."""
        if kinds is not None:
            self.allowed = KINDS & frozenset(kinds) if kinds else KINDS - ONLY_ON_REQUEST

    def add(self, kind: str, payload: Json, *, age: float = 0.0) -> int | None:
        """Queues an update about something `age` seconds old; its id, or None where the bot does not get it."""
        lifetime = LIFETIMES.get(kind, DAY) - age
        if kind not in self.allowed or lifetime <= 0:
            return None
        return self.add_raw({kind: payload}, lifetime)

    def add_raw(self, update: Json, lifetime: float = DAY) -> int:
        """Queues any object as an update, unchecked, with the next id unless it has one."""
        update = {"update_id": self.next_id, **update}
        known = update["update_id"]
        if isinstance(known, int):
            self.next_id = max(self.next_id, known + 1)
        self._put(update, lifetime, forced=not isinstance(known, int) or known < self.next_id - 1)
        return int(known) if isinstance(known, int) else 0

    def repeat(self, update_id: int) -> None:
        """Queues an update once more, under the id that it had.

        Raises:
            KeyError: there was no such update.
        """
        self._put(self.past[update_id], DAY, forced=True)

    def _put(self, update: Json, lifetime: float, *, forced: bool) -> None:
        if isinstance(update["update_id"], int):
            self.past[update["update_id"]] = update
        self._waiting.append(Waiting(update, time.monotonic() + lifetime, forced))
        self.wake()

    def wake(self) -> None:
        """Lets whoever waits for updates look again."""
        self.changed.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def pending(self) -> list[Json]:
        """The updates that wait, without those that nobody fetched in time."""
        now = time.monotonic()
        self._waiting = [one for one in self._waiting if one.expires > now]
        return [one.update for one in self._waiting]

    def clear(self) -> None:
        """Drops what waits."""
        self._waiting.clear()

    def hand_over(self, limit: int) -> list[Json]:
        """The first updates; they stay until they are confirmed."""
        updates = self.pending()[:limit]
        for update in updates:
            self._on_handed_over(update)
        for one in self._waiting[:limit]:
            one.forced = False
        return updates

    def confirm_first(self, count: int = 1) -> None:
        """Drops the first ones: the webhook took them."""
        del self._waiting[:count]

    def confirm(self, offset: int) -> None:
        """What `offset` says: positive drops all before it, negative keeps that many, the future nothing."""
        if offset < 0:
            self._waiting = self._waiting[offset:]
        elif offset <= self.next_id:
            self._waiting = [one for one in self._waiting if one.forced or one.id >= offset]

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """`getUpdates`: what waits, or what comes within `timeout` seconds.

        Raises:
            Refusal: another poll began while this one waited. The later one stays.
        """
        self.confirm(offset)
        if not self.pending() and timeout > 0:
            self.end_poll(OTHER_POLL)
            poll = self._poll = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(poll, timeout)
                await asyncio.sleep(GATHER)
            except TimeoutError:
                pass
            except Refusal:
                await self.pause_conflict()
                raise
            finally:
                if self._poll is poll:
                    self._poll = None
        return self.hand_over(limit)

    def end_poll(self, why: str) -> None:
        """Refuses the poll that waits, if one does."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refusal(409, why))

    async def pause_conflict(self) -> None:
        """Holds back a conflict that follows another at once."""
        now = time.monotonic()
        if now < self._next_conflict:
            await asyncio.sleep(CONFLICT_PAUSE)
        else:
            self._next_conflict = now + CONFLICT_PAUSE
