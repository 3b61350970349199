"""What goes wrong between the bot and Telegram: nothing is answered twice, nothing is lost, the process lives."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.words import say
from tests.bot_process import BotProcess
from tests.strict_telegram.client import StrictTelegram

QUESTION = "How many million euros did the bridge cost?"
ANSWER = "It cost 14 million euros"
OTHER = "What did Zhalnin say?"
OTHER_ANSWER = "We will not send a single boat home"

_numbers = itertools.count(8001)


@pytest.fixture(scope="module", params=["polling", "webhook"])
def bot(
    request: pytest.FixtureRequest, indexed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[StrictTelegram, BotProcess]]:
    home = Path(shutil.copytree(indexed, tmp_path_factory.mktemp(request.param) / "home"))
    with StrictTelegram() as telegram, BotProcess(home, telegram, webhook=request.param == "webhook") as process:
        yield telegram, process


@pytest.fixture
def telegram(bot: tuple[StrictTelegram, BotProcess]) -> Iterator[StrictTelegram]:
    """The fake Telegram; at the end of each test the bot still answers, and has done nothing wrong."""
    fake, process = bot
    yield fake
    fake.no_faults()
    person = _person(fake)
    fake.say(person, QUESTION)
    fake.wait_for(person, ANSWER)
    assert fake.unanswered(0) == []
    assert fake.forgive() == []
    assert process.is_alive
    assert "Traceback" not in process.log()


def _person(telegram: StrictTelegram) -> int:
    return telegram.user(id=next(_numbers), started=True)


def test_told_to_wait_before_a_message_it_waits(telegram: StrictTelegram) -> None:
    """A 429 on a send is obeyed to the second, and others are answered in the meantime."""
    person, other = _person(telegram), _person(telegram)
    telegram.fault("flood", "sendMessage", chat=person, retry_after=3)
    began = time.monotonic()
    telegram.say(person, QUESTION)
    telegram.say(other, QUESTION)
    telegram.wait_for(other, ANSWER)
    assert time.monotonic() - began < 2.5
    telegram.wait_for(person, ANSWER)
    assert time.monotonic() - began >= 3
    assert len(telegram.messages(person)) == 1


def test_told_to_wait_before_an_edit_it_waits(telegram: StrictTelegram) -> None:
    """A 429 on an edit is obeyed; the tap was answered before."""
    person = _person(telegram)
    telegram.say(person, OTHER)
    answer = telegram.wait_for(person)
    telegram.fault("flood", "editMessageText", chat=person, retry_after=2)
    began = time.monotonic()
    telegram.callback_answer(telegram.tap(answer, "More quotes"))
    assert time.monotonic() - began < 1.5
    telegram.wait_until(lambda: telegram.messages(person)[-1].edited == 1)
    assert time.monotonic() - began >= 2


def test_who_blocked_the_bot_is_let_be(telegram: StrictTelegram) -> None:
    """A 403 is no fault: nothing is tried again."""
    person = _person(telegram)
    telegram.say(person, QUESTION)
    telegram.wait_for(person)
    telegram.fault(
        "status", "sendMessage", chat=person, status=403, description="Forbidden: bot was blocked by the user"
    )
    telegram.say(person, OTHER)
    telegram.quiet(person, 1)
    telegram.say(person, OTHER)
    telegram.wait_for(person, OTHER_ANSWER)


def test_an_answer_whose_question_is_gone_is_still_sent(telegram: StrictTelegram) -> None:
    """Where the question was deleted, or Telegram says so, the answer stands alone."""
    person = _person(telegram)
    telegram.fault("slow", "sendMessage", chat=person, seconds=0.5)
    asked = telegram.say(person, QUESTION)
    telegram.delete(person, asked.message_id)
    alone = telegram.wait_for(person, ANSWER)
    assert alone.reply_to is None
    telegram.fault(
        "status", "sendMessage", chat=person, status=400, description="Bad Request: message to be replied not found"
    )
    telegram.say(person, OTHER)
    assert telegram.wait_for(person, OTHER_ANSWER).reply_to is None


@pytest.mark.parametrize(("kind", "arrived"), [("reset", False), ("lost", True)])
def test_a_broken_connection_neither_doubles_nor_loses_an_answer(
    telegram: StrictTelegram, kind: str, arrived: bool
) -> None:
    """Reset before or after delivery looks the same to the bot: a note offers the answer, which is not sent blindly."""
    person = _person(telegram)
    telegram.fault(kind, "sendMessage", chat=person)
    telegram.say(person, QUESTION)
    note = telegram.wait_for(person, say("tg_maybe_lost"))
    assert sum(ANSWER in message.text for message in telegram.messages(person)) == int(arrived)
    telegram.callback_answer(telegram.tap(note, say("tg_show_button")))
    telegram.wait_until(lambda: telegram.messages(person)[-1].edited == 1)
    assert ANSWER in telegram.messages(person)[-1].text
    assert len(telegram.messages(person)) == 1 + arrived


@pytest.mark.parametrize("effect", [False, True])
def test_a_hang_neither_doubles_nor_loses_an_answer(telegram: StrictTelegram, effect: bool) -> None:
    """A request that is not answered in 10 s may have arrived, too."""
    person, other = _person(telegram), _person(telegram)
    telegram.fault("hang", "sendMessage", chat=person, seconds=12, effect=effect)
    telegram.say(person, QUESTION)
    telegram.say(other, QUESTION)
    telegram.wait_for(other, ANSWER, timeout=3)
    note = telegram.wait_for(person, say("tg_maybe_lost"), timeout=20)
    assert sum(ANSWER in message.text for message in telegram.messages(person)) == int(effect)
    telegram.callback_answer(telegram.tap(note, say("tg_show_button")))
    telegram.wait_until(lambda: telegram.messages(person)[-1].edited == 1)
    assert ANSWER in telegram.messages(person)[-1].text
    assert len(telegram.messages(person)) == 1 + effect


def test_what_a_gateway_refuses_is_sent_again(telegram: StrictTelegram) -> None:
    """An HTML page with status 502 is Telegram's word that it failed: the answer comes once, a little later."""
    person = _person(telegram)
    telegram.fault("html", "sendMessage", chat=person, count=2)
    telegram.say(person, QUESTION)
    telegram.wait_for(person, ANSWER)
    telegram.quiet(person, 1)
    assert len(telegram.messages(person)) == 1


