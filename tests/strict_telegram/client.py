"""What tests hold in hand: the fake server as a context manager, with its control side as plain methods."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.strict_telegram.people import People, Said
from tests.strict_telegram.seen import Button, Seen, seen

__all__ = ["Button", "Said", "Seen", "StrictTelegram"]

Json = dict[str, Any]

GLANCE = 0.02  # seconds between two looks at a chat


class StrictTelegram(People):
    """The server, started on entry and killed on exit; `api_url` is what the bot is told instead of api.telegram.org.

    Where it died, every call raises RuntimeError with what it wrote to stderr. What Telegram would not let a user do
    raises AssertionError.
    """

    def messages(self, chat: int, *, everyone: bool = False, deleted: bool = False) -> list[Seen]:
        """The bot's messages in a chat in order; those of `everyone`, and `deleted` ones, where asked for."""
        shown = (seen(one) for one in self.do("messages", chat=chat)["messages"])
        return [one for one in shown if (everyone or one.by_bot) and (deleted or not one.deleted)]

    def inline_message(self, inline_id: str) -> Seen:
        """A message sent via the bot, or by it as a guest."""
        return seen(self.do("inline_message", inline_id=inline_id))

    def wait_for(
        self,
        chat: int,
        what: int | str | Callable[[Seen], bool] = 1,
        timeout: float = 15.0,
        *,
        after: int | Said | Seen = 0,
    ) -> Seen:
        """Waits for a message of the bot: the first that `what` holds for, or has that text in it, or the so many-th.

        Only messages with ids above `after` count. Raises AssertionError, which shows the chat, when time is up.
        """
        since = after if isinstance(after, int) else after.message_id
        for _ in self._glances(timeout):
            found = [one for one in self.messages(chat) if one.message_id > since]
            if isinstance(what, int):
                if len(found) >= what:
                    return found[what - 1]
                continue
            fits = (lambda one: what in one.text) if isinstance(what, str) else what
            for one in found:
                if fits(one):
                    return one
        wanted = what if isinstance(what, int | str) else getattr(what, "__name__", "such")
        raise AssertionError(f"No message ({wanted!r}, after {since}) in {timeout} s.\n{self.transcript(chat)}")

    def wait_until(self, holds: Callable[[], object], timeout: float = 15.0, what: str = "that") -> None:
        """Waits until `holds()` is true; raises AssertionError after `timeout` seconds."""
        if not any(holds() for _ in self._glances(timeout)):
            raise AssertionError(f"After {timeout} s still not {what}.")

    def quiet(self, chat: int, seconds: float = 1.0) -> None:
        """Asserts that the bot neither writes nor edits in a chat for a while."""
        before = self.messages(chat)
        for _ in self._glances(seconds):
            now = self.messages(chat)
            assert now == before, f"The bot did not stay quiet.\n{self.transcript(chat)}"

    def transcript(self, chat: int) -> str:
        """A chat as text, one message after another, for people to read."""
        lines = []
        for one in self.messages(chat, everyone=True, deleted=True):
            who = "bot" if one.by_bot else f"user {one.sender or one.sender_chat}"
            marks = [f"reply to {one.reply_to}"] if one.reply_to else []
            marks += ["deleted"] if one.deleted else []
            marks += [f"edited {one.edited} times"] if one.edited else []
            who += f" ({', '.join(marks)})" if marks else ""
            lines.append(f"#{one.message_id} {who}: {one.text or one.service}")
            lines += ["    " + " | ".join(f"[{button.text}]" for button in row) for row in one.buttons]
        requests = [f"{one['method']}: {one['outcome']}" for one in self.requests()[-5:]]
        return f"Chat {chat}:\n" + "\n".join(lines or ["(nothing)"]) + "\nLast requests: " + ", ".join(requests)

    @staticmethod
    def _glances(seconds: float) -> Iterator[None]:
        end = time.monotonic() + seconds
        while True:
            last = time.monotonic() >= end
            yield
            if last:
                return
            time.sleep(GLANCE)

    def callback_answer(self, query_id: str, timeout: float = 15.0) -> Json:
        """Waits for the answer to a tap: its text, show_alert, url and cache_time."""
        return self._answer(query_id, timeout)

    def inline_results(self, query_id: str, timeout: float = 15.0) -> Json:
        """Waits for the answer to an inline query: its results, button, next_offset, cache_time and is_personal."""
        return self._answer(query_id, timeout)

    def guest_answer(self, query_id: str, timeout: float = 15.0) -> Json:
        """Waits for the answer to a guest query."""
        return self._answer(query_id, timeout)

    def _answer(self, query_id: str, timeout: float) -> Json:
        for _ in self._glances(timeout):
            question = self.do("question", id=query_id)
            if question["answered"] is not None:
                return dict(question["answer"])
        last = [f"{one['method']}: {one['outcome']}" for one in self.requests()[-5:]]
        raise AssertionError(f"Query {query_id} was not answered in {timeout} s. Last requests: {last}")

    def profile(self) -> Json:
        """The bot's commands by scope and language, its names and descriptions by language."""
        return self.do("profile")

    def requests(self, method: str | None = None) -> list[Json]:
        """The log: number, method, params, received, answered, status, outcome; getUpdates only where it is named."""
        logged = self.do("requests", method=method)["requests"]
        return [one for one in logged if method or one["method"].lower() != "getupdates"]

    def pending(self) -> list[Json]:
        """The updates that the bot has not confirmed."""
        return list(self.do("pending")["updates"])

    def handed_over(self) -> dict[int, float]:
        """When each update, by its id, was first given to the bot: seconds since the epoch."""
        return dict(self.do("handed_over")["updates"])

    def unanswered(self, older_than: float | None = None) -> list[Json]:
        """Queries that the bot was given and has not answered for so long; by default for as long as Telegram waits."""
        return list(self.do("unanswered", older_than=older_than)["unanswered"])

    def violations(self) -> list[Json]:
        """What the bot did wrong: kind, text, method, request, at. A test ends with none."""
        return list(self.do("violations")["violations"])

    def forgive(self) -> list[Json]:
        """Empties the journal of violations and returns what it held."""
        return list(self.do("forgive")["violations"])

    @contextmanager
    def no_violations(self) -> Iterator[None]:
        """Asserts at its end that the bot did nothing wrong."""
        yield
        found = self.violations()
        assert not found, "\n".join(f"{one['kind']}: {one['text']}" for one in found)
