"""Settings in, all that the Telegram front remembers out: in a file and in memory, or in a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.telegram_front.kept import KeptFile
from bot.telegram_front.lately import Lately
from bot.telegram_front.memory import Memory
from bot.telegram_front.shelves import KeptShelves

if TYPE_CHECKING:
    from bot.telegram_front.replicas.replica import Replica


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was chosen, counted and brought, for ever; and what was told, tapped and brought, for a while."""

    memory: Memory
    shelves: KeptShelves
    lately: Lately
    replica: Replica | None = None


def remembered(settings: Settings) -> Remembered:
    """What SAIDWHAT_STORE keeps, else SAIDWHAT_HOME. Raises StoreError where the database cannot be used at all."""
    if settings.saidwhat_store is None:
        file = KeptFile(settings.saidwhat_home)
        return Remembered(Memory(file), KeptShelves(file), Lately())
    from bot.telegram_front.replicas.conversations import SharedConversations
    from bot.telegram_front.replicas.counted_once import SharedAdditions, SharedTaps
    from bot.telegram_front.replicas.replica import Replica
    from bot.telegram_front.replicas.tables import KeptTables

    kept = KeptTables(settings.saidwhat_store.get_secret_value())
    lately = Lately(SharedConversations(kept), SharedTaps(kept), SharedAdditions(kept))
    replica = Replica(kept, may_poll=settings.telegram_webhook_url is None)
    return Remembered(Memory(kept), KeptShelves(kept), lately, replica)
