"""Telegram messages and taps in, replies out: thin handlers around the one road from a question to an answer."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import TypeVar

from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from bot.asking import ask, asked_by_command, page, suggest, take_in_seeds
from bot.conversations import Conversations
from bot.question import asks_anybody, read_question
from bot.render.as_html import answer_html, lines_html
from bot.render.wording import SUGGESTED, next_offset
from bot.settings import Settings, SettingsError
from bot.telegram_words import ASK_WHAT, COMMANDS, EXAMPLE, FORGOTTEN, GONE, HELP, PRIVACY, SORRY, START
from bot.types import Answer
from embeddings.errors import SaidwhatError
from embeddings.library import Library

_PAGE, _CLOSEST = "quotes", "closest"  # what the buttons' data begins with

log = logging.getLogger(__name__)

Asker = tuple[int, int | None, int | None]
T = TypeVar("T")
_Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers answer from."""

    library: Library
    settings: Settings
    conversations: Conversations = field(default_factory=Conversations)


def serve(library: Library, settings: Settings) -> int:
    """Poll for updates until stopped. Raises SettingsError without a usable token, SaidwhatError without a network."""
    application = build_application(library, settings)
    # what the handlers need is made ready first: whoever asks early gets an answer, and a fault is seen at once
    for outcome in take_in_seeds(library):
        log.info("%s %s", outcome.status, outcome.source)
    library.encode_question("warm up")
    try:
        application.run_polling(allowed_updates=[Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY])
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
    application.add_handler(CallbackQueryHandler(_turn_page, pattern=rf"^(?:{_PAGE}|{_CLOSEST}):\d{{1,6}}$"))
    application.add_error_handler(_failed)
    return application


async def _announce(application: Application) -> None:  # type: ignore[type-arg]
    """Tell Telegram the bot's commands, and log what it may read in groups."""
    try:
        await application.bot.set_my_commands([BotCommand(*command) for command in COMMANDS.items()])
    except TelegramError as error:
        log.warning("the command menu could not be set: %s", error)
    print(f"saidwhat is answering as @{application.bot.username}; Ctrl-C stops it.", file=sys.stderr)
    log.info("can_read_all_group_messages: %s", application.bot.can_read_all_group_messages)


async def _start(update: Update, context: _Context) -> None:
    await _reply(update, START.format(examples=await _suggested(context) or f"• {EXAMPLE}"))


async def _help(update: Update, context: _Context) -> None:
    await _reply(update, HELP)


async def _forget(update: Update, context: _Context) -> None:
    desk: Desk = context.bot_data["desk"]
    if update.effective_message:
        desk.conversations.forget(_asker(update.effective_message))
    await _reply(update, FORGOTTEN)


async def _privacy(update: Update, context: _Context) -> None:
    await _reply(update, PRIVACY)


async def _articles(update: Update, context: _Context) -> None:
    desk: Desk = context.bot_data["desk"]
    held = await asyncio.to_thread(desk.library.store.articles)
    lines = [f"{summary.title} ({summary.published[:10]})" if summary.published else summary.title for summary in held]
    await _reply(update, lines_html("You can ask about:", lines) if lines else "There are no articles yet.")


async def _ask(update: Update, context: _Context) -> None:
    message = update.effective_message
    if message is None:
        return
    asked, to = _question_in(message, context.bot), message
    if not asked and message.reply_to_message:  # "/ask" in reply to somebody's question
        asked, to = message.reply_to_message.text or "", message.reply_to_message
    if asked:
        await _answer(update, context, asked, to)
    else:
        await _reply(update, ASK_WHAT.format(example=EXAMPLE))


async def _command(update: Update, context: _Context) -> None:
    """/quotes and /who, which stand for questions."""
    message = update.effective_message
    if message:
        await _answer(update, context, _question_in(message, context.bot), message)


async def _text(update: Update, context: _Context) -> None:
    """Plain text: a question in a private chat; elsewhere only where it is addressed to the bot, or surely answered."""
    message = update.effective_message
    if message is None or not message.text:
        return
    addressed, question = _addressed(message, context.bot)
    if addressed or message.chat.type == ChatType.PRIVATE:
        await _answer(update, context, question, message)
    elif message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
        await _overhear(update, context, question, message)


async def _answer(update: Update, context: _Context, question: str, to: Message) -> None:
    """Answer in reply to the message `to`, which holds the question: there the buttons look for it again."""
    desk: Desk = context.bot_data["desk"]
    earlier = desk.conversations.earlier(_asker(update.effective_message or to))
    log.debug("asked: %s", question)
    answered = await _done(ask, question, desk.library, desk.settings, earlier=earlier)
    if answered is None:
        await _reply(update, SORRY)
    else:
        await _show(update, context, answered, to)


