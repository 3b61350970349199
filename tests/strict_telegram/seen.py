"""A message as a test sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: what stands on it, and what it sends to the bot or opens."""

    text: str
    callback_data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A message. `html` is what the bot sent with `parse_mode` HTML; entity offsets count UTF-16 code units.

    `thread` is the forum's topic, or the chain of replies in another supergroup; `edited` is how often the message was
    changed; `date` is in seconds since the epoch.
    """

    chat: int
    message_id: int
    text: str
    html: str | None
    entities: tuple[Json, ...]
    buttons: tuple[tuple[Button, ...], ...]
    reply_to: int | None
    quote: str | None
    thread: int | None
    in_topic: bool
    edited: int
    date: int
    by_bot: bool
    sender: int | None
    sender_chat: int | None
    deleted: bool
    inline_id: str | None
    earlier: tuple[str, ...]
    preview: Json | None
    service: Json

    @property
    def button_texts(self) -> tuple[str, ...]:
        """What stands on the buttons, row by row."""
        return tuple(button.text for row in self.buttons for button in row)

    def entity_texts(self, kind: str) -> tuple[str, ...]:
        """The parts of the text that the entities of a kind cover."""
        raw = self.text.encode("utf-16-le")
        return tuple(
            raw[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
            for one in self.entities
            if one["type"] == kind
        )


def seen(shown: Mapping[str, Any]) -> Seen:
    """The message that /control/messages shows as JSON."""
    rows = (shown["markup"] or {"inline_keyboard": []})["inline_keyboard"]
    return Seen(
        chat=shown["chat"],
        message_id=shown["message_id"],
        text=shown["text"],
        html=shown["html"],
        entities=tuple(shown["entities"]),
        buttons=tuple(
            tuple(Button(one["text"], one.get("callback_data"), one.get("url")) for one in row) for row in rows
        ),
        reply_to=shown["reply_to"],
        quote=(shown["quote"] or {}).get("text"),
        thread=shown["thread"],
        in_topic=shown["in_topic"],
        edited=len(shown["history"]),
        date=shown["date"],
        by_bot=shown["by_bot"],
        sender=shown["sender"],
        sender_chat=shown["sender_chat"],
        deleted=shown["deleted"],
        inline_id=shown["inline_id"],
        earlier=tuple(one["text"] for one in shown["history"]),
        preview=shown["link_preview_options"],
        service=shown["service"],
    )
