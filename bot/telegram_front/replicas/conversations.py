"""What each asker was told lately, in and out, in the database: a follow-up may be asked of another replica."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from pydantic import TypeAdapter

from bot.follow_ups.conversations import KEPT, TURNS
from bot.telegram_front.kept import Kept
from bot.telegram_front.lately import Asker
from bot.types import Answer

_ANSWER = TypeAdapter(Answer)


class SharedConversations:
    """Conversations that are `kept`; `clock` gives seconds since the epoch. Every method raises StoreError."""

    def __init__(self, kept: Kept, clock: Callable[[], float] = time.time) -> None:
        self._kept = kept
        self._clock = clock

    def only(self, asker: Asker) -> str | None:
        with self._kept.opened() as database:
            sql = "SELECT article FROM chosen WHERE asker = ? AND at >= ?"
            row = database.execute(sql, (_key(asker), self._since())).fetchone()
        return row[0] if row else None

    def ask_only(self, asker: Asker, article: str | None) -> None:
        with self._kept.opened(write=True) as database:
            database.execute("DELETE FROM chosen WHERE asker = ?", (_key(asker),))
            if article is not None:
                sql = "INSERT INTO chosen (asker, article, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                database.execute(sql, (_key(asker), article, self._clock()))

    def earlier(self, asker: Asker, before: int | None = None) -> list[Answer]:
        with self._kept.opened() as database:
            sql = "SELECT answer FROM turns WHERE asker = ? AND at >= ? AND number < ? ORDER BY at, number"
            rows = database.execute(sql, (_key(asker), self._since(), 2**63 - 1 if before is None else before))
            return [_ANSWER.validate_json(answer) for (answer,) in rows]

    def told(self, asker: Asker, number: int) -> Answer | None:
        with self._kept.opened() as database:
            sql = "SELECT answer FROM turns WHERE asker = ? AND number = ? AND at >= ?"
            row = database.execute(sql, (_key(asker), number, self._since())).fetchone()
        return _ANSWER.validate_json(row[0]) if row else None

    def shown_in(self, asker: Asker, number: int) -> int | None:
        with self._kept.opened() as database:
            sql = "SELECT shown_in FROM turns WHERE asker = ? AND number = ? AND at >= ?"
            row = database.execute(sql, (_key(asker), number, self._since())).fetchone()
        return row[0] if row else None

    def add(self, asker: Asker, number: int, answer: Answer, shown_in: int | None = None) -> None:
        key, now = _key(asker), self._clock()
        with self._kept.opened(write=True) as database:
            database.execute(
                "INSERT INTO turns (asker, number, answer, shown_in, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (asker, number)"
                " DO UPDATE SET answer = excluded.answer, shown_in = excluded.shown_in, at = excluded.at",
                (key, number, _ANSWER.dump_json(answer).decode(), shown_in, now),
            )
            last = "SELECT number FROM turns WHERE asker = ? ORDER BY at DESC, number DESC LIMIT ?"
            database.execute(f"DELETE FROM turns WHERE asker = ? AND number NOT IN ({last})", (key, key, TURNS))
            sql = "UPDATE chosen SET at = ? WHERE asker = ? AND at >= ?"  # for half an hour more
            database.execute(sql, (now, key, self._since()))

    def forget(self, asker: Asker) -> bool:
        with self._kept.opened(write=True) as database:
            chosen = database.execute("DELETE FROM chosen WHERE asker = ? RETURNING 1", (_key(asker),)).fetchall()
            turns = database.execute("DELETE FROM turns WHERE asker = ? RETURNING 1", (_key(asker),)).fetchall()
        return bool(chosen or turns)

    def purge(self) -> None:
        with self._kept.opened(write=True) as database:
            database.execute("DELETE FROM turns WHERE at < ?", (self._since(),))
            database.execute("DELETE FROM chosen WHERE at < ?", (self._since(),))

    def forget_where(self, is_meant: Callable[[Asker], bool]) -> None:
        with self._kept.opened() as database:
            keys = [key for (key,) in database.execute("SELECT asker FROM turns UNION SELECT asker FROM chosen")]
        for asker in map(_asker, keys):
            if is_meant(asker):
                self.forget(asker)

    def _since(self) -> float:
        return self._clock() - KEPT


def _key(asker: Asker) -> str:
    return json.dumps(asker)


def _asker(key: str) -> Asker:
    chat, topic, person = json.loads(key)
    return chat, topic, person
