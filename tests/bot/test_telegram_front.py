"""The Telegram front, driven offline: real updates through the real Application, requests recorded."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData

from bot.logs import configure_logging
from bot.settings import Settings, SettingsError
from bot.telegram_front.application import build_application
from bot.telegram_front.memory import ChatSettings
from bot.telegram_front.menus import set_menus
from bot.words import say
from embeddings.library import Library


def now() -> int:
    return int(time.time())


TOKEN = "123456:not-a-real-token"
BOT = {"id": 123456, "is_bot": True, "first_name": "saidwhat", "username": "saidwhat_bot"}
ASKER = {"id": 7, "is_bot": False, "first_name": "Asker"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Asker"}
GROUP = {"id": -1009, "type": "supergroup", "title": "Newsroom"}
CHANNEL = {"id": -1010, "type": "channel", "title": "News"}


class RecordingRequest(BaseRequest):
    """Answers every call as Telegram would, and keeps what was sent; the calls named in `refused` fail."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: dict[str, str] = {}
        self.moved_to: int | None = None

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[-1]
        parameters = request_data.parameters if request_data else {}
        if name in self.refused:
            refused = {"ok": False, "error_code": 400, "description": self.refused[name]}
            if self.moved_to and parameters.get("chat_id") != self.moved_to:
                refused["parameters"] = {"migrate_to_chat_id": self.moved_to}
            elif self.moved_to:
                del self.refused[name]
            if name in self.refused:
                return 400, json.dumps(refused).encode()
        result: Any = True
        if name == "getMe":
            result = BOT
        else:
            self.calls.append((name, parameters))
        if name == "sendMessage":
            result = {"message_id": 900, "date": now(), "chat": PRIVATE, "text": "x"}
        return 200, json.dumps({"ok": True, "result": result}).encode()


