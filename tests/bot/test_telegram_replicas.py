"""Several bots on one database: each update is worked on once, in its chat's order, whatever dies in between.

`pytest tests/bot/test_telegram_replicas.py --chats 100 --each 30` asks 3,000 questions.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.telegram_front.memory import Memory
from bot.telegram_front.replicas.presence import Presence
from bot.telegram_front.replicas.tables import KeptTables
from bot.words import say
from tests.bot.test_telegram_shelves import DIARY, FALK, FOG
from tests.bot_process import BotProcess, free_port
from tests.conftest import BRIDGE
from tests.hand_made import TALKS
from tests.load_balancer import load_balancer
from tests.postgres_server import PostgresServer, postgres_server, what_is_missing
from tests.strict_telegram.client import Seen, StrictTelegram
from tests.strict_telegram.process import ROOT

ANSWERS = {
    "How many million euros did the bridge cost?": "It cost 14 million euros",
    "What did Zhalnin say?": "We will not send a single boat home",
    "What did Mayor Ines Kader say?": "We are three months late",
}
QUESTIONS = tuple(ANSWERS)
NOTE = say("tg_maybe_lost_ask_again")
_ACQUAINTED = 1.0  # seconds until each of them knows how many divide what Telegram takes
_PACE = 1.2  # seconds between two questions of a chat, as Telegram lets be answered

Start = Callable[..., list[BotProcess]]

_numbers = itertools.count(20_001)


@pytest.fixture
def telegram() -> Iterator[StrictTelegram]:
    """A fake Telegram; at the end the bots have done nothing wrong."""
    with StrictTelegram() as fake, fake.no_violations():
        yield fake


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A database server that the tests may restart."""
    if missing := what_is_missing():
        pytest.skip(missing)
    with postgres_server() as running:
        yield running