def test_an_edit_that_may_have_arrived_is_made_again(telegram: StrictTelegram) -> None:
    """An edit can be repeated: after a lost reply Telegram says that nothing is to be changed."""
    person = _person(telegram)
    telegram.say(person, OTHER)
    answer = telegram.wait_for(person)
    telegram.fault("lost", "editMessageText", chat=person)
    telegram.callback_answer(telegram.tap(answer, "More quotes"))
    telegram.wait_until(lambda: telegram.messages(person)[-1].edited == 1)
    telegram.quiet(person, 1)
    assert len(telegram.messages(person)) == 1


def test_a_minute_without_polls_loses_nothing(telegram: StrictTelegram, bot: tuple[StrictTelegram, BotProcess]) -> None:
    """While getUpdates fails, messages wait at Telegram; then each is answered, once."""
    if "TELEGRAM_WEBHOOK_URL" in bot[1].settings:
        pytest.skip("does not poll")
    people = [_person(telegram) for _ in range(5)]
    telegram.fault("html", "getUpdates", period=60)
    for person in people:
        telegram.say(person, QUESTION)
    for person in people:
        telegram.wait_for(person, ANSWER, timeout=100)
        assert len(telegram.messages(person)) == 1


def test_an_update_that_comes_twice_is_answered_once(telegram: StrictTelegram) -> None:
    """The same update, handed over again, is known by its number."""
    person = _person(telegram)
    said = telegram.say(person, QUESTION)
    telegram.wait_for(person, ANSWER)
    assert said.update_id is not None
    telegram.repeat_update(said.update_id)
    telegram.quiet(person, 1)
    telegram.fault("duplicate")
    telegram.say(person, OTHER)
    telegram.wait_for(person, OTHER_ANSWER)
    telegram.quiet(person, 1)
    assert len(telegram.messages(person)) == 2


def test_updates_that_are_unknown_or_broken_cost_only_themselves(telegram: StrictTelegram) -> None:
    """One of an unknown kind, and ones that cannot be read, do not hold up what comes with them."""
    person = _person(telegram)
    telegram.raw_update({"quantum_message": {"id": 1, "state": "both"}})
    telegram.raw_update({"message": {"text": QUESTION}})
    telegram.raw_update({"message": {"message_id": "x", "date": [], "chat": 5}})
    telegram.raw_update({"callback_query": None, "message": 17})
    telegram.say(person, QUESTION)
    telegram.wait_for(person, ANSWER)
