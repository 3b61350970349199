"""Random chats that bring, post, remove, move and ask, and try every button and link of the others: none is ever told
what is not common, and neither on its own shelf nor on that of the channel that it discusses.

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
from bot.telegram_front.memory import ChatSettings
from bot.telegram_front.pacing import Call, Pacing
from bot.types import Citation
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.sources import Brought
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Article, Entity, Quote, Sentence, Span
from tests.bot.test_telegram_front import BOT, TOKEN, RecordingRequest, now
from tests.conftest import ConceptEncoder

Json = dict[str, Any]

PEOPLE = (71, 72, 73)
GROUPS = (-1071, -1072, -1073)
CHANNELS = (-1000000000074, -1000000000075)
DISCUSSIONS = {GROUPS[0]: CHANNELS[0]}
"""The channel that is discussed in a group."""
CHATS = (*PEOPLE, *GROUPS, *CHANNELS)
SECRETS = ("zyxa", "zyxe", "zyxi", "zyxo", "zyxu", "zyxy")
"""A word of each article that stands nowhere else: in its title, its sentences and the name of who is quoted."""
COMMON = "zyxcommon"
MOST_POSTS = 3
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
    """All groups are those of whoever is asked about, and DISCUSSIONS are linked."""

    async def do_request(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        status, answer = await super().do_request(url, *arguments, **named)
        if url.endswith("getChat"):
            return 200, json.dumps({"ok": True, "result": full_chat(self.calls[-1][1]["chat_id"])}).encode()
        results = {
            "getChatMember": {"status": "creator", "user": BOT, "is_anonymous": False},
            "answerGuestQuery": {"inline_message_id": "5"},
        }
        result = results.get(url.rsplit("/", 1)[-1])
        return status, json.dumps({"ok": True, "result": result}).encode() if result else answer


def full_chat(group: int) -> Json:
    """What getChat tells of a group."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full: Json = {"id": group, "type": "supergroup", "title": "G", "accent_color_id": 0, "max_reaction_count": 1}
    linked = {"linked_chat_id": DISCUSSIONS[group]} if group in DISCUSSIONS else {}
    return {**full, "accepted_gift_types": dict.fromkeys(gifts, False), **linked}


def described(chat: int) -> Json:
    """The chat as updates tell of it."""
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": "A"}
    return {"id": chat, "type": "channel" if chat in CHANNELS else "supergroup", "title": "G"}


class Unpaced(Pacing):
    """Nobody waits."""

    async def process_request(
        self, callback: Call, args: Any, kwargs: dict[str, Any], endpoint: str, data: Json, rate_limit_args: None
    ) -> Any:
        return await callback(*args, **kwargs)


