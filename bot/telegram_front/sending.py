"""HTML and buttons in, a message in a chat out; taps answered. What Telegram refuses is dealt with here, and logged."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.telegram_front.asked import topic_of
from bot.telegram_front.keyboards import Tapped, show_again
from bot.telegram_front.pacing import MayHaveArrived
from bot.telegram_front.wire import in_brief
from bot.words import say

log = logging.getLogger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be sent. `answers` where its buttons can find the question again in the message replied to."""

    html: str
    buttons: InlineKeyboardMarkup | None = None
    answers: bool = False
    marker: str = ""
    """A first line by which the question is known that a follow-up stands for, in HTML."""
    quote: str | None = None
    """A stretch of the message replied to, which Telegram then shows and leads to; without that nothing is sent."""


async def send(bot: ExtBot[None], to: Message, reply: Reply) -> int | None:
    """Reply to the message `to`. Returns the id of what was sent; None, with a line in the log, where nothing was.

    Where the connection broke on the way, it is not sent again: a note asks the reader to call for it if it is missing.
    """
    try:
        return await _send(bot, to, reply)
    except MayHaveArrived as error:
        log.warning("a message to chat %s may have been lost (%s); a note follows", to.chat.id, error)
    if reply.answers:
        marker = f"{reply.marker}\n\n" if reply.marker else ""
        note = Reply(marker + say("tg_maybe_lost"), show_again())
    else:
        note = Reply(say("tg_maybe_lost_ask_again"))
    try:
        return await _send(bot, to, note)
    except MayHaveArrived as error:
        log.error("the note to chat %s may have been lost, too (%s)", to.chat.id, error)  # noqa: TRY400
        return None


async def _send(bot: ExtBot[None], to: Message, reply: Reply) -> int | None:
    """One new message; raises MayHaveArrived."""
    answered: ReplyParameters | None = ReplyParameters(
        to.message_id, allow_sending_without_reply=not reply.quote, quote=reply.quote
    )
    chat, topic = to.chat.id, topic_of(to)
    for _ in range(2):
        try:
            sent = await bot.send_message(
                chat,
                reply.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_parameters=answered,
                reply_markup=reply.buttons,
                message_thread_id=topic,
            )
        except ChatMigrated as moved:
            chat, topic, answered = moved.new_chat_id, None, None
        except Forbidden as error:
            log.info("chat %s does not take messages: %s", chat, error)
            return None
        except BadRequest as error:
            if answered and not reply.quote and "replied" in str(error).casefold():
                answered = None
            else:
                log.warning("a message to chat %s was refused: %s", chat, error)
                return None
        except MayHaveArrived:
            raise
        except TelegramError as error:
            log.error("a message to chat %s could not be sent: %s", chat, in_brief(error))  # noqa: TRY400
            return None
        else:
            return sent.message_id
    return None


async def edit(bot: ExtBot[None], html: str, buttons: InlineKeyboardMarkup | None, chat: int, message_id: int) -> bool:
    """Put `html` in the place of the bot's message. False where that is gone; what else fails is only logged."""
    try:
        await bot.edit_message_text(
            html,
            chat,
            message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=buttons,
        )
    except BadRequest as error:
        if "not modified" in str(error).casefold():
            return True
        log.warning("message %s in chat %s could not be edited: %s", message_id, chat, error)
        return "not found" not in str(error).casefold()
    except TelegramError as error:
        log.warning("message %s in chat %s could not be edited: %s", message_id, chat, in_brief(error))
    return True


@dataclass(slots=True)
class Tap:
    """A tapped button, which Telegram shows as waiting until it is answered: once, and before what may take long."""

    query: CallbackQuery
    message: Message
    asked: Tapped
    is_answered: bool = False

    async def answer(self, told: str | None = None) -> None:
        """Say `told` to whoever tapped, or nothing; too late is no fault."""
        if not self.is_answered:
            self.is_answered = True
            await acknowledge(self.query, told)


async def acknowledge(query: CallbackQuery, told: str | None = None) -> None:
    """Answer a tap, so that the button stops to wait; too late is no fault."""
    try:
        await query.answer(told, show_alert=bool(told) and len(told or "") > 60)
    except TelegramError as error:
        log.info("a tap could not be answered: %s", error)
