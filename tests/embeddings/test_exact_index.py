"""The vectors in memory: compared in half precision and in full, with what a comparison of all in full would find."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.stores.best import best
from embeddings.stores.faiss_index import ExactIndex
from embeddings.types import Vectors


def unit(rows: np.ndarray) -> Vectors:
    found: Vectors = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return found


def vectors_of(kind: str, count: int, dice: np.random.Generator) -> Vectors:
    """Vectors far apart; copies of a few; or all nearer to one another than half precision can tell."""
    rows = dice.normal(size=(count, 32))
    if kind == "copies":
        return unit(rows[dice.integers(max(1, count // 50), size=count)])
    return unit(rows[:1] + 1e-4 * rows) if kind == "near" else unit(rows)


@pytest.mark.parametrize("kind", ["far", "copies", "near"])
@pytest.mark.parametrize("count", [1, 7, 300, 2_000])
@pytest.mark.parametrize("share", [1.0, 0.3, 0.0])
def test_it_finds_what_is_nearest(kind: str, count: int, share: float) -> None:
    """Whatever lies near, and whatever is allowed, the best are those that all products in full tell."""
    dice = np.random.default_rng(count)
    vectors = vectors_of(kind, count, dice)
    index = ExactIndex(3 * np.arange(count), vectors)
    asked = unit(vectors[:1] + 0.1 * dice.normal(size=(1, 32)))[0]
    allowed = None if share == 1 else dice.random(count) < share
    held = np.arange(count) if allowed is None else np.flatnonzero(allowed)
    products = vectors[held] @ asked
    for most in (1, 10, 500):
        found = best(*index.search(asked, most, allowed), most)
        assert [score for _, score in found] == pytest.approx(np.sort(products)[::-1][:most].tolist(), abs=1e-6)
        assert len({place for place, _ in found}) == len(found)
        by_id = dict(zip((3 * held).tolist(), products.tolist(), strict=True))
        assert [score for _, score in found] == pytest.approx([by_id[place] for place, _ in found], abs=1e-6)


def test_of_an_empty_one_nothing() -> None:
    """No vectors, or none asked for, is nothing found."""
    empty = ExactIndex(np.empty(0, dtype=np.int64), np.empty((0, 4), dtype=np.float32))
    one = ExactIndex(np.array([5]), unit(np.ones((1, 4))))
    asked = unit(np.ones((1, 4)))[0]
    for index, count in ((empty, 3), (one, 0), (one, -1)):
        ids, scores = index.search(asked, count)
        assert (len(ids), len(scores)) == (0, 0)
