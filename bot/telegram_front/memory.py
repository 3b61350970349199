"""Per-chat settings and counts of thumbs, in and out, kept on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bot.question import bare_line
from bot.telegram_front.kept import KeptFile

_KEPT_CHATS = 10_000  # whose settings are kept in memory


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What the admins of a group, or the one in a private chat, chose. `language` None is that of whoever asks.

    With `members_add` not only a group's admins put articles on its shelf. With `index_posts` what a channel
    posts is put on its shelf.
    """

    unaddressed: bool = False
    language: str | None = None
    members_add: bool = False
    index_posts: bool = False


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
    """The settings and counts in the folder `home`. Every method raises StoreError."""

    def __init__(self, home: Path) -> None:
        self._file = KeptFile(home)
        self._chats: dict[int, ChatSettings] = {}

    def chat(self, chat: int) -> ChatSettings:
        """The settings of `chat`; looked up once, then kept."""
        if chat not in self._chats:
            with self._file.opened() as database:
                sql = "SELECT unaddressed, language, members_add, index_posts FROM chats WHERE chat = ?"
                row = database and database.execute(sql, (chat,)).fetchone()
            if len(self._chats) >= _KEPT_CHATS:
                self._chats.clear()
            chosen = ChatSettings(bool(row[0]), row[1], bool(row[2]), bool(row[3])) if row else ChatSettings()
            self._chats[chat] = chosen
        return self._chats[chat]

    def set_chat(self, chat: int, chosen: ChatSettings) -> ChatSettings:
        """Keep `chosen`, which is returned, for `chat`."""
        with self._file.opened(write=True) as database:
            row = chat, chosen.unaddressed, chosen.language, chosen.members_add, chosen.index_posts
            database.execute(
                "INSERT OR REPLACE INTO chats (chat, unaddressed, language, members_add, index_posts)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            )
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
        with self._file.opened() as database:
            if database:
                database.execute("DELETE FROM chats WHERE chat = ?", (chat,))
        self._chats.pop(chat, None)
        return True

    def vote(self, question: str, *, up: int = 0, down: int = 0) -> bool:
        """Add to the counts of the question with the hash `question`; a vote taken back is negative. True when kept."""
        with self._file.opened(write=True) as database:
            database.execute("INSERT OR IGNORE INTO feedback (question) VALUES (?)", (question,))
            database.execute(
                "UPDATE feedback SET up = max(0, up + ?), down = max(0, down + ?) WHERE question = ?",
                (up, down, question),
            )
        return True

    def feedback(self) -> list[Verdict]:
        """The counts of all questions, those with the most thumbs down first."""
        with self._file.opened() as database:
            rows = database and database.execute(
                "SELECT question, up, down FROM feedback WHERE up + down > 0 ORDER BY down DESC, up DESC, question"
            )
            return [Verdict(*row) for row in rows or ()]
