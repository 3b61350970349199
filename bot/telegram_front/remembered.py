"""Settings in, all that the Telegram front remembers out: in a file, or where there is a database, in that."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Settings
from bot.telegram_front.kept import Kept, KeptFile
from bot.telegram_front.memory import Memory
from bot.telegram_front.shelves import Shelves


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was chosen, counted and brought."""

    memory: Memory
    shelves: Shelves


def remembered(settings: Settings) -> Remembered:
    """What SAIDWHAT_STORE keeps, else SAIDWHAT_HOME. Raises StoreError where the database cannot be used at all."""
    kept = _kept(settings)
    return Remembered(Memory(kept), Shelves(kept))


def _kept(settings: Settings) -> Kept:
    if settings.saidwhat_store is None:
        return KeptFile(settings.saidwhat_home)
    from bot.telegram_front.replicas.tables import KeptTables

    return KeptTables(settings.saidwhat_store.get_secret_value())
