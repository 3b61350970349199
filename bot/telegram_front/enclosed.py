"""A Telegram message in, the article that it brings out: a document, one link, or its own text."""

from __future__ import annotations

import re

from telegram import Document, Message, MessageEntity, MessageOriginChannel

from bot.telegram_front.asked import text_of
from bot.telegram_front.posts import article_in
from embeddings import sources
from embeddings.sentences import split_sentences
from embeddings.types import Article

Enclosed = str | Document | Article
"""A link, a file that is still with Telegram, or the message's own text."""

_WITHIN_TELEGRAM = re.compile(r"(?:https?://(?:t|telegram)\.me/|tg://)", re.IGNORECASE)
_SENTENCES, _WORDS = 3, 30  # the fewest of what is forwarded from anybody and is no question


def enclosed_in(message: Message) -> Enclosed | None:
    """What `message` brings: its document, else its one link, else its text; None where it has none of these.

    A link to Telegram itself gives way to the text: many posts end with one to their channel.
    """
    if message.document:
        return message.document
    links, text = list(dict.fromkeys(_links_in(message))), article_in(message)
    link = links[0] if len(links) == 1 else None
    return text if text and (link is None or _WITHIN_TELEGRAM.match(link)) else link


def is_to_be_read(message: Message) -> bool:
    """Whether `message` does nothing but bring an article: a document, a bare link, or a forwarded link or text.

    A forwarded text is one where a channel wrote it and it does not end in a question mark, or where it has at least 3
    sentences and 30 words: anything shorter may be a question.
    """
    if message.document:
        return True
    if not message.forward_origin:
        return len((message.text or "").split()) == 1 and enclosed_in(message) is not None
    enclosed = enclosed_in(message)
    return _is_no_question(enclosed, message) if isinstance(enclosed, Article) else enclosed is not None


async def source_of(enclosed: Enclosed) -> sources.Source | Article:
    """What is to be read; a document is first fetched from Telegram. Raises TelegramError."""
    if isinstance(enclosed, Article):
        return enclosed
    if isinstance(enclosed, str):
        return sources.Link(enclosed)
    file = await enclosed.get_file()
    return sources.Document(name_of(enclosed), bytes(await file.download_as_bytearray()))


def name_of(enclosed: Enclosed) -> str:
    """What it is called as long as it is not read."""
    if isinstance(enclosed, Article):
        return enclosed.title
    return enclosed if isinstance(enclosed, str) else enclosed.file_name or "document"


def megabytes_of(enclosed: Enclosed) -> float:
    """The size of a document; 0 where it is not known before it is read."""
    return (enclosed.file_size or 0) / 1e6 if isinstance(enclosed, Document) else 0.0


def _is_no_question(text: Article, forwarded: Message) -> bool:
    if isinstance(forwarded.forward_origin, MessageOriginChannel) and not text.text.rstrip().endswith("?"):
        return True
    return len(text.text.split()) >= _WORDS and len(split_sentences(text)) >= _SENTENCES


def _links_in(message: Message) -> list[str]:
    """The links of a message, as they stand there or under its words."""
    links = []
    for entity in message.entities or message.caption_entities:
        if entity.type == MessageEntity.TEXT_LINK and entity.url:
            links.append(entity.url)
        elif entity.type == MessageEntity.URL:
            found = text_of(entity, message.text or message.caption or "")
            links.append(found if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", found) else f"http://{found}")
    return links
