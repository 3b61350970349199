"""A description in, the people of whom it tells out: "the mayor", "Clinton's lawyer", "the Tarkanian minister"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.stems import stem_of
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.people import GLUE, Person
from embeddings.quotes.offices import SHORT_TITLES, TITLES, is_somebody, office
from embeddings.types import Entity, Scope

_ORIGINS = (
    ("an", ("", "a", "y")), ("n", ("",)), ("ese", ("a", "", "o")), ("ish", ("land", "ain", "ey", "en", "mark")),
    ("i", ("",)), ("ic", ("",)), ("a", ("an", "ese")), ("", ("n", "an", "ese", "i", "ish")), ("y", ("an", "ian")),
    ("land", ("ish",)), ("ain", ("ish",)), ("ey", ("ish",)), ("en", ("ish",)),
)  # fmt: skip
"""Endings of what is of a country, and of countries; what is no word describes nobody."""
_SAME_OFFICE = {
    "ceo": ("chief executive",), "cfo": ("chief financial officer", "finance chief", "finance director"),
    "pm": ("prime minister",), "head teacher": ("headteacher",), "headmaster": ("headteacher",),
    "boss": ("chief executive", "managing director", "head", "director", "president", "manager"),
}  # fmt: skip
_HOLDERS = 9  # of one office, who are told apart
_TITLES_READ = 64  # sentences with a title


def described(asked: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    """Whom a description fits, as it is, or with other words for the same in it."""
    return (
        _fits(name_words(asked), library, scope)
        or _fits_by_origin(asked, library, scope)
        or _fits_by_other_words(asked, library, scope)
    )


def _fits(words: tuple[str, ...], library: Library, scope: Scope) -> tuple[Person, ...]:
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


def _fits_by_origin(asked: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    """Whom a description fits with another form of a country's name: "the Tarkanian minister" is "Tarkania's"."""
    for word in re.findall(r"\b[A-Z]\w{3,}", asked):
        for other in _of_same_origin(word):
            found = _fits(name_words(asked.replace(word, other)), library, scope)
            if found:
                return found
    return ()


def _fits_by_other_words(asked: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    """Whom a description fits with another name of the same office: "the CEO" is the "chief executive"."""
    found = (_fits(name_words(other), library, scope) for other in _in_other_words(asked))
    return next(filter(None, found), ())


def _in_other_words(role: str) -> Iterator[str]:
    """A role with other names of the same office in it."""
    for name, others in _SAME_OFFICE.items():
        if re.search(rf"\b{name}\b", role, re.IGNORECASE):
            yield from (re.sub(rf"\b{name}\b", other, role, flags=re.IGNORECASE) for other in others)


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
    forms = [title, *SHORT_TITLES.get(title, ())]
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


def described_of(owners: Sequence[Person], role: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    """The one other person of such a role, in an article that names an owner, whose role names nobody else.

    "Her lawyer, X" is Clinton's; "chief executive X", in news of a company, is its CEO.
    """
    found = (_described_of(owners, one, library, scope) for one in (role, *_in_other_words(role)))
    return next(filter(None, found), ())


def _described_of(owners: Sequence[Person], role: str, library: Library, scope: Scope) -> tuple[Person, ...]:
    asked, people = _fitting(name_words(role), library, scope)
    names = {word for owner in owners for alias in owner.aliases for word in alias}
    articles = {
        entity.article
        for entity in library.store.entities_of(owners, scope)
        if entity.kind == "person" or _is_told_of_first(entity, library)
    }
    fitting = [
        one
        for one in people
        if one.role and asked <= _stems(one.role) and names.issuperset(_names_of(one.role)) and one not in owners
    ]
    beside = [
        one
        for one in fitting
        if not articles.isdisjoint(entity.article for entity in library.store.entities_of([one], scope))
    ]
    return tuple(beside) if len(beside) == 1 else ()


def _is_told_of_first(entity: Entity, library: Library) -> bool:
    """Whether an article is on what it names: in the headline, or in the first paragraph."""
    article = library.store.article(entity.article)
    return set(name_words(entity.name)) <= set(name_words(article.text[: article.paragraphs[0].end]))


def _fitting(words: tuple[str, ...], library: Library, scope: Scope) -> tuple[set[str], list[Person]]:
    """The stems of a description's words, and everybody in whose role or name they may all be."""
    telling = [word for word in words if word not in GLUE]
    return {stem_of(word) for word in telling}, library.store.described(telling, scope) if telling else []


def _names_of(role: str) -> set[str]:
    """The words of a role that are written as names are; "Mayor" is none."""
    named = (part for part in role.split() if part[0].isupper() and not is_somebody(part))
    return {word for part in named for word in name_words(part)}


def _stems(text: str) -> set[str]:
    return {stem_of(word) for word in name_words(text) if word not in GLUE}
