"""A library in, the file with its approximate index out, where one is due."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from embeddings.stores.faiss_index import ApproximateIndex, is_sound
from embeddings.stores.rows import meta
from embeddings.stores.scopes import Ids, Ranges, held_ranges, mask, size, up_to
from embeddings.stores.sqlite_file import SqliteFile
from embeddings.stores.vector_index import Limits, index_path, vectors_from, vectors_of

log = logging.getLogger(__name__)

_OFTEN = 4  # drawn up anew when more than one in so many of its sentences is gone
_GROWN = 2  # trained anew when there are so many times as many sentences as it was trained for
_READ = 16_384  # vectors at a time, between which other threads may use the library


def write_index(sqlite: SqliteFile, limits: Limits) -> None:
    """Write the index file where it is due; a library of up to `limits.newer` sentences needs none.

    1,000,000 sentences take one minute on two cores and 1 GB; to add 20,000 to them takes six seconds. Where it cannot
    be written, as in a folder that is read-only, all stays as it was: searches compare what is newer one by one.
    """
    with sqlite.reading() as database:
        if database is None:
            return
        lineage, held = meta(database, "lineage"), held_ranges(database)
    path, count = index_path(sqlite.home, lineage), size(held)
    try:
        if count <= limits.newer:
            _clear(sqlite.home)
        elif _is_due(held, old := _sound(path), limits):
            index = _drawn_up(sqlite, lineage, held, old)
            if index:
                index.save(path)
                _clear(sqlite.home, path)
    except (OSError, RuntimeError) as error:
        log.info("the index was not written: %s", error)


def _sound(path: Path) -> ApproximateIndex | None:
    """The index in a file of which every byte is as it was written; else None."""
    return ApproximateIndex.load(path) if is_sound(path) else None


def _is_due(held: Ranges, index: ApproximateIndex | None, limits: Limits) -> bool:
    if index is None:
        return True
    old = size(up_to(held, index.last))
    return size(held) - old > limits.newer or (index.count - old) * _OFTEN > index.count


def _drawn_up(
    sqlite: SqliteFile, lineage: str | None, held: Ranges, old: ApproximateIndex | None
) -> ApproximateIndex | None:
    """The old index with what has changed, or a new one; None where another library took the place of this one."""
    count, last = size(held), int(held[-1, 1]) - 1
    index = None
    if old and count < _GROWN * old.trained_on:
        index = ApproximateIndex.load(index_path(sqlite.home, lineage), whole=True)
    if index:
        index.keep(mask(held, index.last))
    else:
        with sqlite.reading() as database:
            if database is None or meta(database, "lineage") != lineage:
                return None
            _, vectors = vectors_of(database, _sample(held, ApproximateIndex.sample_size(count)))
        index = ApproximateIndex.trained(vectors, count)
    while index.last < last:
        with sqlite.reading() as database:
            if database is None or meta(database, "lineage") != lineage:
                return None
            block = next(vectors_from(database, index.last + 1, last + 1, _READ), None)
        if block is None:
            break
        index.extend(*block)
    return index


def _sample(held: Ranges, count: int) -> Ids:
    """`count` of the ids held, at random but always the same."""
    chosen = np.sort(np.random.default_rng(0).choice(size(held), count, replace=False))
    ends = np.cumsum(held[:, 1] - held[:, 0])
    at = np.searchsorted(ends, chosen, side="right")
    ids: Ids = held[at, 1] - (ends[at] - chosen)
    return ids


def _clear(home: Path, kept: Path | None = None) -> None:
    """Remove the indexes of other libraries, and what a crash left of one."""
    for path in home.glob("vectors-*.faiss*"):
        if path != kept:
            path.unlink(missing_ok=True)
