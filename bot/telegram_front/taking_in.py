"""A link, a document or a text, and the chat that brought it, in; an article of the library on the chat's shelf out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from bot.asking import ask, suggest
from bot.settings import Settings
from bot.suggestions import MOST
from bot.telegram_front.shelves import KeptShelves, as_brought
from embeddings.errors import ArticleError
from embeddings.library import Library
from embeddings.sources import Source
from embeddings.types import Article, ArticleSummary, Shelves

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
    shelves: KeptShelves

    def take_in(self, chat: int, brought: Source | Article) -> Taken:
        """Read what was `brought`, and put its article on the shelf of `chat`.

        One of the same address that the chat brought before goes. Raises ArticleError, whose message is a clause, where
        it is none.
        """
        article = self._shelve(chat, brought)
        (summary,) = self.library.store.articles([article.id])
        quotes = len(self.library.store.quotes([article.id]))
        return Taken(summary, quotes, self._questions(article.id))

    def take_in_post(self, channel: int, post: int, brought: Source | Article) -> None:
        """As `take_in`, for what the `post` of a channel brought, in the place of what that brought before.

        Of more than CHANNEL_POSTS the oldest posts' articles go. What an admin added stays, and is no post's.
        """
        self._shelve(channel, brought, post)

    def added(self, chat: int) -> int:
        """How many articles were added to the shelf of `chat`; those of a channel's posts do not count."""
        return len({*self._held(chat)}.difference(self.shelves.posts(chat).values()))

    def _shelve(self, chat: int, brought: Source | Article, post: int | None = None) -> Article:
        article = brought if isinstance(brought, Article) else self.library.bring(brought)
        if len(article.text) > _LONGEST:
            raise ArticleError(f"its text has {len(article.text)} characters, and it may have {_LONGEST}: split it")
        with self.shelves.changing:
            article = self._common(article) or self._as_brought(chat, article)
            posts = self.shelves.posts(chat)
            before = None if post is None else posts.get(post)
            is_held = bool(self.library.store.shelves_of([article.id]))
            if is_held and before == article.id:
                return article
            older = self._older(chat, article).union([before] if before else []).difference([article.id])
            if not is_held:
                self.library.put(article)  # removed at the next start if this one ends here
            added = {article.id, *older}.intersection(self.shelves.of(chat)).difference(posts.values())
            self.shelves.put(chat, article.id, None if added else post)
            self._take_off(chat, older)
            posts = self.shelves.posts(chat)
            oldest = sorted(posts)[: max(0, len(posts) - self.settings.channel_posts)]
            self._take_off(chat, [posts[number] for number in oldest])
        return article

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
        """Take an article off the shelf of `chat`, and out of the library if it is the chat's own. True when done."""
        with self.shelves.changing:
            self._take_off(chat, [article_id])
        return True

    def take_off_post(self, channel: int, post: int) -> bool:
        """Take what the `post` of a channel brought off its shelf, if it is there. True when done."""
        with self.shelves.changing:
            brought = self.shelves.posts(channel).get(post)
            self._take_off(channel, [brought] if brought else [])
        return True

    def clear(self, chat: int) -> bool:
        """Take all articles off the shelf of `chat`. True when done."""
        with self.shelves.changing:
            held = self.library.store.articles(Shelves((str(chat),)))
            self.shelves.clear(chat)
            self._remove(chat, [summary.id for summary in held])
        return True

    def move(self, old: int, new: int) -> bool:
        """Give what is on the shelf of `old` to `new`: a group that became a supergroup. True when done."""
        with self.shelves.changing:
            self.shelves.move(old, new)  # by this the next start goes on if this one ends here
            self.library.store.rename_shelf(str(old), str(new))
        return True

    def _common(self, article: Article) -> Article | None:
        """The same article as it is common to all, if it is."""
        if self.library.store.shelves_of([article.id]).get(article.id) != "":
            return None
        held = self.library.store.article(article.id)
        return held if (held.title, held.text) == (article.title, article.text) else None

    def _as_brought(self, chat: int, article: Article) -> Article:
        """`article` as it is put on the shelf of `chat`, or is there: a group that moved has its articles' old ids."""
        brought = as_brought(article, chat)
        alike = [held for held in self._held(chat) if held.startswith(f"{article.id}#")]
        held = map(self.library.store.article, alike)
        same = (one.id for one in held if replace(one, id=brought.id) == brought)
        return replace(brought, id=next(same, brought.id))

    def _older(self, chat: int, article: Article) -> set[str]:
        """What the chat brought from the same address before."""
        if article.url is None:
            return set()
        brought = [older for older in self.library.store.articles(self._held(chat)) if older.shelf]
        return {older.id for older in brought if older.url == article.url and older.id != article.id}

    def _held(self, chat: int) -> list[str]:
        """What is on the shelf of `chat`, and in the library."""
        shelf = self.shelves.of(chat)
        held = self.library.store.shelves_of(shelf)
        return [article_id for article_id in shelf if article_id in held]

    def _take_off(self, chat: int, article_ids: Iterable[str]) -> None:
        for article_id in article_ids:
            self.shelves.take(chat, article_id)
            self._remove(chat, [article_id])

    def _remove(self, chat: int, article_ids: Sequence[str]) -> None:
        """Remove those of the articles from the library that are the chat's own."""
        for article_id, shelf in self.library.store.shelves_of(article_ids).items():
            if shelf == str(chat):
                self.library.store.remove(article_id)
                log.info("an article that is on no shelf any more was removed")
