"""A folder in, transactions on the Telegram front's SQLite file in it out; and what such a place of keeping is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from embeddings.errors import StoreError
from embeddings.stores.sql import Rows

_TABLES = """
CREATE TABLE IF NOT EXISTS chats (
    chat INTEGER PRIMARY KEY, unaddressed INTEGER NOT NULL, language TEXT, members_add INTEGER NOT NULL DEFAULT 0,
    index_posts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS feedback (
    question TEXT PRIMARY KEY, up INTEGER NOT NULL DEFAULT 0, down INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS shelves (  -- number counts up as articles come; post is the channel's post that brought it
    number INTEGER PRIMARY KEY, chat INTEGER NOT NULL, article TEXT NOT NULL, post INTEGER, UNIQUE (chat, article)
) STRICT;
CREATE TABLE IF NOT EXISTS readings (  -- messages of the bot that say that something is being read
    chat INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (chat, message)
) STRICT;
"""
_SINCE = (  # columns that older files do not have
    ("chats", "members_add", "INTEGER NOT NULL DEFAULT 0"),
    ("chats", "index_posts", "INTEGER NOT NULL DEFAULT 0"),
    ("shelves", "post", "INTEGER"),
)


class KeptRows(Protocol):
    """The tables above, inside a transaction, in SQL that SQLite and PostgreSQL have in common."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        """Run a statement, in which each `?` stands for a value."""
        ...


class Kept(Protocol):
    """Where the Telegram front keeps what outlives it."""

    @property
    def is_shared(self) -> bool:
        """Whether other programs change it, too: then nothing that was read stays true."""
        ...

    @property
    def changing(self) -> AbstractContextManager[object]:
        """Held by whoever changes shelves and the library together: one at a time, of all programs that share both."""
        ...

    def opened(self, *, write: bool = False) -> AbstractContextManager[KeptRows]:
        """The tables, in one transaction; falsy where nothing was kept yet and nothing is to be written.

        Raises StoreError.
        """
        ...


class KeptFile:
    """The file `telegram.sqlite` in the folder `home`, made at the first write. A Kept."""

    is_shared = False

    def __init__(self, home: Path) -> None:
        self.path = home / "telegram.sqlite"
        self.changing: AbstractContextManager[object] = threading.Lock()

    @contextmanager
    def opened(self, *, write: bool = False) -> Iterator[KeptRows]:
        if not write and not self.path.exists():
            yield None  # type: ignore[misc]
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=5)) as database, database:
                database.executescript(_TABLES)
                for table, column, kind in _SINCE:
                    is_there = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?"
                    if not database.execute(is_there, (table, column)).fetchone():
                        database.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
                yield database
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self.path} cannot be used ({error}): check the disk, or remove the file; it holds the chats'"
                " settings and shelves, and the counts of thumbs."
            ) from error
