"""A name as it was asked for and the articles' entities in, the people meant out, each under all its names.

"Grozin", "Mr. Grozin's", "grozin", "Грозина" and "grozn" are Andrei Grozin; "Igor Grozin" and "Grozny" are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from bot.speakers.roles import described, described_of
from bot.spelling.names import is_near, is_same_across_scripts, is_same_forename
from bot.spelling.slips import is_slip
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.people import GLUE, Person, initials
from embeddings.quotes.offices import PERSONAL, SHORT_TITLES, STYLES, is_somebody
from embeddings.types import FixedScope, Scope, fixed

_TITLES = PERSONAL.union(
    STYLES,
    SHORT_TITLES,
    *SHORT_TITLES.values(),
    re.findall(
        r"\w+",
        "mister doctor analyst expert the"
        " господин госпожа президент премьер министр сенатор генерал мэр аналитик эксперт глава канцлер",
    ),
)
_OWNED = re.compile(r"(?P<owner>(?:\S.*\s)?(?P<surname>\S+?))(?P<rest>['’]s?\s(?P<role>.+))")
"""What is called after somebody: "Hillary Clinton's campaign" is "the Clinton campaign" or "her campaign"."""
_HELD = re.compile(r"(?:(?:the|an?) )?(?P<role>[a-z][\w -]*?) of (?P<owner>\S.*)", re.IGNORECASE)
"""The same the other way round: "the mayor of Valmora" is "Valmora's mayor"."""
_AND = re.compile(r",? (?:and|&|и) |, ")
_TRIED = 16  # ways to spell several words together

Same = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant; several have one surname, or are `side_by_side`. `mended` where the name was mistyped.

    `strangers` are the names of those, asked for side by side, for whom there is nobody. `spoken_for` is the name of an
    organisation of which the people are itself and those who speak for it, or these alone; else it is empty.
    """

    people: tuple[Person, ...] = ()
    mended: bool = False
    side_by_side: bool = False
    strangers: tuple[str, ...] = ()
    spoken_for: str = ""


def find_people(asked: str, library: Library, scope: Scope) -> Found:
    """Who is meant by `asked`: as it is written, in another script, mistyped, or by role; or several such.

    Words that the encoder knows, or that occur in the articles as they are, are not taken for a name mistyped; these
    are looked up only where nobody is found without, for that takes the model.
    """
    found = _found(asked, library, scope)
    parts = _AND.split(asked)
    if found.people or len(parts) == 1:
        return found
    each = [_found(part, library, scope) for part in parts]
    strangers = tuple(part for part, one in zip(parts, each, strict=True) if not one.people)
    people = tuple(dict.fromkeys(person for one in each for person in one.people))
    if strangers or len(people) < len(parts):
        return Found(strangers=strangers)
    return Found(people, any(one.mended for one in each), side_by_side=True)


def _found(asked: str, library: Library, scope: Scope) -> Found:
    words = name_words(asked)
    if not words:
        return Found()
    held = _HELD.fullmatch(asked)
    if held and is_somebody(held["role"].split()[-1]):
        people = described(asked, library, scope)
        return Found(people) if people else _found(f"{held['owner']}'s {held['role']}", library, scope)
    named = _named(words, {word: [word] for word in words}, library, scope)
    owned = _OWNED.match(asked)
    if owned and owned["role"][0].islower():  # "Mrs Coyle's sister" is not Mrs Coyle, a ward sister
        named = tuple(one for one in named if one.kind != "person")
    if not named and is_foreign(asked):
        return Found(_named_in_other_script(words, library, scope))
    core = _core(words)
    named = named or tuple(person for person in library.store.named(core[-1:], scope) if _is_respelt(core, person))
    if named:
        return Found(named)
    mended = _mended(words, library, scope)
    if mended:
        return Found(mended, mended=True)
    by_role = described(asked, library, scope) or _of_sort(asked, library, scope)
    owners = find_people(owned["owner"], library, scope).people if owned and not by_role else ()
    if by_role or not owned or not owners:
        return Found(by_role)
    called = Found()
    if owned["surname"] != owned["owner"]:
        called = find_people(f"{owned['surname']}{owned['rest']}", library, scope)
    return called if called.people else Found(described_of(owners, owned["role"], library, scope))


