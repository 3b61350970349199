"""A model's folder in, a Network on sentence-transformers and PyTorch out: slow to load, and right by definition."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from embeddings.errors import EncoderError
from embeddings.models import load_sentence_transformer
from embeddings.networks import Pieces, Purpose, by_length
from embeddings.networks.sessions import thinks_in_one_thread
from embeddings.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TEXTS_AT_ONCE, _PIECES_AT_ONCE = 32, 2048  # larger batches are slower on a CPU


class OriginalNetwork:
    """A Network on the sentence-transformers model in `folder`, loaded at its first use."""

    def __init__(self, folder: Path, model_hash: str) -> None:
        self.folder = folder
        self.hash = model_hash

    def load(self) -> SentenceTransformer:
        """The model itself."""
        model = load_sentence_transformer(self.folder)
        if thinks_in_one_thread():
            import torch

            torch.set_num_threads(1)
        return model

    @property
    def dimension(self) -> int:
        dimension = self.load().get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"The model in {self.folder} does not tell its dimension:"
                " set EMBEDDING_MODEL to a sentence-embedding model."
            )
        return dimension

    @property
    def longest(self) -> int:
        return self.load().max_seq_length or 256

    def encode(self, texts: Sequence[str], purpose: Purpose) -> Vectors:
        model = self.load()
        encode = model.encode_query if purpose == "query" else model.encode_document
        found = encode(list(texts), batch_size=_TEXTS_AT_ONCE, normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(found, dtype=np.float32)

    def pieces(self, texts: Sequence[str], *, marked: bool) -> list[Pieces]:
        cut: dict[str, Any] = {"truncation": True, "max_length": self.longest} if marked else {}
        tokenizer = self.load().tokenizer
        read = tokenizer(list(texts), add_special_tokens=marked, return_offsets_mapping=True, verbose=False, **cut)
        return [
            Pieces(ids, np.array(places, dtype=np.int64).reshape(-1, 2))
            for ids, places in zip(read["input_ids"], read["offset_mapping"], strict=True)
        ]

    def hidden(
        self, texts: Sequence[Sequence[int]], layers: Sequence[int], purpose: Purpose = "document"
    ) -> list[list[Vectors]]:
        import torch

        model = self.load()
        tokenizer, network = model.tokenizer, cast("Any", model[0]).auto_model
        found: list[list[Vectors]] = [[] for _ in texts]
        for batch in by_length(texts, _PIECES_AT_ONCE):
            padded = tokenizer.pad({"input_ids": [list(texts[number]) for number in batch]}, return_tensors="pt")
            with torch.inference_mode():
                hidden = network(**padded.to(network.device), output_hidden_states=True).hidden_states
            for row, number in enumerate(batch):
                size = len(texts[number])
                found[number] = [hidden[layer][row, :size].float().cpu().numpy() for layer in layers]
        return found

    def vocabulary(self) -> list[str]:
        return list(self.load().tokenizer.get_vocab())
