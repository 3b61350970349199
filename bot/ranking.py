"""A question in, the sentences of a library out, ranked by how likely each answers it."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.features import NAMES, Candidate, content_words, features
from bot.types import Place
from embeddings.late_interaction import match
from embeddings.library import Library
from embeddings.reranker import Reranker
from embeddings.types import EncodedQuestion, Hit, Scope, Sentence, Span

WEIGHTS_FILE = Path(__file__).with_name("ranking.json")
_POOL = 40  # hits taken from each search
_READ = 3  # sentences that the reader reads
_RERANKED = 20  # sentences that a reranker scores, as many as an answer may show


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its score: the logarithm of its odds against the others, higher for better.

    `highlight` are the words of it that answer, None where that is not clear.
    """

    sentence: Sentence
    score: float
    highlight: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The sentences that either search found, and their features, one row each."""

    asked: EncodedQuestion
    sentences: list[Sentence]
    features: npt.NDArray[np.float64]
    has_matches: bool


def rank(
    question: str, library: Library, scope: Scope = None, without: Collection[Place] = ()
) -> tuple[list[Ranked], float]:
    """The sentences found, best first, and the confidence, 0 to 1, that the first one answers.

    Sentences that stand at the places `without` are left out.
    """
    pool = gather(question, library, scope, without=without)
    if not pool.sentences:
        return [], 0.0
    weights = _weights("with_matches" if pool.has_matches else "without_matches")
    scores = pool.features @ weights
    order = np.argsort(-scores, kind="stable")
    ranked = [Ranked(pool.sentences[i], float(scores[i])) for i in order]
    if library.reranker:
        order, ranked = _reordered(question, order[:_RERANKED], ranked, library.reranker)
    read = library.read(pool.asked, [found.sentence for found in ranked[:_READ]])
    if not read:
        return ranked, confidence(pool.features[order[0]], scores)
    table = _table()["reader"]
    reranked = [
        Ranked(
            found.sentence,
            found.score if library.reranker else found.score + table["weight"] * reading.score,
            reading.words if reading.certainty >= table["highlight"] else None,
        )
        for found, reading in zip(ranked, read, strict=False)
    ]
    places = sorted(range(len(reranked)), key=lambda place: -reranked[place].score)
    first = places[0]
    sure = confidence_read(float(pool.features[order[first], NAMES.index("cosine")]), read[first].score)
    return [reranked[place] for place in places] + ranked[_READ:], sure


def _reordered(
    question: str, order: npt.NDArray[np.intp], ranked: Sequence[Ranked], reranker: Reranker
) -> tuple[npt.NDArray[np.intp], list[Ranked]]:
    """The best sentences in the order that `reranker` gives them, with its scores, and their places in the pool."""
    best = ranked[: len(order)]
    scores = reranker.scores(question, [found.sentence.text for found in best])
    places = np.argsort([-score for score in scores], kind="stable")
    return order[places], [replace(best[place], score=scores[place]) for place in places]


def gather(
    question: str,
    library: Library,
    scope: Scope = None,
    among: Sequence[Sentence] | None = None,
    without: Collection[Place] = (),
) -> Pool:
    """Search by meaning and by words, and describe what was found; or describe the sentences `among`."""
    asked = library.encode_question(question)
    words = content_words(question)
    if among is None:
        hits: Sequence[Hit] = (
            *library.store.search_by_meaning(asked.vector, _POOL, scope),
            *library.store.search_by_words(words, _POOL, scope),
        )
        among = [hit.sentence for hit in hits]
    sentences = [s for s in dict.fromkeys(among) if (s.article, s.start, s.end) not in without]
    around = library.store.neighbours(sentences, 1)
    every = list(dict.fromkeys(sentence for near in around for sentence in near))
    encoded = library.store.encoded(every)
    cosines = dict(zip(every, encoded.vectors @ asked.vector if every else (), strict=True))
    matches: dict[Sentence, float] = {}
    if asked.tokens is not None and encoded.tokens:
        matches = dict(zip(every, match(asked.tokens, list(encoded.tokens)).tolist(), strict=True))
    candidates = []
    for sentence, near in zip(sentences, around, strict=True):
        by_place = {s.position - sentence.position: s for s in near if s.paragraph == sentence.paragraph}
        trio = [by_place.get(place) for place in (0, -1, 1)]
        text, previous, following = (s.text if s else "" for s in trio)
        near_cosines = [float(cosines[s]) if s else 0.0 for s in trio]
        near_matches = [matches.get(s, 0.0) if s else 0.0 for s in trio]
        candidates.append(Candidate(text, previous, following, _trio(near_cosines), _trio(near_matches)))
    frequencies, total = library.store.frequencies(words, scope)
    return Pool(asked, sentences, features(question, candidates, frequencies, total), bool(matches))


def _trio(values: list[float]) -> tuple[float, float, float]:
    return values[0], values[1], values[2]


def confidence(best: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> float:
    """The probability that the best candidate answers, from its features and all scores (Platt 1999)."""
    table = _table()["confidence"]
    share = 1 / float(np.exp(scores - scores.max()).sum())
    logit = table["bias"] + table["share"] * share
    logit += sum(weight * best[NAMES.index(name)] for name, weight in table.items() if name in NAMES)
    return _sigmoid(logit)


def confidence_read(cosine: float, score: float) -> float:
    """The probability that a sentence answers: that it is on the topic at all, and that the reader is right then."""
    table = _table()["reader"]
    return _sigmoid(table["topic bias"] + table["cosine"] * cosine) * _sigmoid(table["bias"] + table["score"] * score)


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _weights(name: str) -> npt.NDArray[np.float64]:
    table = _table()[name]
    return np.array([table[feature] for feature in NAMES])


@cache
def _table() -> dict[str, dict[str, float]]:
    """The trained weights; `tests/benchmarks/train_ranking.py` makes them."""
    table: dict[str, dict[str, float]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return table
