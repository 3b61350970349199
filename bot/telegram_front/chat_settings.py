"""/settings and its buttons in, what a chat's admins chose out."""

from __future__ import annotations

import logging
from dataclasses import replace

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.telegram_front.desk import Context
from bot.telegram_front.keyboards import INDEX_POSTS, MEMBERS_ADD, UNADDRESSED, under_settings
from bot.telegram_front.memory import ChatSettings
from bot.telegram_front.sending import Reply, Tap, edit, send
from bot.words import LANGUAGES, language_for, say, speaking

log = logging.getLogger(__name__)

_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def settings_command(update: Update, context: Context) -> None:
    """Show a chat's settings to those who may change them."""
    message = update.effective_message
    if message is None:
        return
    if not await is_admin(message, context):
        await send(context.bot, message, Reply(say("tg_admins_only")))
        return
    chosen = await context.desk.chat(message.chat.id)
    await send(context.bot, message, Reply(*await _panel(chosen, message, context)))


async def choose(tap: Tap, context: Context) -> None:
    """Set what was tapped, if an admin did it, and show the settings anew."""
    desk, message, person = context.desk, tap.message, tap.query.from_user
    chat = message.chat.id
    if not await decides(message, person.id, context):
        await tap.answer(say("tg_admins_only"))
        return
    chosen = await desk.chat(chat)
    if tap.asked.kind == UNADDRESSED:
        chosen = replace(chosen, unaddressed=bool(tap.asked.number))
    elif tap.asked.kind == MEMBERS_ADD:
        chosen = replace(chosen, members_add=bool(tap.asked.number))
    elif tap.asked.kind == INDEX_POSTS:
        chosen = replace(chosen, index_posts=bool(tap.asked.number))
    else:
        chosen = replace(chosen, language=("", *LANGUAGES)[min(tap.asked.number, len(LANGUAGES))] or None)
    if await desk.done(desk.memory.set_chat, chat, chosen) is None:
        await tap.answer(say("tg_sorry"))
        return
    with speaking(language_for(chosen.language or person.language_code)):
        ended = tap.asked.kind == INDEX_POSTS and not chosen.index_posts
        await tap.answer(say("tg_posts_stay" if ended else "tg_settings_saved"))
        await edit(context.bot, *await _panel(chosen, message, context), chat, message.message_id)


async def is_admin(message: Message, context: Context) -> bool:
    """Whether who sent `message` may decide for its chat: an admin, named or not, and anybody for a chat of his own."""
    if message.chat.type in (ChatType.PRIVATE, ChatType.CHANNEL):
        return True
    if message.sender_chat:
        return message.sender_chat.id == message.chat.id
    return message.from_user is not None and await _has_admin_status(message.chat.id, message.from_user.id, context)


async def decides(message: Message, person: int, context: Context) -> bool:
    """Whether `person`, who tapped under the bot's `message`, may decide for its chat."""
    return message.chat.type == ChatType.PRIVATE or await _has_admin_status(message.chat.id, person, context)


async def _has_admin_status(chat: int, person: int, context: Context) -> bool:
    try:
        return (await context.bot.get_chat_member(chat, person)).status in _ADMINS
    except TelegramError as error:
        log.warning("whether %s is an admin of chat %s cannot be told: %s", person, chat, error)
        return False


async def _panel(chosen: ChatSettings, message: Message, context: Context) -> tuple[str, InlineKeyboardMarkup]:
    """The settings as text and buttons; and what is to be done where Telegram keeps a group's talk from the bot."""
    if message.chat.type == ChatType.PRIVATE:
        html = say("tg_settings_private")
    elif message.chat.type == ChatType.CHANNEL:
        html = say("tg_settings_channel")
    else:
        html = say("tg_settings_group")
        if chosen.unaddressed and not await _reads_all(message.chat.id, context):
            html += "\n\n" + say("tg_privacy_mode", bot=context.bot.username)
    return html, under_settings(chosen, message.chat.type)


async def _reads_all(chat: int, context: Context) -> bool:
    """Whether Telegram hands the bot what a group says to nobody."""
    return bool(context.bot.can_read_all_group_messages) or await _has_admin_status(chat, context.bot.id, context)
