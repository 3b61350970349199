"""Sentences in, what is kept of them and around them out, fetched by id: those of an article stand in a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from embeddings.stores.rows import SENTENCE
from embeddings.stores.sql import Database, Row
from embeddings.types import Encoded, Sentence, States, TokenVectors


def neighbours(database: Database, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
    """Each sentence with up to `reach` sentences of its article before and after it, in order; none where not held."""
    places = _places(database, {sentence.article for sentence in sentences})
    around = []
    for sentence in sentences:
        first, count = places.get(sentence.article, (0, 0))
        low, high = max(0, sentence.position - reach), min(count, sentence.position + reach + 1)
        around.append(range(first + low, first + high))
    found = sentences_of(database, {i for ids in around for i in ids})
    return [[found[i] for i in ids] for ids in around]


def sentences_in(database: Database, article: str) -> list[Sentence]:
    """The sentences of an article, in order; none where it is not held."""
    first, count = _places(database, [article]).get(article, (0, 0))
    rows = database.execute(
        f"SELECT {SENTENCE} FROM sentences WHERE id >= ? AND id < ? ORDER BY id", (first, first + count)
    )
    return [Sentence(*row) for row in rows]


def sentences_of(database: Database, ids: Collection[int]) -> dict[int, Sentence]:
    """The sentences of `ids`, without those that are not held."""
    rows = _of_ids(database, f"SELECT id, {SENTENCE} FROM sentences WHERE id", ids)
    return {row[0]: Sentence(*row[1:]) for row in rows}


def encodings(database: Database, sentences: Sequence[Sentence]) -> Encoded:
    """The vectors and the token vectors of `sentences`, in order."""
    ids = _ids(database, sentences)
    sql = "SELECT id, vector, size, pieces FROM vectors LEFT JOIN tokens USING (id) WHERE id"
    found = {row[0]: row for row in _of_ids(database, sql, ids)}
    held = [found[i] for i in ids]
    vectors = np.frombuffer(b"".join([row[1] for row in held]), dtype="<f4")
    return Encoded(vectors.reshape(len(held), -1 if held else 0), _tokens(held))


def sentences_with_tokens(
    database: Database, ids: Collection[int]
) -> tuple[dict[int, Sentence], tuple[TokenVectors, ...]]:
    """The sentences of `ids`, without those that are not held, and in this order their token vectors, if there are."""
    sql = f"SELECT id, {SENTENCE}, size, pieces FROM sentences LEFT JOIN tokens USING (id) WHERE id"
    rows = _of_ids(database, sql, ids)
    return {row[0]: Sentence(*row[1:-2]) for row in rows}, _tokens(rows)


def _tokens(rows: Sequence[Row]) -> tuple[TokenVectors, ...]:
    """From rows that end in the size of the token vectors and in these."""
    return tuple(np.frombuffer(row[-1], dtype=np.int8).reshape(-1, row[-2]) for row in rows if row[-2])


def states(database: Database, sentences: Sequence[Sentence]) -> list[States]:
    """The hidden states of `sentences`, in order; without pieces where there are none."""
    ids = _ids(database, sentences)
    found = {row[0]: row[1:] for row in _of_ids(database, "SELECT id, size, pieces FROM states WHERE id", ids)}
    kept = [found.get(i, (1, b"")) for i in ids]
    return [np.frombuffer(pieces, dtype=np.int8).reshape(-1, max(1, size)) for size, pieces in kept]


def _ids(database: Database, sentences: Sequence[Sentence]) -> list[int]:
    """Raises KeyError for a sentence whose article is not held."""
    places = _places(database, {sentence.article for sentence in sentences})
    return [places[sentence.article][0] + sentence.position for sentence in sentences]


def _places(database: Database, articles: Collection[str]) -> dict[str, tuple[int, int]]:
    """The first sentence's id and the number of sentences of those of `articles` that are held."""
    rows = _of_ids(database, "SELECT id, first_sentence, sentence_count FROM articles WHERE id", articles)
    return {article: (first, count) for article, first, count in rows}


def _of_ids(database: Database, select: str, ids: Iterable[int] | Iterable[str]) -> list[Row]:
    """The rows of a statement that ends in the name of a column, where it is one of `ids`."""
    return database.execute(f"{select} IN ?", (list(ids),)).fetchall()
