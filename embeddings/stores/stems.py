"""Texts in, the stems of their words out, as SQLite's full-text search FTS5 splits and stems them (Porter 1980)."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Sequence

_UNREADABLE = re.compile("[\0\ud800-\udfff]")  # what no text in SQLite can hold
_KEPT = 10_000  # words of questions


class Stemmer:
    """FTS5 in memory, of which only the tokenizer is used. Of a stem no more than `longest` characters are kept."""

    def __init__(self, longest: int | None = None) -> None:
        self._longest = longest
        self._lock = threading.RLock()
        self._database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._database.execute(
            "CREATE VIRTUAL TABLE texts USING fts5"
            " (text, content='', columnsize=0, tokenize='porter unicode61 remove_diacritics 2')"
        )
        self._database.execute("CREATE VIRTUAL TABLE places USING fts5vocab (texts, instance)")
        self._known: dict[str, tuple[str, ...]] = {}

    def of_texts(self, texts: Sequence[str]) -> list[list[str]]:
        """The stems of each text, in order."""
        found: list[list[tuple[int, str]]] = [[] for _ in texts]
        with self._lock:
            self._database.execute("BEGIN")
            try:
                self._database.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(texts))
                for number, place, stem in self._database.execute("SELECT doc, offset, term FROM places"):
                    found[number].append((place, stem))
            finally:
                self._database.execute("ROLLBACK")  # takes half the time that deleting them does
        return [[stem[: self._longest] for _, stem in sorted(places)] for places in found]

    def of_words(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """The stems of each word: several where it is a phrase to FTS5, as "U.S." is; none where it has no letter."""
        with self._lock:
            unknown = [word for word in dict.fromkeys(words) if word not in self._known]
            if len(self._known) + len(unknown) > _KEPT:
                self._known.clear()
                unknown = list(dict.fromkeys(words))
            if unknown:
                found = self.of_texts([_UNREADABLE.sub(" ", word) for word in unknown])
                self._known.update(zip(unknown, map(tuple, found), strict=True))
            return [self._known[word] for word in words]
