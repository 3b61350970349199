"""A content in, the cue and the source that belong to it out: the nearest ones, as the parse sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Content
from embeddings.quotes.runs import Run, gap, head_of, is_within, sources_of, tagged_runs, verbs_of
from embeddings.quotes.tagger import Tags

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_FAINT = 0.1  # probability from which a word is part of a source where a paragraph has no other
_OTHER_SENTENCE, _NO_CUE, _IS_SUBJECT, _GOVERNS = 12.0, 10.0, -6.0, -4.0  # in words of distance


@dataclass(frozen=True, slots=True)
class Link:
    """A source with its cue, in the paragraph with the index `paragraph`; `near` where in a sentence of the content."""

    paragraph: int
    cue: Run | None
    source: Run
    cost: float = 0.0
    near: bool = True


class Linker:
    """Knows the cues and sources of an article's paragraphs."""

    def __init__(self, docs: Sequence[Doc], tags: Sequence[Tags], found: Sequence[Content]) -> None:
        self._docs, self._contents = docs, found
        both = list(zip(docs, tags, strict=True))
        self._cues = [tagged_runs(doc, tag.any_cue) for doc, tag in both]
        self._sources = [sources_of(doc, tag.any_source) for doc, tag in both]
        self._faint = [sources_of(doc, tag.any_source, _FAINT) for doc, tag in both]

    def link(self, content: Content) -> Link | None:
        """The cheapest link in the content's paragraph, else one to the paragraph that announces it."""
        return min(self._links(content), key=lambda link: link.cost, default=None) or self._announced(content)

    def _links(self, content: Content) -> Iterator[Link]:
        doc = self._docs[content.paragraph]
        place = Run(content.first, content.last)
        sentences = _sentence_numbers(doc)
        own = range(sentences[content.first], sentences[content.last - 1] + 1)
        inside = [other for other in self._contents if other.paragraph == content.paragraph]
        sources = [run for run in self._sources[content.paragraph] if not is_within(run, inside)]
        if not sources:
            sources = [run for run in self._faint[content.paragraph] if not is_within(run, inside)]
        cues = [run for run in self._cues[content.paragraph] if not is_within(run, inside)]
        governors = {token.head.i for token in doc[content.first : content.last]} - set(
            range(content.first, content.last)
        )
        for source in sources:
            near = sentences[source.first] in own
            yield Link(
                content.paragraph, None, source, gap(source, place) + _NO_CUE + (not near) * _OTHER_SENTENCE, near
            )
            subjects = verbs_of(doc, source)
            for cue in cues:
                near = sentences[cue.first] in own or sentences[cue.last - 1] in own
                is_subject = any(cue.first <= verb < cue.last for verb in subjects)
                reach = _with_clause(doc, source, cue) if is_subject else source
                cost = gap(cue, place) + gap(reach, cue) + (not near) * _OTHER_SENTENCE
                cost += _OTHER_SENTENCE * (sentences[source.first] != sentences[cue.first])
                if is_subject:
                    cost += _IS_SUBJECT
                if any(cue.first <= verb < cue.last for verb in governors):
                    cost += _GOVERNS
                yield Link(content.paragraph, cue, source, cost, near)

    def _announced(self, content: Content) -> Link | None:
        """The last source of the paragraph before, where that paragraph announces what follows with a colon."""
        number = content.paragraph - 1
        if number < 0 or content.first > 2:
            return None
        inside = [other for other in self._contents if other.paragraph == number]
        sources = [run for run in self._sources[number] if not is_within(run, inside)]
        cues = self._cues[number]
        if not self._docs[number].text.rstrip().endswith(":"):
            # a paragraph that is all quotation, after one that tells who spoke but quotes nothing
            start = max((token.i for token in self._docs[number] if token.is_sent_start), default=0)
            sources = [run for run in sources if run.first >= start]
            if (
                inside
                or content.kind != "direct"
                or not is_whole_paragraph(self._docs[content.paragraph], content, self._contents)
            ):
                return None
        if not sources:
            return None
        cue = cues[-1] if cues else None
        source = min(sources, key=lambda run: gap(run, cue) if cue else -run.first)
        return Link(number, cue, source)


def _with_clause(doc: Doc, source: Run, cue: Run) -> Run:
    """A source with what is told of it up to its cue: "Acme, which employs 8,600 people, said"."""
    clauses = (child for child in head_of(doc, source).rights if child.dep_ == "relcl")
    end = max((clause.right_edge.i + 1 for clause in clauses), default=0)
    return Run(source.first, end) if source.last < end <= cue.first else source


def inner_cue(doc: Doc, content: Content, link: Link) -> Token | None:
    """The verb right before a content that hangs on the tagged cue: "calling" in "…, he said, calling it a mess"."""
    if link.cue is None or link.paragraph != content.paragraph or not content.first:
        return None
    token = doc[content.first - 1]
    if token.pos_ != "VERB" or token.tag_ != "VBG" or token.dep_ != "advcl":
        return None
    return token if link.cue.first <= token.head.i < link.cue.last else None


def putting(doc: Doc, content: Content) -> Token | None:
    """The participle by which a reported question is put to whoever speaks: "Asked (by the judge) if …, she said"."""
    if content.kind != "indirect" or doc[content.first].lower_ not in ("if", "whether"):
        return None
    asked = next((token.head for token in doc[content.first : content.last] if token.head.i < content.first), None)
    if asked is not None and asked.pos_ == "ADP":
        asked = asked.head  # "Pressed on whether …"
    is_participle = asked is not None and asked.tag_ == "VBN" and asked.dep_ == "advcl"
    return asked if is_participle else None


def who_put(asked: Token) -> Run | None:
    """Whom such a participle names, behind "by"."""
    by = next((child for child in asked.children if child.dep_ == "agent"), None)
    one = next((child for child in by.children if child.dep_ == "pobj"), None) if by else None
    return Run(one.left_edge.i, one.i + 1) if one else None


def is_whole_paragraph(doc: Doc, content: Content, contents: Sequence[Content]) -> bool:
    """Whether a paragraph holds marked words and hardly anything else."""
    covered = sum(
        other.last - other.first
        for other in contents
        if other.paragraph == content.paragraph and other.kind == "direct"
    )
    return covered >= len(doc) - 3


def _sentence_numbers(doc: Doc) -> list[int]:
    numbers, number = [], -1
    for token in doc:
        number += bool(token.is_sent_start)
        numbers.append(max(number, 0))
    return numbers
