"""A scope in, where its sentences' ids stand out; and the SQL that holds a list to its articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import UnknownArticle
from embeddings.stores.sql import Database
from embeddings.types import Scope, Shelves

Ids = npt.NDArray[np.int64]
"""int64, shape (n,); ids of sentences, ascending and each once."""

Ranges = npt.NDArray[np.int64]
"""int64, shape (n, 2), ascending; the half-open ranges of ids of n articles' sentences."""


@dataclass(frozen=True, slots=True)
class OpenShelves:
    """The numbers of the shelves in scope, where others hold something, and what is on them."""

    numbers: tuple[int, ...]
    sentences: int
    words: int
    others: int  # sentences


SeenScope = Sequence[str] | OpenShelves | None
"""A scope in the terms of one library; shelves beside which there are no others are None, all articles."""


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """The sentences in scope: those of all ids in `ranges`, where there may also be ids of no sentence.

    `words` is how many words they have, where they are to be scored as if there were no others; else None. `left_out`
    are the ids of all others, where these are fewer.
    """

    ranges: Ranges
    sentences: int
    words: int | None = None
    left_out: Ranges | None = None


def seen(database: Database | None, scope: Scope) -> SeenScope:
    """A scope as this library has it."""
    if not isinstance(scope, Shelves):
        return scope
    if database is None:
        return ()
    numbers, sentences, words, held = database.open_shelves(["", *scope.names])
    return OpenShelves(tuple(numbers), sentences, words, held - sentences) if held > sentences else None


def held_ranges(database: Database) -> Ranges:
    """Where the sentences of all articles stand."""
    return _ranges(database.execute("SELECT first_sentence, sentence_count FROM articles ORDER BY 1, 2").fetchall())


def sentences_among(database: Database, scope: SeenScope) -> Among | None:
    """The sentences in scope; None for all. Raises UnknownArticle."""
    if scope is None:
        return None
    if isinstance(scope, OpenShelves):
        return _on_shelves(database, scope)
    ranges = _ranges_of(database, scope)
    return Among(ranges, size(ranges))


def _ranges_of(database: Database | None, scope: Sequence[str]) -> Ranges:
    places = _places(database, scope)
    unknown = next((article_id for article_id in scope if article_id not in places), None)
    if unknown is not None:
        raise UnknownArticle.named(unknown)
    return _ranges([*places.values()])


def _on_shelves(database: Database, scope: OpenShelves) -> Among:
    if database.ids_of_shelf:
        places = [(number * database.ids_of_shelf, database.ids_of_shelf) for number in scope.numbers]
        return Among(_ranges(places), scope.sentences, scope.words)
    numbers = [list(scope.numbers)]
    sql = "SELECT first_sentence, sentence_count FROM articles WHERE shelf"
    if scope.sentences <= scope.others:
        return Among(_ranges(database.execute(f"{sql} IN ?", numbers).fetchall()), scope.sentences, scope.words)
    sql = f"{sql} IN (SELECT number FROM shelves WHERE sentences > 0 AND number NOT IN ?)"
    left_out = _ranges(database.execute(sql, numbers).fetchall())
    return Among(_between(left_out), scope.sentences, scope.words, left_out)


def _places(database: Database | None, articles: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The first sentence of each of `articles` that is held, and how many it has."""
    sql = "SELECT id, first_sentence, sentence_count FROM articles WHERE id IN ?"
    rows = database.execute(sql, (list(articles),)) if database else ()
    return {article_id: (first, count) for article_id, first, count in rows}


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


def check_scope(database: Database | None, scope: SeenScope) -> None:
    """Raises UnknownArticle where an article in scope is not held."""
    if scope is not None and not isinstance(scope, OpenShelves):
        _ranges_of(database, scope)


def among(scope: SeenScope, table: str) -> tuple[str, list[Any]]:
    """The condition that holds a list of what is in `table` to its scope, and its values; empty for all articles."""
    if scope is None:
        return "", []
    if isinstance(scope, OpenShelves):
        return f"{table}.shelf IN ?", [list(scope.numbers)]
    return f"{table}.article IN ?", [list(scope)]


def where(database: Database | None, scope: SeenScope, table: str) -> tuple[str, list[Any]]:
    """The same as a WHERE clause. Raises UnknownArticle."""
    check_scope(database, scope)
    condition, values = among(scope, table)
    return (f" WHERE {condition}" if condition else ""), values
