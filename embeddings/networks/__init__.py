"""The seam between encoder and whatever runs a sentence-embedding model: texts in, vectors and hidden states out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.types import Vectors

Places = npt.NDArray[np.int64]
"""int64, shape (words, 2); the start and end of each word, or word piece, of a text: half-open character offsets."""

LAYERS = (0, 2, 3, 6)
"""The layers of the default model whose hidden states are read: 0 for the word embeddings, 6 for the last."""

QUESTION_LAYERS = (2, 6)
"""Those of them that are read of a question."""

Purpose = Literal["query", "document"]
"""What a text is for; a model may have a prompt of its own for either."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The word pieces of a text: their numbers in the vocabulary, and where they stand."""

    ids: Sequence[int]
    places: Places


class Network(Protocol):
    """A sentence-embedding model. `hash` is the SHA-256 of its weights, `longest` the pieces of a text that it reads.

    A method raises EncoderError where the model cannot be loaded.
    """

    @property
    def hash(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def longest(self) -> int: ...

    def encode(self, texts: Sequence[str], purpose: Purpose) -> Vectors:
        """Unit vectors, one row a text: float32, shape (texts, dimension)."""
        ...

    def pieces(self, texts: Sequence[str], *, marked: bool) -> list[Pieces]:
        """The word pieces of each text: all of them, or, `marked`, as many as are read, with the marks at both ends."""
        ...

    def hidden(
        self, texts: Sequence[Sequence[int]], layers: Sequence[int], purpose: Purpose = "document"
    ) -> list[list[Vectors]]:
        """For each text, given as marked pieces, the hidden states of `layers`: float32, shape (pieces, d).

        Layer 0 are the word embeddings. Only the layers of LAYERS can be had from a network that was exported; for a
        "query" only those of QUESTION_LAYERS, which then are rounded (see rounding.py).
        """
        ...

    def vocabulary(self) -> list[str]:
        """All word pieces."""
        ...


def by_length(texts: Sequence[Sequence[object]], most: int) -> Iterator[list[int]]:
    """The numbers of `texts` in batches of similar length, so that little is padded, of at most `most` pieces each."""
    batch: list[int] = []
    for number in sorted(range(len(texts)), key=lambda number: len(texts[number])):
        if batch and (len(batch) + 1) * len(texts[number]) > most:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
