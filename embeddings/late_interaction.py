"""Word pieces in their context in, small vectors out that can be compared one by one: ColBERT's late interaction.

A sentence scores by how well each word piece of the question is matched by its best match among the sentence's
(Khattab and Zaharia 2020, "ColBERT"). The head is two learned projections and a learned weight for each piece of the
question; `tests/benchmarks/train_ranking.py` makes it, for the default model only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np

from embeddings.types import TokenVectors, Vectors

HEAD_FILE = Path(__file__).with_name("late_interaction.npz")


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The learned part, for hidden states of size d and token vectors of size k, all float32.

    `sentence` and `question` project, shape (k, d); `weight`, shape (d,), and `bias` tell how much a piece of the
    question counts; `scale` is the score's unit.
    """

    sentence: Vectors
    question: Vectors
    weight: Vectors
    bias: float
    scale: float
    hash: str

    def sentence_tokens(self, states: Sequence[Vectors]) -> list[TokenVectors]:
        """Unit vectors of the pieces of each sentence, from their hidden states of shape (pieces, d), in int8."""
        tokens = np.rint(127 * _unit(np.concatenate(states) @ self.sentence.T)).astype(np.int8)
        return np.split(tokens, np.cumsum([len(pieces) for pieces in states])[:-1])

    def question_tokens(self, states: Vectors) -> Vectors:
        """Vectors of the pieces of a question, from their hidden states, each as long as it weighs."""
        weights = np.logaddexp(0, states @ self.weight + self.bias)  # softplus
        scaled = self.scale / 127 * weights[:, None] * _unit(states @ self.question.T)
        return cast(Vectors, scaled.astype(np.float32))


@cache
def load_head() -> Head:
    """The head that comes with saidwhat."""
    data = HEAD_FILE.read_bytes()
    with np.load(HEAD_FILE) as stored:
        return Head(
            stored["sentence"].astype(np.float32),
            stored["question"].astype(np.float32),
            stored["weight"].astype(np.float32),
            float(stored["bias"]),
            float(stored["scale"]),
            hashlib.sha256(data).hexdigest(),
        )


def match(question: Vectors, sentences: Sequence[TokenVectors]) -> Vectors:
    """How well each sentence matches the question piece by piece: float32, shape (len(sentences),)."""
    lengths = [len(tokens) for tokens in sentences]
    if not sum(lengths):
        return np.zeros(len(sentences), dtype=np.float32)
    similarities = np.concatenate(sentences).astype(np.float32) @ question.T
    starts = np.cumsum([0, *lengths[:-1]])
    filled = np.array(lengths) > 0
    scores = np.zeros(len(sentences), dtype=np.float32)
    scores[filled] = np.maximum.reduceat(similarities, starts[filled], axis=0).sum(axis=1)
    return scores


def _unit(rows: Vectors) -> Vectors:
    return cast(Vectors, rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))
