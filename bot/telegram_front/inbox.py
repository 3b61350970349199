"""Updates that come to any replica in, each worked on once by one of them, in its chat's order, out.

An update is kept in the database before Telegram is told that it came. Whichever replica then finds it the first of
its chat takes it, and says there when it begins, just before it sends a message, just after that, and when it is done.
While it is at it, nobody takes another of that chat.

Where a replica dies, its advisory lock ends, and another takes over what it was at. What was not being sent yet is
worked on anew. Of a message that was just being sent nobody can know whether it arrived: it is not sent again, but a
note asks to ask again if it is missing. So no answer comes twice, and nobody is left without a word.

Where the database is away, nothing is taken in, so that Telegram brings it again, and what is being worked on waits
until it can be said what it came to.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application

from bot.telegram_front.adding import tell_of_stop
from bot.telegram_front.desk import Desk
from bot.telegram_front.gate import Gate, is_query, most_waiting, turn_of
from bot.telegram_front.pacing import SENDING, MayHaveArrived
from bot.telegram_front.patience import patiently
from bot.telegram_front.replicas.replica import Replica
from bot.telegram_front.replicas.updates import Head, State, Taken
from bot.telegram_front.sending import Reply, send
from bot.words import say
from embeddings.errors import StoreError, StoreUnreached

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_LOOKS_EVERY = 1.0  # seconds between two looks for what other replicas left
_MISSED_FOR = 3.0  # seconds in which a replica may come back, as all have to after a restart of the database


class TakenOver(asyncio.CancelledError):
    """Another replica took this one for dead, and its update: the work on that is broken off."""


class Inbox:
    """What the `replica` puts updates into, and works on them from."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], replica: Replica) -> None:
        self._application = application
        self._desk: Desk = application.bot_data["desk"]
        self._gate = cast("Gate", application.update_processor)
        self._replica = replica
        self._updates = replica.updates
        self._working: dict[int, asyncio.Task[None]] = {}
        self._woken: set[int] = set()
        self._missed: dict[int | None, float] = {}
        self._is_stopping = False

    async def put(self, update: Update) -> None:
        """Keep an update to work on it, unless it is let pass. Raises StoreError where it is not kept."""
        if not self._replica.presence.is_there:
            raise StoreUnreached("The database of SAIDWHAT_STORE does not answer.")
        try:
            reason = await self._gate.why_not(update)
        except Exception:
            log.exception("an update was let pass: it is not what it should be")
            reason = "unknown"
        if reason is None:
            chat, at_once = turn_of(update), is_query(update)
            most = 0 if at_once else most_waiting(update)
            came = await self._replica.done(self._updates.record, update.update_id, chat, update.to_json(), most)
            if at_once and came != "seen":
                await self._application.update_queue.put(update)  # it takes no turn, and Telegram does not wait long
                return
            if came == "new":
                self._wake(chat)
                return
            reason = "seen" if came == "seen" else "flood"
        self._gate.count_dropped(update, reason)

    async def watch(self) -> None:
        """Take up what other replicas left, until cancelled."""
        while True:
            try:
                heads = await self._replica.done(self._updates.heads)
                self._note_missed(heads)
                for head in heads:
                    await self._look_at(head)
            except StoreError as error:
                log.warning("what other replicas left is not known: %s", error)
            await asyncio.sleep(_LOOKS_EVERY)

    async def stop(self) -> None:
        """Begin nothing more, and wait for what is being worked on; if cancelled, other replicas take that over."""
        self._is_stopping = True
        working = list(self._working.values())
        try:
            await asyncio.gather(*working, return_exceptions=True)
        finally:
            for task in working:
                task.cancel()

    def _note_missed(self, heads: list[Head]) -> None:
        now = time.monotonic()
        missed = {head.replica for head in heads if head.is_orphan}
        self._missed = {replica: self._missed.get(replica, now) for replica in missed}

    async def _look_at(self, head: Head) -> None:
        if head.chat in self._working or self._is_stopping:
            return
        if head.state == "waiting":
            self._wake(head.chat)
            return
        missed_for = time.monotonic() - self._missed.get(head.replica, math.inf)
        if missed_for >= _MISSED_FOR or head.replica == self._replica.presence.number:
            taken = await self._replica.done(self._updates.take_over, head)
            if taken:
                log.warning("update %s is taken over from another replica, which had it %s", head.update, head.state)
                self._wake(head.chat, taken)

    def _wake(self, chat: int, taken: Taken | None = None) -> None:
        """Have the chat's updates worked on, `taken` first."""
        self._woken.add(chat)
        if chat not in self._working and not self._is_stopping:
            self._working[chat] = asyncio.create_task(self._work_through(chat, taken))

    async def _work_through(self, chat: int, taken: Taken | None) -> None:
        """Work on the chat's updates, until there are no more, or another replica is at them."""
        try:
            while taken or not self._is_stopping:
                self._woken.discard(chat)
                taken = taken or await self._patiently(self._updates.begin, chat)
                if taken:
                    await self._work_on(taken)
                    taken = None
                elif chat not in self._woken:  # else one was put in while it was looked for
                    break
        except StoreError:
            log.exception("the updates of chat %s are left for now", chat)
        finally:
            del self._working[chat]
            self._woken.discard(chat)

    async def _work_on(self, taken: Taken) -> None:
        token = SENDING.set(_Sending(partial(self._mark, taken.update)).tried)
        try:
            update = Update.de_json(json.loads(taken.content), self._application.bot)
            reason = await self._gate.why_not(update) if taken.state == "begun" else None
            if reason:
                self._gate.count_dropped(update, reason)
            elif taken.state == "begun":
                await self._gate.work_on(update, self._application.process_update(update))
            else:
                await self._gate.work_on(update, self._make_good(update, taken.state))
        except TakenOver:
            log.warning("update %s is another replica's now", taken.update)
            return
        except Exception:
            log.exception("the work on update %s failed", taken.update)
        finally:
            SENDING.reset(token)
        await self._mark(taken.update, "done")

    async def _make_good(self, update: Update, state: State) -> None:
        """Tell whoever waits for an answer that another replica died over it, unless it was sent."""
        desk, bot, message = self._desk, self._application.bot, update.effective_message
        readings = [cut for cut in await desk.kept(desk.shelving.shelves.readings) if cut[0] == turn_of(update)]
        await tell_of_stop(readings, bot, desk)
        if state == "sending" and message and not readings:
            await send(bot, message, Reply(say("tg_maybe_lost_ask_again")))

    async def _mark(self, update: int, state: State) -> bool:
        return await self._patiently(self._updates.mark, update, state)

    async def _patiently(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `work` gives, however long the database is away. Raises StoreError."""
        return await patiently(lambda: self._replica.done(work, *arguments, **named), math.inf)


class _Sending:
    """What an update has come to, as `mark` says in the database, which tells whether it is this replica's still."""

    def __init__(self, mark: Callable[[State], Awaitable[bool]]) -> None:
        self._mark = mark
        self._before: State = "begun"

    @asynccontextmanager
    async def tried(self) -> AsyncIterator[None]:
        """Around a try to send a new message. Raises TakenOver, before it, where the update is another replica's."""
        if not await self._mark("sending"):
            raise TakenOver
        try:
            yield
        except MayHaveArrived:
            self._before = "sent"
            await self._mark("sent")
            raise
        except TelegramError:
            await self._mark(self._before)
            raise
        self._before = "sent"
        await self._mark("sent")