@pytest.fixture(scope="module")
def filled(server: PostgresServer, kept_model: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a library of two articles, made by the real command."""
    folder = tmp_path_factory.mktemp("articles")
    (folder / "talks.txt").write_text(TALKS, encoding="utf-8")
    (folder / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    url = server.url("replicas")
    environment = {**os.environ, "SAIDWHAT_HOME": str(kept_model), "SAIDWHAT_STORE": url, "HF_HUB_OFFLINE": "1"}
    subprocess.run([sys.executable, "-m", "bot", "index", folder], env=environment, check=True, capture_output=True)
    return url


@pytest.fixture
def start(telegram: StrictTelegram, filled: str, kept_model: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts so many bots on the same database, which poll, or take webhooks from a load balancer.

    Nothing was kept of chats and updates before: each fake Telegram numbers them anew.
    """
    import psycopg

    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS replicas_telegram CASCADE")
    with ExitStack() as ends:

        def started(count: int, *, webhook: bool = True) -> list[BotProcess]:
            ports = [free_port() for _ in range(count)]
            settings: dict[str, Any] = {"SAIDWHAT_STORE": filled}
            if webhook:
                settings["TELEGRAM_WEBHOOK_URL"] = f"{ends.enter_context(load_balancer(ports))}/from-telegram"
            replicas = []
            for number, port in enumerate(ports):
                home = shutil.copytree(kept_model, tmp_path / f"replica{number}", copy_function=os.link)
                more: dict[str, Any] = {"TELEGRAM_WEBHOOK_PORT": str(port)} if webhook else {}
                replicas.append(BotProcess(Path(home), telegram, **settings, **more))
                replicas[-1].start(wait=False)
                ends.push(replicas[-1])
            for replica in replicas:
                replica.wait_until_it_answers()
            return replicas

        yield started


def test_every_question_is_answered_once_and_in_order(
    telegram: StrictTelegram, server: PostgresServer, start: Start, pytestconfig: pytest.Config
) -> None:
    """Also where one of three replicas is killed in the middle, and the database restarted.

    Of what was just being sent then, a note may say that it may be lost: no more than one for each chat that it was at.
    """
    chats, each = pytestconfig.getoption("--chats"), pytestconfig.getoption("--each")
    people = [telegram.user(id=next(_numbers), started=True) for _ in range(chats)]
    killed, *others = start(3)
    time.sleep(_ACQUAINTED)
    asked: dict[int, list[tuple[int, str]]] = {person: [] for person in people}
    began = time.monotonic()
    for turn in range(each):
        for person in people:
            question = QUESTIONS[turn % len(QUESTIONS)]
            asked[person].append((telegram.say(person, question).message_id, question))
        if turn == each // 3:
            killed.stop(signal.SIGKILL)
        if turn == 2 * each // 3:
            server.stop()
            time.sleep(1)
            server.start()
        time.sleep(max(0.0, began + (turn + 1) * _PACE - time.monotonic()))
    told: dict[int, list[Seen]] = {}

    def all_are_answered() -> bool:
        told.update({person: telegram.messages(person) for person in people})
        return all(len({one.reply_to for one in told[person]}) == each for person in people)

    telegram.wait_until(all_are_answered, 60 + 0.1 * chats * each, "all answered")
    took = time.monotonic() - began
    notes = {person: [one.reply_to for one in told[person] if one.text == NOTE] for person in people}
    for person in people:
        answers = [one for one in told[person] if one.text != NOTE]
        numbers = [number for number, _ in asked[person]]
        answered = [one.reply_to for one in answers]
        assert answered == [number for number in numbers if number in answered]
        assert set(answered) | set(notes[person]) == set(numbers)
        assert len(notes[person]) <= 1
        questions = dict(asked[person])
        assert all(ANSWERS[questions[one.reply_to or 0]] in one.text for one in answers)
    seconds = [one["answered"] - one["received"] for one in telegram.requests("sendMessage") if one["answered"]]
    print(
        f"{chats} chats, {chats * each} questions in {took:.1f} s; notes: {sum(map(len, notes.values()))};"
        f" sendMessage took {max(seconds):.3f} s at most"
    )
    for replica in others:
        assert replica.is_alive
        assert "Traceback" not in replica.log()


def test_any_replica_goes_on_from_what_another_told(telegram: StrictTelegram, start: Start, filled: str) -> None:
    """Follow-ups, thumbs and settings; and an update that comes twice, to two replicas, is worked on once."""
    person = telegram.user(id=next(_numbers), started=True)
    replicas = start(2)
    first = telegram.say(person, "What did Elena Dorn say?")
    telegram.wait_for(person, 1)
    telegram.say(person, "and Zhalnin?")
    second = telegram.wait_for(person, 2)
    assert second.text.startswith("Taken as: What did Zhalnin say")
    for _ in range(4):
        assert telegram.callback_answer(telegram.tap(second, "👍"))["text"] == say("tg_voted")
    kept = KeptTables(filled)
    assert [(one.up, one.down) for one in Memory(kept).feedback()] == [(1, 0)]
    kept.connections.close()
    telegram.edit(person, first.message_id, QUESTIONS[0])
    telegram.wait_until(lambda: telegram.messages(person)[0].edited == 1)
    telegram.fault("duplicate", "getUpdates", count=2)
    telegram.say(person, QUESTIONS[0])
    telegram.say(person, "/forget")
    telegram.wait_for(person, say("tg_forgotten"))
    telegram.quiet(person, 0.5)
    assert len(telegram.messages(person)) == 4
    for replica in replicas:
        replica.assert_well(telegram)


def test_a_shelf_is_the_same_for_all_replicas(telegram: StrictTelegram, start: Start) -> None:
    """What a group brought is told by all of them there, also after it moved and they were started anew; only there."""
    admin, other = (telegram.user(id=next(_numbers), started=True) for _ in range(2))
    group = telegram.chat("group", members={admin: "creator"})
    replicas = start(2)

    def told(chat: int, text: str, user: int) -> str:
        said = telegram.say(chat, text, user)
        return telegram.wait_for(chat, lambda seen: seen.reply_to == said.message_id, 20).text

    sent = telegram.send_document(group, "diary.txt", DIARY, admin)
    telegram.say(group, "/add@saidwhat_bot", admin, reply_to=sent.message_id)
    telegram.wait_for(group, "Added: Lighthouse keeper retires", 40)
    moved = telegram.migrate(group)
    for replica in (None, *replicas):
        if replica:
            replica.stop()
            replica.start()
        for _ in range(2):
            assert FOG in told(moved, f"/ask@saidwhat_bot {FALK}", admin)
            assert "fog" not in told(other, FALK, other)
    assert told(moved, "/forget@saidwhat_bot all", admin) == say("tg_forgotten_all")
    assert "fog" not in told(moved, f"/ask@saidwhat_bot {FALK}", admin)


def test_nothing_is_taken_in_while_the_database_is_away(
    telegram: StrictTelegram, server: PostgresServer, start: Start
) -> None:
    """Telegram keeps it, brings it again, and it is answered when the database is back."""
    person = telegram.user(id=next(_numbers), started=True)
    start(1)
    server.stop()
    try:
        telegram.say(person, QUESTIONS[0])
        time.sleep(1)
        assert len(telegram.pending()) == 1
        assert telegram.messages(person) == []
    finally:
        server.start()
    telegram.wait_for(person, ANSWERS[QUESTIONS[0]])
    telegram.quiet(person, 0.5)


def test_without_a_database_nothing_of_it_is_imported() -> None:
    """Neither by the bot, nor by what it remembers in a file and in memory."""
    program = (
        "import sys; from bot.settings import Settings; from bot.telegram_front import serving, remembered;"
        "remembered.remembered(Settings()); print([name for name in ('psycopg', 'pgvector') if name in sys.modules])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "SAIDWHAT_STORE"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


def test_what_a_replica_died_over_is_taken_over(telegram: StrictTelegram, start: Start) -> None:
    """What was not being sent yet is worked on anew; what was may be lost, and a note says so. Others wait for it."""
    person = telegram.user(id=next(_numbers), started=True)
    group = telegram.chat("supergroup", members={person: "creator"})
    replicas = start(3)
    telegram.fault("hang", "getChatMember", seconds=60)
    telegram.say(group, "/settings@saidwhat_bot", person)
    telegram.wait_until(lambda: _at_work(replicas))
    at_it = _at_work(replicas)[0]
    at_it.stop(signal.SIGKILL)
    settings = telegram.wait_for(group, 1)
    assert settings.buttons
    replicas.remove(at_it)
    telegram.fault("hang", "sendMessage", seconds=60, effect=True)
    telegram.say(person, QUESTIONS[0])
    telegram.wait_until(lambda: len(telegram.messages(person)) == 1)
    for question in QUESTIONS[1:]:
        telegram.say(person, question)
    telegram.wait_until(lambda: len(_at_work(replicas)) == 1)
    (at_it,) = _at_work(replicas)
    at_it.stop(signal.SIGKILL)
    telegram.wait_for(person, ANSWERS[QUESTIONS[2]])
    expected = [ANSWERS[QUESTIONS[0]], NOTE, ANSWERS[QUESTIONS[1]], ANSWERS[QUESTIONS[2]]]
    assert all(text in one.text for text, one in zip(expected, telegram.messages(person), strict=True))


def test_one_replica_polls(telegram: StrictTelegram, server: PostgresServer, start: Start, filled: str) -> None:
    """Another takes over where it dies, and none ends where Telegram says that another still polls.

    What stops stops between two updates: of what was just being sent then, a note would say that it may be lost.
    """
    person = telegram.user(id=next(_numbers), started=True)
    replicas = start(2, webhook=False)
    telegram.wait_until(lambda: _polling(replicas))
    (polls,) = _polling(replicas)
    telegram.say(person, QUESTIONS[0])
    telegram.wait_for(person, ANSWERS[QUESTIONS[0]])
    telegram.wait_until(lambda: _unfinished(filled) == 0)
    telegram.fault("status", "getUpdates", status=409, description="Conflict: terminated by other getUpdates request")
    polls.stop(signal.SIGKILL)
    replicas.remove(polls)
    telegram.say(person, QUESTIONS[1])
    telegram.wait_for(person, ANSWERS[QUESTIONS[1]], timeout=10)
    telegram.wait_until(lambda: _unfinished(filled) == 0)
    server.stop()
    telegram.wait_until(lambda: replicas[0].log().count("does not poll any more"), 2)
    before = len(telegram.requests("getUpdates"))
    time.sleep(1)
    assert len(telegram.requests("getUpdates")) == before
    server.start()
    telegram.say(person, QUESTIONS[2])
    telegram.wait_for(person, ANSWERS[QUESTIONS[2]])
    assert replicas[0].monitored("/healthz") == (200, "ok\n")
    assert [len(telegram.messages(person)), replicas[0].is_alive] == [3, True]


def _unfinished(filled: str) -> int:
    """How many updates are not marked as done, which is a moment after the answer is sent."""
    import psycopg

    with psycopg.connect(filled) as connection:
        row = connection.execute("SELECT count(*) FROM replicas_telegram.updates WHERE state <> 'done'").fetchone()
    return int(row[0]) if row else 0


def _at_work(replicas: list[BotProcess]) -> list[BotProcess]:
    return [one for one in replicas if "saidwhat_updates_in_work 1.0" in one.monitored("/metrics")[1]]


def _polling(replicas: list[BotProcess]) -> list[BotProcess]:
    return [one for one in replicas if "this replica polls" in one.log()]


async def test_replicas_that_start_together(filled: str) -> None:
    """None takes itself for the only one before it can know; then each knows how many there are, and who is left."""
    kept = [KeptTables(filled) for _ in range(3)]
    replicas = [Presence(one.connections, may_poll=False) for one in kept]
    assert all(replica.counted() > 1 for replica in replicas)
    await asyncio.gather(*(replica.begin() for replica in replicas))
    try:
        assert all(replica.counted() >= 3 for replica in replicas)
        await _until(lambda: {replica.counted() for replica in replicas} == {3})
        await replicas.pop().end()
        await _until(lambda: {replica.counted() for replica in replicas} == {2})
    finally:
        await asyncio.gather(*(replica.end() for replica in replicas))
        for one in kept:
            one.connections.close()


async def _until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.05)
