"""The text of an article and what is known of it in, an Article out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from embeddings.dates import find_date, to_iso
from embeddings.errors import ArticleError
from embeddings.layout import lay_out
from embeddings.types import Article


def make_article(article_id: str, text: str, metadata: dict[str, Any], source: str | None = None) -> Article:
    """An Article from its text and what is known of it.

    `metadata` may hold title, author (or authors, byline), publisher, date (or published), and url (or source, link);
    what it lacks is looked for in the text itself, but for the publisher. Raises ArticleError
    where nothing but a headline or navigation is left.
    """
    title = _one_line(metadata.get("title"))
    layout = lay_out(text, title)
    if not layout.paragraphs:
        raise ArticleError("it holds a headline or navigation only: there is no paragraph to search")
    published, published_span = layout.published or (None, None)
    stated = _stated_date(metadata)
    if stated:
        published, published_span = stated, None
    if layout.title:
        title = _one_line(text[layout.title.start : layout.title.end])
    return Article(
        id=article_id,
        title=title or re.sub(r"[\W_]+", " ", article_id).strip() or article_id,
        text=text,
        paragraphs=layout.paragraphs,
        byline=_names(_first(metadata, "author", "authors", "byline")) or layout.byline,
        publisher=_one_line(metadata.get("publisher")),
        published=published,
        url=_one_line(_first(metadata, "url", "link", "source")),
        source=source,
        title_span=layout.title,
        published_span=published_span,
    )


def unread_date(metadata: Mapping[str, Any]) -> str | None:
    """The date that `metadata` states, where it is none that can be read, or could be two."""
    stated = _one_line(_first(metadata, "date", "published"))
    return None if stated is None or _stated_date(metadata) else stated


def _first(metadata: Mapping[str, Any], *names: str) -> Any:
    return next((metadata[name] for name in names if metadata.get(name) is not None), None)


def _one_line(value: Any) -> str | None:
    if value is None:
        return None
    joined = ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else str(value)
    return " ".join(joined.split()) or None


def _names(value: Any) -> str | None:
    """Names in one line, of several that stand one a line as well."""
    return _one_line([line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value)


def _stated_date(metadata: Mapping[str, Any]) -> str | None:
    value = _first(metadata, "date", "published")
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    found = find_date(str(value))
    return found[0] if found else to_iso(str(value))
