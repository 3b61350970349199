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
from bot.conversations import Conversations
from bot.settings import Settings
from bot.telegram_front.asked import Asker
from bot.telegram_front.memory import ChatSettings, Memory
from bot.telegram_front.monitoring import Monitor
from bot.telegram_front.pacing import Pacing
from embeddings.errors import SaidwhatError
from embeddings.library import Library

log = logging.getLogger(__name__)

T = TypeVar("T")
_THUMBS = 10_000


class Thumbs:
    """The last thumbs, by chat, message and person, so that who taps again does not count twice."""

    def __init__(self) -> None:
        self._given: OrderedDict[tuple[int, int, int], str] = OrderedDict()

    def replace(self, ballot: tuple[int, int, int], thumb: str) -> str | None:
        """Keep `thumb`; returns the one before."""
        before = self._given.pop(ballot, None)
        self._given[ballot] = thumb
        if len(self._given) > _THUMBS:
            self._given.popitem(last=False)
        return before


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers share. More threads than processors would only wait for each other."""

    library: Library
    settings: Settings
    memory: Memory
    pacing: Pacing
    monitor: Monitor
    conversations: Conversations[Asker] = field(default_factory=Conversations)
    thumbs: Thumbs = field(default_factory=Thumbs)
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
        return await self.done(suggest, self.library, self.settings) or ()

    async def chat(self, chat: int) -> ChatSettings:
        """The settings of a chat; the defaults where they cannot be read."""
        return await self.done(self.memory.chat, chat) or ChatSettings()


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """What python-telegram-bot hands to a handler, with the desk by its name."""

    @property
    def desk(self) -> Desk:
        desk: Desk = self.bot_data["desk"]
        return desk
