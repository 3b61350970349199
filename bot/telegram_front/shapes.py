"""An update as JSON in, the one thing that it tells of out, where all that the bot reads of it is as Telegram says.

python-telegram-bot takes any value for any field: a list in the place of an id is then found out only where a chat's
turn, a reply or a conversation is made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard

from telegram import Update

Json = dict[str, Any]
Shape = Callable[[Any], bool] | dict[str, Any] | list[Any]
"""What a value must be: what a function says, an object with such fields, or a list of such values.

A field whose name ends in "?" may be missing.
"""


def is_integer(value: object) -> TypeGuard[int]:
    """A whole number of at most 64 bits; Python's booleans are none."""
    return type(value) is int and -(2**63) <= value < 2**63


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_message(value: Any) -> bool:
    if not _fits(value, _MESSAGE):
        return False
    replied = value.get("reply_to_message")
    return replied is None or replied["chat"]["id"] == value["chat"]["id"]  # one of elsewhere is an external_reply


_CHAT = {"id": is_integer, "type": _is_text}
_USER = {"id": is_integer, "language_code?": _is_text}
_ENTITY = {"type": _is_text, "offset": is_integer, "length": is_integer, "user?": _USER}
_MESSAGE = {
    "message_id": is_integer,
    "date": is_integer,
    "edit_date?": is_integer,
    "chat": _CHAT,
    "from?": _USER,
    "sender_chat?": _CHAT,
    "message_thread_id?": is_integer,
    "is_topic_message?": _is_boolean,
    "text?": _is_text,
    "entities?": [_ENTITY],
    "reply_to_message?": _is_message,
    "migrate_from_chat_id?": is_integer,
    "guest_query_id?": _is_id,
}
_TAP = {"id": _is_id, "from": _USER, "message?": _is_message, "data?": _is_text}
_QUERY = {"id": _is_id, "from": _USER, "query": _is_text}
_MEMBERSHIP = {"chat": _CHAT, "from": _USER, "new_chat_member": {"status": _is_text}}

# where there is more than one thing in an update, which Telegram does not do, a tap goes first: it waits for its answer
_THINGS: dict[str, Shape] = {
    Update.CALLBACK_QUERY: _TAP,
    Update.MESSAGE: _is_message,
    Update.EDITED_MESSAGE: _is_message,
    Update.CHANNEL_POST: _is_message,
    Update.EDITED_CHANNEL_POST: _is_message,
    Update.INLINE_QUERY: _QUERY,
    Update.GUEST_MESSAGE: _is_message,
    Update.MY_CHAT_MEMBER: _MEMBERSHIP,
}
KINDS = list(_THINGS)
"""The updates that the bot works on."""


def thing_in(update: Json) -> Json:
    """What `update` tells of, under its kind; nothing where it is of another kind, or of another shape."""
    kind = next((kind for kind in _THINGS if kind in update), None)
    return {kind: update[kind]} if kind and _fits(update[kind], _THINGS[kind]) else {}


def bare_tap(update: Json) -> Json:
    """No more of a tap than is needed to answer it; nothing where `update` tells of none."""
    tap: Any = update.get(Update.CALLBACK_QUERY)
    if not _fits(tap, {"id": _is_id}):
        return {}
    nobody = {"id": 0, "is_bot": False, "first_name": ""}
    return {Update.CALLBACK_QUERY: {"id": tap["id"], "from": nobody, "chat_instance": ""}}


def _fits(value: Any, shape: Shape) -> bool:
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(
            _fits(value[name.removesuffix("?")], field) if name.removesuffix("?") in value else name.endswith("?")
            for name, field in shape.items()
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(one, shape[0]) for one in value)
    return shape(value)
