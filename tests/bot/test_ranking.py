"""The ranking: its table, and the order that it gives."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from bot.features import NAMES
from bot.ranking import WEIGHTS_FILE, confidence, gather, rank
from embeddings.library import Library


def test_the_table_names_every_feature() -> None:
    """The trained table has a weight for each feature, with and without matches, and one for the confidence's parts."""
    table = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    assert list(table) == ["with_matches", "without_matches", "confidence", "reader"]
    assert tuple(table["with_matches"]) == tuple(table["without_matches"]) == NAMES
    assert table["without_matches"]["match"] == 0
    assert set(table["confidence"]) - set(NAMES) == {"bias", "share"}
    assert set(table["reader"]) == {"weight", "highlight", "topic bias", "cosine", "bias", "score"}


def test_the_pool_is_what_either_search_finds(library: Library) -> None:
    """A sentence found twice is in the pool once; without a head there are no matches."""
    pool = gather("How many euros did the bridge cost?", library)
    assert len(pool.sentences) == len(set(pool.sentences)) == 6
    assert pool.features.shape == (6, len(NAMES))
    assert not pool.has_matches
    assert np.all(pool.features[:, NAMES.index("match")] == 0)


def test_nothing_is_found_in_an_empty_scope(library: Library) -> None:
    """An empty scope gives an empty list and no confidence."""
    assert rank("bridge", library, []) == ([], 0.0)


class ByLength:
    """A reranker that likes short sentences."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [-float(len(text)) for text in texts]


def test_a_reranker_has_the_last_word_on_the_order(library: Library) -> None:
    """With a reranker the order and the scores are its own; the confidence stays that of the sentence then first."""
    question = "How many million euros did the bridge cost?"
    plain, _ = rank(question, library)
    library.reranker = ByLength()
    ranked, sure = rank(question, library)
    assert {found.sentence for found in ranked} == {found.sentence for found in plain}
    assert [found.score for found in ranked] == sorted((-float(len(f.sentence.text)) for f in plain), reverse=True)
    assert 0 < sure < 1


def test_confidence_is_a_probability_that_grows_with_the_lead() -> None:
    """The further the best is ahead of the others, the surer; always between 0 and 1."""
    best = np.zeros(len(NAMES))
    sure = [confidence(best, np.array([lead, 0.0, 0.0])) for lead in (0.0, 1.0, 4.0)]
    assert sure == sorted(sure)
    assert 0 < sure[0] < sure[-1] < 1
    assert confidence(best, np.array([1000.0, -1000.0])) == pytest.approx(confidence(best, np.array([50.0, 0.0])))
