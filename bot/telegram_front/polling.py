"""Telegram's updates by polling in, Updates in the sink out.

python-telegram-bot's own Updater neither tells that a token was withdrawn, nor stops in time while Telegram is silent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.telegram_front.monitoring import Monitor
from bot.telegram_front.shapes import KINDS, readable
from bot.telegram_front.wire import Request, Sink, in_brief
from embeddings.errors import SaidwhatError, StoreError

log = logging.getLogger(__name__)

_HELD_OPEN = 10  # seconds that Telegram holds a poll open
_PATIENCE = 10  # seconds more until one counts as lost
_LONGEST_PAUSE = 30.0  # seconds
_GIVES_WAY = 1.0  # seconds


class PollRequest(Request):
    """The request of getUpdates: an update that python-telegram-bot cannot read comes as one with nothing in it.

    Else the whole batch would be refused, and come again for ever.
    """

    def __init__(self, monitor: Monitor) -> None:
        super().__init__(connection_pool_size=2, read_timeout=_PATIENCE)
        self._monitor = monitor

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        parsed = super().parse_json_payload(payload)
        if isinstance(parsed.get("result"), list):
            self._monitor.heard()
            parsed["result"] = [update for update in map(readable, parsed["result"]) if update]
        return parsed


class Poller:
    """Polls until it is cancelled.

    Another program that polls is borne with for `bears` seconds, as one that does not know yet that it has to stop.
    """

    def __init__(self, bot: ExtBot[None], sink: Sink, bears: float = 0.0) -> None:
        self._bot = bot
        self._sink = sink
        self._bears = bears
        self._next: int | None = None

    async def run(self) -> None:
        """Put what comes into the sink; what fails is tried again, ever more slowly.

        Raises InvalidToken when the token is withdrawn, SaidwhatError when another program takes the updates.
        """
        pause, undisturbed = 0.0, time.monotonic()
        while True:
            try:
                for update in await self._poll(_HELD_OPEN):
                    await self._sink.put(update)
                    self._next = update.update_id + 1
            except Conflict as error:
                if time.monotonic() - undisturbed < self._bears:
                    log.warning("another replica still polls")
                    await asyncio.sleep(_GIVES_WAY)
                    continue
                raise SaidwhatError(
                    "Another program receives this bot's messages, so this one stops: let only one run with this"
                    f" TELEGRAM_BOT_TOKEN, or ask @BotFather for a second bot ({error.message})."
                ) from error
            except TelegramError as error:
                if isinstance(error, InvalidToken) and "unauthorized" in str(error).casefold():
                    raise
                pause = min(_LONGEST_PAUSE, max(1.0, 1.5 * pause))
                if isinstance(error, RetryAfter):
                    pause = max(pause, error._retry_after.total_seconds())
                log.warning("Telegram cannot be polled (%s), tried again in %.0f s", in_brief(error), pause)
                await asyncio.sleep(pause)
            except StoreError as error:
                log.warning("what was polled is not kept yet: %s", error)
                await asyncio.sleep(_GIVES_WAY)
            else:
                pause, undisturbed = 0.0, time.monotonic()

    async def sign_off(self) -> None:
        """Tell Telegram what was taken, so that it does not come again. Raises TelegramError."""
        if self._next is not None:
            await self._poll(0)

    async def _poll(self, seconds: int) -> tuple[Any, ...]:
        return await self._bot.get_updates(offset=self._next, timeout=seconds, allowed_updates=KINDS)
