"""A name in, its words out as they are compared: whatever capitals, accents and possessives it is written with."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


@lru_cache(maxsize=65536)
def name_words(text: str) -> tuple[str, ...]:
    """The words of a name, without accents, capitals and a possessive's ending; in the script they are written in."""
    return tuple(word for found in _WORD.findall(text) for word in _folded(_POSSESSIVE.sub("", found)))


def _folded(word: str) -> list[str]:
    plain = word.casefold()
    if _LATIN.search(anyascii(plain)) and not is_foreign(plain):
        plain = anyascii(plain).casefold()
    return [part for part in re.split(r"['’-]", plain) if part] if "-" in plain else [re.sub("['’]", "", plain)]


def is_foreign(text: str) -> bool:
    """Whether `text` has letters of a script other than the Latin one."""
    return any(character.isalpha() and not _LATIN.match(anyascii(character)[:1] or "a") for character in text) or any(
        character.isalpha() and ord(character) > 0x24F and not 0x1E00 <= ord(character) <= 0x1EFF for character in text
    )
