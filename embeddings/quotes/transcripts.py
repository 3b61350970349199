"""Paragraphs in, those out that are somebody's words after a name and a colon: transcripts and interviews.

"Hull: My knees." has no quotation marks, and no verb tells that somebody speaks; "A:" is whoever is interviewed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Attributed, Content
from embeddings.quotes.entities import Figure, Registry
from embeddings.quotes.names import Mention
from embeddings.quotes.offices import STYLES
from embeddings.types import Attribution, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LABEL = re.compile(r"(?P<name>[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3}):\s+(?=[^\s\"“«'‘])")
_FEWEST = 3  # paragraphs with a label, of which so many make a transcript
_TALK = re.compile(r"\?|\b(?:I|me|my|we|us|our|you|your)\b")  # else it may be a list: "Clinton: Supports the deal."
_ANSWER = "A"


class Transcript:
    """The paragraphs of an article that begin with a label, if there are enough, and half of them are talk."""

    def __init__(self, docs: Sequence[Doc]) -> None:
        found = ((number, _LABEL.match(doc.text)) for number, doc in enumerate(docs))
        labels = {number: label for number, label in found if label}
        talk = sum(bool(_TALK.search(docs[number].text, label.end())) for number, label in labels.items())
        self._docs, self._labels = docs, labels if len(labels) >= _FEWEST and 2 * talk >= len(labels) else {}

    def without_shouted(self, found: Sequence[Mention]) -> list[Mention]:
        """The mentions without those in a label all in capitals: "HULL" is Hull, and nobody else."""
        return [mention for mention in found if not self._is_shouted(mention)]

    def _is_shouted(self, mention: Mention) -> bool:
        label = self._labels.get(mention.paragraph)
        return label is not None and label["name"].isupper() and self._docs[mention.paragraph][mention.first].idx == 0

    def turns(self, paragraphs: Sequence[Span], registry: Registry) -> list[Attributed]:
        """What is said by those of the registry's people whom a label names, or who answer, in order."""
        turns = []
        interviewed = self._interviewed(registry)
        for number, label in self._labels.items():
            is_named = label["name"] != _ANSWER
            figure = _named(label["name"], registry) if is_named else interviewed
            if figure is None:
                continue
            start = paragraphs[number].start
            place = Span(start, start + label.end("name"))
            evidence = place if is_named else registry.span(figure.places[0])
            attribution: Attribution = "explicit" if is_named else "resolved"
            turns.append(Attributed(self._words(number, label, start), attribution, figure, None, evidence, place))
        return turns

    def _words(self, number: int, label: re.Match[str], start: int) -> Content:
        doc = self._docs[number]
        first = next(token.i for token in doc if token.idx >= label.end())
        end = start + len(doc.text.rstrip())
        return Content(number, start + label.end(), end, first, len(doc), "direct")

    def _interviewed(self, registry: Registry) -> Figure | None:
        """Who answers: the person whom the text besides names most often, the first of several."""
        counts = {
            figure.number: sum(place.paragraph not in self._labels for place in figure.places)
            for figure in registry.figures
            if figure.kind == "person"
        }
        most = max(counts, key=lambda number: (counts[number], -number), default=None)
        return registry.figures[most] if most is not None and counts[most] else None


def _named(name: str, registry: Registry) -> Figure | None:
    """The one person whom a label names, by the last name or more."""
    words = [word.casefold() for word in name.split() if word.casefold().rstrip(".") not in STYLES]
    people = [figure for figure in registry.figures if figure.kind == "person" and figure.places]
    called = [
        figure
        for figure in people
        if words[-1:] == [figure.words[-1].casefold()] and {w.casefold() for w in figure.words}.issuperset(words)
    ]
    return called[0] if len(called) == 1 else None
