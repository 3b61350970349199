"""A store in PostgreSQL with pgvector, imported only where it is asked for: it needs `saidwhat[postgres]`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from embeddings.errors import StoreError
from embeddings.stores import Store

if TYPE_CHECKING:
    from embeddings.stores.postgres.connections import Connections


def postgres_store(url: str, standby: str | None = None) -> Store:
    """The store at `url`, as `postgresql://user:password@host/database`; nobody is connected to before its first use.

    What is read is read from the `standby` of that database, an address likewise, where that has all of it. Raises
    StoreError where an address cannot be read, or what is needed is not installed.
    """
    with _installed():
        from embeddings.stores.postgres.reading_standby import ReadingStandby
        from embeddings.stores.postgres.store import PostgresStore
    return ReadingStandby(url, standby) if standby else PostgresStore(url)


def connections_beside(url: str, part: str, package: str) -> Connections:
    """The tables that the migrations of `package` make at `url`, in the schema of the store with `part` after its name.

    Raises StoreError as `postgres_store` does.
    """
    with _installed():
        from embeddings.stores.postgres.connections import Connections
    return Connections(url, part, package)


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise StoreError(
            "SAIDWHAT_STORE names a PostgreSQL database, and what connects to it is not installed:"
            " run `pip install saidwhat[postgres]`."
        ) from error
