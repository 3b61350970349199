"""The address of a database in, transactions on the Telegram front's tables in it out.

They have a schema of their own, `saidwhat_telegram` beside the library's `saidwhat`: what reads the library anew puts
other tables in the place of the library's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from bot.telegram_front.kept import KeptRows
from embeddings.stores.postgres import connections_beside

_PART = "_telegram"
_LOOKS_AGAIN = 0.1  # seconds


class KeptTables:
    """The tables at `url`, made at their first use. A Kept. Every method raises StoreError."""

    is_shared = True

    def __init__(self, url: str) -> None:
        """Raises StoreError where `url` cannot be read, or what is needed is not installed."""
        self.connections = connections_beside(url, _PART, __package__)
        self._changing = threading.Lock()

    def opened(self, *, write: bool = False) -> AbstractContextManager[KeptRows]:
        return self.connections.together()

    @property
    def changing(self) -> AbstractContextManager[object]:
        return self._alone()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait for all who hold the same, here and in other programs: reading an article may take a minute."""
        with self._changing:
            while True:
                with self.connections.alone("shelves") as connection:
                    if connection:
                        yield
                        return
                time.sleep(_LOOKS_AGAIN)
