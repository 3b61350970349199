"""A store in PostgreSQL and a standby of it in, one Store out: what is read is read from the standby.

It is never older than what the database holds when it is asked: for each read the revisions of both are compared, and
where the standby's is another one, or it is away, the database itself is read. So the answer is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from embeddings.errors import StampError, StoreError, UnknownArticle
from embeddings.people import Person
from embeddings.stores import Store
from embeddings.stores.postgres.standby import Standby, of_standby
from embeddings.stores.postgres.store import PostgresStore
from embeddings.stores.rows import meta
from embeddings.types import (
    Article,
    ArticleSummary,
    Encoded,
    Entity,
    Entry,
    Found,
    Hit,
    Quote,
    Scope,
    Sentence,
    Stamp,
    States,
    Vectors,
)

T = TypeVar("T")

_TRIES = 2  # the first one may meet a connection that was cut while nobody used it


class _Side(PostgresStore):
    """The store at one of the two addresses."""

    def standby(self, url: str) -> Standby:
        return Standby(url, self._connections)

    @property
    def schema(self) -> str:
        return self._connections.schema

    def now_at(self) -> str | None:
        """The revision, asked for by one statement."""
        with self._connections.one_by_one() as database:
            return meta(database, "revision")

    @contextmanager
    def at(self, revision: str | None) -> Iterator[bool]:
        """Whether it is at `revision`, as it is then for all that is read inside."""
        with self._connections.reading() as database:
            yield meta(database, "revision") == revision


class ReadingStandby:
    """A Store in the database at `url`, of which `standby` is the address of a standby. Usable from several threads.

    Raises StoreError where an address cannot be read; so does whatever reads, where they are of different databases.
    """

    def __init__(self, url: str, standby: str) -> None:
        self._primary = _Side(url)
        try:
            self._copy = _Side(standby)
        except StoreError as error:
            raise of_standby(str(error)) from None  # the cause may quote the address, which holds the password
        if self._copy.schema != self._primary.schema:
            raise StoreError(
                f"SAIDWHAT_STORE names the schema {self._primary.schema}, and SAIDWHAT_STORE_READ"
                f" {self._copy.schema}: name the same one in both."
            )
        self.standby = self._primary.standby(standby)

    def _read(self, work: Callable[[Store], T]) -> T:
        """What `work` comes to in the standby, or where that is away or behind, in the database itself."""
        for _ in range(_TRIES):
            if not self.standby.is_there():
                break
            revision = self._primary.now_at()
            try:
                with self._copy.at(revision) as has_all:
                    if has_all:
                        return work(self._copy)
                break
            except (UnknownArticle, StampError):
                raise
            except StoreError as error:
                self._copy.close()  # its other connections are as good as this one
                fault = error
        else:
            self.standby.went_away(of_standby(str(fault)))
        return work(self._primary)

    # --- what may be read from the standby -----------------------------------------------------------------------

    def stamp(self) -> Stamp | None:
        return self._read(lambda store: store.stamp())

    def articles(self, scope: Scope = None) -> list[ArticleSummary]:
        return self._read(lambda store: store.articles(scope))

    def article(self, article_id: str) -> Article:
        return self._read(lambda store: store.article(article_id))

    def shelves_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        return self._read(lambda store: store.shelves_of(article_ids))

    def former_texts(self, article_id: str) -> list[str]:
        return self._read(lambda store: store.former_texts(article_id))

    def digest(self, article_id: str) -> str | None:
        return self._read(lambda store: store.digest(article_id))

    def entry(self, article_id: str) -> Entry:
        return self._read(lambda store: store.entry(article_id))

    def sentences(self, article_id: str) -> list[Sentence]:
        return self._read(lambda store: store.sentences(article_id))

    def entities(self, scope: Scope = None) -> list[Entity]:
        return self._read(lambda store: store.entities(scope))

    def quotes(self, scope: Scope = None) -> list[Quote]:
        return self._read(lambda store: store.quotes(scope))

    def named(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        return self._read(lambda store: store.named(words, scope))

    def described(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        return self._read(lambda store: store.described(words, scope))

    def quoted(self, scope: Scope = None) -> list[tuple[Person, int]]:
        return self._read(lambda store: store.quoted(scope))

    def speaker_of(self, quote: Quote, scope: Scope = None) -> Person | None:
        return self._read(lambda store: store.speaker_of(quote, scope))

    def words_of_names(self, scope: Scope = None) -> frozenset[str]:
        return self._read(lambda store: store.words_of_names(scope))

    def entities_of(self, people: Sequence[Person], scope: Scope = None) -> list[Entity]:
        return self._read(lambda store: store.entities_of(people, scope))

    def quotes_of(self, people: Sequence[Person], scope: Scope = None) -> list[Quote]:
        return self._read(lambda store: store.quotes_of(people, scope))

    def neighbours(self, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
        return self._read(lambda store: store.neighbours(sentences, reach))

    def encoded(self, sentences: Sequence[Sentence]) -> Encoded:
        return self._read(lambda store: store.encoded(sentences))

    def states(self, sentences: Sequence[Sentence]) -> list[States]:
        return self._read(lambda store: store.states(sentences))

    def frequencies(self, words: Sequence[str], scope: Scope = None) -> tuple[list[int], int]:
        return self._read(lambda store: store.frequencies(words, scope))

    def search_by_meaning(self, vector: Vectors, count: int, scope: Scope = None) -> list[Hit]:
        return self._read(lambda store: store.search_by_meaning(vector, count, scope))

    def search_by_words(self, words: Sequence[str], count: int, scope: Scope = None) -> list[Hit]:
        return self._read(lambda store: store.search_by_words(words, count, scope))

    def search(self, vector: Vectors, words: Sequence[str], count: int, scope: Scope = None) -> Found:
        return self._read(lambda store: store.search(vector, words, count, scope))

    # --- what is done, or told, by the database itself -----------------------------------------------------------

    def is_new(self) -> bool:
        return self._primary.is_new()

    def revision(self) -> str | None:
        return self._primary.now_at()

    def add(self, entry: Entry, stamp: Stamp) -> None:
        self._primary.add(entry, stamp)

    def rebuild(self, entries: Iterable[Entry], stamp: Stamp) -> Iterator[Entry]:
        return self._primary.rebuild(entries, stamp)

    def remove(self, article_id: str) -> None:
        self._primary.remove(article_id)

    def rename_shelf(self, old: str, new: str) -> None:
        self._primary.rename_shelf(old, new)

    def refresh(self) -> None:
        self._primary.refresh()

    def check(self) -> list[str]:
        return self._primary.check()

    def close(self) -> None:
        self.standby.close()
        self._copy.close()
        self._primary.close()
