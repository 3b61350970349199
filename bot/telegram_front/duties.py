"""The commands by which the bot speaks of itself and of its articles, and what it is told of its chats."""

from __future__ import annotations

import logging
from functools import partial

from telegram import Chat, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import ChatMigrated, TelegramError

from bot.citations import in_paragraph
from bot.render.as_html import context_html
from bot.telegram_front.answers import listed
from bot.telegram_front.asked import asker_of
from bot.telegram_front.chat_settings import is_admin
from bot.telegram_front.desk import Context
from bot.telegram_front.links import passage_link, place_in
from bot.telegram_front.sending import Reply, send
from bot.words import say

log = logging.getLogger(__name__)


async def start(update: Update, context: Context) -> None:
    """/start: what the bot is, with questions to try; after a link to a passage, the passage in its paragraph."""
    payload = context.args[0] if context.args else ""
    chat = update.effective_chat
    html = await _linked(payload, chat, context) if payload and chat else None
    if html is None:
        suggested = await context.desk.suggested(chat.id if chat else None)
        html = say("tg_start", examples=listed(suggested or (say("tg_example"),)))
    await _say(update, context, html)


async def _linked(payload: str, chat: Chat, context: Context) -> str | None:
    """The passage that a link leads to, in an article that is seen in `chat`; None where the link leads to none."""
    desk = context.desk
    place = place_in(payload, await desk.done(desk.listed, chat.id) or [])
    if place is None:
        return say("tg_link_gone") if "-" in payload else None
    passage = await desk.done(in_paragraph, place, desk.library)
    return context_html(passage, passage_link(passage, context.bot.username, chat)) if passage else say("tg_link_gone")


async def help_(update: Update, context: Context) -> None:
    """/help, and any command that is none."""
    await _say(update, context, say("tg_help"))


async def only_text(update: Update, context: Context) -> None:
    """A picture, a voice message and the like in a private chat: no question that could be read."""
    if update.effective_message and update.effective_message.media_group_id:
        return  # an album comes as many messages
    await _say(update, context, say("tg_only_text"))


async def privacy(update: Update, context: Context) -> None:
    """/privacy: what is kept."""
    several = f"\n\n{say('tg_privacy_replicas')}" if context.desk.replica else ""
    await _say(update, context, say("tg_privacy") + several)


async def forget(update: Update, context: Context) -> None:
    """/forget: one's own questions; `/forget all` of an admin: everybody's in the chat, its settings and its shelf."""
    message = update.effective_message
    if message is None:
        return
    desk = context.desk
    if message.from_user:
        await desk.kept(desk.taps.forget, message.from_user.id)
    if not (context.args and context.args[0].casefold() == "all"):
        await desk.kept(desk.conversations.forget, asker_of(message))
        await _say(update, context, say("tg_forgotten"))
    elif await is_admin(message, context):
        await _forget_conversations(message.chat.id, context)
        forgotten = await _forget_chat(message.chat.id, context)
        await _say(update, context, say("tg_forgotten_all") if forgotten else say("tg_sorry"))
    else:
        await _say(update, context, say("tg_admins_only"))


async def moved(update: Update, context: Context) -> None:
    """A group became a supergroup, under a new number: what was kept for it goes along.

    The new one says so before all else that is said in it; the old one may come late.
    """
    message = update.effective_message
    if message and message.migrate_from_chat_id:
        await _move_chat(message.migrate_from_chat_id, message.chat.id, context)


async def membership(update: Update, context: Context) -> None:
    """The bot was taken into a chat, or out of it, or blocked: then it forgets what was kept for the chat."""
    change = update.my_chat_member
    if change is None:
        return
    log.info("the bot is now %s in chat %s", change.new_chat_member.status, change.chat.id)
    if change.new_chat_member.status in ("left", "kicked"):
        new = await _moved_to(change.chat, context)
        if new is not None:
            await _move_chat(change.chat.id, new, context)
            return
        await _forget_conversations(change.chat.id, context)
        await _forget_chat(change.chat.id, context)


async def _moved_to(chat: Chat, context: Context) -> int | None:
    """The supergroup that a group became, which the bot seems to leave then; None where it was removed."""
    if chat.type != ChatType.GROUP:
        return None
    try:
        await context.bot.send_chat_action(chat.id, ChatAction.TYPING)
    except ChatMigrated as moved:
        return moved.new_chat_id
    except TelegramError:
        log.debug("chat %s was left", chat.id)
    return None


async def _move_chat(old: int, new: int, context: Context) -> None:
    """Keep for `new` what was kept for `old`."""
    desk = context.desk
    await _forget_conversations(old, context)  # its messages are numbered anew
    await desk.done(desk.memory.move_chat, old, new)
    await desk.done_aside(partial(desk.shelving.move, old, new))


async def _forget_conversations(chat: int, context: Context) -> None:
    desk = context.desk
    await desk.kept(desk.conversations.forget_where, lambda asker: asker[0] == chat)


async def _forget_chat(chat: int, context: Context) -> bool:
    """Drop settings and shelf of a chat. False where that failed."""
    desk = context.desk
    kept = await desk.done(desk.memory.forget_chat, chat)
    cleared = await desk.done_aside(partial(desk.shelving.clear, chat))
    return bool(kept and cleared)


async def _say(update: Update, context: Context, html: str) -> None:
    if update.effective_message:
        await send(context.bot, update.effective_message, Reply(html))
