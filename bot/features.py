"""A question and candidate sentences in, one row of numbers a candidate out: what tells the sentence that answers.

Words are compared by stem. A word counts by its inverse document frequency among the sentences in scope, as in BM25
(Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import snowballstemmer

_K1, _B = 1.2, 0.75
_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a an the of in on at to for from by with and or is are was were be been being do does did what which who whom"
        " whose when where why how it its this that these those as has have had he she they his her their him them i"
        " you we our your not no if but so than then there into about also can could would will may might many much"
        " s t me my us tell",
    )
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_CONTENTS: dict[str, re.Pattern[str]] = {
    "date": re.compile(
        rf"\b(?:1\d|20)\d\ds?\b|\b(?:{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|\bcentur(?:y|ies)\b"
        r"|\b(?:yesterday|today|tomorrow|tonight|last (?:week|month|year|night))\b"
        r"|\b(?:years?|months?) (?:ago|later|earlier)\b"
    ),
    "number": re.compile(
        r"\d[\d.,]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
        r"|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|twice|third|quarter)\b",
        re.IGNORECASE,
    ),
    "name": re.compile(r"(?<=\s)[A-Z]\w+"),
    "reason": re.compile(
        r"\b(?:because|since|due to|owing to|in order to|so that|as a result|result(?:s|ed|ing)? (?:in|of|from)"
        r"|reasons?|caus\w+|led to|to (?:avoid|prevent|protect|ensure|allow|reduce|help|provide|gain|increase)"
        r"|prevent\w*|allow\w*)\b",
        re.IGNORECASE,
    ),
    "money": re.compile(r"[$£€¥]|%|\b(?:dollars?|pounds?|euros?|rubles?|yuan|yen|per ?cent)\b", re.IGNORECASE),
    "span": re.compile(
        r"\b(?:years?|months?|weeks?|days?|hours?|minutes?|decades?|centur\w+|miles?|met(?:er|re)s?|kilomet\w+|km|feet"
        r"|acres?|tons?|degrees?)\b",
        re.IGNORECASE,
    ),
    "quote": re.compile(r"[\"“”«»]"),
    "place": re.compile(r"\b(?:in|at|near|from|to|into|outside|between|across|around) (?:the )?[A-Z]\w+"),
    "definition": re.compile(r"\b(?:is|are|was|were) an?\b|\b(?:called|known as|named|refers? to|means|such as)\b"),
}
_KINDS: dict[str, re.Pattern[str]] = {
    "when": re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century|time)\b", re.IGNORECASE),
    "how many": re.compile(r"\bhow (?:many|much|long|far|old|often|tall|high|large|big)\b|\bpercent", re.IGNORECASE),
    "how": re.compile(r"\bhow\b", re.IGNORECASE),
    "who": re.compile(
        r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|president|author|company)\b", re.IGNORECASE
    ),
    "where": re.compile(
        r"\bwhere\b|\b(?:what|which) (?:city|country|countries|state|place|town|region)\b", re.IGNORECASE
    ),
    "why": re.compile(r"\bwhy\b|\bwhat (?:caused|led|is the reason|was the reason)\b|\bpurpose\b", re.IGNORECASE),
    "name": re.compile(r"\bnames?\b|\bcalled\b|\bknown\b|\bterm\b|\btitle\b", re.IGNORECASE),
    "what": re.compile(""),
}
_PRONOUN_START = re.compile(r"[\"“'‘(]*(?:He|She|It|They|This|These|That|Those|His|Her|Its|Their|Such|However)\b")

NAMES = (
    "cosine", "cosine to best", "cosine of previous", "cosine of following",
    "match", "match of previous", "match of following",
    "bm25", "bm25 to best", "bm25 of previous", "bm25 of following",
    "coverage", "coverage with previous", "coverage with both", "rarest", "bigrams", "trigrams", "names", "numbers",
    "length", "short", "pronoun start", "paragraph start",
    *(f"{kind}: {content}" for kind in _KINDS for content in (*_CONTENTS, "length")),
)  # fmt: skip
"""What the columns of `features` are."""


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


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of a text, and their stems in order."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    counts: Counter[str]
    folded: frozenset[str]


def content_words(question: str) -> list[str]:
    """The words of a question that a search should look for, each once; all of them where none has content."""
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(question)))
    return [word for word in words if word not in _STOP] or words


def has_content(text: str) -> bool:
    """Whether a search could look for some word of `text`."""
    return any(word.casefold() not in _STOP for word in _WORD.findall(text))


def inverse_frequencies(frequencies: Sequence[int], total: int) -> list[float]:
    """What words weigh that occur in so many of `total` sentences, as in BM25."""
    return [math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) for frequency in frequencies]


def features(
    question: str, candidates: Sequence[Candidate], frequencies: Sequence[int], total: int
) -> npt.NDArray[np.float64]:
    """One row a candidate, in the order of NAMES: float64, shape (len(candidates), len(NAMES)).

    `frequencies` tell in how many of `total` sentences each of `content_words(question)` occurs.
    """
    asked = _read(question)
    weights: dict[str, float] = {}
    for word, weight in zip(content_words(question), inverse_frequencies(frequencies, total), strict=True):
        stem = stem_of(word)
        weights[stem] = max(weights.get(stem, 0.0), weight)
    read = [_read(candidate.text) for candidate in candidates]
    average = sum(len(words.stems) for words in read) / max(1, len(read))
    rows = np.array(
        [
            list(_row(question, asked, candidate, words, weights, average))
            for candidate, words in zip(candidates, read, strict=True)
        ]
    ).reshape(len(candidates), len(NAMES))
    for name in ("cosine", "bm25"):
        column = rows[:, NAMES.index(name)]
        rows[:, NAMES.index(f"{name} to best")] = column / max(column.max(initial=0.0), 1e-6)
    return rows


def _row(
    question: str, asked: _Words, candidate: Candidate, words: _Words, weights: dict[str, float], average: float
) -> Iterator[float]:
    before, after = _read(candidate.previous), _read(candidate.following)
    total = sum(weights.values()) or 1.0
    matched = [stem for stem in weights if stem in words.counts]
    yield candidate.cosines[0]
    yield 0.0  # the share of the best is filled in when all are known
    yield from candidate.cosines[1:]
    yield from candidate.matches
    yield _bm25(words, weights, average)
    yield 0.0
    yield _bm25(before, weights, average)
    yield _bm25(after, weights, average)
    yield sum(weights[stem] for stem in matched) / total
    yield sum(weight for stem, weight in weights.items() if stem in words.counts or stem in before.counts) / total
    near = (words.counts, before.counts, after.counts)
    yield sum(weight for stem, weight in weights.items() if any(stem in counts for counts in near)) / total
    yield max((weights[stem] for stem in matched), default=0.0) / max(weights.values(), default=1.0)
    yield _shared_runs(asked, words, 2, weights)
    yield _shared_runs(asked, words, 3, weights)
    yield _share({word.casefold() for word in asked.words[1:] if word[0].isupper()}, words)
    yield _share({word for word in asked.words if word[0].isdigit()}, words)
    yield math.log1p(len(words.stems))
    yield float(len(words.stems) < 6)
    yield float(bool(_PRONOUN_START.match(candidate.text)))
    yield float(not candidate.previous)
    kind_asked = next(kind for kind, pattern in _KINDS.items() if pattern.search(question))
    held = [min(len(_contents(candidate.text)[content] - asked.folded), 4) / 2 for content in _CONTENTS]
    held.append(math.log1p(len(words.stems)) - 3)
    for kind in _KINDS:
        yield from held if kind == kind_asked else [0.0] * len(held)


def _bm25(words: _Words, weights: dict[str, float], average: float) -> float:
    norm = _K1 * (1 - _B + _B * len(words.stems) / max(average, 1.0))
    return sum(
        weight * count * (_K1 + 1) / (count + norm) for stem, weight in weights.items() if (count := words.counts[stem])
    )


def _shared_runs(asked: _Words, words: _Words, size: int, weights: dict[str, float]) -> float:
    """The share of the question's runs of `size` words that the sentence has too, by the weight of their words."""
    wanted = _runs(asked.stems, size)
    worth = {run: 0.1 + sum(weights.get(stem, 0.0) for stem in run) for run in wanted}
    return sum(worth[run] for run in wanted & _runs(words.stems, size)) / (sum(worth.values()) or 1.0)


def _runs(stems: tuple[str, ...], size: int) -> set[tuple[str, ...]]:
    if size == 2:
        return set(pairwise(stems))
    return {stems[i : i + size] for i in range(len(stems) - size + 1)}


def _share(wanted: set[str], words: _Words) -> float:
    return len(wanted & words.folded) / len(wanted) if wanted else 0.0


def stems_of(text: str) -> frozenset[str]:
    """The stems of the words of a text."""
    return frozenset(_read(text).stems)


@lru_cache(maxsize=8192)
def _read(text: str) -> _Words:
    words = tuple(_WORD.findall(text))
    folded = [word.casefold() for word in words]
    stems = tuple(stem_of(word) for word in folded)
    return _Words(words, stems, Counter(stems), frozenset(folded))


@lru_cache(maxsize=8192)
def _contents(text: str) -> dict[str, set[str]]:
    """What kinds of things a sentence holds, each thing as its words in lower case."""
    return {name: {found.casefold() for found in pattern.findall(text)} for name, pattern in _CONTENTS.items()}


@lru_cache(maxsize=65536)
def stem_of(word: str) -> str:
    """The stem of an English word in lower case."""
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")
