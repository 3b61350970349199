"""The tables of the SQLite library, and how an article with all that belongs to it becomes rows and comes back.

Format 2 added entities and quotes, format 3 the hidden states of sentences; format 4 keeps what is read apart apart:
texts, vectors, tokens and states in tables of their own, and the lists of words in the place of FTS5's. Since format 5
an entity refers to a naming, which it may share with others: see people_index.py.
An older library can only be listed, read article by article, and rebuilt.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from embeddings.stores.people_index import add_namings, remove_namings
from embeddings.stores.stems import Stemmer
from embeddings.stores.word_index import add_words, remove_words
from embeddings.types import Article, Entity, Entry, Quote, Span, Stamp

FORMAT = 5

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, first_sentence INTEGER NOT NULL, sentence_count INTEGER NOT NULL,
    title TEXT NOT NULL, byline TEXT, published TEXT, url TEXT, source TEXT, title_span TEXT, published_span TEXT,
    publisher TEXT
) WITHOUT ROWID;
CREATE TABLE texts (  -- apart, so that a look at some article does not have to pass the texts of others
    article TEXT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, paragraphs TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE former_texts (  -- of articles that were replaced; `age` counts from the latest, which has 0
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, age INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (article, age)
);
CREATE INDEX articles_by_sentence ON articles (first_sentence, sentence_count);
CREATE TABLE sentences (  -- ids are never used twice, and those of one article stand in a row, in order
    id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL, position INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE TABLE vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE tokens (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, pieces BLOB NOT NULL);
CREATE TABLE states (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, pieces BLOB NOT NULL);
CREATE TABLE postings (  -- see word_index.py
    stem TEXT NOT NULL, block INTEGER NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (stem, block)
) WITHOUT ROWID;
CREATE TABLE word_counts (only INTEGER PRIMARY KEY, sentences INTEGER NOT NULL, words INTEGER NOT NULL);
CREATE TABLE namings (  -- see people_index.py; kind, name, aliases and role are JSON: they are one where all are alike
    id INTEGER PRIMARY KEY, told TEXT NOT NULL UNIQUE, full_name TEXT NOT NULL, surname TEXT,
    quotes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX namings_by_full_name ON namings (full_name);
CREATE INDEX namings_by_surname ON namings (surname, full_name) WHERE surname NOT NULL;
CREATE INDEX namings_by_quotes ON namings (quotes) WHERE quotes > 0;
CREATE TABLE naming_words (
    word TEXT NOT NULL, part TEXT NOT NULL, naming INTEGER NOT NULL, PRIMARY KEY (word, part, naming)
) WITHOUT ROWID;
CREATE TABLE entities (  -- mentions and role_span are JSON: they are read whole
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, number INTEGER NOT NULL, naming INTEGER NOT NULL,
    mentions TEXT NOT NULL, role_span TEXT, PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE INDEX entities_by_naming ON entities (naming, article);
CREATE TABLE quotes (
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, position INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, attribution TEXT NOT NULL,
    speaker TEXT, entity INTEGER, naming INTEGER, role TEXT, cue TEXT, evidence TEXT, source TEXT,
    PRIMARY KEY (article, position), CHECK ((entity IS NULL) = (naming IS NULL))
) WITHOUT ROWID;
CREATE INDEX quotes_by_naming ON quotes (naming, article, position) WHERE naming NOT NULL;
"""
_TABLES = (  # of all formats; those that are referred to come last
    *("words", "quotes", "entities", "naming_words", "namings", "postings", "word_counts", "states", "tokens"),
    *("vectors", "sentences", "texts", "former_texts", "articles", "meta"),
)

SENTENCE = 'article, position, paragraph, start, "end", text'
SUMMARY = "id, title, byline, publisher, published, url, source, sentence_count"
ENTITY = "article, number, told, mentions, role_span"
QUOTE = (
    'article, position, paragraph, first_sentence, last_sentence, start, "end", text, kind, attribution,'
    " speaker, entity, role, cue, evidence, source"
)
_ARTICLE = "id, title, byline, publisher, published, url, source, title_span, published_span"


def make_tables(database: sqlite3.Connection) -> None:
    """Make the tables of the present format, in the place of whatever tables there are."""
    for table in _TABLES:
        database.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _statements(_SCHEMA):
        database.execute(statement)
    new_lineage(database)
    database.execute(f"PRAGMA user_version = {FORMAT}")


def add_missing_columns(database: sqlite3.Connection) -> None:
    """Give a library of any format what came to its articles since, which a program that does not know it leaves."""
    if _has_table(database, "articles") and not _has_publisher(database):
        database.execute("BEGIN IMMEDIATE")
        with database:
            if not _has_publisher(database):  # another process may have been faster
                database.execute("ALTER TABLE articles ADD COLUMN publisher TEXT")


def _has_publisher(database: sqlite3.Connection) -> bool:
    return bool(database.execute("SELECT 1 FROM pragma_table_info('articles') WHERE name = 'publisher'").fetchone())


def new_lineage(database: sqlite3.Connection) -> None:
    """Tell whoever derived something from ids and vectors that from now on they may mean something else."""
    database.execute("INSERT OR REPLACE INTO meta VALUES ('lineage', ?)", (secrets.token_hex(8),))


