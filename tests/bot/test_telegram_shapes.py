"""Updates that Telegram would not send: what of them reaches the bot."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram_front.shapes import readable

Json = dict[str, Any]

CHAT = {"id": 7, "type": "private", "first_name": "Ada"}
PERSON = {"id": 7, "is_bot": False, "first_name": "Ada"}
MESSAGE = {"message_id": 3, "date": 1_800_000_000, "chat": CHAT, "from": PERSON, "text": "Who?"}
TAP = {"id": "55", "from": PERSON, "chat_instance": "1", "data": "page:3", "message": MESSAGE}
BARE = {"id": "55", "from": {"id": 0, "is_bot": False, "first_name": ""}, "chat_instance": ""}


def test_what_telegram_sends_is_read_as_it_is() -> None:
    """A message, with a field that nobody knows yet."""
    update = {"update_id": 1, "message": {**MESSAGE, "mood": {"is": "good"}}}
    assert readable(update) == update


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "3"},
        {"message_id": True},
        {"message_id": 2**63},
        {"date": 10**15},
        {"chat": None},
        {"chat": {"id": [7], "type": "private"}},
        {"from": {**PERSON, "language_code": {}}},
        {"text": ["Who?"]},
        {"entities": [{"type": "mention", "offset": 0}]},
        {"reply_to_message": {**MESSAGE, "text": 5}},
        {"reply_to_message": {**MESSAGE, "chat": {**CHAT, "id": 8}}},
    ],
)
def test_a_message_of_another_shape_is_none(change: Json) -> None:
    """One field that the bot reads is not what Telegram says, or a reply is to a message of another chat."""
    assert readable({"update_id": 1, "message": {**MESSAGE, **change}}) == {"update_id": 1}


@pytest.mark.parametrize(
    "tap",
    [
        {**TAP, "data": {}},
        {**TAP, "from": None},
        {**TAP, "message": {**MESSAGE, "chat": 7}},
        {**TAP, "chat_instance": None, "self": 1},
        {"id": "55"},
    ],
)
def test_a_tap_of_another_shape_is_there_to_be_answered(tap: Json) -> None:
    """All that is kept of it is its id."""
    assert readable({"update_id": 1, "callback_query": tap}) == {"update_id": 1, "callback_query": BARE}


@pytest.mark.parametrize("tap", [None, [], {"id": 55}, {"id": ""}, {"data": "page:3"}])
def test_a_tap_without_an_id_is_none(tap: object) -> None:
    """There is nothing to be answered."""
    assert readable({"update_id": 1, "callback_query": tap}) == {"update_id": 1}


def test_of_two_things_one_is_read() -> None:
    """A tap before all else; no message comes along with something that is let in for another reason."""
    assert readable({"update_id": 1, "message": MESSAGE, "callback_query": TAP}) == {
        "update_id": 1,
        "callback_query": TAP,
    }
    assert readable({"update_id": 1, "guest_message": MESSAGE, "message": MESSAGE}) == {
        "update_id": 1,
        "message": MESSAGE,
    }


@pytest.mark.parametrize("number", [None, "1", True, 1.0, -1, 2**63])
def test_an_update_without_a_number_is_none(number: object) -> None:
    """A number is a whole one, from 0 on."""
    assert readable({"update_id": number, "message": MESSAGE}) is None
