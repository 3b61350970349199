"""SQL as all stores write it in, rows out, whichever database reads it.

A `?` stands for a value; `IN ?` and `NOT IN ?` hold a column to the values of a list. All else is what SQLite and
PostgreSQL have in common, so that what the stores share is stated once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from embeddings.types import Vectors

Row = tuple[Any, ...]


class Rows(Protocol):
    """What a statement found."""

    def fetchone(self) -> Any:
        """The next row; None after the last."""
        ...

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """An open library, inside a transaction where it is written to."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        """Run a statement; a list among its values belongs to an `IN ?`."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement once for each row of values, none of them a list."""
        ...

    def each(self, sql: str, every: Sequence[Sequence[Any]]) -> list[list[Row]]:
        """All that a statement finds, for each of several rows of values, without waiting between them."""
        ...

    def blocks(self, sql: str, values: Sequence[Any], most: int) -> Iterator[list[Row]]:
        """All that a statement finds, up to `most` rows at a time, of which no more are held in memory."""
        ...

    def has_table(self, name: str) -> bool:
        """Whether the library's format has this table."""
        ...

    def reserve(self, sentences: int) -> int:
        """The first of so many ids in a row, for sentences; no id is ever given twice."""
        ...

    def vector(self, vector: Vectors) -> Any:
        """A vector of shape (dimension,) as a value; it comes back as the bytes of its float32, the lowest first."""
        ...

    @property
    def block(self) -> int:
        """How many ids of sentences share a row of `postings`: see word_index.py."""
        ...

    @property
    def appended(self) -> str:
        """SQL for what `postings.entries` are with `excluded.entries` after them, both bytes."""
        ...
