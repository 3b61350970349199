"""What both databases have in common in, a Store out, but for how it is opened and how it is searched by meaning."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Generic, TypeVar

import numpy as np

from embeddings.errors import StampError, UnknownArticle
from embeddings.people import Person
from embeddings.stores import by_place, people_index
from embeddings.stores.faiss_index import products
from embeddings.stores.faults import faults_of_library
from embeddings.stores.rows import (
    ENTITY,
    QUOTE,
    SUMMARIES,
    SUMMARY,
    delete_article,
    entity_of,
    former_texts,
    has_shelf,
    insert_entry,
    meta,
    quote_of,
    read_article,
    rename_shelf,
    shelf_names,
    stored_stamp,
)
from embeddings.stores.scopes import Among, Ids, SeenScope, check_scope, seen, sentences_among, where
from embeddings.stores.sql import Database
from embeddings.stores.stems import Stemmer
from embeddings.stores.vector_index import vectors_of
from embeddings.stores.word_index import best_matches, frequencies
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
    Shelves,
    Stamp,
    States,
    Vectors,
)

Opened = TypeVar("Opened", bound=Database)
"""An open library of one kind."""

_FORMER = 20  # texts that are kept of an article which changes again and again


class SqlStore(ABC, Generic[Opened]):
    """All of a Store that SQL answers alike in every database."""

    def __init__(self, name: str, stemmer: Stemmer) -> None:
        """`name` is what messages call the library: "library in /home/ada"."""
        self._name = name
        self._stemmer = stemmer
        self._kept: tuple[str | None, dict[str, list[ArticleSummary]]] = (None, {})

    @abstractmethod
    def _reading(self, *, any_format: bool = False) -> AbstractContextManager[Opened | None]:
        """The open library, or None where there is none yet; within it another one is the same.

        Raises StampError for an older format that holds articles, other than with `any_format`.
        """

    @abstractmethod
    def _snapshot(self) -> AbstractContextManager[Opened | None]:
        """The open library as `_reading` has it; what is read inside is of one moment, whatever others write."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Opened]:
        """One transaction with a new revision, which nobody else writes beside, committed at the end or undone."""

    @abstractmethod
    def _nearest(
        self, database: Opened, vector: Vectors, count: int, scope: Among | None
    ) -> Sequence[tuple[int, float]]:
        """The ids in scope that are nearest to `vector`, of shape (dimension,), with their cosines, best first.

        Raises ValueError for a vector of another shape.
        """

    def _cosines(self, database: Opened, vector: Vectors, ids: Ids) -> dict[int, float]:
        """The cosines of those of `ids` that are held, by id."""
        held, vectors = vectors_of(database, ids)
        return dict(zip(held.tolist(), products(vectors, vector).tolist(), strict=True))

    @abstractmethod
    def _emptied(self, database: Opened) -> None:
        """The last article went, and the next one may come with another model."""

    @contextmanager
    def _reading_in(self, scope: Scope) -> Iterator[tuple[Opened | None, SeenScope]]:
        """The open library as `_reading` has it, with the scope as this library has it."""
        # of one moment, so that nothing that is put on another shelf meanwhile is taken for common
        with self._snapshot() if isinstance(scope, Shelves) else self._reading() as database:
            yield database, seen(database, scope)

    # --- reading -------------------------------------------------------------------------------------------------

    def stamp(self) -> Stamp | None:
        with self._reading() as database:
            return stored_stamp(database)

    def is_new(self) -> bool:
        with self._reading(any_format=True) as database:
            return database is None or meta(database, "revision") is None

    def revision(self) -> str | None:
        with self._reading(any_format=True) as database:
            return meta(database, "revision")

    def articles(self, scope: Scope = None) -> list[ArticleSummary]:
        if scope is not None and not isinstance(scope, Shelves):
            return self._these_articles(list(dict.fromkeys(scope)))
        with self._reading(any_format=True) as database:
            if database is None:
                return []
            if isinstance(scope, Shelves):
                database.open_shelves(["", *scope.names])
                common = self._kept_articles(database, " WHERE name = ''")
                own = _summaries(database, " WHERE name IN ?", [name for name in scope.names if name])
                return sorted([*common, *own], key=lambda one: one.id) if own else [*common]
            return [*self._kept_articles(database)]

    def _kept_articles(self, database: Opened, condition: str = "") -> list[ArticleSummary]:
        """The articles that meet a condition, which are read once for each revision; not to be changed."""
        revision, (known, kept) = meta(database, "revision"), self._kept
        if revision != known:
            kept = {}
        if condition not in kept:
            kept = kept | {condition: _summaries(database, condition)}
            self._kept = revision, kept
        return kept[condition]

    def _these_articles(self, wanted: list[str]) -> list[ArticleSummary]:
        with self._reading(any_format=True) as database:
            found = {one.id: one for one in _summaries(database, " WHERE id IN ?", wanted)} if database else {}
        try:
            return [found[article_id] for article_id in wanted]
        except KeyError as error:
            raise UnknownArticle.named(error.args[0]) from error

    def shelves_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        with self._reading(any_format=True) as database:
            return shelf_names(database, article_ids) if database else {}

    def article(self, article_id: str) -> Article:
        with self._reading(any_format=True) as database:
            article = read_article(database, article_id) if database else None
        if article is None:
            raise UnknownArticle.named(article_id)
        return article

    def former_texts(self, article_id: str) -> list[str]:
        with self._reading(any_format=True) as database:
            return former_texts(database, article_id) if database else []

    def digest(self, article_id: str) -> str | None:
        with self._reading() as database:
            row = database and database.execute("SELECT digest FROM articles WHERE id = ?", (article_id,)).fetchone()
            return row[0] if row else None

    def entry(self, article_id: str) -> Entry:
        with self._snapshot():
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
        with self._reading() as database:
            found = by_place.sentences_in(database, article_id) if database else []
        if not found:
            raise UnknownArticle.named(article_id)
        return found

    def entities(self, scope: Scope = None) -> list[Entity]:
        with self._reading_in(scope) as (database, among):
            condition, values = where(database, among, "entities")
            sql = f"SELECT {ENTITY} FROM entities JOIN namings ON id = naming{condition} ORDER BY article, number"
            return [entity_of(row) for row in database.execute(sql, values)] if database else []

    def quotes(self, scope: Scope = None) -> list[Quote]:
        with self._reading_in(scope) as (database, among):
            condition, values = where(database, among, "quotes")
            sql = f"SELECT {QUOTE} FROM quotes{condition} ORDER BY article, position"
            return [quote_of(row) for row in database.execute(sql, values)] if database else []

    # --- who is named and quoted ---------------------------------------------------------------------------------

    def named(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        with self._reading_in(scope) as (database, among):
            check_scope(database, among)
            return people_index.named(database, words, among) if database else []

    def described(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        with self._reading_in(scope) as (database, among):
            check_scope(database, among)
            return people_index.described(database, self._stemmer, words, among) if database else []

    def quoted(self, scope: Scope = None) -> list[tuple[Person, int]]:
        with self._reading_in(scope) as (database, among):
            check_scope(database, among)
            return people_index.quoted(database, among) if database else []

    def speaker_of(self, quote: Quote, scope: Scope = None) -> Person | None:
        with self._reading_in(scope) as (database, among):
            return people_index.speaker_of(database, quote, among) if database else None

    def words_of_names(self, scope: Scope = None) -> frozenset[str]:
        with self._reading_in(scope) as (database, among):
            check_scope(database, among)
            return people_index.words_of_names(database, among) if database else frozenset()

    def entities_of(self, people: Sequence[Person], scope: Scope = None) -> list[Entity]:
        with self._reading_in(scope) as (database, among):
            condition, values = people_index.of_people(people, among, "entities")
            source = "entities JOIN namings ON id = naming"
            sql = f"SELECT {ENTITY} FROM {source} WHERE {condition} ORDER BY article, number"
            return [entity_of(row) for row in database.execute(sql, values)] if database else []

    def quotes_of(self, people: Sequence[Person], scope: Scope = None) -> list[Quote]:
        with self._reading_in(scope) as (database, among):
            condition, values = people_index.of_people(people, among, "quotes")
            sql = f"SELECT {QUOTE} FROM quotes WHERE {condition} ORDER BY article, position"
            return [quote_of(row) for row in database.execute(sql, values)] if database else []

    # --- sentences -----------------------------------------------------------------------------------------------

    def neighbours(self, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
        with self._reading() as database:
            return by_place.neighbours(database, sentences, reach) if database else [[] for _ in sentences]

    def encoded(self, sentences: Sequence[Sentence]) -> Encoded:
        with self._reading() as database:
            if database is None or not sentences:
                return Encoded(np.empty((0, 0), dtype=np.float32))
            return by_place.encodings(database, sentences)

    def states(self, sentences: Sequence[Sentence]) -> list[States]:
        with self._reading() as database:
            return by_place.states(database, sentences) if database else []

    # --- searching -----------------------------------------------------------------------------------------------

    def search_by_meaning(self, vector: Vectors, count: int, scope: Scope = None) -> list[Hit]:
        with self._searching(scope) as (database, among):
            return _hits(database, self._nearest(database, vector, count, among)) if database else []

    def search_by_words(self, words: Sequence[str], count: int, scope: Scope = None) -> list[Hit]:
        with self._searching(scope) as (database, among):
            return _hits(database, best_matches(database, self._stemmer, words, count, among).best) if database else []

    def search(self, vector: Vectors, words: Sequence[str], count: int, scope: Scope = None) -> Found:
        with self._searching(scope) as (database, among):
            if database is None:
                return Found([], [], [], [], (), [0] * len(words), 0)
            near = self._nearest(database, vector, count, among)
            matches = best_matches(database, self._stemmer, words, count, among)
            cosines = dict(near)
            others = np.array([i for i, _ in matches.best if i not in cosines], dtype=np.int64)
            cosines |= self._cosines(database, vector, others)
            held, tokens = by_place.sentences_with_tokens(database, cosines)
            by_meaning, by_words = (_scored(held, found) for found in (near, matches.best))
            told = [cosines[i] for i in held]
            return Found(by_meaning, by_words, [*held.values()], told, tokens, matches.frequencies, matches.sentences)

    def frequencies(self, words: Sequence[str], scope: Scope = None) -> tuple[list[int], int]:
        with self._searching(scope) as (database, among):
            return frequencies(database, self._stemmer, words, among) if database else ([0] * len(words), 0)

    @contextmanager
    def _searching(self, scope: Scope) -> Iterator[tuple[Opened | None, Among | None]]:
        """The open library, with the sentences in scope; None for all."""
        with self._reading_in(scope) as (database, among):
            if database is None:
                check_scope(database, among)
            yield database, self._among(database, among) if database else None

    def _among(self, database: Opened, scope: SeenScope) -> Among | None:
        """The sentences in scope; None for all. Raises UnknownArticle."""
        return sentences_among(database, scope)

    # --- writing -------------------------------------------------------------------------------------------------

    def add(self, entry: Entry, stamp: Stamp) -> None:
        with self._writing() as database:
            held = stored_stamp(database)
            if held and not held.fits(stamp):
                raise StampError(f"The {self._name} was made with another model.")
            former = _texts_before(database, entry)
            delete_article(database, self._stemmer, entry.article.id)
            insert_entry(database, self._stemmer, replace(entry, former=former), stamp)

    def remove(self, article_id: str) -> None:
        if self.digest(article_id) is None:
            raise UnknownArticle.named(article_id)
        with self._writing() as database:
            if not delete_article(database, self._stemmer, article_id):
                raise UnknownArticle.named(article_id)  # another process was faster
            if not database.execute("SELECT 1 FROM articles LIMIT 1").fetchone():
                database.execute("DELETE FROM meta WHERE name = 'stamp'")  # an empty library takes any model
                self._emptied(database)

    def rename_shelf(self, old: str, new: str) -> None:
        with self._reading() as database:
            if database is None or old == new or not has_shelf(database, old):
                return
        with self._writing() as database:
            rename_shelf(database, old, new)

    # --- care ----------------------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        with self._reading() as database:
            return [] if database is None else [*self._faults(database)]

    def _faults(self, database: Opened) -> Iterator[str]:
        """What is wrong inside the library, a sentence each."""
        yield from faults_of_library(database, self._stemmer)


def _hits(database: Database, found: Sequence[tuple[int, float]]) -> list[Hit]:
    """The sentences that a search found, with their scores."""
    return _scored(by_place.sentences_of(database, [i for i, _ in found]), found)


def _scored(sentences: Mapping[int, Sentence], found: Sequence[tuple[int, float]]) -> list[Hit]:
    return [Hit(sentences[i], score) for i, score in found if i in sentences]


def _summaries(database: Database, condition: str = "", *values: list[str]) -> list[ArticleSummary]:
    rows = database.execute(f"SELECT {SUMMARY} FROM {SUMMARIES}{condition} ORDER BY id", values)
    return [ArticleSummary(*row) for row in rows]


def _texts_before(database: Database, entry: Entry) -> tuple[str, ...]:
    """The texts that an article had before `entry` takes its place, the latest first, each once."""
    held = read_article(database, entry.article.id)
    texts = [held.text, *former_texts(database, entry.article.id)] if held else []
    return tuple(text for text in dict.fromkeys((*texts, *entry.former)) if text != entry.article.text)[:_FORMER]
