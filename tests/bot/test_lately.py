"""What is remembered for half an hour, or for the day, in memory and in a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from bot.asking import ask
from bot.follow_ups.conversations import KEPT, Conversations, ConversationsInMemory
from bot.questions.line import read_question
from bot.settings import Settings
from bot.telegram_front.additions import Additions, AdditionsInMemory
from bot.telegram_front.ballots import Taps, TapsInMemory
from bot.telegram_front.lately import Asker, Lately
from bot.telegram_front.replicas.conversations import SharedConversations
from bot.types import Answer
from embeddings.library import Library
from embeddings.types import Shelves
from tests.bot.conftest import Opening

ANN, BOB = (-7, None, 1), (-7, 3, 2)
WHO, WHEN = (Answer(read_question(text), "not_found", 0.0) for text in ("Who?", "When?"))


@dataclass
class World:
    """What is remembered, by a clock and a calendar that stand still."""

    now: float = 1_000_000.0
    today: date = date(2021, 4, 12)
    lately: Lately = field(init=False)
    other: Callable[[], Lately] = field(init=False)
    """What another replica knows."""

    @property
    def conversations(self) -> Conversations[Asker]:
        return self.lately.conversations

    @property
    def taps(self) -> Taps:
        return self.lately.taps

    @property
    def additions(self) -> Additions:
        return self.lately.additions


@pytest.fixture(params=["memory", "database"])
def world(request: pytest.FixtureRequest) -> World:
    """Nothing is remembered yet."""
    if request.param == "database":
        return request.getfixturevalue("shared")  # type: ignore[no-any-return]
    made = World()

    def clock() -> float:
        return made.now

    made.lately = Lately(ConversationsInMemory(clock), TapsInMemory(clock), AdditionsInMemory(lambda: made.today))
    return made


@pytest.fixture
def shared(shared_opening: Opening) -> World:
    """The same in a database."""
    from bot.telegram_front.replicas.counted_once import SharedAdditions, SharedTaps

    made = World()

    def replica() -> Lately:
        kept = shared_opening()
        conversations = SharedConversations(kept, lambda: made.now)
        return Lately(conversations, SharedTaps(kept, lambda: made.now), SharedAdditions(kept, lambda: made.today))

    made.lately, made.other = replica(), replica
    return made


def test_turns_are_kept_half_an_hour_by_asker(world: World) -> None:
    """Nobody goes on from another's questions, nor from older ones; what is forgotten is gone."""
    held = world.conversations
    held.add(ANN, 1, WHO)
    world.now += 60.0
    held.add(ANN, 2, WHEN, shown_in=12)
    held.add(BOB, 3, WHEN)
    assert held.earlier(ANN) == [WHO, WHEN]
    assert held.earlier(ANN, before=2) == [WHO]
    assert (held.told(ANN, 1), held.told(BOB, 1)) == (WHO, None)
    assert (held.shown_in(ANN, 1), held.shown_in(ANN, 2), held.shown_in(ANN, 3)) == (None, 12, None)
    world.now += KEPT - 59.0
    assert held.earlier(ANN) == [WHEN]
    assert held.told(ANN, 1) is None
    held.purge()
    assert held.forget(ANN)
    assert not held.forget(ANN)
    assert held.earlier(ANN) == []
    assert held.earlier(BOB) == [WHEN]


def test_an_edited_question_has_one_answer(world: World) -> None:
    """The new one takes the place of the old, and is the last that was told."""
    held = world.conversations
    held.add(ANN, 1, WHO, shown_in=11)
    world.now += 1.0
    held.add(ANN, 2, WHO, shown_in=12)
    world.now += 1.0
    held.add(ANN, 1, WHEN, shown_in=11)
    assert held.earlier(ANN) == [WHO, WHEN]
    assert held.told(ANN, 1) == WHEN


def test_the_last_eight_turns_are_kept(world: World) -> None:
    """Of each asker."""
    held = world.conversations
    for number in range(10):
        world.now += 1.0
        held.add(ANN, number, WHO)
    held.add(BOB, 1, WHO)
    assert [number for number in range(10) if held.told(ANN, number)] == list(range(2, 10))
    assert held.told(BOB, 1) == WHO


