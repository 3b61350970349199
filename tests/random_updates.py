"""Dice in, updates as Telegram could send them out, walked from aiogram's models; and mutated, as it never would."""

from __future__ import annotations

import copy
import enum
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aiogram import types
from aiogram.client.default import Default
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from bot.telegram_front import keyboards

Json = dict[str, Any]

KINDS = {
    "message": 34,
    "edited_message": 10,
    "channel_post": 6,
    "edited_channel_post": 4,
    "callback_query": 22,
    "inline_query": 9,
    "guest_message": 6,
    "my_chat_member": 4,
}
"""What the bot asks for, by how often it comes; all else comes together as often as my_chat_member."""
OTHERS = tuple(sorted(set(types.Update.model_fields) - set(KINDS) - {"update_id"}))

TEXTS = (
    "What did Zhalnin say?",
    "what did elena dorn say about the harbours",
    "How many million euros did the bridge cost?",
    "When does the bridge open?",
    "Who won the football match in Madrid?",
    "And Dorn?",
    "more",
    "he said what?",
    "Что сказал Жальнин?",
    "quotes",
    "who is quoted?",
    "hello",
    "thank you",
    "@saidwhat_bot what did Zhalnin say?",
    "@saidwhat_bot",
    "?",
    " \n\t ",
    "",
    "<b>&amp;</i> & <script>",
)
COMMANDS = (
    *("/ask", "/ask How many million euros did the bridge cost?", "/ask@saidwhat_bot When does the bridge open?"),
    *("/ask@another_bot When?", "/quotes", "/quotes Dorn", "/quotes@saidwhat_bot", "/who", "/who Zhalnin", "/settings"),
    *("/add", "/add https://example.org/bridge", "/add@saidwhat_bot", "/remove", "/remove bridge", "/add x y"),
    *("/forget", "/forget all", "/forget ALL of it", "/help", "/privacy", "/articles", "/start", "/start ask"),
    *("/start ffe3715dd3d56af9-3g-67", "/start ffe3715dd3d56af9-zzzzzzzz-zzzzzzzz", "/start 0-0-0", "/start -", "/"),
    *("/@", "/ ask", "/ask\n\nWhen?", "/unknown", "/start\u00a0payload", "//"),
)
BUTTONS = (
    *(keyboards.PAGE, keyboards.CLOSEST, keyboards.CONTEXT, keyboards.SHOW, keyboards.IN_CHAT, keyboards.UP),
    *(keyboards.DOWN, *keyboards.SETTINGS, *keyboards.LISTS),
)
NO_BUTTONS = ("", "page", "page:", "page:-1", "page:1234567", "page:1e3", "page:٣", ":", "x" * 64, "\x00", "up:0 ")
ALPHABETS = (
    "abc XYZ 123 .,?!\"'",
    "жёлтый ЩИТ ",
    "👍🏽👩‍👩‍👧🇩🇪❤️‍🔥",
    "שלום مرحبا \u202e\u202d\u200f",
    "漢字かなカナ한글",
    "e\u0301a\u0308\u200b\u200d\ufeff\u00ad",
    "\x00\x07\x1b\x7f\u2028\r\n\t",
    "<>&;=/\\`*_[](){}#|~",
)
LONGEST = 4096
SAME = ("message_id", "chat", "from", "sender_chat", "message_thread_id", "is_topic_message")
"""What an edit does not change."""
JUNK: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1.5, -0.25, 1e300, 10**30, -(10**30), 2**63, "", "7", "page:0", "x" * 20_000),
    *([], [None], [[]], ["text", 7], {}, {"id": 7}, {"id": {}}, {"text": []}),
)


