"""What the operator of the bot relies on: starts, stops, restarts, and who is let in."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.words import say
from tests.bot_process import BotProcess, free_port
from tests.strict_telegram.client import StrictTelegram

QUESTION = "How many million euros did the bridge cost?"
ANSWER = "It cost 14 million euros"
OTHER = "What did Zhalnin say?"
OTHER_ANSWER = "We will not send a single boat home"

_numbers = itertools.count(9001)


@pytest.fixture
def telegram() -> Iterator[StrictTelegram]:
    """A fake Telegram; at the end the bot has done nothing wrong."""
    with StrictTelegram() as fake, fake.no_violations():
        yield fake


@pytest.fixture(params=[False, True], ids=["polling", "webhook"])
def webhook(request: pytest.FixtureRequest) -> bool:
    """How updates come to the bot."""
    return bool(request.param)


def _person(telegram: StrictTelegram) -> int:
    return telegram.user(id=next(_numbers), started=True)


def test_buttons_and_follow_ups_survive_a_restart(telegram: StrictTelegram, telegram_home: Path, webhook: bool) -> None:
    """A button finds its question in the messages themselves, also where that was a follow-up."""
    person = _person(telegram)
    bot = BotProcess(telegram_home, telegram, webhook=webhook)
    with bot:
        telegram.say(person, "What did Elena Dorn say?")
        first = telegram.wait_for(person)
        telegram.say(person, "and Zhalnin?")
        second = telegram.wait_for(person, after=first)
        assert second.text.startswith("Taken as: ")
        assert bot.stop() < 5
        bot.start()
        telegram.callback_answer(telegram.tap(second, "More quotes"))
        telegram.wait_until(lambda: telegram.messages(person)[-1].edited == 1)
        assert telegram.messages(person)[-1].text.endswith("4 of 4")
        assert telegram.messages(person)[-1].text.startswith("Taken as: ")
        for number, button in enumerate(("Context", "Back"), 2):
            telegram.callback_answer(telegram.tap(telegram.messages(person)[-1], button))
            telegram.wait_until(lambda number=number: telegram.messages(person)[-1].edited == number)  # type: ignore[misc]
        assert telegram.messages(person)[-1].text.startswith("Taken as: ")
        assert telegram.messages(person)[-1].text.endswith("4 of 4")
        telegram.callback_answer(telegram.tap(first, "Context"))
        telegram.wait_until(lambda: telegram.messages(person)[0].edited == 1)
        assert "leaky bucket" in telegram.messages(person)[0].text


def test_what_waited_for_a_restart(telegram: StrictTelegram, telegram_home: Path, webhook: bool) -> None:
    """Messages younger than PENDING_MAX_AGE are answered after a stop; older ones are let pass, and logged."""
    person, late = _person(telegram), _person(telegram)
    telegram.say(late, QUESTION, age=700)
    telegram.say(person, QUESTION, age=500)
    with BotProcess(telegram_home, telegram, webhook=webhook) as bot:
        telegram.wait_for(person, ANSWER)
        telegram.quiet(late, 0.5)
        assert "is 70" in bot.log()
        assert "more than PENDING_MAX_AGE" in bot.log()


def test_a_stop_lets_the_answers_under_way_be_sent(
    telegram: StrictTelegram, telegram_home: Path, webhook: bool
) -> None:
    """SIGTERM ends the bot within 5 seconds; what it was working on is answered, once."""
    people = [_person(telegram) for _ in range(10)]
    with BotProcess(telegram_home, telegram, webhook=webhook) as bot:
        telegram.fault("slow", "sendMessage", seconds=1, count=len(people))
        for person in people:
            telegram.say(person, QUESTION)
        telegram.wait_until(lambda: not telegram.pending())
        assert bot.stop() < 5
        assert [len(telegram.messages(person)) for person in people] == [1] * len(people)


def test_a_stop_does_not_wait_for_ever(telegram: StrictTelegram, telegram_home: Path) -> None:
    """Where Telegram hangs, the stop is as quick, and says what it did not wait for."""
    person = _person(telegram)
    with BotProcess(telegram_home, telegram) as bot:
        telegram.fault("hang", "sendMessage", seconds=9)
        telegram.say(person, QUESTION)
        telegram.wait_until(lambda: not telegram.pending())
        assert bot.stop() < 5
        assert "did not wait for the answers" in bot.log()
        assert "Traceback" not in bot.log()


def test_a_wrong_token_is_one_sentence(telegram: StrictTelegram, telegram_home: Path) -> None:
    """A token that Telegram does not accept ends the start with status 2, and one sentence that says where one is."""
    for token in ("123456:wrong", "junk"):
        bot = BotProcess(telegram_home, telegram, TELEGRAM_BOT_TOKEN=token)
        bot.start(wait=False)
        assert bot.wait() == 2
        assert bot.log().splitlines()[-1] == (
            "saidwhat: Telegram does not accept TELEGRAM_BOT_TOKEN: copy the token that @BotFather shows for your bot."
        )
        assert "Traceback" not in bot.log()


def test_without_telegram_it_says_so(telegram: StrictTelegram, telegram_home: Path) -> None:
    """Where nobody answers at TELEGRAM_API_BASE_URL, the start ends with one sentence, and status 75: try again."""
    bot = BotProcess(telegram_home, telegram, TELEGRAM_API_BASE_URL=f"http://127.0.0.1:{free_port()}")
    bot.start(wait=False)
    assert bot.wait() == 75
    assert bot.log().splitlines()[-1].startswith("saidwhat: Telegram cannot be reached at http://127.0.0.1:")
    assert "Traceback" not in bot.log()


def test_a_second_instance_is_named(telegram: StrictTelegram, telegram_home: Path, tmp_path: Path) -> None:
    """Of two programs with one token the older stops with status 2 and one sentence; the younger goes on."""
    with BotProcess(telegram_home, telegram) as first, BotProcess(telegram_home, telegram) as second:
        assert first.wait(20) == 2
        assert "saidwhat: Another program receives this bot's messages, so this one stops" in first.log()
        person = _person(telegram)
        telegram.say(person, QUESTION)
        telegram.wait_for(person, ANSWER)
        assert second.is_alive
        assert "Traceback" not in second.log()


def test_a_port_that_is_taken_is_named(telegram: StrictTelegram, telegram_home: Path) -> None:
    """Where another program listens at MONITORING_PORT, the start says so."""
    taken = telegram.api_url.rpartition(":")[2]
    bot = BotProcess(telegram_home, telegram, MONITORING_PORT=taken)
    bot.start(wait=False)
    assert bot.wait() == 2
    assert bot.log().splitlines()[-1] == (
        f"saidwhat: Port {taken} of 127.0.0.1 cannot be listened on (Address already in use): set MONITORING_PORT to"
        " one that is free."
    )


def test_only_allowed_chats_are_answered(telegram: StrictTelegram, telegram_home: Path, webhook: bool) -> None:
    """With ALLOWED_CHATS nobody else gets a message, an edit or a result."""
    friend, stranger = _person(telegram), _person(telegram)
    group = telegram.chat("supergroup", members={friend: "creator"})
    with BotProcess(telegram_home, telegram, webhook=webhook, ALLOWED_CHATS=f"{friend}, {group + 1}") as bot:
        asked = telegram.say(stranger, QUESTION)
        telegram.edit(stranger, asked.message_id, OTHER)
        telegram.say(stranger, "/start")
        telegram.say(group, f"/ask@saidwhat_bot {QUESTION}", friend)
        telegram.say(friend, QUESTION)
        telegram.wait_for(friend, ANSWER)
        assert telegram.inline_results(telegram.inline(friend, OTHER))["results"]
        assert telegram.inline_results(telegram.inline(stranger, OTHER))["results"] == []
        telegram.quiet(stranger, 0.5)
        assert telegram.messages(group) == []
        assert telegram.unanswered(0) == []
        assert "none of ALLOWED_CHATS" in bot.log()


def test_a_flood_of_one_chat_does_not_hold_up_others(telegram: StrictTelegram, telegram_home: Path) -> None:
    """A group that asks more than Telegram lets be answered gets its first answers at once; others do not wait."""
    person = _person(telegram)
    group = telegram.chat("supergroup", members={person: "creator"})
    with BotProcess(telegram_home, telegram):
        for _ in range(60):
            telegram.say(group, f"/ask@saidwhat_bot {QUESTION}", person)
        time.sleep(1)
        began = time.monotonic()
        telegram.say(person, QUESTION)
        telegram.wait_for(person, ANSWER)
        assert time.monotonic() - began < 5
        assert say("tg_sorry") not in telegram.transcript(group)
        assert 7 <= len(telegram.messages(group)) <= 9
        quoted = telegram.messages(group)[0]
        began = time.monotonic()
        telegram.callback_answer(telegram.tap(quoted, "👍", person))
        assert time.monotonic() - began < 3


def test_a_token_that_is_withdrawn_ends_the_bot(telegram: StrictTelegram, telegram_home: Path) -> None:
    """A 401 while it runs is one sentence and status 2; a 404, as a proxy may give, is tried again."""
    with BotProcess(telegram_home, telegram) as bot:
        telegram.fault("status", "getUpdates", status=404, description="Not Found")
        person = _person(telegram)
        telegram.say(person, QUESTION)
        telegram.wait_for(person, ANSWER)
        telegram.fault("status", "getUpdates", status=401, description="Unauthorized", count=5)
        assert bot.wait(20) == 2
        assert bot.log().splitlines()[-1].startswith("saidwhat: Telegram does not accept TELEGRAM_BOT_TOKEN")
        assert "Traceback" not in bot.log()


def test_a_stop_is_quick_while_telegram_is_silent(telegram: StrictTelegram, telegram_home: Path) -> None:
    """With polls that fail, and then hang, the bot still ends within 5 seconds."""
    with BotProcess(telegram_home, telegram) as bot:
        telegram.fault("html", "getUpdates", count=4)
        telegram.fault("hang", "getUpdates", seconds=30, count=5)
        time.sleep(3)
        assert bot.stop() < 5
        assert "Traceback" not in bot.log()


def test_a_webhook_that_cannot_be_is_named(telegram: StrictTelegram, telegram_home: Path) -> None:
    """A port that is taken, and an address that Telegram refuses, end the start with status 2 and one sentence."""
    taken = telegram.api_url.rpartition(":")[2]
    bot = BotProcess(telegram_home, telegram, webhook=True, TELEGRAM_WEBHOOK_PORT=taken)
    bot.start(wait=False)
    assert bot.wait() == 2
    assert f"saidwhat: Port {taken} of 127.0.0.1 cannot be listened on" in bot.log()
    refused = "http://example.org/from-telegram"
    bot = BotProcess(telegram_home, telegram, webhook=True, TELEGRAM_WEBHOOK_URL=refused)
    bot.start(wait=False)
    assert bot.wait() == 2
    assert bot.log().splitlines()[-1].startswith("saidwhat: Telegram does not take TELEGRAM_WEBHOOK_URL (")
    assert "Traceback" not in bot.log()
