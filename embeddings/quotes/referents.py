"""A source's words in, whom they mean out: a name, or whom "he", "they" and "the senator" stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Attributed, Content
from embeddings.quotes.descriptions import Descriptions
from embeddings.quotes.entities import Figure, Registry
from embeddings.quotes.first_names import GENDERED
from embeddings.quotes.mentioned import Mentioned
from embeddings.quotes.offices import is_somebody
from embeddings.quotes.pronouns import PLURAL, Pronouns
from embeddings.quotes.runs import Run, description
from embeddings.types import Attribution, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_RELATIVE = ("who", "that", "which", "whom", "whose")
_NOBODY = ("none", "nobody", "neither")
_SPEAKER_LIMIT = 120  # characters of a description that stands for a speaker without a name

Meant = tuple[Figure | None, Span | None, Attribution]
"""Whom a source means, where the text names the one, and how one knows."""


class Referents:
    """Knows the figures of an article."""

    def __init__(self, docs: Sequence[Doc], registry: Registry, found: Sequence[Content]) -> None:
        self._docs, self._registry = docs, registry
        self._groups: dict[str, Figure] = {}
        mentioned = Mentioned(docs, registry, found)
        self._descriptions = Descriptions(mentioned)
        self._pronouns = Pronouns(mentioned, self._descriptions)
        self._pronouns.learn_genders()

    def meant_by(self, number: int, root: Token, run: Run, done: Sequence[Attributed], said: Content) -> Meant:
        """Whom the source `run` with the head `root` of what is `said` means, in paragraph `number`, after the quotes
        `done`."""
        words = self._registry.words_span(number, run.first, run.last)
        if root.lower_ in _RELATIVE:
            head = next((token for token in root.ancestors if token.dep_ == "relcl"), root).head
            if head.i != root.i and head.lower_ not in _RELATIVE:
                return self.meant_by(number, head, Run(head.left_edge.i, head.i + 1), done, said)
            return None, None, "unknown"
        gender = GENDERED.get(root.lower_)
        if gender:
            return _resolved(self._pronouns.single(number, root, gender, done, said))
        if root.pos_ == "PRON" and root.lower_ in PLURAL:
            return _resolved(self._pronouns.plural(number, root, done))
        if root.lower_ in ("i", "me", "you", "us", *_NOBODY):
            return None, None, "unknown"
        if root.pos_ == "DET" and root.head.pos_ == "NOUN":  # "the" of "the ship's cook"
            root = root.head.head if root.head.dep_ == "poss" else root.head
            run = Run(root.left_edge.i, root.i + 1)
        figure = self._figure_at(number, root, run) if not self._descriptions.is_by_origin(number, root, run) else None
        if figure is not None:
            return figure, words, "explicit"
        if root.lower_ == "one":
            return None, None, "unknown"
        described = self._descriptions.described(number, root, run) or self._descriptions.retold(
            number, root, run, done
        )
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
        named = of_mention.get((number, root.head.i)) if root.dep_ == "appos" else None
        if named is not None and named.kind == "person":
            return named  # "Among them was Ann Poe, a mother of three, who said …"
        first, last = description(root, run)
        for token in doc[min(run.first, first) : max(run.last, last)]:
            figure = of_mention.get((number, token.i))
            if figure is not None and figure.kind == "person" and token.dep_ == "appos":
                return figure
        beside = of_mention.get((number, root.i + 2)) if doc[root.i + 1 : root.i + 2].text == "," else None
        if beside is not None and beside.kind == "person" and is_somebody(root.text):
            return beside  # "Mr Tighe's niece, Carol Tighe, who found him"
        named = of_mention.get((number, run.last - 1))
        if named is not None and named.kind == "organisation":
            before = next(i for i in range(run.last - 1, -1, -1) if of_mention.get((number, i - 1)) is not named) - 1
            is_apposition = doc[before].text == "," and root.i == before - 1  # "The operator, Atlantic Lines"
            if before >= run.first and (doc[before].pos_ == "NOUN" or is_apposition):
                return named  # "the teachers' union NASW"
        if root.text[:1].isupper():
            word = root.text.casefold()
            for figure in self._registry.figures:
                if figure.words[-1].casefold() == word:
                    return figure
        return None

    def _group(self, text: str) -> Figure:
        """The figure for a source without a name, known by its very words."""
        text = text if len(text) <= _SPEAKER_LIMIT else text[:_SPEAKER_LIMIT].rsplit(" ", 1)[0]
        key = text.casefold().removeprefix("the ")
        if key not in self._groups:
            self._groups[key] = self._registry.new(tuple(text.split()), "group")
        return self._groups[key]


def _resolved(meant: tuple[Figure, Span] | None) -> Meant:
    """Whom a pronoun means, if one knows."""
    return (*meant, "resolved") if meant else (None, None, "unknown")
