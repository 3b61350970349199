"""The library and the chats' shelves that are kept in, both in line out: as at each start of the bot.

They are not after a stop between a change of the one and of the other, nor where an earlier version, in which what two
chats brought was one article, left the articles on a shelf that is no chat's.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.telegram_front.shelves import KeptShelves, as_brought
from embeddings.entries import digest_of
from embeddings.library import Library
from embeddings.types import Article, ArticleSummary, Entry

log = logging.getLogger(__name__)


def settle(library: Library, shelves: KeptShelves) -> None:
    """Put what chats have on their shelves on these in the library, too, and remove what none of them has.

    What is put elsewhere is not read and encoded anew. Raises SaidwhatError.
    """
    with shelves.changing:
        chats = shelves.by_article()
        for summary in library.store.articles():
            if summary.shelf:
                _settle(summary, chats.get(summary.id, ()), library, shelves)


def _settle(held: ArticleSummary, chats: Sequence[int], library: Library, shelves: KeptShelves) -> None:
    for chat in chats:
        if held.shelf != str(chat):
            entry = library.store.entry(held.id)
            article = as_brought(replace(entry.article, id=held.id.rpartition("#")[0]), chat)
            library.store.add(_as(article, entry), library.encoder.stamp())
            shelves.replace(chat, held.id, article.id)
    if held.shelf not in map(str, chats):
        library.store.remove(held.id)
        log.info("an article that is on no shelf any more was removed")


def _as(article: Article, entry: Entry) -> Entry:
    """The entry of the same article by another id, on another shelf."""
    return replace(
        entry,
        article=article,
        digest=digest_of(article),
        sentences=tuple(replace(sentence, article=article.id) for sentence in entry.sentences),
        quotes=tuple(replace(quote, article=article.id) for quote in entry.quotes),
        entities=tuple(replace(entity, article=article.id) for entity in entry.entities),
    )
