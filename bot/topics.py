"""A topic as it was asked for in, the words to look for in the articles out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.names import is_foreign, is_same_across_scripts, name_words
from bot.people import Person


def plain_topic(topic: str, people: Sequence[Person]) -> str | None:
    """`topic` itself; where it is in another script, the names in it as the articles write them, or None."""
    if not is_foreign(topic):
        return topic
    known = {word for person in people for alias in person.aliases for word in alias if len(word) > 2}
    for loosely in (False, True):
        names = [
            name
            for word in name_words(topic)
            for name in sorted(known)
            if is_foreign(word) and is_same_across_scripts(word, name, loosely=loosely)
        ]
        if names:
            return " ".join(dict.fromkeys(names))
    return None
