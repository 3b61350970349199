"""An update as JSON in, the one thing that it tells of out, if all that the bot reads of it is as Telegram says.

python-telegram-bot takes any value for any field: a list in the place of an id is then found out only where a chat's
turn, a reply or a conversation is made of it.
"""

from __future__ import annotations

import logging
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from telegram import Update

log = logging.getLogger(__name__)

Json = dict[str, Any]
Integer = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Id = Annotated[str, Field(min_length=1)]


class _Shape(BaseModel):
    """What the bot reads of an object; true is no number here, and "1" neither."""

    model_config = ConfigDict(strict=True)


class _Chat(_Shape):
    id: Integer
    type: str
    title: str | None = None
    username: str | None = None


class _User(_Shape):
    id: Integer
    language_code: str | None = None


class _Entity(_Shape):
    type: str
    offset: Integer
    length: Integer
    user: _User | None = None
    url: str | None = None


class _Document(_Shape):
    file_id: Id
    file_name: str | None = None
    file_size: Integer | None = None


class _Origin(_Shape):
    type: str
    date: Integer
    chat: _Chat | None = None
    message_id: Integer | None = None
    author_signature: str | None = None


class _Message(_Shape):
    message_id: Integer
    date: Integer
    edit_date: Integer | None = None
    chat: _Chat
    sender: _User | None = Field(None, alias="from")
    sender_chat: _Chat | None = None
    author_signature: str | None = None
    forward_origin: _Origin | None = None
    message_thread_id: Integer | None = None
    is_topic_message: bool | None = None
    text: str | None = None
    entities: list[_Entity] = []
    caption: str | None = None
    caption_entities: list[_Entity] = []
    document: _Document | None = None
    reply_to_message: _Message | None = None
    migrate_from_chat_id: Integer | None = None
    guest_query_id: Id | None = None

    @model_validator(mode="after")
    def _replies_here(self) -> Self:
        if self.reply_to_message and self.reply_to_message.chat.id != self.chat.id:
            raise ValueError("a message of elsewhere is an external_reply")
        return self


class _Tap(_Shape):
    id: Id
    sender: _User = Field(alias="from")
    message: _Message | None = None
    data: str | None = None


class _Query(_Shape):
    id: Id
    sender: _User = Field(alias="from")
    query: str


class _Member(_Shape):
    status: str


class _Membership(_Shape):
    chat: _Chat
    sender: _User = Field(alias="from")
    new_chat_member: _Member


# where there is more than one thing in an update, which Telegram does not do, a tap goes first: it waits for its answer
_MESSAGE = TypeAdapter(_Message)
_THINGS: dict[str, TypeAdapter[Any]] = {
    Update.CALLBACK_QUERY: TypeAdapter(_Tap),
    Update.MESSAGE: _MESSAGE,
    Update.EDITED_MESSAGE: _MESSAGE,
    Update.CHANNEL_POST: _MESSAGE,
    Update.EDITED_CHANNEL_POST: _MESSAGE,
    Update.INLINE_QUERY: TypeAdapter(_Query),
    Update.GUEST_MESSAGE: _MESSAGE,
    Update.MY_CHAT_MEMBER: TypeAdapter(_Membership),
}
_ID: TypeAdapter[str] = TypeAdapter(Id, config=ConfigDict(strict=True))
_NUMBER: TypeAdapter[int] = TypeAdapter(Annotated[Integer, Field(ge=0)], config=ConfigDict(strict=True))
KINDS = list(_THINGS)
"""The updates that the bot works on."""


def readable(update: object) -> Json | None:
    """The one thing that `update` tells of, if it can be read; else, with a line in the log, at most a tap to answer.

    None where it has no number.
    """
    number = _number_of(update)
    if number is None or not isinstance(update, dict):
        log.warning("an update without a number was let pass")
        return None
    thing, why = thing_in(update), "another kind or shape"
    try:
        Update.de_json({"update_id": number, **thing}, None)
    except Exception as error:  # noqa: BLE001 - whatever the library trips over
        thing, why = {}, type(error).__name__
    if not thing:
        log.warning("update %s cannot be read (%s) and was let pass", number, why)
    return {"update_id": number, **(thing or bare_tap(update))}


def _number_of(update: object) -> int | None:
    """The number of an update; None where it has none."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if _fits(number, _NUMBER) else None


def thing_in(update: Json) -> Json:
    """What `update` tells of, under its kind; nothing where it is of another kind, or of another shape."""
    kind = next((kind for kind in _THINGS if kind in update), None)
    return {kind: update[kind]} if kind and _fits(update[kind], _THINGS[kind]) else {}


def bare_tap(update: Json) -> Json:
    """No more of a tap than is needed to answer it; nothing where `update` tells of none."""
    tap = update.get(Update.CALLBACK_QUERY)
    query = tap.get("id") if isinstance(tap, dict) else None
    if not _fits(query, _ID):
        return {}
    nobody = {"id": 0, "is_bot": False, "first_name": ""}
    return {Update.CALLBACK_QUERY: {"id": query, "from": nobody, "chat_instance": ""}}


def _fits(value: object, shape: TypeAdapter[Any]) -> bool:
    try:
        shape.validate_python(value)
    except ValidationError:
        return False
    return True
