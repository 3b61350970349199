"""People and their quotes in, what the bot says of them in its own words out: who they are, how often quoted."""

from __future__ import annotations

from collections.abc import Sequence

from bot.same_words import together
from bot.speakers.people import Found
from bot.words import say
from embeddings.people import MOST_QUOTED, Person
from embeddings.types import Quote

COMPARED = 500  # quotes of one person, of which copies are told


def said_by(speakers: Sequence[Person | None]) -> str:
    """Who said it, as far as they are named."""
    named = [speaker.titled for speaker in speakers if speaker]
    return f"{'; '.join(named)}." if named else say("said_by_unnamed")


def and_others(people: Sequence[Person], named: int) -> str:
    """How many there are besides the first `named`; only that there are many where not all were looked for."""
    is_all = sum(len(person.namings) for person in people) < MOST_QUOTED
    return say("more_names", count=len(people) - named) if is_all else say("many_more_names")


def called(found: Found) -> str:
    """Who was found, by name."""
    return listed(names_of(found))


def names_of(found: Found) -> list[str]:
    """The names of those who were found; of an organisation with those who speak for it, its own."""
    return [found.spoken_for] if found.spoken_for else [person.name for person in found.people]


def listed(names: Sequence[str]) -> str:
    """Names in a row: "A, B and C"."""
    *others, last = names
    return say("list_end", first=", ".join(others), last=last) if others else last


def how_often(names: Sequence[str], quotes: Sequence[Quote], not_on: str | None = None) -> str:
    """How often those who were asked about are quoted, with what none of it is on."""
    count = counted(quotes)
    if len(names) > 1:
        keys = "quoted_together", "quoted_together_not_on"
    else:
        keys = ("quoted_once", "quoted_once_not_on") if count == 1 else ("quoted_often", "quoted_often_not_on")
    return say(keys[not_on is not None], name=listed(names), count=count, topic=not_on)


def counted(quotes: Sequence[Quote]) -> int:
    """How many quotes there are; what copies of an article say alike is one, where they are not too many to compare."""
    return len(together(quotes, lambda quote: quote)) if len(quotes) <= COMPARED else len(quotes)


def not_quoted(name: str) -> str:
    """That somebody is only mentioned."""
    return say("mentioned_not_quoted", name=name)
