"""The default store: a folder with one SQLite file that holds everything, and a FAISS index derived from it.

library.sqlite            articles, sentences, vectors (float32 blobs), and a full-text index over the sentences
vectors-<revision>.faiss  the index of one revision; lost, damaged or of another revision, it is built anew
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import StampError, StoreError, UnknownArticle
from embeddings.stores.faiss_index import Ids, VectorIndex
from embeddings.types import Article, ArticleSummary, Encoded, Entry, Hit, Scope, Sentence, Span, Stamp, Vectors

FORMAT = 1
_WAIT_SECONDS = 30  # for another process that is writing

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, paragraphs TEXT NOT NULL,
    byline TEXT, published TEXT, url TEXT, source TEXT, title_span TEXT, published_span TEXT,
    first_sentence INTEGER NOT NULL, sentence_count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE sentences (  -- ids are never used twice, and those of one article stand in a row
    id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    position INTEGER NOT NULL, paragraph INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL, vector BLOB NOT NULL, tokens BLOB NOT NULL, token_size INTEGER NOT NULL
);
CREATE UNIQUE INDEX sentences_by_article ON sentences (article, position);
CREATE VIRTUAL TABLE words USING fts5 (
    text, content='sentences', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER words_in AFTER INSERT ON sentences BEGIN
    INSERT INTO words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER words_out AFTER DELETE ON sentences BEGIN
    INSERT INTO words (words, rowid, text) VALUES ('delete', old.id, old.text);
END;
"""
_UNQUOTABLE = re.compile('["\0\ud800-\udfff]')  # what FTS5 cannot take between quotation marks
_SENTENCE = 'article, position, paragraph, start, "end", text'

log = logging.getLogger(__name__)


