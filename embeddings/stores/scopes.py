"""A scope in, where its sentences' ids stand out; and the SQL that holds a list to its articles."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import UnknownArticle
from embeddings.stores.sql import Database
from embeddings.types import Scope

Ids = npt.NDArray[np.int64]
"""int64, shape (n,); ids of sentences, ascending and each once."""

Ranges = npt.NDArray[np.int64]
"""int64, shape (n, 2), ascending; the half-open ranges of ids of n articles' sentences."""


def held_ranges(database: Database) -> Ranges:
    """Where the sentences of all articles stand."""
    return _ranges(database.execute("SELECT first_sentence, sentence_count FROM articles ORDER BY 1, 2").fetchall())


def scope_ranges(database: Database | None, scope: Scope) -> Ranges | None:
    """Where the sentences in scope stand; None for all. Raises UnknownArticle."""
    if scope is None:
        return None
    wanted = list(dict.fromkeys(scope))
    sql = "SELECT id, first_sentence, sentence_count FROM articles WHERE id IN ?"
    held = {row[0]: row[1:] for row in database.execute(sql, (wanted,))} if database else {}
    for article_id in wanted:
        if article_id not in held:
            raise UnknownArticle.named(article_id)
    return _ranges(sorted(held.values()))


def _ranges(rows: list[tuple[int, int]]) -> Ranges:
    firsts_and_counts = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return np.cumsum(firsts_and_counts, axis=1)


def size(ranges: Ranges) -> int:
    """How many ids lie in `ranges`."""
    return int(np.subtract(ranges[:, 1], ranges[:, 0]).sum())


def up_to(ranges: Ranges, last: int) -> Ranges:
    """Those of `ranges` that end at the id `last` or before."""
    return ranges[ranges[:, 1] <= last + 1]


def mask(ranges: Ranges, last: int) -> npt.NDArray[np.bool_]:
    """Whether the id that is its place lies in one of `ranges`, shape (last + 1,)."""
    steps = np.zeros(last + 2, dtype=np.int8)
    within_last = up_to(ranges, last)
    np.add.at(steps, within_last[:, 0], 1)
    np.add.at(steps, within_last[:, 1], -1)
    return np.cumsum(steps, dtype=np.int8)[:-1].astype(np.bool_)


def within(ids: npt.NDArray[np.int64], ranges: Ranges) -> npt.NDArray[np.bool_]:
    """For each of `ids` whether it lies in one of `ranges`."""
    if not len(ranges):
        return np.zeros(len(ids), dtype=np.bool_)
    at = np.searchsorted(ranges[:, 0], ids, side="right") - 1
    inside: npt.NDArray[np.bool_] = (at >= 0) & (ids < ranges[at, 1])
    return inside


def check_scope(database: Database | None, scope: Scope) -> None:
    """Raises UnknownArticle where an article in scope is not held."""
    scope_ranges(database, scope)


def among(scope: Scope) -> tuple[str, list[Any]]:
    """The condition on a column `article` that holds a list to its scope, and its values; empty for all articles."""
    if scope is None:
        return "", []
    return "article IN ?", [list(scope)]


def in_articles(database: Database | None, scope: Scope) -> tuple[str, list[Any]]:
    """The same as a WHERE clause. Raises UnknownArticle."""
    check_scope(database, scope)
    condition, values = among(scope)
    return (f" WHERE {condition}" if condition else ""), values
