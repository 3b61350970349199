"""What an asker was told in, the questions of it out, parsed, with what they were about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.follow_ups.naming import Naming
from bot.follow_ups.question_parts import Pointing, is_asking, points_as, possessive
from bot.questions.line import bare_line
from bot.types import Answer, Passage
from embeddings.quotes.first_names import gender_of
from embeddings.quotes.parsing import parse

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

_ADDED = re.compile(r"\? \([^()]*\)\??$")
_LEAD = re.compile(
    r"(?:(?:and|but|so|or|also|then|ok(?:ay)?|well|(?:no[, ]+)?(?:sorry[, ]+)?i mean(?:t)?)[, ]+)+(?=\w)", re.IGNORECASE
)
SHORT = re.compile(
    r"(?!who (?:is|was|are|were) (?:he|she|they)$)"
    r"(?P<asked>why(?: not| so)?|when(?: and where)?|where(?: and when)?|how(?: come| so| and why)?|who|whom"
    r"|(?:by|with|to|for|from|against) whom|who (?:by|with|to|for|from|against)"
    r"|(?:since|until|till|by|from) when|for how long|by how (?:much|many)"
    r"|what (?:year|day|date|time)|(?:in|on|at) (?:what|which) (?:year|day|date|place|city|country)|which one"
    r"|how (?:many|much|long|often|far))"
    r"(?: (?:is|was|were|are|did|does|do) (?:that|this|it|he|she|they)"
    r"(?: (?:happen|happening|so|be|do (?:that|it)))?)?",
    re.IGNORECASE,
)
"""A question of a question word, or little more."""


@dataclass(frozen=True)
class Turns:
    """Earlier turns, oldest first, and whom the articles know."""

    turns: Sequence[Answer]
    naming: Naming
    _parsed: dict[str, Doc] = field(default_factory=dict)

    @property
    def last(self) -> Answer:
        return self.turns[-1]

    @property
    def asked(self) -> Doc:
        """The last question, parsed."""
        return self.parsed(self.last)

    def parsed(self, turn: Answer) -> Doc:
        """A question, parsed, without what was added to it in brackets."""
        text = turn.question.text
        if text not in self._parsed:
            bare = without_lead(_ADDED.sub("", text).rstrip(" ?.!"))
            self._parsed[text] = parse([self.naming.in_capitals(bare)])[0]
        return self._parsed[text]

    def is_on_speech(self) -> bool:
        """Whether the last question asked of a speaker."""
        return self.last.question.intent in ("quotes", "who") and bool(self.last.question.speaker)

    def topics(self) -> list[str]:
        """What the last question was on."""
        chunks = (chunk for chunk in self.asked.noun_chunks if chunk.root.pos_ != "PRON" and not is_asking(chunk))
        return [self.noun(chunk, self.last) for chunk in chunks]

    def noun(self, chunk: Span, turn: Answer) -> str:
        """A noun phrase with the owner's name in place of "his"."""
        first = chunk[0]
        kind = points_as(first)
        if first.tag_ == "PRP$" and kind:
            owners = (name for name in self.naming.named_in(chunk.doc.text) if kind == "they" or may_be(name, kind))
            owner = next(owners, turn.speaker)
            if owner:
                return f"{possessive(owner)} {chunk[1:].text}"
        return chunk.text


def is_question(turn: Answer) -> bool:
    """Whether a turn asked the articles something that stands for itself."""
    question = turn.question
    return question.intent not in ("smalltalk", "about") and not SHORT.fullmatch(bare_line(question.text))


def without_lead(text: str) -> str:
    """A question without "and" or the like before it."""
    return _LEAD.sub("", text, count=1) if _LEAD.match(text) else text


def may_be(name: str, kind: Pointing) -> bool:
    """Whether a name, by its first name, can be that of a "he" or a "she"."""
    first, *others = name.split()
    return not others or gender_of(first) in (None, kind)


def answering(passage: Passage) -> str:
    """The words of a passage that answer, "" where they are not known."""
    if passage.highlight is None:
        return ""
    start = passage.citation.start
    return passage.text[passage.highlight.start - start : passage.highlight.end - start]
