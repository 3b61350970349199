"""People, a topic and a library in, their quotes out in the order in which they answer."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from bot.speakers.on_topic import ON_TOPIC, on_topic
from bot.stems import content_words
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.types import Quote, Scope

_MANY, _SEARCHED = 64, 128  # quotes that are all looked at, and sentences found by each search where there are more
_MOST, _AT_ONCE = 1000, 50  # quotes that are listed; articles that they are read from at a time
_NEAR = 1.5  # how much less likely than the best one, in log odds, a quote may be about the topic to be shown beside it


def in_order(quotes: Sequence[Quote], library: Library) -> list[Quote]:
    """Direct and explicit ones first, those of the newest article before others, then as they stand there."""
    articles = library.store.articles([quote.article for quote in quotes])
    published = {summary.id: summary.published or "" for summary in articles}
    newest = sorted(quotes, key=lambda quote: published[quote.article], reverse=True)
    return sorted(newest, key=lambda quote: not (quote.kind == "direct" and quote.attribution == "explicit"))


def newest_quotes(library: Library, scope: Scope) -> tuple[list[Quote], bool]:
    """The quotes of the newest articles in scope, _MOST of them or a few more, and whether there are no others."""
    held = library.store.articles(scope)
    newest = sorted(held, key=lambda summary: summary.published or "", reverse=True)
    quotes: list[Quote] = []
    for first in range(0, len(newest), _AT_ONCE):
        if len(quotes) >= _MOST:
            return quotes, False
        quotes += library.store.quotes([summary.id for summary in newest[first : first + _AT_ONCE]])
    return quotes, True


def about(
    topic: str, quotes: Sequence[Quote], quoted: Sequence[str], library: Library, scope: Scope
) -> tuple[list[Quote], list[float]]:
    """The quotes that are about `topic` and hold all words `quoted`, best first, with the probability of each.

    Of very many, those are looked at that a search for `topic` among their articles finds.
    """
    held = [quote for quote in quotes if all(_plain(words) in _plain(quote.text) for words in quoted)]
    if len(held) > _MANY:
        places = _places_on(topic, library, sorted({quote.article for quote in held}), _SEARCHED)
        held = [quote for quote in held if _stands_in(quote, places)]
    chances = on_topic(topic, held, library, scope)
    if quoted:  # the very words are there, whatever else was asked
        chances = [(1 + chance) / 2 for chance in chances]
    ranked = sorted(zip(held, chances, strict=True), key=lambda pair: -pair[1])
    chosen = [pair for pair in ranked if pair[1] >= ON_TOPIC and _odds(pair[1]) >= _odds(ranked[0][1]) - _NEAR]
    return [quote for quote, _ in chosen], [chance for _, chance in chosen]


def near(topic: str, library: Library, scope: Scope, most: int = 32) -> list[Quote]:
    """The quotes of anybody that lie in sentences which a search for `topic` finds, by meaning or by words."""
    places = _places_on(topic, library, scope, most)
    quotes = library.store.quotes(sorted({article for article, _ in places}))
    return [quote for quote in quotes if _stands_in(quote, places)]


def quotes_within(article: str, start: int, end: int, library: Library) -> list[Quote]:
    """The quotes of an article that stand between two offsets of its text, at least in part."""
    return [quote for quote in library.store.quotes([article]) if quote.start < end and start < quote.end]


def _places_on(topic: str, library: Library, scope: Scope, most: int) -> set[tuple[str, int]]:
    """The articles and positions of sentences on `topic`, up to `most` found by meaning and as many by words."""
    vector = library.encode_question(topic).vector
    found = library.store.search(vector, content_words(topic), most, scope)
    return {(sentence.article, sentence.position) for sentence in found.sentences}


def _stands_in(quote: Quote, places: Collection[tuple[str, int]]) -> bool:
    return any((quote.article, at) in places for at in range(quote.first_sentence, quote.last_sentence + 1))


def _odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _plain(text: str) -> str:
    return " ".join(name_words(text))
