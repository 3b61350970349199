"""A chat in, what may be told there out: the articles common to all, and those on its own shelf.

In a group that discusses a channel, what is on the channel's shelf counts as its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from bot.telegram_front.shelves import KeptShelves
from bot.types import Answer
from embeddings.errors import UnknownArticle
from embeddings.stores import Store
from embeddings.types import ArticleSummary, FixedScope, Shelves

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """The articles that are seen from somewhere: those common to all, and those on `shelves`; or the `one` of them.

    `own` are those that were brought there. Every method raises StoreError.
    """

    store: Store
    shelves: Shelves
    own: tuple[str, ...] = ()
    one: str | None = None

    @property
    def scope(self) -> Shelves | tuple[str, ...]:
        """The same for a search."""
        return self.shelves if self.one is None else (self.one,)

    def seen(self, article_ids: Iterable[str]) -> frozenset[str]:
        """Those of the articles that are seen."""
        asked = set(article_ids) if self.one is None else {self.one}.intersection(article_ids)
        shelf_of = self.store.shelves_of(sorted(asked)) if asked else {}
        return frozenset(held for held, shelf in shelf_of.items() if self.shelves.shows(shelf))

    def only(self, article_id: str | None) -> View:
        """The view of this one article; all of this view where the article is not seen."""
        return replace(self, own=(), one=article_id) if article_id and self.seen([article_id]) else self

    def still(self, told: Sequence[Answer]) -> list[Answer]:
        """The answers of which all that they cite is still seen; in their scopes the articles named that are."""
        cited, named = [_cited(answer) for answer in told], [_named(answer.scope) for answer in told]
        seen = self.seen(chain(*cited, *named))
        return [
            replace(answer, scope=tuple(article_id for article_id in named_there if article_id in seen))
            for answer, cited_there, named_there in zip(told, cited, named, strict=True)
            if seen.issuperset(cited_there)
        ]

    def listed(self) -> list[ArticleSummary]:
        """The articles, those brought there first; what is only being put on a shelf is not among them."""
        place = {article_id: number for number, article_id in enumerate(self.own)}
        held = [summary for summary in self.store.articles(self.scope) if not summary.shelf or summary.id in place]
        return sorted(held, key=lambda summary: place.get(summary.id, len(place)))


class Views:
    """What is seen from each chat; `channel_of` tells which channel it discusses. Every method raises StoreError."""

    def __init__(
        self, store: Store, shelves: KeptShelves, channel_of: Callable[[int], int | None] = lambda chat: None
    ) -> None:
        self._store = store
        self._shelves = shelves
        self._channel_of = channel_of

    def of(self, chat: int | None) -> View:
        """What is seen from `chat`, which None is where there is no shelf. All chats without any have the same view."""
        chats = () if chat is None else (chat, self._channel_of(chat))
        brought = {str(one): articles for one in chats if one is not None and (articles := self._shelves.of(one))}
        view = View(self._store, Shelves(tuple(brought)))
        own = dict.fromkeys(chain.from_iterable(brought.values()))
        seen = view.seen(own)
        return replace(view, own=tuple(article_id for article_id in own if article_id in seen))

    def within(self, chat: int | None, work: Callable[[View], T], only: str | None = None) -> T:
        """What `work` comes to in the view of `chat`, or of `only` one article there. Raises SaidwhatError.

        It is done anew where an article went meanwhile.
        """
        try:
            return work(self.of(chat).only(only))
        except UnknownArticle:
            return work(self.of(chat).only(only))


def _cited(answer: Answer) -> set[str]:
    passages = [passage.citation.article for passage in (*answer.passages, *answer.closest)]
    about = (answer.about,) if answer.about else ()
    return {*passages, *(quote.citation.article for quote in answer.quotes), *about}


def _named(scope: FixedScope) -> tuple[str, ...]:
    return scope if isinstance(scope, tuple) else ()
