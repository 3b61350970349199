"""A scope in, where its sentences' ids stand out; and the SQL that holds a list to its articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import UnknownArticle
from embeddings.stores.sql import Database
from embeddings.types import AllBut, Scope

Ids = npt.NDArray[np.int64]
"""int64, shape (n,); ids of sentences, ascending and each once."""

Ranges = npt.NDArray[np.int64]
"""int64, shape (n, 2), ascending; the half-open ranges of ids of n articles' sentences."""


def held_ranges(database: Database) -> Ranges:
    """Where the sentences of all articles stand."""
    return _ranges(database.execute("SELECT first_sentence, sentence_count FROM articles ORDER BY 1, 2").fetchall())


def scope_ranges(database: Database | None, scope: Scope) -> Ranges | None:
    """Where the sentences in scope stand; None for all. Raises UnknownArticle.

    Those of all articles but some may also hold ids of no sentence, and have no end.
    """
    if scope is None:
        return None
    if isinstance(scope, AllBut):
        return _between(ranges_of(database, scope.articles)) if database else _NOWHERE
    places = _places(database, scope)
    unknown = next((article_id for article_id in scope if article_id not in places), None)
    if unknown is not None:
        raise UnknownArticle.named(unknown)
    return _ranges([*places.values()])


def ranges_of(database: Database, articles: Sequence[str]) -> Ranges:
    """Where the sentences of those of `articles` stand that are held."""
    return _ranges([*_places(database, articles).values()])


def _places(database: Database | None, articles: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The first sentence of each of `articles` that is held, and how many it has."""
    sql = "SELECT id, first_sentence, sentence_count FROM articles WHERE id IN ?"
    rows = database.execute(sql, (list(articles),)) if database else ()
    return {article_id: (first, count) for article_id, first, count in rows}


_NOWHERE: Ranges = np.empty((0, 2), dtype=np.int64)
_NO_END = 2**63 - 1  # above every id


def _ranges(places: list[tuple[int, int]]) -> Ranges:
    firsts_and_counts = np.array(sorted(places), dtype=np.int64).reshape(-1, 2)
    return np.cumsum(firsts_and_counts, axis=1)


def _between(ranges: Ranges) -> Ranges:
    """All but `ranges`."""
    starts, ends = np.append(0, ranges[:, 1]), np.append(ranges[:, 0], _NO_END)
    return np.column_stack((starts, ends))[starts < ends]


def size(ranges: Ranges) -> int:
    """How many ids lie in `ranges`."""
    return int(np.subtract(ranges[:, 1], ranges[:, 0]).sum())


def up_to(ranges: Ranges, last: int) -> Ranges:
    """What of `ranges` is up to the id `last`."""
    return np.minimum(ranges[ranges[:, 0] <= last], last + 1)


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
    word, articles = ("NOT IN", scope.articles) if isinstance(scope, AllBut) else ("IN", scope)
    return f"article {word} ?", [list(articles)]


def in_articles(database: Database | None, scope: Scope) -> tuple[str, list[Any]]:
    """The same as a WHERE clause. Raises UnknownArticle."""
    check_scope(database, scope)
    condition, values = among(scope)
    return (f" WHERE {condition}" if condition else ""), values
