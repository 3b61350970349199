"""A topic as it was asked for in, the words to look for in the articles out."""

from __future__ import annotations

from bot.speakers.people import names_in
from bot.spelling.names import is_same_across_scripts
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.quotes.offices import ADDRESSES
from embeddings.types import Scope


def plain_topic(topic: str, library: Library, scope: Scope) -> str | None:
    """`topic` itself, without titles; where it is in another script, the names in it as the articles write them, or
    None."""
    if not is_foreign(topic):
        telling = [word for word in topic.split() if word.rstrip(".").casefold() not in ADDRESSES]
        return " ".join(telling) or topic
    known = sorted(name for name in names_in(library, scope) if len(name) > 2)
    for loosely in (False, True):
        names = [
            name
            for word in name_words(topic)
            for name in known
            if is_foreign(word) and is_same_across_scripts(word, name, loosely=loosely)
        ]
        if names:
            return " ".join(dict.fromkeys(names))
    return None
