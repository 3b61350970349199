"""People, a topic and a library in, their quotes out in the order in which they answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.candidates import gather
from bot.on_topic import ON_TOPIC, on_topic
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.types import Quote, Scope

_NEAR = 1.5  # how much less likely than the best one, in log odds, a quote may be about the topic to be shown beside it


def in_order(quotes: Sequence[Quote], library: Library) -> list[Quote]:
    """Direct and explicit ones first, those of the newest article before others, then as they stand there."""
    articles = library.store.summaries([quote.article for quote in quotes])
    published = {summary.id: summary.published or "" for summary in articles}
    newest = sorted(quotes, key=lambda quote: published[quote.article], reverse=True)
    return sorted(newest, key=lambda quote: not (quote.kind == "direct" and quote.attribution == "explicit"))


def about(
    topic: str, quotes: Sequence[Quote], quoted: Sequence[str], library: Library, scope: Scope
) -> tuple[list[Quote], list[float]]:
    """The quotes that are about `topic` and hold all words `quoted`, best first, with the probability of each."""
    held = [quote for quote in quotes if all(_plain(words) in _plain(quote.text) for words in quoted)]
    chances = on_topic(topic, held, library, scope)
    if quoted:  # the very words are there, whatever else was asked
        chances = [(1 + chance) / 2 for chance in chances]
    ranked = sorted(zip(held, chances, strict=True), key=lambda pair: -pair[1])
    chosen = [pair for pair in ranked if pair[1] >= ON_TOPIC and _odds(pair[1]) >= _odds(ranked[0][1]) - _NEAR]
    return [quote for quote, _ in chosen], [chance for _, chance in chosen]


def near(topic: str, library: Library, scope: Scope) -> list[Quote]:
    """The quotes of anybody that lie in sentences which a search for `topic` finds."""
    places = {(sentence.article, sentence.position) for sentence in gather(topic, library, scope).sentences}
    return [
        quote
        for quote in library.store.quotes(sorted({article for article, _ in places}))
        if any((quote.article, at) in places for at in range(quote.first_sentence, quote.last_sentence + 1))
    ]


def _odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _plain(text: str) -> str:
    return " ".join(name_words(text))
