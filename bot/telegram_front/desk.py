"""What every handler answers from: library, settings, what is remembered, and threads to work on questions."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from telegram.ext import CallbackContext, ExtBot

from bot.asking import suggest
from bot.conversations import KEPT, Conversations
from bot.settings import Settings
from bot.telegram_front.asked import Asker
from bot.telegram_front.memory import ChatSettings, Memory
from bot.telegram_front.monitoring import Monitor
from bot.telegram_front.pacing import Pacing
from embeddings.errors import SaidwhatError
from embeddings.library import Library

log = logging.getLogger(__name__)

T = TypeVar("T")


Ballot = tuple[int, int, int]
"""A chat, a message in it, and who tapped under that."""


class Taps:
    """What was tapped in the last half hour, so that who taps again does not count twice."""

    def __init__(self) -> None:
        self._given: OrderedDict[Ballot, tuple[str, float]] = OrderedDict()

    def get(self, ballot: Ballot) -> str | None:
        """What was tapped there before."""
        return self._given.get(ballot, (None, 0.0))[0]

    def put(self, ballot: Ballot, tapped: str) -> None:
        """Keep `tapped` in the place of what was tapped there before."""
        self._given[ballot] = tapped, time.monotonic()
        self._given.move_to_end(ballot)

    def forget(self, person: int) -> None:
        """Drop what `person` tapped."""
        for ballot in [ballot for ballot in self._given if ballot[2] == person]:
            del self._given[ballot]

    def purge(self) -> None:
        """Drop what is older than half an hour."""
        while self._given and time.monotonic() - next(iter(self._given.values()))[1] > KEPT:
            self._given.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers share. More threads than processors would only wait for each other."""

    library: Library
    settings: Settings
    memory: Memory
    pacing: Pacing
    monitor: Monitor
    conversations: Conversations[Asker] = field(default_factory=Conversations)
    taps: Taps = field(default_factory=Taps)
    suggesting: asyncio.Lock = field(default_factory=asyncio.Lock)
    started: float = field(default_factory=time.time)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(os.cpu_count() or 1))

    async def done(self, work: Callable[..., T], *arguments: object, **named: object) -> T | None:
        """What `work` gives, off the event loop; None, with a line in the log, where library or model fails."""
        task = partial(contextvars.copy_context().run, work, *arguments, **named)
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, task)
        except SaidwhatError:
            log.exception("%s failed", getattr(work, "__name__", "the work on an update"))
            return None

    async def suggested(self) -> tuple[str, ...]:
        """A few questions that the articles do answer; none where that fails."""
        async with self.suggesting:  # they are kept when they are found: not all who wait need look for them
            return await self.done(suggest, self.library, self.settings) or ()

    def chat(self, chat: int) -> ChatSettings:
        """The settings of a chat; the defaults where they cannot be read."""
        try:
            return self.memory.chat(chat)
        except SaidwhatError:
            log.exception("the settings of a chat cannot be read")
            return ChatSettings()

    def purge(self) -> None:
        """Drop what was kept in memory for half an hour."""
        self.conversations.purge()
        self.taps.purge()


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """What python-telegram-bot hands to a handler, with the desk by its name."""

    @property
    def desk(self) -> Desk:
        desk: Desk = self.bot_data["desk"]
        return desk
