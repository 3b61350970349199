"""Sentences and questions in, unit vectors out, by a sentence-transformers model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from embeddings.late_interaction import Head, load_head
from embeddings.models import DEFAULT_MODEL, DEFAULT_MODEL_SHA256
from embeddings.networks import LAYERS, Network, Pieces, Places, Purpose
from embeddings.networks.loading import load_network
from embeddings.reader import LAYER, load_reader
from embeddings.types import Encoded, EncodedQuestion, Stamp, Vectors
from embeddings.windows import windows

_LAST = LAYERS[-1]
_TITLE_LIMIT = 200  # characters of a headline that go before each paragraph


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

    In the library's folder `kept_in` the model is exported once, and then answers without PyTorch. Every method raises
    EncoderError where the model cannot be found, downloaded or loaded, or where the default model's weights are not the
    published ones.
    """

    def __init__(self, model: str = DEFAULT_MODEL, kept_in: Path | None = None) -> None:
        self.model = model
        self.kept_in = kept_in

    def stamp(self) -> Stamp:
        own = self._head.hash + load_reader().hash if self._head else ""
        hashed = hashlib.sha256(own.encode()).hexdigest() if own else ""
        return Stamp(self.model, self._network.dimension, self._network.hash, hashed)

    def encode_sentences(self, title: str, blocks: Sequence[Sequence[str]]) -> Encoded:
        if self._head:
            vectors, states, lower = self.encode_in_context(title, blocks)
            return Encoded(vectors, tuple(self._head.sentence_tokens(states)), tuple(load_reader().kept(lower)))
        texts = [_one_line(sentence) for block in blocks for sentence in block]
        return Encoded(self._network.encode(texts, "document"))

    def encode_question(self, text: str) -> EncodedQuestion:
        if self._head:
            vector, states, lower = self.question_states(text)
            return EncodedQuestion(vector, self._head.question_tokens(states), lower)
        return EncodedQuestion(self._network.encode([_one_line(text)], "query")[0])

    def words(self) -> frozenset[str]:
        return self._words

    def pieces(self, text: str) -> Places:
        return self._network.pieces([text], marked=False)[0].places

    def encode_in_context(
        self, title: str, blocks: Sequence[Sequence[str]]
    ) -> tuple[Vectors, list[Vectors], list[Vectors]]:
        """The unit vector of each sentence, and the hidden states of its word pieces, shape (pieces, dimension).

        The states are those of the last layer, and those of the layer that the reader goes on from.
        """
        title = _one_line(title)[:_TITLE_LIMIT]
        lines = [[_one_line(sentence) for sentence in block] for block in blocks]
        every = [sentence for block in lines for sentence in block]
        lengths = [len(pieces.ids) for pieces in self._network.pieces([title, *every], marked=False)]
        limit = self._network.longest - 4  # the marks at both ends, and the headline's full stop
        taken = list(windows(title, lines, lengths, limit))
        states: list[Vectors] = [np.empty((0, 0), dtype=np.float32)] * len(every)
        lower = states.copy()
        for window, (read, last, before) in zip(
            taken, self._hidden([window.text for window in taken], "document"), strict=True
        ):
            starts, ends = read.places.T
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
        ((_, last, lower),) = self._hidden([_one_line(text)], "query")
        mean = last.mean(axis=0)
        return mean / np.linalg.norm(mean), last[1:-1], lower

    def _hidden(self, texts: Sequence[str], purpose: Purpose) -> list[tuple[Pieces, Vectors, Vectors]]:
        """For each text its pieces, with the marks at both ends, and the hidden states of two layers."""
        read = self._network.pieces(texts, marked=True)
        found = self._network.hidden([pieces.ids for pieces in read], (_LAST, LAYER), purpose)
        return [(pieces, last, lower) for pieces, (last, lower) in zip(read, found, strict=True)]

    def word_states(self, texts: Sequence[str], words: Sequence[Places], layers: Sequence[int]) -> Vectors:
        """Hidden states of words, a row a word of shape (layers x dimension,): the mean over its word pieces.

        `words` are the (start, end) offsets of the words of each text, in order; texts are read together with their
        neighbours as far as the model takes them.
        """
        size = self._network.longest - 6
        stretches: list[tuple[list[int], list[int]]] = []  # word pieces, and the number of each one's word
        first = 0
        for read, places in zip(self._network.pieces(texts, marked=False), words, strict=True):
            if not len(places):
                continue
            starts = read.places[:, 0]
            of_word = (first + np.minimum(np.searchsorted(places[:, 1], starts, "right"), len(places) - 1)).tolist()
            for at in range(0, len(read.ids), size):
                part, of_part = read.ids[at : at + size], of_word[at : at + size]
                if stretches and len(stretches[-1][0]) + len(part) <= size:
                    stretches[-1][0].extend(part)
                    stretches[-1][1].extend(of_part)
                else:
                    stretches.append((list(part), list(of_part)))
            first += len(places)
        begin, end = self._network.pieces([""], marked=True)[0].ids
        found = self._network.hidden([[begin, *pieces, end] for pieces, _ in stretches], layers)
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
        every = self._network.vocabulary()
        beginnings = [piece[1:] for piece in every if piece[:1] in ("▁", "Ġ")]
        return frozenset(piece.casefold() for piece in beginnings or every if piece.isalpha() and len(piece) > 1)

    @cached_property
    def _head(self) -> Head | None:
        return load_head() if self._network.hash == DEFAULT_MODEL_SHA256 else None

    @cached_property
    def _network(self) -> Network:
        return load_network(self.model, self.kept_in)


def _one_line(text: str) -> str:
    return " ".join(text.split())
