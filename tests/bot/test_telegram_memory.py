"""What the Telegram front keeps on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.telegram_front.memory import ChatSettings, Memory, Verdict, question_hash
from embeddings.errors import StoreError


def test_settings_of_chats_are_kept(tmp_path: Path) -> None:
    """They are there for the next start, go along with a group that moves, and are gone when forgotten."""
    memory = Memory(tmp_path / "new")
    assert memory.chat(-1) == ChatSettings()
    assert not (tmp_path / "new").exists()
    chosen = ChatSettings(unaddressed=True, language="ru")
    assert memory.set_chat(-1, chosen) == chosen
    assert Memory(tmp_path / "new").chat(-1) == chosen
    memory.move_chat(-1, -1001)
    assert (memory.chat(-1), memory.chat(-1001)) == (ChatSettings(), chosen)
    memory.forget_chat(-1001)
    assert Memory(tmp_path / "new").chat(-1001) == ChatSettings()


def test_thumbs_are_counted(tmp_path: Path) -> None:
    """The question is a hash, the same for any case, blanks and closing mark; a vote can be taken back."""
    memory = Memory(tmp_path)
    assert memory.feedback() == []
    good, bad = question_hash("Who is it?"), question_hash("Why?")
    assert good == question_hash(" who  is it ") == "22dabca48aad838a"
    memory.vote(good, up=1)
    memory.vote(good, up=1, down=-1)
    memory.vote(bad, up=1)
    memory.vote(bad, up=-1, down=1)
    assert Memory(tmp_path).feedback() == [Verdict(bad, 0, 1), Verdict(good, 2, 0)]


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A damaged file is one sentence with the remedy."""
    (tmp_path / "telegram.sqlite").write_text("no database " * 100)
    with pytest.raises(StoreError, match=r"telegram\.sqlite cannot be used \(file is not a database\): check the disk"):
        Memory(tmp_path).chat(5)
