"""A database in, whether this replica is there and whether it is the one that polls out: by advisory locks.

The locks belong to one connection, and end with it: where the process dies, where the server is restarted, and within
some seconds where the machine is gone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from bot.telegram_front.patience import pauses
from embeddings.errors import StoreError

if TYPE_CHECKING:
    from embeddings.stores.postgres.connections import Connections
    from embeddings.stores.postgres.database import PostgresDatabase

log = logging.getLogger(__name__)

_BEAT = 0.5  # seconds between two looks whether the connection still is
_RECENT = 4  # beats
_EXPECTED = 4  # replicas, until they are counted: of those that start together each would take itself for the only
_POLLER = 0  # the number of the lock of whoever polls; the others are the replicas' own
ALIVE = (
    "SELECT objid::bigint AS number FROM pg_locks WHERE locktype = 'advisory' AND classid = ?::bigint::oid"
    " AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""SQL for the numbers of all locks of a kind."""


class Presence:
    """A replica with a number of its own, which is there from `begin` to `end`, and polls if it `may_poll`."""

    def __init__(self, connections: Connections, *, may_poll: bool) -> None:
        self.number = 1 + secrets.randbelow(2**31 - 2)
        self.kind = lock_kind(connections.schema)
        self.is_there = False
        self.polls = False
        self._counts = deque([_EXPECTED], maxlen=_RECENT)
        self._connections = connections
        self._may_poll = may_poll
        self._ended = threading.Event()
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    async def begin(self) -> None:
        """Be there, from the return on and again whenever the connection was lost."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        while not self.is_there:
            await self._change()

    def counted(self) -> int:
        """How many replicas there were in the last two seconds, this one among them, or may have been."""
        return max(self._counts)

    async def end(self) -> None:
        """Let go of all locks."""
        self._ended.set()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, 2 * _BEAT)

    async def while_polling(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have `work` done while this replica is the one that polls, and broken off when it is not any more.

        Raises what `work` raises.
        """
        while True:
            while not self.polls:
                await self._change()
            log.info("this replica polls from now on")
            working = asyncio.create_task(work())
            try:
                while self.polls and not working.done():
                    changing = asyncio.create_task(self._change())
                    await asyncio.wait((working, changing), return_when=asyncio.FIRST_COMPLETED)
                    changing.cancel()
                if working.done():
                    working.result()
            finally:
                working.cancel()
            log.warning("this replica does not poll any more")

    async def _change(self) -> None:
        await self._changed.wait()
        self._changed.clear()

    def _keep(self) -> None:
        """Hold the locks until the end; in a thread of its own, so that nothing that takes long lets them go."""
        pausing = pauses()
        while not self._ended.is_set():
            try:
                with self._connections.session() as database:
                    self._counts.extend([self.counted()] * _RECENT)  # others may not be there yet, or not again
                    is_ours = False
                    while not self._ended.is_set():
                        is_ours = is_ours or self._lock(database, self.number)
                        polls = self.polls or (self._may_poll and self._lock(database, _POLLER))
                        self._counts.append(self._counted(database))
                        self._tell(is_there=True, polls=polls)
                        pausing = pauses()
                        self._ended.wait(_BEAT)
            except StoreError as error:
                log.warning("this replica lost its place among the others: %s", error)
                self._tell(is_there=False, polls=False)
                self._ended.wait(next(pausing))

    def _lock(self, database: PostgresDatabase, number: int) -> bool:
        row = database.execute("SELECT pg_try_advisory_lock(?::integer, ?::integer)", (self.kind, number)).fetchone()
        return bool(row and row[0])

    def _counted(self, database: PostgresDatabase) -> int:
        sql = f"SELECT count(*) FROM ({ALIVE}) alive WHERE number <> ?"
        row = database.execute(sql, (self.kind, _POLLER)).fetchone()
        return max(1, row[0]) if row else 1

    def _tell(self, *, is_there: bool, polls: bool) -> None:
        if (self.is_there, self.polls) != (is_there, polls) and self._loop:
            self.is_there, self.polls = is_there, polls
            self._loop.call_soon_threadsafe(self._changed.set)


def lock_kind(schema: str) -> int:
    """The first number of the advisory locks of replicas that share `schema`."""
    return int.from_bytes(hashlib.sha256(f"saidwhat replicas {schema}".encode()).digest()[:4], "big") >> 1
