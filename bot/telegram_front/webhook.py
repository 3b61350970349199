"""Telegram's updates by webhook in, Updates in the queue out; only what comes with the secret is from Telegram."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import BadRequest
from telegram.ext import Application, ExtBot
from tornado.httpserver import HTTPServer
from tornado.web import Application as WebApplication
from tornado.web import RequestHandler

from bot.settings import Settings, SettingsError
from bot.telegram_front.monitoring import Monitor, listening
from bot.telegram_front.shapes import KINDS, readable


async def listen(
    application: Application[Any, Any, Any, Any, Any, Any], settings: Settings, monitor: Monitor
) -> HTTPServer:
    """Take updates at TELEGRAM_WEBHOOK_URL, and tell Telegram so.

    Raises SaidwhatError where the port is taken, SettingsError where Telegram refuses the address.
    """
    secret = settings.telegram_webhook_secret
    token = secret.get_secret_value() if secret else secrets.token_urlsafe(32)
    url = str(settings.telegram_webhook_url)
    shared = {"bot": application.bot, "queue": application.update_queue, "secret": token, "monitor": monitor}
    web = WebApplication([(urlsplit(url).path or "/", _Webhook, shared)])
    server = listening(web, settings.telegram_webhook_host, settings.telegram_webhook_port, "TELEGRAM_WEBHOOK_PORT")
    try:
        await application.bot.set_webhook(url, secret_token=token, allowed_updates=KINDS)
    except BadRequest as error:
        raise SettingsError(f"Telegram does not take TELEGRAM_WEBHOOK_URL ({error}): see .env.example.") from error
    monitor.webhook = True
    return server


class _Webhook(RequestHandler):
    def initialize(self, bot: ExtBot[None], queue: asyncio.Queue[object], secret: str, monitor: Monitor) -> None:
        self.bot, self.queue, self.secret, self.monitor = bot, queue, secret, monitor

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
        await self.queue.put(Update.de_json(readable(update) or {"update_id": 0}, self.bot))
