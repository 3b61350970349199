"""The addresses of a database and of a standby that streams from it in, whether the standby can be asked out.

One that is away, or has not yet all that the database had when it was looked for, is looked for again, aside.
"""

from __future__ import annotations

import logging
import threading

import psycopg

from embeddings.errors import StoreError
from embeddings.stores.postgres.connections import Connections
from embeddings.stores.postgres.explaining import explanation

log = logging.getLogger(__name__)

_LOOKS_AGAIN = 1.0  # seconds
_CONNECT_SECONDS = 5
_WHICH = "system_identifier::text, current_database()::text"
_POSITION = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END"
_FOUND = f"SELECT {_WHICH}, ({_POSITION})::text FROM pg_control_system()"
_AS_FAR = f"SELECT {_WHICH}, {_POSITION} >= %s::pg_lsn FROM pg_control_system()"


class Standby:
    """The standby at `url` of the database that `primary` reaches. Usable from several threads."""

    def __init__(self, url: str, primary: Connections) -> None:
        self._url, self._primary = url, primary
        self._lock = threading.Lock()
        self._is_looked_for = False
        self._is_there = False
        self._fault = ""
        self._closed = threading.Event()

    def is_there(self) -> bool:
        """Whether it can be asked. Raises StoreError where it is of another database, or that cannot be reached."""
        if not self._is_looked_for:
            with self._lock:
                if not self._is_looked_for:
                    self._look_first()
        if self._fault:
            raise StoreError(self._fault)
        return self._is_there

    def went_away(self, error: StoreError) -> None:
        """Say so, once, and look for it until it is there again."""
        with self._lock:
            if self._is_there:
                self._is_there = False
                self._miss(error)

    def close(self) -> None:
        """Look for it no more, other than at its next use."""
        with self._lock:
            self._closed.set()
            self._closed = threading.Event()
            self._is_looked_for = self._is_there = False

    def _look_first(self) -> None:
        at = self._present()
        try:
            self._is_there = self._has_caught_up(*at)
        except StoreError as error:
            self._miss(error)
        else:
            if not self._is_there and not self._fault:
                self._look_again()
        self._is_looked_for = True

    def _miss(self, error: StoreError) -> None:
        log.warning("All is read from SAIDWHAT_STORE, until its standby is back: %s", error)
        self._look_again()

    def _look_again(self) -> None:
        threading.Thread(target=self._looking, args=(self._closed,), name="looks for the standby", daemon=True).start()

    def _looking(self, closed: threading.Event) -> None:
        while not closed.wait(_LOOKS_AGAIN):
            try:
                is_there = self._has_caught_up(*self._present())
            except StoreError:
                continue
            if self._fault:
                return
            if is_there:
                with self._lock:
                    self._is_there = not closed.is_set()
                log.info("The standby of SAIDWHAT_STORE is there.")
                return

    def _present(self) -> tuple[tuple[str, str], str]:
        """Which database it should be of, and how far that one's log is written."""
        with self._primary.one_by_one() as database:
            server, name, position = database.execute(_FOUND).fetchall()[0]
        return (server, name), position

    def _has_caught_up(self, which: tuple[str, str], position: str) -> bool:
        """Whether it is of that database, and has its log up to there. Raises StoreError where it is away."""
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_SECONDS) as connection:
                server, name, has_caught_up = connection.execute(_AS_FAR, (position,)).fetchall()[0]
        except psycopg.Error as error:
            raise of_standby(explanation(error, self._primary.name, self._primary.schema, 0)) from error
        if (server, name) != which:
            self._fault = (
                "SAIDWHAT_STORE and SAIDWHAT_STORE_READ name different databases:"
                " let the second name a standby that streams from the first."
            )
            return False
        return bool(has_caught_up)


def of_standby(said: str) -> StoreError:
    """An error that names the setting of the standby's address."""
    return StoreError(said.replace("SAIDWHAT_STORE", "SAIDWHAT_STORE_READ"))
