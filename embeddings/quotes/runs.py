"""Tagged words in, cues and sources as runs of neighbouring words out, and what the parse tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.quotes.contents import ENDS, MODIFIERS, Content
from embeddings.quotes.parsing import DASHES, after_dateline
from embeddings.quotes.tagger import Floats

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

TAGGED = 0.4  # probability from which a word is part of a cue or a source
_JOINTS = ("", "(", ")", "-", ".", "'s", "’s")
_LOOSE = ("who", "which", "that", "'s", "’s")
_NOMINAL = ("NOUN", "PROPN", "PRON", "NUM", "DET")
_SIGNATURE = 10  # words after the dash
_TAIL = 9  # words of "of …" that still belong to a description


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words of a paragraph: `first` to `last` (excluded)."""

    first: int
    last: int


def tagged_runs(doc: Doc, probability: Floats, threshold: float = TAGGED) -> list[Run]:
    """Stretches of tagged words of one sentence, one untagged mark between them at most, with a letter in each."""
    runs: list[Run] = []
    for at, value in enumerate(probability):
        if value > threshold and runs and _goes_on(doc, runs[-1], at):
            runs[-1] = Run(runs[-1].first, at + 1)
        elif value > threshold:
            runs.append(Run(at, at + 1))
    trimmed = (_trimmed(doc, run) for run in runs)
    return [
        run
        for run in trimmed
        if any(token.text[0].isalpha() for token in doc[run.first : run.last]) or _is_colon(doc, run)
    ]


def sources_of(doc: Doc, probability: Floats, threshold: float = TAGGED) -> list[Run]:
    """The runs that hold a noun or a pronoun, without a dateline."""
    least = after_dateline(doc)
    runs = (Run(max(run.first, least), run.last) for run in tagged_runs(doc, probability, threshold))
    return [run for run in runs if run.first < run.last and _is_nominal(doc, run)]


def _trimmed(doc: Doc, run: Run) -> Run:
    first, last = run.first, run.last
    while last - first > 1 and (doc[first].is_punct or doc[first].is_space):
        first += 1
    while last - first > 1 and (doc[last - 1].is_punct or doc[last - 1].is_space or doc[last - 1].lower_ in _LOOSE):
        last -= 1
    return Run(first, last)


def _goes_on(doc: Doc, run: Run, at: int) -> bool:
    """Whether the word `at` belongs to a run before it; the first one after a full stop, which "Gov." has not, does
    not."""
    is_next_sentence = bool(doc[at].is_sent_start) and doc[at - 1].text in ENDS
    return at - run.last <= 1 and doc[run.last : at].text in _JOINTS and not is_next_sentence


def _is_colon(doc: Doc, run: Run) -> bool:
    return run.last - run.first == 1 and doc[run.first].text == ":"


def _is_nominal(doc: Doc, run: Run) -> bool:
    return any(token.pos_ in (*_NOMINAL, "X") for token in doc[run.first : run.last])


def whole_cue(doc: Doc, cue: Run) -> Run:
    """A cue not cut inside of what it names: "told a news" goes on with "conference"; and without a loose "on" after
    that."""
    last = cue.last
    while doc[last - 1].dep_ in MODIFIERS and doc[last - 1].head.i >= last and doc[last - 1].pos_ != "VERB":
        last = doc[last - 1].head.i + 1
    is_loose = last - cue.first > 1 and doc[last - 1].pos_ == "ADP" and doc[last - 2].pos_ in _NOMINAL
    return Run(cue.first, last - is_loose)


def signature(doc: Doc, content: Content) -> Run | None:
    """The name after a quotation and a dash, at the end of its line: “…” ― Carla Sanchez"""
    at = content.last
    while at < len(doc) and doc[at].is_space and "\n" not in doc[at].text:
        at += 1
    if content.kind == "indirect" or at >= len(doc) or doc[at].text not in DASHES:
        return None
    end = at + 1
    while end < len(doc) and "\n" not in doc[end].text and not doc[end].is_quote and end - at <= _SIGNATURE:
        end += 1
    name = [token for token in doc[at + 1 : end] if not token.is_punct and not token.is_space]
    ended = end == len(doc) or "\n" in doc[end].text
    if not ended or not name or not name[0].text[0].isupper() or any(token.pos_ in ("VERB", "AUX") for token in name):
        return None
    return Run(name[0].i, name[-1].i + 1)


def head_of(doc: Doc, run: Run) -> Token:
    """The word of a source that the others hang on: a noun or a pronoun, where there is one."""
    root = doc[run.first : run.last].root
    if root.pos_ in _NOMINAL:
        return root
    named = [token for token in doc[run.first : run.last] if token.pos_ in _NOMINAL and token.dep_ != "compound"]
    return named[0] if named else root


def description(root: Token, run: Run) -> tuple[int, int]:
    """The words of a description: its head with what stands before it, and "of …", "for …" behind it."""
    before = ("det", "compound", "amod", "nummod", "poss", "nmod", "quantmod")
    first = min([run.first, root.i, *(child.left_edge.i for child in root.lefts if child.dep_ in before)])
    last = root.i + 1
    for child in root.rights:
        if child.dep_ in ("prep", "acl") and child.left_edge.i == last and child.right_edge.i - last < _TAIL:
            last = child.right_edge.i + 1
    return first, max(last, run.last) if run.last - last < _TAIL else last


def verbs_of(doc: Doc, source: Run) -> set[int]:
    """The verbs whose subject, or agent of a passive, a source is; by coordination and control too."""
    root = head_of(doc, source)
    verb = root.head
    if verb.i == root.i:
        return set()
    if root.dep_ == "pobj":
        return {verb.i, verb.head.i} if verb.dep_ in ("agent", "prep") else set()
    if root.dep_ not in ("nsubj", "nsubjpass", "poss", "compound", "npadvmod"):
        return set()
    return {verb.i} | {
        child.i for child in verb.subtree if child.dep_ in ("conj", "xcomp", "advcl") and child.head == verb
    }


def gap(one: Run, other: Run) -> int:
    """The words between two runs."""
    return max(one.first - other.last, other.first - one.last, 0)


def is_within(run: Run, contents: Sequence[Content]) -> bool:
    middle = (run.first + run.last - 1) // 2
    return any(content.first <= middle < content.last for content in contents)
