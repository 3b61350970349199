"""A library, or answers given from it, in; what no longer holds out, one sentence a fault."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from embeddings.errors import ArticleError, SaidwhatError, UnknownArticle
from embeddings.library import Library
from embeddings.sources.arriving import read_articles


def verify_library(library: Library) -> list[str]:
    """What is wrong inside the library, and which articles' files have changed or gone since they were indexed.

    Pages are not fetched again.
    """
    faults = library.store.check()
    texts_of = lru_cache(maxsize=1)(_texts)  # the articles of one file mostly follow each other
    for summary in library.store.articles():
        if summary.source and "://" not in summary.source:
            fault = _source_fault(library, summary.id, Path(summary.source), texts_of)
            if fault:
                faults.append(f"{summary.id}: {fault}")
    return faults


def _texts(path: Path) -> dict[str, str]:
    return {article.id: article.text for article in read_articles(path)}


def _source_fault(
    library: Library, article_id: str, path: Path, texts_of: Callable[[Path], dict[str, str]]
) -> str | None:
    if not path.exists():
        return f"its file {path} is gone; the library keeps its text."
    try:
        present = texts_of(path).get(article_id)
    except ArticleError as error:
        return f"its file {path} can no longer be read: {error}."
    if present != library.store.article(article_id).text:
        return f"its file {path} has changed since it was indexed: run `saidwhat index {path}`."
    return None


def verify_answers(name: str, library: Library) -> tuple[list[str], int]:
    """What does not stand as cited in a file of `ask --json` lines ("-" is stdin), and how many passages there are.

    Raises SaidwhatError where the file cannot be read or is of another form.
    """
    faults, checked = [], 0
    for number, line in enumerate(_lines(name), 1):
        try:
            answer = json.loads(line)
            for passage in answer["passages"]:
                for part in (passage, {**passage["context"], "article": passage["article"]}):
                    fault = _fault(part["article"], part["start"], part["end"], part["text"], library)
                    if fault:
                        faults.append(f"line {number}: {fault}")
                        break
                checked += 1
            for quote in answer["quotes"]:
                fault = _fault(quote["article"], quote["start"], quote["end"], quote["text"], library)
                if fault:
                    faults.append(f"line {number}: {fault}")
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise SaidwhatError(f"Line {number} of {name} is no answer as `saidwhat ask --json` prints it.") from error
    return faults, checked


def _fault(article_id: str, start: int, end: int, text: str, library: Library) -> str | None:
    try:
        stored = library.store.article(article_id).text
    except UnknownArticle:
        return f"the article {article_id!r} is not in the library."
    if stored[start:end] == text:
        return None
    elsewhere = stored.find(text)
    if elsewhere >= 0:
        return f"{article_id}: the passage now stands at {elsewhere}–{elsewhere + len(text)}, not at {start}–{end}."
    return f"{article_id}: the passage at {start}–{end} is not in the article; it changed since, or never stood there."


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SaidwhatError(
            f"{name} cannot be read ({reason}): name a file that `saidwhat ask --json` wrote."
        ) from error
    return [line for line in text.splitlines() if line.strip()]
