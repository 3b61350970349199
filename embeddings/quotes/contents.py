"""Tagged paragraphs in, the stretches that are somebody's words out: quotations, reported clauses, and mixtures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings.quotes.entities import Figure
from embeddings.quotes.marks import Quotation, quotations
from embeddings.quotes.parsing import after_dateline
from embeddings.quotes.tagger import Floats, Tags
from embeddings.types import Attribution, QuoteKind, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_QUOTED = 0.6  # mean probability of speech from which a quotation is a quote, and no title or scare quote
_REPORTED = 0.4  # the same for a clause without marks
_BIAS = 1.0  # in favour of longer clauses, added to the log-probability of speech
_FEW = 2  # words beside a quotation that do not make it a mixed quote
_ADDRESSEE = 7  # words after which a clause begins at the latest, behind whoever was told
_SHORTEST = 3  # words of a reported clause
MODIFIERS = ("amod", "det", "compound", "poss", "nummod", "aux", "auxpass", "neg", "case", "quantmod", "nmod")
"""How words before a noun or a verb hang on it."""
ENDS = (".", "!", "?")
_NEVER = -1e9
_MOVES = np.array([[0.0, _NEVER, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])  # outside is never followed by inside


@dataclass(frozen=True, slots=True)
class Content:
    """What is said, `start` to `end` of the article's text; words `first` to `last` (excluded) of its paragraph.

    `paragraph` is the index of the paragraph, from 0. `open_end` tells of a quotation whose closing mark is missing:
    the next paragraph may carry it on.
    """

    paragraph: int
    start: int
    end: int
    first: int
    last: int
    kind: QuoteKind
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Attributed:
    """A content with its speaker.

    `evidence` is where the text names the speaker, `source` what stands beside the cue.
    """

    content: Content
    attribution: Attribution
    figure: Figure | None = None
    cue: str | None = None
    evidence: Span | None = None
    source: Span | None = None

    @property
    def person(self) -> tuple[Figure, Span] | None:
        """The speaker, and where the text names that one, if it is a person who is named."""
        figure, place = self.figure, self.evidence
        return (figure, place) if figure and place and figure.kind == "person" else None


def find_contents(text: str, paragraphs: Sequence[Span], docs: Sequence[Doc], tags: Sequence[Tags]) -> list[Content]:
    """The contents of an article, in order, none overlapping another."""
    found: list[Content] = []
    for number, (paragraph, doc, tag) in enumerate(zip(paragraphs, docs, tags, strict=True)):
        found += _of_paragraph(paragraph, doc, tag, quotations(text, paragraph), number)
    return found


def _of_paragraph(paragraph: Span, doc: Doc, tags: Tags, marked: Sequence[Quotation], number: int) -> list[Content]:
    speech = 1 - tags.speech[:, 0]
    quoted: list[tuple[int, int, Quotation]] = []
    for quotation in marked:
        first, last = _words(doc, quotation.start - paragraph.start, quotation.end - paragraph.start)
        inner = [i for i in range(first, last) if not doc[i].is_quote]
        if inner and speech[inner].mean() >= _QUOTED:
            quoted.append((first, last, quotation))
    found: list[Content] = []
    for first, last, quotations_inside in _stretches(doc, tags, speech, quoted):
        least = found[-1].last if found else after_dateline(doc)
        first = max(first, least)
        if not quotations_inside and sum(token.is_alpha for token in doc[first:last]) < _SHORTEST:
            continue
        if not quotations_inside:
            first, last = _without_addressee(doc, first, last), _completed(doc, first, last)
            first = max(_begun(doc, first, last), least)
        first, last = _trimmed(doc, first, last, marked=bool(quotations_inside))
        if first < last:
            found.append(_content(paragraph, doc, number, first, last, quotations_inside))
    return found


def _stretches(
    doc: Doc, tags: Tags, speech: Floats, quoted: Sequence[tuple[int, int, Quotation]]
) -> list[tuple[int, int, list[Quotation]]]:
    """Words that are one content each, in order, with the quotations in it: clauses with all that they quote, and the
    quotations that are in no clause or make up all of it."""
    stretches: list[tuple[int, int, list[Quotation]]] = []
    taken: list[Quotation] = []
    for first, last in _by_sentence(doc, _joined(doc, tags), quoted):
        if speech[first:last].mean() < _REPORTED:
            continue
        inside = [place for place in quoted if place[0] < last and first < place[1]]
        bare = sum(doc[i].is_alpha and not any(a <= i < b for a, b, _ in inside) for i in range(first, last))
        if inside and bare <= _FEW:
            continue
        first, last = min([first, *(a for a, _, _ in inside)]), max([last, *(b for _, b, _ in inside)])
        stretches.append((first, last, [quotation for _, _, quotation in inside]))
        taken += stretches[-1][2]
    stretches += [(first, last, [quotation]) for first, last, quotation in quoted if quotation not in taken]
    return sorted(stretches, key=lambda stretch: stretch[:2])


def _by_sentence(
    doc: Doc, spans: Sequence[tuple[int, int]], quoted: Sequence[tuple[int, int, Quotation]]
) -> Iterator[tuple[int, int]]:
    """The spans, cut where a sentence begins that has no marks, behind one that has none or ends with its quotation."""
    ends = {b for _, b, _ in quoted}
    for first, last in spans:
        marks = [token.i for token in doc[first:last] if token.is_quote]
        for token in doc[first + 1 : last]:
            before = doc[token.i - 1] if not doc[token.i - 1].is_quote else doc[token.i - 2]
            is_next = token.is_sent_start and before.text in ENDS and not token.text[0].islower()
            if is_next and (not marks or (token.i in ends and marks[-1] < token.i)):
                yield first, token.i
                first = token.i
        yield first, last


def _content(paragraph: Span, doc: Doc, number: int, first: int, last: int, inside: Sequence[Quotation]) -> Content:
    start, end = paragraph.start + doc[first].idx, paragraph.start + doc[last - 1].idx + len(doc[last - 1])
    if not inside:
        return Content(number, start, end, first, last, "indirect")
    start, end = min(start, inside[0].start), max(end, inside[-1].end)
    alone = len(inside) == 1 and (start, end) == (inside[0].start, inside[0].end)
    return Content(number, start, end, first, last, "direct" if alone else "mixed", not inside[-1].closed)


def _joined(doc: Doc, tags: Tags) -> list[tuple[int, int]]:
    """The likeliest clauses; two of one sentence with hardly a word between, and that no cue or source, are one."""
    spans: list[tuple[int, int]] = []
    for first, last in _clauses(tags.speech):
        if spans:
            gap = range(spans[-1][1], first)
            apart = any(doc[i].is_sent_start for i in range(spans[-1][1], first + 1))
            if (
                len(gap) <= _FEW
                and not apart
                and not any(tags.any_cue[i] > 0.3 or tags.any_source[i] > 0.3 for i in gap)
            ):
                first = spans.pop()[0]
        spans.append((first, last))
    return spans


def _words(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """The words that overlap a stretch of the paragraph."""
    inside = [token.i for token in doc if token.idx < end and token.idx + len(token) > start]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _trimmed(doc: Doc, first: int, last: int, *, marked: bool) -> tuple[int, int]:
    """Without blanks and stops at either end; a quotation keeps its marks."""
    stops = (",", ";", ":", ".", "—", "–", "-")
    while first < last and (doc[first].is_space or doc[first].text in stops):
        first += 1
    while last > first and (doc[last - 1].is_space or (not marked and doc[last - 1].text in (*stops, "("))):
        last -= 1
    return first, last


def _without_addressee(doc: Doc, first: int, last: int) -> int:
    """Where a clause begins behind the one who was told: "jurors that he lied", of "told jurors that he lied"."""
    for token in doc[first + 1 : min(first + _ADDRESSEE, last)]:
        verb = token.head
        reports = token.dep_ == "mark" and verb.dep_ == "ccomp" and verb.head.i < first
        if reports and all(word.i >= token.i for word in verb.subtree):
            return token.i
    return first


def _begun(doc: Doc, first: int, last: int) -> int:
    """Where a clause begins whose subject was cut: at "Sirens" of "Sirens that should have warned us did not sound"."""
    verb = next((token for token in doc[first:last] if token.dep_ == "ccomp" and token.head.i >= last), None)
    if verb is None or verb.left_edge.i >= first:
        return first
    before = doc[verb.left_edge.i : first]
    is_of_clause = all(token in verb.subtree for token in before) and verb.sent.start <= before.start
    is_aside = before[0].pos_ in ("VERB", "SCONJ")  # "While he …", "Claiming that …"
    tells = any(token.dep_ in ("parataxis", "ccomp") or token.is_quote for token in before)
    return first if tells or is_aside or not is_of_clause else before.start


def _completed(doc: Doc, first: int, last: int) -> int:
    """The end of a clause, not cut between a word and what it modifies: "to settle pressing" goes on with "issues"."""
    while last > first and doc[last - 1].dep_ in MODIFIERS and doc[last - 1].head.i >= last:
        head = doc[last - 1].head
        if head.sent != doc[first].sent:
            break
        last = head.right_edge.i + 1
    return last


def _clauses(speech: Floats) -> list[tuple[int, int]]:
    """The likeliest spans by Viterbi's algorithm over outside, inside and begin."""
    score = np.log(np.clip(speech, 1e-6, 1)).astype(np.float64)
    score[:, 0] -= _BIAS
    if not len(score):
        return []
    best = score[0] + [0, _NEVER, 0]
    back = []
    for row in score[1:]:
        paths = best[:, None] + _MOVES
        back.append(paths.argmax(axis=0))
        best = paths.max(axis=0) + row
    states = [int(best.argmax())]
    for pointers in reversed(back):
        states.append(int(pointers[states[-1]]))
    states.reverse()
    spans: list[tuple[int, int]] = []
    start = None
    for at, state in enumerate([*states, 0]):
        if start is not None and state != 1:
            spans.append((start, at))
            start = None
        if state and start is None:
            start = at
    return spans
