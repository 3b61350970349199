"""A question's vector in, the nearest sentences out: an exact index of newer ones, an approximate one of many older.

vectors-<lineage>.faiss  an approximate index of all sentences up to some id, in a library of more than `exact` ones

Ids are never used twice and the vector of an id never changes, so the file stays true however many articles come and
go: newer sentences are read from SQLite into memory, and those that are gone are left out. The file is only written
anew by `write_index`. Whatever the way, a score is the product of the vectors that SQLite holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.stores.best import best
from embeddings.stores.faiss_index import Allowed, ApproximateIndex, ExactIndex, is_sound, products
from embeddings.stores.rows import meta, read_vectors, stored_stamp
from embeddings.stores.scopes import Ids, Ranges, held_ranges, mask, size, up_to, within
from embeddings.stores.sql import Database
from embeddings.types import Vectors

_CANDIDATES = 2  # for each sentence asked for
_READ = 8_192  # vectors at a time
_NO_ID = 2**63 - 1  # above every id


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to how many sentences every vector is compared: among `newer` ones than the index, and in a `scope`.

    20,000 take 2 ms in memory, and 0.2 s to be read into it once; 10,000 of a scope are read and compared in 15 ms.
    """

    newer: int = 20_000
    scope: int = 10_000


class VectorIndex:
    """The vectors of the library in `home`; to be used by one thread at a time."""

    def __init__(self, home: Path, limits: Limits) -> None:
        self._home = home
        self._limits = limits
        self.forget()

    def forget(self) -> None:
        """Let go of everything, as of a file that is no longer there."""
        self._revision: str | None = None
        self._lineage: str | None = None
        self._file: tuple[int, int, int] | None = None
        self._dimension: int | None = None
        self._old: ApproximateIndex | None = None
        self._old_held: Allowed | None = None  # which of the old ones are still held; None for all
        self._forget_new()

    def _forget_new(self) -> None:
        self._after = self._up_to = 0  # the new ones are all with ids above the one, up to the other
        self._new = ExactIndex(np.empty(0, dtype=np.int64), np.empty((0, self._dimension or 1), dtype=np.float32))

    def follow(self, database: Database) -> None:
        """Bring all up to the library's present revision and index file."""
        revision, lineage = meta(database, "revision"), meta(database, "lineage")
        path = index_path(self._home, lineage)
        file = _identity(path)
        if (revision, lineage, file) == (self._revision, self._lineage, self._file):
            return
        if lineage != self._lineage:
            self.forget()
        if file != self._file:
            self._old = ApproximateIndex.load(path) if file else None
        held = held_ranges(database)
        stamp = stored_stamp(database)
        self._dimension = stamp.dimension if stamp else None
        self._follow_new(database, held)
        self._old_held = None
        if self._old and size(up_to(held, self._old.last)) != self._old.count:
            self._old_held = mask(held, self._old.last)
        self._revision, self._lineage, self._file = revision, lineage, file

    def _follow_new(self, database: Database, held: Ranges) -> None:
        after = self._old.last if self._old else 0
        if after < self._after or not len(self._new.ids):
            self._forget_new()
        self._after = after
        kept = (self._new.ids > after) & within(self._new.ids, held)
        first = max(after, self._up_to) + 1
        count = int(kept.sum())
        total = count + size(held[held[:, 0] >= first])
        if total == count == len(self._new.ids):
            return
        ids, vectors = np.empty(total, dtype=np.int64), np.empty((total, self._dimension or 0), dtype=np.float32)
        ids[:count], vectors[:count] = self._new.ids[kept], self._new.vectors[kept]
        for new_ids, new_vectors in vectors_from(database, first):
            whole = within(new_ids, held)  # in a damaged library there may be more vectors than sentences, or fewer
            places = slice(count, count + int(whole.sum()))
            ids[places], vectors[places] = new_ids[whole], new_vectors[whole]
            count = places.stop
        self._new = ExactIndex(ids[:count], vectors[:count])
        self._up_to = int(ids[count - 1]) if count else after

    def search(self, database: Database, vector: Vectors, count: int, scope: Ranges | None) -> list[tuple[int, float]]:
        """The ids in scope that are nearest to `vector`, of shape (dimension,), with their cosines, best first.

        Raises ValueError for a vector of another shape.
        """
        self.follow(database)
        if self._dimension is None:
            return []
        if vector.shape != (self._dimension,):
            raise ValueError(
                f"a vector of shape {vector.shape} was searched in an index of dimension {self._dimension}"
            )
        new_ids, new_scores = self._new.search(vector, count, None if scope is None else within(self._new.ids, scope))
        old_ids, old_vectors = self._old_near(database, vector, count, scope)
        scores = np.concatenate([products(old_vectors, vector), new_scores])
        return best(np.concatenate([old_ids, new_ids]), scores, count)

    def cosines(self, database: Database, vector: Vectors, ids: Ids) -> dict[int, float]:
        """The cosines with `vector`, of shape (dimension,), of those of `ids` that are held, by id.

        `ids` are such as are held now. Those that were in memory at the last `search` are not read again.
        """
        new = np.isin(ids, self._new.ids)
        old_ids, old_vectors = vectors_of(database, ids[~new]) if not new.all() else read_vectors([])
        new_vectors = self._new.vectors[np.searchsorted(self._new.ids, ids[new])]
        held = np.concatenate([old_ids, ids[new]])
        scores = np.concatenate([products(old_vectors, vector), products(new_vectors, vector)])
        return dict(zip(held.tolist(), scores.tolist(), strict=True))

    def _old_near(self, database: Database, vector: Vectors, count: int, scope: Ranges | None) -> tuple[Ids, Vectors]:
        """Those of the old sentences in scope that may be nearest, with their vectors."""
        if self._old is None or count <= 0:
            return read_vectors([])
        allowed, share = self._old_held, 1.0
        if scope is not None:
            scope = up_to(scope, self._old.last)
            if size(scope) <= self._limits.scope:
                return vectors_in(database, scope)
            in_scope = mask(scope, self._old.last)
            allowed = in_scope if self._old_held is None else in_scope & self._old_held
            share = np.count_nonzero(allowed) / self._old.count
        found = self._old.search(vector, count * _CANDIDATES, allowed, share)
        return vectors_of(database, found)

    def faults(self, database: Database) -> list[str]:
        """What is wrong with the index, a sentence each; reads all of its file."""
        self.follow(database)
        held = held_ranges(database)
        ids = np.concatenate([self._old.ids(), self._new.ids]) if self._old else self._new.ids
        missing = size(held) != int(within(ids, held).sum()) or len(np.unique(ids)) != len(ids)
        if missing or (self._old and not is_sound(index_path(self._home, self._lineage))):
            return ["The FAISS index does not hold the library's sentences."]
        return []


