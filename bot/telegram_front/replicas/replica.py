"""What one of several replicas has: its place among them, the updates that all share, and threads to ask for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from bot.telegram_front.replicas.presence import Presence
from bot.telegram_front.replicas.tables import KeptTables
from bot.telegram_front.replicas.updates import Updates

P = ParamSpec("P")
T = TypeVar("T")

_AT_ONCE = 6  # statements; a connection is kept for each


class Replica:
    """This process among those that share what is `kept`."""

    def __init__(self, kept: KeptTables, *, may_poll: bool) -> None:
        self.presence = Presence(kept.connections, may_poll=may_poll)
        self.updates = Updates(kept.connections, self.presence.number, self.presence.kind)
        self._pool = ThreadPoolExecutor(_AT_ONCE)

    async def done(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `work` gives, off the event loop. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(work, *arguments, **named))

    def close(self) -> None:
        """Begin no more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)
