"""A topic and quotes in, the probability that each is about it out.

A logistic regression over what ranking knows of the quote's sentences and which of the topic's words the quote holds;
`tests/benchmarks/train_on_topic.py` makes the weights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bot.citations import quoted_sentences
from bot.features import NAMES, content_words, stems_of
from bot.ranking import gather
from embeddings.library import Library
from embeddings.types import Quote, Scope

ON_TOPIC = 0.5

FEATURES = ("cosine", "match", "coverage with both")
_WEIGHTS = {"bias": -1.53, "cosine": 0.488, "match": 0.068, "coverage with both": 2.148, "quote": 1.986}
_NEAR = 0.42  # a cosine that 1 % of the topics reach that nobody of the name spoke on; the words may then differ


def on_topic(topic: str, quotes: Sequence[Quote], library: Library, scope: Scope = None) -> list[float]:
    """The probabilities, in the order of `quotes`; from ON_TOPIC on a quote counts as one about the topic."""
    return [_chance(row) for row in describe(topic, quotes, library, scope)]


def describe(topic: str, quotes: Sequence[Quote], library: Library, scope: Scope = None) -> list[list[float]]:
    """One row a quote: the best of FEATURES among its sentences, and the share of the topic's words that it holds."""
    if not quotes:
        return []
    held = {article: library.store.sentences(article) for article in {quote.article for quote in quotes}}
    places = [quoted_sentences(quote, held[quote.article]) for quote in quotes]
    pool = gather(topic, library, scope, [sentence for sentences in places for sentence in sentences])
    row_of = dict(zip(pool.sentences, pool.features, strict=True))
    columns = [NAMES.index(name) for name in FEATURES]
    words = content_words(topic)
    frequencies, total = library.store.frequencies(words, scope)
    weights = [math.log(1 + (total - count + 0.5) / (count + 0.5)) for count in frequencies]
    rows = []
    for quote, sentences in zip(quotes, places, strict=True):
        best = np.max([row_of[sentence][columns] for sentence in sentences], axis=0)
        said = stems_of(quote.text)
        spoken = sum(weight for word, weight in zip(words, weights, strict=True) if stems_of(word) <= said)
        rows.append([*best.tolist(), spoken / (sum(weights) or 1.0)])
    return rows


def _chance(row: Sequence[float]) -> float:
    values = dict(zip((*FEATURES, "quote"), row, strict=True))
    chance = 1 / (1 + math.exp(-_WEIGHTS["bias"] - sum(_WEIGHTS[name] * value for name, value in values.items())))
    return max(chance, ON_TOPIC) if values["cosine"] >= _NEAR else chance
