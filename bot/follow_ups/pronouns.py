"""A question with pronouns in, it with what they stand for in their place out: from the turns before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.follow_ups.question_parts import (
    IT,
    THEY,
    Pointing,
    asks_for_subject,
    doer_and_companion,
    is_asking,
    is_part_of_verb,
    is_plural,
    is_time,
    points_as,
    with_names,
    without_question_word,
)
from bot.follow_ups.turns import Turns, answering, may_be
from bot.questions.line import bare_line
from bot.types import Answer
from embeddings.quotes.first_names import GENDERED
from embeddings.quotes.offices import is_somebody
from embeddings.quotes.parsing import parse

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_PEOPLE = ("people", "police", "child", "voter", "crew", "staff", "team", "member", "leader", "company", "country")
_LONGEST_THING = 4  # words
READINGS = 3  # most ways in which one follow-up is read
_POINTS_BACK = re.compile(rf"\b(?:{'|'.join((*GENDERED, *THEY, *IT, 'there'))})\b", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|does|did|will|would) it (?:true|possible|likely|take|rain"
    r"|(?:matter|mean) (?:that|if|whether|who|what|when|how))|(?:is|was) it to|it (?:is|was) \w+ that)\b",
    re.IGNORECASE,
)


def points_back(text: str) -> bool:
    """Whether a pronoun, which may stand for what was spoken of, is among the words of `text`."""
    return bool(_POINTS_BACK.search(bare_line(text)))


@dataclass(frozen=True)
class Pronouns:
    """Whom and what pronouns stand for after `turns`."""

    turns: Turns

    def with_names(self, doc: Doc, pointing: Sequence[tuple[Token, Pointing]]) -> Iterator[str]:
        """`doc` with each pronoun that points out of it replaced by what it stands for, in every likely way."""
        kinds = list(dict.fromkeys(kind for _, kind in pointing))
        do = any(kind == "they" and token.dep_ == "nsubj" and token.head.pos_ == "VERB" for token, kind in pointing)
        choices = {kind: list(dict.fromkeys(self._antecedents(kind, do=do))) for kind in kinds}
        if choices.get("he") and choices.get("she"):  # two who are talked of are not one
            choices["she"] = [name for name in choices["she"] if name != choices["he"][0]]
        if "they" in choices:  # nor are several who are named beside them, or one of these
            named = {doc.text, *(names[0] for kind, names in choices.items() if kind != "they" and names)}
            choices["they"] = [names for names in choices["they"] if not any(names in one for one in named)]
        for number in range(READINGS):
            chosen = {
                kind: options[min(number, len(options) - 1)] if kind in ("he", "she") else options[0]
                for kind, options in choices.items()
                if options
            }
            if chosen:
                yield with_names(doc, [(token, chosen[kind]) for token, kind in pointing if kind in chosen])

    def pointing(self, doc: Doc) -> list[tuple[Token, Pointing]]:
        """The pronouns of `doc` that stand for what it does not name itself."""
        expletive = _EXPLETIVE.search(doc.text)
        found = []
        for token in doc:
            kind = points_as(token)
            reflexive = token.lower_.endswith(("self", "selves"))
            stands_for_nothing = expletive and expletive.start() <= token.idx < expletive.end()
            if kind and not reflexive and not stands_for_nothing and not self._is_inside(token, kind):
                found.append((token, kind))
        return found

    def _is_inside(self, token: Token, kind: Pointing) -> bool:
        """Whether what the pronoun stands for is named, or asked for, before it in the same question."""
        if token.tag_ == "PRP$" and asks_for_subject(token.doc):
            return True  # "Which senator took back his support?"
        for chunk in token.doc[: token.i].noun_chunks if token.i else ():
            if chunk.root.pos_ == "PRON" or is_asking(chunk):
                continue
            called = [person.name for person in self.turns.naming.called(chunk.text)]
            person = bool(called) or (chunk.root.pos_ == "PROPN" and chunk.root.ent_type_ == "PERSON")
            if kind in ("he", "she") and person and any(may_be(name, kind) for name in called or [chunk.text]):
                return True
            if kind == "it" and not person and chunk.root.dep_ in ("nsubj", "nsubjpass"):
                return True
            if kind == "they" and is_plural(chunk.root):
                return True
        return False

    def _antecedents(self, kind: Pointing, *, do: bool) -> Iterator[str]:
        """What a pronoun may stand for, the likeliest first; `do` where "they" are told to do something."""
        for turn in reversed(self.turns.turns):
            if kind in ("he", "she"):
                yield from (name for name in self.persons(turn) if may_be(name, kind))
            elif kind == "they":
                yield from self._several(turn, do=do)
            else:
                yield from self._things(turn, places=kind == "there")
        if kind in ("he", "she"):  # "Georgia's governor"
            chunks = [
                chunk for chunk in self.turns.asked.noun_chunks if chunk.root.dep_ == "nsubj" and not is_asking(chunk)
            ]
            yield from (self.turns.noun(chunk, self.turns.last) for chunk in chunks if is_somebody(chunk.root.text))

    def persons(self, turn: Answer) -> Iterator[str]:
        """Persons of a turn: who did what was asked, who was asked about, whom the question and the answer name."""
        doc = self.turns.parsed(turn)
        in_question = self.turns.naming.named_in(doc.text)
        answered = [name for passage in turn.passages[:1] for name in self.turns.naming.named_in(answering(passage))]
        answered += [name for passage in turn.passages[:1] for name in self.turns.naming.named_in(passage.text)]
        if asks_for_subject(doc) and doc[0].lower_ != "what" and turn.question.intent != "who":
            yield from (name for name in answered if name not in in_question)
        if turn.speaker and self.turns.naming.is_somebody(turn.speaker):
            yield turn.speaker
        yield from in_question
        yield from answered

    def _several(self, turn: Answer, *, do: bool) -> Iterator[str]:
        """Several whom a question names; those that are nobody last, where they are to `do` something."""
        doc = self.turns.parsed(turn)
        chunks = [chunk for chunk in doc.noun_chunks if is_plural(chunk.root) and not is_time(chunk)]
        several = [self.turns.noun(without_question_word(chunk), turn) for chunk in chunks]
        doers = [name for name, chunk in zip(several, chunks, strict=True) if not do or _may_do(chunk.root)]
        yield from doers
        named = self.turns.naming.named_in(doc.text)
        if len(named) > 1:
            yield " and ".join(named[:2])
        yield from (f"{one.text} and {other.text}" for one, other in doer_and_companion(doc))
        yield from (chunk.text for chunk in doc.noun_chunks if chunk.root.ent_type_ in ("ORG", "NORP"))
        if turn.speaker:
            yield turn.speaker
        yield from (name for name in several if name not in doers)

    def _things(self, turn: Answer, *, places: bool) -> Iterator[str]:
        """What a question is about that is no person: its object rather than its subject."""
        ranks = {"dobj": 0, "pobj": 1, "nsubjpass": 2, "nsubj": 2, "attr": 2}
        chunks = [
            chunk
            for chunk in self.turns.parsed(turn).noun_chunks
            if chunk.root.pos_ != "PRON" and not is_time(chunk) and not is_asking(chunk)
        ]
        things = [
            chunk
            for chunk in chunks
            if not (self.turns.naming.called(chunk.text) or is_somebody(chunk.root.text) or is_part_of_verb(chunk))
        ]
        answered = next((answering(passage) for passage in turn.passages[:1]), "")
        if not places and _is_thing(answered):  # "who started it?", of a petition
            yield f"the {answered.split(maxsplit=1)[1]}"
        for chunk in sorted(things, key=lambda chunk: (is_plural(chunk.root), ranks.get(chunk.root.dep_, 3))):
            if places:
                if chunk.root.ent_type_ in ("GPE", "LOC", "FAC") or chunk.root.head.lower_ in ("in", "at"):
                    yield f"in {chunk.text}"
            else:
                yield self.turns.noun(chunk, self.turns.last)


def _is_thing(words: str) -> bool:
    """Whether words that answered are a noun phrase of one thing: "a petition"."""
    doc = parse([words])[0] if words else None
    if doc is None or doc[0].lower_ not in ("a", "an", "the") or not 1 < len(doc) <= _LONGEST_THING:
        return False
    root = doc[:].root
    return root.tag_ == "NN" and not is_somebody(root.text) and next(doc.noun_chunks, doc[:0]).text == words


def _may_do(noun: Token) -> bool:
    """Whether a noun is of somebody: "drivers", and not "goals"."""
    return is_somebody(noun.lemma_) or noun.pos_ == "PROPN" or noun.lemma_ in _PEOPLE
