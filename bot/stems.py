"""Text in, its words out: by stem, and without those that tell nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

REMEMBERED = 2_048  # sentences of which is kept what was found in them: many questions go to a few articles
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


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a text in small letters, and their stems, in order."""

    folded: tuple[str, ...]
    stems: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def words_of(text: str) -> Words:
    """All words of a text."""
    folded = tuple(_WORD.findall(text.casefold()))
    return Words(folded, tuple(map(stem_of, folded)))


def content_words(question: str) -> list[str]:
    """The words of a question that a search should look for, each once; all of them where none has content."""
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(question)))
    return [word for word in words if word not in _STOP] or words


def has_content(text: str) -> bool:
    """Whether a search could look for some word of `text`."""
    return any(word.casefold() not in _STOP for word in _WORD.findall(text))


def content_stems(text: str) -> frozenset[str]:
    """The stems of the `content_words` of a text."""
    return stems_of(" ".join(content_words(text)))


def stems_of(text: str) -> frozenset[str]:
    """The stems of the words of a text."""
    return frozenset(words_of(text).stems)


def names_in(question: str) -> frozenset[str]:
    """The words of a question that are written as names, in small letters; its first word tells nothing."""
    return frozenset(word.casefold() for word in _WORD.findall(question)[1:] if word[0].isupper())


def numbers_in(question: str) -> frozenset[str]:
    """The words of a question that begin with a digit, in small letters."""
    return frozenset(word for word in words_of(question).folded if word[0].isdigit())


@lru_cache(maxsize=65536)
def stem_of(word: str) -> str:
    """The stem of an English word in lower case."""
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")
