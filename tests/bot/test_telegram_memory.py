"""What the Telegram front keeps, in a file and in a database."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bot.telegram_front.kept import KeptFile
from bot.telegram_front.memory import ChatSettings, Memory, Verdict, question_hash
from bot.telegram_front.shelves import KeptShelves
from embeddings.errors import StoreError
from tests.bot.conftest import Opening


def test_settings_of_chats_are_kept(opening: Opening, tmp_path: Path) -> None:
    """They are there for the next start, go along with a group that moves, and are gone when forgotten."""
    memory = Memory(opening())
    assert memory.chat(-1) == ChatSettings()
    assert not (tmp_path / "kept").exists()
    chosen = ChatSettings(unaddressed=True, language="ru")
    assert memory.set_chat(-1, chosen) == chosen
    assert Memory(opening()).chat(-1) == chosen
    memory.move_chat(-1, -1001)
    assert (memory.chat(-1), memory.chat(-1001)) == (ChatSettings(), chosen)
    memory.forget_chat(-1001)
    assert Memory(opening()).chat(-1001) == ChatSettings()


def test_thumbs_are_counted(opening: Opening) -> None:
    """The question is a hash, the same for any case, blanks and closing mark; a vote can be taken back."""
    memory = Memory(opening())
    assert memory.feedback() == []
    good, bad = question_hash("Who is it?"), question_hash("Why?")
    assert good == question_hash(" who  is it ") == "22dabca48aad838a"
    memory.vote(good, up=1)
    memory.vote(good, up=1, down=-1)
    memory.vote(bad, up=1)
    memory.vote(bad, up=-1, down=1)
    assert Memory(opening()).feedback() == [Verdict(bad, 0, 1), Verdict(good, 2, 0)]


def test_what_one_replica_changes_the_other_sees(shared_opening: Opening) -> None:
    """Settings and shelves that both have read before."""
    one, other = shared_opening(), shared_opening()
    assert (Memory(one).chat(-1), KeptShelves(one).of(-1)) == (ChatSettings(), ())
    memory, shelves = Memory(other), KeptShelves(other)
    assert (memory.chat(-1), shelves.of(-1)) == (ChatSettings(), ())
    Memory(one).set_chat(-1, ChatSettings(language="ru"))
    KeptShelves(one).put(-1, "diary")
    assert (memory.chat(-1), shelves.of(-1)) == (ChatSettings(language="ru"), ("diary",))
    memory.forget_chat(-1)
    assert Memory(one).chat(-1) == ChatSettings()


def test_shelves_and_library_are_changed_by_one_replica_at_a_time(shared_opening: Opening) -> None:
    """The other waits, also where that takes long; and goes on when the first is done."""
    one, other = KeptShelves(shared_opening()), KeptShelves(shared_opening())
    entered = threading.Event()

    def change() -> None:
        with other.changing:
            entered.set()

    waiting = threading.Thread(target=change)
    with one.changing:
        waiting.start()
        assert not entered.wait(0.3)
    waiting.join(5)
    assert entered.is_set()


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A damaged file is one sentence with the remedy."""
    (tmp_path / "telegram.sqlite").write_text("no database " * 100)
    with pytest.raises(StoreError, match=r"telegram\.sqlite cannot be used \(file is not a database\): check the disk"):
        Memory(KeptFile(tmp_path)).chat(5)
