"""A question and candidate sentences in, one row of numbers a candidate out: what tells the sentence that answers.

Words are compared by stem. A word counts by its inverse document frequency among the sentences in scope, as in BM25
(Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework").
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import snowballstemmer

_K1, _B = 1.2, 0.75
_REMEMBERED = 2_048  # sentences whose words are kept: many questions go to a few articles
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
    "number": re.compile(r"\d[\d.,]*"),
    "name": re.compile(r"(?<=\s)[A-Z]\w+"),
    "reason": re.compile(
        r"\b(?:because|since|due to|owing to|in order to|so that|as a result|result(?:s|ed|ing)? (?:in|of|from)"
        r"|reasons?|caus\w+|led to|to (?:avoid|prevent|protect|ensure|allow|reduce|help|provide|gain|increase)"
        r"|prevent\w*|allow\w*)\b",
    ),
    "money": re.compile(r"[$£€¥%]|\bper cent\b"),
    "span": re.compile(r"\b(?:centur|kilomet)\w+"),
    "quote": re.compile(r"[\"“”«»]"),
    "place": re.compile(r"\b(?:in|at|near|from|to|into|outside|between|across|around) (?:the )?[A-Z]\w+"),
    "definition": re.compile(r"\b(?:is|are|was|were) an?\b|\b(?:called|known as|named|refers? to|means|such as)\b"),
}
_WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(re.findall(r"\w+", words))
    for kind, words in (
        (
            "number",
            "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty"
            " ninety hundred hundreds thousand thousands million millions billion billions trillion trillions dozen"
            " dozens half twice third quarter",
        ),
        ("money", "dollar dollars pound pounds euro euros ruble rubles yuan yen percent"),
        (
            "span",
            "year years month months week weeks day days hour hours minute minutes decade decades mile miles meter"
            " meters metre metres km feet acre acres ton tons degree degrees",
        ),
    )
}
"""What tells these contents, beside what their patterns find: to look words up takes a tenth of the time."""
_HINTS: dict[str, tuple[str, ...]] = {
    "reason": (
        *("since", "due ", "owing", "order", "so that", "result", "reason", "caus", "led to", "prevent"),
        *("allow", "avoid", "protect", "ensure", "reduce", "help", "provide", "gain", "increase"),
    ),
    "money": ("$", "£", "€", "¥", "%", "per cent"),
    "span": ("centur", "kilomet"),
}
"""Without one of these there is nothing that these patterns find: to look for them takes a fifth of the time."""
_IN_SMALL_LETTERS = frozenset({"number", *_HINTS})  # re.IGNORECASE takes three times as long
_NONE = frozenset[str]()
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
_OF_ANY_KIND = NAMES.index(f"{next(iter(_KINDS))}: {next(iter(_CONTENTS))}")  # columns before those by kind


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
class _Words:
    """The words of a text in small letters, and their stems, in order."""

    folded: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The words of a text, and how often it has those of the question's stems that it has."""

    words: _Words
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


def tells_when(text: str) -> bool:
    """Whether `text` has a date, a day or the like in it."""
    return bool(_CONTENTS["date"].search(text[:1].lower() + text[1:]) or _CONTENTS["date"].search(text))


def names_in(question: str) -> frozenset[str]:
    """The words of a question that are written as names, in small letters; its first word tells nothing."""
    return frozenset(word.casefold() for word in _WORD.findall(question)[1:] if word[0].isupper())


def numbers_in(question: str) -> frozenset[str]:
    """The words of a question that begin with a digit, in small letters."""
    return frozenset(word for word in _read(question).folded if word[0].isdigit())


def kind_of(question: str) -> str:
    """What a question asks for: the first of the kinds in NAMES that it is of, "what" for any."""
    return next(kind for kind, pattern in _KINDS.items() if pattern.search(question))


def contents_of(text: str) -> dict[str, frozenset[str]]:
    """What a text holds of each kind of content in NAMES, each thing as its words in small letters."""
    return dict(zip(_CONTENTS, _contents(text), strict=True))


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
    asked = _look_for(question, frequencies, total)
    texts = {text for one in candidates for text in (one.text, one.previous, one.following)}
    found = {text: _found(asked, text) for text in texts}
    average = sum(len(found[candidate.text].words.stems) for candidate in candidates) / max(1, len(candidates))
    rows = np.zeros((len(candidates), len(NAMES)))
    if candidates:
        rows[:, :_OF_ANY_KIND] = [_counted(asked, candidate, found, average) for candidate in candidates]
        held = [_held(asked, candidate.text, found[candidate.text].words) for candidate in candidates]
        rows[:, asked.kind : asked.kind + len(_CONTENTS) + 1] = held
    for name in ("cosine", "bm25"):
        column = rows[:, NAMES.index(name)]
        rows[:, NAMES.index(f"{name} to best")] = column / max(column.max(initial=0.0), 1e-6)
    return rows


def _look_for(question: str, frequencies: Sequence[int], total: int) -> _Asked:
    read = _read(question)
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
        _OF_ANY_KIND + list(_KINDS).index(kind_of(question)) * (len(_CONTENTS) + 1),
    )


def _found(asked: _Asked, text: str) -> _Found:
    words, counts = _read(text), dict[str, int]()
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


def _held(asked: _Asked, text: str, words: _Words) -> list[float]:
    """How much a sentence holds of each kind of content that the question does not name, and its length."""
    held = [min(len(found - asked.folded), 4) / 2 if found else 0.0 for found in _contents(text)]
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


def _share(wanted: frozenset[str], words: _Words) -> float:
    return sum(word in words.folded for word in wanted) / len(wanted) if wanted else 0.0


def content_stems(text: str) -> frozenset[str]:
    """The stems of the `content_words` of a text."""
    return stems_of(" ".join(content_words(text)))


def stems_of(text: str) -> frozenset[str]:
    """The stems of the words of a text."""
    return frozenset(_read(text).stems)


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str) -> _Words:
    folded = tuple(_WORD.findall(text.casefold()))
    return _Words(folded, tuple(map(stem_of, folded)))


@lru_cache(maxsize=_REMEMBERED)
def _contents(text: str) -> tuple[frozenset[str], ...]:
    """What a sentence holds of each of _CONTENTS, each thing as its words in lower case."""
    small, words = text.casefold(), _read(text).folded
    held = []
    for name, pattern in _CONTENTS.items():
        if name not in _IN_SMALL_LETTERS:
            held.append(frozenset(map(str.casefold, pattern.findall(text))))
            continue
        found = _WORDS.get(name, _NONE).intersection(words)
        if name not in _HINTS or any(hint in small for hint in _HINTS[name]):
            found = found.union(pattern.findall(small))
        held.append(found)
    return tuple(held)


@lru_cache(maxsize=65536)
def stem_of(word: str) -> str:
    """The stem of an English word in lower case."""
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")
