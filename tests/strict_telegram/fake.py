"""One fake Telegram: the state of the world, the queue of updates, the journal, and what joins them."""

from __future__ import annotations

import time
from typing import Any

from aiogram import types

from tests.strict_telegram.faults import FaultPlan
from tests.strict_telegram.journal import Journal
from tests.strict_telegram.pace import Pace
from tests.strict_telegram.profile import Profile
from tests.strict_telegram.refusals import (
    BLOCKED,
    CHAT_ID_EMPTY,
    CHAT_NOT_FOUND,
    KICKED,
    NEVER_STARTED,
    NO_MEMBER,
    USER_DEACTIVATED,
    bad_request,
    forbidden,
    migrated,
)
from tests.strict_telegram.rendering import checked, message_json
from tests.strict_telegram.updates import UpdateQueue
from tests.strict_telegram.webhooks import Deliverer
from tests.strict_telegram.world import Chat, Post, Rules, World

Json = dict[str, Any]

ANSWER_WITHIN = {"callback": 15.0, "inline": 10.0, "guest": 15.0}  # seconds (TELEGRAM.md; guest is unsure)


class Fake:
    """What the Bot API side and the control side both work on."""

    def __init__(self, token: str, username: str, rules: Rules | None = None, next_update: int = 700_000_001) -> None:
        self.token = token
        self.world = World(int(token.split(":")[0]), username, rules)
        self.journal = Journal()
        self.pace = Pace(self.world.rules, self.journal)
        self.plan = FaultPlan()
        self.profile = Profile()
        self.updates = UpdateQueue(self._handed_over, next_update)
        self.handed_over: dict[int, float] = {}
        self.deliverer = Deliverer(self.updates, self.plan)

    def emit(self, kind: str, payload: Json, *, age: float = 0.0) -> int | None:
        """Queues an update after aiogram's `Update` has passed it; None where the bot has not asked for such."""
        checked(types.Update, {"update_id": 1, kind: payload})
        return self.updates.add(kind, payload, age=age)

    def tell(self, post: Post, *, edited: bool = False) -> int | None:
        """Queues the update about a message, if the bot is shown it."""
        chat = self.world.chats[post.chat_id]
        if not self.world.reads(chat, post):
            return None
        kind = "channel_post" if chat.type == "channel" else "message"
        age = time.time() - (post.edit_date or post.date)
        return self.emit(f"edited_{kind}" if edited else kind, message_json(self.world, post), age=max(age, 0.0))

    def _handed_over(self, update: Json) -> None:
        if isinstance(update["update_id"], int):
            self.handed_over.setdefault(update["update_id"], time.time())
        for kind, name in (("callback_query", "id"), ("inline_query", "id"), ("guest_message", "guest_query_id")):
            content = update.get(kind)
            question_id = content.get(name) if isinstance(content, dict) else None
            if isinstance(question_id, str) and question_id in self.world.questions:  # a raw update holds anything
                self._mark(question_id)

    def _mark(self, question_id: str) -> None:
        question = self.world.questions[question_id]
        question.handed_over = question.handed_over or time.time()

    def unanswered(self, older_than: float | None = None) -> list[Json]:
        """The queries that the bot was given and has not answered in time; in `older_than` seconds, where told."""
        now = time.time()
        return [
            {"id": q.id, "kind": q.kind, "text": q.text, "user": q.user, "seconds": now - q.handed_over}
            for q in self.world.questions.values()
            if q.answered is None
            and q.handed_over is not None
            and now - q.handed_over >= (ANSWER_WITHIN[q.kind] if older_than is None else older_than)
        ]

    def find_chat(self, chat_id: int | str | None) -> Chat:
        """The chat that a request names, by id or by @username.

        Raises:
            Refusal: none is named, or there is none.
        """
        if chat_id is None or chat_id == "":
            raise bad_request(CHAT_ID_EMPTY)
        if isinstance(chat_id, str):
            named = (c for c in self.world.chats.values() if c.username and f"@{c.username}".lower() == chat_id.lower())
            chat = next((c for c in named if c.type in ("supergroup", "channel")), None)
        else:
            chat = self.world.chats.get(chat_id)
        if chat is None:
            raise bad_request(CHAT_NOT_FOUND)
        return chat

    def reach(self, chat_id: int | str | None, *, write: bool = False, edit: bool = False) -> Chat:
        """The chat that a request names, if the bot may read there, edit there or write there.

        Raises:
            Refusal: it may not (Client.cpp, check_chat_access, in its order).
        """
        chat = self.find_chat(chat_id)
        edit = edit or write
        status = self.world.bot_status(chat)
        if chat.type == "private":
            user = self.world.users[chat.id]
            if user.deactivated and edit:
                raise forbidden(USER_DEACTIVATED)
            if write and not user.started:
                raise forbidden(NEVER_STARTED)
            if write and user.blocked:
                raise forbidden(BLOCKED)
        elif chat.type == "group":
            if chat.migrated_to and write:
                raise migrated(chat.migrated_to)
            if not chat.migrated_to and edit and status in ("kicked", "left"):
                raise forbidden((KICKED if status == "kicked" else NO_MEMBER)[chat.type])
        elif status == "kicked":
            raise forbidden(KICKED[chat.type])
        elif status == "left" and (edit or not chat.username):
            raise forbidden(NO_MEMBER[chat.type])
        return chat
