"""A topic and quotes in, the probability that each is about it out.

A logistic regression over what search and reader know of the quote's sentences, and where the topic's words stand;
`tests/benchmarks/train_on_topic.py` makes the weights.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from bot.citations import quoted_sentences
from bot.passages.candidates import Pool, gather
from bot.passages.features import NAMES, inverse_frequencies
from bot.speakers.people import names_in
from bot.stems import content_words, stems_of
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.types import Quote, Scope, Sentence

ON_TOPIC = 0.5

FEATURES = ("cosine", "match", "quote", "around", "best", "read")
_WEIGHTS = {
    "bias": 0.274, "cosine": 9.786, "match": 0.185, "quote": 3.513, "around": 0.864, "best": -5.022, "read": 0.328,
}  # fmt: skip
_COSINE_AND_MATCH = [NAMES.index("cosine"), NAMES.index("match")]
_READ, _LEAST = 4, -8.0  # sentences that the reader reads, and the log-odds of those that it does not
_UNREAD = -3.0  # those of all, where the model has no reader
_POINTS_BACK = re.compile(r"\b(?:it|its|this|that|they|them|their|these|those|he|she|him|her|such)\b", re.IGNORECASE)


def on_topic(topic: str, quotes: Sequence[Quote], library: Library, scope: Scope = None) -> list[float]:
    """The probabilities, in the order of `quotes`; from ON_TOPIC on a quote counts as one about the topic."""
    return [_chance(row) for row in describe(topic, quotes, library, scope)]


def describe(topic: str, quotes: Sequence[Quote], library: Library, scope: Scope = None) -> list[list[float]]:
    """One row of FEATURES a quote.

    Cosine and match are the best of its sentences', and "read" is what the reader finds in them: log-odds that they
    answer. "best" is the best cosine of any sentence of the articles: where it is higher, the topic is rather what
    others speak of. "quote" and "around" are the shares of the topic's words, by their weight, that the quote holds,
    and that it holds or that stand near.
    """
    if not quotes:
        return []
    articles = sorted({quote.article for quote in quotes})
    held = {article: library.store.sentences(article) for article in articles}
    places = [quoted_sentences(quote, held[quote.article]) for quote in quotes]
    pool = gather(topic, library, scope, [sentence for sentences in places for sentence in sentences])
    row_of = dict(zip(pool.sentences, pool.features, strict=True))
    read = _read(pool, library)
    words = content_words(topic)
    stems = [stems_of(word) for word in words]
    weights = inverse_frequencies(*library.store.frequencies(words, articles))
    whole = sum(weights) or 1.0
    named = _named(topic, articles, library, scope)
    best = max((hit.score for hit in library.store.search_by_meaning(pool.asked.vector, 1, articles)), default=0.0)
    rows = []
    for quote, sentences in zip(quotes, places, strict=True):
        said = stems_of(quote.text).union(*(name for place, name in named if _is_in(place, quote)))
        quoted, around = (
            sum(weight for stem, weight in zip(stems, weights, strict=True) if stem <= text) / whole
            for text in (said, said | _near(quote, held[quote.article]))
        )
        cosine, match = np.max([row_of[sentence][_COSINE_AND_MATCH] for sentence in sentences], axis=0).tolist()
        rows.append([cosine, match, quoted, around, best, max(read[sentence] for sentence in sentences)])
    return rows


def _named(
    topic: str, articles: Sequence[str], library: Library, scope: Scope
) -> list[tuple[tuple[str, int], frozenset[str]]]:
    """Where the articles name those whom the topic names, however they call them there, and the stems of their names:
    of "Okafor" where a quote has "Chidi"."""
    wanted = set(name_words(topic))
    if wanted.isdisjoint(names_in(library, scope)):
        return []
    return [
        ((entity.article, mention.start), stems_of(entity.name))
        for entity in library.store.entities(articles)
        if entity.kind == "person" and not wanted.isdisjoint(name_words(entity.name))
        for mention in entity.mentions
    ]


def _is_in(place: tuple[str, int], quote: Quote) -> bool:
    article, start = place
    return article == quote.article and quote.start <= start < quote.end


def _read(pool: Pool, library: Library) -> dict[Sentence, float]:
    """What the reader finds in each sentence; it reads those of the highest cosine."""
    order = np.argsort(-pool.features[:, NAMES.index("cosine")], kind="stable")
    nearest = [pool.sentences[place] for place in order[:_READ]]
    readings = library.read(pool.asked, nearest)
    found = dict.fromkeys(pool.sentences, _LEAST if readings else _UNREAD)
    return found | {s: max(_LEAST, reading.score) for s, reading in zip(nearest, readings, strict=False)}


def _near(quote: Quote, sentences: Sequence[Sentence]) -> frozenset[str]:
    """The stems of a quote's sentences, and of the one before where the quote points back to it.

    The speaker's name and role do not count: what the head of a fishing institute says is not all about fish.
    """
    first = max(0, quote.first_sentence - bool(_POINTS_BACK.search(quote.text)))
    text = " ".join(sentence.text for sentence in sentences[first : quote.last_sentence + 1])
    for own in filter(None, (quote.role, quote.speaker)):
        text = text.replace(own, " ")
    return stems_of(text)


def _chance(row: Sequence[float]) -> float:
    values = dict(zip(FEATURES, row, strict=True))
    chance = 1 / (1 + math.exp(-_WEIGHTS["bias"] - sum(_WEIGHTS[name] * value for name, value in values.items())))
    return max(chance, ON_TOPIC) if values["quote"] == 1.0 else chance  # all words are the speaker's
