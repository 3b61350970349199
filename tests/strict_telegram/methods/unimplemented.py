"""Parameters of the Bot API that this fake does not play: a request that uses one is a 501, never a quiet success."""

from __future__ import annotations

from typing import Any, TypeVar

from aiogram.methods import TelegramMethod

T = TypeVar("T")

PARAMETERS = (
    "allow_paid_broadcast",
    "business_connection_id",
    "direct_messages_topic_id",
    "ephemeral_message_parameters",
    "receiver_user_id",
    "callback_query_id",
    "message_effect_id",
    "rich_message",
    "suggested_post_parameters",
)


class Unimplemented(Exception):
    """The fake would have to guess what Telegram does."""


def refuse_unimplemented(call: TelegramMethod[Any]) -> None:
    """Raises `Unimplemented` for a parameter that the fake does not play."""
    for name in PARAMETERS:
        if getattr(call, name, None) is not None:
            raise Unimplemented(f"{call.__api_method__} with {name}")


def given(value: object, kind: type[T]) -> T | None:
    """A parameter's value if it was sent; aiogram marks those that were not by a `Default`."""
    return value if isinstance(value, kind) else None
