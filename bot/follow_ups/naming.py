"""A text of a conversation in, the people whom it names out, as the articles know them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.follow_ups.question_parts import without_possessive
from bot.stems import has_content
from embeddings.name_words import name_words
from embeddings.people import Person
from embeddings.quotes.first_names import is_first_name
from embeddings.quotes.offices import is_somebody, office
from embeddings.stores import Store
from embeddings.types import Scope

if TYPE_CHECKING:
    from spacy.tokens import Doc

LONGEST_NAME = 6  # words; more capitals are a headline, or a shout
_SIDES = frozenset(("police", "prosecution", "defence", "defense", "opposition", "government", "administration"))
_CAPITALS = re.compile(r"[A-Z][\w'’.-]*(?: (?:(?:of|the|de|von|van|al|bin) )?[A-Z][\w'’.-]*)*")
_WORD = re.compile(r"\w[\w'’.-]*")


@dataclass(frozen=True)
class Naming:
    """The people of the articles in scope, looked up once for each name."""

    store: Store
    scope: Scope
    _known: dict[tuple[str, ...], list[Person]] = field(default_factory=dict)

    def named_in(self, text: str) -> list[str]:
        """The people that `text` names, by their full names, in order."""
        found: list[str] = []
        for match in _CAPITALS.finditer(self.in_capitals(text)):
            words = match[0].split()
            starts = range(len(words))
            parts = (words[i:j] for i in starts for j in range(min(len(words), i + LONGEST_NAME), i, -1))
            called = next((people for part in parts if (people := self.called(" ".join(part)))), [])
            found += [person.name for person in called if person.name not in found]
        return found

    def is_person(self, fragment: Doc, *, is_on_speech: bool) -> bool:
        """Whether a noun phrase names a person, or what one is: "her campaign manager"."""
        if self.called(fragment.text):
            return True
        words = [token.text for token in fragment if token.pos_ not in ("DET", "PRON", "PART")]
        is_noun = fragment[-1].pos_ in ("NOUN", "PROPN") and fragment[-1].dep_ == "ROOT"
        if is_noun and is_on_speech and (_may_speak(fragment[-1].lemma_.lower()) or self._is_quoted(fragment)):
            return True
        described = self.store.described(words, self.scope) if is_noun else []
        return any(_stands_for(words[-1], person) for person in described)

    def is_heard(self, fragment: Doc) -> bool:
        """Whether a noun phrase names a person, or what one is, or somebody else who is quoted: "the ministry"."""
        return self.is_person(fragment, is_on_speech=False) or self._is_quoted(fragment)

    def _is_quoted(self, fragment: Doc) -> bool:
        words = tuple(word for word in name_words(without_possessive(fragment.text)) if word != "the")
        named = [one for one in self.store.named(words, self.scope) if words in one.aliases] if words else []
        return bool(named and self.store.quotes_of(named, self.scope))

    def is_somebody(self, name: str) -> bool:
        """Whether a name or description is that of one person, not of an organisation or several people."""
        words = name.split()
        return bool(self.called(name)) or is_first_name(words[0]) or is_somebody(words[-1])

    def called(self, name: str) -> list[Person]:
        """Persons who are called just so, or by this surname."""
        words = name_words(name)
        if words not in self._known:
            named = [person for person in self.store.named(words, self.scope) if person.kind == "person"]
            self._known[words] = [p for p in named if words in (*p.aliases, name_words(p.name)[-1:])]
        return self._known[words]

    def in_capitals(self, text: str) -> str:
        """A text, its names in capitals, as the parser knows them, where it is all in small letters."""
        if not text[1:].islower():
            return text
        return _WORD.sub(lambda word: word[0].capitalize() if self._is_name(word[0]) else word[0], text)

    def _is_name(self, word: str) -> bool:
        return has_content(word) and bool(self.called(word))


def _may_speak(noun: str) -> bool:
    """Whether a noun is what somebody is called, one or several, who has no name."""
    return is_somebody(noun) or noun in _SIDES


def _stands_for(noun: str, person: Person) -> bool:
    """Whether a noun is what a person is, not what tells more of it: "head" of "head of a school", not "school"."""
    title = office(person.role or "").split()
    return person.kind == "person" and bool(title) and title[-1].casefold() == noun.casefold()
