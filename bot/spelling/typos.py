"""A question in, it with the words that are mistyped put right out, as the articles write them.

Only a word in small letters that neither the encoder nor the articles know is one; names have their own way, in
`bot/speakers/people.py`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from bot.spelling.slips import slip_chance
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.types import Scope

_MOST = 4  # words that are mistyped; a text with more is none that an article's reader typed
_LOOKED_AT = 20  # sentences with a word of the stem
_LIKELY = 0.3  # probability of a slip from which a word is put right
_BRITISH = (("is", "iz"), ("our", "or"), ("ll", "l"), ("tre", "ter"), ("ogue", "og"), ("mme", "m"))
_WORD = re.compile(r"\b[a-z]{5,20}\b")  # shorter words are near to too many others


def without_typos(text: str, library: Library, scope: Scope, name: str = "") -> str:
    """`text` with its mistyped words put right, but those of a `name`. Raises StoreError or EncoderError."""
    words, named = library.encoder.words(), name_words(name)
    asked = (word for word in dict.fromkeys(_WORD.findall(text)) if word not in named)
    strange = [word for word in asked if word not in words and not _is_british(word, words)]
    if not 0 < len(strange) <= _MOST:
        return text
    counts, _ = library.store.frequencies(strange, scope)
    for word, count in zip(strange, counts, strict=True):
        right = None if count else _put_right(word, library, scope)
        if right:
            text = re.sub(rf"\b{word}\b", right, text)
    return text


def _put_right(word: str, library: Library, scope: Scope) -> str | None:
    """The word, of those that differ by one slip and that the articles have, which is most likely meant."""
    words = library.encoder.words()
    near = sorted(set(_near(word)))
    counts, _ = library.store.frequencies(near, scope)
    chances = {one: slip_chance(word, one, words) for one, count in zip(near, counts, strict=True) if count}
    likely = sorted((one for one, chance in chances.items() if chance >= _LIKELY), key=lambda one: -chances[one])
    return next((one for one in likely if one in words or _stands_in(one, library, scope)), None)


def _stands_in(word: str, library: Library, scope: Scope) -> bool:
    """Whether the articles have the very word, and not only others of its stem."""
    hits = library.store.search_by_words([word], _LOOKED_AT, scope)
    return any(re.search(rf"\b{word}\b", hit.sentence.text, re.IGNORECASE) for hit in hits)


def _is_british(word: str, words: frozenset[str]) -> bool:
    """Whether the encoder knows it as Americans write it: "apologise", "travelled"."""
    return any(word.replace(*pair) in words for pair in _BRITISH)


def _near(word: str) -> Iterator[str]:
    """What differs from `word` by a letter too many, too few, other, or by two that are swapped."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in string.ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
