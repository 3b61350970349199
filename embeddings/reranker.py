"""A question and texts in, how well each one answers out: what may order the best passages anew.

The default is none; whoever can download one names a cross-encoder in RERANKER_MODEL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from embeddings.models import load_cross_encoder, model_folder


class Reranker(Protocol):
    """Scores texts for a question."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score a text, higher for better. Raises EncoderError where the model cannot be loaded."""
        ...


class CrossEncoderReranker:
    """A Reranker on any cross-encoder of sentence-transformers, by name or folder, loaded at its first use.

    Of a model with several outputs the last one counts, "relevant" where there are two.
    """

    def __init__(self, model: str) -> None:
        self.model = model

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        network = load_cross_encoder(model_folder(self.model, "RERANKER_MODEL"))
        found = network.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(value) for value in np.reshape(found, (len(texts), -1))[:, -1]]
