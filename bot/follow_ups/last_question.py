"""The last question in, it asked otherwise out: with another question word, of another person, on something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.follow_ups.naming import LONGEST_NAME
from bot.follow_ups.pronouns import Pronouns
from bot.follow_ups.question_parts import (
    QUESTION_WORDS,
    asking_phrase,
    asks_for_deed,
    asks_for_subject,
    beginning,
    is_asking,
    is_plural,
    only_asks,
    same_preposition,
    without_possessive,
    without_question_word,
    without_stranded,
)
from bot.follow_ups.turns import Turns, answering
from bot.types import Question
from embeddings.quotes.offices import is_somebody

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

ABOUT = ("about", "on", "regarding", "concerning")
_ELSE_WORD = re.compile(r"\belse\b ?", re.IGNORECASE)
_CURLY = re.compile("[‘’]")


@dataclass(frozen=True)
class LastQuestion:
    """What is left out of a question, filled in from the last of `turns`."""

    turns: Turns
    pronouns: Pronouns

    @property
    def question(self) -> Question:
        return self.turns.last.question

    @property
    def asked(self) -> Doc:
        """The question, parsed."""
        return self.turns.asked

    def with_other_question_word(self, word: str) -> str:
        """ "why?" after "Who did Obama meet?": "Why did Obama meet?"; after "How many men left?": "Why men left?"."""
        subject, rest = self._subject_asked(), self._rest()
        auxiliary, _, others = rest.partition(" ")
        is_inverted = any(token.pos_ == "AUX" and token.text == auxiliary for token in self.asked) and others
        if is_inverted and not subject and asks_for_deed(self.asked):  # "Who was hurt?": whoever was told
            subject = (
                next(self.pronouns.persons(self.turns.last), "") if self.asked[0].lower_ == "who" else self._told()
            )
        rest = f"{auxiliary} {subject} {others}" if is_inverted and subject else f"{subject} {rest}".strip()
        if not rest and self.asked[0].pos_ == "AUX":  # of "Did they pay?"
            end = next((chunk.end for chunk in self.asked.noun_chunks), 1)
            word, *denied = word.split(maxsplit=1) if word.lower() == "why not" else [word]
            rest = " ".join([self.asked[0].lower_, self.asked[1:end].text, *denied, self.asked[end:].text])
        if not rest or (not subject and asks_for_subject(self.asked)):  # "Why? (who opened the dam)"
            return f"{beginning(word)}? ({self.asked.text})"
        return f"{beginning(word)} {rest}?"

    def _told(self) -> str:
        """The few words that answered the last question, if they are known."""
        words = next((answering(passage) for passage in self.turns.last.passages[:1]), "")
        return words if len(words.split()) <= LONGEST_NAME else ""

    def _rest(self) -> str:
        """The last question after the words that ask: "did Obama meet"."""
        phrase = asking_phrase(self.asked)
        if phrase is None:
            return ""
        after = self.asked[phrase.end :]
        rest = without_stranded(after).text if after else ""
        return _ELSE_WORD.sub("", f"{self.asked[: phrase.start].text} {rest}").strip()

    def _subject_asked(self) -> str:
        """The subject that the last question asks for, without what asks: "men" of "How many men left?"."""
        phrase = asking_phrase(self.asked)
        if phrase is None or not asks_for_subject(self.asked):
            return ""
        return " ".join(token.text for token in phrase if not only_asks(token))

    def with_fragment(self, fragment: Doc) -> str:
        """The last question with `fragment` in the place of what it replaces; at its end, where it adds to it."""
        text, question = fragment.text, self.question
        if fragment[0].tag_ in QUESTION_WORDS:
            return f"{beginning(text)} {self._rest()}?"
        if self.turns.is_on_speech() and question.topic and fragment[0].lower_ in ABOUT and len(fragment) > 1:
            return self.with_topic(fragment[1:].text)
        if fragment[0].pos_ == "ADP":
            same = same_preposition(self.asked, fragment)
            return self._replaced(same, text) if same else f"{self.asked.text} {text}?"
        person = self.turns.naming.is_person(fragment, is_on_speech=self.turns.is_on_speech())
        if self.turns.is_on_speech() and question.speaker:
            if not person and not question.topic and question.intent == "quotes":
                return _ELSE_WORD.sub("", f"{question.text.rstrip(' ?')} about {text}?")
            if person or not question.topic:
                return _ELSE_WORD.sub("", self.with_speaker(text))
            told, about, rest = question.topic.partition(" about ")  # "Ann about the nets", in "What did X tell …?"
            return self.with_topic(f"{text}{about}{rest}" if self.turns.naming.named_in(told) else text)
        chunks = list(filter(None, (without_question_word(chunk) for chunk in self.asked.noun_chunks)))
        if text.endswith(("'s", "s'")):  # "and Alabama's?"
            owners = [token for token in self.asked if token.dep_ == "poss" and token.pos_ == "PROPN"]
            if owners:
                owner = owners[-1]
                return self._replaced(self.asked[owner.left_edge.i : owner.i + 2], text)
        persons = (chunk for chunk in chunks if chunk.root.pos_ == "PROPN" and self.turns.naming.called(chunk.text))
        first = next(persons, None) if person else None
        if first or self.turns.naming.called(text):
            return self._replaced(first, text)
        alike = [chunk for chunk in reversed(chunks) if chunk.root.pos_ in ("NOUN", "PROPN")]
        root = fragment[:].root
        return self._replaced(max(alike, key=lambda chunk: self._likeness(chunk, root), default=None), text)

    def _likeness(self, chunk: Span, root: Token) -> tuple[bool, bool, bool, bool]:
        """How like a noun phrase is to another: whether both may do something, both are of several, both are names, and
        it is no person's."""
        do = chunk.root.dep_ == "nsubj" and is_somebody(root.text)
        same_number = is_plural(chunk.root) == is_plural(root)
        return do, same_number, chunk.root.pos_ == root.pos_, not self.turns.naming.called(chunk.text)

    def with_speaker(self, name: str) -> str:
        """The last question on speakers with another speaker; it is written as it was asked, quotation marks apart."""
        question = self.question
        text, old = (_CURLY.sub("'", one) for one in (question.text, question.speaker or ""))
        return text.replace(old, without_possessive(name), 1)

    def with_topic(self, topic: str) -> str:
        """The same with another topic."""
        question = self.question
        text, old = (_CURLY.sub("'", one) for one in (question.text, question.topic or ""))
        at = max((found.start() for found in re.finditer(rf"\b{re.escape(old)}", text)), default=None)
        return f"{text.rstrip(' ?')} {topic}?" if at is None else f"{text[:at]}{topic}{text[at + len(old) :]}"

    def _replaced(self, old: Span | None, new: str) -> str:
        if old is None:  # "Will it rain? (the schools)"
            return f"{self.asked.text}? ({new})"
        return f"{self.asked[: old.start].text} {new} {self.asked[old.end :].text}".strip() + "?"

    def counted(self) -> str:
        """What the last question counted, or else what it spoke of, several at best."""
        phrase = asking_phrase(self.asked)
        of_asking = [token.text for token in phrase if not only_asks(token) and token.pos_ != "ADV"] if phrase else []
        chunks = sorted(self.asked.noun_chunks, key=lambda chunk: not is_plural(chunk.root))
        things = [[token.text for token in chunk if token.pos_ == "NOUN"] for chunk in chunks if not is_asking(chunk)]
        return " ".join(of_asking or next(filter(None, things), []))
