"""SQL as all stores write it in, rows out of a SQLite file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from embeddings.stores.sql import Row
from embeddings.types import Vectors


class SqliteDatabase(sqlite3.Connection):
    """A Database of SQLite. A list goes in as JSON, so that a statement is the same for lists of any length."""

    ids_of_shelf = 0  # what goes through all ids, as the FAISS index does, wants them dense
    block = 16_384
    appended = "CAST(postings.entries || excluded.entries AS BLOB)"

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> sqlite3.Cursor:  # type: ignore[override]
        lists = [json.dumps(value) if isinstance(value, list) else value for value in values]
        return super().execute(sql.replace("IN ?", "IN (SELECT value FROM json_each(?))"), lists)

    def each(self, sql: str, every: Sequence[Sequence[Any]]) -> list[list[Row]]:
        return [self.execute(sql, values).fetchall() for values in every]

    def blocks(self, sql: str, values: Sequence[Any], most: int) -> Iterator[list[Row]]:
        rows = self.execute(sql, values)
        while block := rows.fetchmany(most):
            yield block

    def has_table(self, name: str) -> bool:
        return bool(self.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone())

    def open_shelves(self, names: list[str]) -> tuple[list[int], int, int, int]:
        rows = self.execute("SELECT number, sentences, words FROM shelves WHERE name IN ?", (names,)).fetchall()
        counted = self.has_table("word_counts") and self.execute("SELECT sentences FROM word_counts").fetchone()
        held = counted[0] if counted else 0  # as in a library of a format that is only listed
        return [row[0] for row in rows], sum(row[1] for row in rows), sum(row[2] for row in rows), held

    def reserve(self, sentences: int, shelf: int) -> int:
        last = self.execute("SELECT seq FROM sqlite_sequence WHERE name = 'sentences'").fetchone()
        return last[0] + 1 if last else 1

    def vector(self, vector: Vectors) -> bytes:
        return vector.tobytes()
