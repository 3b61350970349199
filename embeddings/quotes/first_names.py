"""A first name in, "he" or "she" out where nearly all who bear it are the one, anywhere in the world.

`tests/benchmarks/make_first_names.py` makes the table, of data by Van Buskirk, Clauset and Larremore (2023).
"""

from __future__ import annotations

import gzip
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from anyascii import anyascii

Gender = Literal["he", "she"]
HE: Gender = "he"
SHE: Gender = "she"
GENDERED: dict[str, Gender] = {
    **dict.fromkeys(("he", "him", "his", "himself"), HE),
    **dict.fromkeys(("she", "her", "hers", "herself"), SHE),
}
"""The gender that a pronoun tells."""
TABLE = Path(__file__).with_name("first_names.txt.gz")
_REMEMBERED = 4_096  # words


def gender_of(first_name: str) -> Gender | None:
    """The gender that a first name tells, in any case; None for an unknown name and one that both bear."""
    name = _key(first_name)
    men, women, _ = _names()
    return HE if name in men else SHE if name in women else None


def is_first_name(word: str) -> bool:
    """Whether a word, in any case, is a first name."""
    name = _key(word)
    return any(name in names for names in _names())


@lru_cache(maxsize=_REMEMBERED)
def _key(name: str) -> str:
    return anyascii(name).casefold()


@cache
def _names() -> tuple[frozenset[str], ...]:
    """The names of men, of women, and of both."""
    lines = gzip.decompress(TABLE.read_bytes()).decode("ascii").split("\n")
    return tuple(frozenset(line.split()) for line in lines)
