"""A folder in, the SQLite library in it out: opened, read, written in whole transactions, its errors explained."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.errors import StampError, StoreError
from embeddings.stores.rows import meta, set_meta
from embeddings.stores.schema import FORMAT, make_tables
from embeddings.stores.sqlite_database import SqliteDatabase
from embeddings.stores.upgrading import bring_up_to_date

_WAIT_SECONDS = 30  # for another process that is writing
_PAGE_BYTES = 16_384  # of a new library: SQLite's own 4,096 leave a quarter of each page of vectors and states empty
_LEAST_CACHE, _OF_FILE = 2048, 1024  # KiB for pages; the inner pages of a table are about a thousandth of it


class SqliteFile:
    """The library in the folder `home`, made at the first write; usable from several threads and processes.

    `on_close` is called when the connection is given up, as it is where the file was replaced under a running bot.
    """

    def __init__(self, home: Path, on_close: Callable[[], None], name: str = "library.sqlite") -> None:
        self.home = home
        self.path = home / name
        self._on_close = on_close
        self._lock = threading.RLock()
        self._connection: SqliteDatabase | None = None
        self._opened_file: tuple[int, int] | None = None
        self._is_current = False  # of the present format, which a file keeps

    @contextmanager
    def reading(self, *, any_format: bool = False) -> Iterator[SqliteDatabase | None]:
        """The open library, or None where there is none yet.

        Raises StampError for an older format that holds articles, other than with `any_format`.
        """
        with self._lock, self._explained():
            within = self._connection is not None and self._connection.in_transaction  # which stays with its file
            if not within and self._file_id() != self._opened_file:  # first use, or replaced under a running bot
                self.close()
                if self._file_id():
                    self._connection = self._open()
            yield self._connection if self._is_current or self._can_be_read(any_format=any_format) else None

    def _can_be_read(self, *, any_format: bool) -> bool:
        """Whether the open file is a library. Raises StampError as `reading` does."""
        version = _version(self._connection) if self._connection else 0
        self._is_current = version == FORMAT
        if self._connection and 0 < version < FORMAT and not any_format:
            if _articles(self._connection):
                raise self._outdated(version)
            return False
        return version > 0

    @contextmanager
    def snapshot(self) -> Iterator[SqliteDatabase | None]:
        """As `reading` has it; what is read inside is of one moment, whatever others write."""
        with self.reading() as database:
            if database is None or database.in_transaction:
                yield database
                return
            database.execute("BEGIN")
            try:
                yield database
            finally:
                database.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[SqliteDatabase]:
        """One transaction with a new revision, committed at the end or undone."""
        with self._lock, self._explained():
            database = self._begun()
            try:
                version = _version(database)
                if 0 < version < FORMAT and _articles(database):
                    raise self._outdated(version)
                if version < FORMAT:
                    make_tables(database)
                yield database
                set_meta(database, "revision", secrets.token_hex(8))
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise

    @contextmanager
    def successor(self) -> Iterator[SqliteFile]:
        """A library of its own, still without tables, which takes this one's place at the end.

        Raises StoreError where this one was changed meanwhile; it then stays, as it does after any error.
        """
        with self._lock, self._explained():
            before = _revision(database := self._begun())
            database.execute("ROLLBACK")
        made = SqliteFile(self.home, lambda: None, f"{self.path.name}.new")
        made.remove()  # what is left of one that was broken off
        try:
            yield made
            with made.writing():
                pass  # so that there are tables
            made.close()
            with self._lock, self._explained():
                database = self._begun("EXCLUSIVE")
                try:
                    if _revision(database) != before:
                        raise StoreError(
                            f"The library in {self.home} was changed while it was read anew, and stays as it is:"
                            " run `saidwhat index --rebuild` again."
                        )
                    made.path.replace(self.path)
                finally:
                    database.execute("ROLLBACK")
                self.close()
        finally:
            made.remove()

    def remove(self) -> None:
        """Remove the file, if it is there."""
        self.close()
        with self._explained():
            for path in (self.path, self.path.with_name(f"{self.path.name}-journal")):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the connection; the next use opens it again."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = self._opened_file = None
            self._is_current = False
            self._on_close()

    def _begun(self, kind: str = "IMMEDIATE") -> SqliteDatabase:
        """The connection with a transaction that nobody else can write beside, in the file that is there now."""
        while True:
            if self._connection is None or self._file_id() != self._opened_file:
                self.close()
                self.home.mkdir(parents=True, exist_ok=True)
                self._connection = self._open()
            self._connection.execute(f"BEGIN {kind}")
            if self._file_id() == self._opened_file:
                return self._connection
            self._connection.execute("ROLLBACK")  # the file was replaced while another process held it

    def _open(self) -> SqliteDatabase:
        database = SqliteDatabase(self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            database.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            database.execute("PRAGMA foreign_keys = ON")
            size = self.path.stat().st_size if self._file_id() else 0
            database.execute(f"PRAGMA cache_size = -{max(_LEAST_CACHE, size // _OF_FILE // 1024)}")
            version = _version(database)
            if version > FORMAT:
                raise StampError(
                    f"The library in {self.home} has format {version}, and this saidwhat knows formats up to {FORMAT}:"
                    " update saidwhat, or name another folder with --home."
                )
            bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
        self._opened_file = self._file_id()
        return database

    def _outdated(self, version: int) -> StampError:
        lack = "did not read quotes" if version == 1 else "kept what it reads in another way"
        return StampError(
            f"The library in {self.home} was made by an older saidwhat, which {lack}:"
            " read its articles anew with `saidwhat index --rebuild`."
        )

    def _file_id(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's and the system's errors as one sentence with a remedy."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(self._explanation(error)) from error
        except OSError as error:
            raise StoreError(
                f"The library in {self.home} cannot be used ({error.strerror}):"
                " check the folder's permissions and space, or name another with --home."
            ) from error

    def _explanation(self, error: sqlite3.Error) -> str:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return (
                f"The disk that holds the library in {self.home} is full or failing ({error}):"
                " free some space; nothing was lost."
            )
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            return (
                f"The library in {self.home} cannot be opened or written ({error}):"
                " check the folder's permissions, or name another with --home."
            )
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return (
                f"Another process has been writing to the library in {self.home} for {_WAIT_SECONDS} s:"
                " try again when it is done."
            )
        return (
            f"The library file {self.path} is damaged or no library ({error}):"
            " move it away and run `saidwhat index` on your articles again."
        )


def _revision(database: SqliteDatabase) -> str | None:
    return meta(database, "revision") if _version(database) else None


def _version(database: SqliteDatabase) -> int:
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    return version


def _articles(database: SqliteDatabase) -> bool:
    return bool(database.execute("SELECT 1 FROM articles LIMIT 1").fetchone())
