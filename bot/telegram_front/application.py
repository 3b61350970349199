"""Settings and a library in, the Application with its table of handlers out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.settings import Settings, SettingsError
from bot.telegram_front import adding, answers, chat_settings, duties, indexing, inline, listing, taps
from bot.telegram_front.asked import is_to_bot
from bot.telegram_front.desk import Context, Desk
from bot.telegram_front.discussions import Discussions
from bot.telegram_front.enclosed import is_to_be_read
from bot.telegram_front.gate import Gate
from bot.telegram_front.monitoring import Monitor
from bot.telegram_front.pacing import Pacing
from bot.telegram_front.polling import PollRequest
from bot.telegram_front.posts import is_post
from bot.telegram_front.remembered import remembered
from bot.telegram_front.sending import Reply, send
from bot.telegram_front.taking_in import Shelving
from bot.telegram_front.views import Views
from bot.telegram_front.wire import Request
from bot.words import say
from embeddings.library import Library

log = logging.getLogger(__name__)

Bot = Application[Any, Any, Any, Any, Any, Any]
_CONNECTIONS = 64
_PATIENCE = 10  # seconds for Telegram to answer

# what a channel posts comes again in its discussion group, and a chosen inline result is the bot's own words
_OWN = ~filters.IS_AUTOMATIC_FORWARD & ~filters.VIA_BOT
_POSTED = (filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST) & _OWN
_EDITED = (filters.UpdateType.EDITED_MESSAGE | filters.UpdateType.EDITED_CHANNEL_POST) & _OWN
_PRIVATE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL & _OWN
_COMMANDS = {
    "start": duties.start,
    "help": duties.help_,
    "ask": answers.ask_command,
    "quotes": answers.question_command,
    "who": answers.question_command,
    "articles": listing.articles,
    "add": adding.add,
    "remove": listing.remove,
    "settings": chat_settings.settings_command,
    "forget": duties.forget,
    "privacy": duties.privacy,
}


class _Guest(filters.UpdateFilter):
    def filter(self, update: Update) -> bool:
        return update.guest_message is not None


class _Brings(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return is_to_be_read(message)


class _IsPost(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return is_post(message)


def build_application(
    library: Library,
    settings: Settings,
    configure: Callable[[ApplicationBuilder[Any, Any, Any, Any, Any, Any]], Any] = lambda builder: builder,
) -> Bot:
    """The application with all its handlers; `configure` lets a test put its own request class in.

    Raises SettingsError without a token.
    """
    if settings.telegram_bot_token is None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is not set: ask @BotFather on Telegram for a bot, and put its token into the"
            " environment or into .env."
        )
    kept = remembered(settings)
    discussions = Discussions()
    shelving = Shelving(library, settings, kept.shelves)
    views = Views(library.store, kept.shelves, discussions.channel_of)
    pacing = Pacing(kept.replica.presence.counted) if kept.replica else Pacing()
    desk = Desk(
        library, settings, kept.memory, pacing, Monitor(), shelving, views, discussions, kept.lately, kept.replica
    )
    base = str(settings.telegram_api_base_url).rstrip("/")
    builder = (
        ApplicationBuilder()
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(Request(connection_pool_size=_CONNECTIONS, read_timeout=_PATIENCE, pool_timeout=_PATIENCE))
        .get_updates_request(PollRequest(desk.monitor))
        .updater(None)  # polling.py and webhook.py do its work
        .context_types(ContextTypes(context=Context))
        .rate_limiter(desk.pacing)
        .concurrent_updates(Gate(desk))
    )
    application: Bot = configure(builder).build()
    application.bot_data["desk"] = desk
    for name, handler in _COMMANDS.items():
        application.add_handler(CommandHandler(name, handler, filters=_POSTED))
    application.add_handler(MessageHandler(_POSTED & filters.StatusUpdate.MIGRATE, duties.moved))
    application.add_handler(MessageHandler(_PRIVATE & ~filters.COMMAND & _Brings(), adding.brought))
    application.add_handler(MessageHandler(_IsPost(), indexing.posted))
    application.add_handler(MessageHandler(_POSTED & filters.TEXT & ~filters.COMMAND, answers.text))
    application.add_handler(MessageHandler(_PRIVATE & filters.COMMAND, duties.help_))
    application.add_handler(MessageHandler(_PRIVATE & ~filters.TEXT, duties.only_text))
    application.add_handler(MessageHandler(_EDITED & filters.TEXT & ~_Brings(), answers.edited))
    application.add_handler(MessageHandler(_Guest(), inline.guest))
    application.add_handler(CallbackQueryHandler(taps.tap))
    application.add_handler(InlineQueryHandler(inline.inline))
    application.add_handler(ChatMemberHandler(duties.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(_failed)
    return application


async def _failed(update: object, context: Context) -> None:
    """Log what a handler did not expect, and tell the asker, in one polite sentence, that it was not the question."""
    log.error("an update could not be handled", exc_info=context.error)
    desk: Desk = context.desk
    desk.monitor.failures.inc()
    asked = update.effective_message if isinstance(update, Update) and not update.callback_query else None
    if asked and is_to_bot(asked, context.bot) and not isinstance(context.error, TelegramError):
        await send(context.bot, asked, Reply(say("tg_sorry")))
