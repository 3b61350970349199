"""The commands by which the bot speaks of itself and of its articles, and what it is told of its chats."""

from __future__ import annotations

import logging

from telegram import Update
from telegram.constants import ChatType

from bot.citations import in_paragraph
from bot.render.as_html import context_html, lines_html
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
    html = await _linked(payload, context) if payload else None
    if html is None:
        suggested = await context.desk.suggested()
        html = say("tg_start", examples=listed(suggested or (say("tg_example"),)))
    await _say(update, context, html)


async def _linked(payload: str, context: Context) -> str | None:
    """The passage that a link leads to; None where the link leads to none."""
    desk = context.desk
    place = place_in(payload, await desk.done(desk.library.store.articles) or [])
    if place is None:
        return say("tg_link_gone") if "-" in payload else None
    passage = await desk.done(in_paragraph, place, desk.library)
    return context_html(passage, passage_link(passage, context.bot.username, None)) if passage else say("tg_link_gone")


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
    await _say(update, context, say("tg_privacy"))


async def forget(update: Update, context: Context) -> None:
    """/forget: one's own questions; `/forget all` of an admin: everybody's in the group, and its settings."""
    message = update.effective_message
    if message is None:
        return
    desk = context.desk
    if message.from_user:
        desk.taps.forget(message.from_user.id)
    if not (context.args and context.args[0].casefold() == "all"):
        desk.conversations.forget(asker_of(message))
        await _say(update, context, say("tg_forgotten"))
    elif await is_admin(message, context):
        desk.conversations.forget_where(lambda asker: asker[0] == message.chat.id)
        kept = await desk.done(desk.memory.forget_chat, message.chat.id)
        await _say(update, context, say("tg_forgotten_all") if kept else say("tg_sorry"))
    else:
        await _say(update, context, say("tg_admins_only"))


async def articles(update: Update, context: Context) -> None:
    """/articles: what can be asked about."""
    desk = context.desk
    held = await desk.done(desk.library.store.articles)
    if held is None:
        await _say(update, context, say("tg_sorry"))
        return
    lines = [f"{summary.title} ({summary.published[:10]})" if summary.published else summary.title for summary in held]
    await _say(update, context, lines_html(say("tg_articles"), lines) if lines else say("no_articles"))


async def moved(update: Update, context: Context) -> None:
    """A group became a supergroup, under a new number: what was kept for it goes along.

    The new one says so before all else that is said in it; the old one may come late.
    """
    message = update.effective_message
    if message and message.migrate_from_chat_id:
        desk, old, new = context.desk, message.migrate_from_chat_id, message.chat.id
        desk.conversations.forget_where(lambda asker: asker[0] == old)  # its messages are numbered anew
        await desk.done(desk.memory.move_chat, old, new)


async def membership(update: Update, context: Context) -> None:
    """The bot was taken into a group, or out of it: then it forgets what was kept for it."""
    change = update.my_chat_member
    if change is None or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return
    log.info("the bot is now %s in chat %s", change.new_chat_member.status, change.chat.id)
    if change.new_chat_member.status in ("left", "kicked"):
        context.desk.conversations.forget_where(lambda asker: asker[0] == change.chat.id)
        await context.desk.done(context.desk.memory.forget_chat, change.chat.id)


async def _say(update: Update, context: Context, html: str) -> None:
    if update.effective_message:
        await send(context.bot, update.effective_message, Reply(html))
