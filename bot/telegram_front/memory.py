"""Per-chat settings and counts of thumbs, in and out, kept for the next start."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.questions.line import bare_line
from bot.telegram_front.kept import Kept

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
    """The settings and counts that are `kept`. Every method raises StoreError."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._chats: dict[int, ChatSettings] = {}

    def chat(self, chat: int) -> ChatSettings:
        """The settings of `chat`; looked up once, where nobody else can change them."""
        chosen = self._chats.get(chat)
        if chosen is None:
            with self._kept.opened() as database:
                sql = "SELECT unaddressed, language, members_add, index_posts FROM chats WHERE chat = ?"
                row = database and database.execute(sql, (chat,)).fetchone()
            chosen = ChatSettings(bool(row[0]), row[1], bool(row[2]), bool(row[3])) if row else ChatSettings()
            self._remember(chat, chosen)
        return chosen

    def set_chat(self, chat: int, chosen: ChatSettings) -> ChatSettings:
        """Keep `chosen`, which is returned, for `chat`."""
        with self._kept.opened(write=True) as database:
            row = chat, chosen.unaddressed, chosen.language, chosen.members_add, chosen.index_posts
            database.execute(
                "INSERT INTO chats (chat, unaddressed, language, members_add, index_posts) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (chat) DO UPDATE SET unaddressed = excluded.unaddressed, language = excluded.language,"
                " members_add = excluded.members_add, index_posts = excluded.index_posts",
                row,
            )
        self._remember(chat, chosen)
        return chosen

    def move_chat(self, old: int, new: int) -> None:
        """Keep for `new` what was kept for `old`: a group that became a supergroup."""
        chosen = self.chat(old)
        self.forget_chat(old)
        if chosen != ChatSettings():
            self.set_chat(new, chosen)

    def forget_chat(self, chat: int) -> bool:
        """Drop the settings of `chat`. True where that is done."""
        with self._kept.opened() as database:
            if database:
                database.execute("DELETE FROM chats WHERE chat = ?", (chat,))
        self._chats.pop(chat, None)
        return True

    def vote(self, question: str, *, up: int = 0, down: int = 0) -> bool:
        """Add to the counts of the question with the hash `question`; a vote taken back is negative. True when kept."""
        with self._kept.opened(write=True) as database:
            database.execute("INSERT INTO feedback (question) VALUES (?) ON CONFLICT DO NOTHING", (question,))
            for column, more in (("up", up), ("down", down)):
                sql = f"UPDATE feedback SET {column} = {column} + ? WHERE question = ? AND {column} + ? >= 0"
                database.execute(sql, (more, question, more))
        return True

    def feedback(self) -> list[Verdict]:
        """The counts of all questions, those with the most thumbs down first."""
        with self._kept.opened() as database:
            rows = database and database.execute(
                "SELECT question, up, down FROM feedback WHERE up + down > 0 ORDER BY down DESC, up DESC, question"
            )
            return [Verdict(*row) for row in rows or ()]

    def _remember(self, chat: int, chosen: ChatSettings) -> None:
        if self._kept.is_shared:
            return
        if len(self._chats) >= _KEPT_CHATS:
            self._chats.clear()
        self._chats[chat] = chosen
