"""A connection in, a schema with the present tables in its database out: the numbered files in a
package's folder `migrations`, each once.

Each is applied in one transaction, by one program at a time.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from psycopg import Connection, sql

from embeddings.errors import StoreError

_LOCK = 5_410_003  # held by whoever migrates something in the database; nothing else uses the number
_LEAST_PGVECTOR = (0, 8)  # since which a search in a scope goes on until it has found enough


def migrate(connection: Connection, schema: str, name: str, package: str) -> None:
    """Bring `schema` up to the version of `package`, and let `connection` work in it from then on.

    Raises StoreError where the database knows a newer version or was made by other migrations, or where its text is not
    UTF-8; `name` is what it is called.
    """
    migrations = _migrations(package)
    applied = _applied(connection, schema)
    if any(applied.get(number, text) != text for number, text in enumerate(map(_fingerprint, migrations), 1)):
        raise StoreError(
            f"The {name} was made by a saidwhat from before its first release, which kept articles in another way:"
            " export it with that one, name another schema in SAIDWHAT_STORE (search_path%3Dnews), and import it there."
        )
    version = max(applied, default=0)
    if version < len(migrations):
        _make_schema(connection, schema)
        while (version := max(_applied(connection, schema), default=0)) < len(migrations):
            _apply_next(connection, schema, migrations)
    if version > len(migrations):
        raise StoreError(
            f"The {name} has version {version}, and this saidwhat knows versions up to {len(migrations)}:"
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
def _migrations(package: str) -> tuple[str, ...]:
    """What is to be run, by number from 1 on."""
    folder = resources.files(package) / "migrations"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple((folder / name).read_text(encoding="utf-8") for name in names)


def _fingerprint(migration: str) -> str:
    return hashlib.sha256(migration.encode()).hexdigest()


def _applied(connection: Connection, schema: str) -> dict[int, str | None]:
    """The numbers of the migrations that were run, with their fingerprints; None where it was not written down."""
    table = sql.Identifier(schema, "migrations")
    held = connection.execute("SELECT to_regclass(%s)", (table.as_string(connection),)).fetchone()
    if held is None or held[0] is None:
        return {}
    told = sql.SQL("SELECT number, to_jsonb(one) ->> 'fingerprint' FROM {} one").format(
        table
    )  # not all have the column
    return dict(connection.execute(told).fetchall())


def _make_schema(connection: Connection, schema: str) -> None:
    """Where they are missing, the extension, the schema and its list of migrations."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if not connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'").fetchone():
            connection.execute("CREATE EXTENSION vector WITH SCHEMA public")
        if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone():
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        columns = "number integer PRIMARY KEY, fingerprint text, applied timestamptz NOT NULL DEFAULT now()"
        table = f"CREATE TABLE IF NOT EXISTS {{}} ({columns})"
        connection.execute(sql.SQL(table).format(sql.Identifier(schema, "migrations")))


def _apply_next(connection: Connection, schema: str, migrations: tuple[str, ...]) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        version = max(_applied(connection, schema), default=0)
        if version < len(migrations):  # another program may have been faster
            _work_in(connection, schema, *_facts(connection)[2:])
            connection.execute(migrations[version].encode())
            note = "INSERT INTO migrations (number, fingerprint) VALUES (%s, %s)"
            connection.execute(note, (version + 1, _fingerprint(migrations[version])))


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
