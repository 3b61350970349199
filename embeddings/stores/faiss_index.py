"""Vectors by sentence id in, nearest ids out: an exact FAISS index over inner products."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from embeddings.types import Vectors

Ids = npt.NDArray[np.int64]
_WHOLE = 0x2144DF1C  # the CRC-32 of any bytes that are followed by their own CRC-32

faiss.omp_set_num_threads(1)  # a second thread pool beside torch's costs more than it gives


class VectorIndex:
    """An exact index. Ids are unique, as the caller guarantees: FAISS takes duplicates in silence."""

    def __init__(self, ids: Ids, vectors: Vectors) -> None:
        """`ids` of shape (n,), `vectors` of shape (n, dimension), unit length."""
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)

    @classmethod
    def load(cls, path: Path) -> VectorIndex | None:
        """The index that `save` wrote to `path`, or None where it is missing or damaged."""
        try:
            if _checksum(path) != _WHOLE:
                return None
            index = faiss.read_index(str(path))
        except (OSError, RuntimeError):  # FAISS raises RuntimeError for every fault of a file
            return None
        loaded = cls.__new__(cls)
        loaded._index = index
        return loaded if isinstance(index, faiss.IndexIDMap2) else None

    def save(self, path: Path) -> None:
        """Write the index so that `path` holds all of it or is as it was. Raises OSError or RuntimeError."""
        part = path.with_name(path.name + ".part")
        faiss.write_index(self._index, str(part))
        checksum = _checksum(part).to_bytes(4, "little")
        with part.open("ab") as file:
            file.write(checksum)
        part.replace(path)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def ids(self) -> Ids:
        """All ids, shape (n,), in the order in which they were put in."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def search(self, vector: Vectors, count: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """The `count` nearest ids with their inner products, best first; `among` limits the search to these ids.

        Raises ValueError where `vector` is not of shape (dimension,).
        """
        if vector.shape != (self.dimension,):
            raise ValueError(f"a vector of shape {vector.shape} was searched in an index of dimension {self.dimension}")
        available = self._index.ntotal if among is None else len(among)
        count = min(count, available)
        if count <= 0:
            return []
        parameters = None
        if among is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
        scores, ids = self._index.search(vector.reshape(1, -1), count, params=parameters)
        # FAISS pads with id -1 where it has fewer than asked for
        return [(int(i), float(score)) for i, score in zip(ids[0], scores[0], strict=True) if i >= 0]


def _checksum(path: Path) -> int:
    """CRC-32 of a file: FAISS itself does not notice a changed byte, nor a disk that filled up at its last block."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum
