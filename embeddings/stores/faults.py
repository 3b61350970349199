"""A library in, what is wrong inside it out, a sentence each; all of it is read, little of it held at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from embeddings.stores.people_index import lists_people
from embeddings.stores.sql import Database
from embeddings.stores.stems import Stemmer
from embeddings.stores.vector_index import vectors_from
from embeddings.stores.word_index import lists_sentences

_CHECKED = 1_000  # quotes at a time


def faults_of_library(database: Database, stemmer: Stemmer) -> Iterator[str]:
    """What is wrong with the sentences, the quotes, the shelves, the lists of words and of people, and the vectors."""
    yield from _faults_of_sentences(database)
    yield from _faults_of_quotes(database)
    yield from _faults_of_shelves(database)
    if not lists_sentences(database, stemmer):
        yield "The lists of words do not hold the library's sentences."
    if not lists_people(database, stemmer):
        yield "The lists of people do not hold the library's entities and quotes."
    yield from _faults_of_vectors(database)


def _faults_of_sentences(database: Database) -> Iterator[str]:
    """A sentence for each article whose sentences are not those that stand in its text."""
    rows = database.execute(
        "SELECT a.id FROM articles a LEFT JOIN texts t ON t.article = a.id LEFT JOIN sentences s"
        " ON s.id BETWEEN a.first_sentence AND a.first_sentence + a.sentence_count - 1"
        " GROUP BY a.id HAVING count(s.id) != a.sentence_count"
        " OR max(CASE WHEN s.article = a.id AND s.position = s.id - a.first_sentence"
        ' AND substr(t.text, s.start + 1, s."end" - s.start) = s.text THEN 0 ELSE 1 END) = 1 ORDER BY a.id'
    )
    yield from (f"{row[0]}: its sentences do not stand in its text." for row in rows)


def _faults_of_quotes(database: Database) -> Iterator[str]:
    """A sentence for each article whose quotes do not stand in its text and sentences, or lack their speakers."""
    rows = database.execute(
        "SELECT DISTINCT q.article FROM quotes q JOIN articles a ON a.id = q.article JOIN texts t ON t.article = a.id"
        " LEFT JOIN sentences f ON f.id = a.first_sentence + q.first_sentence AND f.article = a.id"
        " LEFT JOIN sentences l ON l.id = a.first_sentence + q.last_sentence AND l.article = a.id"
        ' WHERE substr(t.text, q.start + 1, q."end" - q.start) != q.text'
        ' OR q.start < coalesce(f.start, q."end") OR q."end" > coalesce(l."end", q.start) ORDER BY q.article'
    )
    yield from (f"{row[0]}: its quotes do not stand in its text." for row in rows)
    sql = (
        "SELECT q.article, q.speaker, q.naming, e.naming, n.told FROM quotes q"
        " LEFT JOIN entities e ON e.article = q.article AND e.number = q.entity LEFT JOIN namings n ON n.id = e.naming"
        " ORDER BY q.article"
    )
    wrong = dict.fromkeys(
        article
        for rows in database.blocks(sql, (), _CHECKED)
        for article, speaker, *namings, told in rows
        if speaker != (json.loads(told)[1] if told else None) or namings[0] != namings[1]
    )
    yield from (f"{article}: a quote's speaker is none of its entities." for article in wrong)


def _faults_of_shelves(database: Database) -> Iterator[str]:
    """A sentence for each article that is on no shelf, or of which something is on another one."""
    rows = database.execute(
        "SELECT a.id FROM articles a WHERE a.shelf NOT IN (SELECT number FROM shelves)"
        " OR EXISTS (SELECT 1 FROM quotes q WHERE q.article = a.id AND q.shelf != a.shelf)"
        " OR EXISTS (SELECT 1 FROM entities e LEFT JOIN namings n ON n.id = e.naming"
        " WHERE e.article = a.id AND (e.shelf != a.shelf OR n.shelf != a.shelf)) ORDER BY a.id"
    )
    yield from (f"{row[0]}: it is not wholly on one shelf." for row in rows)


def _faults_of_vectors(database: Database) -> Iterator[str]:
    (orphans,) = database.execute(
        "SELECT (SELECT coalesce(sum(sentence_count), 0) FROM articles) != (SELECT count(*) FROM sentences)"
        " OR (SELECT count(*) FROM sentences) != (SELECT count(*) FROM vectors)"
        " OR EXISTS (SELECT 1 FROM sentences LEFT JOIN vectors USING (id) WHERE vector IS NULL)"
    ).fetchone()
    if orphans:
        yield "Articles, sentences and vectors do not belong together."
    if not all(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3) for _, vectors in vectors_from(database, 0)):
        yield "A stored vector is not of unit length."
