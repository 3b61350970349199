"""Paragraphs in, those out that are somebody's words after a name and a colon: transcripts and interviews.

"Hull: My knees." has no quotation marks, and no verb tells that somebody speaks; "A:" is whoever is interviewed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter, itemgetter
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
_ANSWER, _QUESTIONS = ("A", "Answer"), ("Q", "Question")
_LONGEST_NAME = 4  # words


class Transcript:
    """The paragraphs of an article that begin with a label, if there are enough, and half of them are talk."""

    def __init__(self, docs: Sequence[Doc]) -> None:
        found = ((number, _LABEL.match(doc.text)) for number, doc in enumerate(docs))
        labels = {number: label for number, label in found if label}
        talk = sum(bool(_TALK.search(docs[number].text, label.end())) for number, label in labels.items())
        self._docs, self._labels = docs, labels if len(labels) >= _FEWEST and 2 * talk >= len(labels) else {}

    def with_speakers(self, found: Sequence[Mention]) -> list[Mention]:
        """The mentions, of people where a label says that somebody of that name speaks, more than once.

        Without those in a label all in capitals: "HULL" is Hull, and nobody else.
        """
        speaking = Counter(label["name"].split()[-1].casefold() for label in self._labels.values())
        kept = [mention for mention in found if not self._is_in_label(mention)]
        settled = [
            replace(mention, kind="person")
            if speaking[mention.words[-1].casefold()] > 1 and len(mention.words) <= _LONGEST_NAME
            else mention
            for mention in kept
        ]
        labelled = (self._mention(number, label) for number, label in self._labels.items())
        named = [mention for mention in labelled if mention and speaking[mention.words[-1].casefold()] > 1]
        return sorted([*settled, *named], key=attrgetter("paragraph", "first"))

    def _is_in_label(self, mention: Mention) -> bool:
        label = self._labels.get(mention.paragraph)
        return label is not None and self._docs[mention.paragraph][mention.first].idx < label.end("name")

    def _mention(self, number: int, label: re.Match[str]) -> Mention | None:
        """The name that a label is, but for one in capitals."""
        words = tuple(label["name"].split())
        first = sum(word.casefold().rstrip(".") in STYLES for word in words[:-1])
        last = next((token.i for token in self._docs[number] if token.idx >= label.end("name")), 0)
        is_name = not label["name"].isupper() and label["name"] not in (*_ANSWER, *_QUESTIONS)
        start = next((token.i for token in self._docs[number] if token.text == words[first]), last)
        return Mention(number, start, last, words[first:], "person") if is_name and start < last else None

    def turns(self, paragraphs: Sequence[Span], registry: Registry) -> list[Attributed]:
        """What is said by those of the registry's people whom a label names, or who answer, in order."""
        turns = []
        interviewed = self._interviewed(registry)
        for number, label in self._labels.items():
            is_named = label["name"] not in _ANSWER
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
        """Who answers: the person whom the headline names, or else the text besides most often, and first."""
        told: list[tuple[bool, int, tuple[int, int], Figure]] = []
        for figure in registry.figures:
            places = [place for place in figure.places if place.paragraph not in self._labels]
            if figure.kind == "person" and places:
                first = (-places[0].paragraph, -places[0].first)
                told.append((figure.words[-1] in self._docs[0].text, len(places), first, figure))
        return max(told, key=itemgetter(0, 1, 2))[-1] if told else None


def _named(name: str, registry: Registry) -> Figure | None:
    """The one person whom a label names, by the last name or more."""
    words = [word.casefold() for word in name.split() if word.casefold().rstrip(".") not in STYLES]
    people = [figure for figure in registry.figures if figure.kind == "person" and figure.places]
    called = [
        figure
        for figure in people
        if words[-1:] == [figure.words[-1].casefold()] and {w.casefold() for w in figure.words}.issuperset(words)
    ]
    if not called and name.isupper():  # "NO"
        called = [figure for figure in people if "".join(word[0] for word in figure.words) == name]
    return called[0] if len(called) == 1 else None
