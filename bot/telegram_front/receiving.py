"""JSON from Telegram in, Updates in the queue out, by polling or by webhook; what cannot be read costs only itself."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import Conflict, TelegramError
from telegram.ext import Application, ExtBot
from telegram.request import HTTPXRequest
from tornado.httpserver import HTTPServer
from tornado.web import Application as WebApplication
from tornado.web import RequestHandler

from bot.settings import Settings
from bot.telegram_front.monitoring import Monitor, listening
from bot.telegram_front.shapes import KINDS, bare_tap, number_of, thing_in
from embeddings.errors import SaidwhatError

log = logging.getLogger(__name__)

_POLL = 10  # seconds that Telegram holds a poll open


class Request(HTTPXRequest):
    """A request to Telegram; a page that a gateway sends instead of an answer is not copied into the log."""

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        try:
            parsed: dict[str, Any] = json.loads(payload.decode("utf-8", "replace"))
        except ValueError as error:
            raise TelegramError("the answer is no JSON") from error
        return parsed


class PollRequest(Request):
    """The request of getUpdates: an update that python-telegram-bot cannot read comes as one with nothing in it.

    Else the whole batch would be refused, and come again for ever.
    """

    def __init__(self, monitor: Monitor) -> None:
        super().__init__(connection_pool_size=2, read_timeout=_POLL + 10)
        self._monitor = monitor

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        parsed = super().parse_json_payload(payload)
        if isinstance(parsed.get("result"), list):
            self._monitor.heard()
            parsed["result"] = [update for update in map(readable, parsed["result"]) if update]
        return parsed


def readable(update: Any) -> dict[str, Any] | None:
    """The one thing that `update` tells of, if it can be read; else, with a line in the log, at most a tap to answer.

    None where it has no number.
    """
    number = number_of(update)
    if number is None:
        log.warning("an update without a number was let pass")
        return None
    thing, why = thing_in(update), "another kind or shape"
    try:
        Update.de_json({"update_id": number, **thing}, None)
    except Exception as error:  # noqa: BLE001 - whatever the library trips over
        thing, why = {}, type(error).__name__
    if not thing:
        log.warning("update %s cannot be read (%s) and was let pass", number, why)
    return {"update_id": number, **(thing or bare_tap(update))}


async def poll(application: Application[Any, Any, Any, Any, Any, Any], failed: asyncio.Future[None]) -> None:
    """Start to poll. A second poller with the same token ends up in `failed`."""

    def on_error(error: TelegramError) -> None:
        if isinstance(error, Conflict):
            if not failed.done():
                failed.set_exception(
                    SaidwhatError(
                        "Another program receives this bot's messages, so this one stops: let only one run with this"
                        f" TELEGRAM_BOT_TOKEN, or ask @BotFather for a second bot ({error.message})."
                    )
                )
        else:
            log.warning("Telegram cannot be polled (%s), tried again", error)

    if application.updater:
        await application.updater.start_polling(timeout=_POLL, allowed_updates=KINDS, error_callback=on_error)


async def listen(
    application: Application[Any, Any, Any, Any, Any, Any], settings: Settings, monitor: Monitor
) -> HTTPServer:
    """Take updates at TELEGRAM_WEBHOOK_URL, and tell Telegram so. Raises SaidwhatError where the port is taken."""
    secret = settings.telegram_webhook_secret
    token = secret.get_secret_value() if secret else secrets.token_urlsafe(32)
    url = str(settings.telegram_webhook_url)
    shared = {"bot": application.bot, "queue": application.update_queue, "secret": token, "monitor": monitor}
    web = WebApplication([(urlsplit(url).path or "/", _Webhook, shared)])
    server = listening(web, settings.telegram_webhook_host, settings.telegram_webhook_port, "TELEGRAM_WEBHOOK_PORT")
    await application.bot.set_webhook(url, secret_token=token, allowed_updates=KINDS)
    monitor.webhook = True
    return server


class _Webhook(RequestHandler):
    """Only what comes with the secret is from Telegram."""

    def initialize(self, bot: ExtBot[None], queue: asyncio.Queue[object], secret: str, monitor: Monitor) -> None:
        self.bot, self.queue, self.secret, self.monitor = bot, queue, secret, monitor

    async def post(self) -> None:
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            self.send_error(403)
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            self.send_error(400)
            return
        self.monitor.heard()
        await self.queue.put(Update.de_json(readable(update) or {"update_id": 0}, self.bot))
