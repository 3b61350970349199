"""What every handler answers from: library, settings, what is remembered, and threads to work on questions."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from telegram import Message
from telegram.ext import CallbackContext, ExtBot

from bot.asking import ask, page, suggest
from bot.follow_ups.conversations import Conversations
from bot.questions.line import read_question
from bot.settings import Settings
from bot.telegram_front.additions import Additions
from bot.telegram_front.aside import done_aside
from bot.telegram_front.asked import asker_of
from bot.telegram_front.ballots import Taps
from bot.telegram_front.discussions import Discussions
from bot.telegram_front.lately import Asker, Lately
from bot.telegram_front.memory import ChatSettings, Memory
from bot.telegram_front.monitoring import Monitor
from bot.telegram_front.pacing import Pacing
from bot.telegram_front.patience import patiently
from bot.telegram_front.posts import is_post
from bot.telegram_front.taking_in import Shelving
from bot.telegram_front.views import View, Views
from bot.types import Answer, Question
from embeddings.errors import SaidwhatError
from embeddings.library import Library
from embeddings.types import ArticleSummary

if TYPE_CHECKING:
    from bot.telegram_front.replicas.replica import Replica

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_READ_AT_ONCE = 4  # links and documents


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers share. More threads than processors would only wait for each other."""

    library: Library
    settings: Settings
    memory: Memory
    pacing: Pacing
    monitor: Monitor
    shelving: Shelving
    views: Views
    discussions: Discussions
    lately: Lately
    replica: Replica | None = None
    """What this one of several has, where they share a database."""
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_READ_AT_ONCE))
    suggesting: asyncio.Lock = field(default_factory=asyncio.Lock)
    started: float = field(default_factory=time.time)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(os.cpu_count() or 1))

    @property
    def conversations(self) -> Conversations[Asker]:
        return self.lately.conversations

    @property
    def taps(self) -> Taps:
        return self.lately.taps

    @property
    def additions(self) -> Additions:
        return self.lately.additions

    async def kept(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `work` gives, which looks up or changes what is remembered: at once where that is in memory.

        Raises StoreError.
        """
        replica = self.replica
        if replica is None:
            return work(*arguments, **named)
        return await patiently(lambda: replica.done(work, *arguments, **named))

    async def done(self, work: Callable[..., T], *arguments: object, **named: object) -> T | None:
        """What `work` gives, off the event loop; None, with a line in the log, where library or model fails."""
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        task = partial(context.run, work, *arguments, **named)
        try:
            return await patiently(lambda: loop.run_in_executor(self.pool, task))
        except SaidwhatError:
            log.exception("%s failed", getattr(work, "__name__", "the work on an update"))
            return None

    async def done_aside(self, work: Callable[[], T]) -> T | None:
        """As `done`, for what may have to wait until an article is taken in."""
        try:
            return await patiently(lambda: done_aside(work))
        except SaidwhatError:
            log.exception("a shelf could not be changed")
            return None

    def listed(self, chat: int) -> list[ArticleSummary]:
        """The articles that are seen in `chat`, its own first. Raises StoreError."""
        return self.views.of(chat).listed()

    async def asked(
        self, text: str, chat: int | None, *, only: str | None = None, earlier: Sequence[Answer] = ()
    ) -> Answer | None:
        """The answer to a question from what is seen in `chat`, its own articles first, or `only` one there.

        None where library or model fails.
        """

        def answer(view: View) -> Answer:
            still = view.still(earlier)
            return ask(text, self.library, self.settings, scope=view.scope, first=view.own, earlier=still)

        return await self.done(self.views.within, chat, answer, only)

    async def paged(self, question: Question, chat: int, told: Answer | None, offset: int) -> Answer | None:
        """Another page of what was `told` in `chat`; sought where that was found, and else as a new question is.

        Where what was told is not seen any more, a follow-up is read as it was typed: in full it may name what is gone.
        """

        def turn(view: View) -> Answer:
            still = view.still([told] if told else [])
            before = (still and still[0].scope) or view.own
            scopes = (before, view.scope) if before else (view.scope,)
            is_gone = told is not None and not still
            asked = read_question(question.typed) if is_gone and question.typed else question
            return page(asked, self.library, self.settings, scopes=scopes, offset=offset)

        return await self.done(self.views.within, chat, turn)

    async def suggested(self, chat: int | None, only: str | None = None) -> tuple[str, ...]:
        """A few questions that the articles seen in `chat` do answer, its own first; none where that fails."""

        def find(view: View) -> tuple[str, ...]:
            own = suggest(self.library, self.settings, view.own) if view.own else ()
            return own or suggest(self.library, self.settings, view.scope)

        async with self.suggesting:  # they are kept when they are found: not all who wait need look for them
            return await self.done(self.views.within, chat, find, only) or ()

    async def chat(self, chat: int) -> ChatSettings:
        """The settings of a chat; the defaults where they cannot be read."""
        try:
            return await self.kept(self.memory.chat, chat)
        except SaidwhatError:
            log.exception("the settings of a chat cannot be read")
            return ChatSettings()

    async def indexes(self, message: Message) -> bool:
        """Whether `message` is a post of a channel whose admins chose that its posts are indexed.

        What was answered as a question before an edit is none. Raises StoreError.
        """
        if not is_post(message) or not (await self.chat(message.chat.id)).index_posts:
            return False
        return await self.kept(self.conversations.told, asker_of(message), message.message_id) is None

    async def purge(self) -> None:
        """Drop what was kept for half an hour, or for the day. Raises StoreError."""
        await self.kept(self.lately.purge)
        if self.replica:
            await self.kept(self.replica.updates.purge)


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """What python-telegram-bot hands to a handler, with the desk by its name."""

    @property
    def desk(self) -> Desk:
        desk: Desk = self.bot_data["desk"]
        return desk
