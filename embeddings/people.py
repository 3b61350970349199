"""The ways in which articles name somebody in, the one who is meant out, under all names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.name_words import name_words
from embeddings.quotes.names import GENERATIONS
from embeddings.types import EntityKind

GLUE = frozenset(("the", "a", "an", "of", "for", "and", "in", "at", "de", "von", "van", "al", "el", "bin"))
"""Words of names that tell nobody apart."""
MOST_QUOTED = 100
"""Namings from which a store tells who is quoted most; where it used all of these, there may be more."""
MOST_FOUND = 1_000
"""Namings, the oldest, by which a store finds people; their people have all the namings that they have."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How articles name somebody: all their entities of one kind, name, aliases and role. `number` is the store's."""

    number: int
    kind: EntityKind
    name: str
    aliases: tuple[str, ...]
    role: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person, an organisation, a document or a group, in all the articles that name it: its `namings`.

    `aliases` are the words of every name, with "the" before them and without.
    """

    name: str
    kind: EntityKind
    role: str | None
    namings: tuple[Naming, ...]
    aliases: frozenset[tuple[str, ...]]

    @property
    def titled(self) -> str:
        """The name with the role."""
        return f"{self.name}, {self.role}" if self.role else self.name


def person_of(namings: Sequence[Naming]) -> Person:
    """Whom all of `namings` name."""
    fullest = max(namings, key=lambda naming: len(name_words(naming.name)))
    role = next((naming.role for naming in (fullest, *namings) if naming.role), None)
    aliases = {name_words(alias) for naming in namings for alias in (naming.name, *naming.aliases)}
    aliases |= {alias[1:] for alias in aliases if alias[:1] == ("the",)}
    return Person(fullest.name, fullest.kind, role, tuple(namings), frozenset(aliases))


def full_name(kind: EntityKind, name: str) -> tuple[str, ...]:
    """The words by which a name is the same in two articles, whatever middle names these give."""
    words = tuple(word for word in name_words(name) if word != "the")
    return (words[0], words[-1]) if kind == "person" and len(words) > 2 and words[-1] not in GENERATIONS else words


def surname(kind: EntityKind, name: str) -> str | None:
    """The word by which a person of a full name may be called alone."""
    words = [word for word in full_name(kind, name) if word not in GENERATIONS]
    return words[-1] if kind == "person" and len(words) > 1 else None


def initials(name: str) -> str:
    """The first letters of a name's words, as organisations are called by them."""
    return "".join(word[0] for word in name_words(name) if word not in GLUE)
