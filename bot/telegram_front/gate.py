"""Updates in, those to be worked on out: from chats that are allowed, not too old, once, and each chat's in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Coroutine
from typing import Any, cast
from weakref import WeakValueDictionary

from telegram import Chat, Update
from telegram.ext import BaseUpdateProcessor

from bot.telegram_front.asked import language_code
from bot.telegram_front.desk import Desk
from bot.words import language_for, speaking

log = logging.getLogger(__name__)

_AT_ONCE = 512  # updates worked on or waiting for their chat's turn
_WAITING = 30  # messages of one chat that may wait for their turn
_REMEMBERED = 10_000  # updates that would be known if they came again


class Gate(BaseUpdateProcessor):
    """Works on many chats at once, and on each chat's updates one after the other."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_AT_ONCE)
        self._desk = desk
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[int] = Counter()
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def initialize(self) -> None:
        """Nothing is to be made ready."""

    async def shutdown(self) -> None:
        """Nothing is to be let go."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run `coroutine`, which works on `update`, in its chat's turn and in its asker's language; or let it pass."""
        monitor = self._desk.monitor
        try:
            reason = self._why_not(update) if isinstance(update, Update) else "unknown"
        except Exception:
            log.exception("an update was let pass: it is not what it should be")
            reason = "unknown"
        if reason or not isinstance(update, Update):
            monitor.dropped.labels(reason).inc()
            cast("Coroutine[Any, Any, Any]", coroutine).close()
            return
        chat = _turn_of(update)
        monitor.updates.labels(_kind(update)).inc()
        lock = self._locks.setdefault(chat, asyncio.Lock())
        self._waiting[chat] += 1
        try:
            async with lock:
                with monitor.in_work.track_inprogress(), monitor.seconds.time(), speaking(await self._language(update)):
                    await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat]

    def _why_not(self, update: Update) -> str | None:
        """Why `update` is let pass; None where it is worked on. Taps and inline queries always are: they wait."""
        if update.update_id in self._seen:
            return "seen"
        self._seen[update.update_id] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        if update.callback_query or update.inline_query:
            return None
        if not is_allowed(update, self._desk.settings.allowed_chats):
            log.info("an update of chat %s was let pass: it is none of ALLOWED_CHATS", _turn_of(update))
            return "not allowed"
        message = update.effective_message
        written = message.edit_date or message.date if message else None
        age = time.time() - written.timestamp() if written else 0.0
        if age > self._desk.settings.pending_max_age:
            log.warning(
                "a message of chat %s was let pass: it is %.0f s old, more than PENDING_MAX_AGE", _turn_of(update), age
            )
            return "too old"
        if message and self._waiting[_turn_of(update)] >= _WAITING:
            log.warning("a message of chat %s was let pass: %s wait before it", _turn_of(update), _WAITING)
            return "flood"
        return None

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


def _turn_of(update: Update) -> int:
    """What an update waits its turn with: its chat, else its person."""
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else 0


def _kind(update: Update) -> str:
    return next((name for name in Update.ALL_TYPES if getattr(update, name, None) is not None), "unknown")
