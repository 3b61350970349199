"""Sentences in, what is kept of them and around them out, fetched by id: those of an article stand in a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from embeddings.stores.rows import SENTENCE
from embeddings.stores.sql import Database, Row
from embeddings.types import Encoded, Sentence, States, TokenVectors


def neighbours(database: Database, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
    """Each sentence with up to `reach` sentences of its article before and after it, in order; none where not held."""
    around = [range(sentence.id - reach, sentence.id + reach + 1) for sentence in sentences]
    found = sentences_of(database, {i for ids in around for i in ids})
    return [
        [found[i] for i in ids if i in found and found[i].article == sentence.article] if sentence.id in found else []
        for sentence, ids in zip(sentences, around, strict=True)
    ]


def sentences_in(database: Database, article: str) -> list[Sentence]:
    """The sentences of an article, in order; none where it is not held."""
    row = database.execute("SELECT first_sentence, sentence_count FROM articles WHERE id = ?", (article,)).fetchone()
    if not row:
        return []
    sql = f"SELECT {SENTENCE}, id FROM sentences WHERE id >= ? AND id < ? ORDER BY id"
    return [Sentence(*row) for row in database.execute(sql, (row[0], sum(row)))]


def sentences_of(database: Database, ids: Collection[int]) -> dict[int, Sentence]:
    """The sentences of `ids`, without those that are not held."""
    rows = _of_ids(database, f"SELECT {SENTENCE}, id FROM sentences WHERE id", ids)
    return {row[-1]: Sentence(*row) for row in rows}


def encodings(database: Database, sentences: Sequence[Sentence]) -> Encoded:
    """The vectors and the token vectors of `sentences`, in order. Raises KeyError for one that is not held."""
    ids = [sentence.id for sentence in sentences]
    sql = "SELECT id, vector, size, pieces FROM vectors LEFT JOIN tokens USING (id) WHERE id"
    found = {row[0]: row for row in _of_ids(database, sql, ids)}
    held = [found[i] for i in ids]
    vectors = np.frombuffer(b"".join([row[1] for row in held]), dtype="<f4")
    return Encoded(vectors.reshape(len(held), -1 if held else 0), _tokens(held))


def sentences_with_tokens(
    database: Database, ids: Collection[int]
) -> tuple[dict[int, Sentence], tuple[TokenVectors, ...]]:
    """The sentences of `ids`, without those that are not held, and in this order their token vectors, if there are."""
    sql = f"SELECT {SENTENCE}, id, size, pieces FROM sentences LEFT JOIN tokens USING (id) WHERE id"
    rows = _of_ids(database, sql, ids)
    found = [Sentence(*row[:-2]) for row in rows]
    return {sentence.id: sentence for sentence in found}, _tokens(rows)


def _tokens(rows: Sequence[Row]) -> tuple[TokenVectors, ...]:
    """From rows that end in the size of the token vectors and in these."""
    return tuple(np.frombuffer(row[-1], dtype=np.int8).reshape(-1, row[-2]) for row in rows if row[-2])


def states(database: Database, sentences: Sequence[Sentence]) -> list[States]:
    """The hidden states of `sentences`, in order; without pieces where there are none."""
    ids = [sentence.id for sentence in sentences]
    found = {row[0]: row[1:] for row in _of_ids(database, "SELECT id, size, pieces FROM states WHERE id", ids)}
    kept = [found.get(i, (1, b"")) for i in ids]
    return [np.frombuffer(pieces, dtype=np.int8).reshape(-1, max(1, size)) for size, pieces in kept]


def _of_ids(database: Database, select: str, ids: Iterable[int]) -> list[Row]:
    """The rows of a statement that ends in the name of a column, where it is one of `ids`."""
    return database.execute(f"{select} IN ?", (list(ids),)).fetchall()