class RandomUpdates:
    """Updates from `dice`, written at the second `now`; most come from chats that are not among those `inside`.

    `strangers` are chats that there are, too. Chats are the Bot API's objects.
    """

    def __init__(self, dice: random.Random, now: int, inside: Sequence[Json], strangers: Sequence[Json]) -> None:
        self._dice, self._now, self._inside, self._strangers = dice, now, inside, strangers
        self._number = 1_000_000
        self._written: list[Json] = []
        self._special: dict[type[BaseModel], Callable[[int], Json]] = {
            types.Chat: lambda depth: dict(self._chat()),
            types.User: lambda depth: self._user(),
            types.Message: lambda depth: self._message(self._chat(), depth),
            types.MessageEntity: self._entity,
            types.CallbackQuery: self._tap,
            types.InlineQuery: self._inline_query,
        }
        self._mutations: tuple[Callable[[Json], None], ...] = (
            *(self._lose, self._swap, self._swap, self._nest, self._add_unknown, self._add_kind, self._move),
        )

    def valid(self) -> Json:
        """An update without its id, which aiogram's `Update` takes."""
        kind = self._dice.choices([*KINDS, ""], [*KINDS.values(), KINDS["my_chat_member"]])[0]
        return self._of(kind or self._dice.choice(OTHERS))

    def mutated(self, given: Sequence[int]) -> Json:
        """An update that was changed one to three times, perhaps with an id that is wrong, or was `given` before."""
        update = copy.deepcopy(self.valid())
        for _ in range(self._dice.randint(1, 3)):
            self._dice.choice(self._mutations)(update)
        if given and self._dice.random() < 0.06:
            last = max(given)
            update["update_id"] = self._dice.choice(
                (self._dice.choice(given), last, last - 1, last + self._dice.randint(2, 900), 0, 1, -1, -(10**6))
            )
        return update

    def _of(self, kind: str) -> Json:
        """An update of one kind; an edited message is mostly one that was there before."""
        if kind in ("channel_post", "edited_channel_post"):
            content = self._message(self._chat("channel"), 2)
        elif kind in ("message", "edited_message", "guest_message") and self._dice.random() < 0.3:
            content = self._message(self._chat("group", "supergroup"), 2)
        else:
            content = self._value(types.Update.model_fields[kind].annotation, 2)
        if kind == "my_chat_member":
            content["chat"] = dict(self._chat("group", "supergroup"))
        if kind == "guest_message":
            content["guest_query_id"] = self._id()
        if kind in ("message", "channel_post"):
            self._written.append({name: copy.deepcopy(content[name]) for name in SAME if name in content})
        elif kind in ("edited_message", "edited_channel_post"):
            content["edit_date"] = self._now
            content |= copy.deepcopy(self._dice.choice(self._written[-400:] or [{}]))
            if "reply_to_message" in content:
                content["reply_to_message"]["chat"] = dict(content["chat"])
        return {kind: content}

    # what is walked

    def _value(self, annotation: Any, depth: int) -> Any:
        """Anything that fits a field; below `depth` 0 as little as that needs."""
        if isinstance(annotation, TypeAliasType):
            return self._value(annotation.__value__, depth)
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._value(arguments[0], depth)
        if origin in (Union, UnionType):
            chosen = [one for one in arguments if one not in (NoneType, Default)]
            flat = [one for one in chosen if one in (str, int, bool, float)]
            return self._value(self._dice.choice(flat if flat and depth < 1 else chosen), depth)
        if origin is list:
            count = self._dice.randint(1, 2) if depth > 0 else 1 if depth > -3 else 0
            return [self._value(arguments[0], depth - 1) for _ in range(count)]
        if origin is Literal:
            one = self._dice.choice(arguments)
            return one.value if isinstance(one, enum.Enum) else one
        if issubclass(annotation, BaseModel):
            special = self._special.get(annotation)
            return special(depth) if special else self._fields(annotation, depth)
        return self._plain(annotation)

    def _fields(self, model: type[BaseModel], depth: int) -> Json:
        """An object with all fields that it needs, and some others."""
        made: Json = {}
        for name, field in model.model_fields.items():
            is_needed = field.is_required() or get_origin(field.annotation) is Literal
            if is_needed or (depth >= 0 and self._dice.random() < 0.04):
                value = self._now if name.endswith("_date") else self._value(field.annotation, depth - 1)
                made[field.alias or name] = self._id() if value == "" and name.endswith("id") else value
        return made

    def _plain(self, kind: type) -> Any:
        if issubclass(kind, bool):
            return self._dice.random() < 0.5
        if issubclass(kind, int):
            return self._dice.choice((0, 1, self._dice.randint(0, 100), self._dice.randint(0, 2**40)))
        if issubclass(kind, float):
            return round(self._dice.uniform(-90, 90), 5)
        if issubclass(kind, datetime):
            return self._now
        if issubclass(kind, timedelta):
            return self._dice.randint(0, 3600)
        assert issubclass(kind, str), kind
        return self._words(self._dice.randint(0, 12))

    # what the bot reads

    def _chat(self, *kinds: str) -> Json:
        """A chat; in four of ten cases one of those inside."""
        known = self._inside if self._dice.random() < 0.4 else self._strangers if self._dice.random() < 0.3 else ()
        fitting = [chat for chat in known if not kinds or chat["type"] in kinds]
        if fitting:
            return self._dice.choice(fitting)
        kind = self._dice.choice(kinds or ("private", "private", "group", "supergroup", "channel"))
        if kind == "private":
            return {"id": self._dice.randint(10**6, 2**40), "type": kind, "first_name": self._words(4)}
        number = self._dice.randint(10**6, 2**31)
        shown = {"id": -number if kind == "group" else -(10**12) - number, "type": kind, "title": self._words(4)}
        return shown | ({"is_forum": True} if kind == "supergroup" and self._dice.random() < 0.3 else {})

    def _user(self) -> Json:
        chat = self._chat("private")
        made = {"id": chat["id"], "is_bot": self._dice.random() < 0.05, "first_name": self._words(3)}
        if self._dice.random() < 0.7:
            made["language_code"] = self._dice.choice(("en", "ru", "de", "pt-br", "zh-hans", "", "x" * 40))
        return made

    def _message(self, chat: Json, depth: int, *, by_bot: bool = False) -> Json:
        """A message in `chat`, mostly of text."""
        self._number += self._dice.randint(0, 2)
        made = self._fields(types.Message, depth) if self._dice.random() < 0.5 else {}
        made |= {"message_id": self._number, "date": self._now, "chat": dict(chat)}
        made.pop("reply_to_message", None)
        if by_bot:
            made["from"] = {"id": 123456, "is_bot": True, "first_name": "SaidWhat", "username": "saidwhat_bot"}
        elif chat["type"] == "private":
            made["from"] = {**self._user(), "id": chat["id"]}
        elif chat["type"] != "channel":
            made["from"] = self._user()
        if chat["type"] == "channel" or self._dice.random() < 0.05:
            made["sender_chat"] = dict(self._dice.choice((chat, self._chat())))
        if chat.get("is_forum") and self._dice.random() < 0.7:
            made |= {"message_thread_id": self._dice.randint(1, 9), "is_topic_message": True}
        if self._dice.random() < 0.03:
            made["is_automatic_forward"] = True
        if self._dice.random() < 0.02:
            made[self._dice.choice(("migrate_to_chat_id", "migrate_from_chat_id"))] = self._chat("supergroup")["id"]
        if self._dice.random() < 0.9:
            made |= self._text()
        if depth > 0 and self._dice.random() < (0.8 if by_bot else 0.2):
            made["reply_to_message"] = self._message(chat, 0, by_bot=not by_bot and self._dice.random() < 0.5)
        return made

    def _text(self) -> Json:
        """A message's text with its entities."""
        roll = self._dice.random()
        if roll < 0.3:
            text = self._dice.choice(COMMANDS)
            command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            return {"text": text, "entities": [command]}
        length = self._dice.choice((1, 5, 60, 60, 300, LONGEST))
        text = self._dice.choice(TEXTS) if roll < 0.75 else self._words(length)
        entities = [self._entity(0) for _ in range(self._dice.choice((0, 0, 0, 1, 3)))]
        return {"text": text} | ({"entities": entities} if entities else {})

    def _entity(self, depth: int) -> Json:
        """A stretch of a text, not always one that the text has."""
        kind = self._dice.choice(("mention", "text_mention", "bot_command", "bold", "url", "text_link", "custom_emoji"))
        offset = self._dice.choice((0, 1, self._dice.randint(0, 20), LONGEST * 2, -1))
        made = {"type": kind, "offset": offset, "length": self._dice.choice((0, 1, self._dice.randint(0, 20), 9999))}
        return made | ({"user": self._user()} if kind == "text_mention" else {})

    def _tap(self, depth: int) -> Json:
        """A tap on a button under an answer, or on what is none of the bot's."""
        made: Json = {"id": self._id(), "from": self._user(), "chat_instance": self._id()}
        roll = self._dice.random()
        if roll < 0.85:
            chat = self._chat()
            made["message"] = self._message(chat, depth, by_bot=True)
            if self._dice.random() < 0.5:
                made["message"]["message_id"] = self._dice.randint(1, 200)  # one that the bot perhaps did write
            if chat["type"] == "private":
                made["from"]["id"] = chat["id"]
        elif roll < 0.95:
            made["inline_message_id"] = self._id()
        else:
            made["message"] = {"chat": dict(self._chat()), "message_id": self._number, "date": 0}
        roll = self._dice.random()
        if roll < 0.7:
            made["data"] = f"{self._dice.choice(BUTTONS)}:{self._dice.choice((0, 0, 1, 2, 3, 6, 999_999))}"
        elif roll < 0.9:
            made["data"] = self._dice.choice(NO_BUTTONS)
        elif roll < 0.95:
            made["game_short_name"] = self._words(5)
        return made

    def _inline_query(self, depth: int) -> Json:
        text = self._text()["text"][:256]
        return {"id": self._id(), "from": self._user(), "query": text, "offset": self._dice.choice(("", "", "3", "x"))}

    def _id(self) -> str:
        return str(self._dice.randint(10**17, 10**18))

    def _words(self, length: int) -> str:
        alphabet = self._dice.choice((*ALPHABETS, ""))
        if not alphabet:  # any character but a surrogate
            numbers = (self._dice.randint(0, 0x10FFFF - 0x800) for _ in range(length))
            return "".join(chr(number if number < 0xD800 else number + 0x800) for number in numbers)
        return "".join(self._dice.choices(alphabet, k=length))

    # what Telegram would not send

    def _place(self, update: Json) -> tuple[Json | list[Any], Any]:
        """An object or list somewhere in `update`, rather further up, and a key in it."""
        holder: Any = update
        key: Any = next(iter(update))
        while True:
            inner = holder[key]
            if not isinstance(inner, dict | list) or not inner or self._dice.random() < (holder is not update) * 0.4:
                return holder, key
            holder = inner
            key = self._dice.choice([*holder]) if isinstance(holder, dict) else self._dice.randrange(len(holder))

    def _lose(self, update: Json) -> None:
        holder, key = self._place(update)
        if holder is not update:
            del holder[key]

    def _swap(self, update: Json) -> None:
        holder, key = self._place(update)
        value = holder[key]
        other = str(value) if isinstance(value, int) and self._dice.random() < 0.2 else self._dice.choice(JUNK)
        holder[key] = copy.deepcopy(other)

    def _nest(self, update: Json) -> None:
        holder, key = self._place(update)
        value = holder[key]
        content = next(iter(update.values()))
        holder[key] = self._dice.choice(([value], {"message": value}, {str(key): value}, copy.deepcopy(content)))

    def _add_unknown(self, update: Json) -> None:
        holder, _ = self._place(update)
        if isinstance(holder, dict) and holder is not update:
            name = self._dice.choice(("surprise", "from_user", "self", "api_kwargs", "bot"))
            holder[name] = copy.deepcopy(self._dice.choice(JUNK))

    def _add_kind(self, update: Json) -> None:
        """A second thing in one update."""
        update.update(self._of(self._dice.choice([*KINDS])))

    def _move(self, update: Json) -> None:
        """One kind's content under another's name."""
        kind = next(iter(update))
        update[self._dice.choice([*KINDS])] = update.pop(kind)
