"""Sentences and words in, the sentences that best match the words out, by BM25 over all that are held.

For every stem the table `postings` lists the sentences that have it. FTS5's own index would do, but its ranking goes
through the rows of every word twice and looks up the length of each: with 1,000,000 sentences, questions of common
words took it 125 to 330 ms. These lists take 5 to 15 ms, and the scores are the same (Robertson and Zaragoza 2009,
"The Probabilistic Relevance Framework"), but for what the limits below cut off.

An entry is 32 bits: 14 for the sentence's id within its block, 6 for how often the stem stands there, 12 for the
number of the sentence's words. So a row is one stem's entries of one block, ascending, and ranking needs nothing else.
How many ids are a block, up to 16,384, is the database's: what grows is the last block's rows, each written anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log
from operator import itemgetter
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from embeddings.stores.best import best
from embeddings.stores.scopes import Among, Ids, Ranges, within
from embeddings.stores.sql import Database, Row
from embeddings.stores.stems import Stemmer

_TIMES_BITS, _LENGTH_BITS = 6, 12
_COUNTS_BITS = _TIMES_BITS + _LENGTH_BITS
_MOST_TIMES, _MOST_WORDS = (1 << _TIMES_BITS) - 1, (1 << _LENGTH_BITS) - 1
_K1, _B, _LEAST = 1.2, 0.75, 1e-6  # FTS5's: a word that is in most sentences still counts a little
_PHRASES_READ = 1_000  # sentences; where more hold all words of a phrase, the newest are read, and the rest believed
_BLOCKS_NAMED = 100  # of a scope
_RANGES_NAMED = 20  # of a scope
_CHECKED = 1_000  # sentences at a time

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Occurrences:
    """The sentences that have a word: their ids, ascending, and for each the lower bits of its entry.

    `counts` are how often the sentence has the word, times 4,096, and how many words it has.
    """

    ids: Ids
    counts: npt.NDArray[np.uint32]

    def of(self, chosen: npt.NDArray[np.bool_]) -> _Occurrences:
        return _Occurrences(self.ids[chosen], self.counts[chosen])


_NOWHERE = _Occurrences(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint32))


def add_words(database: Database, stemmer: Stemmer, shelf: int, first: int, texts: Sequence[str]) -> None:
    """List the sentences `texts` on a shelf, whose ids run up from `first` and were never used."""
    stems = stemmer.of_texts(texts)
    database.executemany(
        f"INSERT INTO postings VALUES (?, ?, ?) ON CONFLICT (stem, block) DO UPDATE SET entries = {database.appended}",
        [(*row, np.array(entries, dtype="<u4").tobytes()) for row, entries in _entries(database, first, stems).items()],
    )
    count_words(database, shelf, len(stems), sum(map(len, stems)))


def remove_words(database: Database, stemmer: Stemmer, shelf: int, first: int, texts: Sequence[str]) -> None:
    """Take the sentences `texts`, which were added with ids from `first` on, off the lists."""
    stems = stemmer.of_texts(texts)
    gone = _entries(database, first, stems)
    sql = "SELECT stem, block, entries FROM postings WHERE stem IN ? AND block IN ?"
    less, empty = [], []
    for *row, entries in database.execute(sql, [list({part[at] for part in gone}) for at in (0, 1)]).fetchall():
        before = np.frombuffer(entries, dtype="<u4")
        kept = before[~np.isin(before, np.array(gone.get((row[0], row[1]), ()), dtype="<u4"))]
        if len(kept):
            less.append((kept.tobytes(), *row))
        else:
            empty.append(row)
    database.executemany("UPDATE postings SET entries = ? WHERE stem = ? AND block = ?", less)
    database.executemany("DELETE FROM postings WHERE stem = ? AND block = ?", empty)
    count_words(database, shelf, -len(stems), -sum(map(len, stems)))


def lists_sentences(database: Database, stemmer: Stemmer) -> bool:
    """Whether the lists are those of the sentences held, no more and no less; goes through all of both."""
    expected, counted, by_shelf = 0, [0, 0], dict[int | None, list[int]]()
    sql = "SELECT s.id, s.text, shelf FROM sentences s LEFT JOIN articles a ON a.id = s.article ORDER BY s.id"
    for block in database.blocks(sql, (), _CHECKED):
        stems = stemmer.of_texts([text for _, text, _ in block])
        for (i, _, shelf), words in zip(block, stems, strict=True):
            for counts in (counted, by_shelf.setdefault(shelf, [0, 0])):
                counts[:] = counts[0] + 1, counts[1] + len(words)
            for row, entries in _entries(database, i, [words]).items():
                expected += _fingerprint(*row, np.array(entries, dtype="<u4"))
    found = sum(
        _fingerprint(stem, block, np.frombuffer(entries, dtype="<u4"))
        for rows in database.blocks("SELECT stem, block, entries FROM postings", (), _CHECKED)
        for stem, block, entries in rows
    )
    by_shelf.pop(None, None)  # sentences of no article, which are another fault
    rows = database.execute("SELECT number, sentences, words FROM shelves WHERE sentences != 0 OR words != 0")
    told = {shelf: counts for shelf, *counts in rows}
    return (expected, tuple(counted), by_shelf) == (found, _counts(database), told)


def _fingerprint(stem: str, block: int, entries: npt.NDArray[np.uint32]) -> int:
    """A number that sums up, so that lists can be compared in any order and in parts."""
    return (crc32(stem.encode()) + 1) * (int(entries.sum(dtype=np.uint64)) + (block << 32) * len(entries))


def _entries(database: Database, first: int, stems: Sequence[Sequence[str]]) -> dict[tuple[str, int], list[int]]:
    """The entries of sentences, by the row that they belong to."""
    rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, words in enumerate(stems, first):
        block, place = divmod(number, database.block)
        for stem, times in Counter(words).items():
            place_and_times = place << _TIMES_BITS | min(times, _MOST_TIMES)
            rows[stem, block].append(place_and_times << _LENGTH_BITS | min(len(words), _MOST_WORDS))
    return rows


def count_words(database: Database, shelf: int, sentences: int, words: int) -> None:
    """Count so many sentences and words more on a shelf, and in all."""
    sql = "UPDATE shelves SET sentences = sentences + ?, words = words + ? WHERE number = ?"
    database.execute(sql, (sentences, words, shelf))
    database.execute(
        'INSERT INTO word_counts VALUES (1, ?, ?) ON CONFLICT ("only") DO UPDATE'
        " SET sentences = word_counts.sentences + excluded.sentences, words = word_counts.words + excluded.words",
        (sentences, words),
    )


def sentence_count(database: Database) -> int:
    """How many sentences are held."""
    return _counts(database)[0]


def _counts(database: Database) -> tuple[int, int]:
    row = database.execute("SELECT sentences, words FROM word_counts").fetchone()
    return (row[0], row[1]) if row else (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What a search by words tells: the ids of the best sentences with their BM25, best first.

    Also in how many sentences, of those in scope, each word occurs; and how many are in scope.
    """

    best: list[tuple[int, float]]
    frequencies: list[int]
    sentences: int


