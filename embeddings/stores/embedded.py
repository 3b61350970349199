"""The default store: a folder with one SQLite file that holds everything, and a FAISS index derived from it.

library.sqlite            articles, sentences, vectors, entities, quotes, and the lists of words
vectors-<lineage>.faiss   only of a large library: an index of its older sentences; lost or damaged, it is built anew
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from embeddings.stores.index_building import write_index
from embeddings.stores.rows import insert_entry, meta
from embeddings.stores.schema import new_lineage
from embeddings.stores.scopes import Among, Ids, OpenShelves, SeenScope, sentences_among
from embeddings.stores.sql_store import SqlStore
from embeddings.stores.sqlite_database import SqliteDatabase
from embeddings.stores.sqlite_file import SqliteFile
from embeddings.stores.stems import Stemmer
from embeddings.stores.vector_index import Limits, VectorIndex
from embeddings.types import Entry, Stamp, Vectors


class EmbeddedStore(SqlStore[SqliteDatabase]):
    """A Store in the folder `home`, made at the first write. Usable from several threads and processes at once.

    An article goes in or out in one SQLite transaction, so a crash leaves the library as it was before or after it.
    """

    def __init__(self, home: Path, limits: Limits = Limits()) -> None:  # noqa: B008 - it is frozen
        super().__init__(f"library in {home}", Stemmer())
        self._limits = limits
        self._index = VectorIndex(home, limits)
        self._sqlite = SqliteFile(home, self._index.forget)
        self._last_among: tuple[tuple[str | None, OpenShelves], Among | None] | None = None

    def rebuild(self, entries: Iterable[Entry], stamp: Stamp) -> Iterator[Entry]:
        with self._sqlite.successor() as made:
            for entry in entries:
                with made.writing() as database:
                    insert_entry(database, self._stemmer, entry, stamp)
                yield entry

    def refresh(self) -> None:
        write_index(self._sqlite, self._limits)
        with self._sqlite.reading() as database:
            if database is not None:
                self._index.follow(database)

    def close(self) -> None:
        self._sqlite.close()

    def _reading(self, *, any_format: bool = False) -> AbstractContextManager[SqliteDatabase | None]:
        return self._sqlite.reading(any_format=any_format)

    def _snapshot(self) -> AbstractContextManager[SqliteDatabase | None]:
        return self._sqlite.snapshot()

    def _writing(self) -> AbstractContextManager[SqliteDatabase]:
        return self._sqlite.writing()

    def _nearest(
        self, database: SqliteDatabase, vector: Vectors, count: int, scope: Among | None
    ) -> Sequence[tuple[int, float]]:
        return self._index.search(database, vector, count, scope.ranges if scope else None)

    def _cosines(self, database: SqliteDatabase, vector: Vectors, ids: Ids) -> dict[int, float]:
        return self._index.cosines(database, vector, ids)

    def _among(self, database: SqliteDatabase, scope: SeenScope) -> Among | None:
        """Those on the shelves of the last search are kept: a question searches several times."""
        if not isinstance(scope, OpenShelves):
            return sentences_among(database, scope)
        asked, last = (meta(database, "revision"), scope), self._last_among
        if last is None or last[0] != asked:
            last = self._last_among = asked, sentences_among(database, scope)
        return last[1]

    def _emptied(self, database: SqliteDatabase) -> None:
        new_lineage(database)

    def _faults(self, database: SqliteDatabase) -> Iterator[str]:
        yield from (f"SQLite: {row[0]}." for row in database.execute("PRAGMA integrity_check") if row[0] != "ok")
        yield from super()._faults(database)
        yield from self._index.faults(database)
