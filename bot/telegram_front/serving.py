"""`saidwhat telegram`: from start-up to a clean stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys

from telegram.error import InvalidToken, TelegramError
from tornado.httpserver import HTTPServer

from bot.asking import suggest, take_in_seeds
from bot.exit_status import TRY_AGAIN
from bot.settings import Settings, SettingsError
from bot.telegram_front.adding import tell_of_stop
from bot.telegram_front.application import Bot, build_application
from bot.telegram_front.desk import Desk
from bot.telegram_front.inbox import Inbox
from bot.telegram_front.menus import set_menus
from bot.telegram_front.monitoring import Monitor, listen_for_operators
from bot.telegram_front.polling import Poller
from bot.telegram_front.replicas.replica import Replica
from bot.telegram_front.settling import settle
from bot.telegram_front.webhook import listen
from bot.telegram_front.wire import Sink, in_brief
from embeddings.errors import SaidwhatError
from embeddings.library import Library
from embeddings.networks.sessions import think_in_one_thread

log = logging.getLogger(__name__)

_LAST_POLL, _LAST_ANSWERS = 1.5, 3.0  # seconds that a stop waits for each; a supervisor kills after some more
_PURGED_EVERY = 60  # seconds
_ACQUAINTED = 1.0  # seconds in which replicas that start together find out how many share Telegram's limit
_CONFLICTS = 30.0  # seconds that one of several replicas bears with another program that polls


def serve(library: Library, settings: Settings) -> int:
    """Answer until stopped. Returns TRY_AGAIN where Telegram is not reached.

    Raises SettingsError without a usable token, SaidwhatError where another program takes the updates.
    """
    application = build_application(library, settings)
    think_in_one_thread()  # the desk has a thread for each processor
    # what the handlers need is made ready first: whoever asks early gets an answer, and a fault is seen at once
    for outcome in take_in_seeds(library):
        log.info("%s %s", outcome.status, outcome.source)
    library.encode_question("warm up")
    desk: Desk = application.bot_data["desk"]
    settle(library, desk.shelving.shelves)
    suggest(library, settings, desk.views.of(None).scope)
    gc.collect()
    gc.freeze()  # what is loaded stays: to look through all of it for what is used no more takes 0.3 s each time
    try:
        asyncio.run(_run(application))
    except InvalidToken as error:
        raise SettingsError(
            "Telegram does not accept TELEGRAM_BOT_TOKEN: copy the token that @BotFather shows for your bot."
        ) from error
    except TelegramError as error:
        print(
            f"saidwhat: Telegram cannot be reached at {settings.telegram_api_base_url} ({in_brief(error)}):"
            " check the network and TELEGRAM_API_BASE_URL.",
            file=sys.stderr,
        )
        return TRY_AGAIN
    return 0


async def _run(application: Bot) -> None:
    """Receive updates until SIGTERM or SIGINT. Raises what `_receive` raises."""
    desk: Desk = application.bot_data["desk"]
    settings = desk.settings
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    for caught in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(caught, main.cancel)  # type: ignore[union-attr]
    servers: list[HTTPServer] = []
    inbox = Inbox(application, desk.replica) if desk.replica else None
    sink: Sink = inbox or application.update_queue
    bears = _CONFLICTS if desk.replica else 0
    poller = None if settings.telegram_webhook_url else Poller(application.bot, sink, bears)
    try:
        if settings.monitoring_port:
            servers.append(listen_for_operators(desk.monitor, settings.monitoring_host, settings.monitoring_port))
        async with application:
            await application.start()
            try:
                await _receive(application, sink, poller, servers, inbox)
            finally:
                await _stop(application, poller, servers, inbox)
    except asyncio.CancelledError:
        log.info("stopped")
    finally:
        desk.pool.shutdown(wait=False, cancel_futures=True)


async def _receive(
    application: Bot, sink: Sink, poller: Poller | None, servers: list[HTTPServer], inbox: Inbox | None
) -> None:
    """Take updates, until cancelled. Raises TelegramError, or SaidwhatError, where no more can come."""
    desk: Desk = application.bot_data["desk"]
    if desk.replica:
        await desk.replica.presence.begin()
    if poller is None:
        servers.append(await listen(application.bot, sink, desk.settings, desk.monitor))
    else:
        await application.bot.delete_webhook()
    _announce(application)
    cut = desk.shelving.shelves.readings()
    others = [
        asyncio.create_task(_set_menus(application)),
        # what replicas were reading is told by the one that takes it over
        asyncio.create_task(inbox.watch() if inbox else tell_of_stop(cut, application.bot, desk)),
        asyncio.create_task(_purge(desk)),
    ]
    try:
        if poller is None:
            await asyncio.Event().wait()
        elif desk.replica:
            await _poll_in_turn(poller, desk.replica, desk.monitor)
        else:
            await poller.run()
    finally:
        for other in others:
            other.cancel()


async def _set_menus(application: Bot) -> None:
    if application.bot_data["desk"].replica:
        await asyncio.sleep(_ACQUAINTED)
    await set_menus(application.bot)


async def _poll_in_turn(poller: Poller, replica: Replica, monitor: Monitor) -> None:
    """Poll while this replica is the one that does. Raises what `Poller.run` raises."""
    monitor.is_told = True

    async def poll() -> None:
        monitor.heard()  # from now on it counts how long Telegram is silent
        monitor.is_told = False
        try:
            await poller.run()
        finally:
            monitor.is_told = True

    await replica.presence.while_polling(poll)


async def _purge(desk: Desk) -> None:
    """Drop what was kept for long enough, asked or not."""
    while True:
        await asyncio.sleep(_PURGED_EVERY)
        try:
            await desk.purge()
        except SaidwhatError:
            log.exception("what is old could not be dropped")


def _announce(application: Bot) -> None:
    reads = application.bot.can_read_all_group_messages
    groups = "all messages" if reads else "only what is addressed to it (privacy mode is on)"
    print(
        f"saidwhat is answering as @{application.bot.username}; in groups it gets {groups}. Ctrl-C stops it.",
        file=sys.stderr,
        flush=True,
    )
    log.info("can_read_all_group_messages: %s", reads)


async def _stop(application: Bot, poller: Poller | None, servers: list[HTTPServer], inbox: Inbox | None) -> None:
    """Take no more updates, and let the answers under way be sent; what takes too long is cut and logged."""
    desk: Desk = application.bot_data["desk"]
    desk.monitor.stopping = True
    for server in servers:
        server.stop()
    try:
        if poller and (desk.replica is None or desk.replica.presence.polls):
            await asyncio.wait_for(poller.sign_off(), _LAST_POLL)
    except (TimeoutError, TelegramError):
        log.warning("Telegram did not take the last receipt: some messages may come again after the next start")
    last = [application.stop(), *([inbox.stop()] if inbox else [])]
    try:
        await asyncio.wait_for(asyncio.gather(*last), _LAST_ANSWERS)
    except TimeoutError:
        log.warning("the stop did not wait for the answers that were still being worked on")
    if desk.replica:
        await desk.replica.presence.end()
        desk.replica.close()
