"""A question and candidate sentences in, one row of numbers a candidate out: what tells the sentence that answers.

Words are compared by stem. A word counts by its inverse document frequency among the sentences in scope, as in BM25
(Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework").
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.passages.kinds import CONTENTS, KINDS, contents, kind_of
from bot.stems import Words, content_words, names_in, numbers_in, stem_of, words_of

_K1, _B = 1.2, 0.75
_PRONOUN_START = re.compile(r"[\"“'‘(]*(?:He|She|It|They|This|These|That|Those|His|Her|Its|Their|Such|However)\b")

NAMES = (
    "cosine", "cosine to best", "cosine of previous", "cosine of following",
    "match", "match of previous", "match of following",
    "bm25", "bm25 to best", "bm25 of previous", "bm25 of following",
    "coverage", "coverage with previous", "coverage with both", "rarest", "bigrams", "trigrams", "names", "numbers",
    "length", "short", "pronoun start", "paragraph start",
    *(f"{kind}: {content}" for kind in KINDS for content in (*CONTENTS, "length")),
)  # fmt: skip
"""What the columns of `features` are."""
_OF_ANY_KIND = NAMES.index(f"{next(iter(KINDS))}: {next(iter(CONTENTS))}")  # columns before those by kind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its neighbours in the paragraph ("" at an end), and how near each of them is to the question.

    `cosines` and `matches` (by late interaction) are those of the sentence, the one before, the one after; 0 where
    there is none.
    """

    text: str
    previous: str
    following: str
    cosines: tuple[float, float, float]
    matches: tuple[float, float, float]


_Run = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The words of a text, and how often it has those of the question's stems that it has."""

    words: Words
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is looked for: the question's stems, those with content by weight, its runs by worth, its names and numbers.

    Runs are two and three stems in a row.

    `kind` is the first column of the kind of question that it is.
    """

    folded: frozenset[str]
    stems: frozenset[str]
    weights: dict[str, float]
    runs: tuple[dict[_Run, float], dict[_Run, float]]
    names: frozenset[str]
    numbers: frozenset[str]
    kind: int


def inverse_frequencies(frequencies: Sequence[int], total: int) -> list[float]:
    """What words weigh that occur in so many of `total` sentences, as in BM25."""
    return [math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) for frequency in frequencies]


def features(
    question: str, candidates: Sequence[Candidate], frequencies: Sequence[int], total: int
) -> npt.NDArray[np.float64]:
    """One row a candidate, in the order of NAMES: float64, shape (len(candidates), len(NAMES)).

    `frequencies` tell in how many of `total` sentences each of `content_words(question)` occurs.
    """
    asked = _look_for(question, frequencies, total)
    texts = {text for one in candidates for text in (one.text, one.previous, one.following)}
    found = {text: _found(asked, text) for text in texts}
    average = sum(len(found[candidate.text].words.stems) for candidate in candidates) / max(1, len(candidates))
    rows = np.zeros((len(candidates), len(NAMES)))
    if candidates:
        rows[:, :_OF_ANY_KIND] = [_counted(asked, candidate, found, average) for candidate in candidates]
        held = [_held(asked, candidate.text, found[candidate.text].words) for candidate in candidates]
        rows[:, asked.kind : asked.kind + len(CONTENTS) + 1] = held
    for name in ("cosine", "bm25"):
        column = rows[:, NAMES.index(name)]
        rows[:, NAMES.index(f"{name} to best")] = column / max(column.max(initial=0.0), 1e-6)
    return rows


def _look_for(question: str, frequencies: Sequence[int], total: int) -> _Asked:
    read = words_of(question)
    weights: dict[str, float] = {}
    for word, weight in zip(content_words(question), inverse_frequencies(frequencies, total), strict=True):
        stem = stem_of(word)
        weights[stem] = max(weights.get(stem, 0.0), weight)
    two, three = (
        {run: 0.1 + sum(weights.get(stem, 0.0) for stem in run) for run in _runs(read.stems, size)} for size in (2, 3)
    )
    return _Asked(
        frozenset(read.folded),
        frozenset(read.stems),
        weights,
        (two, three),
        names_in(question),
        numbers_in(question),
        _OF_ANY_KIND + list(KINDS).index(kind_of(question)) * (len(CONTENTS) + 1),
    )


def _found(asked: _Asked, text: str) -> _Found:
    words, counts = words_of(text), dict[str, int]()
    for stem in words.stems:
        if stem in asked.stems:
            counts[stem] = counts.get(stem, 0) + 1
    return _Found(words, counts)


def _counted(asked: _Asked, candidate: Candidate, found: Mapping[str, _Found], average: float) -> tuple[float, ...]:
    """The features of any kind of question, in the order of NAMES."""
    own, before, after = (found[text] for text in (candidate.text, candidate.previous, candidate.following))
    weights, here, there, beyond = asked.weights, own.counts, before.counts, after.counts
    total = sum(weights.values()) or 1.0
    held = [weight for stem, weight in weights.items() if stem in here]
    with_previous = [weight for stem, weight in weights.items() if stem in here or stem in there]
    with_both = [weight for stem, weight in weights.items() if stem in here or stem in there or stem in beyond]
    two, three = (_worth_of_runs(worth, own) for worth in asked.runs)
    length = len(own.words.stems)
    return (
        candidate.cosines[0],
        0.0,  # the share of the best is filled in when all are known
        *candidate.cosines[1:],
        *candidate.matches,
        _bm25(own, weights, average),
        0.0,
        _bm25(before, weights, average),
        _bm25(after, weights, average),
        sum(held) / total,
        sum(with_previous) / total,
        sum(with_both) / total,
        max(held, default=0.0) / max(weights.values(), default=1.0),
        two,
        three,
        _share(asked.names, own.words),
        _share(asked.numbers, own.words),
        math.log1p(length),
        float(length < 6),
        float(bool(_PRONOUN_START.match(candidate.text))),
        float(not candidate.previous),
    )


def _held(asked: _Asked, text: str, words: Words) -> list[float]:
    """How much a sentence holds of each kind of content that the question does not name, and its length."""
    held = [min(len(found - asked.folded), 4) / 2 if found else 0.0 for found in contents(text)]
    return [*held, math.log1p(len(words.stems)) - 3]


def _worth_of_runs(worth: dict[_Run, float], found: _Found) -> float:
    """The share of the question's runs of one size that a sentence has, by worth."""
    possible = [run for run in worth if run[0] in found.counts and run[-1] in found.counts]
    if not possible:
        return 0.0
    held = _runs(found.words.stems, len(possible[0]))
    return sum(worth[run] for run in possible if run in held) / (sum(worth.values()) or 1.0)


def _runs(stems: Sequence[str], size: int) -> frozenset[_Run]:
    return frozenset(zip(*(stems[start:] for start in range(size)), strict=False))


def _bm25(found: _Found, weights: dict[str, float], average: float) -> float:
    norm = _K1 * (1 - _B + _B * len(found.words.stems) / max(average, 1.0))
    counts = found.counts
    return sum(
        weight * counts[stem] * (_K1 + 1) / (counts[stem] + norm) for stem, weight in weights.items() if stem in counts
    )


def _share(wanted: frozenset[str], words: Words) -> float:
    return sum(word in words.folded for word in wanted) / len(wanted) if wanted else 0.0
