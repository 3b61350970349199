"""How updates and answers travel between the fake Telegram and a bot, and what goes wrong on the way when asked to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.strict_telegram.client import StrictTelegram
from tests.strict_telegram_tests.plain_bot import PlainBot

OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
SECRET = "s3cret"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def polling(telegram: StrictTelegram, count: int = 1) -> None:
    """Waits until that many polls have come in and none was answered."""
    telegram.wait_until(lambda: len(telegram.requests("getUpdates")) >= count, 5, "polled")


def test_tokens(telegram: StrictTelegram) -> None:
    """Another token is unauthorized, none at all is not found."""
    answers = [httpx.get(f"{telegram.api_url}/{path}") for path in ("bot1:X/getMe", "botX/getMe", "getMe")]
    assert [(one.status_code, one.json()["description"]) for one in answers] == [
        (401, "Unauthorized"),
        (404, "Not Found"),
        (404, "Not Found"),
    ]


def test_long_polling(telegram: StrictTelegram, bot: PlainBot, ann: int, threads: ThreadPoolExecutor) -> None:
    """A poll waits for what comes, gives it again until it is confirmed, and gives up in the end."""
    poll = threads.submit(bot, "getUpdates", timeout=10)
    polling(telegram)
    telegram.say(ann, "one")
    (first,) = poll.result()
    telegram.say(ann, "two")
    assert [one["message"]["text"] for one in bot("getUpdates", limit=1)] == ["one"]
    assert [one["message"]["text"] for one in bot("getUpdates")] == ["one", "two"]
    assert [one["message"]["text"] for one in bot("getUpdates", offset=first["update_id"] + 1)] == ["two"]
    assert len(telegram.pending()) == 1
    start = time.monotonic()
    assert bot("getUpdates", offset=first["update_id"] + 2, timeout=1) == []
    assert time.monotonic() - start > 0.9
    for text in ("three", "four"):
        telegram.say(ann, text)
    assert [one["message"]["text"] for one in bot("getUpdates", offset=-1)] == ["four"]


def test_allowed_updates(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Only the kinds asked for are kept; what was asked for stays, and an empty list is the default."""
    bot("getUpdates", allowed_updates=["callback_query"])
    assert not telegram.say(ann, "one").delivered
    bot("getUpdates")
    assert not telegram.say(ann, "two").delivered
    bot("getUpdates", allowed_updates=[])
    assert telegram.say(ann, "three").delivered


def test_the_older_poll_loses(telegram: StrictTelegram, bot: PlainBot, ann: int, threads: ThreadPoolExecutor) -> None:
    """A second poll ends the first by a 409 and stays."""
    older = threads.submit(bot.refused, "getUpdates", timeout=10)
    polling(telegram)
    newer = threads.submit(bot, "getUpdates", timeout=10)
    assert older.result() == (409, OTHER_POLL)
    telegram.say(ann, "hi")
    assert len(newer.result()) == 1


