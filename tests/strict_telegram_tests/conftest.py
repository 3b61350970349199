"""What the tests of the fake Telegram share: one server a module, emptied for each test, and a bot on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.strict_telegram.client import StrictTelegram
from tests.strict_telegram_tests.plain_bot import PlainBot


@pytest.fixture(scope="module")
def server() -> Iterator[StrictTelegram]:
    with StrictTelegram() as telegram:
        yield telegram


@pytest.fixture
def telegram(server: StrictTelegram) -> StrictTelegram:
    """The fake Telegram, empty."""
    server.reset()
    return server


@pytest.fixture
def bot(telegram: StrictTelegram) -> Iterator[PlainBot]:
    """A bot on it."""
    plain = PlainBot(telegram)
    yield plain
    plain.close()


@pytest.fixture
def ann(telegram: StrictTelegram) -> int:
    """A user who has opened the chat with the bot."""
    return telegram.user(first_name="Ann", username="ann", started=True)


@pytest.fixture
def group(telegram: StrictTelegram, ann: int) -> int:
    """A group with the user and the bot."""
    return telegram.chat("group", members={ann: "creator"})
