"""A pronoun that speaks in, whom it means out: of those who were mentioned before, the likeliest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Attributed, Content
from embeddings.quotes.descriptions import Descriptions, is_age
from embeddings.quotes.entities import Figure
from embeddings.quotes.first_names import GENDERED, HE, SHE, Gender
from embeddings.quotes.mentioned import Mentioned, is_main_subject
from embeddings.quotes.offices import is_somebody, office
from embeddings.quotes.runs import Run
from embeddings.types import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

PLURAL = ("they", "them", "their", "it", "its", "we")
_ONE = ("a", "an", "one", "another", "his", "her", "their")
_TELLING = ("nsubj", "nsubjpass", "poss")
_REACH = 6  # paragraphs back in which a pronoun's name is looked for
_GOES_ON = 2  # paragraphs on in which a pronoun may mean who spoke last


@dataclass(frozen=True)
class Pronouns:
    """Whom pronouns mean after who was `mentioned`."""

    mentioned: Mentioned
    descriptions: Descriptions

    def single(
        self, number: int, root: Token, gender: Gender, done: Sequence[Attributed], said: Content
    ) -> tuple[Figure, Span] | None:
        """Whom "he" or "she", the word `root` of paragraph `number`, means after the quotes `done`.

        Nobody whom a report names, the one that is `said`: "Ann was missing, she said", "She said Ann …".
        """
        here = said if said.paragraph == number else None
        start = min(here.first, root.i) if here else root.i
        reported = here if here and here.kind != "direct" else None
        before = reported.first if reported and reported.last <= root.i else root.i
        return (
            self._unnamed(number, root.i, before, gender, done)
            or self._subject_described(number, start, gender, done)
            or self._antecedent(number, root.i, before, gender, done, self.mentioned.told_in(reported))
        )

    def _unnamed(
        self, number: int, at: int, before: int, gender: Gender, done: Sequence[Attributed]
    ) -> tuple[Figure, Span] | None:
        """The one without a name that "he" or "she" stands for: who spoke last in the paragraph, nobody named since."""
        figure, place = (done[-1].figure, done[-1].evidence) if done else (None, None)
        if figure is None or place is None or done[-1].content.paragraph != number or not _is_one(figure):
            return None
        pronoun = self.mentioned.registry.words_span(number, at, at + 1)
        named = self.mentioned.last((number, before), lambda other, _: other.kind == "person")
        is_named_since = named is not None and self.mentioned.registry.span(named[1]).start > place.start
        fits = figure.gender in (None, gender) and place.start < pronoun.start and not is_named_since
        return (figure, place) if fits else None

    def _subject_described(
        self, number: int, at: int, gender: Gender, done: Sequence[Attributed]
    ) -> tuple[Figure, Span] | None:
        """Whom the last main subject before a pronoun describes, if it does: "The minister denied it. It was, he said,
        …", "The 63-year-old shrugged"."""
        doc, of_mention = self.mentioned.docs[number], self.mentioned.registry.of_mention
        subjects = (
            token
            for token in reversed(doc[:at])
            if (is_main_subject(token) or is_age(token)) and not self.mentioned.inside(number, token.i)
        )
        root = next(subjects, None)
        if root is None or (number, root.i) in of_mention or root.pos_ == "PRON":
            return None
        run = Run(root.left_edge.i, root.i + 1)
        meant = self.descriptions.described(number, root, run)
        if meant is None and self.descriptions.is_by_origin(number, root, run):
            last = done[-1] if done and number - done[-1].content.paragraph <= 1 else None
            meant = (last.figure, last.evidence) if last and last.figure and last.evidence else None
        return meant if meant and meant[0].kind == "person" and meant[0].gender in (None, gender) else None

    def _antecedent(
        self, number: int, at: int, before: int, gender: Gender, done: Sequence[Attributed], told: Sequence[Figure]
    ) -> tuple[Figure, Span] | None:
        """The person that "he" or "she" stands for: named before, of that gender as far as one can tell, and none of
        those who are `told` of."""
        subject = self._subject_before(number, at, before, gender)
        only = self._only_one_before(number, at, gender, done, told)
        spoken = {one.figure.number for one in done if one.figure}
        last_speaker = done[-1].figure if done else None
        others = [*self._beside(number, self.mentioned.docs[number][at]), *told]
        best = self._last_speaker(number, gender, done) if last_speaker not in others else None
        for figure in self.mentioned.registry.figures:
            if figure.kind != "person" or figure.gender not in (None, gender) or figure in others:
                continue
            for mention in figure.places:
                if (mention.paragraph, mention.first) >= (number, at) or number - mention.paragraph > _REACH:
                    continue
                doc = self.mentioned.docs[mention.paragraph]
                head = self.mentioned.head(mention)
                score = -1.2 * (number - mention.paragraph)
                score += 1.5 * (head.dep_ in ("nsubj", "nsubjpass")) - 0.7 * (head.dep_ == "poss")
                score += 1.0 * (figure.gender == gender) + 0.5 * math.log(len(figure.places))
                score += 1.5 * (subject == (mention.paragraph, mention.first))
                score += 1.5 * (figure is only) + 2.0 * (head.dep_ == "dobj" and head.head.lemma_ == "ask")
                score -= 3.0 * self.mentioned.inside(mention.paragraph, mention.first)
                score -= 2.5 * (mention.paragraph < number and _is_somebodys(head))
                if mention.paragraph == number:
                    score -= 0.02 * (at - mention.first)
                else:
                    score -= 0.3 * (1 - mention.first / len(doc))
                if figure is last_speaker:
                    gap = number - done[-1].content.paragraph
                    score += 2.0 - 0.8 * gap
                elif figure.number in spoken:
                    score += 0.3
                if best is None or score >= best[0]:
                    best = (score, figure, self.mentioned.registry.span(mention))
        return best[1:] if best else None

    def _last_speaker(
        self, number: int, gender: Gender, done: Sequence[Attributed]
    ) -> tuple[float, Figure, Span] | None:
        """Who spoke last, a paragraph or two before, and how likely that is who is meant, wherever the name stands."""
        last = done[-1].person if done else None
        gap = number - done[-1].content.paragraph if done else 0
        if last is None or gap > _GOES_ON or last[0].gender not in (None, gender):
            return None
        figure, place = last
        score = 3.2 - 2.0 * gap + 1.0 * (figure.gender == gender) + 0.5 * math.log(len(figure.places) or 1)
        score -= 2.5 * (gap > 0 and self._is_somebodys(figure, number))
        return score, figure, place

    def _subject_before(self, number: int, at: int, before: int, gender: Gender) -> tuple[int, int] | None:
        """Where the last main subject before a pronoun stands, if it can be meant: in its paragraph, or, where that has
        none, in the last sentence of the paragraph before."""
        found = self.mentioned.main_subject_before(number, before, lambda _: True)
        if found is None and number and not any(token.dep_ == "nsubj" for token in self.mentioned.docs[number][:at]):
            end = len(self.mentioned.docs[number - 1])
            found = self.mentioned.main_subject_before(number - 1, end, lambda _: True)
            last = max((token.i for token in self.mentioned.docs[number - 1] if token.is_sent_start), default=0)
            found = found if found and found[1].first >= last else None
        if found is None:
            return None
        figure, mention = found
        fits = figure.kind == "person" and figure.gender in (None, gender)
        return (mention.paragraph, mention.first) if fits else None

    def _only_one_before(
        self, number: int, at: int, gender: Gender, done: Sequence[Attributed], told: Sequence[Figure]
    ) -> Figure | None:
        """The one person of that gender, as far as one can tell, whom a paragraph speaks of before a pronoun; or the
        paragraph before, where that speaks of nobody."""
        for paragraph, end in ((number, at), (number - 1, len(self.mentioned.docs[number - 1]))):
            quoted = (one for one in done if one.content.paragraph == paragraph and one.content.kind != "indirect")
            heard = [one.figure for one in quoted if one.figure]
            named = [
                figure
                for figure in self.mentioned.registry.figures
                if figure not in told
                for mention in figure.places
                if mention.paragraph == paragraph
                and mention.first < end
                and self.mentioned.head(mention).dep_ != "compound"  # of the "Brady briefing room"
                and not self.mentioned.inside(paragraph, mention.first)
            ]
            before = {one for one in (*heard, *named) if one.kind == "person" and one.gender in (None, gender)}
            if paragraph < number:
                before = {one for one in before if not self._is_somebodys(one, number)}
            if before:
                return before.pop() if len(before) == 1 else None
        return None

    def _is_somebodys(self, figure: Figure, number: int) -> bool:
        """Whether one is told of, before a paragraph, only by what they are to somebody: "her daughter Catriona"."""
        before = [mention for mention in figure.places if mention.paragraph < number]
        return bool(before) and all(_is_somebodys(self.mentioned.head(mention)) for mention in before)

    def _beside(self, number: int, pronoun: Token) -> list[Figure]:
        """Who is named beside a pronoun as what its verb is done to, and so is not meant: Ann of "he told Ann", or as
        what the clause around the pronoun's tells of: "Ann, she said, was gone"."""
        of_mention = self.mentioned.registry.of_mention
        verb = pronoun.head
        others = [child for child in verb.children if child.dep_ in ("dobj", "dative", "iobj")]
        if verb.dep_ in ("parataxis", "ccomp") and verb.i > pronoun.i:
            around = verb.head.head if verb.head.dep_ in ("aux", "auxpass") else verb.head
            others += [child for child in around.lefts if child.dep_ in _TELLING and child.i < pronoun.i]
        return [figure for child in others if (figure := of_mention.get((number, child.i)))]

    def plural(self, number: int, root: Token, done: Sequence[Attributed]) -> tuple[Figure, Span] | None:
        """ "They" and "it": the last speaker, or the last subject before, that is no single person."""
        for one in reversed(done):
            if number - one.content.paragraph > 2:
                break
            if one.figure and one.figure.kind != "person" and one.evidence:
                return one.figure, one.evidence
        subject = self.mentioned.last(
            (number, root.i),
            lambda figure, mention: (
                figure.kind != "person"
                and number - mention.paragraph <= 1
                and self.mentioned.head(mention).dep_ == "nsubj"
            ),
        )
        return (subject[0], self.mentioned.registry.span(subject[1])) if subject else None

    def learn_genders(self) -> None:
        """Where a paragraph names only one person before "he" or "she", that person is likely meant."""
        votes: dict[int, list[Gender]] = {}
        for number, doc in enumerate(self.mentioned.docs):
            seen: list[Figure] = []
            for token in doc:
                figure = self.mentioned.registry.of_mention.get((number, token.i))
                if figure is not None and figure.kind == "person" and figure not in seen:
                    seen.append(figure)
                gender = GENDERED.get(token.lower_)
                is_telling = token.dep_ in _TELLING  # not "she looked at him"
                if gender and is_telling and len(seen) == 1 and not self.mentioned.inside(number, token.i):
                    votes.setdefault(seen[0].number, []).append(gender)
        for figure in self.mentioned.registry.figures:
            cast = votes.get(figure.number, [])
            for gender in (HE, SHE):
                if figure.gender is None and len(cast) >= 2 and cast.count(gender) >= 0.75 * len(cast):
                    figure.gender = gender


def _is_somebodys(head: Token) -> bool:
    return any(token.lower_ in GENDERED for token in head.lefts)


def _is_one(figure: Figure) -> bool:
    """Whether a source without a name is one person: "a Treasury official", "his brother", "Juror No. 7"."""
    told = office(figure.name).split()
    is_one = told and (is_somebody(told[0]) or (told[0].casefold() in _ONE and is_somebody(told[-1])))
    return figure.kind == "group" and bool(is_one)
