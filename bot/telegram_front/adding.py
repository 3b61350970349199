"""Messages that bring a link or a document in, its article on the chat's shelf out, and a word on what came of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from html import escape

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.about import written_date
from bot.render.wording import one_line, shortened
from bot.telegram_front.answers import listed
from bot.telegram_front.aside import done_aside
from bot.telegram_front.asked import asker_of
from bot.telegram_front.chat_settings import is_admin
from bot.telegram_front.desk import Context, Desk
from bot.telegram_front.enclosed import Enclosed, enclosed_in, megabytes_of, name_of, source_of
from bot.telegram_front.patience import patiently
from bot.telegram_front.sending import Reply, edit, send
from bot.telegram_front.taking_in import Taken
from bot.telegram_front.wire import in_brief
from bot.words import language_for, say, speaking
from embeddings.errors import ArticleError, SaidwhatError

log = logging.getLogger(__name__)

_NAME, _TITLE, _FAULT = 200, 300, 1000  # UTF-16 units


async def add(update: Update, context: Context) -> None:
    """/add with a link, or in reply to a message that brings a link, a document or a text."""
    message = update.effective_message
    if message is None:
        return
    enclosed = enclosed_in(message) or (message.reply_to_message and enclosed_in(message.reply_to_message))
    if enclosed:
        await _take_in(enclosed, message, context)
    else:
        await send(context.bot, message, Reply(say("tg_add_what")))


async def brought(update: Update, context: Context) -> None:
    """A message in a private chat that does nothing but bring an article."""
    message = update.effective_message
    enclosed = enclosed_in(message) if message else None
    if message and enclosed:
        await _take_in(enclosed, message, context)


async def tell_of_stop(cut: Iterable[tuple[int, int]], bot: ExtBot[None], desk: Desk) -> None:
    """Say under what was being read when the bot stopped that it was not read to its end."""
    for chat, message_id in cut:
        with speaking(language_for((await desk.chat(chat)).language)):
            await edit(bot, say("tg_reading_cut"), None, chat, message_id)
        await desk.done(desk.shelving.shelves.end_reading, chat, message_id)


async def _take_in(enclosed: Enclosed, message: Message, context: Context) -> None:
    """Read what is enclosed, under a message that says so and then what came of it; or say why not."""
    desk, chat = context.desk, message.chat.id
    why_not = await _why_not(enclosed, message, context)
    if why_not:
        await send(context.bot, message, Reply(why_not))
        return
    await desk.kept(desk.additions.add, asker_of(message)[2] or 0)
    name = escape(shortened(one_line(name_of(enclosed)), _NAME), quote=False)
    note = await send(context.bot, message, Reply(say("tg_reading", name=name)))
    shelves = desk.shelving.shelves
    if note is not None:
        await desk.done(shelves.begin_reading, chat, note)
    outcome = await _outcome(enclosed, name, chat, context)
    if note is None or not await edit(context.bot, outcome, None, chat, note):
        await send(context.bot, message, Reply(outcome))
    if note is not None:
        await desk.done(shelves.end_reading, chat, note)


async def _why_not(enclosed: Enclosed, message: Message, context: Context) -> str | None:
    """Why nothing is taken in: who sent it may not, or there is enough; None where it is."""
    desk, settings = context.desk, context.desk.settings
    if not (await desk.chat(message.chat.id)).members_add and not await is_admin(message, context):
        return say("tg_admins_only")
    added = await desk.done(desk.shelving.added, message.chat.id)
    if added is None:
        return say("tg_sorry")
    if added >= settings.chat_articles:
        return say("tg_shelf_full", count=settings.chat_articles)
    if await desk.kept(desk.additions.of, asker_of(message)[2] or 0) >= settings.person_articles_a_day:
        return say("tg_enough_today", count=settings.person_articles_a_day)
    size = megabytes_of(enclosed)
    if size > settings.document_megabytes:
        return say("tg_too_large", size=f"{size:.1f}", most=settings.document_megabytes)
    return None


async def _outcome(enclosed: Enclosed, name: str, chat: int, context: Context) -> str:
    """What came of it, in Telegram's HTML."""
    desk = context.desk
    try:
        async with desk.reading:
            source = await source_of(enclosed)
            work = partial(desk.shelving.take_in, chat, source)
            return _taken(await patiently(lambda: done_aside(work)))
    except ArticleError as error:
        fault = escape(shortened(one_line(str(error)), _FAULT), quote=False)
        return say("tg_not_added", name=name, fault=fault)
    except TelegramError as error:
        log.warning("a document of chat %s could not be had: %s", chat, in_brief(error))
        return say("tg_not_had", name=name)
    except SaidwhatError:
        log.exception("an article could not be taken in")
    except Exception:
        desk.monitor.failures.inc()
        log.exception("an article could not be taken in")
    return say("tg_sorry")


def _taken(taken: Taken) -> str:
    """Title, date and counts of an article that was taken in, with questions to ask of it."""
    article = taken.article
    title = escape(shortened(one_line(article.title), _TITLE), quote=False)
    counts = say("tg_counts", sentences=article.sentences, quotes=taken.quotes)
    facts = " · ".join([*([written_date(article.published)] if article.published else []), counts])
    html = f"{say('tg_added', title=title)}\n{facts}"
    return f"{html}\n\n{say('suggested')}\n{listed(taken.questions)}" if taken.questions else html
