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

    def open_shelves(self, names: list[str]) -> tuple[list[int], int, int, int]:
        """The numbers of the shelves of these names, and how many sentences and words are on them; then of sentences
        how many there are on all.

        A database that can hide all other shelves does so for what is read from now on.
        """
        ...

    def reserve(self, sentences: int, shelf: int) -> int:
        """The first of so many ids in a row, for sentences on the shelf `shelf`; no id is ever given twice."""
        ...

    def vector(self, vector: Vectors) -> Any:
        """A vector of shape (dimension,) as a value; it comes back as the bytes of its float32, the lowest first."""
        ...

    @property
    def ids_of_shelf(self) -> int:
        """How many ids each shelf has for its sentences, from its number times as many on; 0 where all share all."""
        ...

    @property
    def block(self) -> int:
        """How many ids of sentences share a row of `postings`: see word_index.py."""
        ...

    @property
    def appended(self) -> str:
        """SQL for what `postings.entries` are with `excluded.entries` after them, both bytes."""
        ...
