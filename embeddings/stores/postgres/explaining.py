"""An error of PostgreSQL in, one sentence with a remedy out; never the password."""

from __future__ import annotations

import psycopg
from psycopg import errors


def explanation(error: psycopg.Error, name: str, schema: str, waited: int) -> str:
    """What went wrong with the library called `name`; `waited` seconds is how long a lock is waited for."""
    said = " ".join(str(error).split())
    lost = isinstance(error, errors.OperationalError | psycopg.InterfaceError)
    if lost and (error.sqlstate or "08")[:2] in ("08", "28", "3D", "57"):
        return _unreached(said, name)
    if isinstance(error, errors.InsufficientPrivilege) and "extension" in said:
        return (
            f"The {name} needs the extension pgvector, which SAIDWHAT_STORE's user may not create:"
            " have a superuser run CREATE EXTENSION vector in this database."
        )
    if isinstance(error, errors.InsufficientPrivilege):
        return (
            f"SAIDWHAT_STORE's user may not do what the {name} needs ({said}):"
            f" have its owner run GRANT CREATE ON DATABASE, or make it the owner of the schema {schema}."
        )
    if isinstance(error, errors.FeatureNotSupported | errors.UndefinedFile) and "extension" in said:
        return (
            f"The server of the {name} lacks the extension pgvector:"
            " install it there (https://github.com/pgvector/pgvector)."
        )
    if isinstance(error, errors.LockNotAvailable):
        return f"Another process has been writing to the {name} for {waited} s: try again when it is done."
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return f"The server of the {name} only lets it be read: name the one that takes changes."
    if isinstance(error, errors.DiskFull | errors.OutOfMemory):
        return f"The server of the {name} has no space left ({said}): free some; nothing was lost."
    return f"The {name} did not take what it was given ({said}): it stays as it was."


def _unreached(said: str, name: str) -> str:
    if "authentication" in said or "no password" in said:
        return f"The {name} did not let us in ({said}): check the user and the password in SAIDWHAT_STORE."
    if "does not exist" in said:
        return f"The {name} is not there ({said}): create the database, or mend SAIDWHAT_STORE."
    return f"The {name} cannot be reached ({said}): check SAIDWHAT_STORE, and that the server runs."
