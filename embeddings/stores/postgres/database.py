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


class PostgresDatabase:
    """A Database of PostgreSQL. All values come in binary form: a vector need not be written out in digits."""

    block = 2_048  # most rows then lie in their page: what lies outside is left behind by every change
    appended = "postings.entries || excluded.entries"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._streams = count()

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

    def reserve(self, sentences: int) -> int:
        last = "setval('sentence_ids', nextval('sentence_ids') + ? - 1)"
        sql = f"SELECT {last} - ? + 1"
        ((first,),) = self.execute(sql, (max(1, sentences), max(1, sentences))).fetchall()
        return int(first)

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
