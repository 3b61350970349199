"""What each chat has on its shelf, in which order and from which post, kept for the next start.

That an article is a chat's own is said in the library, too: it is on the shelf there that has the chat's number as its
name. So it is nobody's, not everybody's, where what is kept here is lost.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from bot.telegram_front.kept import Kept
from embeddings.types import Article

_KEPT_CHATS = 10_000  # whose shelves are kept in memory


def as_brought(article: Article, chat: int) -> Article:
    """`article` on the shelf of `chat`: under an id that no other content and no other chat's has.

    The link that was typed is dropped.
    """
    article = replace(article, source=None, shelf=str(chat))
    digest = hashlib.sha256(repr(article).encode("utf-8", "surrogatepass")).hexdigest()
    return replace(article, id=f"{article.id}#{digest[:16]}")


@dataclass(frozen=True, slots=True)
class _Shelf:
    articles: tuple[str, ...]
    posts: Mapping[int, str]


class KeptShelves:
    """The chats' shelves that are `kept`. Every method raises StoreError.

    Who changes a shelf and the library together holds `changing`, so that no article goes while the chat gets it.
    """

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._shelves: dict[int, _Shelf] = {}
        self._has_posts: bool | None = None

    @property
    def changing(self) -> AbstractContextManager[object]:
        return self._kept.changing

    def of(self, chat: int) -> tuple[str, ...]:
        """The ids of the articles on a chat's shelf, the last one first."""
        return self._shelf(chat).articles

    def posts(self, chat: int) -> Mapping[int, str]:
        """Those of the articles that a channel's posts brought, by the posts' numbers."""
        return self._shelf(chat).posts

    def has_posts(self) -> bool:
        """Whether there is a channel whose posts brought articles."""
        if self._has_posts is None or self._kept.is_shared:
            with self._kept.opened() as database:
                sql = "SELECT 1 FROM shelves WHERE post IS NOT NULL LIMIT 1"
                self._has_posts = bool(database and database.execute(sql).fetchone())
        return self._has_posts

    def _shelf(self, chat: int) -> _Shelf:
        """Looked up once, where nobody else can change it."""
        shelf = self._shelves.get(chat)
        if shelf is None:
            with self._kept.opened() as database:
                sql = "SELECT article, post FROM shelves WHERE chat = ? ORDER BY number DESC"
                rows = database.execute(sql, (chat,)).fetchall() if database else []
            posts = {post: article for article, post in rows if post is not None}
            shelf = _Shelf(tuple(article for article, _ in rows), posts)
            if self._kept.is_shared:
                return shelf
            if len(self._shelves) >= _KEPT_CHATS:
                self._shelves.clear()
            self._shelves[chat] = shelf
        return shelf

    def _forget(self, *chats: int) -> None:
        """Look the chats' shelves up anew."""
        self._has_posts = None
        for chat in chats:
            self._shelves.pop(chat, None)

    def put(self, chat: int, article_id: str, post: int | None = None) -> None:
        """Put an article, which the channel's `post` brought if it was one, on a chat's shelf, before the others."""
        with self._kept.opened(write=True) as database:
            database.execute("DELETE FROM shelves WHERE chat = ? AND article = ?", (chat, article_id))
            sql = "INSERT INTO shelves (chat, article, post) VALUES (?, ?, ?)"
            database.execute(sql, (chat, article_id, post))
        self._forget(chat)

    def take(self, chat: int, article_id: str) -> None:
        """Take an article off a chat's shelf."""
        with self._kept.opened() as database:
            if database:
                database.execute("DELETE FROM shelves WHERE chat = ? AND article = ?", (chat, article_id))
        self._forget(chat)

    def move(self, old: int, new: int) -> None:
        """Give the shelf of `old` to `new`: a group that became a supergroup."""
        with self._kept.opened() as database:
            if database:
                held = "SELECT article FROM shelves WHERE chat = ?"
                sql = f"UPDATE shelves SET chat = ? WHERE chat = ? AND article NOT IN ({held})"
                database.execute(sql, (new, old, new))
                database.execute("DELETE FROM shelves WHERE chat = ?", (old,))
        self._forget(old, new)

    def clear(self, chat: int) -> None:
        """Take all articles off a chat's shelf."""
        with self._kept.opened() as database:
            if database:
                database.execute("DELETE FROM shelves WHERE chat = ?", (chat,))
        self._forget(chat)

    def replace(self, chat: int, article_id: str, new_id: str) -> None:
        """Put an article in the place of another on a chat's shelf, if that is there."""
        with self._kept.opened() as database:
            if database:
                there = "SELECT 1 FROM shelves WHERE chat = ? AND article = ?"
                sql = f"UPDATE shelves SET article = ? WHERE chat = ? AND article = ? AND NOT EXISTS ({there})"
                database.execute(sql, (new_id, chat, article_id, chat, new_id))
                database.execute("DELETE FROM shelves WHERE chat = ? AND article = ?", (chat, article_id))
        self._forget(chat)

    def by_article(self) -> Mapping[str, Sequence[int]]:
        """The chats that have each article on their shelves; of one that none has, none."""
        chats: defaultdict[str, list[int]] = defaultdict(list)
        with self._kept.opened() as database:
            for article, chat in database.execute("SELECT article, chat FROM shelves") if database else ():
                chats[article].append(chat)
        return chats

    # --- what is being read ------------------------------------------------------------------------------------------

    def begin_reading(self, chat: int, message_id: int) -> bool:
        """Keep that a message of the bot says that it is reading. True when kept."""
        with self._kept.opened(write=True) as database:
            sql = "INSERT INTO readings (chat, message) VALUES (?, ?) ON CONFLICT DO NOTHING"
            database.execute(sql, (chat, message_id))
        return True

    def end_reading(self, chat: int, message_id: int) -> bool:
        """That message says something else now. True when kept."""
        with self._kept.opened() as database:
            if database:
                database.execute("DELETE FROM readings WHERE chat = ? AND message = ?", (chat, message_id))
        return True

    def readings(self) -> list[tuple[int, int]]:
        """The chats and messages of the readings that did not end."""
        with self._kept.opened() as database:
            return database.execute("SELECT chat, message FROM readings").fetchall() if database else []
