"""Ids with their scores in, the best of them out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embeddings.stores.scopes import Ids

Scores = npt.NDArray[np.float32] | npt.NDArray[np.float64]
"""shape (n,); higher is better."""


def best(ids: Ids, scores: Scores, count: int) -> list[tuple[int, float]]:
    """The `count` highest scores with their ids, best first; of equal ones the older sentence comes first."""
    if count <= 0:
        return []
    if count < len(ids):  # sorting only what can be among them
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        ids, scores = ids[scores >= least], scores[scores >= least]
    order = np.lexsort((ids, -scores))[:count]
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))