def index_path(home: Path, lineage: str | None) -> Path:
    """Where the index of a library stands."""
    return home / f"vectors-{lineage}.faiss"


def vectors_of(database: Database, ids: Ids) -> tuple[Ids, Vectors]:
    """The vectors of `ids`, without those that are not held."""
    sql = "SELECT id, vector FROM vectors WHERE id IN ?"
    return read_vectors(database.execute(sql, (ids.tolist(),)).fetchall())


def vectors_in(database: Database, ranges: Ranges) -> tuple[Ids, Vectors]:
    """The vectors of all ids in `ranges`, in order: a CROSS JOIN goes through them as they come."""
    sql = (
        "SELECT vectors.id, vector FROM json_each(?) CROSS JOIN vectors"
        " ON vectors.id >= value ->> 0 AND vectors.id < value ->> 1"
    )
    return read_vectors(database.execute(sql, (json.dumps(ranges.tolist()),)).fetchall())


def vectors_from(database: Database, first: int, end: int = _NO_ID, most: int = _READ) -> Iterator[tuple[Ids, Vectors]]:
    """The vectors of all ids from `first` on and below `end`, in blocks of up to `most`."""
    sql = "SELECT id, vector FROM vectors WHERE id >= ? AND id < ? ORDER BY id"
    yield from map(read_vectors, database.blocks(sql, (first, end), most))


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced; None where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
