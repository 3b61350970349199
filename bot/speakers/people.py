"""A name as it was asked for and the articles' entities in, the people meant out, each under all its names.

"Grozin", "Mr. Grozin's", "grozin", "Грозина" and "grozn" are Andrei Grozin; "Igor Grozin" and "Grozny" are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from bot.spelling.names import is_near, is_same_across_scripts, is_same_forename
from bot.spelling.slips import is_slip
from bot.stems import stem_of
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.people import GLUE, Person, initials
from embeddings.quotes.names import PERSONAL, STYLES, TITLES, office
from embeddings.types import FixedScope, Scope, fixed

_SHORT_TITLES = {
    "senator": ("sen",), "governor": ("gov",), "representative": ("rep",), "general": ("gen",), "captain": ("capt",),
    "professor": ("prof",), "lieutenant": ("lt",), "sergeant": ("sgt",), "colonel": ("col",),
    "admiral": ("adm",), "reverend": ("rev",), "congressman": ("rep",), "congresswoman": ("rep",),
}  # fmt: skip
_TITLES = PERSONAL.union(
    STYLES,
    _SHORT_TITLES,
    *_SHORT_TITLES.values(),
    re.findall(
        r"\w+",
        "mister doctor analyst expert the"
        " господин госпожа президент премьер министр сенатор генерал мэр аналитик эксперт глава канцлер",
    ),
)
_OWNED = re.compile(r"(?P<owner>(?:\S.*\s)?(?P<surname>\S+?))(?P<rest>['’]s?\s(?P<role>.+))")
"""What is called after somebody: "Hillary Clinton's campaign" is "the Clinton campaign" or "her campaign"."""
_ORIGINS = (
    ("an", ("", "a", "y")), ("n", ("",)), ("ese", ("a", "", "o")), ("ish", ("land", "ain", "ey", "en", "mark")),
    ("i", ("",)), ("ic", ("",)), ("a", ("an", "ese")), ("", ("n", "an", "ese", "i", "ish")), ("y", ("an", "ian")),
    ("land", ("ish",)), ("ain", ("ish",)), ("ey", ("ish",)), ("en", ("ish",)),
)  # fmt: skip
"""Endings of what is of a country, and of countries; what is no word describes nobody."""
_AND = re.compile(r",? (?:and|&|и) |, ")
_HOLDERS = 9  # of one office, who are told apart
_TITLES_READ = 64  # sentences with a title
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
    named = _named(words, {word: [word] for word in words}, library, scope)
    if not named and is_foreign(asked):
        return Found(_named_in_other_script(words, library, scope))
    core = _core(words)
    named = named or tuple(person for person in library.store.named(core[-1:], scope) if _is_respelt(core, person))
    if named:
        return Found(named)
    mended = _mended(words, library, scope)
    if mended:
        return Found(mended, mended=True)
    described = _described(words, library, scope) or _described_by_origin(asked, library, scope)
    owned = _OWNED.match(asked)
    if described or not owned or not find_people(owned["owner"], library, scope).people:
        return Found(described)
    called = Found()
    if owned["surname"] != owned["owner"]:
        called = find_people(f"{owned['surname']}{owned['rest']}", library, scope)
    return called if called.people else Found(_described_of(owned["owner"], owned["role"], library, scope))


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


def _described(words: tuple[str, ...], library: Library, scope: Scope) -> tuple[Person, ...]:
    """Whom a description fits: a group or document of that name, or the one person with such a role."""
    asked, people = _fitting(words, library, scope)
    others = [p for p in people if p.kind in ("group", "document") and asked == _stems(p.name)]
    if others:
        return tuple(others)
    held = [person for person in people if person.role and asked <= _stems(person.role)]
    fitting = [person for person in held if not asked.isdisjoint(_office(person))]
    titled = _titled(words, library, scope)
    if titled:  # others hold the office, too, or only have to do with who does
        same = [p for p in fitting if p not in titled and asked == _office(p)]
        return (*same, *titled) if len(same) + len(titled) <= _HOLDERS else ()
    fitting = fitting or [p for p in people if p.kind in ("group", "document") and asked <= _stems(p.name)]
    return tuple(fitting) if len(fitting) == 1 else ()


def _described_by_origin(asked: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    """Whom a description fits with another form of a country's name: "the Tarkanian minister" is "Tarkania's"."""
    for word in re.findall(r"\b[A-Z]\w{3,}", asked):
        for other in _of_same_origin(word):
            found = _described(name_words(asked.replace(word, other)), library, scope)
            if found:
                return found
    return ()


def _of_same_origin(word: str) -> Iterator[str]:
    """What a country may be called of whose people a word is, and what its people may be: "Tarkania", "Chinese"."""
    for ending, others in _ORIGINS:
        if word.endswith(ending):
            yield from (f"{word.removesuffix(ending)}{other}" for other in others)


def _titled(words: tuple[str, ...], library: Library, scope: Scope) -> list[Person]:
    """The persons before whose names the title that `words` are stands: "Mayor Tom Birch", "Sen. Ann Poe"."""
    title = " ".join(word for word in words if word not in GLUE)
    if title not in TITLES:
        return []
    forms = [title, *_SHORT_TITLES.get(title, ())]
    before_name = re.compile(rf"(?<!former )(?<!ex-)\b(?:{'|'.join(forms)})\b\.?\s+(?=\w)", re.IGNORECASE)
    places = {
        (hit.sentence.article, hit.sentence.start + match.end())
        for hit in library.store.search_by_words(forms, _TITLES_READ, scope)
        for match in before_name.finditer(hit.sentence.text)
    }
    articles = sorted({article for article, _ in places})
    names = [
        name_words(entity.name)
        for entity in (library.store.entities(articles) if articles else ())
        if entity.kind == "person" and any((entity.article, mention.start) in places for mention in entity.mentions)
    ]
    called = (
        person for name in dict.fromkeys(names) for person in library.store.named(name, scope) if name in person.aliases
    )
    return list(dict.fromkeys(called))


def _office(person: Person) -> set[str]:
    """The stems of what somebody is, without where: those of "head" for a "head of referees"."""
    return _stems(office(person.role or ""))


def _described_of(owner: str, role: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    """The one person of such a role whose role names nobody else than its `owner`: "her lawyer, X" is Clinton's."""
    asked, people = _fitting(name_words(role), library, scope)
    owners = set(name_words(owner))
    fitting = [p for p in people if p.role and asked <= _stems(p.role) and owners.issuperset(_names_of(p.role))]
    return tuple(fitting) if len(fitting) == 1 else ()


def _fitting(words: tuple[str, ...], library: Library, scope: Scope) -> tuple[set[str], list[Person]]:
    """The stems of a description's words, and everybody in whose role or name they may all be."""
    telling = [word for word in words if word not in GLUE]
    return {stem_of(word) for word in telling}, library.store.described(telling, scope) if telling else []


def _names_of(role: str) -> set[str]:
    """The words of a role that are written as names are."""
    return {word for part in role.split() if part[0].isupper() for word in name_words(part)}


def _stems(text: str) -> set[str]:
    return {stem_of(word) for word in name_words(text) if word not in GLUE}