def _of_sort(asked: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    """The one organisation of a sort, as its name tells: "the federation" for an Athletics Federation."""
    the, *rest = name_words(asked) or ("",)
    if the != "the" or len(rest) != 1:
        return ()
    named = library.store.named(rest, scope)
    found = [one for one in named if one.kind == "organisation" and name_words(one.name)[-1] == rest[0]]
    return tuple(found) if len(found) == 1 else ()


def names_in(library: Library, scope: Scope) -> frozenset[str]:
    """Every word of a name, as `name_words` gives them."""
    return _names(library, library.store.revision(), fixed(scope))


@lru_cache(maxsize=4)
def _names(library: Library, revision: str | None, scope: FixedScope) -> frozenset[str]:
    """Kept for as long as the library stays at `revision`: there are many in a large one."""
    return library.store.words_of_names(scope)


def _named_in_other_script(words: tuple[str, ...], library: Library, scope: Scope) -> tuple[Person, ...]:
    names = sorted(names_in(library, scope))
    for loosely in (False, True):
        spelt = {
            word: [name for name in names if is_same_across_scripts(word, name, loosely=loosely)] for word in words
        }
        named = _named(words, spelt, library, scope)
        if named:
            return named
    return ()


def _mended(words: tuple[str, ...], library: Library, scope: Scope) -> tuple[Person, ...]:
    """Whom `words` name if some of them are mistyped; nobody where that may be people of several surnames."""
    names = names_in(library, scope)
    slips = {word for word in words if word not in names and len(word) > 4}
    words_known = library.encoder.words() if slips else frozenset()
    slips = {word for word in slips if word not in words_known and not library.store.frequencies([word], scope)[0][0]}
    if not slips:
        return ()
    beside = any(word in names for word in words)  # the rest of the name is right, so this much may be wrong
    spelt = {word: [word] for word in words}
    for word in slips:
        near = sorted(name for name in names if is_near(word, name))
        spelt[word] = [name for name in near if beside or is_slip(word, name, words_known)]
    mended = _named(words, spelt, library, scope)
    return mended if len({name_words(person.name)[-1] for person in mended}) == 1 else ()


def is_titled(words: tuple[str, ...]) -> bool:
    """Whether what stands before the last word is titles only: "Mr.", "President"."""
    return all(word in _TITLES for word in words[:-1])


def _named(
    words: tuple[str, ...], spelt: Mapping[str, Sequence[str]], library: Library, scope: Scope
) -> tuple[Person, ...]:
    """Whom `words` name, each of which is one of the words that it is `spelt` as in the articles."""

    def same(asked: str, name: str) -> bool:
        return name in spelt[asked]

    spellings = [spelt[word] for word in _telling(words) if spelt[word]]
    together = islice(product(*spellings), _TRIED) if len(spellings) > 1 else ()
    alone = ((name,) for names in spellings for name in names)
    for looked_up in (together, alone):  # who has all of the words, or else one of them
        people = list(dict.fromkeys(person for names in looked_up for person in library.store.named(names, scope)))
        found = [person for person in people if _is_named(words, person, same)]
        persons = [person for person in found if person.kind == "person"]
        if found:
            exact = _exactly(words, persons or found, same)
            return tuple(exact if exact and (len(words) > 1 or not persons) else persons or found)
    return ()


def _exactly(words: tuple[str, ...], people: Sequence[Person], same: Same) -> list[Person]:
    """Those who are called just so: "Steve Jobs" is no "Steve Jobs Innovation Award"."""
    return [person for person in people if any(_all_same(words, alias, same) for alias in person.aliases)]


def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name by which it is looked up."""
    core = _core(words)
    return tuple(word for word in core if word not in GLUE) or core


def _core(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the titles before the last one, which may be a name as well: "Stephen King"."""
    return (*(word for word in words[:-1] if word not in _TITLES), *words[-1:])


def _is_named(words: tuple[str, ...], person: Person, same: Same) -> bool:
    core = _core(words) if person.kind == "person" else tuple(word for word in words if word != "the") or words
    if any(_all_same(asked, alias, same) for asked in {words, core} for alias in person.aliases):
        return True
    if person.kind != "person":
        significant = [word for word in core if word not in GLUE]
        parts = {word for alias in person.aliases for word in alias}
        return (len(core) == 1 and len(core[0]) > 2 and same(core[0], initials(person.name))) or (
            person.kind == "organisation" and len(significant) > 1 and all(any(same(w, p) for p in parts) for w in core)
        )
    full = _core(name_words(person.name))
    if len(full) == 1:  # only the surname is known: whatever forename was asked for does not contradict it
        return same(core[-1], full[0])
    extra = [word for word in core if not any(same(word, own) for own in full)]
    role = set(name_words(person.role or ""))
    if len(extra) == len(core):
        return False
    return all(word in role or word in GLUE or (len(word) == 1 and word == full[0][0]) for word in extra)


def _all_same(asked: tuple[str, ...], alias: tuple[str, ...], same: Same) -> bool:
    return len(asked) == len(alias) > 0 and all(same(a, b) for a, b in zip(asked, alias, strict=True))


def _is_respelt(core: tuple[str, ...], person: Person) -> bool:
    """The surname as it is, the forename spelt otherwise or as an initial: "Andrey Grozin", "A. Grozin"."""
    full = _core(name_words(person.name))
    if person.kind != "person" or len(core) < 2 or len(full) < 2:
        return False
    return core[-1] == full[-1] and is_same_forename(core[0], full[0])