@dataclass
class Chat:
    """A conversation with the bot: `say` sends an update through it and returns the texts that it replied."""

    application: Application  # type: ignore[type-arg]
    request: RecordingRequest
    updates: int = field(default=0)

    async def say(self, text: str, chat: dict[str, Any] = PRIVATE, kind: str = "message", **more: Any) -> list[str]:
        message = {"message_id": 41 + self.updates, "date": now(), "chat": chat, "text": text, **more}
        if kind == "message":
            message.setdefault("from", ASKER)
        if text.startswith("/"):
            command = text.split()[0]
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
        sent = await self.update({kind: message})
        return [unlinked(parameters["text"]) for name, parameters in sent if name == "sendMessage"]

    async def update(self, content: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """Hand an update to the bot, as Telegram does; the calls that the bot then makes."""
        self.updates += 1
        update = Update.de_json({"update_id": self.updates, **content}, self.application.bot)
        before = len(self.request.calls)
        await self.application.update_processor.process_update(update, self.application.process_update(update))
        return self.request.calls[before:]


def unlinked(html: str) -> str:
    """`html` without its links, which have tests of their own."""
    return re.sub(r"</?a\b[^>]*>", "", html)


@asynccontextmanager
async def _chat_on(library: Library, home: Path, **settings: Any) -> AsyncIterator[Chat]:
    request = RecordingRequest()
    chosen = Settings(  # type: ignore[call-arg]
        telegram_bot_token=SecretStr(TOKEN), saidwhat_home=home, _env_file=None, **settings
    )
    application = build_application(
        library, chosen, lambda builder: builder.request(request).get_updates_request(RecordingRequest())
    )
    async with application:
        yield Chat(application, request)


@pytest.fixture
async def chat(library: Library, tmp_path: Path) -> AsyncIterator[Chat]:
    async with _chat_on(library, tmp_path) as chat:
        yield chat


QUESTION = "How many million euros did the bridge cost?"
SENTENCE = "<b>It cost 14 million euros, two million more than planned.</b>"


async def test_private_question(chat: Chat) -> None:
    """A private question is answered with the sentence, its citation and its context, as a reply without preview."""
    (reply,) = await chat.say(QUESTION)
    assert reply.startswith(
        f"{SENTENCE}\n"
        "— <i>Harbour bridge to open in June · 12 April 2021, 09:30 · paragraph 2</i>\n"
        "<blockquote expandable>The new bridge over the Orne will open in June, the town council said on Monday. It"
        " cost 14 million euros, two million more than planned. A storm in January had torn away part of the"
        " scaffolding.</blockquote>"
    )
    name, parameters = chat.request.calls[-1]
    assert name == "sendMessage"
    assert parameters["parse_mode"] == "HTML"
    assert parameters["reply_parameters"] == {"message_id": 41, "allow_sending_without_reply": True}
    assert parameters["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize("command", ["/start", "/help", "/privacy", "/articles", "/ask", "/start@saidwhat_bot"])
async def test_commands_reply_once(chat: Chat, command: str) -> None:
    """Each command is answered with one message."""
    assert len(await chat.say(command)) == 1


async def test_articles_are_listed(chat: Chat) -> None:
    """/articles names every article with its date."""
    assert await chat.say("/articles") == [
        "<b>You can ask about:</b>\n• Harbour bridge to open in June (2021-04-12)\n• Pupils return to flooded school"
    ]


async def test_ask_in_a_group(chat: Chat) -> None:
    """/ask@bot is answered in a group; a command for another bot is not."""
    (reply,) = await chat.say(f"/ask@saidwhat_bot {QUESTION}", GROUP)
    assert reply.startswith(SENTENCE)
    assert await chat.say(f"/ask@other_bot {QUESTION}", GROUP) == []


async def test_ask_in_reply_to_a_question(chat: Chat) -> None:
    """A bare /ask in reply to somebody's question answers that question."""
    asked = {"message_id": 5, "date": now(), "chat": GROUP, "from": ASKER, "text": QUESTION}
    (reply,) = await chat.say("/ask", GROUP, reply_to_message=asked)
    assert reply.startswith(SENTENCE)


async def test_a_reply_to_the_bot_is_a_question(chat: Chat) -> None:
    """In a group, a reply to one of the bot's messages is answered."""
    own = {"message_id": 5, "date": now(), "chat": GROUP, "from": BOT, "text": "earlier"}
    (reply,) = await chat.say(QUESTION, GROUP, reply_to_message=own)
    assert reply.startswith(SENTENCE)


async def test_a_mention_is_a_question(chat: Chat) -> None:
    """In a group, a message that mentions the bot is answered, the mention apart; one that mentions another is not."""
    mention = {"type": "mention", "offset": 0, "length": 13}
    (reply,) = await chat.say(f"@Saidwhat_Bot {QUESTION}", GROUP, entities=[mention])
    assert reply.startswith(SENTENCE)
    assert await chat.say(f"@another_bots {QUESTION}", GROUP, entities=[mention]) == []


async def test_a_group_is_left_in_peace(chat: Chat) -> None:
    """No reply to talk in a group, posts of a channel, edits of what is older than the bot, another command."""
    assert await chat.say(QUESTION, GROUP) == []
    assert await chat.say(QUESTION, CHANNEL, kind="channel_post") == []
    assert await chat.say(QUESTION, kind="edited_message", date=now() - 60) == []
    assert await chat.say("/dance", GROUP) == []


async def test_questions_to_nobody_are_answered_where_that_is_chosen_and_sure(talks: Library, tmp_path: Path) -> None:
    """Where a group's admins chose so, "what did X say?" is answered, if surely; all else is let pass."""
    async with _chat_on(talks, tmp_path, unaddressed_threshold=0.9) as chat:
        assert await chat.say("What did Zhalnin say?", GROUP) == []  # nobody chose so
        chat.application.bot_data["desk"].memory.set_chat(GROUP["id"], ChatSettings(unaddressed=True))
        (reply,) = await chat.say("What did Zhalnin say?", GROUP)
        assert "We will not send a single boat home" in reply
        assert await chat.say("What did Lev Antipov say?", GROUP) == []  # refused
        assert await chat.say(QUESTION, GROUP) == []  # asks nobody's words
        assert await chat.say("Zhalnin again", GROUP) == []
        assert await chat.say("thanks", GROUP) == []
        assert await chat.say("What did Zhalnin say?", CHANNEL, kind="channel_post") == []


async def test_ask_in_a_channel(chat: Chat) -> None:
    """/ask in a channel, where a post has no sender, is answered."""
    (reply,) = await chat.say(f"/ask {QUESTION}", CHANNEL, kind="channel_post")
    assert reply.startswith(SENTENCE)


async def test_a_mention_alone_is_greeted(chat: Chat) -> None:
    """A mention without a question gets a line on what the bot does."""
    mention = {"type": "mention", "offset": 0, "length": 13}
    (reply,) = await chat.say("@saidwhat_bot", GROUP, entities=[mention])
    assert reply.startswith("Ask me about the articles")


async def test_a_failing_library_is_one_polite_sentence(
    chat: Chat, library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the library fails the asker gets one sentence, and the log has the reason."""
    library.store.close()
    (tmp_path / "home" / "library.sqlite").write_bytes(b"no library at all, but long enough to look like a file" * 20)
    assert await chat.say(QUESTION) == [say("tg_sorry")]
    assert "is damaged or no library" in caplog.text


async def test_a_refused_reply_does_not_raise(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    """Where Telegram refuses the reply, the error is logged and the bot goes on."""
    chat.request.refused["sendMessage"] = "Bad Request: chat not found"
    assert await chat.say(QUESTION) == []
    assert "chat not found" in caplog.text.lower()
    chat.request.refused.clear()
    assert len(await chat.say(QUESTION)) == 1


async def test_an_unforeseen_error_is_one_polite_sentence(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    """A fault in a handler is logged, and the asker hears of it."""
    desk = chat.application.bot_data["desk"]
    chat.application.bot_data["desk"] = replace(desk, library=None)
    assert await chat.say(QUESTION) == [say("tg_sorry")]
    assert "AttributeError" in caplog.text


async def test_the_menus_are_set(chat: Chat) -> None:
    """At its start the bot tells Telegram its commands for each kind of chat, and what it is, in each language."""
    await set_menus(chat.application.bot)
    set_ = [(name, parameters.get("language_code")) for name, parameters in chat.request.calls]
    once = ["setMyCommands"] * 3 + ["setMyDescription", "setMyShortDescription"]
    assert set_ == [(name, None) for name in once] + [(name, "ru") for name in once]
    scopes = {
        parameters["scope"]["type"]: [command["command"] for command in parameters["commands"]]
        for name, parameters in chat.request.calls[:3]
    }
    everywhere = ["ask", "quotes", "who", "articles", "forget", "help", "privacy"]
    assert scopes["all_group_chats"] == everywhere
    assert (
        scopes["all_chat_administrators"]
        == scopes["all_private_chats"]
        == [*everywhere[:4], "add", "remove", "settings", *everywhere[4:]]
    )
    chat.request.refused["setMyCommands"] = "Bad Request: nope"
    await set_menus(chat.application.bot)


FIRST = '<b>"We will not send a single boat home,"</b>'
THUMBS = [("👍", "up:0"), ("👎", "down:0")]
LINE = "Viktor Zhalnin, head of the Northern Fishing Institute, said"


@pytest.fixture
async def talks_chat(chat: Chat, talks: Library) -> Chat:
    """A conversation about the article in which several people speak; one quote a page."""
    desk = chat.application.bot_data["desk"]
    settings = desk.settings.model_copy(update={"top_k": 1})
    chat.application.bot_data["desk"] = replace(desk, settings=settings)
    return chat


def _keyboard(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    markup = parameters.get("reply_markup")
    return (
        [(button["text"], button["callback_data"]) for row in markup["inline_keyboard"] for button in row]
        if markup
        else []
    )


async def test_quotes_of_a_person(talks_chat: Chat) -> None:
    """A quote comes with speaker, role, cue and place; a button leads to the next one, and the count is shown."""
    for text, chat in (("What did Zhalnin say?", PRIVATE), ("/quotes@saidwhat_bot zhalnin", GROUP)):
        (reply,) = await talks_chat.say(text, chat)
        assert reply.startswith(
            f"{FIRST}\n— <i>{LINE} · Fishing talks end without a deal · 19 May 2020 · paragraph 3</i>\n<blockquote"
        )
        assert reply.endswith("\n\n1 of 3")
        assert _keyboard(talks_chat.request.calls[-1][1]) == [
            ("More quotes", "page:1"),
            ("Context", "context:0"),
            *THUMBS,
        ]


async def test_who_is_listed(talks_chat: Chat) -> None:
    """/who lists everybody who is quoted, and /who with a name tells who that is."""
    (reply,) = await talks_chat.say("/who")
    assert reply.splitlines()[:2] == [
        "Viktor Zhalnin, head of the Northern Fishing Institute: 3 quotes",
        "Elena Dorn, a spokeswoman for the Coastal Fisheries Agency: 2 quotes",
    ]
    (reply,) = await talks_chat.say("/who Elena Dorn")
    assert reply.startswith("<b>Elena Dorn, a spokeswoman")


async def _tap(
    chat: Chat, data: str, asked: dict[str, Any] | None, text: str = "an answer"
) -> list[tuple[str, dict[str, Any]]]:
    """Tap a button under the bot's reply to `asked`, the `text`; the calls that the bot then makes."""
    message = {"message_id": 900, "date": now(), "chat": GROUP, "from": BOT, "text": text}
    if asked:
        message["reply_to_message"] = {"message_id": 5, "date": now(), "chat": GROUP, "from": ASKER, **asked}
    query = {"id": "1", "from": ASKER, "chat_instance": "1", "data": data, "message": message}
    return await chat.update({"callback_query": query})


@pytest.mark.parametrize(
    "text", ["What did Zhalnin say?", "/ask what did zhalnin say", "/quotes Zhalnin", "@saidwhat_bot quotes by Zhalnin"]
)
async def test_a_tap_turns_the_page(talks_chat: Chat, text: str) -> None:
    """The question is read again from the message that was replied to, so a tap works after a restart as well."""
    asked: dict[str, Any] = {"text": text}
    if text.startswith("@"):
        asked["entities"] = [{"type": "mention", "offset": 0, "length": 13}]
    answered, edited = await _tap(talks_chat, "page:2", asked)
    assert answered[0] == "answerCallbackQuery"
    assert edited[0] == "editMessageText"
    assert edited[1]["text"].startswith('<b>"The winter was hard.')
    assert edited[1]["text"].endswith("\n\n3 of 3")
    assert f"— <i>{LINE} · resolved from “he” · Fishing talks" in unlinked(edited[1]["text"])
    assert _keyboard(edited[1]) == [("Back", "page:1"), ("Context", "context:2"), *THUMBS]


async def test_a_tap_under_a_question_that_is_gone(talks_chat: Chat) -> None:
    """Where the question was deleted, the tap is answered with a request to ask again."""
    ((name, parameters),) = await _tap(talks_chat, "page:2", None)
    assert (name, parameters["text"]) == ("answerCallbackQuery", say("tg_gone"))
    ((name, parameters),) = await _tap(talks_chat, "other:2", {"text": "x"})
    assert (name, parameters.get("text")) == ("answerCallbackQuery", None)


async def test_a_bare_ask_replies_to_the_question(talks_chat: Chat) -> None:
    """The answer to "/ask" in reply to somebody's question is a reply to that question, where a tap finds it."""
    asked = {"message_id": 5, "date": now(), "chat": GROUP, "from": ASKER, "text": "What did Zhalnin say?"}
    await talks_chat.say("/ask", GROUP, reply_to_message=asked)
    assert talks_chat.request.calls[-1][1]["reply_parameters"]["message_id"] == 5


def test_no_token_is_one_sentence(library: Library) -> None:
    """Without a token the bot does not start, and says where one is to be had."""
    with pytest.raises(SettingsError, match=r"^TELEGRAM_BOT_TOKEN is not set: ask @BotFather"):
        build_application(library, Settings(_env_file=None))  # type: ignore[call-arg]


def test_the_token_is_never_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever the token turns up, message or traceback, the log has a placeholder; httpx's request lines are off."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging("DEBUG", SecretStr(TOKEN))
        try:
            raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
        except ValueError:
            logging.getLogger("bot").exception("call to %s failed", TOKEN)
        try:
            raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.")
        except InvalidToken:
            logging.getLogger("telegram").exception("Failed bootstrap.")
        logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
        logged = capsys.readouterr().err
    finally:
        logging.basicConfig(level=level, handlers=before, force=True)
    assert TOKEN not in logged
    assert "call to <token> failed" in logged
    assert "bot<token>/getMe" in logged
    assert "HTTP Request" not in logged
    assert logged.endswith("Failed bootstrap.\nInvalidToken: The token `<token>` was rejected by the server.\n")


async def test_a_follow_up_goes_on_from_the_asker_s_own_question(talks_chat: Chat) -> None:
    """ "She" is whom the same asker asked about in the same chat, until /forget."""
    follow_up = "/ask@saidwhat_bot what else did she say?"
    await talks_chat.say("/ask@saidwhat_bot What did Elena Dorn say?", GROUP)
    (elsewhere,) = await talks_chat.say("what else did she say?")
    assert elsewhere.startswith("Whom do you mean by “she”?")
    (reply,) = await talks_chat.say(follow_up, GROUP)
    assert reply.startswith("More on: What else did Elena Dorn say?\n\n<b>the agency would pay for new harbours</b>")
    (reply,) = await talks_chat.say(follow_up, GROUP)
    assert "That is all that Elena Dorn is quoted with.\n\nYou could ask:\n• <i>What did Viktor" in reply
    (forgotten,) = await talks_chat.say("/forget", GROUP)
    assert forgotten == say("tg_forgotten")
    (reply,) = await talks_chat.say(follow_up, GROUP)
    assert reply.startswith("Whom do you mean by “she”?")


async def test_a_follow_up_on_the_article(talks_chat: Chat) -> None:
    """When "she said that" is told by the article of the answer, also after what is kept was dropped: by its title."""
    await talks_chat.say("What did Elena Dorn say?", message_id=4)
    (reply,) = await talks_chat.say("when did she say that?", message_id=5)
    full = "Taken as: When was the article “Fishing talks end without a deal” published?"
    assert reply.startswith(
        f"{full}\nPublished 19 May 2020.\n\n<b>19.05.2020</b>\n— <i>Fishing talks end without a deal"
    )
    await talks_chat.say("/forget", message_id=6)
    _, edited = await _tap(talks_chat, "context:0", {"text": "when did she say that?"}, text=full)
    assert "<b>19.05.2020</b>" in edited[1]["text"]


async def test_a_tap_under_a_follow_up(talks_chat: Chat) -> None:
    """The pages of a follow-up's answer are those of the question as it was read then."""
    await talks_chat.say("/ask@saidwhat_bot What did Elena Dorn say?", GROUP, message_id=4)
    await talks_chat.say("/ask@saidwhat_bot and Zhalnin?", GROUP, message_id=5)
    _, edited = await _tap(talks_chat, "page:2", {"text": "/ask@saidwhat_bot and Zhalnin?"})
    assert '<b>"The winter was hard.' in edited[1]["text"]


async def test_a_refusal_offers_the_closest_passages(talks_chat: Chat) -> None:
    """They come on a tap, named as what they are, and never by themselves."""
    question = "Who won the football match in Madrid?"
    (reply,) = await talks_chat.say(question)
    assert "Closest passages" not in reply
    assert _keyboard(talks_chat.request.calls[-1][1]) == [("Closest passages", "closest:0")]
    _, edited = await _tap(talks_chat, "closest:0", {"text": question})
    assert "Closest passages, which do not answer:" in edited[1]["text"]


async def test_a_group_that_moved_meanwhile_is_answered_where_it_is_now(chat: Chat) -> None:
    """Where a group became a supergroup after the question, the answer goes there, without the message replied to."""
    chat.request.refused["sendMessage"] = "Bad Request: group chat was upgraded to a supergroup chat"
    chat.request.moved_to = -1000000000077
    (reply,) = await chat.say(f"/ask@saidwhat_bot {QUESTION}", {**GROUP, "id": -77, "type": "group"})
    assert reply.startswith(SENTENCE)
    sent = chat.request.calls[-1][1]
    assert sent["chat_id"] == -1000000000077
    assert "reply_parameters" not in sent


async def test_what_is_no_text_is_told_so_in_private(chat: Chat) -> None:
    """A picture or an unknown command gets a line of help in a private chat, and nothing in a group."""
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    for where, told in ((PRIVATE, [say("tg_only_text")]), (GROUP, [])):
        message = {"message_id": 77, "date": now(), "chat": where, "from": ASKER, "photo": photo}
        assert [parameters["text"] for _, parameters in await chat.update({"message": message})] == told
    assert await chat.say("/dance") == [unlinked(say("tg_help"))]


async def test_a_chosen_inline_result_is_no_question(chat: Chat) -> None:
    """What the bot itself wrote, and somebody sent through it, is let be."""
    assert await chat.say(QUESTION, via_bot=BOT) == []


async def test_an_edit_to_a_bare_slash_is_let_be(chat: Chat) -> None:
    """It names no command."""
    assert await chat.say("/", kind="edited_message") == []


async def test_a_mention_that_cuts_a_character_in_two_is_none(chat: Chat) -> None:
    """Offsets count UTF-16 units, of which an emoji has two: half of one names nobody, and the question is answered."""
    mention = {"type": "mention", "offset": 1, "length": 1}
    (reply,) = await chat.say(f"👍 {QUESTION}", entities=[mention])
    assert reply.startswith(SENTENCE)
