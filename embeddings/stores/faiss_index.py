"""Vectors by sentence id in, nearest ids out: an exact FAISS index over inner products."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from embeddings.types import Vectors

Ids = npt.NDArray[np.int64]

faiss.omp_set_num_threads(1)  # a second thread pool beside torch's costs more than it gives


class VectorIndex:
    """An exact index. Ids are unique, as the caller guarantees: FAISS takes duplicates in silence."""

    def __init__(self, ids: Ids, vectors: Vectors) -> None:
        """`ids` of shape (n,), `vectors` of shape (n, dimension), unit length."""
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)

    @classmethod
    def load(cls, path: Path) -> VectorIndex | None:
        """The index that `save` wrote to `path`, or None where it is missing or damaged."""
        try:
            index = faiss.read_index(str(path))
        except RuntimeError:  # what FAISS raises for every fault of a file
            return None
        loaded = cls.__new__(cls)
        loaded._index = index
        return loaded if isinstance(index, faiss.IndexIDMap2) else None

    def save(self, path: Path) -> None:
        """Write the index so that `path` holds all of it or is as it was. Raises OSError or RuntimeError."""
        part = path.with_name(path.name + ".part")
        faiss.write_index(self._index, str(part))
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
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))
        scores, ids = self._index.search(vector.reshape(1, -1), count, params=parameters)
        # FAISS pads with id -1 where it has fewer than asked for
        return [(int(i), float(score)) for i, score in zip(ids[0], scores[0], strict=True) if i >= 0]
