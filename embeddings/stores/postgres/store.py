"""A store for many machines: a schema of a PostgreSQL database, its sentences searched with pgvector.

Every call that reads sees the library as it was at one moment. Who writes, waits for others that do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager

from embeddings.stores.postgres.connections import Connections
from embeddings.stores.postgres.database import PostgresDatabase
from embeddings.stores.postgres.nearest import build_index, drop_index, nearest
from embeddings.stores.rows import insert_entry
from embeddings.stores.scopes import Among
from embeddings.stores.sql_store import SqlStore
from embeddings.stores.stems import Stemmer
from embeddings.stores.vector_index import Limits
from embeddings.types import Entry, Stamp, Vectors

_LONGEST_STEM = 500  # characters; an entry of a b-tree holds no more than 2,704 bytes


class PostgresStore(SqlStore[PostgresDatabase]):
    """A Store in the database at `url`, its tables made at the first use. Usable from several threads and processes.

    An article goes in or out in one transaction. Raises StoreError where `url` cannot be read.
    """

    def __init__(self, url: str, limits: Limits = Limits()) -> None:  # noqa: B008 - it is frozen
        self._connections = Connections(url)
        self._limits = limits
        super().__init__(self._connections.name, Stemmer(_LONGEST_STEM))

    def rebuild(self, entries: Iterable[Entry], stamp: Stamp) -> Iterator[Entry]:
        with self._connections.successor() as made:
            for entry in entries:
                with made.writing() as database:
                    insert_entry(database, self._stemmer, entry, stamp)
                yield entry
            self._build_index(made)

    def refresh(self) -> None:
        self._build_index(self._connections)

    def close(self) -> None:
        self._connections.close()

    def _build_index(self, connections: Connections) -> None:
        with connections.alone("index") as connection:
            if connection:
                build_index(connection, self._limits)

    def _reading(self, *, any_format: bool = False) -> AbstractContextManager[PostgresDatabase]:
        return self._connections.reading()

    def _snapshot(self) -> AbstractContextManager[PostgresDatabase]:
        return self._connections.reading()

    def _writing(self) -> AbstractContextManager[PostgresDatabase]:
        return self._connections.writing()

    def _nearest(
        self, database: PostgresDatabase, vector: Vectors, count: int, scope: Among | None
    ) -> list[tuple[int, float]]:
        return nearest(database, vector, count, scope, self._limits)

    def _emptied(self, database: PostgresDatabase) -> None:
        drop_index(database)

    def _faults(self, database: PostgresDatabase) -> Iterator[str]:
        yield from super()._faults(database)
        rows = database.execute("SELECT id FROM articles WHERE first_sentence / ? != shelf", (database.ids_of_shelf,))
        yield from (f"{row[0]}: its sentences are on another shelf." for row in rows)