def insert_entry(database: sqlite3.Connection, stemmer: Stemmer, entry: Entry, stamp: Stamp) -> None:
    """Write an article that is not there, with its sentences, vectors, entities and quotes."""
    article, vectors = entry.article, np.ascontiguousarray(entry.encoded.vectors, dtype="<f4")
    if vectors.shape != (len(entry.sentences), stamp.dimension):
        raise ValueError(f"{len(entry.sentences)} sentences came with vectors of shape {vectors.shape}")
    last = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'sentences'").fetchone()
    first = last[0] + 1 if last else 1
    database.execute("INSERT OR REPLACE INTO meta VALUES ('stamp', ?)", (json.dumps(asdict(stamp)),))
    row = (
        article.id,
        article.title,
        article.byline,
        article.publisher,
        article.published,
        article.url,
        article.source,
        _pair(article.title_span),
        _pair(article.published_span),
        entry.digest,
        first,
        len(entry.sentences),
    )
    _insert(database, f"articles ({_ARTICLE}, digest, first_sentence, sentence_count)", [row])
    _insert(database, "texts", [(article.id, _pairs(article.paragraphs), article.text)])
    _insert(database, "former_texts", [(article.id, age, text) for age, text in enumerate(entry.former)])
    _insert(
        database,
        f"sentences (id, {SENTENCE})",
        [(i, s.article, s.position, s.paragraph, s.start, s.end, s.text) for i, s in enumerate(entry.sentences, first)],
    )
    _insert(database, "vectors", [(i, vector.tobytes()) for i, vector in enumerate(vectors, first)])
    for table, every in (("tokens", entry.encoded.tokens), ("states", entry.encoded.states)):
        if len(every) not in (0, len(entry.sentences)):
            raise ValueError(f"{len(entry.sentences)} sentences came with {table} of {len(every)}")
        _insert(database, table, [(i, kept.shape[1], kept.tobytes()) for i, kept in enumerate(every, first)])
    add_words(database, stemmer, first, [sentence.text for sentence in entry.sentences])
    namings = add_namings(database, stemmer, entry.entities, entry.quotes)
    _insert(
        database,
        "entities",
        [(e.article, e.number, namings[e.number], _pairs(e.mentions), _pair(e.role_span)) for e in entry.entities],
    )
    _insert(
        database,
        f"quotes ({QUOTE}, naming)",
        [
            (
                *(q.article, q.position, q.paragraph, q.first_sentence, q.last_sentence, q.start, q.end, q.text),
                *(q.kind, q.attribution, q.speaker, q.entity, q.role, q.cue, _pair(q.evidence), _pair(q.source)),
                None if q.entity is None else namings.get(q.entity),
            )
            for q in entry.quotes
        ],
    )


def delete_article(database: sqlite3.Connection, stemmer: Stemmer, article_id: str) -> None:
    """Take an article, if it is there, and all that belongs to it out."""
    row = database.execute(
        "SELECT first_sentence, first_sentence + sentence_count - 1 FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    if row:
        texts = database.execute("SELECT text FROM sentences WHERE id BETWEEN ? AND ? ORDER BY id", row).fetchall()
        remove_words(database, stemmer, row[0], [text for (text,) in texts])
        remove_namings(database, stemmer, article_id)
        for table in ("sentences", "vectors", "tokens", "states"):
            database.execute(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", row)
        database.execute("DELETE FROM articles WHERE id = ?", (article_id,))


def read_article(database: sqlite3.Connection, article_id: str) -> Article | None:
    """One article; None where it is not held."""
    source = "articles JOIN texts ON article = id" if _has_table(database, "texts") else "articles"  # before format 4
    sql = f"SELECT {_ARTICLE}, paragraphs, text FROM {source} WHERE id = ?"
    row = database.execute(sql, (article_id,)).fetchone()
    if not row:
        return None
    held_id, title, byline, publisher, published, url, source, title_span, published_span, paragraphs, text = row
    places, spans = _spans(paragraphs), (_span(title_span), _span(published_span))
    return Article(held_id, title, text, places, byline, publisher, published, url, source, *spans)


def former_texts(database: sqlite3.Connection, article_id: str) -> list[str]:
    """The texts that an article had before, the latest first; none in a library of an older format."""
    if not _has_table(database, "former_texts"):
        return []
    rows = database.execute("SELECT text FROM former_texts WHERE article = ? ORDER BY age", (article_id,))
    return [text for (text,) in rows]


def entity_of(row: tuple[Any, ...]) -> Entity:
    """An entity from its columns ENTITY."""
    article, number, told, mentions, role_span = row
    kind, name, aliases, role = json.loads(told)
    return Entity(article, number, name, kind, tuple(aliases), _spans(mentions), role, _span(role_span))


def quote_of(row: tuple[Any, ...]) -> Quote:
    """A quote from its columns QUOTE."""
    values: list[Any] = [*row[:-2], _span(row[-2]), _span(row[-1])]
    return Quote(*values)


def _has_table(database: sqlite3.Connection, name: str) -> bool:
    return bool(database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone())


def _insert(database: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


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
    if not pair:
        return None
    start, end = pair[1:-1].split(", ")  # a tenth of the time that a reader of JSON takes, and quotes have two
    return Span(int(start), int(end))


def _pairs(spans: tuple[Span, ...]) -> str:
    return json.dumps([(span.start, span.end) for span in spans])


def _spans(pairs: str) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in json.loads(pairs))
