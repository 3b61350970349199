"""A group in, the channel whose posts are discussed there out, as Telegram itself says.

It is never taken from a message: anybody can forward one. Telegram is asked for the group's linked chat before the
group's messages are worked on, and anew after five minutes; so a link that is undone is forgotten at most that much
later. Where Telegram does not say, there is no channel. Nothing is asked as long as no channel's posts are on a shelf.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from math import inf

from telegram import Chat
from telegram.constants import ChatType

log = logging.getLogger(__name__)

KEPT = 5 * 60  # seconds
_GROUPS = 10_000  # that are remembered


class Discussions:
    """The channels that groups discuss, in memory; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._channels: dict[int, tuple[int | None, float]] = {}

    def channel_of(self, chat: int) -> int | None:
        """The channel that is discussed in `chat`, as Telegram said last; None where there is none."""
        return self._channels.get(chat, (None, 0.0))[0]

    async def look_up(self, chat: Chat, has_posts: Callable[[], Awaitable[bool]]) -> None:
        """Ask Telegram which channel is discussed in `chat`, if that is due and any channel `has_posts`."""
        try:
            if chat.type != ChatType.SUPERGROUP or not await has_posts():
                self._channels.pop(chat.id, None)
            elif self._clock() >= self._channels.get(chat.id, (None, -inf))[1] + KEPT:
                linked = (await chat.get_bot().get_chat(chat.id)).linked_chat_id
                if len(self._channels) >= _GROUPS:
                    self._channels.clear()
                self._channels[chat.id] = linked, self._clock()
        except Exception as error:  # noqa: BLE001 - whatever it is, the message is worked on
            log.warning("which channel is discussed in chat %s cannot be told: %r", chat.id, error)
            self._channels.pop(chat.id, None)