def test_the_article_chosen_is_asked_half_an_hour(world: World) -> None:
    """From the choice on, and from each question since; until another choice, or all, or it is forgotten."""
    held = world.conversations
    assert held.only(ANN) is None
    held.ask_only(ANN, "bridge")
    world.now += KEPT
    assert (held.only(ANN), held.only(BOB)) == ("bridge", None)
    held.add(ANN, 1, WHO)
    world.now += KEPT
    assert held.only(ANN) == "bridge"
    world.now += 1.0
    assert held.only(ANN) is None
    held.ask_only(ANN, "bridge")
    held.ask_only(ANN, "school")
    assert held.only(ANN) == "school"
    held.ask_only(ANN, None)
    assert held.only(ANN) is None
    held.ask_only(ANN, "school")
    assert held.forget(ANN)
    assert held.only(ANN) is None


def test_a_chat_s_conversations_are_forgotten_together(world: World) -> None:
    """Turns and choices of all who asked there."""
    held = world.conversations
    elsewhere = (-8, None, 1)
    for asker in (ANN, BOB, elsewhere):
        held.add(asker, 1, WHO)
        held.ask_only(asker, "bridge")
    held.forget_where(lambda asker: asker[0] == -7)
    assert [(held.earlier(asker), held.only(asker)) for asker in (ANN, BOB)] == [([], None)] * 2
    assert (held.earlier(elsewhere), held.only(elsewhere)) == ([WHO], "bridge")


def test_who_taps_again_does_not_count_twice(world: World) -> None:
    """What was tapped before is told, until half an hour after; nobody's taps are another's."""
    ballot = (-7, 5, 1)
    assert world.taps.swap(ballot, "up") is None
    assert world.taps.swap(ballot, "down") == "up"
    assert world.taps.swap((-7, 5, 2), "up") is None
    world.now += KEPT + 1.0
    world.taps.swap((-7, 5, 2), "down")
    world.taps.purge()
    assert world.taps.swap(ballot, "up") is None
    world.taps.forget(1)
    assert world.taps.swap(ballot, "up") is None
    assert world.taps.swap((-7, 5, 2), "up") == "down"


def test_additions_are_counted_by_the_day(world: World) -> None:
    """The next day begins at nought."""
    world.additions.add(7)
    world.additions.add(7)
    assert (world.additions.of(7), world.additions.of(8)) == (2, 0)
    world.today = date(2021, 4, 13)
    assert world.additions.of(7) == 0
    world.additions.purge()
    world.today = date(2021, 4, 12)
    assert world.additions.of(7) == 0


def test_another_replica_knows_the_same(shared: World, talks: Library) -> None:
    """An answer with all that it cites, so that a follow-up goes on from it; what was chosen, tapped and brought."""
    answers = [ask(text, talks, Settings()) for text in ("What did Elena Dorn say?", "quotes", "Who is Elena Dorn?")]
    for number, answer in enumerate(answers):
        shared.conversations.add(ANN, number, answer)
        shared.now += 1.0
    shared.conversations.ask_only(ANN, "talks")
    shared.taps.swap((-7, 5, 1), "up")
    shared.additions.add(1)
    other = shared.other()
    assert other.conversations.earlier(ANN) == answers
    assert other.conversations.only(ANN) == "talks"
    assert other.taps.swap((-7, 5, 1), "up") == "up"
    assert other.additions.of(1) == 1


def test_what_was_kept_before_scopes_had_shelves_is_read(shared_opening: Opening) -> None:
    """An answer of an earlier version, whose scope named all articles that it left out, is one from what is common."""
    kept = shared_opening()
    conversations = SharedConversations(kept)
    conversations.add(ANN, 1, WHO)
    before = """replace(answer, '"scope":null', '"scope":{"articles":["a"]}')"""
    with kept.opened(write=True) as database:
        database.execute(f"UPDATE turns SET answer = {before}")
    assert conversations.earlier(ANN) == [replace(WHO, scope=Shelves())]
