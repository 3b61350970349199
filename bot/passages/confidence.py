"""What search, ranking and reader know of the first sentence in, the probability that it answers out.

Two logistic regressions on the evidence tell questions on the article's topic from others, and those that it answers
from near misses; a third one makes the probability that the first sentence is right of both (Platt 1999). Of many
articles, one is near any question: where the best candidates are of several, less is on the topic.
`tests/benchmarks/train_confidence.py` makes the weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.passages.doubts import DOUBTS
from bot.passages.features import NAMES

EVIDENCE = ("reading", "other reading", "certainty", "share", "lead", "cosine", "best cosine", *DOUBTS)
"""What the confidence is told: the reader's log-odds for the first sentence, the best of the others that it read, and
how sure it is of the words; the first one's share among all by the ranking alone, and how far it trails there; its
cosine, and the best of all; and what makes one doubt it."""

Tables = Mapping[str, Mapping[str, float]]
_ALONE = -6.0  # the reader's log-odds for another sentence, where there is none


def evidence(
    cosines: npt.NDArray[np.float64],
    scores: npt.NDArray[np.float64],
    first: int,
    readings: Mapping[int, tuple[float, float]],
    doubted: Sequence[float],
) -> npt.NDArray[np.float64]:
    """One row in the order of EVIDENCE, for the candidate `first` after reading: float64, shape (len(EVIDENCE),).

    `cosines` and `scores`, by the ranking, are those of all candidates; `readings` are the reader's log-odds and
    certainty for those read, and `doubted` the DOUBTS about the first.
    """
    others = [score for place, (score, _) in readings.items() if place != first]
    reading, certainty = readings[first]
    lead = float(scores[first] - scores.max())
    of_first = (cosines[first], cosines.max())
    return np.array(
        [reading, max(others, default=_ALONE), certainty, _share(scores), lead, *of_first, *doubted], dtype=np.float64
    )


def confidence(found: npt.NDArray[np.float64], tables: Tables, spread: float = 0.0, absent: float = 0.0) -> float:
    """The probability, 0 to 1, that the first sentence answers, from its evidence and the weights.

    `spread` is the logarithm of how many articles the candidates are of, and `absent` the share of the question's
    words, by weight, that none of the sentences searched has.
    """
    logit = answered_logit(found, tables, spread, absent)
    return _sigmoid(tables["right"]["bias"] + tables["right"]["answered"] * logit)


def answered_logit(found: npt.NDArray[np.float64], tables: Tables, spread: float = 0.0, absent: float = 0.0) -> float:
    """The log-odds that the question is on the topic and that the article answers it."""
    topic = _sigmoid(topic_logit(found, tables) + _of_several(spread, absent, tables["scope"]))
    answers = _sigmoid(_sum(found, tables["answers"]))
    both = min(max(topic * answers, 1e-9), 1 - 1e-9)
    return math.log(both / (1 - both))


def topic_logit(found: npt.NDArray[np.float64], tables: Tables) -> float:
    """The log-odds that the question is on the topic of the one article that was asked."""
    return _sum(found, tables["topic"])


def _of_several(spread: float, absent: float, table: Mapping[str, float]) -> float:
    """What is to be added to these where several articles were asked; nothing for one."""
    return spread * (table["spread"] + table["absent"] * absent)


def _sum(found: npt.NDArray[np.float64], table: Mapping[str, float]) -> float:
    return table["bias"] + float(sum(table[name] * value for name, value in zip(EVIDENCE, found, strict=True)))


def confidence_unread(
    best: npt.NDArray[np.float64], scores: npt.NDArray[np.float64], table: Mapping[str, float]
) -> float:
    """The same where the model has no reader: from the features of the best sentence and all scores."""
    logit = table["bias"] + table["share"] * _share(scores)
    logit += sum(weight * best[NAMES.index(name)] for name, weight in table.items() if name in NAMES)
    return _sigmoid(logit)


def _share(scores: npt.NDArray[np.float64]) -> float:
    """The best candidate's share among all, their scores taken as log-odds."""
    return 1 / float(np.exp(scores - scores.max()).sum())


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
