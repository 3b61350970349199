"""The tables of the SQLite library, and how an article with all that belongs to it becomes rows and comes back.

Format 2 added entities and quotes, format 3 the hidden states of sentences.
An older library can only be listed, read article by article, and rebuilt.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from embeddings.types import Article, Entity, Entry, Quote, Span, Stamp

FORMAT = 3

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
    text TEXT NOT NULL, vector BLOB NOT NULL, tokens BLOB NOT NULL, token_size INTEGER NOT NULL,
    states BLOB NOT NULL, state_size INTEGER NOT NULL
);
CREATE UNIQUE INDEX sentences_by_article ON sentences (article, position);
CREATE TABLE entities (  -- aliases, mentions and role_span are JSON: they are read whole
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, number INTEGER NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, aliases TEXT NOT NULL, mentions TEXT NOT NULL, role TEXT, role_span TEXT,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE quotes (
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, position INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, attribution TEXT NOT NULL,
    speaker TEXT, entity INTEGER, role TEXT, cue TEXT, evidence TEXT, source TEXT,
    PRIMARY KEY (article, position),
    FOREIGN KEY (article, entity) REFERENCES entities (article, number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX quotes_by_entity ON quotes (article, entity);
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
_TABLES = ("words", "quotes", "entities", "sentences", "articles", "meta")  # those that are referred to come last

SENTENCE = 'article, position, paragraph, start, "end", text'
ENTITY = "article, number, name, kind, aliases, mentions, role, role_span"
QUOTE = (
    'article, position, paragraph, first_sentence, last_sentence, start, "end", text, kind, attribution,'
    " speaker, entity, role, cue, evidence, source"
)
_ARTICLE = "id, title, text, paragraphs, byline, published, url, source, title_span, published_span"


def make_tables(database: sqlite3.Connection) -> None:
    """Make the tables of the present format, in the place of whatever tables there are."""
    for table in _TABLES:
        database.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _statements(_SCHEMA):
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {FORMAT}")


def insert_entry(database: sqlite3.Connection, entry: Entry, stamp: Stamp) -> None:
    """Write an article that is not there, with its sentences, vectors, entities and quotes."""
    article, vectors = entry.article, np.ascontiguousarray(entry.encoded.vectors, dtype="<f4")
    if vectors.shape != (len(entry.sentences), stamp.dimension):
        raise ValueError(f"{len(entry.sentences)} sentences came with vectors of shape {vectors.shape}")
    tokens = entry.encoded.tokens or (np.empty((0, 0), dtype=np.int8),) * len(entry.sentences)
    states = entry.encoded.states or (np.empty((0, 0), dtype=np.int8),) * len(entry.sentences)
    last = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'sentences'").fetchone()
    first = last[0] + 1 if last else 1
    database.execute("INSERT OR REPLACE INTO meta VALUES ('stamp', ?)", (json.dumps(asdict(stamp)),))
    row = (
        article.id,
        article.title,
        article.text,
        _pairs(article.paragraphs),
        article.byline,
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
    _insert(
        database,
        f"sentences (id, {SENTENCE}, vector, tokens, token_size, states, state_size)",
        [
            (
                first + i,
                *(s.article, s.position, s.paragraph, s.start, s.end, s.text),
                *(vectors[i].tobytes(), pieces.tobytes(), pieces.shape[1], deep.tobytes(), deep.shape[1]),
            )
            for i, (s, pieces, deep) in enumerate(zip(entry.sentences, tokens, states, strict=True))
        ],
    )
    _insert(
        database,
        f"entities ({ENTITY})",
        [
            (e.article, e.number, e.name, e.kind, json.dumps(e.aliases), _pairs(e.mentions), e.role, _pair(e.role_span))
            for e in entry.entities
        ],
    )
    _insert(
        database,
        f"quotes ({QUOTE})",
        [
            (
                *(q.article, q.position, q.paragraph, q.first_sentence, q.last_sentence, q.start, q.end, q.text),
                *(q.kind, q.attribution, q.speaker, q.entity, q.role, q.cue, _pair(q.evidence), _pair(q.source)),
            )
            for q in entry.quotes
        ],
    )


def read_article(database: sqlite3.Connection, article_id: str) -> Article | None:
    """One article; None where it is not held."""
    row = database.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (article_id,)).fetchone()
    if not row:
        return None
    held_id, title, text, paragraphs, byline, published, url, source, title_span, published_span = row
    places = _spans(paragraphs)
    return Article(
        held_id, title, text, places, byline, published, url, source, _span(title_span), _span(published_span)
    )


def entity_of(row: tuple[Any, ...]) -> Entity:
    """An entity from its columns ENTITY."""
    article, number, name, kind, aliases, mentions, role, role_span = row
    return Entity(article, number, name, kind, tuple(json.loads(aliases)), _spans(mentions), role, _span(role_span))


def quote_of(row: tuple[Any, ...]) -> Quote:
    """A quote from its columns QUOTE."""
    values: list[Any] = [*row[:-2], _span(row[-2]), _span(row[-1])]
    return Quote(*values)


def faults_of_quotes(database: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each article whose quotes do not stand in its text and sentences, or lack their speakers."""
    rows = database.execute(
        "SELECT DISTINCT q.article FROM quotes q JOIN articles a ON a.id = q.article"
        " LEFT JOIN sentences f ON f.article = q.article AND f.position = q.first_sentence"
        " LEFT JOIN sentences l ON l.article = q.article AND l.position = q.last_sentence"
        ' WHERE substr(a.text, q.start + 1, q."end" - q.start) != q.text'
        ' OR q.start < ifnull(f.start, q."end") OR q."end" > ifnull(l."end", q.start) ORDER BY q.article'
    )
    yield from (f"{row[0]}: its quotes do not stand in its text." for row in rows.fetchall())
    rows = database.execute(
        "SELECT DISTINCT q.article FROM quotes q LEFT JOIN entities e ON e.article = q.article AND e.number = q.entity"
        " WHERE q.speaker IS NOT e.name ORDER BY q.article"
    )
    yield from (f"{row[0]}: a quote's speaker is none of its entities." for row in rows.fetchall())


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
    return Span(*json.loads(pair)) if pair else None


def _pairs(spans: tuple[Span, ...]) -> str:
    return json.dumps([(span.start, span.end) for span in spans])


def _spans(pairs: str) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in json.loads(pairs))
