"""A scope and words in, the SQL that holds a search to them out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

import numpy as np

from embeddings.errors import UnknownArticle
from embeddings.stores.faiss_index import Ids
from embeddings.types import Scope

_UNQUOTABLE = re.compile('["\0\ud800-\udfff]')  # what FTS5 cannot take between quotation marks


def quoted(words: Sequence[str]) -> list[str]:
    """`words` as FTS5 takes them, without those that hold no letter or digit."""
    plain = (_UNQUOTABLE.sub(" ", word) for word in words)
    return [f'"{word}"' for word in plain if any(map(str.isalnum, word))]


def sentence_ids(database: sqlite3.Connection | None, scope: Scope) -> Ids | None:
    """The ids of the sentences in scope, shape (n,); None for all. Raises UnknownArticle."""
    if scope is None:
        return None
    ranges = []
    for article_id in dict.fromkeys(scope):
        row = (
            database
            and database.execute(
                "SELECT first_sentence, sentence_count FROM articles WHERE id = ?", (article_id,)
            ).fetchone()
        )
        if not row:
            raise UnknownArticle.named(article_id)
        ranges.append(np.arange(row[0], row[0] + row[1], dtype=np.int64))
    return np.concatenate(ranges) if ranges else np.empty(0, dtype=np.int64)


def among_sentences(among: Ids | None, scope: Scope) -> tuple[str, list[int | str]]:
    """The condition on a sentence's rowid that holds a search to its scope, and its values."""
    if among is None or scope is None:
        return "", []
    if not len(among):
        return " AND false", []
    low, high = int(among.min()), int(among.max())
    if high - low + 1 == len(among):
        return " AND rowid BETWEEN ? AND ?", [low, high]
    marks = ", ".join("?" * len(scope))
    condition = f" AND rowid BETWEEN ? AND ? AND rowid IN (SELECT id FROM sentences WHERE article IN ({marks}))"
    return condition, [low, high, *scope]


def in_articles(database: sqlite3.Connection | None, scope: Scope) -> tuple[str, list[str]]:
    """The WHERE clause on a column `article` that holds a list to its scope, and its values. Raises UnknownArticle."""
    if scope is None:
        return "", []
    wanted = list(dict.fromkeys(scope))
    marks = ", ".join("?" * len(wanted))
    rows = database.execute(f"SELECT id FROM articles WHERE id IN ({marks})", wanted).fetchall() if database else []
    held = {row[0] for row in rows}
    for article_id in wanted:
        if article_id not in held:
            raise UnknownArticle.named(article_id)
    return f" WHERE article IN ({marks})", wanted
