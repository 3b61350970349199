"""Telegram's updates by webhook in, Updates in the sink out; only what comes with the secret is from Telegram."""

from __future__ import annotations

import hmac
import json
import logging
import secrets
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import BadRequest
from telegram.ext import ExtBot
from tornado.httpserver import HTTPServer
from tornado.web import Application as WebApplication
from tornado.web import RequestHandler

from bot.settings import Settings, SettingsError
from bot.telegram_front.monitoring import Monitor, listening
from bot.telegram_front.shapes import KINDS, readable
from bot.telegram_front.wire import Sink
from embeddings.errors import StoreError

log = logging.getLogger(__name__)


async def listen(bot: ExtBot[None], sink: Sink, settings: Settings, monitor: Monitor) -> HTTPServer:
    """Take updates at TELEGRAM_WEBHOOK_URL, and tell Telegram so.

    Raises SaidwhatError where the port is taken, SettingsError where Telegram refuses the address.
    """
    secret = _secret(settings, bot)
    url = str(settings.telegram_webhook_url)
    shared = {"bot": bot, "sink": sink, "secret": secret, "monitor": monitor}
    web = WebApplication([(urlsplit(url).path or "/", _Webhook, shared)])
    server = listening(web, settings.telegram_webhook_host, settings.telegram_webhook_port, "TELEGRAM_WEBHOOK_PORT")
    try:
        await bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS)
    except BadRequest as error:
        raise SettingsError(f"Telegram does not take TELEGRAM_WEBHOOK_URL ({error}): see .env.example.") from error
    monitor.is_told = True
    return server


def _secret(settings: Settings, bot: ExtBot[None]) -> str:
    """What Telegram proves itself with: the same for all replicas, who each tell Telegram of it."""
    if settings.telegram_webhook_secret:
        return settings.telegram_webhook_secret.get_secret_value()
    if settings.saidwhat_store:
        return hmac.digest(bot.token.encode(), b"saidwhat webhook", "sha256").hex()
    return secrets.token_urlsafe(32)


class _Webhook(RequestHandler):
    def initialize(self, bot: ExtBot[None], sink: Sink, secret: str, monitor: Monitor) -> None:
        self.bot, self.sink, self.secret, self.monitor = bot, sink, secret, monitor

    async def post(self) -> None:
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            self.send_error(403)
            return
        if self.monitor.stopping:
            self.send_error(503)  # Telegram brings it again after the next start
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            self.send_error(400)
            return
        self.monitor.heard()
        try:
            await self.sink.put(Update.de_json(readable(update) or {"update_id": 0}, self.bot))
        except StoreError as error:
            log.warning("Telegram has to bring an update again: %s", error)
            self.send_error(503)
