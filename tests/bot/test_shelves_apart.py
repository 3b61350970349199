"""Random chats that bring, remove and ask, and try every button and link of the others: none is ever told what is not
common and not on its own shelf.

`pytest tests/bot/test_shelves_apart.py --seed 7`; the whole bot runs, but for Telegram and the model.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Update

from bot.settings import Settings
from bot.telegram_front import keyboards
from bot.telegram_front.application import build_application
from bot.telegram_front.desk import Desk
from bot.telegram_front.links import number_of, payload_of
from bot.telegram_front.pacing import Call, Pacing
from bot.telegram_front.shelves import is_brought
from bot.types import Citation
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.sources import Brought
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Article, Entity, Quote, Sentence, Span
from tests.bot.test_telegram_front import BOT, TOKEN, RecordingRequest, now
from tests.conftest import ConceptEncoder

Json = dict[str, Any]

PEOPLE = (71, 72, 73)
GROUPS = (-1071, -1072, -1073)
CHATS = (*PEOPLE, *GROUPS)
SECRETS = ("zyxa", "zyxe", "zyxi", "zyxo", "zyxu", "zyxy")
"""A word of each article that stands nowhere else: in its title, its sentences and the name of who is quoted."""
COMMON = "zyxcommon"
QUESTIONS = (
    *("How many million euros did the bridge cost?", "When does the bridge open?", "What did the mayor say?", "quotes"),
    *(
        "who is quoted?",
        "who is the mayor?",
        "What else did she say?",
        "and the cost?",
        "why?",
        "Who said it was late?",
    ),
    *(
        "What is this article about?",
        "When was it published?",
        "thanks",
        "Who won in Madrid?",
        "storm",
        "Mayor",
        "more",
    ),
)
COMMANDS = ("/articles", "/quotes", "/who", "/remove", "/start", "/start ask", "/forget", "/quotes mayor", "/settings")
BUTTONS = (
    *(keyboards.PAGE, keyboards.CLOSEST, keyboards.CONTEXT, keyboards.SHOW, keyboards.IN_CHAT),
    *(keyboards.ARTICLES, keyboards.REMOVABLE),
)


def text_with(secret: str) -> str:
    return (
        f"Bridge of {secret.title()} to open\n\n"
        f"The bridge of {secret} will open in June after the storm, the council said.\n\n"
        f"It cost 14 million euros in {secret}. A storm of {secret} tore the span away.\n\n"
        f'"We are late in {secret}," said Mayor {secret.title()} Kader.\n'
    )


def read_quotes(article: Article, sentences: Sequence[Sentence]) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
    """The one quote of `text_with`, with its speaker."""
    said = re.search(r'("We are late in \w+,") said Mayor (\w+ Kader)', article.text)
    assert said
    name, role = Span(*said.span(2)), Span(said.start(2) - 6, said.start(2) - 1)
    held = next(s for s in sentences if s.start <= said.start() < s.end)
    entity = Entity(article.id, 0, said[2], "person", (said[2], "Kader"), (name,), "Mayor", role)
    place = (held.paragraph, held.position, held.position, *said.span(1), said[1])
    return (Quote(article.id, 0, *place, "direct", "explicit", said[2], 0, "Mayor", "said", name),), (entity,)


def fetched(link: str) -> Brought:
    return Brought(link, text_with(link.rpartition("/")[2]).encode(), "txt", link, link)


class Owned(RecordingRequest):
    """All groups are those of whoever is asked about."""

    async def do_request(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        status, answer = await super().do_request(url, *arguments, **named)
        results = {
            "getChatMember": {"status": "creator", "user": BOT, "is_anonymous": False},
            "answerGuestQuery": {"inline_message_id": "5"},
        }
        result = results.get(url.rsplit("/", 1)[-1])
        return status, json.dumps({"ok": True, "result": result}).encode() if result else answer


class Unpaced(Pacing):
    """Nobody waits."""

    async def process_request(
        self, callback: Call, args: Any, kwargs: dict[str, Any], endpoint: str, data: Json, rate_limit_args: None
    ) -> Any:
        return await callback(*args, **kwargs)


class Apart:
    """The bot with chats that want to know of each other, and what each of them may be told."""

    def __init__(self, home: Path, seed: int, common: int) -> None:
        self.dice = random.Random(seed)
        store = EmbeddedStore(home)
        self.library = Library(store, ConceptEncoder(), read_quotes, fetch=fetched)
        for number in range(common):
            self.library.put(make_article(f"common{number}", text_with(f"{COMMON}{number}"), {}))
        self.request = Owned()
        settings = Settings(
            telegram_bot_token=SecretStr(TOKEN), saidwhat_home=home, answer_threshold=0.0, _env_file=None
        )  # type: ignore[call-arg]
        requests = self.request, RecordingRequest()
        self.bot = build_application(
            self.library,
            settings,
            lambda b: b.request(requests[0]).get_updates_request(requests[1]).rate_limiter(Unpaced()),
        )
        self.shelves: dict[int, set[str]] = {chat: set() for chat in CHATS}
        self.said: dict[int, list[Json]] = {chat: [] for chat in CHATS}
        self.ids: dict[str, str] = {}  # the id that the article of a secret has, or had
        self.updates = 0
        self.told: set[str] = set()

    @property
    def desk(self) -> Desk:
        desk: Desk = self.bot.bot_data["desk"]
        return desk

    async def update(self, content: Json, chat: int | None, *, mine: str = "") -> None:
        """Hand an update to the bot, and look through all that it then says: in `chat`, or to a person there."""
        self.updates += 1
        before = len(self.request.calls)
        update = Update.de_json({"update_id": self.updates, **content}, self.bot.bot)
        await self.bot.update_processor.process_update(update, self.bot.process_update(update))
        seen = {COMMON, mine} | (self.shelves[chat] if chat else set())
        for name, parameters in self.request.calls[before:]:
            shown = json.dumps(parameters, ensure_ascii=False).casefold()
            strange = [secret for secret in SECRETS if secret in shown and secret not in seen]
            assert not strange, f"{strange} in {name} to {chat}, which may be told {seen}: {shown}\n{content}"
            self.told |= {secret for secret in SECRETS if secret in shown}

    def message(self, chat: int, text: str, **more: Any) -> Json:
        person = chat if chat > 0 else self.dice.choice(PEOPLE)
        kind = {"type": "private", "first_name": "A"} if chat > 0 else {"type": "supergroup", "title": "G"}
        entities = [{"type": "url", "offset": 0, "length": len(text)}] if text.startswith("http") else []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            link = text.find("http")
            entities += [{"type": "url", "offset": link, "length": len(text) - link}] if link > 0 else []
        sender = {"id": person, "is_bot": False, "first_name": "A"}
        self.updates += 1  # numbers of messages grow as those of updates do
        return {
            "message_id": self.updates,
            "date": now(),
            "chat": {"id": chat, **kind},
            "from": sender,
            "text": text,
            "entities": entities,
            **more,
        }

    async def add(self, chat: int) -> None:
        secret = self.dice.choice(SECRETS)
        link = f"https://example.org/{secret}"
        self.shelves[chat].add(secret)
        await self.update({"message": self.message(chat, f"/add {link}" if chat < 0 else link)}, chat)
        self.ids[secret] = self.desk.shelving.shelves.of(chat)[0]

    async def ask(self, chat: int) -> None:
        text = self.dice.choice(QUESTIONS)
        asked = self.message(chat, text if chat > 0 else f"/ask {text}")
        self.said[chat].append(asked)
        await self.update({"message": asked}, chat)

    async def command(self, chat: int) -> None:
        await self.update({"message": self.message(chat, self.dice.choice(COMMANDS))}, chat)

    async def edit(self, chat: int) -> None:
        if self.said[chat]:
            text = self.dice.choice(QUESTIONS)
            asked = {**self.dice.choice(self.said[chat]), "edit_date": now(), "text": text, "entities": []}
            await self.update({"edited_message": asked}, chat)

    async def follow_link(self, chat: int) -> None:
        """Open a deep link to some article, of whatever chat."""
        article = self.dice.choice(["common0", *self.ids.values()])
        payload = payload_of(Citation(article, "", None, None, 1, self.dice.choice((30, 60, 110)), 130))
        await self.update({"message": self.message(chat, f"/start {payload}")}, chat)

    async def tap(self, chat: int) -> None:
        """Tap a button that is, or was, under an answer."""
        if self.said[chat]:
            asked = self.dice.choice(self.said[chat])
            data = f"{self.dice.choice(BUTTONS)}:{self.dice.choice((0, 1, 3, 6))}"
            await self._tap(chat, data, reply_to_message=asked)

    async def tap_article(self, chat: int) -> None:
        """Tap a button of some article, of whatever chat, to ask only that or to take it off."""
        secret, article = self.dice.choice([("", "common0"), *self.ids.items()])
        if self.dice.random() < 0.5:
            await self._tap(chat, f"only:{number_of(article)}")
        else:
            mine = secret if secret in self.shelves[chat] else ""
            self.shelves[chat].discard(secret)
            await self._tap(chat, f"remove:{number_of(article)}", mine=mine)

    async def _tap(self, chat: int, data: str, mine: str = "", **more: Any) -> None:
        message = {**self.message(chat, "Here."), "from": BOT, **more}
        person = {"id": chat if chat > 0 else self.dice.choice(PEOPLE), "is_bot": False, "first_name": "A"}
        query = {"id": str(self.updates), "from": person, "chat_instance": "1", "data": data, "message": message}
        await self.update({"callback_query": query}, chat, mine=mine)

    async def inline(self, chat: int) -> None:
        person = self.dice.choice(PEOPLE)
        who = {"id": person, "is_bot": False, "first_name": "A"}
        text = self.dice.choice((*QUESTIONS, ""))
        await self.update({"inline_query": {"id": "5", "from": who, "query": text, "offset": ""}}, person)

    async def guest(self, chat: int) -> None:
        called = self.message(-1099, f"@saidwhat_bot {self.dice.choice(QUESTIONS)}", guest_query_id="9")
        called["entities"] = [{"type": "mention", "offset": 0, "length": 13}]
        await self.update({"guest_message": called}, None)

    async def leave(self, chat: int) -> None:
        """The bot is removed from a chat, or blocked; or an admin has it forget all."""
        self.shelves[chat].clear()
        if self.dice.random() < 0.5:
            await self.update({"message": self.message(chat, "/forget all")}, chat)
        else:
            kind = {"type": "private", "first_name": "A"} if chat > 0 else {"type": "supergroup", "title": "G"}
            members = [{"status": status, "user": BOT} for status in ("member", "left")]
            change = {
                "chat": {"id": chat, **kind},
                "from": {"id": 71, "is_bot": False, "first_name": "A"},
                "date": now(),
            }
            change |= {"old_chat_member": members[0], "new_chat_member": members[1]}
            await self.update({"my_chat_member": change}, chat)


@pytest.mark.parametrize(("number", "common"), [(0, 1), (1, 6), (2, 2)])  # what is hidden is more, fewer, or as many
async def test_no_chat_is_told_what_another_brought(
    tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, number: int, common: int
) -> None:
    """Through whatever road it asks; and what no chat has any more is gone from the library."""
    apart = Apart(tmp_path, request.config.getoption("--seed") + number, common)
    deeds = {
        apart.add: 4,
        apart.ask: 8,
        apart.command: 4,
        apart.edit: 2,
        apart.follow_link: 3,
        apart.tap: 6,
        apart.tap_article: 4,
        apart.inline: 2,
        apart.guest: 1,
        apart.leave: 1,
    }
    async with apart.bot:
        for _ in range(250):
            (deed,) = apart.dice.choices(list(deeds), list(deeds.values()))
            await deed(apart.dice.choice(CHATS))
            held = {a.title.split()[2].casefold() for a in apart.library.store.articles() if is_brought(a.id)}
            assert held == set().union(*apart.shelves.values())
    apart.library.store.close()
    assert "could not be handled" not in caplog.text
    assert len(apart.told) >= 5  # each to those who may
