"""What a channel posts in, its articles on the channel's shelf out, and not a word said: failures are for the log."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from telegram import Document, Message, Update
from telegram.error import TelegramError

from bot.telegram_front.answers import edited
from bot.telegram_front.aside import done_aside
from bot.telegram_front.desk import Context, Desk
from bot.telegram_front.enclosed import Enclosed, enclosed_in, megabytes_of, name_of, source_of
from bot.telegram_front.patience import patiently
from bot.telegram_front.posts import article_in
from bot.telegram_front.wire import in_brief
from embeddings.errors import ArticleError, SaidwhatError
from embeddings.sources.kinds import kind_of_name
from embeddings.types import Article

log = logging.getLogger(__name__)

_AFTERTHOUGHT = timedelta(hours=1)  # in which an edit can give a post that brought nothing what is to be indexed


async def posted(update: Update, context: Context) -> None:
    """A post, new or edited: its text is an article, and where it has none, so is the link or document that it brings.

    An edit takes the place of what the post brought before; where nothing is left, that goes. An edit of a post that
    brought nothing, or of which the article was removed, counts only in the first hour.
    """
    message = update.effective_message
    if message is None:
        return
    desk, channel, number = context.desk, message.chat.id, message.message_id
    if not await desk.indexes(message):
        if message.edit_date:  # of what was answered as a question
            await edited(update, context)
        return
    posts = await desk.done(desk.shelving.shelves.posts, channel)
    since = (message.edit_date or message.date) - message.date
    if posts is None or (number not in posts and since > _AFTERTHOUGHT):
        return
    brought = article_in(message) or enclosed_in(message)
    if brought and (why_not := await _why_not(brought, channel, desk)):
        log.info("post %s of channel %s is not indexed: %s", number, channel, why_not)
        return
    is_article = brought is not None and await _take_in(brought, message, desk)
    if number in posts and not is_article:
        await desk.done_aside(partial(desk.shelving.take_off_post, channel, number))


async def _why_not(brought: Enclosed, channel: int, desk: Desk) -> str | None:
    """Why a link or a document is not read, as one that is added would not be; None where it is."""
    most = desk.settings.person_articles_a_day
    if isinstance(brought, Article):
        return None
    if isinstance(brought, Document) and not kind_of_name(name_of(brought)):
        return "a file of no kind that is read"
    if megabytes_of(brought) > desk.settings.document_megabytes:
        return "larger than DOCUMENT_MEGABYTES"
    return "more than PERSON_ARTICLES_A_DAY" if await desk.kept(desk.additions.of, channel) >= most else None


async def _take_in(brought: Enclosed, message: Message, desk: Desk) -> bool:
    """Put what a post brings on its channel's shelf, and count links and documents. False where it is no article."""
    channel, number = message.chat.id, message.message_id
    if not isinstance(brought, Article):
        await desk.kept(desk.additions.add, channel)
    try:
        async with desk.reading:
            source = await source_of(brought)
            work = partial(desk.shelving.take_in_post, channel, number, source)
            await patiently(lambda: done_aside(work))
    except ArticleError as error:
        log.info("post %s of channel %s brings no article: %s", number, channel, error)
        return False
    except TelegramError as error:
        log.warning("the document of post %s of channel %s could not be had: %s", number, channel, in_brief(error))
    except SaidwhatError:
        log.exception("post %s of channel %s could not be indexed", number, channel)
    return True
