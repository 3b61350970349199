"""A word as it was asked for and a name in, whether the one is the other mistyped out.

A name that only resembles another one is as near to it as a slip is. What tells them apart is the kind of edit, for
slips double, drop and swap letters or hit a key beside, and that a slip makes a word less like other words. These are
weighed by a logistic regression, trained on slips and on pairs of surnames (`tests/benchmarks/train_slips.py`).
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.spelling.names import is_near

_THRESHOLD = 0.5
_WEIGHTS = {
    "bias": -5.366, "likeness": -0.312, "doubled": 4.988, "swapped": 5.575, "dropped": 4.959, "next key": 4.43,
    "two": -2.506, "length": 0.22,
}  # fmt: skip
FEATURES = tuple(name for name in _WEIGHTS if name != "bias")

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    a: {b for r, other in enumerate(_KEYS) for b in other if abs(r - row) <= 1 and abs(other.index(b) - at) <= 1}
    for row, keys in enumerate(_KEYS)
    for at, a in enumerate(keys)
}


def is_slip(asked: str, name: str, words: frozenset[str]) -> bool:
    """Whether `asked` is `name` mistyped. `words`, which are known as they are, tell what words are like."""
    return is_near(asked, name) and asked not in words and slip_chance(asked, name, words) >= _THRESHOLD


def slip_chance(asked: str, name: str, words: frozenset[str]) -> float:
    """The probability that `asked`, which is near to `name`, is a slip."""
    weighed = zip(FEATURES, describe(asked, name, words), strict=True)
    return 1 / (1 + math.exp(-_WEIGHTS["bias"] - sum(_WEIGHTS[feature] * value for feature, value in weighed)))


def describe(asked: str, name: str, words: frozenset[str]) -> list[float]:
    """The values of FEATURES."""
    one = OSA.distance(asked, name) == 1
    shorter = one and len(asked) < len(name)
    longer = one and len(asked) > len(name)
    same = one and len(asked) == len(name)
    return [
        _likeness(asked, words) - _likeness(name, words),
        float(longer and _is_doubled(asked, name)),
        float(same and sorted(asked) == sorted(name)),
        float(shorter),
        float(same and any(a != b and a in _BESIDE.get(b, ()) for a, b in zip(asked, name, strict=True))),
        float(not one),
        float(len(name)),
    ]


def _is_doubled(asked: str, name: str) -> bool:
    return any(
        asked[:i] + asked[i + 1 :] == name and asked[i] in (asked[i - 1], asked[i + 1])
        for i in range(1, len(asked) - 1)
    ) or (asked[:-1] == name and asked[-1] == asked[-2])


def _likeness(word: str, words: frozenset[str]) -> float:
    """The logarithm of the probability of a word's letters, each after the two before it."""
    runs, contexts = _letters(words)
    marked = f"^^{word}$"
    return sum(
        math.log((runs[marked[i - 2 : i + 1]] + 0.1) / (contexts[marked[i - 2 : i]] + 2.8))
        for i in range(2, len(marked))
    )


@lru_cache(maxsize=2)
def _letters(words: frozenset[str]) -> tuple[Counter[str], Counter[str]]:
    runs: Counter[str] = Counter()
    contexts: Counter[str] = Counter()
    for word in words:
        marked = f"^^{word}$"
        for i in range(2, len(marked)):
            runs[marked[i - 2 : i + 1]] += 1
            contexts[marked[i - 2 : i]] += 1
    return runs, contexts