def frequencies(
    database: Database, stemmer: Stemmer, words: Sequence[str], scope: Among | None = None
) -> tuple[list[int], int]:
    """In how many sentences, of those in scope, each of `words` occurs; and how many sentences are in scope."""
    every = stemmer.of_words(words)
    if scope is None:
        return _by_length(database, stemmer, every), sentence_count(database)
    if scope.left_out is not None:
        held, out = _by_length(database, stemmer, every), _by_reading(database, stemmer, every, scope.left_out)
        return [one - less for one, less in zip(held, out, strict=True)], scope.sentences
    whole_blocks = len(scope.ranges) <= _RANGES_NAMED and not (scope.ranges % database.block).any()
    counted = _by_length if whole_blocks else _by_reading
    return counted(database, stemmer, every, scope.ranges), scope.sentences


def _by_length(
    database: Database, stemmer: Stemmer, every: Sequence[tuple[str, ...]], scope: Ranges | None = None
) -> list[int]:
    """In how many of all sentences each word occurs, given by its stems; or of those in scope, which is whole blocks.

    The length of a list is known without reading it.
    """
    inside, values = ("", []) if scope is None else _in_blocks(database, scope)
    sql = f"SELECT stem, sum(length(entries)) FROM postings WHERE stem IN ?{inside} GROUP BY stem"
    lengths = dict(database.execute(sql, ([stems[0] for stems in every if len(stems) == 1], *values)).fetchall())
    phrases = iter(_by_reading(database, stemmer, [stems for stems in every if len(stems) != 1], scope))
    return [lengths.get(stems[0], 0) // 4 if len(stems) == 1 else next(phrases) for stems in every]


def _by_reading(
    database: Database, stemmer: Stemmer, every: Sequence[tuple[str, ...]], scope: Ranges | None
) -> list[int]:
    return [len(held.ids) for held in _occurrences(database, stemmer, every, scope)]


def best_matches(
    database: Database, stemmer: Stemmer, words: Sequence[str], count: int, scope: Among | None = None
) -> Matches:
    """The `count` sentences in scope that best match any of `words`."""
    every, ranges = stemmer.of_words(words), scope.ranges if scope else None
    found = _occurrences(database, stemmer, every, ranges)
    there = [(stems, one) for stems, one in zip(every, found, strict=True) if len(one.ids)]
    frequencies = [len(one.ids) for _, one in there]
    if scope and scope.words is not None:
        sentences, total = scope.sentences, scope.words
    else:
        sentences, total = _counts(database)
        if scope:
            frequencies = _by_length(database, stemmer, [stems for stems, _ in there])
    scores = []
    for (_, one), frequency in zip(there, frequencies, strict=True):
        weight = max(log((sentences - frequency + 0.5) / (frequency + 0.5)), _LEAST)
        scores.append(_scores(one.counts, weight, sentences / total))
    matches = best(*_summed([one.ids for _, one in there], scores), count) if there else []
    return Matches(matches, [len(one.ids) for one in found], scope.sentences if scope else sentences)


def _scores(counts: npt.NDArray[np.uint32], weight: float, per_length: float) -> _Floats:
    """BM25 of one word of this weight; `per_length` is one over the average number of words."""
    most = int(counts.max())
    if most + 1 < len(counts):  # most sentences are alike in this: each case is worked out once
        return _scores(np.arange(most + 1, dtype=np.uint32), weight, per_length)[counts]
    times = counts >> _LENGTH_BITS
    relative_length = (counts & _MOST_WORDS) * per_length
    found: _Floats = weight * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * relative_length))
    return found


