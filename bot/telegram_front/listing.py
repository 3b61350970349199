"""/articles, /remove and the buttons under them in, what a chat can ask about out: to ask one, or to take it off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from telegram import InlineKeyboardMarkup, Message, Update

from bot.render.as_html import lines_html
from bot.render.wording import one_line, shortened
from bot.telegram_front.asked import asker_of, topic_of
from bot.telegram_front.chat_settings import decides, is_admin
from bot.telegram_front.desk import Context
from bot.telegram_front.keyboards import ARTICLES, ONLY, REMOVABLE, REMOVE, under_list
from bot.telegram_front.lately import Asker
from bot.telegram_front.links import number_of
from bot.telegram_front.sending import Reply, Tap, edit, send
from bot.words import say
from embeddings.types import ArticleSummary

_PAGE = 10  # articles
_TITLE = 100  # UTF-16 units, where it is told to whoever tapped


async def articles(update: Update, context: Context) -> None:
    """/articles: what can be asked about, the chat's own articles first, each with a button to ask only that."""
    message = update.effective_message
    if message:
        shown = await _articles(message, 0, asker_of(message), context)
        await send(context.bot, message, Reply(*shown) if shown else Reply(say("tg_sorry")))


async def remove(update: Update, context: Context) -> None:
    """/remove: the chat's own articles, or those with the words in their title, each with a button to take it off."""
    message = update.effective_message
    if message is None:
        return
    if not (await context.desk.chat(message.chat.id)).members_add and not await is_admin(message, context):
        await send(context.bot, message, Reply(say("tg_admins_only")))
        return
    shown = await _removable(message, 0, context, " ".join(context.args or ()).casefold())
    await send(context.bot, message, Reply(*shown) if shown else Reply(say("tg_sorry")))


async def tapped(tap: Tap, context: Context) -> None:
    """Turn a page of a list, or do with one of its articles what its button says."""
    kind, number, message = tap.asked.kind, tap.asked.number, tap.message
    asker = message.chat.id, topic_of(message), tap.query.from_user.id
    if kind == ONLY:
        await tap.answer(await _ask_only(number, asker, context))
    elif kind == REMOVE:
        if not (await context.desk.chat(message.chat.id)).members_add and not await decides(message, asker[2], context):
            await tap.answer(say("tg_admins_only"))
            return
        await tap.answer(await _take_off(number, message, context))
        await _show(await _removable(message, 0, context), message, context)
    else:
        await tap.answer()
        page = _articles(message, number, asker, context) if kind == ARTICLES else _removable(message, number, context)
        await _show(await page, message, context)


async def _ask_only(number: int, asker: Asker, context: Context) -> str:
    """From now on whoever tapped asks only one article, or all again; in words."""
    desk = context.desk
    if not number:
        await desk.kept(desk.conversations.ask_only, asker, None)
        return say("tg_asking_all")
    article = await _numbered(number, asker[0], context)
    if article is None:
        return say("tg_article_gone")
    await desk.kept(desk.conversations.ask_only, asker, article.id)
    return say("tg_asking_only", title=shortened(one_line(article.title), _TITLE))


async def _take_off(number: int, message: Message, context: Context) -> str:
    """Take an article of the chat's own off its shelf; in words."""
    desk, chat = context.desk, message.chat.id
    article = await _numbered(number, chat, context)
    shelf = await desk.done(desk.shelving.shelves.of, chat)
    if article is None or article.id not in (shelf or ()):
        return say("tg_article_gone")
    done = await desk.done_aside(partial(desk.shelving.take_off, chat, article.id))
    return say("tg_removed", title=shortened(one_line(article.title), _TITLE)) if done else say("tg_sorry")


async def _numbered(number: int, chat: int, context: Context) -> ArticleSummary | None:
    """The article seen in `chat` that a button names; None where there is none, or none any more."""
    listed = await context.desk.done(context.desk.listed, chat) or []
    return next((article for article in listed if number_of(article.id) == number), None)


Shown = tuple[str, InlineKeyboardMarkup | None]


async def _articles(message: Message, start: int, asker: Asker, context: Context) -> Shown | None:
    """A page of what is seen in the chat of `message`; None where it cannot be told."""
    desk, chat = context.desk, message.chat.id
    shelf, view = await desk.done(desk.shelving.shelves.of, chat), await desk.done(desk.views.of, chat)
    listed = await desk.done(view.listed) if view else None
    if shelf is None or view is None or listed is None:
        return None
    if not listed:
        return say("no_articles"), None
    start = start if start < len(listed) else 0  # an old button may lead behind the end
    page = listed[start : start + _PAGE]
    own = [article for article in page if article.id in shelf]
    channel = [article for article in page if article.id in view.own and article not in own]
    common = [article for article in page if article.id not in view.own]
    headings = [
        (say("tg_articles_own"), own),
        (say("tg_articles_channel"), channel),
        (say("tg_articles_common" if view.own else "tg_articles"), common),
    ]
    html = "\n\n".join(lines_html(heading, _lines(part)) for heading, part in headings if part)
    chosen = await desk.kept(desk.conversations.only, asker) is not None
    return html, _buttons(ARTICLES, listed, start, everything=chosen) if len(listed) > 1 else None


async def _removable(message: Message, start: int, context: Context, words: str = "") -> Shown | None:
    """A page of the chat's own articles, of those only that have `words` in their title; None where it fails."""
    desk, chat = context.desk, message.chat.id
    listed, shelf = await desk.done(desk.listed, chat), await desk.done(desk.shelving.shelves.of, chat)
    if listed is None or shelf is None:
        return None
    own = [article for article in listed if article.id in shelf]
    own = [article for article in own if words in article.title.casefold()] or own
    if not own:
        return say("tg_shelf_empty"), None
    return say("tg_remove_which"), _buttons(REMOVABLE, own, start if start < len(own) else 0)


def _lines(page: Sequence[ArticleSummary]) -> list[str]:
    return [f"{one.title} ({one.published[:10]})" if one.published else one.title for one in page]


def _buttons(
    kind: str, listed: Sequence[ArticleSummary], start: int, *, everything: bool = False
) -> InlineKeyboardMarkup:
    numbered = [(article.title, number_of(article.id)) for article in listed[start : start + _PAGE]]
    back = max(0, start - _PAGE) if start else None
    more = start + _PAGE if start + _PAGE < len(listed) else None
    return under_list(kind, numbered, back=back, more=more, everything=everything)


async def _show(shown: Shown | None, message: Message, context: Context) -> None:
    if shown:
        await edit(context.bot, *shown, message.chat.id, message.message_id)