class Receiver:
    """A bot's webhook: `statuses` are what it answers, 200 after the last."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.statuses: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.got.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
                self.send_response(outer.statuses.pop(0) if outer.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self._thread.start()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.got]

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_webhooks(
    telegram: StrictTelegram, bot: PlainBot, ann: int, receiver: Receiver, threads: ThreadPoolExecutor
) -> None:
    """Updates go to the URL with the secret, in order and again until they are taken; polls are refused meanwhile."""
    poll = threads.submit(bot.refused, "getUpdates", timeout=10)
    polling(telegram)
    receiver.statuses = [500]
    bot("setWebhook", url=receiver.url, secret_token=SECRET, max_connections=1)
    assert poll.result() == (409, "Conflict: terminated by setWebhook request")
    for text in ("one", "two"):
        telegram.say(ann, text)
    telegram.wait_until(lambda: not telegram.pending(), 5, "delivered")
    assert receiver.texts() == ["one", "one", "two"]
    assert {secret for secret, _ in receiver.got} == {SECRET}
    info = bot("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (receiver.url, 0)
    assert "500" in info["last_error_message"]
    bot("deleteWebhook")
    telegram.say(ann, "three")
    assert len(bot.updates()) == 1


def test_no_poll_while_a_webhook_is_set(telegram: StrictTelegram, bot: PlainBot, receiver: Receiver) -> None:
    """A poll is refused for as long as the webhook is set."""
    bot("setWebhook", url=receiver.url)
    assert bot.refused("getUpdates") == (409, WEBHOOK_ACTIVE)
    bot("setWebhook", url="")
    assert bot.updates() == []


@pytest.mark.parametrize(
    ("webhook", "says"),
    [
        ({"url": "http://e.com/"}, "bad webhook: HTTPS url must be provided for webhook"),
        ({"url": "https://e.com:8000/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "nowhere"}, "invalid webhook URL specified"),
        ({"url": "https://e.com", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://e.com", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
def test_webhook_urls(bot: PlainBot, webhook: dict[str, object], says: str) -> None:
    """A webhook is an HTTPS URL on one of four ports, its secret plain characters."""
    assert bot.refused("setWebhook", **webhook) == (400, f"Bad Request: {says}")


def test_refusing_faults(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A scheduled 429, 500 or gateway's page strikes the requests it is meant for, and they take no effect."""
    telegram.fault("flood", "sendMessage", retry_after=3)
    answer = bot.send("sendMessage", chat_id=ann, text="1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.json()["parameters"] == {"retry_after": 3}
    assert answer.json()["description"] == "Too Many Requests: retry after 3"
    telegram.fault("status", "sendMessage", chat=ann, count=2, skip=1, status=403, description="Forbidden: no")
    bot("sendMessage", chat_id=ann, text="2")
    assert [bot.refused("sendMessage", chat_id=ann, text="3") for _ in range(2)] == [(403, "Forbidden: no")] * 2
    telegram.fault("html", "getUpdates", period=60)
    for _ in range(2):
        answer = bot.send("getUpdates")
        assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert [(one["kind"], one["struck"]) for one in telegram.faults()] == [("html", 2)]
    telegram.no_faults()
    bot("sendMessage", chat_id=ann, text="4")
    assert [one.text for one in telegram.messages(ann)] == ["2", "4"]


def test_breaking_faults(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A connection breaks before or after the request takes effect; the log tells which, and when."""
    for kind in ("reset", "lost"):
        telegram.fault(kind, "sendMessage")
        with pytest.raises(httpx.TransportError):
            bot.send("sendMessage", chat_id=ann, text=kind)
    for effect in (False, True):
        telegram.fault("hang", "sendMessage", seconds=0.2, effect=effect)
        with pytest.raises(httpx.TransportError):
            bot.send("sendMessage", chat_id=ann, text=f"hang {effect}")
    telegram.fault("slow", "sendMessage", seconds=0.2)
    bot("sendMessage", chat_id=ann, text="slow")
    assert [one.text for one in telegram.messages(ann)] == ["lost", "hang True", "slow"]
    logged = telegram.requests("sendMessage")
    outcomes = ["fault: reset", "fault: lost", "fault: hang", "fault: hang", "ok"]
    assert [one["outcome"] for one in logged] == outcomes
    assert logged[-1]["answered"] - logged[-1]["received"] >= 0.2


def test_update_faults(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Updates come twice, in the wrong order, again after they were confirmed, or are no updates at all."""
    ids = [telegram.say(ann, text).update_id or 0 for text in ("one", "two")]
    telegram.fault("reverse", "getUpdates")
    assert [one["update_id"] for one in bot("getUpdates")] == ids[::-1]
    telegram.fault("duplicate", "getUpdates")
    assert [one["update_id"] for one in bot("getUpdates", offset=ids[1])] == [ids[1], ids[1]]
    assert bot("getUpdates", offset=ids[1] + 1) == []
    telegram.repeat_update(ids[0])
    assert [one["update_id"] for one in bot("getUpdates", offset=ids[1] + 1)] == [ids[0]]
    assert bot("getUpdates", offset=ids[1] + 1) == []
    raw = telegram.raw_update({"message": {"text": 5}})
    assert bot("getUpdates", offset=raw) == [{"update_id": raw, "message": {"text": 5}}]


def test_pace(telegram: StrictTelegram, bot: PlainBot, group: int) -> None:
    """More than 20 messages and edits a minute in a group are a violation, or refused where flood control is on."""
    sent = bot("sendMessage", chat_id=group, text="x")["message_id"]
    for number in range(20):
        bot("editMessageText", chat_id=group, message_id=sent, text=str(number))
    (found,) = [one["text"] for one in telegram.violations() if "minute" in one["text"]]
    assert found == f"21 messages and edits in group {group} within a minute: Telegram takes 20"
    telegram.reset()
    group = telegram.chat()
    telegram.rules(flood=True)
    for _ in range(4):
        bot("sendMessage", chat_id=group, text="x")
    assert bot.refused("sendMessage", chat_id=group, text="x") == (429, "Too Many Requests: retry after 1")
    telegram.rules(flood=False, strict_flood=False)
    for _ in range(40):
        bot("sendMessage", chat_id=group, text="x")
    assert telegram.violations() == []


def test_unanswered_queries_are_violations(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A query counts as unanswered from when the bot was given it."""
    telegram.inline(ann, "bridge")
    assert telegram.unanswered(0.0) == []
    bot.updates()
    assert [one["text"] for one in telegram.unanswered(0.0)] == ["bridge"]
    assert telegram.unanswered() == []


def test_a_dead_server_says_why(tmp_path: Path) -> None:
    """A server that cannot start raises what it wrote."""
    with pytest.raises(RuntimeError, match=r"(?s)died with 1:.*invalid literal"), StrictTelegram("no-token"):
        pass
