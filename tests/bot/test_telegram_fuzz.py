"""Thousands of random updates to the real bot: it lives, answers every tap, and speaks in no chat that is not its own.

`pytest tests/bot/test_telegram_fuzz.py --updates 20000 --seed 7`; where it fails, it shows the seed that it used.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import Update

from bot.telegram_front.shapes import readable
from tests.bot_process import BotProcess
from tests.random_updates import KINDS, RandomUpdates
from tests.strict_telegram.client import StrictTelegram

Json = dict[str, Any]

PEOPLE = range(7001, 7041)  # each takes a message a second, and all 30: with that many, all is answered within a minute
STRANGERS = range(9001, 9011)
GROUPS = (("group", False), ("supergroup", False), ("supergroup", True), ("channel", False)) * 4
QUESTION, ANSWER = "What did Zhalnin say?", "We will not send a single boat home"
ALARMS = ("Traceback", "never retrieved", "never awaited", "CRITICAL", "Exception ignored")
SETTLED = 0.5  # seconds without news


@dataclass(frozen=True, slots=True)
class Fuzz:
    """A bot under random updates, and those that it was sent, by their ids."""

    telegram: StrictTelegram
    bot: BotProcess
    sent: dict[int, Json] = field(default_factory=dict)

    def send(self, update: Json) -> None:
        """Send one. Under an id that was there before, the bot takes it for that one; a negative id is none."""
        number = self.telegram.raw_update(update)
        if number >= 0:
            self.sent.setdefault(number, update)

    def settle(self) -> None:
        """Wait until the bot has taken all updates, and is done with them."""
        seen, since = "", time.monotonic()

        def is_settled() -> bool:
            nonlocal seen, since
            counts = "\n".join(re.findall(r"^saidwhat_updates.*", self.bot.monitored("/metrics")[1], re.MULTILINE))
            if counts != seen or "saidwhat_updates_in_work 0.0" not in counts or self.telegram.pending():
                seen, since = counts, time.monotonic()
            return time.monotonic() - since > SETTLED

        self.telegram.wait_until(is_settled, 180, "done with all updates")

    def asked(self, kind: str, name: str) -> dict[str, set[int]]:
        """By the ids of queries of one kind, which stand in the field `name`, who asked."""
        askers: dict[str, set[int]] = {}
        for content in (update.get(kind) for update in self.sent.values()):
            if isinstance(content, dict) and isinstance(query_id := content.get(name), str) and query_id:
                person = content["from"].get("id") if isinstance(content.get("from"), dict) else None
                askers.setdefault(query_id, set()).update([person] if isinstance(person, int) else [])
        return askers

    def answered(self, method: str, name: str) -> set[str]:
        """The ids of queries that were answered, with something."""
        requests = self.telegram.requests(method)
        return {one["params"][name] for one in requests if one["params"].get("results") != "[]"}

    def check(self, inside: frozenset[int]) -> None:
        """What holds whatever was sent."""
        assert self.bot.is_alive
        requests = self.telegram.requests()
        to = [(one["method"], one["params"]["chat_id"]) for one in requests if "chat_id" in one["params"]]
        assert [(method, chat) for method, chat in to if chat not in {str(one) for one in inside}] == []
        assert (
            set(self.asked("callback_query", "id")) - self.answered("answerCallbackQuery", "callback_query_id") == set()
        )
        for kind, name, method, told in (
            ("guest_message", "guest_query_id", "answerGuestQuery", "guest_query_id"),
            ("inline_query", "id", "answerInlineQuery", "inline_query_id"),
        ):
            askers = self.asked(kind, name)
            assert [query_id for query_id in self.answered(method, told) if not askers[query_id] & inside] == []
        log = self.bot.log()
        assert [line for line in log.splitlines() if any(alarm in line for alarm in ALARMS)] == []
        assert re.findall(r"^saidwhat_failures_total (.*)", self.bot.monitored("/metrics")[1], re.MULTILINE) == ["0.0"]
        # as many queries in a second as never come together are answered together
        assert [one for one in self.telegram.forgive() if "requests in one second" not in one["text"]] == []
        assert self.telegram.pending() == []


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """What the updates are drawn from; shown where a test fails."""
    seed: int = pytestconfig.getoption("--seed")
    print(f"--seed {seed}")
    return seed


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # of values that the bot does not use
def test_random_updates(telegram_home: Path, seed: int, pytestconfig: pytest.Config) -> None:
    """Valid updates, then mutated ones, then valid ones again: nothing fails, and all who may ask get answers after."""
    count: int = pytestconfig.getoption("--updates")
    with StrictTelegram() as telegram:
        inside, strangers = chats_of(telegram)
        allowed = frozenset(chat["id"] for chat in inside)
        chats = " ".join(map(str, allowed))
        with BotProcess(telegram_home, telegram, ALLOWED_CHATS=chats, PENDING_MAX_AGE="86400") as bot:
            updates = RandomUpdates(random.Random(seed), int(time.time()), inside, strangers)
            fuzz = Fuzz(telegram, bot)
            for share, is_valid in ((count // 4, True), (count // 2, False), (count // 4, True)):
                for _ in range(share):
                    update = updates.valid() if is_valid else updates.mutated([*fuzz.sent])
                    if is_valid:
                        numbered = {"update_id": 1, **update}
                        Update.model_validate(numbered)
                        assert readable(numbered) == (numbered if KINDS.keys() & update else {"update_id": 1})
                    fuzz.send(update)
                fuzz.settle()
                fuzz.check(allowed)
            shown = [one for one in telegram.requests() if "chat_id" in one["params"]]
            assert len(shown) > count // 50  # else the updates asked for nothing
            asked = [telegram.say(number, QUESTION) for number in PEOPLE]
            for said in asked:
                assert ANSWER in telegram.wait_for(said.chat, after=said).text
            fuzz.check(allowed)


def chats_of(telegram: StrictTelegram) -> tuple[list[Json], list[Json]]:
    """Chats that are made on the fake: those that may ask, and others that could be written to as well."""
    for number in PEOPLE:
        telegram.user(id=number, started=True)
    inside: list[Json] = [{"id": number, "type": "private", "first_name": "Ada"} for number in PEOPLE]
    members = dict.fromkeys(PEOPLE, "member") | {PEOPLE[0]: "creator"}
    for kind, is_forum in GROUPS:
        number = telegram.chat(kind, members=members, is_forum=is_forum)
        inside.append({"id": number, "type": kind, "title": "Readers", **({"is_forum": True} if is_forum else {})})
    strangers: list[Json] = [{"id": number, "type": "private", "first_name": "Bob"} for number in STRANGERS]
    for number in STRANGERS:
        telegram.user(id=number, started=True)
    for kind in ("supergroup", "channel"):
        strangers.append({"id": telegram.chat(kind), "type": kind, "title": "Elsewhere"})
    return inside, strangers


def test_same_seed(seed: int) -> None:
    """The same seed draws the same updates."""
    first, second = (RandomUpdates(random.Random(seed), 1_800_000_000, [], []) for _ in range(2))
    assert [first.valid() for _ in range(200)] == [second.valid() for _ in range(200)]
    assert [first.mutated([5]) for _ in range(200)] == [second.mutated([5]) for _ in range(200)]
