"""`saidwhat telegram`: from start-up to a clean stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from telegram.error import InvalidToken, NetworkError, TelegramError
from tornado.httpserver import HTTPServer

from bot.asking import take_in_seeds
from bot.settings import Settings, SettingsError
from bot.telegram_front.application import Bot, build_application
from bot.telegram_front.desk import Desk
from bot.telegram_front.menus import set_menus
from bot.telegram_front.monitoring import listen_for_operators
from bot.telegram_front.receiving import listen, poll
from embeddings.errors import SaidwhatError
from embeddings.library import Library

log = logging.getLogger(__name__)

_LAST_POLL, _LAST_ANSWERS = 1.5, 3.0  # seconds that a stop waits for each; a supervisor kills after some more


def serve(library: Library, settings: Settings) -> int:
    """Answer until stopped. Raises SettingsError without a usable token, SaidwhatError without Telegram."""
    application = build_application(library, settings)
    # what the handlers need is made ready first: whoever asks early gets an answer, and a fault is seen at once
    for outcome in take_in_seeds(library):
        log.info("%s %s", outcome.status, outcome.source)
    library.encode_question("warm up")
    try:
        asyncio.run(_run(application))
    except InvalidToken as error:
        raise SettingsError(
            "Telegram does not accept TELEGRAM_BOT_TOKEN: copy the token that @BotFather shows for your bot."
        ) from error
    except NetworkError as error:
        raise SaidwhatError(
            f"Telegram cannot be reached at {settings.telegram_api_base_url} ({type(error).__name__}):"
            " check the network and TELEGRAM_API_BASE_URL."
        ) from error
    return 0


async def _run(application: Bot) -> None:
    """Receive updates until SIGTERM or SIGINT, or until another program takes them."""
    desk: Desk = application.bot_data["desk"]
    settings = desk.settings
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    for caught in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(caught, stop)
    servers = []
    if settings.monitoring_port:
        servers.append(listen_for_operators(desk.monitor, settings.monitoring_host, settings.monitoring_port))
    try:
        async with application:
            await application.start()
            if settings.telegram_webhook_url:
                servers.append(await listen(application, settings, desk.monitor))
            else:
                await poll(application, stopped)
            _announce(application)
            menus = asyncio.create_task(set_menus(application.bot))
            suggested = asyncio.create_task(desk.suggested())  # worked out once, before the first refusal needs them
            try:
                await stopped
            finally:
                menus.cancel()
                suggested.cancel()
                await _stop(application, servers)
    finally:
        desk.pool.shutdown(wait=False, cancel_futures=True)


def _announce(application: Bot) -> None:
    reads = application.bot.can_read_all_group_messages
    groups = "all messages" if reads else "only what is addressed to it (privacy mode is on)"
    print(
        f"saidwhat is answering as @{application.bot.username}; in groups it gets {groups}. Ctrl-C stops it.",
        file=sys.stderr,
        flush=True,
    )
    log.info("can_read_all_group_messages: %s", reads)


async def _stop(application: Bot, servers: list[HTTPServer]) -> None:
    """Take no more updates, and let the answers under way be sent; what takes too long is cut and logged."""
    for server in servers:
        server.stop()
    try:
        if application.updater and application.updater.running:
            await asyncio.wait_for(application.updater.stop(), _LAST_POLL)
    except (TimeoutError, TelegramError):
        log.warning("Telegram did not take the last receipt: some messages may come again after the next start")
    try:
        await asyncio.wait_for(application.stop(), _LAST_ANSWERS)
    except TimeoutError:
        log.warning("the stop did not wait for the answers that were still being worked on")
