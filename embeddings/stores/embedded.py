"""The default store: a folder with one SQLite file that holds everything, and a FAISS index derived from it.

library.sqlite            articles, sentences, vectors (float32 blobs), entities, quotes, and a full-text index
vectors-<revision>.faiss  the index of one revision; lost, damaged or of another revision, it is built anew
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import StampError, UnknownArticle
from embeddings.stores.faiss_index import VectorIndex
from embeddings.stores.schema import (
    ENTITY,
    QUOTE,
    SENTENCE,
    entity_of,
    faults_of_quotes,
    insert_entry,
    quote_of,
    read_article,
)
from embeddings.stores.scopes import among_sentences, in_articles, quoted, sentence_ids
from embeddings.stores.sqlite_file import SqliteFile, meta
from embeddings.types import (
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

log = logging.getLogger(__name__)


class EmbeddedStore:
    """A Store in the folder `home`, made at the first write. Usable from several threads and processes at once.

    An article goes in or out in one SQLite transaction, so a crash leaves the library as it was before or after it.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._sqlite = SqliteFile(home, self._forget_index)
        self._index: VectorIndex | None = None
        self._index_revision: str | None = None

    # --- reading -------------------------------------------------------------------------------------------------

    def stamp(self) -> Stamp | None:
        with self._sqlite.reading() as database:
            value = meta(database, "stamp")
            return Stamp(**json.loads(value)) if value else None

    def is_new(self) -> bool:
        with self._sqlite.reading(any_format=True) as database:
            return database is None or meta(database, "revision") is None

    def revision(self) -> str | None:
        with self._sqlite.reading(any_format=True) as database:
            return meta(database, "revision")

    def articles(self) -> list[ArticleSummary]:
        with self._sqlite.reading(any_format=True) as database:
            rows = database and database.execute(
                "SELECT id, title, byline, published, url, source, sentence_count FROM articles ORDER BY id"
            )
            return [ArticleSummary(*row) for row in rows or ()]

    def article(self, article_id: str) -> Article:
        with self._sqlite.reading(any_format=True) as database:
            article = read_article(database, article_id) if database else None
        if article is None:
            raise UnknownArticle.named(article_id)
        return article

    def digest(self, article_id: str) -> str | None:
        with self._sqlite.reading() as database:
            row = database and database.execute("SELECT digest FROM articles WHERE id = ?", (article_id,)).fetchone()
            return row[0] if row else None

    def sentences(self, article_id: str) -> list[Sentence]:
        with self._sqlite.reading() as database:
            rows = database and database.execute(
                f"SELECT {SENTENCE} FROM sentences WHERE article = ? ORDER BY position", (article_id,)
            )
            found = [Sentence(*row) for row in rows or ()]
        if not found:
            raise UnknownArticle.named(article_id)
        return found

    def entities(self, scope: Scope = None) -> list[Entity]:
        with self._sqlite.reading() as database:
            condition, values = in_articles(database, scope)
            sql = f"SELECT {ENTITY} FROM entities{condition} ORDER BY article, number"
            return [entity_of(row) for row in database.execute(sql, values)] if database else []

    def quotes(self, scope: Scope = None) -> list[Quote]:
        with self._sqlite.reading() as database:
            condition, values = in_articles(database, scope)
            sql = f"SELECT {QUOTE} FROM quotes{condition} ORDER BY article, position"
            return [quote_of(row) for row in database.execute(sql, values)] if database else []

    def quotes_of(self, entities: Sequence[Entity]) -> list[Quote]:
        with self._sqlite.reading() as database:
            if database is None or not entities:
                return []
            marks = ", ".join(["(?, ?)"] * len(entities))
            values = [value for entity in entities for value in (entity.article, entity.number)]
            sql = f"SELECT {QUOTE} FROM quotes WHERE (article, entity) IN (VALUES {marks}) ORDER BY article, position"
            return [quote_of(row) for row in database.execute(sql, values)]

    def neighbours(self, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
        around = [
            [(s.article, position) for position in range(s.position - reach, s.position + reach + 1)] for s in sentences
        ]
        with self._sqlite.reading() as database:
            rows = self._at_places(database, {place for places in around for place in places}, SENTENCE)
        found = {(row[0], row[1]): Sentence(*row) for row in rows}
        return [[found[place] for place in places if place in found] for places in around]

    def encoded(self, sentences: Sequence[Sentence]) -> Encoded:
        with self._sqlite.reading() as database:
            places = {(s.article, s.position) for s in sentences}
            rows = self._at_places(database, places, "article, position, vector, tokens, token_size")
        found = {(row[0], row[1]): row[2:] for row in rows}
        held = [found[s.article, s.position] for s in sentences]
        vectors = [np.frombuffer(vector, dtype="<f4") for vector, _, _ in held]
        tokens = [np.frombuffer(data, dtype=np.int8).reshape(-1, size) for _, data, size in held if size]
        return Encoded(np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32), tuple(tokens))

    def states(self, sentences: Sequence[Sentence]) -> list[States]:
        with self._sqlite.reading() as database:
            places = {(s.article, s.position) for s in sentences}
            rows = self._at_places(database, places, "article, position, states, state_size")
        found = {row[:2]: np.frombuffer(row[2], dtype=np.int8).reshape(-1, max(1, row[3])) for row in rows}
        return [found[s.article, s.position] for s in sentences]

    @staticmethod
    def _at_places(
        database: sqlite3.Connection | None, places: Collection[tuple[str, int]], columns: str
    ) -> list[tuple[Any, ...]]:
        """`columns` of the sentences at these articles and positions."""
        if database is None or not places:
            return []
        marks = ", ".join(["(?, ?)"] * len(places))
        values = [value for place in places for value in place]
        return database.execute(
            f"SELECT {columns} FROM sentences WHERE (article, position) IN (VALUES {marks})", values
        ).fetchall()

    # --- searching -----------------------------------------------------------------------------------------------

    def search_by_meaning(self, vector: Vectors, count: int, scope: Scope = None) -> list[Hit]:
        with self._sqlite.reading() as database:
            if database is None:
                sentence_ids(database, scope)
                return []
            index = self._current_index(database)
            found = index.search(vector, count, sentence_ids(database, scope)) if index else []
            return self._hits(database, found)

    def search_by_words(self, words: Sequence[str], count: int, scope: Scope = None) -> list[Hit]:
        with self._sqlite.reading() as database:
            condition, values = among_sentences(sentence_ids(database, scope), scope)
            query = " OR ".join(quoted(words))
            if database is None or not query:
                return []
            sql = f"SELECT rowid, -bm25(words) FROM words WHERE words MATCH ?{condition} ORDER BY rank LIMIT ?"
            return self._hits(database, database.execute(sql, (query, *values, count)).fetchall())

    def frequencies(self, words: Sequence[str], scope: Scope = None) -> tuple[list[int], int]:
        with self._sqlite.reading() as database:
            among = sentence_ids(database, scope)
            condition, values = among_sentences(among, scope)
            if database is None:
                return [0] * len(words), 0
            total = database.execute("SELECT count(*) FROM sentences").fetchone()[0] if among is None else len(among)
            sql = f"SELECT count(*) FROM words WHERE words MATCH ?{condition}"
            counts = [
                database.execute(sql, (taken[0], *values)).fetchone()[0] if (taken := quoted([word])) else 0
                for word in words
            ]
            return counts, total

    def _hits(self, database: sqlite3.Connection, found: Sequence[tuple[int, float]]) -> list[Hit]:
        marks = ", ".join("?" * len(found))
        rows = database.execute(f"SELECT id, {SENTENCE} FROM sentences WHERE id IN ({marks})", [i for i, _ in found])
        sentences = {row[0]: Sentence(*row[1:]) for row in rows}
        return [Hit(sentences[i], score) for i, score in found if i in sentences]

    def _current_index(self, database: sqlite3.Connection) -> VectorIndex | None:
        """The index of the library's present revision: as held, else from its file, else built from SQLite."""
        revision = meta(database, "revision")
        if revision != self._index_revision:
            path = self._home / f"vectors-{revision}.faiss"
            self._index = VectorIndex.load(path) or self._build_index(database, path)
            self._index_revision = revision
        return self._index

    def _build_index(self, database: sqlite3.Connection, path: Path) -> VectorIndex | None:
        value = meta(database, "stamp")
        if not value:
            return None
        dimension = Stamp(**json.loads(value)).dimension
        rows = database.execute("SELECT id, vector FROM sentences ORDER BY id").fetchall()
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), dimension)
        index = VectorIndex(np.array([row[0] for row in rows], dtype=np.int64), vectors)
        try:
            index.save(path)
            for other in self._home.glob("vectors-*.faiss*"):
                if other != path:
                    other.unlink(missing_ok=True)
        except (OSError, RuntimeError) as error:  # a library that is read-only still answers
            log.info("the index is kept in memory only: %s", error)
        return index

    # --- writing -------------------------------------------------------------------------------------------------

    def add(self, entry: Entry, stamp: Stamp) -> None:
        with self._sqlite.writing() as database:
            held = meta(database, "stamp")
            if held and not Stamp(**json.loads(held)).fits(stamp):
                raise StampError(f"The library in {self._home} was made with another model.")
            database.execute("DELETE FROM articles WHERE id = ?", (entry.article.id,))
            insert_entry(database, entry, stamp)

    def rebuild(self, entries: Sequence[Entry], stamp: Stamp) -> None:
        with self._sqlite.writing(anew=True) as database:
            for entry in entries:
                insert_entry(database, entry, stamp)

    def remove(self, article_id: str) -> None:
        if self.digest(article_id) is None:
            raise UnknownArticle.named(article_id)
        with self._sqlite.writing() as database:
            database.execute("DELETE FROM articles WHERE id = ?", (article_id,))
            if not database.execute("SELECT 1 FROM articles LIMIT 1").fetchone():
                database.execute("DELETE FROM meta WHERE name = 'stamp'")  # an empty library takes any model

    # --- care ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        with self._sqlite.reading() as database:
            if database is not None:
                self._current_index(database)

    def check(self) -> list[str]:
        with self._sqlite.reading() as database:
            if database is None:
                return []
            faults = [f"SQLite: {row[0]}." for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
            for row in database.execute(
                "SELECT a.id FROM articles a LEFT JOIN sentences s ON s.article = a.id GROUP BY a.id"
                " HAVING count(s.id) != a.sentence_count OR min(s.id) != a.first_sentence"
                ' OR sum(substr(a.text, s.start + 1, s."end" - s.start) != s.text)'
            ):
                faults.append(f"{row[0]}: its sentences do not stand in its text.")
            faults += faults_of_quotes(database)
            index = self._current_index(database)
            rows = database.execute("SELECT id, vector FROM sentences ORDER BY id").fetchall()
            if not np.array_equal(np.sort(index.ids()) if index else [], [row[0] for row in rows]):
                faults.append("The FAISS index does not hold the library's sentences.")
            lengths = [np.linalg.norm(np.frombuffer(row[1], dtype="<f4")) for row in rows]
            if not np.allclose(lengths, 1, atol=1e-3):
                faults.append("A stored vector is not of unit length.")
            return faults

    def close(self) -> None:
        self._sqlite.close()

    def _forget_index(self) -> None:
        self._index = self._index_revision = None
