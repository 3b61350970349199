"""Telegram messages in, replies out: thin handlers around the one road from a question to an answer."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from telegram import BotCommand, LinkPreviewOptions, Message, MessageEntity, ReplyParameters, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes, ExtBot, MessageHandler, filters

from bot.asking import ask, take_in_seeds
from bot.render.as_html import answer_html, lines_html
from bot.settings import Settings, SettingsError
from embeddings.errors import SaidwhatError
from embeddings.library import Library

START = (
    "Ask me about the articles, and I answer with the very sentences that say it, and where they stand."
    " I write nothing of my own, so you can check every answer.\n\n"
    "Try: <i>{example}</i>\n\n"
    "/articles lists what you can ask about, /help says more."
)
HELP = (
    "Send a question in plain words. In a group use /ask, reply to one of my messages, or mention me.\n\n"
    "/ask <i>question</i> – answer a question\n"
    "/articles – what you can ask about\n"
    "/privacy – what I keep\n"
    "/help – this message\n\n"
    "I show the article's own sentences with paragraph and position. Where the articles do not answer, I say so."
)
PRIVACY = (
    "I keep nothing about you: no messages, no names, no questions. A question is read in memory, answered, and"
    " forgotten. Only the articles that the operator gave me are stored."
)
ASK_WHAT = "What would you like to know? Send /ask with your question, for example: /ask {example}"
EXAMPLE = "What is this article about?"
SORRY = "Sorry, something went wrong on my side. Please try again in a moment."

COMMANDS = [
    BotCommand("ask", "Ask a question about the articles"),
    BotCommand("articles", "What you can ask about"),
    BotCommand("help", "How to ask"),
    BotCommand("privacy", "What is kept about you"),
]

log = logging.getLogger(__name__)

_Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers answer from."""

    library: Library
    settings: Settings


def serve(library: Library, settings: Settings) -> int:
    """Poll for updates until stopped. Raises SettingsError without a usable token, SaidwhatError without a network."""
    application = build_application(library, settings)
    # what the handlers need is made ready first: whoever asks early gets an answer, and a fault is seen at once
    for outcome in take_in_seeds(library):
        log.info("%s %s", outcome.status, outcome.source)
    library.encode_question("warm up")
    try:
        application.run_polling(allowed_updates=[Update.MESSAGE, Update.CHANNEL_POST])
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


def build_application(
    library: Library,
    settings: Settings,
    configure: Callable[[ApplicationBuilder], ApplicationBuilder] = lambda builder: builder,  # type: ignore[type-arg]
) -> Application:  # type: ignore[type-arg]
    """The application with all its handlers; `configure` lets a test put its own request class in.

    Raises SettingsError without a token.
    """
    if settings.telegram_bot_token is None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is not set: ask @BotFather on Telegram for a bot, and put its token into the"
            " environment or into .env."
        )
    base = str(settings.telegram_api_base_url).rstrip("/")
    builder = (
        ApplicationBuilder()
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .post_init(_announce)
    )
    application = configure(builder).build()
    application.bot_data["desk"] = Desk(library, settings)
    posted = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    for name, handler in _HANDLERS.items():
        application.add_handler(CommandHandler(name, handler, filters=posted))
    application.add_handler(MessageHandler(posted & filters.TEXT & ~filters.COMMAND, _text))
    application.add_error_handler(_failed)
    return application


async def _announce(application: Application) -> None:  # type: ignore[type-arg]
    """Tell Telegram the bot's commands, and log what it may read in groups."""
    try:
        await application.bot.set_my_commands(COMMANDS)
    except TelegramError as error:
        log.warning("the command menu could not be set: %s", error)
    print(f"saidwhat is answering as @{application.bot.username}; Ctrl-C stops it.", file=sys.stderr)
    log.info("can_read_all_group_messages: %s", application.bot.can_read_all_group_messages)


async def _start(update: Update, context: _Context) -> None:
    await _reply(update, START.format(example=EXAMPLE))


async def _help(update: Update, context: _Context) -> None:
    await _reply(update, HELP)


async def _privacy(update: Update, context: _Context) -> None:
    await _reply(update, PRIVACY)


async def _articles(update: Update, context: _Context) -> None:
    desk: Desk = context.bot_data["desk"]
    held = await asyncio.to_thread(desk.library.store.articles)
    lines = [f"{summary.title} ({summary.published[:10]})" if summary.published else summary.title for summary in held]
    await _reply(update, lines_html("You can ask about:", lines) if lines else "There are no articles yet.")


async def _ask(update: Update, context: _Context) -> None:
    question = " ".join(context.args or ())
    message = update.effective_message
    if not question and message and message.reply_to_message:
        question = message.reply_to_message.text or ""  # "/ask" in reply to somebody's question
    if question:
        await _answer(update, context, question)
    else:
        await _reply(update, ASK_WHAT.format(example=EXAMPLE))


async def _text(update: Update, context: _Context) -> None:
    """Plain text: a question in a private chat; elsewhere only where it is addressed to the bot."""
    message = update.effective_message
    if message is None or not message.text:
        return
    addressed, question = _addressed(message, context.bot)
    if message.chat.type != ChatType.PRIVATE and not addressed:
        return
    await _answer(update, context, question)


async def _answer(update: Update, context: _Context, question: str) -> None:
    desk: Desk = context.bot_data["desk"]
    log.debug("asked: %s", question)
    try:
        answered = await asyncio.to_thread(ask, question, desk.library, desk.settings)
    except SaidwhatError:
        log.exception("a question could not be answered")
        await _reply(update, SORRY)
        return
    await _reply(update, answer_html(answered))


def _addressed(message: Message, bot: ExtBot[None]) -> tuple[bool, str]:
    """Whether a group message speaks to the bot, by reply or mention; and its text without the mention."""
    text = message.text or ""
    replied = message.reply_to_message
    addressed = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    mentions = message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION])
    for entity, mentioned in mentions.items():
        by_id = entity.user is not None and entity.user.id == bot.id
        if by_id or mentioned.casefold() == f"@{bot.username}".casefold():
            addressed = True
            text = text.replace(mentioned, " ", 1)
    return addressed, " ".join(text.split())


_HANDLERS = {"start": _start, "help": _help, "ask": _ask, "articles": _articles, "privacy": _privacy}


async def _reply(update: Update, html: str) -> None:
    message = update.effective_message
    if message is None:
        return
    await message.reply_text(
        html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
    )


async def _failed(update: object, context: _Context) -> None:
    """Log what a handler did not expect, and tell the asker, in one polite sentence, that it was not the question."""
    log.error("an update could not be handled", exc_info=context.error)
    if isinstance(update, Update) and not isinstance(context.error, TelegramError):
        try:
            await _reply(update, escape(SORRY))
        except TelegramError as error:
            log.warning("the apology could not be sent: %s", error)
