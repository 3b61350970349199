"""A store in PostgreSQL with pgvector, imported only where it is asked for: it needs `saidwhat[postgres]`."""

from __future__ import annotations

from embeddings.errors import StoreError
from embeddings.stores import Store


def postgres_store(url: str) -> Store:
    """The store at `url`, as `postgresql://user:password@host/database`; nobody is connected to before its first use.

    Raises StoreError where `url` cannot be read, or what is needed is not installed.
    """
    try:
        from embeddings.stores.postgres.store import PostgresStore
    except ImportError as error:
        raise StoreError(
            "SAIDWHAT_STORE names a PostgreSQL database, and what connects to it is not installed:"
            " run `pip install saidwhat[postgres]`."
        ) from error
    return PostgresStore(url)
