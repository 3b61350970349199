"""A Telegram message in, the article that it brings out: one link, or a document."""

from __future__ import annotations

import re

from telegram import Document, Message, MessageEntity

from bot.telegram_front.asked import text_of

Enclosed = str | Document
"""A link, or a file that is still with Telegram."""


def enclosed_in(message: Message) -> Enclosed | None:
    """What `message` brings; None where it has no document, and not just one link."""
    if message.document:
        return message.document
    links = dict.fromkeys(_links_in(message))
    return next(iter(links)) if len(links) == 1 else None


def is_to_be_read(message: Message) -> bool:
    """Whether `message` does nothing but bring an article: a document, a bare link, or a link that is forwarded."""
    enclosed = enclosed_in(message)
    if enclosed is None or isinstance(enclosed, Document) or message.forward_origin:
        return enclosed is not None
    return len((message.text or "").split()) == 1


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
