"""A message's own text in, the article that it is out: a channel's post, or any other message with enough to say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import cast

from telegram import Message, MessageOriginChannel, MessageOriginUser
from telegram.constants import ChatType
from telegram.ext import ExtBot

from bot.render.wording import one_line
from bot.telegram_front.asked import is_to_bot
from bot.telegram_front.links import link_to
from embeddings.articles import make_article
from embeddings.decoding import without_controls
from embeddings.errors import ArticleError
from embeddings.types import Article, Span

_FEWEST_WORDS = 6  # fewer say hardly more than a greeting
_TITLE = 100  # characters


def is_post(message: Message) -> bool:
    """Whether `message` is what a channel tells its readers: no command or question to the bot, and nobody's result."""
    is_own = message.chat.type == ChatType.CHANNEL and message.via_bot is None
    return is_own and not is_to_bot(message, cast("ExtBot[None]", message.get_bot()))


def article_in(message: Message) -> Article | None:
    """The text or caption of `message` as an article; None where it has fewer than 6 words beside its links.

    None, too, for commands and for what a bot wrote. The title is the first line, cut at a word, and that line is
    searched like the others: nothing else in a post says it again. The link is that of the message itself, else of the
    public channel's post that it forwards; None where it has neither. The publisher is the channel that wrote it, the
    byline who signed there; no other person is named.
    """
    text = without_controls(message.text or message.caption or "")
    words = [word for word in text.split() if re.search(r"\w", word) and "://" not in word]
    if len(words) < _FEWEST_WORDS or text.startswith("/") or _is_by_bot(message):
        return None
    url = _link(message)
    article_id = url.removeprefix("https://") if url else "message"
    try:
        article = make_article(article_id, text, {**_signed(message), "date": _written(message), "url": url})
    except ArticleError:
        return None
    return _titled(article)


def _is_by_bot(message: Message) -> bool:
    origin = message.forward_origin
    if isinstance(origin, MessageOriginUser):
        return origin.sender_user.is_bot
    # what a chat says in its own name is from a bot of Telegram's, too
    sender = None if message.sender_chat else message.from_user
    return message.via_bot is not None or (sender is not None and sender.is_bot)


def _link(message: Message) -> str | None:
    origin = message.forward_origin
    link = link_to(message.chat, message.message_id)
    if link is None and isinstance(origin, MessageOriginChannel) and origin.chat.username:
        return link_to(origin.chat, origin.message_id)
    return link


def _written(message: Message) -> datetime:
    """When it was written, not when it was forwarded; UTC."""
    return message.forward_origin.date if message.forward_origin else message.date


def _signed(message: Message) -> dict[str, str | None]:
    """The channel that wrote it, and who signed there."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel):
        return {"author": origin.author_signature, "publisher": origin.chat.title}
    if origin is None and message.chat.type == ChatType.CHANNEL:
        return {"author": message.author_signature, "publisher": message.chat.title}
    return {}


def _titled(article: Article) -> Article:
    """`article` called by its first line, which is a paragraph of it."""
    line = next(re.finditer(r"\S*\w.*", article.text))
    start, shown = line.start(), line.group().rstrip()
    paragraphs = article.paragraphs
    if paragraphs[0].start > start:
        paragraphs = (Span(start, start + len(shown)), *paragraphs)
    title = one_line(shown)
    if len(shown) > _TITLE:
        shown = shown[:_TITLE].rpartition(" ")[0].rstrip(" ,;:–-") or shown[:_TITLE]
        title = one_line(shown) + "…"
    return replace(article, title=title, title_span=Span(start, start + len(shown)), paragraphs=paragraphs)
