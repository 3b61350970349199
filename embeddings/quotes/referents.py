"""A source's words in, whom they mean out: a name, or whom "he", "they" and "the senator" stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Attributed, Content
from embeddings.quotes.entities import Figure, Registry
from embeddings.quotes.first_names import GENDERED, HE, SHE, Gender
from embeddings.quotes.names import Mention, told_of
from embeddings.quotes.offices import TITLES, is_somebody, is_trade, office
from embeddings.quotes.runs import Run, description
from embeddings.types import Attribution, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_PLURAL = ("they", "them", "their", "it", "its", "we")
_RELATIVE = ("who", "that", "which", "whom", "whose")
_ONE = ("a", "an", "one", "another", "his", "her", "their")
_COMPATRIOT = re.compile(r"[A-Z]\w+(?:man|woman)")
_THE_ONE = 2  # words of "the Swede"
_TELLING = ("nsubj", "nsubjpass", "poss")
_NOBODY = ("none", "nobody", "neither")
_REACH = 6  # paragraphs back in which a pronoun's name is looked for
_SPEAKER_LIMIT = 120  # characters of a description that stands for a speaker without a name

Meant = tuple[Figure | None, Span | None, Attribution]
"""Whom a source means, where the text names the one, and how one knows."""


class Referents:
    """Knows the figures of an article, and learns their gender from the pronouns that follow them."""

    def __init__(self, docs: Sequence[Doc], registry: Registry, found: Sequence[Content]) -> None:
        self._docs, self._registry, self._contents = docs, registry, found
        self._groups: dict[str, Figure] = {}
        self._learn_genders()

    def meant_by(
        self, number: int, root: Token, run: Run, done: Sequence[Attributed], said: Content | None = None
    ) -> Meant:
        """Whom the source `run` with the head `root` means, in paragraph `number`, after the quotes `done`.

        Nobody whom a report names, the one that is `said`, is its "she": "Ann was missing, she said", "She said Ann …".
        """
        words = self._registry.words_span(number, run.first, run.last)
        if root.lower_ in _RELATIVE:
            head = next((token for token in root.ancestors if token.dep_ == "relcl"), root).head
            if head.i != root.i and head.lower_ not in _RELATIVE:
                return self.meant_by(number, head, Run(head.left_edge.i, head.i + 1), done, said)
            return None, None, "unknown"
        gender = GENDERED.get(root.lower_)
        if gender:
            said = said if said and said.paragraph == number else None
            start = min(said.first, root.i) if said else root.i
            said = said if said and said.kind != "direct" else None
            antecedent = (
                self._unnamed(number, root.i, gender, done, said)
                or self._subject_described(number, start, gender, done)
                or self._antecedent(number, root.i, gender, done, said)
            )
            return (*antecedent, "resolved") if antecedent else (None, None, "unknown")
        if root.pos_ == "PRON" and root.lower_ in _PLURAL:
            return self._plural(number, root, done)
        if root.lower_ in ("i", "me", "you", "us", *_NOBODY):
            return None, None, "unknown"
        if root.pos_ == "DET" and root.head.pos_ == "NOUN":  # "the" of "the ship's cook"
            root = root.head.head if root.head.dep_ == "poss" else root.head
            run = Run(root.left_edge.i, root.i + 1)
        figure = self._figure_at(number, root, run) if not self._is_by_origin(number, root, run) else None
        if figure is not None:
            return figure, words, "explicit"
        if root.lower_ == "one":
            return None, None, "unknown"
        described = self._described(number, root, run) or self._retold(number, root, run, done)
        if described is not None:
            return (*described, "resolved")
        first, last = description(root, run)
        text = self._registry.words_text(number, first, last)
        return self._group(text), self._registry.words_span(number, first, last), "explicit"

    def _figure_at(self, number: int, root: Token, run: Run) -> Figure | None:
        """The figure that a source names: by its head, or by an apposition to it."""
        doc, of_mention = self._docs[number], self._registry.of_mention
        if (number, root.i) in of_mention:
            return of_mention[number, root.i]
        first, last = description(root, run)
        for token in doc[min(run.first, first) : max(run.last, last)]:
            figure = of_mention.get((number, token.i))
            if figure is not None and figure.kind == "person" and token.dep_ == "appos":
                return figure
        beside = of_mention.get((number, root.i + 2)) if doc[root.i + 1 : root.i + 2].text == "," else None
        if beside is not None and beside.kind == "person" and is_somebody(root.text):
            return beside  # "Mr Tighe's niece, Carol Tighe, who found him"
        named = of_mention.get((number, run.last - 1))
        if named is not None and named.kind == "organisation" and doc[run.last - 2].pos_ == "NOUN":
            return named  # "the teachers' union NASW"
        if root.text[:1].isupper():
            word = root.text.casefold()
            for figure in self._registry.figures:
                if figure.words[-1].casefold() == word:
                    return figure
        return None

    def _antecedent(
        self, number: int, at: int, gender: Gender, done: Sequence[Attributed], said: Content | None
    ) -> tuple[Figure, Span] | None:
        """The person that "he" or "she" stands for: named before, of that gender as far as one can tell."""
        best: tuple[float, Figure, Span] | None = None
        subject = self._subject_before(number, at, gender, said)
        only = self._only_one_before(number, at, gender, said, done)
        spoken = {one.figure.number for one in done if one.figure}
        last_speaker = done[-1].figure if done else None
        others = [*self._beside(number, self._docs[number][at]), *self._told_of(said)]
        for figure in self._registry.figures:
            if figure.kind != "person" or figure.gender not in (None, gender) or figure in others:
                continue
            for mention in figure.places:
                if (mention.paragraph, mention.first) >= (number, at) or number - mention.paragraph > _REACH:
                    continue
                doc = self._docs[mention.paragraph]
                head = self._head(mention)
                score = -1.2 * (number - mention.paragraph)
                score += 1.5 * (head.dep_ in ("nsubj", "nsubjpass")) - 0.7 * (head.dep_ == "poss")
                score += 1.0 * (figure.gender == gender) + 0.5 * math.log(len(figure.places))
                score += 1.5 * (subject == (mention.paragraph, mention.first))
                score += 1.5 * (figure is only) + 2.0 * (head.dep_ == "dobj" and head.head.lemma_ == "ask")
                score -= 3.0 * self._inside(mention.paragraph, mention.first)
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
                    best = (score, figure, self._registry.span(mention))
        return best[1:] if best else None

    def _beside(self, number: int, pronoun: Token) -> list[Figure]:
        """Who is named beside a pronoun as what its verb is done to, and so is not meant: Ann of "he told Ann"."""
        of_mention = self._registry.of_mention
        others = (child for child in pronoun.head.children if child.dep_ in ("dobj", "dative", "iobj"))
        return [figure for child in others if (figure := of_mention.get((number, child.i)))]

    def _told_of(self, said: Content | None) -> list[Figure]:
        """Whom a report names in its own words, but as an owner: "She said Ann was gone" is not Ann; "… Ann's cat was
        gone" may be."""
        if said is None:
            return []
        marked, told = False, list[Figure]()
        for token in self._docs[said.paragraph][said.first : said.last]:
            marked ^= token.is_quote and token.tag_ != "POS"
            figure = self._registry.of_mention.get((said.paragraph, token.i))
            if figure and not marked and token.dep_ not in ("poss", "compound", "case"):
                told.append(figure)
        return told

    def _unnamed(
        self, number: int, at: int, gender: Gender, done: Sequence[Attributed], said: Content | None
    ) -> tuple[Figure, Span] | None:
        """The one without a name that "he" or "she" stands for: who spoke last in the paragraph, nobody named since."""
        figure, place = (done[-1].figure, done[-1].evidence) if done else (None, None)
        if figure is None or place is None or done[-1].content.paragraph != number or not _is_one(figure):
            return None
        pronoun = self._registry.words_span(number, at, at + 1)
        before = said.first if said and said.last <= at else at
        named = self._last_mention((number, before), lambda other, _: other.kind == "person")
        is_named_since = named is not None and self._registry.span(named[1]).start > place.start
        fits = figure.gender in (None, gender) and place.start < pronoun.start and not is_named_since
        return (figure, place) if fits else None

    def _subject_before(self, number: int, at: int, gender: Gender, said: Content | None) -> tuple[int, int] | None:
        """Where the last main subject before a pronoun stands, if it can be meant: in its paragraph, or, where that has
        none, in the last sentence of the paragraph before."""
        found = self._main_subject_before(number, said.first if said and said.last <= at else at, lambda _: True)
        if found is None and number and not any(token.dep_ == "nsubj" for token in self._docs[number][:at]):
            end = len(self._docs[number - 1])
            found = self._main_subject_before(number - 1, end, lambda _: True)
            last = max((token.i for token in self._docs[number - 1] if token.is_sent_start), default=0)
            found = found if found and found[1].first >= last else None
        if found is None:
            return None
        figure, mention = found
        fits = figure.kind == "person" and figure.gender in (None, gender)
        return (mention.paragraph, mention.first) if fits else None

    def _only_one_before(
        self, number: int, at: int, gender: Gender, said: Content | None, done: Sequence[Attributed]
    ) -> Figure | None:
        """The one person of that gender, as far as one can tell, whom a paragraph speaks of before a pronoun; or the
        paragraph before, where that speaks of nobody."""
        told = self._told_of(said)
        for paragraph, end in ((number, at), (number - 1, len(self._docs[number - 1]))):
            quoted = (one for one in done if one.content.paragraph == paragraph and one.content.kind != "indirect")
            heard = [one.figure for one in quoted if one.figure]
            named = [
                figure
                for figure in self._registry.figures
                if figure not in told
                for mention in figure.places
                if mention.paragraph == paragraph
                and mention.first < end
                and self._head(mention).dep_ != "compound"  # of the "Brady briefing room"
                and not self._inside(paragraph, mention.first)
            ]
            before = {one for one in (*heard, *named) if one.kind == "person" and one.gender in (None, gender)}
            if before:
                return before.pop() if len(before) == 1 else None
        return None

    def _subject_described(
        self, number: int, at: int, gender: Gender, done: Sequence[Attributed]
    ) -> tuple[Figure, Span] | None:
        """Whom the last main subject before a pronoun describes, if it does: "The minister denied it. It was, he said,
        …", "The 63-year-old shrugged"."""
        doc, of_mention = self._docs[number], self._registry.of_mention
        subjects = (
            token
            for token in reversed(doc[:at])
            if (_is_main_subject(token) or _is_age(token)) and not self._inside(number, token.i)
        )
        root = next(subjects, None)
        if root is None or (number, root.i) in of_mention or root.pos_ == "PRON":
            return None
        run = Run(root.left_edge.i, root.i + 1)
        meant = self._described(number, root, run)
        if meant is None and self._is_by_origin(number, root, run):
            last = done[-1] if done and number - done[-1].content.paragraph <= 1 else None
            meant = (last.figure, last.evidence) if last and last.figure and last.evidence else None
        return meant if meant and meant[0].kind == "person" and meant[0].gender in (None, gender) else None

    def _main_subject_before(
        self, number: int, at: int, fits: Callable[[Figure], bool]
    ) -> tuple[Figure, Mention] | None:
        """The last main subject that fits, in the paragraph before a word, outside of quotations."""
        return self._last_mention(
            (number, at),
            lambda figure, mention: (
                fits(figure)
                and mention.paragraph == number
                and not self._inside(number, mention.first)
                and (_is_main_subject(self._head(mention)) or _opens(self._head(mention), self._docs[number][at - 1]))
            ),
        )

    def _last_mention(
        self, before: tuple[int, int], fits: Callable[[Figure, Mention], bool]
    ) -> tuple[Figure, Mention] | None:
        """The last mention that fits, of those before a paragraph and a word in it."""
        found = (
            (figure, mention)
            for figure in self._registry.figures
            for mention in figure.places
            if (mention.paragraph, mention.first) < before and fits(figure, mention)
        )
        return max(found, key=lambda pair: (pair[1].paragraph, pair[1].first), default=None)

    def _head(self, mention: Mention) -> Token:
        """The word by which a name, or what it is an apposition to, hangs in its sentence."""
        head = self._docs[mention.paragraph][mention.first : mention.last].root
        return told_of(head) if head.dep_ == "appos" else head

    def _plural(self, number: int, root: Token, done: Sequence[Attributed]) -> Meant:
        """ "They" and "it": the last speaker, or the last subject before, that is no single person."""
        for one in reversed(done):
            if number - one.content.paragraph > 2:
                break
            if one.figure and one.figure.kind != "person" and one.evidence:
                return one.figure, one.evidence, "resolved"
        subject = self._last_mention(
            (number, root.i),
            lambda figure, mention: (
                figure.kind != "person" and number - mention.paragraph <= 1 and self._head(mention).dep_ == "nsubj"
            ),
        )
        return (subject[0], self._registry.span(subject[1]), "resolved") if subject else (None, None, "unknown")

    def _described(self, number: int, root: Token, run: Run) -> tuple[Figure, Span] | None:
        """The person that "the senator" stands for: the last one before whose role or title has that word; or what "the
        federation" does, in whose name it is."""
        first = self._docs[number][run.first]
        if root.tag_ != "NN" or first.lower_ not in ("the", "this", "that") or run.last - run.first > 6:
            return None
        named = {root.lower_, root.lemma_.lower()}
        before = (number, run.first)
        found = self._last_mention(before, lambda figure, _: figure.kind == "person" and bool(named & _called(figure)))
        if found is None and run.last - run.first == _THE_ONE:
            found = self._last_mention(before, lambda figure, _: _is_sort_of(figure, root.lower_))
        return (found[0], self._registry.span(found[1])) if found else None

    def _is_by_origin(self, number: int, root: Token, run: Run) -> bool:
        """Whether a source tells whom it means only by origin or age: "the 39-year-old Norwegian"."""
        first = run.first - (run.first > 0 and self._docs[number][run.first].lower_ != "the")
        words = self._docs[number][first : run.last]
        by_age = any(map(_is_age, words))
        is_one = len(words) == _THE_ONE and root.tag_ in ("NN", "NNP")
        by_origin = is_one and (root.ent_type_ == "NORP" or bool(_COMPATRIOT.fullmatch(root.text)))
        return words[0].lower_ == "the" and (by_age or by_origin)

    def _retold(self, number: int, root: Token, run: Run, done: Sequence[Attributed]) -> tuple[Figure, Span] | None:
        """The person of whom the sentence before is, who is called otherwise now: "the 39-year-old", "the midfielder".

        By a trade only who just spoke in this paragraph, where nobody of that trade was spoken of before.
        """
        by_origin = self._is_by_origin(number, root, run)
        last = done[-1] if done and done[-1].content.paragraph == number else None
        if last is not None and last.figure and last.evidence and last.figure.kind == "person":
            return (last.figure, last.evidence) if by_origin or self._is_new_trade(number, root, run) else None
        if not by_origin:
            return None
        subject = self._main_subject_before(number, run.first, lambda figure: figure.kind == "person")
        return (subject[0], self._registry.span(subject[1])) if subject else None

    def _is_new_trade(self, number: int, root: Token, run: Run) -> bool:
        """Whether a source is "the …" by a trade or office that was not mentioned before."""
        if self._docs[number][run.first].lower_ != "the" or root.tag_ != "NN" or not is_trade(root.text):
            return False
        before = chain(*self._docs[:number], self._docs[number][: run.first])
        return all(token.lemma_.casefold() != root.lemma_.casefold() for token in before)

    def _group(self, text: str) -> Figure:
        """The figure for a source without a name, known by its very words."""
        text = text if len(text) <= _SPEAKER_LIMIT else text[:_SPEAKER_LIMIT].rsplit(" ", 1)[0]
        key = text.casefold().removeprefix("the ")
        if key not in self._groups:
            self._groups[key] = self._registry.new(tuple(text.split()), "group")
        return self._groups[key]

    def _inside(self, paragraph: int, word: int) -> bool:
        """Whether a word is in somebody's marked words."""
        return any(
            content.paragraph == paragraph and content.first <= word < content.last and content.kind != "indirect"
            for content in self._contents
        )

    def _learn_genders(self) -> None:
        """Where a paragraph names only one person before "he" or "she", that person is likely meant."""
        votes: dict[int, list[Gender]] = {}
        for number, doc in enumerate(self._docs):
            seen: list[Figure] = []
            for token in doc:
                figure = self._registry.of_mention.get((number, token.i))
                if figure is not None and figure.kind == "person" and figure not in seen:
                    seen.append(figure)
                gender = GENDERED.get(token.lower_)
                is_telling = token.dep_ in _TELLING and not self._inside(number, token.i)  # "she looked at him"
                if gender and is_telling and len(seen) == 1:
                    votes.setdefault(seen[0].number, []).append(gender)
        for figure in self._registry.figures:
            cast = votes.get(figure.number, [])
            for gender in (HE, SHE):
                if figure.gender is None and len(cast) >= 2 and cast.count(gender) >= 0.75 * len(cast):
                    figure.gender = gender


