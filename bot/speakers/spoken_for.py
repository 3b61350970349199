"""An organisation that was asked about in, it with those who speak for it out: "a Treasury official", its director.

Articles rarely quote an organisation itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.speakers.people import Found
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.people import GLUE, Person
from embeddings.quotes.offices import TITLES
from embeddings.types import Scope

_SPEAKS = re.compile(
    r"representatives?|(?i:spokes(?:man|men|woman|women|person|persons|people)|officials?|officers?|executives?|counsel"
    r"|ceo|cfo|coo|president|chair(?:man|woman|person)?|head|chief|director|manager|secretary|minister|premier"
    r"|chancellor|governor|mayor|commissioner|superintendent|sheriff|commander|leaders?|(?:co|co-)?founder|owner|editor"
    r"|rector|dean|principal|ambassador|envoy)"
)  # "Representative" is a title
_SPEAKS_FOR = re.compile(rf"{_SPEAKS.pattern}|(?i:lawyers?|attorneys?|advis[eo]r|aides?)")  # not "a New York lawyer"
_ITS = re.compile(rf"\b[Ii]ts (?P<office>(?:\w+ ){{0,3}}?(?:{_SPEAKS.pattern}))\b,? [A-Z]")
_READ = 16  # sentences with a name
_OF = frozenset(("of", "for", "at", "with", "to"))
_ELSEWHERE = _OF | {"in", "from", "on", "by", "about", "against", "as"}
_NO_LONGER = frozenset(("former", "formerly", "ex", "who", "which", "that"))
_ARTICLES = frozenset(("the", "a", "an"))
_FAR = 4  # words from an organisation to its spokesman: "Post's senior politics editor"

Word = tuple[str, str]
"""A word as names are compared, and as it is written."""


def with_those_who_speak_for_it(asked: str, found: Found, library: Library, scope: Scope) -> Found:
    """What was `found` for the name or description `asked`, and those who speak for it; a person speaks alone.

    What has no name, "the bank", is what one article calls so.
    """
    words = name_words(asked)
    persons = (one for one in found.people if one.kind == "person")
    if found.side_by_side or any(not set(words).isdisjoint(name_words(one.name)) for one in persons):
        return found
    others = [one for one in found.people if one.kind in ("organisation", "group")]
    names = {alias for one in others for alias in one.aliases} or {words}
    speaking = _speaking_for(names, library, scope) | _its_own(names, library, scope)
    is_role = speaking.issuperset(found.people)  # "the bank": held there by whoever was found
    if not speaking or not (is_role or len(others) == len(found.people)):
        return found
    people = tuple(dict.fromkeys((*found.people, *sorted(speaking, key=lambda one: one.name))))
    if not _is_named(asked, others) and len(_articles(people, library, scope)) != 1:
        return found
    return replace(found, people=people, spoken_for=_called(asked, others))


def _is_named(asked: str, others: Sequence[Person]) -> bool:
    """Whether what is asked about is the same everywhere: an organisation, or "the Trump campaign"."""
    words = [word for word in asked.split() if word.casefold() not in _ARTICLES]
    return any(one.kind == "organisation" for one in others) or any(word[0].isupper() for word in words)


def _articles(people: Sequence[Person], library: Library, scope: Scope) -> set[str]:
    return {entity.article for entity in library.store.entities_of(people, scope)}


def _called(asked: str, others: Sequence[Person]) -> str:
    """How to call what is asked about: by its name, with "the" before it where the asker has that."""
    name = next((one.name for one in others if one.kind == "organisation"), None)
    has_article = asked.casefold().startswith("the ") and name is not None and not name.startswith(("The ", "the "))
    return f"the {name}" if has_article else name or asked


def _speaking_for(names: set[tuple[str, ...]], library: Library, scope: Scope) -> set[Person]:
    """Those who, by role or description, speak for what is called by one of `names`."""
    speaking = set()
    for words in names:
        telling = [word for word in words if word not in GLUE]
        for person in library.store.described(telling, scope) if telling else ():
            told = person.role if person.kind == "person" else person.name
            if person.kind != "document" and speaks_for(words, told or ""):
                speaking.add(person)
    return speaking


def _its_own(names: set[tuple[str, ...]], library: Library, scope: Scope) -> set[Person]:
    """Those of whom the text tells behind one of `names` that they are "its leader", or the like."""
    speaking: set[Person] = set()
    for words in names:
        telling = [word for word in words if word not in GLUE]
        hits = library.store.search_by_words(telling, _READ, scope) if telling else ()
        naming = [hit.sentence for hit in hits if set(telling) <= set(name_words(hit.sentence.text))]
        for sentence, near in zip(naming, library.store.neighbours(naming, 1), strict=True):
            after = [one for one in near if one.position >= sentence.position]
            text = " ".join(one.text for one in after)
            offices = {match["office"].casefold() for match in _ITS.finditer(text)}
            for entity in library.store.entities([sentence.article]) if offices else ():
                if (entity.role or "").casefold() in offices and name_words(entity.name)[-1] in name_words(text):
                    speaking.update(library.store.named(name_words(entity.name), [sentence.article]))
    return speaking


def speaks_for(name: Sequence[str], description: str) -> bool:
    """Whether a description is that of a "spokesman for `name`", or of a "`name` spokesman"."""
    told = [(word, part) for part in re.findall(r"[^\W_][\w.'’]*", description) for word in name_words(part)]
    told = [word for word in told if word[0] not in _ARTICLES]
    words = [word for word in name if word not in _ARTICLES]
    if not _NO_LONGER.isdisjoint(word for word, _ in told):
        return False
    places = (at for at in range(len(told)) if [word for word, _ in told[at : at + len(words)]] == words)
    return any(_holds_office(told[:at], told[at + len(words) :]) for at in places)


def _holds_office(before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether somebody speaks for what is called so between the words `before` and `after`, and no part of a name."""
    end = next((i for i, (word, _) in enumerate(after) if word in _ELSEWHERE), len(after))
    if before and before[-1][0] in _OF:
        held = next(i for i, (word, _) in enumerate(before) if word in _ELSEWHERE)
        is_of_another = any(map(_is_capital, before[held:]))  # "director of the Earth Institute at Columbia University"
        return end == 0 and not is_of_another and any(_SPEAKS_FOR.fullmatch(word) for _, word in before)
    office = next((i for i, (_, word) in enumerate(after[: min(end, _FAR)]) if _SPEAKS.fullmatch(word)), None)
    goes_on = office != 0 and any(_is_capital(word) and word[0] not in TITLES for word in after[:1])
    is_in_name = goes_on or any(map(_is_capital, before[-1:]))
    is_elsewhere = any(map(_is_capital, after[end + 1 : end + 2])) and after[end][0] in _OF
    return office is not None and not is_in_name and not is_elsewhere


def _is_capital(word: Word) -> bool:
    return word[1][0].isupper()
