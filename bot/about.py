"""A question about the article itself in, its title, date, source or gist out, cited where the text states it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.citations import cite
from bot.stems import content_words, stems_of
from bot.types import Answer, Fact, Question
from bot.words import say, say_all
from embeddings.library import Library
from embeddings.types import Article, ArticleSummary, Scope, Span

_LOOKED_AT = 64  # sentences with a word by which an article is called
_LISTED = 20  # articles
_MISSING = {"published": "no_date", "source": "no_source", "author": "no_author"}


def called(name: str | None, library: Library, scope: Scope) -> list[ArticleSummary]:
    """The articles in scope of that id or title; else those with all words of `name`, by stem, in title or publisher.

    Without a name these are all. Where there are none, the one whose text has the words, if it is only one.
    """
    held = library.store.articles(scope)
    if name is None:
        return held
    named = [one for one in held if _plain(name) in (_plain(one.id), _plain(one.title))]
    if named:
        return named
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
    single = articles[0] if len(summaries) == 1 else None
    remarks, places = [], []
    for article in articles:
        told = _stated(article, fact)
        if told:
            is_named = fact in ("title", "gist") or _is_taken_as(question, article)
            remarks.append(told if is_named else _of(article, told))
            places += _places(article, fact, library, top_k if single else 1)
    about = single.id if single else None
    if not remarks:
        missing = say(_MISSING[fact])
        return Answer(
            question,
            "not_found",
            0.0,
            remark=_of(single, missing) if single and not _is_taken_as(question, single) else missing,
            about=about,
        )
    if len(summaries) > top_k:
        remarks.append(say("more_articles", count=len(summaries) - top_k))
    passages = tuple(
        cite(article, place, paragraph, rank=rank, score=1.0)
        for rank, (article, place, paragraph) in enumerate(places[:top_k], 1)
    )
    return Answer(question, "answered", 1.0, passages, remark="\n".join(remarks), about=about)


def articles_answer(question: Question, held: Sequence[ArticleSummary]) -> Answer:
    """How many articles are `held`, and which: title, publisher and date of each, of very many of the first."""
    if not held:
        return Answer(question, "not_found", 1.0, remark=say("no_articles"))
    lines = [say("one_article") if len(held) == 1 else say("many_articles", count=len(held))]
    for one in held[:_LISTED]:
        published = written_date(one.published) if one.published else None
        lines.append(" · ".join(filter(None, (one.title, one.publisher, published))))
    if len(held) > _LISTED:
        lines.append(say("and_more", count=len(held) - _LISTED))
    return Answer(question, "answered", 1.0, remark="\n".join(lines))


def _is_taken_as(question: Question, article: Article) -> bool:
    """Whether the answer begins with what a question was taken for, and that names the article."""
    return question.typed is not None and question.topic == article.title


def _of(article: Article, told: str) -> str:
    return say("of_article", title=article.title, told=told)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").split()).rstrip("?!.,;:…")


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
    """Where the text states the fact, or else has its headline: the span, and the paragraph for what is in one."""
    if fact == "gist":
        first = library.store.sentences(article.id)[:count]
        return [(article, Span(s.start, s.end), s.paragraph) for s in first]
    stated = {
        "published": article.published_span,
        "author": _in_header(article, article.byline),
        "source": _in_header(article, article.publisher),
    }
    span = stated.get(fact) or article.title_span or _in_header(article, article.title)
    return [(article, span, None)] if span else []


def _in_header(article: Article, words: str | None) -> Span | None:
    """Where `words` stand outside of the paragraphs, as headline and byline do."""
    found = re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", article.text) if words else ()
    spans = (Span(*match.span()) for match in found)
    return next((s for s in spans if not any(p.start < s.end and s.start < p.end for p in article.paragraphs)), None)
