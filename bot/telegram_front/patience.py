"""Work that needs a database in, what it gives out: tried again while the database is away, as when it is restarted."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from embeddings.errors import StoreUnreached

log = logging.getLogger(__name__)

T = TypeVar("T")

_LONGEST = 60.0  # seconds


def pauses() -> Iterator[float]:
    """Seconds before each further try, for ever."""
    pause = 0.05
    while True:
        yield pause
        pause = min(1.0, 2 * pause)


async def patiently(work: Callable[[], Awaitable[T]], longest: float = _LONGEST) -> T:
    """What `work` gives. Raises StoreUnreached where the database is still away after so many seconds."""
    until = time.monotonic() + longest
    for pause in pauses():
        try:
            return await work()
        except StoreUnreached as error:
            if time.monotonic() + pause > until:
                raise
            log.warning("tried again in %.2f s: %s", pause, error)
            await asyncio.sleep(pause)
    raise AssertionError("there is always another pause")
