"""A link or a document, and the chat that brought it, in; an article of the library on the chat's shelf out."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from bot.asking import ask, suggest
from bot.settings import Settings
from bot.suggestions import MOST
from bot.telegram_front.shelves import Shelves, as_brought, is_brought
from bot.telegram_front.views import View, Views
from embeddings.errors import ArticleError
from embeddings.library import Library
from embeddings.sources import Source
from embeddings.types import Article, ArticleSummary

log = logging.getLogger(__name__)

_PLAIN = ("Who is quoted?", "What is this article about?", "When was it published?")
_LONGEST = 200_000  # characters; what is longer takes minutes to read


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that a chat can ask from now on, with how many quotes it has, and questions that it answers."""

    article: ArticleSummary
    quotes: int
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelving:
    """What changes shelves and the library together. Every method raises SaidwhatError."""

    library: Library
    settings: Settings
    shelves: Shelves
    views: Views

    def take_in(self, chat: int, source: Source) -> Taken:
        """Read `source`, and put its article on the shelf of `chat`.

        One of the same address that the chat brought before goes. Raises ArticleError, whose message is a clause, where
        it is none.
        """
        article = self.library.bring(source)
        if len(article.text) > _LONGEST:
            raise ArticleError(f"its text has {len(article.text)} characters, and it may have {_LONGEST}: split it")
        with self.shelves.changing:
            view = self.views.of(chat)
            article = self._common(article, view) or as_brought(article)
            if self.library.store.digest(article.id) is None:
                self.library.put(article)  # nobody's for now, and removed at the next start if this one ends here
            self.shelves.put(chat, article.id)
            self._replace_older(chat, article, view)
        (summary,) = self.library.store.articles([article.id])
        quotes = len(self.library.store.quotes([article.id]))
        return Taken(summary, quotes, self._questions(article.id))

    def _questions(self, article_id: str) -> tuple[str, ...]:
        """Up to MOST questions that an article answers; where few can be found in it, what can be asked of most."""
        found = suggest(self.library, self.settings, [article_id])
        plain = (
            question
            for question in _PLAIN
            if ask(question, self.library, self.settings, scope=[article_id]).status == "answered"
        )
        return (*found, *islice(plain, MOST - len(found)))

    def take_off(self, chat: int, article_id: str) -> bool:
        """Take an article off the shelf of `chat`, and out of the library if it is on no other. True when done."""
        with self.shelves.changing:
            self.shelves.take(chat, article_id)
            self._drop([article_id])
        return True

    def clear(self, chat: int) -> bool:
        """Take all articles off the shelf of `chat`. True when done."""
        with self.shelves.changing:
            shelf = self.shelves.of(chat)
            self.shelves.clear(chat)
            self._drop(shelf)
        return True

    def drop_unshelved(self) -> None:
        """Remove what chats brought and none has on its shelf, as after a stop in between."""
        with self.shelves.changing:
            self._drop([summary.id for summary in self.library.store.articles()])

    def _common(self, article: Article, view: View) -> Article | None:
        """The same article as it is common to all, if it is."""
        if article.id not in view.seen:
            return None
        held = self.library.store.article(article.id)
        return held if (held.title, held.text) == (article.title, article.text) else None

    def _replace_older(self, chat: int, article: Article, view: View) -> None:
        """Take what the chat brought from the same address before off its shelf."""
        if article.url is None:
            return
        for older in self.library.store.articles(view.own):
            if older.url == article.url and older.id != article.id and is_brought(older.id):
                self.shelves.take(chat, older.id)
                self._drop([older.id])

    def _drop(self, article_ids: Iterable[str]) -> None:
        """Remove those of the articles that are on no shelf any more, and that chats brought."""
        for article_id in self.shelves.unshelved(article_ids):
            if self.library.store.digest(article_id) is not None:
                self.library.store.remove(article_id)
                log.info("an article that is on no shelf any more was removed")
