"""Ranked sentences or quotes in, passages out: each with its article, its place and its neighbours as context."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from bot.passages.ranking import Ranked
from bot.types import Citation, CitedQuote, Passage, Place
from embeddings.library import Library
from embeddings.types import Article, ArticleSummary, Quote, Sentence, Span

_CONTEXT = 1  # sentences before and after the one that answers


def passages_of(ranked: Iterable[Ranked], library: Library, first_rank: int = 1) -> tuple[Passage, ...]:
    """The passages of `ranked`, in their order."""
    article_of = lru_cache(library.store.article)
    ranked = list(ranked)
    places = _places_of([other for found in ranked for other in found.also], library)
    around = library.store.neighbours([found.sentence for found in ranked], _CONTEXT)
    quotes = library.store.quotes(sorted({found.sentence.article for found in ranked})) if ranked else []
    passages = []
    for rank, (found, neighbours) in enumerate(zip(ranked, around, strict=True), first_rank):
        sentence, article = found.sentence, article_of(found.sentence.article)
        window = Span(neighbours[0].start, neighbours[-1].end)
        place = Span(sentence.start, sentence.end)
        passages.append(
            cite(
                article,
                place,
                sentence.paragraph,
                rank=rank,
                score=found.score,
                window=window,
                highlight=found.highlight,
                also=tuple(places[other] for other in found.also),
                said_by=_said_by(sentence, quotes),
            )
        )
    return tuple(passages)


def _said_by(sentence: Sentence, quotes: Sequence[Quote]) -> str | None:
    """Who says what stands in a sentence, where the text does not name that one there."""
    own = (q for q in quotes if q.article == sentence.article and q.start < sentence.end and sentence.start < q.end)
    quote = next(own, None)
    if quote is None or quote.speaker is None or quote.attribution == "explicit":
        return None
    return ", ".join(filter(None, (quote.speaker, quote.role)))


def in_paragraph(place: Place, library: Library) -> Passage | None:
    """The passage at `place`, in its paragraph with those around it; None where the article has nothing there.

    What stands between the sentences, as headline and date do, comes with all up to the next sentence and with that.
    """
    article_id, start, end = place
    sentences = library.store.sentences(article_id)
    within = [sentence for sentence in sentences if sentence.start < end and sentence.end > start]
    if not within:
        return _between(place, sentences, library)
    if not within[0].start <= start < end <= within[-1].end:
        return None
    first, last = within[0].paragraph or 0, within[-1].paragraph or 0
    around = [sentence for sentence in sentences if first - 1 <= (sentence.paragraph or 0) <= last + 1]
    window = Span(min(around[0].start, start), max(around[-1].end, end))
    article = library.store.article(article_id)
    return cite(article, Span(start, end), within[0].paragraph, rank=1, score=1.0, window=window)


def _between(place: Place, sentences: Sequence[Sentence], library: Library) -> Passage | None:
    article_id, start, end = place
    following = next((sentence for sentence in sentences if sentence.start >= end), None)
    article = library.store.article(article_id)
    if following is None or not 0 <= start < end or not article.text[start:end].strip():
        return None
    before = max((sentence.end for sentence in sentences if sentence.end <= start), default=0)
    return cite(article, Span(start, end), None, rank=1, score=1.0, window=Span(before, following.end))


def cited_quotes(quotes: Iterable[Sequence[Quote]], library: Library) -> tuple[CitedQuote, ...]:
    """Quotes with their places, in their order, each with those that say the same in other articles after it."""
    groups = list(quotes)
    places = _places_of([quote for group in groups for quote in group], library)
    article_of = lru_cache(library.store.article)
    return tuple(
        CitedQuote(quote, places[quote], _source(quote, article_of), tuple(places[other] for other in others))
        for quote, *others in groups
    )


def _places_of(parts: Sequence[Sentence | Quote], library: Library) -> dict[Sentence | Quote, Citation]:
    if not parts:
        return {}
    summaries = {summary.id: summary for summary in library.store.articles([part.article for part in parts])}
    return {
        part: _citation(summaries[part.article], Span(part.start, part.end), part.paragraph or None) for part in parts
    }


def passages_of_quotes(
    quotes: Sequence[Quote], scores: Sequence[float], library: Library, first_rank: int = 1
) -> tuple[Passage, ...]:
    """A passage for each quote: the sentence that holds it, with the quote as highlight, or the whole longer quote."""
    article_of, sentences_of = lru_cache(library.store.article), lru_cache(library.store.sentences)
    passages = []
    for rank, (quote, score) in enumerate(zip(quotes, scores, strict=True), first_rank):
        held = sentences_of(quote.article)
        within = quoted_sentences(quote, held)
        place = Span(quote.start, quote.end)
        highlight = None
        if len(within) == 1:
            highlight, place = place, Span(within[0].start, within[0].end)
        near = held[max(0, quote.first_sentence - _CONTEXT) : quote.last_sentence + 1 + _CONTEXT]
        window = Span(min(place.start, near[0].start), max(place.end, near[-1].end))
        passage = cite(
            article_of(quote.article),
            place,
            quote.paragraph,
            rank=rank,
            score=score,
            window=window,
            highlight=highlight,
        )
        passages.append(passage)
    return tuple(passages)


def text_around(sentence: Sentence, library: Library) -> str:
    """A sentence with the one before it and the one after it."""
    (beside,) = library.store.neighbours([sentence], 1)
    return " ".join(one.text for one in beside)


def quoted_sentences(quote: Quote, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """The sentences of its article that hold the quote."""
    return sentences[quote.first_sentence : quote.last_sentence + 1]


def _source(quote: Quote, article_of: Callable[[str], Article]) -> str | None:
    """What stands for the speaker beside the cue of a resolved quote: "he"."""
    if quote.attribution != "resolved" or quote.source is None:
        return None
    return article_of(quote.article).text[quote.source.start : quote.source.end]


def cite(
    article: Article,
    place: Span,
    paragraph: int | None,
    *,
    rank: int,
    score: float,
    window: Span | None = None,
    highlight: Span | None = None,
    also: tuple[Citation, ...] = (),
    said_by: str | None = None,
) -> Passage:
    """The passage at `place` in `article`; without a `window` it stands alone."""
    context = window or place
    return Passage(
        rank,
        _citation(article, place, paragraph),
        article.text[place.start : place.end],
        context,
        article.text[context.start : context.end],
        score,
        highlight,
        also,
        said_by,
    )


def _citation(article: Article | ArticleSummary, place: Span, paragraph: int | None) -> Citation:
    told = (article.id, article.title, article.published, article.url)
    return Citation(*told, paragraph, place.start, place.end, article.publisher, article.shelf)
