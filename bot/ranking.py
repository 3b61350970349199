"""The hits of both searches in, one ranked list out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.library import Library
from embeddings.types import Hit, Scope, Sentence

_POOL = 100  # hits taken from each search


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its fused score, and its scores in the two searches (0 where one did not find it)."""

    sentence: Sentence
    score: float
    cosine: float
    bm25: float


def words_of(question: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\w+", question.casefold())))


def fuse(by_meaning: Sequence[Hit], by_words: Sequence[Hit]) -> list[Ranked]:
    """Rank by the sum of the z-scores of both searches over all sentences that either found."""
    sentences = {(h.sentence.article, h.sentence.position): h.sentence for h in (*by_meaning, *by_words)}
    cosine = {(h.sentence.article, h.sentence.position): h.score for h in by_meaning}
    bm25 = {(h.sentence.article, h.sentence.position): h.score for h in by_words}
    floor = min(cosine.values(), default=0.0)
    cosines = np.array([cosine.get(key, floor) for key in sentences])
    bm25s = np.array([bm25.get(key, 0.0) for key in sentences])
    scores = _z(cosines) + _z(bm25s)
    return [
        Ranked(sentence, float(scores[i]), float(cosines[i]), float(bm25s[i]))
        for i, sentence in sorted(enumerate(sentences.values()), key=lambda pair: -scores[pair[0]])
    ]


def _z(values: np.ndarray) -> np.ndarray:
    spread = values.std() if len(values) else 0
    return (values - values.mean()) / spread if spread else np.zeros_like(values)


def rank(question: str, library: Library, scope: Scope) -> list[Ranked]:
    """Search both ways and rank what was found, best first."""
    return fuse(
        library.search_by_meaning(question, _POOL, scope), library.search_by_words(words_of(question), _POOL, scope)
    )


def confidence(ranked: Sequence[Ranked]) -> float:
    """The probability that the first of `ranked` answers the question."""
    return max(0.0, ranked[0].cosine) if ranked else 0.0
