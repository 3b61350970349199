"""What is remembered for half an hour, or for the day: what was told, tapped and brought."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.follow_ups.conversations import Conversations, ConversationsInMemory
from bot.telegram_front.additions import Additions, AdditionsInMemory
from bot.telegram_front.ballots import Taps, TapsInMemory

Asker = tuple[int, int | None, int | None]
"""A chat, a forum topic of it, and who asks there."""


@dataclass(frozen=True, slots=True)
class Lately:
    """In memory, unless it is told otherwise."""

    conversations: Conversations[Asker] = field(default_factory=ConversationsInMemory)
    taps: Taps = field(default_factory=TapsInMemory)
    additions: Additions = field(default_factory=AdditionsInMemory)

    def purge(self) -> None:
        """Drop what is older. Raises StoreError."""
        self.conversations.purge()
        self.taps.purge()
        self.additions.purge()
