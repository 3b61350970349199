"""A first name in, "he" or "she" out where nearly all who bear it are the one: the US census of 1990, by `names`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

Gender = Literal["he", "she"]
HE: Gender = "he"
SHE: Gender = "she"
GENDERED: dict[str, Gender] = {
    **dict.fromkeys(("he", "him", "his", "himself"), HE),
    **dict.fromkeys(("she", "her", "hers", "herself"), SHE),
}
"""The gender that a pronoun tells."""
_CLEAR = 0.85  # share of a name's bearers from which it tells the gender


def gender_of(first_name: str) -> Gender | None:
    """The gender that a first name tells, in any case; None for an unknown name and one that both bear."""
    men, women = (shares.get(first_name.upper(), 0.0) for shares in _shares())
    if not men + women:
        return None
    share = women / (men + women)
    if max(share, 1 - share) < _CLEAR:
        return None
    return "she" if share > 0.5 else "he"


def is_first_name(word: str) -> bool:
    """Whether a word, in any case, is a first name of the census."""
    return any(word.upper() in shares for shares in _shares())


@cache
def _shares() -> tuple[dict[str, float], dict[str, float]]:
    """What percentage of men, and of women, bear each name."""
    import names

    men, women = (Path(names.FILES[f"first:{sex}"]).read_text("ascii") for sex in ("male", "female"))
    return _read(men), _read(women)


def _read(table: str) -> dict[str, float]:
    """Lines such as "JAMES 3.318 3.318 1": the name, its share in per cent, a running total, the rank."""
    return {name: float(share) for name, share, *_ in map(str.split, table.splitlines())}
