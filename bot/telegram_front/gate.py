"""Updates in, those to be worked on out: from chats that are allowed, not too old, once, and each chat's in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Any, cast
from weakref import WeakValueDictionary

from telegram import Chat, Message, Update
from telegram.ext import BaseUpdateProcessor, ExtBot

from bot.telegram_front.asked import is_to_bot, language_code
from bot.telegram_front.desk import Desk
from bot.telegram_front.sending import acknowledge
from bot.words import language_for, speaking

log = logging.getLogger(__name__)

_AT_ONCE = 1_000_000  # no bound: what waits for its chat's turn must not hold up other chats
_WAITING = 30  # messages of one chat that may wait for their turn
_TAPS = 20  # taps of one chat, or inline queries of one person, that are worked on at once
_POSTS = 1000  # posts of one channel that may wait for their turn, as after a stop
_REMEMBERED = 10_000  # updates that would be known if they came again


class Gate(BaseUpdateProcessor):
    """Works on many chats at once, and on the messages of each chat one after the other.

    Taps and inline queries, which Telegram lets wait but a few seconds for their answers, take no turn.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(_AT_ONCE)
        self._desk = desk
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[tuple[bool, int]] = Counter()
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def initialize(self) -> None:
        """Nothing is to be made ready."""

    async def shutdown(self) -> None:
        """Nothing is to be let go."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run `coroutine`, which works on `update`, in its chat's turn and in its asker's language; or let it pass."""
        try:
            reason = await self._why_not(update)
        except Exception:
            log.exception("an update was let pass: it is not what it should be")
            reason = "unknown"
        if reason or not isinstance(update, Update):
            self.count_dropped(update, reason or "unknown")
            cast("Coroutine[Any, Any, Any]", coroutine).close()
            if isinstance(update, Update) and update.callback_query and reason != "seen":
                await acknowledge(update.callback_query)
            return
        queue = is_query(update), turn_of(update)
        self._waiting[queue] += 1
        try:
            async with self._turn(update):
                await self.work_on(update, coroutine)
        finally:
            self._waiting[queue] -= 1
            if not self._waiting[queue]:
                del self._waiting[queue]

    async def work_on(self, update: Update, coroutine: Awaitable[Any]) -> None:
        """Run `coroutine`, which works on `update`, in its asker's language."""
        monitor = self._desk.monitor
        monitor.updates.labels(_kind(update)).inc()
        with monitor.in_work.track_inprogress(), monitor.seconds.time(), speaking(await self._language(update)):
            if update.effective_chat and not update.guest_message:
                has_posts = partial(self._desk.kept, self._desk.shelving.shelves.has_posts)
                await self._desk.discussions.look_up(update.effective_chat, has_posts)
            await coroutine

    def count_dropped(self, update: object, reason: str) -> None:
        """Count an update that is let pass."""
        if reason == "flood" and isinstance(update, Update):
            log.warning("an update of chat %s was let pass: too many wait before it", turn_of(update))
        self._desk.monitor.dropped.labels(reason).inc()

    def _turn(self, update: Update) -> AbstractAsyncContextManager[None]:
        if is_query(update):
            return nullcontext()
        return self._locks.setdefault(turn_of(update), asyncio.Lock())

    async def _why_not(self, update: object) -> str | None:
        if not isinstance(update, Update):
            return "unknown"
        return self._why_not_now(update) or await self.why_not(update)

    def _why_not_now(self, update: Update) -> str | None:
        """Why `update` is let pass after what came before it; None where it is not."""
        if update.update_id in self._seen:
            return "seen"
        self._seen[update.update_id] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        waiting = self._waiting[is_query(update), turn_of(update)]
        return "flood" if waiting >= (_TAPS if is_query(update) else most_waiting(update)) else None

    async def why_not(self, update: Update) -> str | None:
        """Why `update` is let pass, whatever came before it; None where it is worked on."""
        if is_query(update):
            return None  # it is answered with nothing where it is not allowed
        turn = turn_of(update)
        if not is_allowed(update, self._desk.settings.allowed_chats):
            moved = update.effective_message and update.effective_message.migrate_from_chat_id
            if moved in self._desk.settings.allowed_chats:
                log.warning("chat %s is now %s: put that into ALLOWED_CHATS", moved, turn)
            log.info("an update of chat %s was let pass: it is none of ALLOWED_CHATS", turn)
            return "not allowed"
        message = update.effective_message
        if message is None or await self._desk.indexes(message):
            return None  # a post is indexed however late it comes
        age = time.time() - (message.edit_date or message.date).timestamp()
        if age > self._desk.settings.pending_max_age:
            log.warning("a message of chat %s was let pass: it is %.0f s old, more than PENDING_MAX_AGE", turn, age)
            return "too old"
        return "talk" if await self._is_talk(message) else None

    async def _is_talk(self, message: Message) -> bool:
        """Whether `message` is said in a group or a channel, and not to the bot; and nobody chose that it listens."""
        if not message.text or message.guest_query_id or is_to_bot(message, cast("ExtBot[None]", message.get_bot())):
            return False
        return not (await self._desk.chat(message.chat.id)).unaddressed

    async def _language(self, update: Update) -> str:
        """What the chat chose, else the asker's."""
        chat = update.effective_chat
        chosen = (await self._desk.chat(chat.id)).language if chat else None
        return language_for(chosen or language_code(update))


def is_allowed(update: Update, allowed: list[int]) -> bool:
    """Whether `update` comes from a chat, or without one from a person, in `allowed`; all are where that is empty."""
    chat: Chat | None = update.effective_chat
    # a guest's answer is shown in a chat that the bot is not in: there the one who asks counts
    by_person = chat is None or update.guest_message is not None
    person = update.effective_user.id if update.effective_user else None
    return not allowed or (person if by_person or chat is None else chat.id) in allowed


def most_waiting(update: Update) -> int:
    """How many messages of its chat may wait for their turn before `update` is let pass."""
    return _POSTS if update.channel_post or update.edited_channel_post else _WAITING


def is_query(update: Update) -> bool:
    """Whether Telegram waits for an answer to `update` itself."""
    return update.callback_query is not None or update.inline_query is not None


def turn_of(update: Update) -> int:
    """What an update waits its turn with: its chat, else its person."""
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else 0


def _kind(update: Update) -> str:
    return next((name for name in Update.ALL_TYPES if getattr(update, name, None) is not None), "unknown")
