"""A name in, how the articles' text mentions it out; for names that are none of their entities."""

from __future__ import annotations

import re
from enum import Enum, auto

from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.types import Scope

_LOOKED_AT = 200  # sentences that hold one of the words


class Mention(Enum):
    """How a name occurs."""

    NOWHERE = auto()
    AS_A_NAME = auto()
    AS_A_WORD = auto()
    """In small letters: "voters", "the analyst"."""


def mention_of(name: str, library: Library, scope: Scope) -> Mention:
    """How `name` occurs: all its words next to each other, with capitals or without."""
    words = [word for word in name_words(name) if word not in ("the", "a", "an")]
    if not words:
        return Mention.NOWHERE
    pattern = re.compile(r"\b" + r"[\W_]+".join(map(re.escape, words)) + r"(?:s|['’]s)?\b", re.IGNORECASE)
    found, begins = Mention.NOWHERE, False
    for hit in library.store.search_by_words(words, _LOOKED_AT, scope):
        for match in pattern.finditer(hit.sentence.text):
            if match[0][0].islower():
                return Mention.AS_A_WORD
            begins = begins or (match.start() == 0 and name.islower())  # "Residents …": its capital tells nothing
            found = Mention.AS_A_NAME if match.start() or not name.islower() else found
    return Mention.AS_A_WORD if begins and found is Mention.NOWHERE else found
