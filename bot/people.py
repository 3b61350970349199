"""A name as it was asked for and the articles' entities in, the people meant out, each under all its names.

"Grozin", "Mr. Grozin's", "grozin", "Грозина" and "grozn" are Andrei Grozin; "Igor Grozin" and "Grozny" are not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.features import stem_of
from bot.names import is_foreign, is_near, is_same_across_scripts, is_same_forename, name_words
from bot.slips import is_slip
from embeddings.quotes.names import GENERATIONS, STYLES
from embeddings.types import Entity, EntityKind

_TITLES = STYLES | frozenset(
    re.findall(
        r"\w+",
        "mister doctor analyst expert the"
        " господин госпожа президент премьер министр сенатор генерал мэр аналитик эксперт глава канцлер",
    )
)
_GLUE = frozenset(("the", "a", "an", "of", "for", "and", "in", "at", "de", "von", "van", "al", "el", "bin"))

Same = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Person:
    """A person, an organisation, a document or a group, in all the articles that name it: one entity of each.

    `aliases` are the words of every name, with "the" before them and without.
    """

    name: str
    kind: EntityKind
    role: str | None
    entities: tuple[Entity, ...]
    aliases: frozenset[tuple[str, ...]]

    @property
    def titled(self) -> str:
        """The name with the role."""
        return f"{self.name}, {self.role}" if self.role else self.name


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant; several have one surname. `mended` where the name was mistyped."""

    people: tuple[Person, ...] = ()
    mended: bool = False


def people_of(entities: Iterable[Entity]) -> list[Person]:
    """One Person for all entities of one full name and kind, in the order of their first entity.

    A person known only by surname is whoever is the one of that surname, if there is one.
    """
    by_key: dict[tuple[str, ...], list[Entity]] = defaultdict(list)
    for entity in entities:
        by_key[_merge_key(entity)].append(entity)
    surnames = defaultdict(list)
    for key in by_key:
        if key[0] == "person" and len(key) > 2:
            surnames[key[-1]].append(key)
    for key in [key for key in by_key if key[0] == "person" and len(key) == 2]:
        if len(surnames[key[-1]]) == 1:
            by_key[surnames[key[-1]][0]] += by_key.pop(key)
    return [_merged(same) for same in by_key.values()]


def _merge_key(entity: Entity) -> tuple[str, ...]:
    words = [word for word in name_words(entity.name) if word != "the"]
    if entity.kind == "person" and len(words) > 2 and words[-1] not in GENERATIONS:
        words = [words[0], words[-1]]  # whatever middle names an article gives
    return (entity.kind, *words)


def _merged(entities: Sequence[Entity]) -> Person:
    fullest = max(entities, key=lambda entity: len(name_words(entity.name)))
    role = next((entity.role for entity in (fullest, *entities) if entity.role), None)
    aliases = {name_words(alias) for entity in entities for alias in (entity.name, *entity.aliases)}
    aliases |= {alias[1:] for alias in aliases if alias[:1] == ("the",)}
    return Person(fullest.name, fullest.kind, role, tuple(entities), frozenset(aliases))


def find_people(
    asked: str, people: Sequence[Person], known: Callable[[], frozenset[str]], occurs: Callable[[str], bool]
) -> Found:
    """Who of `people` is meant by `asked`: as it is written, in another script, mistyped, or by role.

    Words that are `known`, or that `occurs` in the articles as they are, are not taken for a name mistyped; these are
    looked up only where nobody is found without, for that takes the model.
    """
    words = name_words(asked)
    if not words:
        return Found()
    named = _named(words, people, lambda a, b: a == b)
    if not named and is_foreign(asked):
        named = _named(words, people, lambda a, b: is_same_across_scripts(a, b, loosely=False))
        named = named or _named(words, people, lambda a, b: is_same_across_scripts(a, b, loosely=True))
        return Found(named)
    if not named:
        respelt = [person for person in people if person.kind == "person" and _is_respelt(words, person)]
        named = tuple(respelt)
    if named:
        return Found(named)
    own = {word for person in people for alias in person.aliases for word in alias}
    slips = {word for word in words if word not in own and len(word) > 4}
    words_known = known() if slips else frozenset()
    slips = {word for word in slips if word not in words_known and not occurs(word)}
    if slips:
        beside = any(word in own for word in words)  # the rest of the name is right, so this much may be wrong

        def same(a: str, b: str) -> bool:
            return a == b or (a in slips and (is_slip(a, b, words_known) or (beside and is_near(a, b))))

        mended = _named(words, people, same)
        if mended and len({name_words(person.name)[-1] for person in mended}) == 1:
            return Found(mended, mended=True)
    return Found(_described(words, people))


