"""A question about the article itself in, its title, date, source or gist out, cited where the text states it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.citations import cite
from bot.features import content_words, stems_of
from bot.types import Answer, Fact, Question
from bot.words import say, say_all
from embeddings.library import Library
from embeddings.types import Article, ArticleSummary, Scope, Span

_LOOKED_AT = 64  # sentences with a word by which an article is called
_MISSING = {"published": "no_date", "source": "no_source", "author": "no_author"}


def called(name: str | None, library: Library, scope: Scope) -> list[ArticleSummary]:
    """The articles in scope that have all words of `name`, by stem, in title or publisher; all without a name.

    Where there are none, the one whose text has the words, if it is only one.
    """
    held = library.store.articles(scope)
    if name is None:
        return held
    words = content_words(name)
    wanted = stems_of(" ".join(words))
    titled = [one for one in held if wanted <= stems_of(f"{one.title} {one.publisher or ''}")]
    if titled:
        return titled
    hits = library.store.search_by_words(words, _LOOKED_AT, scope)
    telling = {hit.sentence.article for hit in hits}
    telling = {one for one in telling if all(library.store.frequencies(words, [one])[0])}
    return [one for one in held if telling == {one.id}]


def about_answer(
    question: Question, fact: Fact, library: Library, summaries: Sequence[ArticleSummary], top_k: int
) -> Answer:
    """State `fact` of each article, up to `top_k` of them. Of a single article the gist is its first sentences."""
    articles = [library.store.article(summary.id) for summary in summaries[:top_k]]
    remarks, places = [], []
    for article in articles:
        remark = _stated(article, fact)
        if remark:
            named = f"{article.title}: " if len(summaries) > 1 and fact not in ("title", "gist") else ""
            remarks.append(named + remark)
            places += _places(article, fact, library, top_k if len(summaries) == 1 else 1)
    if not remarks:
        return Answer(question, "not_found", 0.0, remark=say(_MISSING[fact]))
    if len(summaries) > top_k:
        remarks.append(say("more_articles", count=len(summaries) - top_k))
    passages = tuple(
        cite(article, place, paragraph, rank=rank, score=1.0)
        for rank, (article, place, paragraph) in enumerate(places[:top_k], 1)
    )
    return Answer(question, "answered", 1.0, passages, remark="\n".join(remarks))


def written_date(published: str) -> str:
    """An ISO 8601 date as people write it: "2 March 2017", "2 March 2017, 13:20"; of zones only UTC is named."""
    moment = datetime.fromisoformat(published)
    date = say("date", day=moment.day, month=say_all("months")[moment.month - 1], year=moment.year)
    if "T" not in published:
        return date
    zone = " UTC" if moment.utcoffset() == timedelta(0) else ""
    return say("date_and_time", date=date, time=f"{moment:%H:%M}{zone}")


def _stated(article: Article, fact: Fact) -> str | None:
    if fact == "published":
        return say("published", date=written_date(article.published)) if article.published else None
    if fact == "author":
        return say("by_author", author=article.byline) if article.byline else None
    if fact == "source":
        return " · ".join(filter(None, (article.publisher, article.url))) or None
    return article.title


def _places(article: Article, fact: Fact, library: Library, count: int) -> list[tuple[Article, Span, int | None]]:
    """Where the text states the fact: the span, and the paragraph for what is not in the header."""
    if fact == "gist":
        first = library.store.sentences(article.id)[:count]
        return [(article, Span(s.start, s.end), s.paragraph) for s in first]
    span = {"published": article.published_span, "title": article.title_span}.get(fact)
    return [(article, span, None)] if span else []
