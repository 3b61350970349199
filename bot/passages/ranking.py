"""A question in, the sentences of a library out, ranked by how likely each answers it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.passages.candidates import Pool, gather
from bot.passages.confidence import confidence, confidence_unread, evidence
from bot.passages.doubts import doubts
from bot.passages.features import NAMES
from bot.types import Place
from embeddings.library import Library
from embeddings.reader import Reading
from embeddings.types import Scope, Sentence, Span

WEIGHTS_FILE = Path(__file__).with_name("ranking.json")
_AT_FIRST, _THEN = (3, 2.5), (6, 5.0)  # most sentences that are read, and how far behind the first they may be
_ANSWERS = -1.0  # log-odds of a sentence that seems to answer
_DESCRIBED = 10  # sentences that are ranked at least, of up to 56 that the searches find
_RERANKED = 20  # sentences that a reranker scores, as many as an answer may show


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its score: the logarithm of its odds against the others, higher for better.

    `highlight` are the words of it that answer, None where that is not clear. `also` are sentences of other articles
    that say the same.
    """

    sentence: Sentence
    score: float
    highlight: Span | None = None
    also: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What a question found: which of the `pool` come in which order, by `scores`, and what the reader read in them.

    `ranking` are the scores of all by the features alone.
    """

    pool: Pool
    order: list[int]
    scores: Mapping[int, float]
    ranking: npt.NDArray[np.float64]
    readings: Mapping[int, Reading]


def rank(
    question: str, library: Library, scope: Scope = None, without: Collection[Place] = (), shown: int = 0
) -> tuple[list[Ranked], float]:
    """The sentences found, best first, and the confidence, 0 to 1, that the first one answers.

    Sentences that stand at the places `without` are left out. There are at least as many as are `shown`, if so many are
    found.
    """
    weighed = weigh(question, library, scope, without, shown)
    if not weighed.order:
        return [], 0.0
    least = _table()["reader"]["highlight"]
    ranked = []
    for place in weighed.order:
        sentence, reading = weighed.pool.sentences[place], weighed.readings.get(place)
        words = library.words(sentence, reading) if reading and reading.certainty >= least else None
        ranked.append(Ranked(sentence, weighed.scores[place], words))
    if not weighed.readings:
        best = weighed.pool.features[weighed.order[0]]
        return ranked, confidence_unread(best, weighed.ranking, _table()["unread"])
    pool = weighed.pool
    return ranked, confidence(evidence_of(question, weighed, library), _table(), pool.spread, pool.absent)


def weigh(
    question: str, library: Library, scope: Scope = None, without: Collection[Place] = (), shown: int = 0
) -> Weighed:
    """Find, rank and read: what `rank` goes by."""
    most = max(_DESCRIBED, shown, _RERANKED if library.reranker else 0)
    pool = gather(question, library, scope, without=without, most=most)
    ranking = pool.features @ _weights("with_matches" if pool.has_matches else "without_matches")
    order = np.argsort(-ranking, kind="stable").tolist()
    scores = dict(enumerate(ranking.tolist()))
    if library.reranker and order:
        order = order[:_RERANKED]
        texts = [pool.sentences[place].text for place in order]
        scores = dict(zip(order, library.reranker.scores(question, texts), strict=True))
        order.sort(key=lambda place: -scores[place])
    readings = read_in_turn(order, scores, lambda near: library.read(pool.asked, [pool.sentences[p] for p in near]))
    if readings and not library.reranker:
        told = {place: (reading.score, reading.certainty) for place, reading in readings.items()}
        scores = with_readings(scores, told, _table()["reader"]["weight"])
        order.sort(key=lambda place: -scores[place])
    return Weighed(pool, order, scores, ranking, readings)


def evidence_of(question: str, weighed: Weighed, library: Library) -> npt.NDArray[np.float64]:
    """What the confidence is told of the first sentence, in the order of EVIDENCE, where the reader has read it."""
    pool, first = weighed.pool, weighed.order[0]
    sentence = pool.sentences[first]
    words = library.words(sentence, weighed.readings[first])
    said = sentence.text[words.start - sentence.start : words.end - sentence.start] if words else ""
    around = " ".join(near.text for near in pool.around[first])
    told = {place: (reading.score, reading.certainty) for place, reading in weighed.readings.items()}
    cosines = pool.features[:, NAMES.index("cosine")]
    return evidence(cosines, weighed.ranking, first, told, doubts(question, around, said))


def read_in_turn(
    order: Sequence[int], scores: Mapping[int, float], read: Callable[[Sequence[int]], Sequence[Reading]]
) -> dict[int, Reading]:
    """What `read` makes of the candidates in `order`, best first: of those near the first, and of more if none answers.

    Most questions cost no more than the first look; nothing where `read` finds nothing, for want of a reader.
    """
    near = _near(order, scores, *_AT_FIRST)
    readings = dict(zip(near, read(near), strict=False))
    if readings and all(reading.score < _ANSWERS for reading in readings.values()):
        more = [place for place in _near(order, scores, *_THEN) if place not in readings]
        readings |= dict(zip(more, read(more), strict=True))
    return readings


def _near(order: Sequence[int], scores: Mapping[int, float], most: int, within: float) -> list[int]:
    return [place for place in order[:most] if scores[order[0]] - scores[place] <= within]


def with_readings(
    scores: Mapping[int, float], readings: Mapping[int, tuple[float, float]], weight: float
) -> dict[int, float]:
    """The scores with the reader's; what it did not read is taken to read no better than the least."""
    least = min(score for score, _ in readings.values())
    return {place: score + weight * readings.get(place, (least, 0.0))[0] for place, score in scores.items()}


def _weights(name: str) -> npt.NDArray[np.float64]:
    table = _table()[name]
    return np.array([table[feature] for feature in NAMES])


@cache
def _table() -> dict[str, dict[str, float]]:
    """The trained weights; `tests/benchmarks/train_ranking.py` makes them."""
    table: dict[str, dict[str, float]] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return table