async def _overhear(update: Update, context: _Context, question: str, to: Message) -> None:
    """Answer what was asked in a group, but not of the bot: only from a confidence that the operator sets, if any."""
    desk: Desk = context.bot_data["desk"]
    threshold = desk.settings.unaddressed_threshold
    if threshold is None or not asks_anybody(question):
        return
    answered = await _done(ask, question, desk.library, desk.settings)
    if answered and answered.status == "answered" and answered.confidence >= threshold:
        await _show(update, context, answered, to)


async def _show(update: Update, context: _Context, answered: Answer, to: Message) -> None:
    """Send an answer in reply to the message `to`, and keep it for what its asker asks next."""
    desk: Desk = context.bot_data["desk"]
    desk.conversations.add(_asker(update.effective_message or to), to.message_id, answered)
    html = answer_html(answered)
    suggested = await _suggested(context) if answered.status == "not_found" else ""
    if suggested:
        html += f"\n\n{SUGGESTED}\n{suggested}"
    await _reply(update, html, to, _buttons(answered, context))


async def _suggested(context: _Context) -> str:
    """Questions that the articles do answer, in Telegram's HTML; empty where there are none, or where that fails."""
    desk: Desk = context.bot_data["desk"]
    questions = await _done(suggest, desk.library, desk.settings)
    return "\n".join(f"• <i>{escape(question, quote=False)}</i>" for question in questions or ())


async def _done(work: Callable[..., T], *arguments: object, **named: object) -> T | None:
    """What `work` gives, in a thread of its own; None, with a line in the log, where library or model fails."""
    try:
        return await asyncio.to_thread(work, *arguments, **named)
    except SaidwhatError:
        log.exception("a question could not be answered")
        return None


def _asker(message: Message) -> Asker:
    """Who asks, where: a person, or a channel that posts for itself, in one thread of a chat."""
    sender = message.sender_chat or message.from_user
    return message.chat.id, message.message_thread_id, sender.id if sender else None


async def _turn_page(update: Update, context: _Context) -> None:
    """Show other quotes, or the closest passages, in the place of the answer.

    Where the question is no longer kept, it is read again from the message replied to.
    """
    query = update.callback_query
    if query is None or not query.data:
        return
    message = query.message if isinstance(query.message, Message) else None
    asked = message.reply_to_message if message else None
    kind, _, number = query.data.partition(":")
    desk: Desk = context.bot_data["desk"]
    told = desk.conversations.told(_asker(asked), asked.message_id) if asked else None
    question = told.question if told else read_question(_question_in(asked, context.bot)) if asked else None
    answered = None
    if question and question.text:
        answered = await _done(page, question, desk.library, desk.settings, offset=int(number))
    if message is None or answered is None:
        await query.answer(SORRY if question else GONE, show_alert=True)
        return
    await query.answer()
    await message.edit_text(
        answer_html(answered, closest=kind == _CLOSEST),
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=_buttons(answered, context) if kind == _PAGE else None,
    )


def _buttons(answered: Answer, context: _Context) -> InlineKeyboardMarkup | None:
    """Buttons to the page before and the page after, where there are such; they hold nothing but the offset."""
    desk: Desk = context.bot_data["desk"]
    row = []
    if answered.closest:
        row.append(InlineKeyboardButton("Closest passages", callback_data=f"{_CLOSEST}:0"))
    if answered.offset:
        before = max(0, answered.offset - desk.settings.top_k)
        row.append(InlineKeyboardButton("Earlier quotes", callback_data=f"{_PAGE}:{before}"))
    following = next_offset(answered)
    if following is not None:
        row.append(InlineKeyboardButton("More quotes", callback_data=f"{_PAGE}:{following}"))
    return InlineKeyboardMarkup([row]) if row else None


def _question_in(message: Message, bot: ExtBot[None]) -> str:
    """The question that a message asks: what follows /ask, what another command stands for, or its text."""
    _, text = _addressed(message, bot)
    if not text.startswith("/"):
        return text
    command, _, rest = text.partition(" ")
    return asked_by_command(command[1:].partition("@")[0].casefold(), rest)


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


_HANDLERS = {
    "start": _start,
    "help": _help,
    "ask": _ask,
    "quotes": _command,
    "who": _command,
    "articles": _articles,
    "forget": _forget,
    "privacy": _privacy,
}


async def _reply(
    update: Update, html: str, to: Message | None = None, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """Reply to the message `to`, or to the one that came."""
    message = update.effective_message
    if message is None:
        return
    await message.reply_text(
        html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters((to or message).message_id, allow_sending_without_reply=True),
        reply_markup=buttons,
    )


async def _failed(update: object, context: _Context) -> None:
    """Log what a handler did not expect, and tell the asker, in one polite sentence, that it was not the question."""
    log.error("an update could not be handled", exc_info=context.error)
    if isinstance(update, Update) and not isinstance(context.error, TelegramError):
        try:
            await _reply(update, escape(SORRY))
        except TelegramError as error:
            log.warning("the apology could not be sent: %s", error)
