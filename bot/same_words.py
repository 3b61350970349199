"""Sentences or quotes in, best first, those that say the same in other articles put to the first that says it.

News agencies' reports stand in many papers, changed by a word here and there: such copies are one answer, cited
together. What differs in a number or in a name is not the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from rapidfuzz import fuzz

from embeddings.types import Quote, Sentence

_ALIKE = 90.0  # percent of the letters, as Indel similarity counts them
_SHORTEST = 4  # words of what is compared; less is said by many without being copied
_WORD = re.compile(r"\w+(?:[.,]\d+)*")

T = TypeVar("T")


def together(found: Sequence[T], part_of: Callable[[T], Sentence | Quote]) -> list[list[T]]:
    """`found` in their order, each with those after it that say the same in other articles."""
    groups: list[list[T]] = []
    alike: defaultdict[frozenset[str], list[tuple[str, list[T]]]] = defaultdict(list)
    for one in found:
        part = part_of(one)
        words = _WORD.findall(part.text)
        told = " ".join(words).casefold()
        near = alike[_telling(words)]
        group = next((group for text, group in near if _is_copy(told, text, part, map(part_of, group))), None)
        if group is None or len(words) < _SHORTEST:
            groups.append([one])
            near.append((told, groups[-1]))
        else:
            group.append(one)
    return groups


def _is_copy(told: str, other: str, part: Sentence | Quote, others: Iterable[Sentence | Quote]) -> bool:
    elsewhere = all(part.article != one.article for one in others)
    return elsewhere and fuzz.ratio(told, other, score_cutoff=_ALIKE) >= _ALIKE


def _telling(words: Sequence[str]) -> frozenset[str]:
    """The numbers and the names, in which copies do not differ."""
    names = (word.casefold() for word in words[1:] if word[0].isupper())
    return frozenset((*names, *(word for word in words if word[0].isdigit())))
