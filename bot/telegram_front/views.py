"""A chat in, what may be told there out: the articles common to all, and those on its own shelf.

In a group that discusses a channel, what is on the channel's shelf counts as its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from bot.telegram_front.shelves import Shelves, is_brought
from bot.types import Answer
from embeddings.errors import UnknownArticle
from embeddings.library import Library
from embeddings.types import AllBut, ArticleSummary, FixedScope

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """The articles that are `seen` from somewhere, the chat's `own` among them; `scope` is the same for a search."""

    seen: frozenset[str]
    own: tuple[str, ...] = ()
    scope: FixedScope = None

    def only(self, article_id: str | None) -> View:
        """The view of this one article; all of this view where the article is not seen."""
        if article_id is None or article_id not in self.seen:
            return self
        return View(frozenset((article_id,)), (), (article_id,))

    def closed(self) -> View:
        """The same view, by its articles' ids: what is put into the library while it is searched is not seen."""
        return View(self.seen, self.own, tuple(sorted(self.seen)))

    def sees(self, answer: Answer) -> bool:
        """Whether all that `answer` cites is still seen."""
        cited = [passage.citation for passage in (*answer.passages, *answer.closest)]
        return all(citation.article in self.seen for citation in (*cited, *(quote.citation for quote in answer.quotes)))

    def still(self, scope: FixedScope) -> tuple[str, ...]:
        """What is seen now of the articles that a `scope` names in which something was answered before."""
        named = () if scope is None or isinstance(scope, AllBut) else scope
        return tuple(article_id for article_id in named if article_id in self.seen)


class Views:
    """What is seen from each chat; `channel_of` tells which channel it discusses. Every method raises StoreError."""

    def __init__(
        self, library: Library, shelves: Shelves, channel_of: Callable[[int], int | None] = lambda chat: None
    ) -> None:
        self._library = library
        self._shelves = shelves
        self._channel_of = channel_of
        self._of = lru_cache(32)(self._view)  # each names all articles
        self._held = lru_cache(1)(self._apart)

    def of(self, chat: int | None, revision: str | None = None) -> View:
        """What is seen from `chat`, which None is where there is no shelf; `revision` is the library's, if known."""
        shelf = () if chat is None else self._shelf(chat)
        return self._of(revision or self._library.store.revision(), shelf)

    def _shelf(self, chat: int) -> tuple[str, ...]:
        own, channel = self._shelves.of(chat), self._channel_of(chat)
        return own if channel is None else tuple(dict.fromkeys((*own, *self._shelves.of(channel))))

    def listed(self, view: View) -> list[ArticleSummary]:
        """The articles of a view, its own first."""
        place = {article_id: number for number, article_id in enumerate(view.own)}
        held = [summary for summary in self._library.store.articles() if summary.id in view.seen]
        return sorted(held, key=lambda summary: place.get(summary.id, len(place)))

    def within(self, chat: int | None, work: Callable[[View], T], only: str | None = None) -> T:
        """What `work` comes to in the view of `chat`, or of `only` one article there.

        It is done anew where meanwhile an article went, or one came while all were searched. Raises SaidwhatError.
        """
        revision = self._library.store.revision()
        view = self.of(chat, revision).only(only)
        try:
            done = work(view)
            if isinstance(view.scope, tuple) or self._library.store.revision() == revision:
                return done
        except UnknownArticle:
            pass
        return work(self.of(chat).only(only).closed())

    def _view(self, revision: str | None, shelf: tuple[str, ...]) -> View:
        """Kept for as long as the library stays at `revision`, and a chat's shelf as it is."""
        common, brought = self._held(revision)
        own = tuple(article_id for article_id in shelf if article_id in brought or article_id in common)
        hidden = brought.difference(own)
        view = View(common.union(own), own, AllBut(tuple(sorted(hidden))) if hidden else None)
        return view if len(hidden) < len(view.seen) else view.closed()

    def _apart(self, revision: str | None) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the articles that are common, and of those that chats brought."""
        held = [summary.id for summary in self._library.store.articles()]
        brought = frozenset(filter(is_brought, held))
        return frozenset(held) - brought, brought
