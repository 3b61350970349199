"""The address of a database in, the library in it out: connected to, read, written in whole transactions, its errors
explained. No message holds the password.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from pgvector.psycopg import register_vector
from psycopg import Connection, errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from embeddings.errors import StoreError, StoreUnreached
from embeddings.stores.postgres.database import PostgresDatabase, VectorBytes
from embeddings.stores.postgres.explaining import explanation, is_unreached
from embeddings.stores.postgres.migrating import migrate
from embeddings.stores.rows import set_meta

_SCHEMA = "saidwhat"
_NAMED = re.compile(r"-c\s*search_path=\"?([^\s,\"]+)|--search_path=\"?([^\s,\"]+)")
_WAIT_SECONDS = 30  # for another program that is writing
_CONNECT_SECONDS = 10
_ALIVE: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Seconds, how many, and ms, after which a server that is gone is given up."""
_GIVES_WAY_AFTER = 200  # ms; PostgreSQL looks for those that wait for each other after 1,000
_KEPT = 8  # connections that wait for their next use
_SETTINGS = {
    "lock_timeout": f"{_WAIT_SECONDS}s",
    "jit": "off",  # compiling a statement takes longer than running it
    "plan_cache_mode": "force_custom_plan",  # one plan for scopes of any size would fit none
    "hnsw.iterative_scan": "strict_order",  # a search in a scope goes on until it has found enough
    "hnsw.ef_search": "800",  # measured: see nearest.py
    "hnsw.max_scan_tuples": "40000",
}


