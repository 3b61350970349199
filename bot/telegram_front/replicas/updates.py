"""Updates in, each kept once, the next of a chat out: to one replica, which marks what it has come to.

A replica changes the state only of an update that is its own, so one that was taken for dead, and is not, finds out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.telegram_front.replicas.presence import ALIVE

if TYPE_CHECKING:
    from embeddings.stores.postgres.connections import Connections

State = Literal["waiting", "begun", "sending", "sent", "done"]
"""Nobody's yet; somebody's, and nothing was sent of it; just being sent; sent, with more to do; over."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first update of a chat that is not done; `is_orphan` where whose it is holds no lock at this moment."""

    chat: int
    update: int
    state: State
    replica: int | None
    is_orphan: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that is this replica's to work on, in JSON, and what it had come to before."""

    update: int
    content: str
    state: State


class Updates:
    """The updates, as the replica `number` sees them. Every method raises StoreError."""

    def __init__(self, connections: Connections, number: int, kind: int) -> None:
        self._connections = connections
        self._number = number
        self._kind = kind

    def record(self, update: int, chat: int, content: str, most: int) -> Literal["new", "seen", "too many"]:
        """Keep an update, unless it came before, or `most` of its chat are kept already: then only its number."""
        sql = (
            "INSERT INTO updates (id, chat, content, state)"
            " SELECT ?, ?, CASE WHEN is_free THEN ?::text END, CASE WHEN is_free THEN 'waiting' ELSE 'done' END"
            " FROM (SELECT count(*) < ? AS is_free FROM updates WHERE chat = ? AND state <> 'done') kept"
            " ON CONFLICT DO NOTHING RETURNING state"
        )
        with self._connections.one_by_one() as database:
            row = database.execute(sql, (update, chat, content, most, chat)).fetchone()
        if row is None:
            return "seen"
        return "new" if row[0] == "waiting" else "too many"

    def begin(self, chat: int) -> Taken | None:
        """Take the first update of a chat that is not done; None where there is none, or somebody is at it."""
        sql = (
            "WITH head AS (SELECT id FROM updates WHERE chat = ? AND state <> 'done' ORDER BY id LIMIT 1)"
            " UPDATE updates SET state = 'begun', replica = ?, changed = now() FROM head"
            " WHERE updates.id = head.id AND state = 'waiting' RETURNING updates.id, content, state"
        )
        with self._connections.one_by_one() as database:
            row = database.execute(sql, (chat, self._number)).fetchone()
        return Taken(*row) if row else None

    def mark(self, update: int, state: State) -> bool:
        """Say what one's own update has come to. False where it is somebody else's now, or done."""
        sql = (
            "UPDATE updates SET state = ?, changed = now(), content = CASE WHEN ? THEN NULL ELSE content END"
            " WHERE id = ? AND replica = ? AND state <> 'done' RETURNING 1"
        )
        with self._connections.one_by_one() as database:
            return bool(database.execute(sql, (state, state == "done", update, self._number)).fetchone())

    def heads(self) -> list[Head]:
        """The first update that is not done of each chat."""
        sql = (
            f"SELECT DISTINCT ON (chat) chat, id, state, replica, coalesce(replica NOT IN ({ALIVE}), false)"
            " FROM updates WHERE state <> 'done' ORDER BY chat, id"
        )
        with self._connections.one_by_one() as database:
            return [Head(*row) for row in database.execute(sql, (self._kind,))]

    def take_over(self, head: Head) -> Taken | None:
        """Take an update from another replica, which died over it; None where it is not as it was."""
        sql = (
            "UPDATE updates SET replica = ?, changed = now() WHERE id = ? AND replica = ? AND state = ?"
            " RETURNING id, content, state"
        )
        with self._connections.one_by_one() as database:
            row = database.execute(sql, (self._number, head.update, head.replica, head.state)).fetchone()
        return Taken(*row) if row else None

    def purge(self) -> None:
        """Drop the numbers of what was done more than a day ago: Telegram brings nothing again after that."""
        with self._connections.one_by_one() as database:
            database.execute("DELETE FROM updates WHERE state = 'done' AND changed < now() - interval '1 day'")
