"""A question and sentences in, how well each one answers and with which words out: the top of the default model.

The last four layers of all-MiniLM-L6-v2, trained anew, read the hidden states of a question and of a sentence
together, as a cross-encoder does (Nogueira and Cho 2019, "Passage Re-ranking with BERT"). The layers below have read
each alone (MacAvaney et al. 2020, "PreTTR"), the sentence among its neighbours; its states are kept small in the
library, so that a question costs four layers over a few sentences. `tests/benchmarks/train_reader.py` makes the
weights.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.networks.sessions import Session, open_session
from embeddings.types import Span, States, Vectors

LAYER = 2
"""Whose hidden states are read: 0 for the word embeddings, 6 for the last."""
LONGEST_QUESTION, LONGEST_SENTENCE = 36, 72  # word pieces that are read
_LONGEST_ANSWER = 20  # word pieces
NETWORK_FILE = Path(__file__).with_name("reader.onnx")
PROJECTION_FILE = Path(__file__).with_name("reader.npz")
_BEFORE = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]*)*$")
_AFTER = re.compile(r"(?:-?[^\W\d_]+)+")
"""What belongs to the same word before and behind a place inside it; a possessive's ending is no part of a name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How well a sentence answers a question: log-odds, and its likeliest answer.

    That is the word pieces `first` to `last`, both included; `certainty` is the probability, 0 to 1, of just these, if
    the sentence answers.
    """

    score: float
    first: int
    last: int
    certainty: float

    def words(self, pieces: npt.NDArray[np.int64]) -> Span | None:
        """Where the answer stands, given where each piece does, shape (pieces, 2); None for a text without pieces."""
        if not len(pieces):
            return None
        first, last = (pieces[min(number, len(pieces) - 1)] for number in (self.first, self.last))
        return Span(int(first[0]), int(last[1]))


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """`projection`, float32 of shape (k, d), and `shift`, shape (k,), make hidden states of size d small.

    `hash` tells what states were kept for from what they were not; it stays where only the network is written anew.
    """

    projection: Vectors
    shift: Vectors
    session: Session
    hash: str

    @classmethod
    def load(cls, folder: Path) -> Reader:
        """The reader whose two files lie in `folder`."""
        with np.load(folder / PROJECTION_FILE.name) as stored:
            return cls(
                stored["projection"].astype(np.float32),
                stored["shift"].astype(np.float32),
                open_session(folder / NETWORK_FILE.name),
                str(stored["hash"]),
            )

    def kept(self, states: Sequence[Vectors]) -> list[States]:
        """The hidden states of sentences, float32 of shape (pieces, d), as they are stored: int8, (pieces, k)."""
        read = [pieces[:LONGEST_SENTENCE] for pieces in states]
        small = np.concatenate(read) @ self.projection.T + self.shift
        kept: States = np.rint(small).clip(-127, 127).astype(np.int8)
        return np.split(kept, np.cumsum([len(pieces) for pieces in read])[:-1])

    def read(self, question: Vectors, sentences: Sequence[States]) -> list[Reading]:
        """Read each of `sentences` for `question`, the hidden states of its pieces with the marks at both ends."""
        question = question[:LONGEST_QUESTION]
        pieces = max((len(states) for states in sentences), default=0)
        if not pieces:
            return []
        padded = np.zeros((len(sentences), pieces, len(self.projection)), dtype=np.float32)
        seen = np.zeros((len(sentences), len(question) + pieces), dtype=np.int32)
        seen[:, : len(question)] = 1
        for row, states in enumerate(sentences):
            padded[row, : len(states)] = states
            seen[row, len(question) : len(question) + len(states)] = 1
        asked = np.repeat(question[None].astype(np.float32), len(sentences), axis=0)
        scores, spans = self.session.run(None, {"question": asked, "sentences": padded, "seen": seen})
        return [
            Reading(float(score), *_likeliest(span[: len(states)]))
            for score, span, states in zip(scores, spans, sentences, strict=True)
        ]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch with all of the words at its ends: "leader's brother" for "s brother"."""
    before, after = _BEFORE.search(text[:start]), _AFTER.match(text, end)
    starts_inside = before and text[start : start + 1].isalpha()
    ends_inside = after and text[end - 1 : end].isalpha()
    return before.start() if before and starts_inside else start, after.end() if after and ends_inside else end


@cache
def load_reader() -> Reader:
    """The reader that comes with saidwhat."""
    return Reader.load(NETWORK_FILE.parent)


@cache
def _stretches(pieces: int) -> npt.NDArray[np.bool_]:
    """Whether an answer can go from the one piece to the other, shape (pieces, pieces)."""
    return np.tril(np.triu(np.ones((pieces, pieces), dtype=np.bool_)), _LONGEST_ANSWER - 1)


def _likeliest(span: Vectors) -> tuple[int, int, float]:
    """The first and last piece of the likeliest stretch, and its probability, from logits of shape (pieces, 2)."""
    if not len(span):
        return 0, 0, 0.0
    odds = np.exp(span - span.max(axis=0))
    start, end = (odds / odds.sum(axis=0)).T
    joint = start[:, None] * end * _stretches(len(span))
    first, last = np.unravel_index(int(joint.argmax()), joint.shape)
    return int(first), int(last), float(joint[first, last])
