"""A library, or answers given from it, in; what no longer holds out, one sentence a fault."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from embeddings.errors import ArticleError, SaidwhatError, UnknownArticle, unreadable
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


@dataclass(slots=True)
class Verified:
    """What came of answers, a sentence each, and how many passages there are.

    `gone` is what an earlier text of its article has as cited, and the present one nowhere; `faults` are what no text
    has as cited; of what is `changed` the present text has the passage, but elsewhere, or among other words.
    """

    gone: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    passages: int = 0


def verify_answers(name: str, library: Library) -> Verified:
    """Whether the passages and quotes in a file of `ask --json` lines ("-" is stdin) stand as cited.

    Raises SaidwhatError where the file cannot be read or is of another form.
    """
    found = Verified()
    for number, line in enumerate(_lines(name), 1):
        try:
            answer = json.loads(line)
            for passage in answer["passages"]:
                context = {**passage["context"], "article": passage["article"]}
                _verify([passage, context], f"line {number}: ", library, found)
                found.passages += 1
            for quote in answer["quotes"]:
                _verify([quote], f"line {number}: ", library, found)
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise SaidwhatError(f"Line {number} of {name} is no answer as `saidwhat ask --json` prints it.") from error
    return found


def _verify(parts: Sequence[dict[str, Any]], where: str, library: Library, found: Verified) -> None:
    """Note the first of `parts` that does not stand where it says, or does so in an earlier text only."""
    for part in parts:
        article_id, start, end, text = (part[name] for name in ("article", "start", "end", "text"))
        try:
            stored = library.store.article(article_id).text
        except UnknownArticle:
            found.faults.append(f"{where}the article {article_id!r} is not in the library.")
            return
        if stored[start:end] == text:
            continue
        at = f"the passage at {start}–{end}"
        now = stored.find(text)
        if any(former[start:end] == text for former in library.store.former_texts(article_id)):
            if now < 0 and part is parts[0]:  # and not its context alone
                told = f"{at} no longer stands in {article_id}: it stands as cited in an earlier text."
                found.gone.append(where + told)
            else:
                found.changed.append(f"{where}{article_id} has changed since; {at} stands as cited in an earlier text.")
        elif now >= 0:
            found.faults.append(
                f"{where}{article_id}: the passage stands at {now}–{now + len(text)}, not at {start}–{end}."
            )
        else:
            found.faults.append(f"{where}{article_id}: {at} is not in the article, and in no earlier text of it.")
        return


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SaidwhatError(
            f"{name} cannot be read ({unreadable(error)}): name a file that `saidwhat ask --json` wrote."
        ) from error
    return [line for line in text.splitlines() if line.strip()]
