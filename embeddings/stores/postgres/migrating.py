"""A connection in, a schema with the present tables in its database out: the numbered files in `migrations`, each once.

Each is applied in one transaction, by one program at a time.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from psycopg import Connection, sql

from embeddings.errors import StoreError

_LOCK = 5_410_003  # held by whoever migrates something in the database; nothing else uses the number
_LEAST_PGVECTOR = (0, 8)  # since which a search in a scope goes on until it has found enough


def migrate(connection: Connection, schema: str, name: str) -> None:
    """Bring `schema` up to the present version, and let `connection` work in it from then on.

    Raises StoreError where the database knows a newer version, or its text is not UTF-8; `name` is what it is called.
    """
    version = _version(connection, schema)
    if version < len(_migrations()):
        _make_schema(connection, schema)
        while (version := _version(connection, schema)) < len(_migrations()):
            _apply_next(connection, schema)
    if version > len(_migrations()):
        raise StoreError(
            f"The {name} has version {version}, and this saidwhat knows versions up to {len(_migrations())}:"
            " update saidwhat, or name another database in SAIDWHAT_STORE."
        )
    found, encoding, *place = _facts(connection)
    if encoding != "UTF8":
        raise StoreError(
            f"The {name} keeps text as {encoding}: name a database with ENCODING 'UTF8' in SAIDWHAT_STORE."
        )
    if tuple(map(int, found.split(".")[:2])) < _LEAST_PGVECTOR:
        raise StoreError(f"The {name} has pgvector {found}, which is too old: run ALTER EXTENSION vector UPDATE there.")
    _work_in(connection, schema, *place)


@cache
def _migrations() -> tuple[str, ...]:
    """What is to be run, by number from 1 on."""
    folder = resources.files(__package__) / "migrations"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple((folder / name).read_text(encoding="utf-8") for name in names)


def _version(connection: Connection, schema: str) -> int:
    """The number of the last migration; 0 where there was none."""
    table = sql.Identifier(schema, "migrations")
    held = connection.execute("SELECT to_regclass(%s)", (table.as_string(connection),)).fetchone()
    if held is None or held[0] is None:
        return 0
    last = connection.execute(sql.SQL("SELECT coalesce(max(number), 0) FROM {}").format(table)).fetchone()
    return int(last[0]) if last else 0


def _make_schema(connection: Connection, schema: str) -> None:
    """Where they are missing, the extension, the schema and its list of migrations."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if not connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'").fetchone():
            connection.execute("CREATE EXTENSION vector WITH SCHEMA public")
        if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone():
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        table = "CREATE TABLE IF NOT EXISTS {} (number integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
        connection.execute(sql.SQL(table).format(sql.Identifier(schema, "migrations")))


def _apply_next(connection: Connection, schema: str) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        version = _version(connection, schema)
        if version < len(_migrations()):  # another program may have been faster
            _work_in(connection, schema, *_facts(connection)[2:])
            connection.execute(_migrations()[version].encode())
            connection.execute("INSERT INTO migrations (number) VALUES (%s)", (version + 1,))


def _facts(connection: Connection) -> tuple[str, str, str]:
    """The version of pgvector, how the database keeps text, and the schema that pgvector is in."""
    facts = connection.execute(
        "SELECT extversion, current_setting('server_encoding'), nspname FROM pg_extension"
        " JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'"
    ).fetchone()
    if facts is None:
        raise StoreError(
            "The database of SAIDWHAT_STORE lost the extension pgvector: have its owner run CREATE EXTENSION vector."
        )
    return facts


def _work_in(connection: Connection, *schemas: str) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, schemas))
    connection.execute(sql.SQL("SET search_path TO {}").format(names))
