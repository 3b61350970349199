"""The default store: a folder with one SQLite file that holds everything, and a FAISS index derived from it.

library.sqlite            articles, sentences, vectors, entities, quotes, and the lists of words
vectors-<lineage>.faiss   only of a large library: an index of its older sentences; lost or damaged, it is built anew
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from embeddings.errors import StampError, UnknownArticle
from embeddings.people import Person
from embeddings.stores import by_place, people_index
from embeddings.stores.faults import faults_of_library
from embeddings.stores.index_building import write_index
from embeddings.stores.schema import (
    ENTITY,
    QUOTE,
    SUMMARY,
    delete_article,
    entity_of,
    former_texts,
    insert_entry,
    new_lineage,
    quote_of,
    read_article,
)
from embeddings.stores.scopes import check_scope, in_articles, ranges_of, scope_ranges
from embeddings.stores.sqlite_file import SqliteFile, meta, stored_stamp
from embeddings.stores.stems import Stemmer
from embeddings.stores.vector_index import Limits, VectorIndex
from embeddings.stores.word_index import best_matches, frequencies
from embeddings.types import (
    AllBut,
    Article,
    ArticleSummary,
    Encoded,
    Entity,
    Entry,
    Hit,
    Quote,
    Scope,
    Sentence,
    Stamp,
    States,
    Vectors,
)

_FORMER = 20  # texts that are kept of an article which changes again and again


class EmbeddedStore:
    """A Store in the folder `home`, made at the first write. Usable from several threads and processes at once.

    An article goes in or out in one SQLite transaction, so a crash leaves the library as it was before or after it.
    """

    def __init__(self, home: Path, limits: Limits = Limits()) -> None:  # noqa: B008 - it is frozen
        self._home = home
        self._limits = limits
        self._index = VectorIndex(home, limits)
        self._summaries: tuple[str | None, list[ArticleSummary]] = (None, [])
        self._stemmer = Stemmer()
        self._sqlite = SqliteFile(home, self._index.forget)

    # --- reading -------------------------------------------------------------------------------------------------

    def stamp(self) -> Stamp | None:
        with self._sqlite.reading() as database:
            return stored_stamp(database)

    def is_new(self) -> bool:
        with self._sqlite.reading(any_format=True) as database:
            return database is None or meta(database, "revision") is None

    def revision(self) -> str | None:
        with self._sqlite.reading(any_format=True) as database:
            return meta(database, "revision")

    def articles(self, scope: Scope = None) -> list[ArticleSummary]:
        if scope is None or isinstance(scope, AllBut):
            left_out = frozenset(scope.articles if scope else ())
            return [summary for summary in self._all_articles() if summary.id not in left_out]
        return self._these_articles(list(dict.fromkeys(scope)))

    def _all_articles(self) -> list[ArticleSummary]:
        with self._sqlite.reading(any_format=True) as database:
            revision = meta(database, "revision")
            if database is None or revision != self._summaries[0]:
                rows = database and database.execute(f"SELECT {SUMMARY} FROM articles ORDER BY id")
                self._summaries = revision, [ArticleSummary(*row) for row in rows or ()]
            return self._summaries[1]

    def _these_articles(self, wanted: list[str]) -> list[ArticleSummary]:
        with self._sqlite.reading(any_format=True) as database:
            sql = f"SELECT {SUMMARY} FROM articles WHERE id IN (SELECT value FROM json_each(?))"
            rows = database.execute(sql, (json.dumps(wanted),)) if database else ()
            found = {row[0]: ArticleSummary(*row) for row in rows}
        try:
            return [found[article_id] for article_id in wanted]
        except KeyError as error:
            raise UnknownArticle.named(error.args[0]) from error

    def article(self, article_id: str) -> Article:
        with self._sqlite.reading(any_format=True) as database:
            article = read_article(database, article_id) if database else None
        if article is None:
            raise UnknownArticle.named(article_id)
        return article

    def former_texts(self, article_id: str) -> list[str]:
        with self._sqlite.reading(any_format=True) as database:
            return former_texts(database, article_id) if database else []

    def digest(self, article_id: str) -> str | None:
        with self._sqlite.reading() as database:
            row = database and database.execute("SELECT digest FROM articles WHERE id = ?", (article_id,)).fetchone()
            return row[0] if row else None

    def entry(self, article_id: str) -> Entry:
        with self._sqlite.snapshot():
            sentences = tuple(self.sentences(article_id))
            encoded, states = self.encoded(sentences), tuple(self.states(sentences))
            return Entry(
                self.article(article_id),
                self.digest(article_id) or "",
                sentences,
                Encoded(encoded.vectors, encoded.tokens, states if any(one.size for one in states) else ()),
                tuple(self.quotes([article_id])),
                tuple(self.entities([article_id])),
                tuple(self.former_texts(article_id)),
            )

    def sentences(self, article_id: str) -> list[Sentence]:
        with self._sqlite.reading() as database:
            found = by_place.sentences_in(database, article_id) if database else []
        if not found:
            raise UnknownArticle.named(article_id)
        return found

    def entities(self, scope: Scope = None) -> list[Entity]:
        with self._sqlite.reading() as database:
            condition, values = in_articles(database, scope)
            sql = f"SELECT {ENTITY} FROM entities JOIN namings ON id = naming{condition} ORDER BY article, number"
            return [entity_of(row) for row in database.execute(sql, values)] if database else []

    def quotes(self, scope: Scope = None) -> list[Quote]:
        with self._sqlite.reading() as database:
            condition, values = in_articles(database, scope)
            sql = f"SELECT {QUOTE} FROM quotes{condition} ORDER BY article, position"
            return [quote_of(row) for row in database.execute(sql, values)] if database else []

    # --- who is named and quoted ---------------------------------------------------------------------------------

    def named(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        with self._sqlite.reading() as database:
            check_scope(database, scope)
            return people_index.named(database, words, scope) if database else []

    def described(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        with self._sqlite.reading() as database:
            check_scope(database, scope)
            return people_index.described(database, self._stemmer, words, scope) if database else []

    def quoted(self, scope: Scope = None) -> list[tuple[Person, int]]:
        with self._sqlite.reading() as database:
            check_scope(database, scope)
            return people_index.quoted(database, scope) if database else []

    def speaker_of(self, quote: Quote, scope: Scope = None) -> Person | None:
        with self._sqlite.reading() as database:
            return people_index.speaker_of(database, quote, scope) if database else None

    def words_of_names(self, scope: Scope = None) -> frozenset[str]:
        with self._sqlite.reading() as database:
            check_scope(database, scope)
            return people_index.words_of_names(database, scope) if database else frozenset()

    def entities_of(self, people: Sequence[Person], scope: Scope = None) -> list[Entity]:
        with self._sqlite.reading() as database:
            condition, values = people_index.of_people(people, scope)
            source = "entities JOIN namings ON id = naming"
            sql = f"SELECT {ENTITY} FROM {source} WHERE {condition} ORDER BY article, number"
            return [entity_of(row) for row in database.execute(sql, values)] if database else []

    def quotes_of(self, people: Sequence[Person], scope: Scope = None) -> list[Quote]:
        with self._sqlite.reading() as database:
            condition, values = people_index.of_people(people, scope)
            sql = f"SELECT {QUOTE} FROM quotes WHERE {condition} ORDER BY article, position"
            return [quote_of(row) for row in database.execute(sql, values)] if database else []

    # --- sentences -----------------------------------------------------------------------------------------------

    def neighbours(self, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
        with self._sqlite.reading() as database:
            return by_place.neighbours(database, sentences, reach) if database else [[] for _ in sentences]

    def encoded(self, sentences: Sequence[Sentence]) -> Encoded:
        with self._sqlite.reading() as database:
            if database is None or not sentences:
                return Encoded(np.empty((0, 0), dtype=np.float32))
            return by_place.encodings(database, sentences)

    def states(self, sentences: Sequence[Sentence]) -> list[States]:
        with self._sqlite.reading() as database:
            return by_place.states(database, sentences) if database else []

    # --- searching -----------------------------------------------------------------------------------------------

    def search_by_meaning(self, vector: Vectors, count: int, scope: Scope = None) -> list[Hit]:
        with self._sqlite.reading() as database:
            among = scope_ranges(database, scope)
            return self._hits(database, self._index.search(database, vector, count, among)) if database else []

    def search_by_words(self, words: Sequence[str], count: int, scope: Scope = None) -> list[Hit]:
        with self._sqlite.reading() as database:
            among = scope_ranges(database, scope)
            return self._hits(database, best_matches(database, self._stemmer, words, count, among)) if database else []

    def frequencies(self, words: Sequence[str], scope: Scope = None) -> tuple[list[int], int]:
        with self._sqlite.reading() as database:
            if database is None:
                check_scope(database, scope)
                return [0] * len(words), 0
            if not isinstance(scope, AllBut):
                return frequencies(database, self._stemmer, words, scope_ranges(database, scope))
            held, out = (
                frequencies(database, self._stemmer, words, among)
                for among in (None, ranges_of(database, scope.articles))
            )  # the length of a list is known without reading it
            return [every - left_out for every, left_out in zip(held[0], out[0], strict=True)], held[1] - out[1]

    @staticmethod
    def _hits(database: sqlite3.Connection, found: Sequence[tuple[int, float]]) -> list[Hit]:
        sentences = by_place.sentences_of(database, [i for i, _ in found])
        return [Hit(sentences[i], score) for i, score in found if i in sentences]

    # --- writing -------------------------------------------------------------------------------------------------

    def add(self, entry: Entry, stamp: Stamp) -> None:
        with self._sqlite.writing() as database:
            held = stored_stamp(database)
            if held and not held.fits(stamp):
                raise StampError(f"The library in {self._home} was made with another model.")
            former = _texts_before(database, entry)
            delete_article(database, self._stemmer, entry.article.id)
            insert_entry(database, self._stemmer, replace(entry, former=former), stamp)

    def rebuild(self, entries: Iterable[Entry], stamp: Stamp) -> Iterator[Entry]:
        with self._sqlite.successor() as made:
            for entry in entries:
                with made.writing() as database:
                    insert_entry(database, self._stemmer, entry, stamp)
                yield entry

    def remove(self, article_id: str) -> None:
        if self.digest(article_id) is None:
            raise UnknownArticle.named(article_id)
        with self._sqlite.writing() as database:
            delete_article(database, self._stemmer, article_id)
            if not database.execute("SELECT 1 FROM articles LIMIT 1").fetchone():
                database.execute("DELETE FROM meta WHERE name = 'stamp'")  # an empty library takes any model
                new_lineage(database)

    # --- care ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        write_index(self._sqlite, self._limits)
        with self._sqlite.reading() as database:
            if database is not None:
                self._index.follow(database)

    def check(self) -> list[str]:
        with self._sqlite.reading() as database:
            if database is None:
                return []
            return [*faults_of_library(database, self._stemmer), *self._index.faults(database)]

    def close(self) -> None:
        self._sqlite.close()


def _texts_before(database: sqlite3.Connection, entry: Entry) -> tuple[str, ...]:
    """The texts that an article had before `entry` takes its place, the latest first, each once."""
    held = read_article(database, entry.article.id)
    texts = [held.text, *former_texts(database, entry.article.id)] if held else []
    return tuple(text for text in dict.fromkeys((*texts, *entry.former)) if text != entry.article.text)[:_FORMER]
