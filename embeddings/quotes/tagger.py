"""Parsed paragraphs in, probabilities for each word out: that it is in reported speech, in a cue, or in a source.

Hidden states of the default encoder, frozen, with spaCy's tags and the state of quotation marks, go through a small
dilated convolution (Yu and Koltun 2016) with residual connections. The weights, 1 MB of float16, were trained on
PolNeAR (Newell et al. 2018); `tests/benchmarks/train_tagger.py` trains such a network, and says what differs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

WEIGHTS_FILE = Path(__file__).with_name("tagger.npz")
WINDOW, CONTEXT = 220, 120  # words that are tagged at once, and the most of the paragraph before them as context
_OPENING, _CLOSING = "“«„", "”»"

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
States = Callable[[Sequence[str], Sequence[Whole], Sequence[int]], Floats]
"""Paragraphs, the (start, end) offsets of the words of each, and layers in; a row of states a word out."""


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """Of each word of a paragraph, float32 of shape (words,); `speech` has three columns: outside, inside, begin.

    `belief` is content that is not speech (beliefs, plans); `cue` and `source` those of speech, `any_…` of either.
    """

    speech: Floats
    belief: Floats
    cue: Floats
    any_cue: Floats
    source: Floats
    any_source: Floats


class Tagger:
    """The trained network. `states` gives the hidden states of words from the layers that it asks for."""

    def __init__(self, states: States, file: Path = WEIGHTS_FILE) -> None:
        with np.load(file) as stored:
            self._meta = json.loads(str(stored["meta"]))
            self._weights = {name: stored[name].astype(np.float32) for name in stored.files if name != "meta"}
        self._states = states

    def tag(self, paragraphs: Sequence[str], docs: Sequence[Doc]) -> list[Tags]:
        """The tags of each paragraph's words, in order; `docs` are the parsed paragraphs."""
        places = [np.array([(t.idx, t.idx + len(t)) for t in doc], dtype=np.int64).reshape(-1, 2) for doc in docs]
        features, heads = word_features(paragraphs, docs, self._meta)
        states = self._states(paragraphs, places, self._meta["layers"])
        ends = np.cumsum([len(place) for place in places])
        found = np.zeros((len(features), 12), dtype=np.float32)
        for context, start, end in tagging_windows(ends):
            local = np.clip(heads[context:end] - context, 0, end - context - 1)
            found[start:end] = self._forward(states[context:end], features[context:end], local)[start - context :]
        starts = ends - [len(place) for place in places]
        return [_tags(found[start:end]) for start, end in zip(starts, ends, strict=True)]

    def _forward(self, states: Floats, features: Whole, heads: Whole) -> Floats:
        """Probabilities of shape (words, 12) from states (words, layers x size), features (words, 6) and heads."""
        weights = self._weights

        def linear(name: str, rows: Floats) -> Floats:
            out: Floats = rows @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
            return out

        tag, dependency, entity, quotation, shape, boundary = features.T
        rows = _relu(linear("proj", _normal(states)))
        rows = np.concatenate(
            [
                rows,
                weights["q.weight"][quotation],
                weights["sh.weight"][shape],
                weights["bnd.weight"][boundary],
                weights["tag.weight"][tag],
                weights["dep.weight"][dependency],
                weights["ent.weight"][entity],
                _relu(linear("hproj", rows)[heads]),
                weights["tag.weight"][tag[heads]],
            ],
            axis=1,
        )
        hidden = _relu(linear("inp", rows))
        for layer in range(self._meta["depth"]):
            normal = _normal(hidden) * weights[f"cn.{layer}.weight"] + weights[f"cn.{layer}.bias"]
            kernel, reach = weights[f"conv.{layer}.weight"], 2**layer
            mixed = normal @ kernel[:, :, 1].T + weights[f"conv.{layer}.bias"]
            if reach < len(hidden):
                mixed[reach:] += normal[:-reach] @ kernel[:, :, 0].T
                mixed[:-reach] += normal[reach:] @ kernel[:, :, 2].T
            hidden = hidden + _relu(mixed)
        logits = linear("out", hidden).reshape(len(hidden), 4, 3)
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares: Floats = odds / odds.sum(axis=-1, keepdims=True)
        return shares.reshape(len(hidden), 12)


