"""An article with all that belongs to it in, rows out; and rows in, what they tell out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from embeddings.stores.people_index import add_namings, remove_namings
from embeddings.stores.scopes import Ids
from embeddings.stores.sql import Database, Row
from embeddings.stores.stems import Stemmer
from embeddings.stores.word_index import add_words, remove_words
from embeddings.types import Article, Entity, Entry, Quote, Span, Stamp, Vectors

SENTENCE = 'article, position, paragraph, start, "end", text'
SUMMARY = "id, title, byline, publisher, published, url, source, sentence_count, name"
SUMMARIES = "articles JOIN shelves ON number = shelf"
ENTITY = "article, number, told, mentions, role_span"
QUOTE = (
    'article, position, paragraph, first_sentence, last_sentence, start, "end", text, kind, attribution,'
    " speaker, entity, role, cue, evidence, source"
)
_ARTICLE = "id, title, byline, publisher, published, url, source, title_span, published_span"


def meta(database: Database | None, name: str) -> str | None:
    """A fact about the whole library; None where there is none."""
    row = database and database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def set_meta(database: Database, name: str, value: str) -> None:
    """Write down a fact about the whole library."""
    sql = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    database.execute(sql, (name, value))


def stored_stamp(database: Database | None) -> Stamp | None:
    """What the vectors were made with; None where there are none."""
    value = meta(database, "stamp")
    return Stamp(**json.loads(value)) if value else None


def insert_entry(database: Database, stemmer: Stemmer, entry: Entry, stamp: Stamp) -> None:
    """Write an article that is not there, with its sentences, vectors, entities and quotes."""
    article, vectors = entry.article, np.ascontiguousarray(entry.encoded.vectors, dtype="<f4")
    if vectors.shape != (len(entry.sentences), stamp.dimension):
        raise ValueError(f"{len(entry.sentences)} sentences came with vectors of shape {vectors.shape}")
    shelf = _shelf(database, article.shelf)
    first = database.reserve(len(entry.sentences), shelf)
    set_meta(database, "stamp", json.dumps(asdict(stamp)))
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
        shelf,
    )
    _insert(database, f"articles ({_ARTICLE}, digest, first_sentence, sentence_count, shelf)", [row])
    _insert(database, "texts", [(article.id, _pairs(article.paragraphs), article.text)])
    _insert(database, "former_texts", [(article.id, age, text) for age, text in enumerate(entry.former)])
    _insert(
        database,
        f"sentences (id, {SENTENCE})",
        [(i, s.article, s.position, s.paragraph, s.start, s.end, s.text) for i, s in enumerate(entry.sentences, first)],
    )
    _insert(database, "vectors", [(i, database.vector(vector)) for i, vector in enumerate(vectors, first)])
    for table, every in (("tokens", entry.encoded.tokens), ("states", entry.encoded.states)):
        if len(every) not in (0, len(entry.sentences)):
            raise ValueError(f"{len(entry.sentences)} sentences came with {table} of {len(every)}")
        _insert(database, table, [(i, kept.shape[1], kept.tobytes()) for i, kept in enumerate(every, first)])
    add_words(database, stemmer, shelf, first, [sentence.text for sentence in entry.sentences])
    namings = add_namings(database, stemmer, shelf, entry.entities, entry.quotes)
    _insert(
        database,
        "entities (article, number, naming, mentions, role_span, shelf)",
        [
            (e.article, e.number, namings[e.number], _pairs(e.mentions), _pair(e.role_span), shelf)
            for e in entry.entities
        ],
    )
    _insert(
        database,
        f"quotes ({QUOTE}, naming, shelf)",
        [
            (
                *(q.article, q.position, q.paragraph, q.first_sentence, q.last_sentence, q.start, q.end, q.text),
                *(q.kind, q.attribution, q.speaker, q.entity, q.role, q.cue, _pair(q.evidence), _pair(q.source)),
                None if q.entity is None else namings.get(q.entity),
                shelf,
            )
            for q in entry.quotes
        ],
    )


def delete_article(database: Database, stemmer: Stemmer, article_id: str) -> bool:
    """Take an article and all that belongs to it out; whether it was there."""
    found = database.execute(
        "SELECT shelf, first_sentence, first_sentence + sentence_count - 1 FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    if found:
        shelf, *row = found
        texts = database.execute("SELECT text FROM sentences WHERE id BETWEEN ? AND ? ORDER BY id", row).fetchall()
        remove_words(database, stemmer, shelf, row[0], [text for (text,) in texts])
        remove_namings(database, stemmer, article_id)
        for table in ("sentences", "vectors", "tokens", "states"):
            database.execute(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", row)
        database.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    return found is not None


def _shelf(database: Database, name: str) -> int:
    """The number of the shelf `name`, made where there is none; of several, as after a renaming, the oldest."""
    found = database.execute("SELECT number FROM shelves WHERE name = ? ORDER BY number LIMIT 1", (name,)).fetchone()
    if not found:
        sql = "INSERT INTO shelves (number, name) SELECT max(number) + 1, ? FROM shelves RETURNING number"
        found = database.execute(sql, (name,)).fetchone()
    return int(found[0])


def shelf_names(database: Database, articles: Sequence[str]) -> dict[str, str]:
    """The name of the shelf of each of `articles` that is held."""
    rows = database.execute(f"SELECT id, name FROM {SUMMARIES} WHERE id IN ?", (list(articles),))
    return dict(rows.fetchall())


def has_shelf(database: Database, name: str) -> bool:
    """Whether there is a shelf of this name."""
    return bool(database.execute("SELECT 1 FROM shelves WHERE name = ? LIMIT 1", (name,)).fetchone())


def rename_shelf(database: Database, old: str, new: str) -> None:
    """Call the shelf `old` `new`, as others may be called that then are one with it."""
    database.execute("UPDATE shelves SET name = ? WHERE name = ?", (new, old))


def read_article(database: Database, article_id: str) -> Article | None:
    """One article; None where it is not held."""
    source = f"{SUMMARIES} JOIN texts ON article = id" if database.has_table("texts") else SUMMARIES  # before format 4
    sql = f"SELECT {_ARTICLE}, name, paragraphs, text FROM {source} WHERE id = ?"
    row = database.execute(sql, (article_id,)).fetchone()
    if not row:
        return None
    held_id, title, byline, publisher, published, url, source, title_span, published_span, shelf, paragraphs, text = row
    places, spans = _spans(paragraphs), (_span(title_span), _span(published_span))
    return Article(held_id, title, text, places, byline, publisher, published, url, source, *spans, shelf)


def former_texts(database: Database, article_id: str) -> list[str]:
    """The texts that an article had before, the latest first; none in a library of an older format."""
    if not database.has_table("former_texts"):
        return []
    rows = database.execute("SELECT text FROM former_texts WHERE article = ? ORDER BY age", (article_id,))
    return [text for (text,) in rows]


def read_vectors(rows: list[Row]) -> tuple[Ids, Vectors]:
    """From rows of ids and vectors the ids of shape (n,), and the vectors of shape (n, dimension)."""
    vectors = np.frombuffer(b"".join([row[1] for row in rows]), dtype="<f4")
    return np.array([row[0] for row in rows], dtype=np.int64), vectors.reshape(len(rows), -1 if rows else 0)


def entity_of(row: Row) -> Entity:
    """An entity from its columns ENTITY."""
    article, number, told, mentions, role_span = row
    kind, name, aliases, role = json.loads(told)
    return Entity(article, number, name, kind, tuple(aliases), _spans(mentions), role, _span(role_span))


def quote_of(row: Row) -> Quote:
    """A quote from its columns QUOTE."""
    values: list[Any] = [*row[:-2], _span(row[-2]), _span(row[-1])]
    return Quote(*values)


def _insert(database: Database, table: str, rows: list[Row]) -> None:
    if rows:
        database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


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
