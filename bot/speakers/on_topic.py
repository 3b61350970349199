"""A topic and quotes in, the probability that each is about it out.

A logistic regression over what ranking knows of the quote's sentences and which of the topic's words the quote holds;
`tests/benchmarks/train_on_topic.py` makes the weights.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from bot.citations import quoted_sentences
from bot.passages.candidates import gather
from bot.passages.features import NAMES, inverse_frequencies
from bot.stems import content_words, stems_of
from embeddings.library import Library
from embeddings.types import Quote, Scope

ON_TOPIC = 0.5

FEATURES = ("cosine", "match", "quote", "around")
_WEIGHTS = {"bias": -2.011, "cosine": 1.559, "match": 0.03, "quote": 1.522, "around": 2.899}
_NEAR = 0.42  # a cosine that 1 % of the topics reach that nobody of the name spoke on; the words may then differ
_POINTS_BACK = re.compile(r"\b(?:it|its|this|that|they|them|their|these|those|he|she|him|her|such)\b", re.IGNORECASE)


def on_topic(topic: str, quotes: Sequence[Quote], library: Library, scope: Scope = None) -> list[float]:
    """The probabilities, in the order of `quotes`; from ON_TOPIC on a quote counts as one about the topic."""
    return [_chance(row) for row in describe(topic, quotes, library, scope)]


def describe(topic: str, quotes: Sequence[Quote], library: Library, scope: Scope = None) -> list[list[float]]:
    """One row of FEATURES a quote.

    Cosine and match are the best of its sentences'; "quote" and "around" are the shares of the topic's words, by
    their weight, that the quote holds, and that it or its sentence holds, or the sentence before where the quote
    points back to it ("it", "this"). The speaker's name and role do not count: what the head of a fishing institute
    says is not all about fish.
    """
    if not quotes:
        return []
    held = {article: library.store.sentences(article) for article in {quote.article for quote in quotes}}
    places = [quoted_sentences(quote, held[quote.article]) for quote in quotes]
    pool = gather(topic, library, scope, [sentence for sentences in places for sentence in sentences])
    row_of = dict(zip(pool.sentences, pool.features, strict=True))
    columns = [NAMES.index(name) for name in FEATURES[:2]]
    words = content_words(topic)
    frequencies, total = library.store.frequencies(words, scope)
    weights = inverse_frequencies(frequencies, total)
    stems = [stems_of(word) for word in words]
    rows = []
    for quote, sentences in zip(quotes, places, strict=True):
        before = 1 if _POINTS_BACK.search(quote.text) else 0
        first = max(0, quote.first_sentence - before)
        near = " ".join(s.text for s in held[quote.article][first : quote.last_sentence + 1])
        for own in filter(None, (quote.role, quote.speaker)):
            near = near.replace(own, " ")
        said = stems_of(quote.text)
        around = said | stems_of(near)
        best = np.max([row_of[sentence][columns] for sentence in sentences], axis=0)
        shares = [
            sum(weight for stem, weight in zip(stems, weights, strict=True) if stem <= text) / (sum(weights) or 1.0)
            for text in (said, around)
        ]
        rows.append([*best.tolist(), *shares])
    return rows


def _chance(row: Sequence[float]) -> float:
    values = dict(zip(FEATURES, row, strict=True))
    chance = 1 / (1 + math.exp(-_WEIGHTS["bias"] - sum(_WEIGHTS[name] * value for name, value in values.items())))
    return max(chance, ON_TOPIC) if values["cosine"] >= _NEAR else chance