def _called(figure: Figure) -> set[str]:
    """The words of a person's role and titles; "secretary of the Workers' Union" is no union."""
    role = {word.strip(".,").casefold() for word in office(figure.role or "").split()}
    return role | ({mention.title for mention in figure.places} & TITLES)


def _is_sort_of(figure: Figure, word: str) -> bool:
    """Whether a word is the sort of thing that an organisation's name tells: "union" of "the Workers' Union"."""
    is_told = figure.words[-1].casefold() == word != "group"  # which anything may be
    return figure.kind == "organisation" and len(figure.words) > 1 and is_told


def _is_one(figure: Figure) -> bool:
    """Whether a source without a name is one person: "a Treasury official", "his brother", "Juror No. 7"."""
    told = office(figure.name).split()
    is_one = told and (is_somebody(told[0]) or (told[0].casefold() in _ONE and is_somebody(told[-1])))
    return figure.kind == "group" and bool(is_one)


def _is_age(token: Token) -> bool:
    """Whether a word ends what somebody of an age is called by: "the 39-year-old"."""
    return token.lower_ == "old" and token.i > 0 and token.nbor(-1).text == "-"


def _opens(head: Token, word: Token) -> bool:
    """Whether a subject is that of a clause before the main one of a word's sentence: "When Ann came, she said …"."""
    verb = head.head
    is_subject = head.dep_ in ("nsubj", "nsubjpass") and verb.dep_ == "advcl" and verb.sent == word.sent
    return is_subject and verb.head.i > verb.i and verb.head.i > word.i


def _is_main_subject(head: Token) -> bool:
    return head.dep_ in ("nsubj", "nsubjpass") and head.head.dep_ in ("ROOT", "conj")