def _tags(found: Floats) -> Tags:
    return Tags(found[:, :3], 1 - found[:, 3], found[:, 8], 1 - found[:, 6], found[:, 11], 1 - found[:, 9])


def tagging_windows(ends: Whole) -> list[tuple[int, int, int]]:
    """Paragraphs that are tagged together, as (first word of the context, first word, end); `ends` are theirs."""
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    filled = [number for number in range(len(ends)) if ends[number] > starts[number]]
    windows: list[tuple[int, int, int]] = []
    at = 0
    while at < len(filled):
        last = at
        while last + 1 < len(filled) and ends[filled[last + 1]] - starts[filled[at]] <= WINDOW:
            last += 1
        start = context = int(starts[filled[at]])
        if at and ends[filled[at - 1]] - starts[filled[at - 1]] <= CONTEXT:
            context = int(starts[filled[at - 1]])
        windows.append((context, start, int(ends[filled[last]])))
        at = last + 1
    return windows


def word_features(
    paragraphs: Sequence[str], docs: Sequence[Doc], codes: dict[str, dict[str, int]]
) -> tuple[Whole, Whole]:
    """Of each word: tag, dependency, entity type, state of quotation, shape and boundary, int64 of shape (words, 6);
    and the number of its head, shape (words,). `codes` number the tags; what they do not know is 0."""
    rows: list[tuple[int, ...]] = []
    heads: list[int] = []
    carried = False
    for text, doc in zip(paragraphs, docs, strict=True):
        first = len(rows)
        state, opened = quotation_state(text, carried)
        for token in doc:
            around = state[token.idx : token.idx + len(token)]
            quoted = 2 if (around == 2).any() else int(len(around) > 0 and around[0] == 1)
            if carried and token.i == 0 and quoted == 2:
                quoted = 3
            boundary = 2 if token.i == 0 else int(bool(token.is_sent_start))
            rows.append(
                (
                    codes["tag"].get(token.tag_, 0),
                    codes["dep"].get(token.dep_, 0),
                    codes["ent"].get(token.ent_type_, 0),
                    quoted,
                    _shape(token),
                    boundary,
                )
            )
            heads.append(first + token.head.i)
        carried = opened
    return np.array(rows, dtype=np.int64).reshape(-1, 6), np.array(heads, dtype=np.int64)


def quotation_state(paragraph: str, carried: bool) -> tuple[npt.NDArray[np.int8], bool]:
    """Of each character 0 outside, 1 inside double marks, 2 a mark; and whether the last one stays open.

    `carried` tells that the paragraph before stayed open: up to a first closing mark, all is then inside.
    """
    state = np.zeros(len(paragraph), dtype=np.int8)
    inside = False
    for at, character in enumerate(paragraph):
        if character == '"':
            inside = not inside
            state[at] = 2
        elif character in _OPENING:
            inside = True
            state[at] = 2
        elif character in _CLOSING:
            if not inside and carried:
                before = state[:at]
                before[before == 0] = 1
            inside = False
            state[at] = 2
        else:
            state[at] = inside
    return state, inside


def _shape(token: Token) -> int:
    text = token.text
    if text.islower():
        return 0
    if text.isupper() and len(text) > 1:
        return 1
    if text[:1].isupper():
        return 2
    if text[:1].isdigit():
        return 3
    if text in '"“”':
        return 4
    return 5 if text[:1] in "'‘’" else 6


def _relu(values: Floats) -> Floats:
    return np.maximum(values, 0)


def _normal(rows: Floats) -> Floats:
    """Layer normalisation, without a scale."""
    centred = rows - rows.mean(axis=-1, keepdims=True)
    normal: Floats = centred / np.sqrt(rows.var(axis=-1, keepdims=True) + 1e-5)
    return normal


@cache
def load_tagger(kept_in: Path | None = None) -> Tagger:
    """The tagger on the states of the default encoder, which is kept in the library's folder `kept_in`, if any."""
    from embeddings.encoder import SentenceTransformerEncoder

    return Tagger(SentenceTransformerEncoder(kept_in=kept_in).word_states)
