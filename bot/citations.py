"""Ranked sentences in, passages out: each with its article, its place and its neighbours as context."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from bot.ranking import Ranked
from bot.types import Citation, Passage
from embeddings.library import Library
from embeddings.types import Article, Span

_CONTEXT = 1  # sentences before and after the one that answers


def passages_of(ranked: Iterable[Ranked], library: Library) -> tuple[Passage, ...]:
    """The passages of `ranked`, in their order."""
    article_of = lru_cache(library.store.article)
    ranked = list(ranked)
    around = library.store.neighbours([found.sentence for found in ranked], _CONTEXT)
    passages = []
    for rank, (found, neighbours) in enumerate(zip(ranked, around, strict=True), 1):
        sentence, article = found.sentence, article_of(found.sentence.article)
        window = Span(neighbours[0].start, neighbours[-1].end)
        place = Span(sentence.start, sentence.end)
        passages.append(cite(article, place, sentence.paragraph, rank=rank, score=found.score, window=window))
    return tuple(passages)


def cite(
    article: Article, place: Span, paragraph: int | None, *, rank: int, score: float, window: Span | None = None
) -> Passage:
    """The passage at `place` in `article`; without a `window` it stands alone."""
    citation = Citation(article.id, article.title, article.published, article.url, paragraph, place.start, place.end)
    context = window or place
    return Passage(
        rank, citation, article.text[place.start : place.end], context, article.text[context.start : context.end], score
    )
