"""Requests to Telegram in, the same requests out: within its limits, patient with its refusals, and never sent blindly.

Telegram takes about 30 messages a second in all, one a second of a chat, and 20 a minute of a group. What it refuses
with a time to wait is sent again after that time, if that is not too long, and only that chat waits. What Telegram, or
the network, says that it did not take is sent again. A new message that may have arrived is not: MayHaveArrived leaves
it to the caller.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
from aiolimiter import AsyncLimiter
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.telegram_front.wire import in_brief

log = logging.getLogger(__name__)

_IN_ALL = (30, 1.05)  # requests in any so many seconds; some more than one, for they are not equally fast
# messages and edits at once, and the seconds in which as many more may follow: in any minute at most 20 in a group
_IN_A_GROUP = (7, 36)
_IN_A_CHAT = (5, 5)
_SHOWN = ("sendMessage", "editMessageText", "editMessageReplyMarkup")
_NEW = ("sendMessage",)
"""Methods that would show something twice if sent twice."""
_STALE = 0.1  # seconds after which a request that was let pass has to wait again
_LONGEST_WAIT = 120  # seconds that are waited on Telegram's word
_PAUSES = (0.5, 1, 2, 4, 8, 16, 30)  # seconds before each further try
_AT_ONCE = ("getMe", "answerCallbackQuery", "answerInlineQuery", "getChat", "getChatMember")
"""Methods whose result is of no use later."""
_CHATS = 10_000

Call = Callable[..., Coroutine[Any, Any, Any]]
SENDING: ContextVar[Callable[[], AbstractAsyncContextManager[None]]] = ContextVar("sending", default=nullcontext)
"""Makes what is entered before each try to send a new message, and left after it."""


class MayHaveArrived(NetworkError):
    """A new message was under way when the connection broke: it may have been delivered, or not."""


@dataclass(slots=True)
class _Lane:
    """The messages to one chat; closed until `opens`, a time of the event loop."""

    limiter: AsyncLimiter
    opens: float = 0.0


class _Window:
    """Lets at most `most` pass in any `seconds`, and each as soon as that allows, in the order in which they come.

    Of these, each of `sharers` lets its part pass.
    """

    def __init__(self, most: int, seconds: float, sharers: Callable[[], int]) -> None:
        self._seconds = seconds
        self._most = most
        self._sharers = sharers
        self._passed: deque[float] = deque(maxlen=most)
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        """Wait, and pass."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            sharers = self._sharers()
            # where there are several, a fifth is left over, for their requests are not equally fast
            part = max(1, self._most * 4 // (5 * sharers)) if sharers > 1 else self._most
            if len(self._passed) >= part:
                await asyncio.sleep(max(0.0, self._passed[-part] + self._seconds - loop.time()))
            self._passed.append(loop.time())


class Pacing(BaseRateLimiter[None]):
    """The rate limiter of the Application; `replicas` tells how many share what Telegram takes in all."""

    def __init__(self, replicas: Callable[[], int] = lambda: 1) -> None:
        self._all = _Window(*_IN_ALL, replicas)
        self._lane = lru_cache(_CHATS)(_new_lane)

    async def initialize(self) -> None:
        """Nothing is to be made ready."""

    async def shutdown(self) -> None:
        """Nothing is to be let go."""

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        """Make the request `endpoint` when its turn comes, and again where that is safe."""
        chat = data.get("chat_id")
        tries = iter(() if endpoint in _AT_ONCE else _PAUSES)
        while True:
            if endpoint in _SHOWN:
                await self._turn(chat)
            await self._all.acquire()
            passed = asyncio.get_running_loop().time()
            try:
                async with SENDING.get()() if endpoint in _NEW else nullcontext():
                    if asyncio.get_running_loop().time() - passed > _STALE:
                        await self._all.acquire()  # else all that waited for the database would be sent at once
                    return await _tried(callback, args, kwargs, endpoint)
            except RetryAfter as refused:
                seconds = refused._retry_after.total_seconds()  # the public one warns that its type will change
                log.warning("Telegram asks to wait %.0f s before the next %s", seconds, endpoint)
                if isinstance(chat, int):
                    self._lane(chat).opens = asyncio.get_running_loop().time() + seconds
                if seconds > _LONGEST_WAIT or endpoint in _AT_ONCE:
                    raise
                if not isinstance(chat, int) or endpoint not in _SHOWN:
                    await asyncio.sleep(seconds)
            except (BadRequest, MayHaveArrived):
                raise
            except NetworkError as error:
                pause = next(tries, None)
                if pause is None:
                    raise
                log.warning("%s failed (%s), tried again in %s s", endpoint, in_brief(error), pause)
                await asyncio.sleep(pause)

    def is_busy(self, chat: int) -> bool:
        """Whether the next message to `chat` would have to wait."""
        lane = self._lane(chat)
        return not lane.limiter.has_capacity() or lane.opens > asyncio.get_running_loop().time()

    async def _turn(self, chat: int | str | None) -> None:
        """Wait until a message may be shown in `chat`."""
        if isinstance(chat, int):
            lane = self._lane(chat)
            seconds = max(0.0, lane.opens - asyncio.get_running_loop().time())
            if seconds > _LONGEST_WAIT:
                raise RetryAfter(math.ceil(seconds))
            await asyncio.sleep(seconds)
            await lane.limiter.acquire()


async def _tried(callback: Call, args: Any, kwargs: dict[str, Any], endpoint: str) -> Any:
    """Make a request once. Raises MayHaveArrived."""
    try:
        return await callback(*args, **kwargs)
    except BadRequest:
        raise  # a NetworkError by name only
    except NetworkError as error:
        if endpoint in _NEW and not _did_not_arrive(error):
            raise MayHaveArrived(str(error)) from error
        raise


def _new_lane(chat: int) -> _Lane:
    return _Lane(AsyncLimiter(*(_IN_A_GROUP if chat < 0 else _IN_A_CHAT)))


def _did_not_arrive(error: NetworkError) -> bool:
    """Whether no server took the request: the connection was never made, or the server itself says that it failed."""
    if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return True
    told_by_server = error.__cause__ is None or isinstance(error.__cause__, TelegramError)
    return told_by_server and "(504)" not in str(error)
