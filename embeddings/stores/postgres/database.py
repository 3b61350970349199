"""SQL as all stores write it in, rows out of a PostgreSQL connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import numpy as np
from pgvector import Vector
from psycopg import Connection, Cursor
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from embeddings.stores.sql import Row
from embeddings.types import Vectors

_HEADER = 4  # bytes before the numbers of a vector, as PostgreSQL sends it
_SHELF_BITS = 36  # those below a shelf's number in the ids of its sentences; migrations/0001.sql knows it
_OPEN_SHELVES = """
WITH open AS MATERIALIZED (
    SELECT coalesce(array_agg(number), '{}') AS numbers, coalesce(sum(sentences), 0)::bigint AS sentences,
        coalesce(sum(words), 0)::bigint AS words
    FROM shelves WHERE name IN ?
)
SELECT numbers, sentences, words, (SELECT max(w.sentences) FROM word_counts w),
    set_config('saidwhat.shelves', numbers::text, true)
FROM open
"""


class PostgresDatabase:
    """A Database of PostgreSQL. All values come in binary form: a vector need not be written out in digits."""

    ids_of_shelf = 1 << _SHELF_BITS
    block = 2_048  # most rows then lie in their page: what lies outside is left behind by every change
    appended = "postings.entries || excluded.entries"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._streams = count()
        self.shown = ""
        """The numbers of the shelves of which the database shows what is on them, as it writes them; empty for all."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor:
        return self._connection.cursor(binary=True).execute(_translated(sql), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        self._connection.cursor().executemany(_translated(sql), rows)

    def each(self, sql: str, every: Sequence[Sequence[Any]]) -> list[list[Row]]:
        with self._connection.pipeline():
            found = [self.execute(sql, values) for values in every]
        return [rows.fetchall() for rows in found]

    def blocks(self, sql: str, values: Sequence[Any], most: int) -> Iterator[list[Row]]:
        with self._connection.cursor(f"blocks_{next(self._streams)}", binary=True) as rows:
            rows.execute(_translated(sql), values)
            while block := rows.fetchmany(most):
                yield block

    def has_table(self, name: str) -> bool:
        return True

    def open_shelves(self, names: list[str]) -> tuple[list[int], int, int, int]:
        ((numbers, sentences, words, held, self.shown),) = self.execute(_OPEN_SHELVES, (names,)).fetchall()
        return numbers, sentences, words, held or 0

    def show(self, shown: str) -> None:
        """Have the database show what is on these shelves, as it did before, until the end of the transaction."""
        if shown != self.shown:
            self.execute("SELECT set_config('saidwhat.shelves', ?, true)", (shown,))
            self.shown = shown

    def reserve(self, sentences: int, shelf: int) -> int:
        sql = "UPDATE shelves SET last_sentence = last_sentence + ? WHERE number = ? RETURNING last_sentence"
        ((last,),) = self.execute(sql, (sentences, shelf)).fetchall()
        return (shelf << _SHELF_BITS) + int(last) - sentences + 1

    def vector(self, vector: Vectors) -> Vector:
        return Vector(vector)


class VectorBytes(Loader):
    """Takes a vector as the bytes of its float32, the lowest first."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return np.frombuffer(data, dtype=">f4", offset=_HEADER).astype("<f4").tobytes()


@lru_cache(maxsize=500)
def _translated(sql: str) -> bytes:
    """With PostgreSQL's lists, and psycopg's marks for values."""
    return sql.replace("NOT IN ?", "<> ALL(?)").replace("IN ?", "= ANY(?)").replace("?", "%s").encode()
