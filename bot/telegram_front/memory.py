"""Per-chat settings and counts of thumbs, in and out: all that the Telegram front keeps on disk, in one SQLite file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.question import bare_line
from embeddings.errors import StoreError

_KEPT_CHATS = 10_000  # whose settings are kept in memory

_TABLES = """
CREATE TABLE IF NOT EXISTS chats (chat INTEGER PRIMARY KEY, unaddressed INTEGER NOT NULL, language TEXT) STRICT;
CREATE TABLE IF NOT EXISTS feedback (
    question TEXT PRIMARY KEY, up INTEGER NOT NULL DEFAULT 0, down INTEGER NOT NULL DEFAULT 0
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What the admins of a group, or the one in a private chat, chose. `language` None is that of whoever asks."""

    unaddressed: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often the answer to a question was found good and bad; `question` is its hash."""

    question: str
    up: int
    down: int


def question_hash(text: str) -> str:
    """What stands for a question in the feedback: 16 hexadecimal digits, the same for any case and closing mark."""
    return hashlib.sha256(bare_line(text).casefold().encode()).hexdigest()[:16]


class Memory:
    """The file `telegram.sqlite` in the folder `home`, made at the first write. Every method raises StoreError."""

    def __init__(self, home: Path) -> None:
        self._path = home / "telegram.sqlite"
        self._chats: dict[int, ChatSettings] = {}

    def chat(self, chat: int) -> ChatSettings:
        """The settings of `chat`; looked up once, then kept."""
        if chat not in self._chats:
            with self._open() as database:
                row = (
                    database
                    and database.execute("SELECT unaddressed, language FROM chats WHERE chat = ?", (chat,)).fetchone()
                )
            if len(self._chats) >= _KEPT_CHATS:
                self._chats.clear()
            self._chats[chat] = ChatSettings(bool(row[0]), row[1]) if row else ChatSettings()
        return self._chats[chat]

    def set_chat(self, chat: int, chosen: ChatSettings) -> ChatSettings:
        """Keep `chosen`, which is returned, for `chat`."""
        with self._open(write=True) as database:
            row = chat, chosen.unaddressed, chosen.language
            database.execute("INSERT OR REPLACE INTO chats VALUES (?, ?, ?)", row)
        self._chats[chat] = chosen
        return chosen

    def move_chat(self, old: int, new: int) -> None:
        """Keep for `new` what was kept for `old`: a group that became a supergroup."""
        chosen = self.chat(old)
        self.forget_chat(old)
        if chosen != ChatSettings():
            self.set_chat(new, chosen)

    def forget_chat(self, chat: int) -> bool:
        """Drop the settings of `chat`. True where that is done."""
        with self._open() as database:
            if database:
                database.execute("DELETE FROM chats WHERE chat = ?", (chat,))
        self._chats.pop(chat, None)
        return True

    def vote(self, question: str, *, up: int = 0, down: int = 0) -> bool:
        """Add to the counts of the question with the hash `question`; a vote taken back is negative. True when kept."""
        with self._open(write=True) as database:
            database.execute("INSERT OR IGNORE INTO feedback (question) VALUES (?)", (question,))
            database.execute(
                "UPDATE feedback SET up = max(0, up + ?), down = max(0, down + ?) WHERE question = ?",
                (up, down, question),
            )
        return True

    def feedback(self) -> list[Verdict]:
        """The counts of all questions, those with the most thumbs down first."""
        with self._open() as database:
            rows = database and database.execute(
                "SELECT question, up, down FROM feedback WHERE up + down > 0 ORDER BY down DESC, up DESC, question"
            )
            return [Verdict(*row) for row in rows or ()]

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """The database, in one transaction; falsy where there is no file yet and nothing is to be written."""
        if not write and not self._path.exists():
            yield None  # type: ignore[misc]
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=5)) as database, database:
                database.executescript(_TABLES)
                yield database
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path} cannot be used ({error}): check the disk, or remove the file; it holds the chats'"
                " settings and the counts of thumbs."
            ) from error
