"""A description in, the one of an article whom it means out: "the senator", "the federation", "the 39-year-old"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Attributed
from embeddings.quotes.entities import Figure
from embeddings.quotes.mentioned import Mentioned
from embeddings.quotes.offices import TITLES, is_trade, office
from embeddings.quotes.runs import Run
from embeddings.types import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

_COMPATRIOT = re.compile(r"[A-Z]\w+(?:man|woman)")
_THE_ONE = 2  # words of "the Swede"


@dataclass(frozen=True)
class Descriptions:
    """Whom descriptions mean after who was `mentioned`."""

    mentioned: Mentioned

    def described(self, number: int, root: Token, run: Run) -> tuple[Figure, Span] | None:
        """The person that "the senator" stands for: the last one before whose role or title has that word; or what "the
        federation" does, in whose name it is."""
        first = self.mentioned.docs[number][run.first]
        if root.tag_ != "NN" or first.lower_ not in ("the", "this", "that") or run.last - run.first > 6:
            return None
        named = {root.lower_, root.lemma_.lower()}
        before = (number, run.first)
        found = self.mentioned.last(before, lambda figure, _: figure.kind == "person" and bool(named & _called(figure)))
        if found is None and run.last - run.first == _THE_ONE:
            found = self.mentioned.last(before, lambda figure, _: _is_sort_of(figure, root.lower_))
        return (found[0], self.mentioned.registry.span(found[1])) if found else None

    def retold(self, number: int, root: Token, run: Run, done: Sequence[Attributed]) -> tuple[Figure, Span] | None:
        """The person of whom the sentence before is, who is called otherwise now: "the 39-year-old", "the midfielder".

        By a trade only who just spoke in this paragraph, where nobody of that trade was spoken of before.
        """
        by_origin = self.is_by_origin(number, root, run)
        last = done[-1] if done and done[-1].content.paragraph == number else None
        if last is not None and last.figure and last.evidence and last.figure.kind == "person":
            return (last.figure, last.evidence) if by_origin or self._is_new_trade(number, root, run) else None
        if not by_origin:
            return None
        subject = self.mentioned.main_subject_before(number, run.first, lambda figure: figure.kind == "person")
        return (subject[0], self.mentioned.registry.span(subject[1])) if subject else None

    def is_by_origin(self, number: int, root: Token, run: Run) -> bool:
        """Whether a source tells whom it means only by origin or age: "the 39-year-old Norwegian"."""
        first = run.first - (run.first > 0 and self.mentioned.docs[number][run.first].lower_ != "the")
        words = self.mentioned.docs[number][first : run.last]
        by_age = any(map(is_age, words))
        is_one = len(words) == _THE_ONE and root.tag_ in ("NN", "NNP")
        by_origin = is_one and (root.ent_type_ == "NORP" or bool(_COMPATRIOT.fullmatch(root.text)))
        return words[0].lower_ == "the" and (by_age or by_origin)

    def _is_new_trade(self, number: int, root: Token, run: Run) -> bool:
        """Whether a source is "the …" by a trade or office that was not mentioned before."""
        if self.mentioned.docs[number][run.first].lower_ != "the" or root.tag_ != "NN" or not is_trade(root.text):
            return False
        before = chain(*self.mentioned.docs[:number], self.mentioned.docs[number][: run.first])
        return all(token.lemma_.casefold() != root.lemma_.casefold() for token in before)


def is_age(token: Token) -> bool:
    """Whether a word ends what somebody of an age is called by: "the 39-year-old"."""
    return token.lower_ == "old" and token.i > 0 and token.nbor(-1).text == "-"


def _called(figure: Figure) -> set[str]:
    """The words of a person's role and titles; "secretary of the Workers' Union" is no union."""
    role = {word.strip(".,").casefold() for word in office(figure.role or "").split()}
    return role | ({mention.title for mention in figure.places} & TITLES)


def _is_sort_of(figure: Figure, word: str) -> bool:
    """Whether a word is the sort of thing that an organisation's name tells: "union" of "the Workers' Union"."""
    is_told = figure.words[-1].casefold() == word != "group"  # which anything may be
    return figure.kind == "organisation" and len(figure.words) > 1 and is_told
