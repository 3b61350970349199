"""What search, ranking and reader know of the first sentence in, the probability that it answers out.

A logistic regression on the evidence tells answerable questions from others, and a second one, on its log-odds alone,
makes the probability that the first sentence is right of it (Platt 1999). `tests/benchmarks/train_reader.py` makes
the weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.features import KINDS, NAMES, inverse_frequencies, kind_asked

_OF_FIRST = ("cosine", "coverage", "coverage with both", "rarest", "bigrams", "names", "numbers", "length")
EVIDENCE = (
    "reading", "other reading", "certainty", "share", "lead", *_OF_FIRST, "best cosine", "unseen", "unseen words",
    "words", *(f"asks {kind}" for kind in KINDS),
)  # fmt: skip
"""What the confidence is told: the reader's log-odds for the first sentence, the best of the others that it read, and
how sure it is of the words; the first one's share among all by the ranking alone, and how far it leads or trails there;
some of its features; the best cosine of all; the share, by weight, and the number of the question's words that the
article does not hold; how many words the question has, and what it asks for."""

_ALONE = -6.0  # the reader's log-odds for another sentence, where there is none


def evidence(
    question: str,
    rows: npt.NDArray[np.float64],
    scores: npt.NDArray[np.float64],
    first: int,
    readings: Mapping[int, tuple[float, float]],
    frequencies: Sequence[int],
    total: int,
) -> npt.NDArray[np.float64]:
    """One row in the order of EVIDENCE, for the candidate `first` after reading: float64, shape (len(EVIDENCE),).

    `rows` are all candidates' features, `scores` their scores by the ranking; `readings` are the reader's log-odds and
    certainty for those read. `frequencies` tell in how many of the `total` sentences of the first one's article each of
    the question's content words occurs.
    """
    others = [score for place, (score, _) in readings.items() if place != first]
    weights = inverse_frequencies(frequencies, total)
    unseen = [weight for weight, frequency in zip(weights, frequencies, strict=True) if not frequency]
    asked = kind_asked(question)
    reading, certainty = readings[first]
    return np.array(
        [
            reading,
            max(others, default=_ALONE),
            certainty,
            1 / float(np.exp(scores - scores.max()).sum()),
            float(scores[first] - scores.max()),
            *(float(rows[first, NAMES.index(name)]) for name in _OF_FIRST),
            float(rows[:, NAMES.index("cosine")].max()),
            sum(unseen) / (sum(weights) or 1.0),
            len(unseen),
            len(frequencies),
            *(float(kind == asked) for kind in KINDS),
        ]
    )


def confidence(found: npt.NDArray[np.float64], table: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that the first sentence answers, from its evidence and the weights in `table`."""
    logit = table["bias"] + sum(table[name] * value for name, value in zip(EVIDENCE, found, strict=True))
    return 1 / (1 + math.exp(-table["right bias"] - table["right"] * float(logit)))


def confidence_unread(
    best: npt.NDArray[np.float64], scores: npt.NDArray[np.float64], table: Mapping[str, float]
) -> float:
    """The same where the model has no reader: from the features of the best sentence and all scores."""
    share = 1 / float(np.exp(scores - scores.max()).sum())
    logit = table["bias"] + table["share"] * share
    logit += sum(weight * best[NAMES.index(name)] for name, weight in table.items() if name in NAMES)
    return 1 / (1 + math.exp(-logit))
