"""Vectors by sentence id in, the nearest ids out: an exact FAISS index in memory, and an approximate one in a file.

What the approximate one gives are only candidates, to be compared again with the vectors themselves. So a byte that
changed in the file, or an id that is no longer held, can cost a candidate its place and never gives a wrong score.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
import numpy.typing as npt

from embeddings.stores.scopes import Ids
from embeddings.types import Vectors

faiss: Any = _faiss  # its stubs know half of it
Allowed = npt.NDArray[np.bool_]
"""bool, shape (n,); whether the id that is its place may be found, no id from n on."""

_PER_LIST = 256  # sentences, on average: 1,000,000 lie in 3,906 lists
_TRAINED_ON = 40  # sentences for each list
_LEAST_TRAINED_ON = 10_000  # sentences in all: of fewer the 8 bits would cut off what lies further out in others
_ROUNDS = 10  # of k-means
_LOOKED_AT = 32_768  # sentences, in the lists that a search goes through; see below
_OFF = 2**-11 + 2**-16  # how far half precision can be off, for vectors of length 1: its own rounding, and the sum's
_TRAILER = struct.Struct("<8sqqqII")  # mark, last id, trained on, bytes of the structure, its CRC-32, that of all
_MARK = b"saidwhat"

# Measured on 1,000,000 vectors, sentences of SQuAD and PolNeAR each with noise of length 0.45 added, and 500 questions
# of SQuAD: how many of the 10 and of the 40 nearest are among 80 candidates, and the time of a search on one core.
#
#     lists gone through     16      32      64      128     256
#     of the 10 nearest      0.974   0.988   0.993   0.996   0.998
#     of the 40 nearest      0.973   0.987   0.993   0.997   0.998
#     ms                     0.28    0.45    0.79    1.41    6.3
#
# 80 candidates for 40 sentences lose nothing against 320; 40 lose 0.008.


def products(vectors: Vectors, vector: Vectors) -> Vectors:
    """The inner product of each row of `vectors`, shape (n, dimension), with `vector`; shape (n,).

    By FAISS, in one thread: numpy's would start a pool of threads beside the encoder's.
    """
    found = np.empty(len(vectors), dtype=np.float32)
    if len(vectors):
        rows, asked = np.ascontiguousarray(vectors), np.ascontiguousarray(vector, dtype=np.float32)
        pointers = [faiss.swig_ptr(array) for array in (found, asked, rows)]
        faiss.fvec_inner_products_ny(*pointers, rows.shape[1], len(rows))
    return found


class ExactIndex:
    """Every vector is compared, in half precision, and the nearest again in full. Ids are unique, as the caller says.

    It is exact all the same: where a vector that was not compared again could be as near, more of them are. Half
    precision is read from memory in half the time, which is most of what comparing takes.
    """

    def __init__(self, ids: Ids, vectors: Vectors) -> None:
        """`ids` of shape (n,), ascending; `vectors` of shape (n, dimension), no longer than 1."""
        self.ids = ids
        self.vectors = np.ascontiguousarray(vectors)
        half = faiss.ScalarQuantizer.QT_fp16
        self._index = faiss.IndexScalarQuantizer(vectors.shape[1], half, faiss.METRIC_INNER_PRODUCT)
        self._index.add(self.vectors)

    def search(self, vector: Vectors, count: int, allowed: Allowed | None = None) -> tuple[Ids, Vectors]:
        """At least the `count` ids nearest to `vector`, if there are so many, with their inner products.

        `allowed` tells which of `ids` may be found.
        """
        count = min(count, len(self.ids))
        if count <= 0:
            return self.ids[:0], np.empty(0, dtype=np.float32)
        parameters = None if allowed is None else faiss.SearchParameters(sel=_selector(allowed))
        off, compared = _OFF * float(np.linalg.norm(vector)), 2 * count
        while True:
            compared = min(compared, len(self.ids))
            _stay_in_one_thread()
            near, places = self._index.search(vector.reshape(1, -1), compared, params=parameters)
            found = places[0][places[0] >= 0]  # FAISS pads with -1 where it has fewer than asked for
            scores = products(self.vectors[found], vector)
            if len(found) < compared or compared == len(self.ids):
                break
            if float(near[0, -1]) + off < np.partition(scores, -count)[-count]:
                break
            compared *= 2
        return self.ids[found], scores


class ApproximateIndex:
    """Inverted lists of vectors in 8 bits a dimension (Jégou et al. 2011), of all sentences up to the id `last`.

    `trained_on` is how many sentences there were when the lists were drawn up.
    """

    def __init__(self, index: Any, last: int, trained_on: int) -> None:
        self._index = index
        self.last = last
        self.trained_on = trained_on

    @classmethod
    def trained(cls, sample: Vectors, count: int) -> ApproximateIndex:
        """An empty index for `count` vectors, made for such as those of `sample`, shape (n, dimension)."""
        lists, dimension = lists_for(count), sample.shape[1]
        index = faiss.IndexIVFScalarQuantizer(
            *(faiss.IndexFlatIP(dimension), dimension, lists, faiss.ScalarQuantizer.QT_8bit),
            faiss.METRIC_INNER_PRODUCT,
        )
        index.cp.niter, index.cp.min_points_per_centroid = _ROUNDS, 1
        _on_all_cores(lambda: index.train(np.ascontiguousarray(sample)))
        return cls(index, 0, count)

    @staticmethod
    def sample_size(count: int) -> int:
        """How many vectors `trained` should be given."""
        return min(count, max(lists_for(count) * _TRAINED_ON, _LEAST_TRAINED_ON))

    def extend(self, ids: Ids, vectors: Vectors) -> None:
        """Put in vectors whose ids are above `last`."""
        if len(ids):
            _on_all_cores(lambda: self._index.add_with_ids(np.ascontiguousarray(vectors), ids))
            self.last = int(ids[-1])

    def keep(self, allowed: Allowed) -> None:
        """Take out all ids that are not allowed."""
        self._index.remove_ids(faiss.IDSelectorNot(_selector(allowed)))

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def ids(self) -> Ids:
        """All ids, ascending."""
        lists = self._index.invlists
        sizes = [lists.list_size(number) for number in range(self._index.nlist)]
        parts = [faiss.rev_swig_ptr(lists.get_ids(number), size).copy() for number, size in enumerate(sizes) if size]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)

    def search(self, vector: Vectors, count: int, allowed: Allowed | None = None, share: float = 1.0) -> Ids:
        """Up to `count` of the ids nearest to `vector`.

        `share` is the part of all ids that is allowed: of fewer, more lists have to be gone through to meet as many.
        """
        lists = min(self._index.nlist, int(_LOOKED_AT / _PER_LIST / max(share, 1e-9) ** 0.5) + 1)
        chosen = {} if allowed is None else {"sel": _selector(allowed)}
        parameters = faiss.SearchParametersIVF(nprobe=lists, **chosen)
        _stay_in_one_thread()
        _, found = self._index.search(vector.reshape(1, -1), min(count, self.count), params=parameters)
        return np.unique(found[found >= 0])

    # --- the file ------------------------------------------------------------------------------------------------

    @classmethod
    def load(cls, path: Path, *, whole: bool = False) -> ApproximateIndex | None:
        """The index that `save` wrote to `path`, or None where it is missing or damaged.

        It stays on the disk, and only what a search looks at is read. With `whole` it is all in memory, to be changed.
        """
        try:
            with path.open("rb") as file:
                last, trained_on, structure, checksum, _ = _trailer(file)
                file.seek(0)
                if zlib.crc32(file.read(structure)) != checksum:
                    return None
            index = faiss.read_index(str(path), 0 if whole else faiss.IO_FLAG_MMAP)
        except (OSError, ValueError, RuntimeError):  # FAISS raises RuntimeError for every fault of a file
            return None
        if not whole:
            faiss.downcast_InvertedLists(index.invlists).prefetch_nthread = 0  # threads cost more than they read ahead
        return cls(index, last, trained_on)

    def save(self, path: Path) -> None:
        """Write the index so that `path` holds all of it or is as it was. Raises OSError or RuntimeError."""
        part = path.with_name(path.name + ".part")
        with part.open("w+b") as file:
            checksum = 0

            def write(block: bytes) -> None:
                nonlocal checksum
                checksum = zlib.crc32(block, checksum)
                file.write(block)

            faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))
            structure = file.tell() - self.count * (self._index.code_size + 8)
            file.seek(0)
            of_structure = zlib.crc32(file.read(structure))
            file.seek(0, 2)
            file.write(_TRAILER.pack(_MARK, self.last, self.trained_on, structure, of_structure, checksum))
        part.replace(path)


def is_sound(path: Path) -> bool:
    """Whether every byte of an index's file is as it was written; reads all of it."""
    try:
        with path.open("rb") as file:
            *_, checksum = _trailer(file)
            left = file.tell() - _TRAILER.size
            file.seek(0)
            found = 0
            while left:
                block = file.read(min(left, 1 << 20))
                found, left = zlib.crc32(block, found), left - len(block)
            return found == checksum
    except (OSError, ValueError):
        return False


def lists_for(count: int) -> int:
    """How many lists `count` vectors lie in."""
    return max(1, count // _PER_LIST)


def _trailer(file: Any) -> tuple[int, int, int, int, int]:
    """Last id, trained on, bytes of the structure, its CRC-32, that of all. Raises OSError or ValueError."""
    file.seek(-_TRAILER.size, 2)
    try:
        mark, *values = _TRAILER.unpack(file.read(_TRAILER.size))
    except struct.error as error:
        raise ValueError(str(error)) from error
    if mark != _MARK:
        raise ValueError("no index of saidwhat")
    last, trained_on, structure, of_structure, of_all = values
    return last, trained_on, structure, of_structure, of_all


def _selector(allowed: Allowed) -> Any:
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def _on_all_cores(work: Callable[[], None]) -> None:
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        work()
    finally:
        _stay_in_one_thread()


def _stay_in_one_thread() -> None:
    """A second pool of threads beside the encoder's costs more than it gives. Each thread that searches must say so."""
    faiss.omp_set_num_threads(1)
