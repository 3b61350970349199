"""A SQLite library in, what is wrong inside it out, a sentence each; all of it is read, little of it held at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import numpy as np

from embeddings.stores.people_index import lists_people
from embeddings.stores.stems import Stemmer
from embeddings.stores.vector_index import vectors_from
from embeddings.stores.word_index import lists_sentences


def faults_of_library(database: sqlite3.Connection, stemmer: Stemmer) -> Iterator[str]:
    """What is wrong with the file, the sentences, the quotes, the lists of words and the vectors."""
    yield from (f"SQLite: {row[0]}." for row in database.execute("PRAGMA integrity_check") if row[0] != "ok")
    yield from _faults_of_sentences(database)
    yield from _faults_of_quotes(database)
    if not lists_sentences(database, stemmer):
        yield "The lists of words do not hold the library's sentences."
    if not lists_people(database, stemmer):
        yield "The lists of people do not hold the library's entities and quotes."
    yield from _faults_of_vectors(database)


def _faults_of_sentences(database: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each article whose sentences are not those that stand in its text."""
    rows = database.execute(
        "SELECT a.id FROM articles a LEFT JOIN texts t ON t.article = a.id LEFT JOIN sentences s"
        " ON s.id BETWEEN a.first_sentence AND a.first_sentence + a.sentence_count - 1"
        " GROUP BY a.id HAVING count(s.id) != a.sentence_count"
        " OR sum(s.article != a.id OR s.position != s.id - a.first_sentence"
        ' OR substr(t.text, s.start + 1, s."end" - s.start) IS NOT s.text)'
    )
    yield from (f"{row[0]}: its sentences do not stand in its text." for row in rows)


def _faults_of_quotes(database: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each article whose quotes do not stand in its text and sentences, or lack their speakers."""
    rows = database.execute(
        "SELECT DISTINCT q.article FROM quotes q JOIN articles a ON a.id = q.article JOIN texts t ON t.article = a.id"
        " LEFT JOIN sentences f ON f.id = a.first_sentence + q.first_sentence AND f.article = a.id"
        " LEFT JOIN sentences l ON l.id = a.first_sentence + q.last_sentence AND l.article = a.id"
        ' WHERE substr(t.text, q.start + 1, q."end" - q.start) != q.text'
        ' OR q.start < ifnull(f.start, q."end") OR q."end" > ifnull(l."end", q.start) ORDER BY q.article'
    )
    yield from (f"{row[0]}: its quotes do not stand in its text." for row in rows)
    rows = database.execute(
        "SELECT DISTINCT q.article FROM quotes q LEFT JOIN entities e ON e.article = q.article AND e.number = q.entity"
        " LEFT JOIN namings n ON n.id = e.naming"
        " WHERE q.speaker IS NOT n.told ->> 1 OR q.naming IS NOT e.naming ORDER BY q.article"
    )
    yield from (f"{row[0]}: a quote's speaker is none of its entities." for row in rows)


def _faults_of_vectors(database: sqlite3.Connection) -> Iterator[str]:
    (orphans,) = database.execute(
        "SELECT (SELECT total(sentence_count) FROM articles) != (SELECT count(*) FROM sentences)"
        " OR (SELECT count(*) FROM sentences) != (SELECT count(*) FROM vectors)"
        " OR EXISTS (SELECT 1 FROM sentences LEFT JOIN vectors USING (id) WHERE vector IS NULL)"
    ).fetchone()
    if orphans:
        yield "Articles, sentences and vectors do not belong together."
    if not all(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3) for _, vectors in vectors_from(database, 0)):
        yield "A stored vector is not of unit length."