class Connections:
    """The library at `url`, made at its first use; usable from several threads and processes.

    What another `package` keeps beside it, by migrations of its own, is in a schema of its own, which `part` names.
    """

    def __init__(self, url: str, part: str = "", package: str = __package__) -> None:
        """Raises StoreError where `url` cannot be read."""
        try:
            told = conninfo_to_dict(url)
        except psycopg.Error:
            raise StoreError(
                "The address in SAIDWHAT_STORE cannot be read:"
                " write it as postgresql://user:password@host:port/database, with % and two digits for odd characters."
            ) from None  # the cause may quote the address, which holds the password
        self._url = make_conninfo(**(_ALIVE | told))
        named = _NAMED.search(str(told.get("options", "")))
        named_schema = next(filter(None, named.groups())) if named else _SCHEMA
        if not re.fullmatch(r"[A-Za-z_]\w{0,40}", named_schema, re.ASCII):
            raise StoreError(
                "The schema named in SAIDWHAT_STORE must be up to 41 letters, digits and _: write search_path%3Dnews."
            )
        self.schema = f"{named_schema}{part}"
        self._package = package
        self.name = f"library in PostgreSQL at {told.get('host') or 'localhost'}/{told.get('dbname') or ''}".rstrip("/")
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._reading = threading.local()

    @contextmanager
    def reading(self) -> Iterator[PostgresDatabase]:
        """What is read inside is of one moment, whatever others write; within it another one is the same."""
        held: PostgresDatabase | None = getattr(self._reading, "database", None)
        if held:
            shown = held.shown
            yield held
            held.show(shown)
            return
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as database:
            self._reading.database = database
            try:
                yield database
            finally:
                self._reading.database = None

    @contextmanager
    def writing(self) -> Iterator[PostgresDatabase]:
        """One transaction with a new revision, which nobody else writes beside, committed at the end or undone."""
        with self._transaction("BEGIN") as database:
            self._lock_writing(database)
            yield database
            set_meta(database, "revision", secrets.token_hex(8))

    @contextmanager
    def together(self) -> Iterator[PostgresDatabase]:
        """What is done inside is done whole, or not at all."""
        with self._transaction("BEGIN") as database:
            yield database

    @contextmanager
    def one_by_one(self) -> Iterator[PostgresDatabase]:
        """Each statement inside is done by itself, at once."""
        with self._connection() as connection:
            yield PostgresDatabase(connection)

    @contextmanager
    def session(self) -> Iterator[PostgresDatabase]:
        """A connection that is nobody else's, and is closed at the end: advisory locks taken inside end with it.

        The server finds out within 6 s where this machine is gone.
        """
        with self._explained():
            connection = self._connected()
            try:
                alive = [("tcp_keepalives_idle", "2"), ("tcp_keepalives_interval", "2"), ("tcp_keepalives_count", "2")]
                for setting in alive:
                    connection.execute("SELECT set_config(%s, %s, false)", setting)
                yield PostgresDatabase(connection)
            finally:
                connection.close()

    @contextmanager
    def alone(self, task: str) -> Iterator[Connection | None]:
        """A connection outside of any transaction, for what one program does at a time; None where another is at it."""
        with self._connection() as connection:
            key = _key(f"{task} {self.schema}")
            (free,) = connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone() or (False,)
            try:
                yield connection if free else None
            except BaseException:
                connection.close()  # with its lock, and whatever was set for the task
                raise
            if free:
                connection.execute("SELECT pg_advisory_unlock(%s)", (key,))

    @contextmanager
    def successor(self) -> Iterator[Connections]:
        """A library of its own, empty, which takes this one's place at the end.

        Raises StoreError where this one was changed meanwhile, or another program makes one; it then stays, as it does
        after any error.
        """
        with self.alone("rebuild") as connection:
            if connection is None:
                raise StoreError(f"Another process is reading the {self.name} anew: try again when it is done.")
            before = _revision(connection)
            made = Connections(self._url)
            made.schema = f"{self.schema}_being_rebuilt"
            _drop(connection, made.schema)  # what is left of one that was broken off
            try:
                yield made
                with made.writing():
                    pass  # so that there are tables, and a revision
                made.close()
                self._give_way(connection, made.schema, before)
            finally:
                made.close()
                if not connection.closed:  # else the next one drops it
                    _drop(connection, made.schema)

    def close(self) -> None:
        """Let go of the connections that are not in use; the next use connects again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _give_way(self, connection: Connection, schema: str, revision: str | None) -> None:
        """Put the tables in `schema` in the place of the library's."""
        tables = [row[0] for row in connection.execute(_TABLES, (schema,))]
        names = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
        with connection.transaction():
            self._lock_writing(PostgresDatabase(connection))
            if _revision(connection) != revision:
                raise StoreError(
                    f"The {self.name} was changed while it was read anew, and stays as it is:"
                    " run `saidwhat index --rebuild` again."
                )
            _lock_tables(connection, names)
            connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(names))
            for table in tables:
                move = sql.SQL("ALTER TABLE {} SET SCHEMA {}")
                connection.execute(move.format(sql.Identifier(schema, table), sql.Identifier(self.schema)))

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[PostgresDatabase]:
        with self._connection() as connection:
            connection.execute(begin.encode())
            yield PostgresDatabase(connection)
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection of one's own, outside of any transaction; what was begun and not committed is undone."""
        with self._explained():
            connection = self._taken()
            try:
                yield connection
            finally:
                self._put_back(connection)

    def _taken(self) -> Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connected()

    def _connected(self) -> Connection:
        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_SECONDS)
        try:
            settings = ", ".join(["set_config(%s, %s, false)"] * len(_SETTINGS))
            connection.execute(f"SELECT {settings}".encode(), [part for pair in _SETTINGS.items() for part in pair])
            migrate(connection, self.schema, self.name, self._package)
            register_vector(connection)
            connection.adapters.register_loader("vector", VectorBytes)
        except BaseException:
            connection.close()
            raise
        return connection

    def _put_back(self, connection: Connection) -> None:
        if connection.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
            try:
                connection.execute("ROLLBACK")
            except psycopg.Error:
                connection.close()
        with self._lock:
            if not connection.closed and len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
        if connection.closed:  # as all others are, where the server was stopped
            self.close()
        connection.close()

    def _lock_writing(self, database: PostgresDatabase) -> None:
        database.execute("SELECT pg_advisory_xact_lock(?)", (_key(f"write {self.schema}"),))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """PostgreSQL's errors as one sentence with a remedy."""
        try:
            yield
        except psycopg.Error as error:
            kind = StoreUnreached if is_unreached(error) else StoreError
            raise kind(explanation(error, self.name, self.schema, _WAIT_SECONDS)) from error


# Those of the library. A table that is no part of it, as of chats, must be left out here, and refer to no other by key.
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'migrations' ORDER BY tablename"


def _key(what: str) -> int:
    """The number of an advisory lock, a bigint."""
    return int.from_bytes(hashlib.sha256(f"saidwhat {what}".encode()).digest()[:8], "big", signed=True)


def _revision(connection: Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = 'revision'").fetchone()
    return row[0] if row else None


def _lock_tables(connection: Connection, names: sql.Composed) -> None:
    """Wait until nobody reads in these tables, and let nobody any more.

    A reader that has begun may have to go on in the next table, which is locked already: so this one gives way to it,
    again and again, before PostgreSQL takes both for stuck and breaks one off.
    """
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{_GIVES_WAY_AFTER}ms'".encode())
                connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
        except errors.LockNotAvailable:
            if time.monotonic() > until:
                raise
            time.sleep(_GIVES_WAY_AFTER / 1000)
        else:
            return


def _drop(connection: Connection, schema: str) -> None:
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