class EmbeddedStore:
    """A Store in the folder `home`, made at the first write. Usable from several threads and processes at once.

    An article goes in or out in one SQLite transaction, so a crash leaves the library as it was before or after it.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / "library.sqlite"
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened_file: tuple[int, int] | None = None
        self._index: VectorIndex | None = None
        self._index_revision: str | None = None

    # --- reading -------------------------------------------------------------------------------------------------

    def stamp(self) -> Stamp | None:
        with self._reading() as database:
            value = self._meta(database, "stamp")
            return Stamp(**json.loads(value)) if value else None

    def is_new(self) -> bool:
        with self._reading() as database:
            return database is None or self._meta(database, "revision") is None

    def articles(self) -> list[ArticleSummary]:
        with self._reading() as database:
            rows = database and database.execute(
                "SELECT id, title, byline, published, url, source, sentence_count FROM articles ORDER BY id"
            )
            return [ArticleSummary(*row) for row in rows or ()]

    def article(self, article_id: str) -> Article:
        with self._reading() as database:
            row = (
                database
                and database.execute(
                    "SELECT title, text, paragraphs, byline, published, url, source, title_span, published_span"
                    " FROM articles WHERE id = ?",
                    (article_id,),
                ).fetchone()
            )
        if not row:
            raise UnknownArticle.named(article_id)
        title, text, paragraphs, byline, published, url, source, title_span, published_span = row
        return Article(
            article_id,
            title,
            text,
            tuple(Span(*pair) for pair in json.loads(paragraphs)),
            byline,
            published,
            url,
            source,
            _span(title_span),
            _span(published_span),
        )

    def digest(self, article_id: str) -> str | None:
        with self._reading() as database:
            row = database and database.execute("SELECT digest FROM articles WHERE id = ?", (article_id,)).fetchone()
            return row[0] if row else None

    def sentences(self, article_id: str) -> list[Sentence]:
        with self._reading() as database:
            rows = database and database.execute(
                f"SELECT {_SENTENCE} FROM sentences WHERE article = ? ORDER BY position", (article_id,)
            )
            found = [Sentence(*row) for row in rows or ()]
        if not found:
            raise UnknownArticle.named(article_id)
        return found

    def neighbours(self, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
        around = [
            [(s.article, position) for position in range(s.position - reach, s.position + reach + 1)] for s in sentences
        ]
        with self._reading() as database:
            rows = self._at_places(database, {place for places in around for place in places}, _SENTENCE)
        found = {(row[0], row[1]): Sentence(*row) for row in rows}
        return [[found[place] for place in places if place in found] for places in around]

    def encoded(self, sentences: Sequence[Sentence]) -> Encoded:
        with self._reading() as database:
            places = {(s.article, s.position) for s in sentences}
            rows = self._at_places(database, places, "article, position, vector, tokens, token_size")
        found = {(row[0], row[1]): row[2:] for row in rows}
        held = [found[s.article, s.position] for s in sentences]
        vectors = [np.frombuffer(vector, dtype="<f4") for vector, _, _ in held]
        tokens = [np.frombuffer(data, dtype=np.int8).reshape(-1, size) for _, data, size in held if size]
        return Encoded(np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32), tuple(tokens))

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
        with self._reading() as database:
            if database is None:
                self._sentence_ids(database, scope)
                return []
            index = self._current_index(database)
            found = index.search(vector, count, self._sentence_ids(database, scope)) if index else []
            return self._hits(database, found)

    def search_by_words(self, words: Sequence[str], count: int, scope: Scope = None) -> list[Hit]:
        with self._reading() as database:
            condition, values = self._in_scope(self._sentence_ids(database, scope), scope)
            query = " OR ".join(self._quoted(words))
            if database is None or not query:
                return []
            sql = f"SELECT rowid, -bm25(words) FROM words WHERE words MATCH ?{condition} ORDER BY rank LIMIT ?"
            return self._hits(database, database.execute(sql, (query, *values, count)).fetchall())

    def frequencies(self, words: Sequence[str], scope: Scope = None) -> tuple[list[int], int]:
        with self._reading() as database:
            among = self._sentence_ids(database, scope)
            condition, values = self._in_scope(among, scope)
            if database is None:
                return [0] * len(words), 0
            total = database.execute("SELECT count(*) FROM sentences").fetchone()[0] if among is None else len(among)
            sql = f"SELECT count(*) FROM words WHERE words MATCH ?{condition}"
            counts = [
                database.execute(sql, (quoted[0], *values)).fetchone()[0] if (quoted := self._quoted([word])) else 0
                for word in words
            ]
            return counts, total

    @staticmethod
    def _quoted(words: Sequence[str]) -> list[str]:
        """`words` as FTS5 takes them, without those that hold no letter or digit."""
        plain = (_UNQUOTABLE.sub(" ", word) for word in words)
        return [f'"{word}"' for word in plain if any(map(str.isalnum, word))]

    @staticmethod
    def _in_scope(among: Ids | None, scope: Scope) -> tuple[str, list[int | str]]:
        """The SQL condition on a sentence's rowid that holds a search to its scope, and its values."""
        if among is None or scope is None:
            return "", []
        if not len(among):
            return " AND false", []
        low, high = int(among.min()), int(among.max())
        if high - low + 1 == len(among):
            return " AND rowid BETWEEN ? AND ?", [low, high]
        marks = ", ".join("?" * len(scope))
        condition = f" AND rowid BETWEEN ? AND ? AND rowid IN (SELECT id FROM sentences WHERE article IN ({marks}))"
        return condition, [low, high, *scope]

    def _sentence_ids(self, database: sqlite3.Connection | None, scope: Scope) -> Ids | None:
        """The ids of the sentences in scope, shape (n,); None for all. Raises UnknownArticle."""
        if scope is None:
            return None
        ranges = []
        for article_id in dict.fromkeys(scope):
            row = (
                database
                and database.execute(
                    "SELECT first_sentence, sentence_count FROM articles WHERE id = ?", (article_id,)
                ).fetchone()
            )
            if not row:
                raise UnknownArticle.named(article_id)
            ranges.append(np.arange(row[0], row[0] + row[1], dtype=np.int64))
        return np.concatenate(ranges) if ranges else np.empty(0, dtype=np.int64)

    def _hits(self, database: sqlite3.Connection, found: Sequence[tuple[int, float]]) -> list[Hit]:
        marks = ", ".join("?" * len(found))
        rows = database.execute(f"SELECT id, {_SENTENCE} FROM sentences WHERE id IN ({marks})", [i for i, _ in found])
        sentences = {row[0]: Sentence(*row[1:]) for row in rows}
        return [Hit(sentences[i], score) for i, score in found if i in sentences]

    def _current_index(self, database: sqlite3.Connection) -> VectorIndex | None:
        """The index of the library's present revision: as held, else from its file, else built from SQLite."""
        revision = self._meta(database, "revision")
        if revision != self._index_revision:
            path = self._home / f"vectors-{revision}.faiss"
            self._index = VectorIndex.load(path) or self._build_index(database, path)
            self._index_revision = revision
        return self._index

    def _build_index(self, database: sqlite3.Connection, path: Path) -> VectorIndex | None:
        value = self._meta(database, "stamp")
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
        with self._writing() as database:
            held = self._meta(database, "stamp")
            if held and not Stamp(**json.loads(held)).fits(stamp):
                raise StampError(f"The library in {self._home} was made with another model.")
            database.execute("DELETE FROM articles WHERE id = ?", (entry.article.id,))
            self._insert(database, entry, stamp)

    def rebuild(self, entries: Sequence[Entry], stamp: Stamp) -> None:
        with self._writing() as database:
            database.execute("DELETE FROM articles")
            for entry in entries:
                self._insert(database, entry, stamp)

    def remove(self, article_id: str) -> None:
        if self.digest(article_id) is None:
            raise UnknownArticle.named(article_id)
        with self._writing() as database:
            database.execute("DELETE FROM articles WHERE id = ?", (article_id,))
            if not database.execute("SELECT 1 FROM articles LIMIT 1").fetchone():
                database.execute("DELETE FROM meta WHERE name = 'stamp'")  # an empty library takes any model

    @staticmethod
    def _insert(database: sqlite3.Connection, entry: Entry, stamp: Stamp) -> None:
        article, vectors = entry.article, np.ascontiguousarray(entry.encoded.vectors, dtype="<f4")
        if vectors.shape != (len(entry.sentences), stamp.dimension):
            raise ValueError(f"{len(entry.sentences)} sentences came with vectors of shape {vectors.shape}")
        tokens = entry.encoded.tokens or (np.empty((0, 0), dtype=np.int8),) * len(entry.sentences)
        last = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'sentences'").fetchone()
        first = last[0] + 1 if last else 1
        database.execute("INSERT OR REPLACE INTO meta VALUES ('stamp', ?)", (json.dumps(asdict(stamp)),))
        database.execute(
            f"INSERT INTO articles VALUES ({', '.join('?' * 13)})",
            (
                article.id,
                entry.digest,
                article.title,
                article.text,
                json.dumps([(span.start, span.end) for span in article.paragraphs]),
                article.byline,
                article.published,
                article.url,
                article.source,
                _pair(article.title_span),
                _pair(article.published_span),
                first,
                len(entry.sentences),
            ),
        )
        database.executemany(
            f"INSERT INTO sentences (id, {_SENTENCE}, vector, tokens, token_size) VALUES ({', '.join('?' * 10)})",
            (
                (
                    first + i,
                    s.article,
                    s.position,
                    s.paragraph,
                    s.start,
                    s.end,
                    s.text,
                    vectors[i].tobytes(),
                    kept.tobytes(),
                    kept.shape[1],
                )
                for i, (s, kept) in enumerate(zip(entry.sentences, tokens, strict=True))
            ),
        )

    # --- care ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        with self._reading() as database:
            if database is not None:
                self._current_index(database)

    def check(self) -> list[str]:
        with self._reading() as database:
            if database is None:
                return []
            faults = [f"SQLite: {row[0]}." for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
            for row in database.execute(
                "SELECT a.id FROM articles a LEFT JOIN sentences s ON s.article = a.id GROUP BY a.id"
                " HAVING count(s.id) != a.sentence_count OR min(s.id) != a.first_sentence"
                ' OR sum(substr(a.text, s.start + 1, s."end" - s.start) != s.text)'
            ):
                faults.append(f"{row[0]}: its sentences do not stand in its text.")
            index = self._current_index(database)
            rows = database.execute("SELECT id, vector FROM sentences ORDER BY id").fetchall()
            if not np.array_equal(np.sort(index.ids()) if index else [], [row[0] for row in rows]):
                faults.append("The FAISS index does not hold the library's sentences.")
            lengths = [np.linalg.norm(np.frombuffer(row[1], dtype="<f4")) for row in rows]
            if not np.allclose(lengths, 1, atol=1e-3):
                faults.append("A stored vector is not of unit length.")
            return faults

    def close(self) -> None:
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = self._opened_file = self._index = self._index_revision = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The open library, or None where there is none yet."""
        with self._lock, self._explained():
            if self._file_id() != self._opened_file:  # first use, or the file was replaced under a running bot
                self.close()
                if self._file_id():
                    self._connection = self._open()
            if self._connection is None or not self._has_schema(self._connection):
                yield None
            else:
                yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction with a new revision, committed at the end or undone."""
        with self._lock, self._explained():
            if self._connection is None or self._file_id() != self._opened_file:
                self.close()
                self._home.mkdir(parents=True, exist_ok=True)
                self._connection = self._open()
            database = self._connection
            database.execute("BEGIN IMMEDIATE")
            try:
                if not self._has_schema(database):
                    for statement in _statements(_SCHEMA):
                        database.execute(statement)
                    database.execute(f"PRAGMA user_version = {FORMAT}")
                yield database
                database.execute("INSERT OR REPLACE INTO meta VALUES ('revision', ?)", (secrets.token_hex(8),))
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            database.execute("PRAGMA foreign_keys = ON")
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version > FORMAT:
                raise StampError(
                    f"The library in {self._home} has format {version}, and this saidwhat knows formats up to {FORMAT}:"
                    " update saidwhat, or name another folder with --home."
                )
        except BaseException:
            database.close()
            raise
        self._opened_file = self._file_id()
        return database

    def _file_id(self) -> tuple[int, int] | None:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    @staticmethod
    def _has_schema(database: sqlite3.Connection) -> bool:
        return bool(database.execute("PRAGMA user_version").fetchone()[0])

    @staticmethod
    def _meta(database: sqlite3.Connection | None, name: str) -> str | None:
        row = database and database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's and the system's errors as one sentence with a remedy."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(self._explanation(error)) from error
        except OSError as error:
            raise StoreError(
                f"The library in {self._home} cannot be used ({error.strerror}):"
                " check the folder's permissions and space, or name another with --home."
            ) from error

    def _explanation(self, error: sqlite3.Error) -> str:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return (
                f"The disk that holds the library in {self._home} is full or failing ({error}):"
                " free some space; nothing was lost."
            )
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            return (
                f"The library in {self._home} cannot be opened or written ({error}):"
                " check the folder's permissions, or name another with --home."
            )
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return (
                f"Another process has been writing to the library in {self._home} for {_WAIT_SECONDS} s:"
                " try again when it is done."
            )
        return (
            f"The library file {self._file} is damaged or no library ({error}):"
            " move it away and run `saidwhat index` on your articles again."
        )


def _statements(script: str) -> Iterator[str]:
    """The single statements of an SQL script: `executescript` would commit the transaction they belong to."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _pair(span: Span | None) -> str | None:
    return json.dumps((span.start, span.end)) if span else None


def _span(pair: str | None) -> Span | None:
    return Span(*json.loads(pair)) if pair else None