class Apart:
    """The bot with chats that want to know of each other, and what each of them may be told."""

    def __init__(self, home: Path, store: Store, seed: int, common: int) -> None:
        self.dice = random.Random(seed)
        self.library = Library(store, ConceptEncoder(), read_quotes, fetch=fetched)
        for number in range(common):
            self.library.put(make_article(f"common{number}", text_with(f"{COMMON}{number}"), {}))
        self.request = Owned()
        settings = Settings(
            telegram_bot_token=SecretStr(TOKEN),
            saidwhat_home=home,
            answer_threshold=0.0,
            channel_posts=MOST_POSTS,
            _env_file=None,
        )  # type: ignore[call-arg]
        requests = self.request, RecordingRequest()
        self.bot = build_application(
            self.library,
            settings,
            lambda b: b.request(requests[0]).get_updates_request(requests[1]).rate_limiter(Unpaced()),
        )
        self.shelves: dict[int, set[str]] = {chat: set() for chat in CHATS}
        self.posts: dict[int, dict[int, str]] = {channel: {} for channel in CHANNELS}  # the secret of each, by number
        self.posted: list[tuple[int, Json]] = []
        self.post_ids: dict[str, tuple[int, int]] = {}  # the channel and number of the post whose article it is, or was
        self.said: dict[int, list[Json]] = {chat: [] for chat in CHATS}
        self.brought: dict[str, tuple[int, str]] = {}  # whose an article is, or was, and its secret
        self.updates = 0
        self.told: set[str] = set()
        for channel in CHANNELS:
            self.desk.memory.set_chat(channel, ChatSettings(index_posts=True))

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
        seen = {COMMON, mine} | (self.on_shelf(chat) if chat else set())
        for name, parameters in self.request.calls[before:]:
            shown = json.dumps(parameters, ensure_ascii=False).casefold()
            strange = [secret for secret in SECRETS if secret in shown and secret not in seen]
            assert not strange, f"{strange} in {name} to {chat}, which may be told {seen}: {shown}\n{content}"
            self.told |= {secret for secret in SECRETS if secret in shown}

    def on_shelf(self, chat: int) -> set[str]:
        """The secrets of a chat's articles, and of those of the channel that it is, or discusses."""
        return self.shelves[chat].union(self.posts.get(DISCUSSIONS.get(chat, chat), {}).values())

    def on_shelves(self) -> set[tuple[str, str]]:
        """The secrets of all articles that chats brought, with the names of their shelves."""
        brought = [(chat, secret) for chat, secrets in self.shelves.items() for secret in secrets]
        posted = [(channel, secret) for channel, posts in self.posts.items() for secret in posts.values()]
        return {(str(chat), secret) for chat, secret in (*brought, *posted)}

    def message(self, chat: int, text: str, **more: Any) -> Json:
        person = chat if chat > 0 else self.dice.choice(PEOPLE)
        entities = [{"type": "url", "offset": 0, "length": len(text)}] if text.startswith("http") else []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            link = text.find("http")
            entities += [{"type": "url", "offset": link, "length": len(text) - link}] if link > 0 else []
        sender: Json = {"from": {"id": person, "is_bot": False, "first_name": "A"}}
        if chat in CHANNELS:
            sender = {"sender_chat": described(chat)}
        self.updates += 1  # numbers of messages grow as those of updates do
        return {
            "message_id": self.updates,
            "date": now(),
            "chat": described(chat),
            **sender,
            "text": text,
            "entities": entities,
            **more,
        }

    async def say(self, said: Json, *, edited: bool = False, mine: str = "") -> None:
        chat = said["chat"]["id"]
        kind = "channel_post" if chat in CHANNELS else "message"
        await self.update({f"edited_{kind}" if edited else kind: said}, chat, mine=mine)

    async def post(self, chat: int) -> None:
        """A channel posts, or edits a post; nobody is told of it."""
        channel = self.dice.choice(CHANNELS)
        secret = self.dice.choice((*SECRETS, ""))
        text = text_with(secret) if secret else "Nothing."
        before = len(self.request.calls)
        if self.posted and self.dice.random() < 0.3:
            channel, said = self.dice.choice(self.posted)
            said = {**said, "edit_date": now(), "text": text}
        else:
            said = self.message(channel, text)
            self.posted.append((channel, said))
        await self.say(said, edited="edit_date" in said)
        assert len(self.request.calls) == before
        number, posts = said["message_id"], self.posts[channel]
        posts.pop(number, None)
        if secret:
            posts[number] = secret
        for oldest in sorted(posts)[:-MOST_POSTS]:
            del posts[oldest]
        if number in posts:
            self.post_ids[self.desk.shelving.shelves.posts(channel)[number]] = channel, number

    async def add(self, chat: int, secrets: Sequence[str] = SECRETS) -> None:
        if chat in CHANNELS:
            return
        secret = self.dice.choice(secrets)
        link = f"https://example.org/{secret}"
        self.shelves[chat].add(secret)
        await self.say(self.message(chat, f"/add {link}" if chat < 0 else link))
        self.brought[self.desk.shelving.shelves.of(chat)[0]] = chat, secret

    async def move(self, chat: int) -> None:
        """A group that brought something becomes a supergroup."""
        strange = [secret for secret in SECRETS if secret not in self.shelves[chat]]
        if chat not in GROUPS or not strange:
            return
        small = -self.updates - 1
        self.shelves[small] = set()
        await self.add(small, strange)
        self.shelves[chat] |= self.shelves.pop(small)
        await self.say(self.message(chat, "", migrate_from_chat_id=small))
        article = self.desk.shelving.shelves.of(chat)[0]
        self.brought |= {article: (chat, secret) for article, (owner, secret) in self.brought.items() if owner == small}
        assert article in self.brought

    async def ask(self, chat: int) -> None:
        text = self.dice.choice(QUESTIONS)
        asked = self.message(chat, text if chat > 0 else f"/ask {text}")
        self.said[chat].append(asked)
        await self.say(asked)

    async def command(self, chat: int) -> None:
        await self.say(self.message(chat, self.dice.choice(COMMANDS)))

    async def edit(self, chat: int) -> None:
        if self.said[chat]:
            text = ("/ask " if chat in CHANNELS else "") + self.dice.choice(QUESTIONS)  # else it would be a post
            asked = {**self.dice.choice(self.said[chat]), "edit_date": now(), "text": text, "entities": []}
            await self.say(asked, edited=True)

    async def follow_link(self, chat: int) -> None:
        """Open a deep link to some article, of whatever chat."""
        article = self.dice.choice(["common0", *self.brought, *self.post_ids])
        payload = payload_of(Citation(article, "", None, None, 1, self.dice.choice((30, 60, 110)), 130))
        await self.say(self.message(chat, f"/start {payload}"))

    async def tap(self, chat: int) -> None:
        """Tap a button that is, or was, under an answer."""
        if self.said[chat]:
            asked = self.dice.choice(self.said[chat])
            data = f"{self.dice.choice(BUTTONS)}:{self.dice.choice((0, 1, 3, 6))}"
            await self._tap(chat, data, reply_to_message=asked)

    async def tap_article(self, chat: int) -> None:
        """Tap a button of some article, of whatever chat, to ask only that or to take it off."""
        article = self.dice.choice(["common0", *self.brought, *self.post_ids])
        if self.dice.random() < 0.5:
            await self._tap(chat, f"only:{number_of(article)}")
        else:
            owner, secret = self.brought.get(article, (None, ""))
            mine = secret if owner == chat and secret in self.shelves[chat] else ""
            self.shelves[chat].discard(mine)
            channel, number = self.post_ids.get(article, (None, 0))
            if channel == chat and article in self.desk.shelving.shelves.of(chat):
                mine = self.posts[chat].pop(number)
            await self._tap(chat, f"remove:{number_of(article)}", mine=mine)

    async def _tap(self, chat: int, data: str, mine: str = "", **more: Any) -> None:
        message = {**self.message(chat, "Here."), **({} if chat in CHANNELS else {"from": BOT}), **more}
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
        self.posts.get(chat, {}).clear()
        if self.dice.random() < 0.5:
            await self.say(self.message(chat, "/forget all"))
        else:
            members = [{"status": status, "user": BOT} for status in ("member", "left")]
            change = {
                "chat": described(chat),
                "from": {"id": 71, "is_bot": False, "first_name": "A"},
                "date": now(),
            }
            change |= {"old_chat_member": members[0], "new_chat_member": members[1]}
            await self.update({"my_chat_member": change}, chat)
        if chat in CHANNELS:
            assert not (await self.desk.chat(chat)).index_posts
            self.desk.memory.set_chat(chat, ChatSettings(index_posts=True))