def _summed(ids: list[Ids], scores: list[_Floats]) -> tuple[Ids, _Floats]:
    """Each id once, ascending, with the sum of its scores, all above zero."""
    if len(ids) == 1:
        return ids[0], scores[0]
    every, weights = np.concatenate(ids), np.concatenate(scores)
    low = int(every.min())
    if (int(every.max()) - low) > 20 * len(every):  # few in a large library: sorting costs less than a sum for every id
        single, places = np.unique(every, return_inverse=True)
        return single, np.bincount(places, weights=weights).astype(np.float64)
    sums = np.bincount(every - low, weights=weights).astype(np.float64, copy=False)
    single = np.flatnonzero(sums)
    return single + low, sums[single]


def _occurrences(
    database: Database, stemmer: Stemmer, every: Sequence[tuple[str, ...]], scope: Ranges | None
) -> list[_Occurrences]:
    """Where each word occurs in scope, given by its stems; one of several stems is a phrase."""
    listed = _listed(database, list(dict.fromkeys(stem for stems in every for stem in stems)), scope)
    return [
        listed[stems[0]] if len(stems) == 1 else _of_phrase(database, stemmer, stems, [listed[stem] for stem in stems])
        for stems in every
    ]


def _of_phrase(
    database: Database, stemmer: Stemmer, stems: tuple[str, ...], single: Sequence[_Occurrences]
) -> _Occurrences:
    """Where `stems` occur in a row, with how often they do; `single` are where each of them occurs."""
    if not stems:
        return _NOWHERE
    all_in = min(single, key=lambda found: len(found.ids))
    for other in single:
        all_in = all_in.of(np.isin(all_in.ids, other.ids, assume_unique=True))
    read = all_in.ids[-_PHRASES_READ:].tolist()
    rows = database.execute("SELECT text FROM sentences WHERE id IN ? ORDER BY id", (read,))
    size, times = len(stems), np.ones(len(all_in.ids), dtype=np.int64)
    read_times = [
        sum(tuple(words[at : at + size]) == stems for at in range(len(words) - size + 1))
        for words in stemmer.of_texts([row[0] for row in rows])
    ]
    times[len(times) - len(read_times) :] = read_times
    counts = (np.minimum(times, _MOST_TIMES) << _LENGTH_BITS) | (all_in.counts & _MOST_WORDS)
    return _Occurrences(all_in.ids, counts.astype(np.uint32)).of(times > 0)


def _listed(database: Database, stems: list[str], scope: Ranges | None) -> dict[str, _Occurrences]:
    """Where each of `stems` occurs in scope."""
    found = dict.fromkeys(stems, _NOWHERE)
    if not stems or (scope is not None and not len(scope)):
        return found
    inside, values = ("", []) if scope is None else _in_blocks(database, scope)
    sql = f"SELECT stem, block, entries FROM postings WHERE stem IN ?{inside} ORDER BY stem, block"
    for stem, rows in groupby(database.execute(sql, (stems, *values)).fetchall(), key=itemgetter(0)):
        found[stem] = _of_rows(database, list(rows), scope)
    return found


def _of_rows(database: Database, rows: Sequence[Row], scope: Ranges | None) -> _Occurrences:
    """What the rows of one stem tell; where the blocks in scope are many, there are some more between them."""
    entries = np.frombuffer(b"".join([row[2] for row in rows]), dtype="<u4")
    firsts = np.array([row[1] for row in rows], dtype=np.int64) * database.block
    ids = np.repeat(firsts, [len(row[2]) // 4 for row in rows]) + (entries >> _COUNTS_BITS)
    found = _Occurrences(ids, (entries & ((1 << _COUNTS_BITS) - 1)).astype(np.uint32, copy=False))
    return found if scope is None else found.of(within(ids, scope))


def _in_blocks(database: Database, scope: Ranges) -> tuple[str, list[Any]]:
    """A further condition that holds rows to the blocks that the scope touches, and its values."""
    firsts, lasts = scope[:, 0] // database.block, (scope[:, 1] - 1) // database.block
    if int((lasts - firsts).sum()) + len(scope) <= _BLOCKS_NAMED:
        blocks = {block for first, last in zip(firsts, lasts, strict=True) for block in range(first, last + 1)}
        return " AND block IN ?", [sorted(map(int, blocks))]
    if len(scope) <= _RANGES_NAMED:
        one = " OR ".join(["block BETWEEN ? AND ?"] * len(scope))
        return f" AND ({one})", np.column_stack((firsts, lasts)).ravel().tolist()
    return " AND block BETWEEN ? AND ?", [int(firsts[0]), int(lasts[-1])]
