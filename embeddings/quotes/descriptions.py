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
from embeddings.quotes.offices import SHORT_TITLES, TITLES, is_trade, office
from embeddings.quotes.runs import Run
from embeddings.types import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

_COMPATRIOT = re.compile(r"[A-Z]\w+(?:man|woman)")
_FROM = re.compile(r"\b(?:of|from|for) (?:the )?(?P<place>[A-Z]\w+(?: [A-Z]\w+)*)")
_PARTY = re.compile(r"\W+[RDI]\W(?P<place>[A-Z][A-Za-z.]*)")
_TAG_WORDS = 5  # of "(R-Fla.)"
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
        words = self.mentioned.docs[number][run.first : run.last]
        place = " ".join(token.text for token in words if token.ent_type_ == "GPE")
        before = (number, run.first)
        found = self.mentioned.last(
            before,
            lambda figure, _: (
                figure.kind == "person" and bool(named & _called(figure)) and not self._is_from_elsewhere(figure, place)
            ),
        )
        if found is None and run.last - run.first == _THE_ONE:
            found = self.mentioned.last(before, lambda figure, _: _is_sort_of(figure, root.lower_))
        return (found[0], self.mentioned.registry.span(found[1])) if found else None

    def _is_from_elsewhere(self, figure: Figure, place: str) -> bool:
        """Whether a role, or "(R-Fla.)" behind a name, tells of another place than "the Vermont senator"."""
        if not place:
            return False
        behind = (self.mentioned.docs[m.paragraph][m.last : m.last + _TAG_WORDS].text for m in figure.places)
        found = [_FROM.search(figure.role or ""), *map(_PARTY.match, behind)]
        told = [match["place"] for match in found if match]
        return bool(told) and not any(_is_short_for(one, place) for one in told)

    def retold(self, number: int, root: Token, run: Run, done: Sequence[Attributed]) -> tuple[Figure, Span] | None:
        """The person of whom the sentence before is, who is called otherwise now: "the 39-year-old", "the midfielder".

        By a trade only who just spoke in this paragraph, where nobody of that trade was spoken of before.
        """
        by_origin = self.is_by_origin(number, root, run)
        gap = number - done[-1].content.paragraph if done else None
        last = done[-1].person if done and gap in (0, 1) else None
        if gap == 0 and last:
            return last if by_origin or self._is_new_trade(number, root, run) else None
        if not by_origin:
            return None
        subject = self.mentioned.main_subject_before(number, run.first, lambda figure: figure.kind == "person")
        if subject:
            return subject[0], self.mentioned.registry.span(subject[1])
        return last if not self._names_somebody(number, run.first) else None

    def _names_somebody(self, number: int, at: int) -> bool:
        """Whether a paragraph names a person before a word, outside of quotations."""
        return bool(
            self.mentioned.last(
                (number, at),
                lambda figure, mention: (
                    figure.kind == "person"
                    and mention.paragraph == number
                    and not self.mentioned.inside(number, mention.first)
                ),
            )
        )

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
    held = role | ({mention.title for mention in figure.places} & TITLES)
    return held | {title for title, short in SHORT_TITLES.items() if not held.isdisjoint(short)}


def _is_short_for(short: str, place: str) -> bool:
    """Whether the letters of "Vt." or "S.C." stand in that order in the name of a place, the first one first."""
    letters, whole = (re.sub(r"\W", "", text).casefold() for text in (short, place))
    rest = iter(whole)
    return letters[:1] == whole[:1] and all(letter in rest for letter in letters)


def _is_sort_of(figure: Figure, word: str) -> bool:
    """Whether a word is the sort of thing that an organisation's name tells: "union" of "the Workers' Union"."""
    is_told = figure.words[-1].casefold() == word != "group"  # which anything may be
    return figure.kind == "organisation" and len(figure.words) > 1 and is_told