@pytest.mark.parametrize(
    ("number", "common", "kind"),  # what is hidden is more, fewer, or as many
    [(0, 1, "embedded"), (1, 6, "embedded"), (2, 2, "embedded"), (3, 3, "postgres")],
)
async def test_no_chat_is_told_what_another_brought(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    number: int,
    common: int,
    kind: str,
) -> None:
    """Through whatever road it asks; and what no chat has any more is gone from the library."""
    store = EmbeddedStore(tmp_path) if kind == "embedded" else request.getfixturevalue("in_postgres")(tmp_path)
    apart = Apart(tmp_path, store, request.config.getoption("--seed") + number, common)
    deeds = {
        apart.add: 4,
        apart.post: 3,
        apart.ask: 8,
        apart.command: 4,
        apart.edit: 2,
        apart.follow_link: 3,
        apart.tap: 6,
        apart.tap_article: 4,
        apart.inline: 2,
        apart.guest: 1,
        apart.leave: 1,
        apart.move: 1,
    }
    async with apart.bot:
        for _ in range(250):
            (deed,) = apart.dice.choices(list(deeds), list(deeds.values()))
            await deed(apart.dice.choice(CHATS))
            held = apart.library.store.articles()
            assert {(one.shelf, one.title.split()[2].casefold()) for one in held if one.shelf} == apart.on_shelves()
    apart.library.store.close()
    assert "could not be handled" not in caplog.text
    assert len(apart.told) >= 5  # each to those who may
