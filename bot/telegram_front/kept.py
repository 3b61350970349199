"""A folder in, transactions on the Telegram front's SQLite file in it out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from embeddings.errors import StoreError

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
CREATE INDEX IF NOT EXISTS shelves_by_article ON shelves (article);
CREATE TABLE IF NOT EXISTS readings (  -- messages of the bot that say that something is being read
    chat INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (chat, message)
) STRICT;
"""
_SINCE = (  # columns that older files do not have
    ("chats", "members_add", "INTEGER NOT NULL DEFAULT 0"),
    ("chats", "index_posts", "INTEGER NOT NULL DEFAULT 0"),
    ("shelves", "post", "INTEGER"),
)


class KeptFile:
    """The file `telegram.sqlite` in the folder `home`, made at the first write."""

    def __init__(self, home: Path) -> None:
        self.path = home / "telegram.sqlite"

    @contextmanager
    def opened(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """The database, in one transaction; falsy where there is no file yet and nothing is to be written.

        Raises StoreError.
        """
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