def is_titled(words: tuple[str, ...]) -> bool:
    """Whether what stands before the last word is titles only: "Mr.", "President"."""
    return all(word in _TITLES for word in words[:-1])


def _named(words: tuple[str, ...], people: Sequence[Person], same: Same) -> tuple[Person, ...]:
    found = [person for person in people if _is_named(words, person, same)]
    persons = [person for person in found if person.kind == "person"]
    exact = [person for person in found if any(_all_same(words, alias, same) for alias in person.aliases)]
    return tuple(persons or exact or found)


def _is_named(words: tuple[str, ...], person: Person, same: Same) -> bool:
    core = tuple(word for word in words if word not in _TITLES) or words
    if any(_all_same(asked, alias, same) for asked in {words, core} for alias in person.aliases):
        return True
    if person.kind != "person":
        initials = "".join(word[0] for word in name_words(person.name) if word not in _GLUE)
        significant = [word for word in core if word not in _GLUE]
        parts = {word for alias in person.aliases for word in alias}
        return (len(core) == 1 and len(core[0]) > 2 and same(core[0], initials)) or (
            person.kind == "organisation" and len(significant) > 1 and all(any(same(w, p) for p in parts) for w in core)
        )
    full = [word for word in name_words(person.name) if word not in _TITLES] or list(name_words(person.name))
    if len(full) == 1:  # only the surname is known: whatever forename was asked for does not contradict it
        return same(core[-1], full[0])
    extra = [word for word in core if not any(same(word, own) for own in full)]
    role = set(name_words(person.role or ""))
    if len(extra) == len(core):
        return False
    return all(word in role or word in _GLUE or (len(word) == 1 and word == full[0][0]) for word in extra)


def _all_same(asked: tuple[str, ...], alias: tuple[str, ...], same: Same) -> bool:
    return len(asked) == len(alias) > 0 and all(same(a, b) for a, b in zip(asked, alias, strict=True))


def _is_respelt(words: tuple[str, ...], person: Person) -> bool:
    """The surname as it is, the forename spelt otherwise or as an initial: "Andrey Grozin", "A. Grozin"."""
    core = [word for word in words if word not in _TITLES]
    full = [word for word in name_words(person.name) if word not in _TITLES]
    return len(core) > 1 and len(full) > 1 and core[-1] == full[-1] and is_same_forename(core[0], full[0])


def _described(words: tuple[str, ...], people: Sequence[Person]) -> tuple[Person, ...]:
    """Whom a description fits: a group or document of that name, or the one person with such a role."""
    asked = {stem_of(word) for word in words if word not in _GLUE}
    if not asked:
        return ()
    others = [p for p in people if p.kind in ("group", "document") and asked == _stems(p.name)]
    if others:
        return tuple(others)
    fitting = [person for person in people if person.role and asked <= _stems(person.role)]
    fitting = fitting or [p for p in people if p.kind in ("group", "document") and asked <= _stems(p.name)]
    return tuple(fitting) if len(fitting) == 1 else ()


def _stems(text: str) -> set[str]:
    return {stem_of(word) for word in name_words(text) if word not in _GLUE}
