"""A question about somebody's age, coach or the like in, whether a sentence tells that of the same one out.

The reader hardly tells of whom a sentence says something: "How old is Ann?" of "Tom Birch, 44, drove".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from embeddings.name_words import name_words
from embeddings.quotes.offices import ADDRESSES, is_somebody

Whose = Literal["own", "another's", "unclear", "nobody's"]

_QUESTIONS = 64  # that are kept as read: each is asked of several sentences
_AGE_ASKED = re.compile(
    r"(?:and )?how old (?:is|was|will|would) (?P<is>.+?)(?: be)?"
    r"|(?:what|which) age (?:is|was) (?P<has>.+)"
    r"|(?:(?:what is|what was|what's) )?(?:the age of (?P<of>.+)|(?P<owner>.+?)['’]s age)",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(r"(?:the|an?|this|that|these|those|he|she|it|they|his|her|its|their|my|your)\b", re.IGNORECASE)
_ONCE = re.compile(r"\b(?:when|while|at|in|on|during|after|before|as|since|now)\b", re.IGNORECASE)  # not as in the news
_NAME = r"[A-ZÀ-ÞĀ-Ž][\w'’-]+(?: [A-ZÀ-ÞĀ-Ž][\w.'’-]+)*"
_AGE_OF = re.compile(
    rf"(?P<name>{_NAME})(?:, (?:aged )?| \()\d{{1,3}}(?=[,.;)])"
    rf"|\d{{1,3}}-year-old (?P<what>(?:[\w-]+ ){{0,4}}?)(?P<young>{_NAME})"
)
_ANY_AGE = re.compile(
    r"\b\d{1,3}(?:-year-old| years old)\b|\b(?:aged?|age of|is|was|turned|being) \d{1,3}\b|\bborn\b", re.IGNORECASE
)
_OWNED = re.compile(r"(?P<owner>[\w.-]+)['’]s? (?P<thing>[\w-]+(?: [\w-]+){0,3})[ ?.!]*$", re.IGNORECASE)


def whose(question: str, text: str) -> Whose | None:
    """Whose age, or whose coach, `text` tells, beside the one whose is asked for.

    None where the question asks for nothing of the kind, or the text tells nothing of it.
    """
    aged = named_for_age(question)
    if aged:
        return _whose_age(aged, text)
    owned = _person_owned(question)
    return _whose_person(*owned, text) if owned else None


@lru_cache(maxsize=_QUESTIONS)
def _person_owned(question: str) -> tuple[str, str] | None:
    """The owner and the person of "Vasko's coach", if a question ends in such."""
    owned = _OWNED.search(question)
    return (owned["owner"], owned["thing"]) if owned and is_somebody(owned["thing"].split()[-1]) else None


@lru_cache(maxsize=_QUESTIONS)
def named_for_age(question: str) -> tuple[str, ...]:
    """The words of the name of the one whose age is asked for; none where that is not asked, or of nobody named."""
    asked = _AGE_ASKED.fullmatch(question.strip(" ?.!"))
    who = next(filter(None, asked.groups()), "") if asked else ""
    return (
        ()
        if _DESCRIBED.match(who) or _ONCE.search(who)
        else tuple(word for word in name_words(who) if word not in ADDRESSES)
    )


def _whose_age(asked: tuple[str, ...], text: str) -> Whose:
    found = [
        name_words(match["name"] or match["young"])
        for match in _AGE_OF.finditer(text)
        if not match["what"] or is_somebody(match["what"].split()[-1])  # not "the 44-year-old met Ann"
    ]
    if any(_is_one(asked, name) for name in found):
        return "own"
    if found:
        return "another's"
    return "unclear" if _ANY_AGE.search(text) else "nobody's"


def _is_one(asked: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether two names may be one person's: the same surname, and no other first name."""
    first = set(asked[:-1]), set(name[:-1])
    return asked[-1] == name[-1] and (not all(first) or not first[0].isdisjoint(first[1]))


def _whose_person(owner: str, person: str, text: str) -> Whose | None:
    noun = re.escape(person.split()[-1])
    owned = re.finditer(rf"(?P<owner>[\w.-]+)['’]s? (?:[\w-]+ ){{0,3}}{noun}\b", text, re.IGNORECASE)
    owners = {match["owner"].casefold() for match in owned}
    if not owners:
        return None
    return "own" if owner.casefold() in owners else "another's"
