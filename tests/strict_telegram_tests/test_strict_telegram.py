"""The fake Telegram refuses what Telegram refuses, in its words, and does the rest as python-telegram-bot expects."""

from __future__ import annotations

import httpx
import pytest
import telegram as library
from telegram.error import BadRequest, Forbidden, RetryAfter

from tests.strict_telegram.client import StrictTelegram
from tests.strict_telegram_tests.plain_bot import PlainBot

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def keyboard(*rows: list[dict[str, str]]) -> dict[str, object]:
    return {"inline_keyboard": list(rows)}


def more(data: str = "more") -> dict[str, str]:
    return {"text": "More", "callback_data": data}


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        ("<b>hi", "HTML", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("a < b", "HTML", 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
        (
            "1.",
            "MarkdownV2",
            "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        ("*hi", "MarkdownV2", "can't parse entities: Can't find end of Bold entity at byte offset 0"),
        ("hi", "BBCode", "unsupported parse_mode"),
        ("", "", "message text is empty"),
        (" \n ", "", "text must be non-empty"),
        ("<b> </b>", "HTML", "text must be non-empty"),
        ("x" * 4097, "", "message is too long"),
        ("x" * 32769, "", "text is too long"),
    ],
)
def test_text_is_refused_in_telegrams_own_words(bot: PlainBot, ann: int, text: str, mode: str, says: str) -> None:
    """Bad markup, empty and too long texts are refused, whether sent or edited in."""
    sent = bot("sendMessage", chat_id=ann, text="fine")["message_id"]
    assert bot.refused("sendMessage", chat_id=ann, text=text, parse_mode=mode) == (400, f"Bad Request: {says}")
    edit = {"chat_id": ann, "message_id": sent, "text": text, "parse_mode": mode}
    assert bot.refused("editMessageText", **edit) == (400, f"Bad Request: {says}")


def test_length_counts_after_parsing(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """4,096 code points are taken however long their markup is, emoji count one each."""
    bot("sendMessage", chat_id=ann, text="<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML")
    bot("sendMessage", chat_id=ann, text="😀" * 4096)
    assert [len(one.text) for one in telegram.messages(ann)] == [4096, 4096]


def test_entities_are_telegrams(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A message has the entities of its markup and those that Telegram finds, in UTF-16 code units, and is trimmed."""
    text = "  😀 <b>see</b> https://e.com @annie /ask <code>@annie</code> <blockquote expandable>long</blockquote>\n"
    bot("sendMessage", chat_id=ann, text=text, parse_mode="HTML")
    (message,) = telegram.messages(ann)
    assert message.text == "😀 see https://e.com @annie /ask @annie long"
    assert [(one["type"], one["offset"], one["length"]) for one in message.entities] == [
        ("bold", 3, 3),
        ("url", 7, 13),
        ("mention", 21, 6),
        ("bot_command", 28, 4),
        ("code", 33, 6),
        ("expandable_blockquote", 40, 4),
    ]


def test_more_than_100_entities_are_a_violation(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Telegram drops what is over 100 entities without a word; the fake says so."""
    bot("sendMessage", chat_id=ann, text="<b>x</b> " * 100, parse_mode="HTML")
    assert telegram.violations() == []
    sent = bot("sendMessage", chat_id=ann, text="<b>x</b> " * 101, parse_mode="HTML")
    assert len(sent["entities"]) == 100
    assert [one["text"] for one in telegram.violations()] == ["101 entities: Telegram keeps 100"]


def test_entities_have_a_weight(bot: PlainBot, ann: int) -> None:
    """Links that are long enough are refused before they are a hundred."""
    text = f'<a href="https://e.com/{"x" * 1200}">x</a> ' * 9
    assert bot.refused("sendMessage", chat_id=ann, text=text, parse_mode="HTML")[1] == "Bad Request: ENTITIES_TOO_LONG"


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        (keyboard([more("x" * 65)]), "BUTTON_DATA_INVALID"),
        (keyboard([more("ü" * 33)]), "BUTTON_DATA_INVALID"),
        (keyboard([more()] * 9), "reply markup is too long"),
        (keyboard(*[[more()]] * 101), "reply markup is too long"),
        (
            keyboard([{"text": "x"}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard([{"text": "x", "url": "localhost"}]),
            "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
        ),
    ],
)
def test_keyboards_have_limits(bot: PlainBot, ann: int, markup: dict[str, object], says: str) -> None:
    """Data over 64 bytes, too many buttons, buttons without a purpose and wrong links are refused."""
    refusal = bot.refused("sendMessage", chat_id=ann, text="x", reply_markup=markup)
    assert refusal == (400, f"Bad Request: {says}")


def test_largest_keyboard(bot: PlainBot, ann: int) -> None:
    """Eight buttons a row, 64 bytes of data and a hundred buttons in all are taken."""
    rows = [[more("x" * 64)] * 8] * 12 + [[more()] * 3 + [{"text": "t", "url": "https://t.me/c/1/2"}]]
    sent = bot("sendMessage", chat_id=ann, text="x", reply_markup=keyboard(*rows))
    assert sum(map(len, sent["reply_markup"]["inline_keyboard"])) == 100


def test_replies(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A reply needs its message, unless it may go without; the message shows in the reply."""
    said = telegram.say(ann, "who?").message_id
    sent = bot("sendMessage", chat_id=ann, text="x", reply_parameters={"message_id": said})
    assert sent["reply_to_message"]["text"] == "who?"
    telegram.delete(ann, said)
    gone = {"message_id": said}
    refusal = bot.refused("sendMessage", chat_id=ann, text="x", reply_parameters=gone)
    assert refusal == (400, "Bad Request: message to be replied not found")
    sent = bot("sendMessage", chat_id=ann, text="x", reply_parameters={**gone, "allow_sending_without_reply": True})
    assert "reply_to_message" not in sent


def test_quotes_are_exact_parts(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A quote has the words and the styles of the message that it is from; the nearest place to its position counts."""
    said = telegram.say(ann, "😀 one two one").message_id
    target = {"message_id": said, "quote": "one", "quote_position": 9}
    sent = bot("sendMessage", chat_id=ann, text="x", reply_parameters=target)
    assert sent["quote"] == {"text": "one", "position": 11, "is_manual": True}
    for quote in ("One", "one  two", "<b>one</b>"):
        target = {"message_id": said, "quote": quote, "quote_parse_mode": "HTML"}
        refusal = bot.refused("sendMessage", chat_id=ann, text="x", reply_parameters=target)
        assert refusal == (400, "Bad Request: QUOTE_TEXT_INVALID")
    long = telegram.say(ann, "y" * 1025).message_id
    target = {"message_id": long, "quote": "y" * 1025}
    refusal = bot.refused("sendMessage", chat_id=ann, text="x", reply_parameters=target)
    assert refusal == (400, "Bad Request: QUOTE_TEXT_INVALID")
    bot("sendMessage", chat_id=ann, text="x", reply_parameters={**target, "quote": "y" * 1024})


def test_edits(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Only the bot's own messages are edited, and only into something else; an edit without a keyboard removes it."""
    said = telegram.say(ann, "hi").message_id
    here = {"chat_id": ann, "message_id": bot("sendMessage", chat_id=ann, text="a", reply_markup=keyboard([more()]))}
    here["message_id"] = here["message_id"]["message_id"]
    same = {**here, "text": " <b></b>a ", "parse_mode": "HTML", "reply_markup": keyboard([more()])}
    assert bot.refused("editMessageText", **same) == (400, NOT_MODIFIED)
    assert bot.refused("editMessageReplyMarkup", **here, reply_markup=keyboard([more()])) == (400, NOT_MODIFIED)
    assert "reply_markup" not in bot("editMessageText", **here, text="a")
    assert bot.refused("editMessageText", **here, text="a") == (400, NOT_MODIFIED)
    assert "edit_date" in bot("editMessageReplyMarkup", **here, reply_markup=keyboard([more()]))
    other = {"chat_id": ann, "message_id": said, "text": "b"}
    assert bot.refused("editMessageText", **other) == (400, "Bad Request: message can't be edited")
    missing = {**other, "message_id": 999}
    assert bot.refused("editMessageText", **missing) == (400, "Bad Request: message to edit not found")
    assert bot.refused("editMessageText", text="b") == (400, "Bad Request: message identifier is not specified")
    (message,) = telegram.messages(ann)
    assert (message.edited, message.earlier) == (2, ("a", "a"))


def test_deleting(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """The bot deletes its own messages, and others' only as an administrator."""
    own = bot("sendMessage", chat_id=group, text="a")["message_id"]
    assert bot("deleteMessage", chat_id=group, message_id=own) is True
    gone = {"chat_id": group, "message_id": own}
    assert bot.refused("deleteMessage", **gone) == (400, "Bad Request: message to delete not found")
    said = {"chat_id": group, "message_id": telegram.say(group, "/ask", ann).message_id}
    assert bot.refused("deleteMessage", **said) == (400, "Bad Request: message can't be deleted")
    telegram.member(group, "administrator")
    assert bot("deleteMessage", **said) is True


def test_unreachable_chats(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """Chats that do not exist, that the user never opened or left, and those that threw the bot out, each say so."""
    stranger, supergroup = telegram.user(), telegram.chat("supergroup")
    channel = telegram.chat("channel", bot_status="left")
    telegram.block(ann)
    for chat in (group, supergroup):
        telegram.member(chat, "kicked")
    told = {
        chat: bot.refused("sendMessage", chat_id=chat, text="x")
        for chat in (1, stranger, ann, group, supergroup, channel)
    }
    assert list(told.values()) == [
        (400, "Bad Request: chat not found"),
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: bot was kicked from the group chat"),
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (403, "Forbidden: bot is not a member of the channel chat"),
    ]
    telegram.deactivate(stranger)
    assert bot.refused("sendMessage", chat_id=stranger, text="x") == (403, "Forbidden: user is deactivated")
    assert bot.refused("sendMessage", text="x") == (400, "Bad Request: chat_id is empty")


def test_callback_answers(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A tap is answered once, in time, by at most 200 characters."""
    bot("sendMessage", chat_id=ann, text="x", reply_markup=keyboard([more()]))
    (message,) = telegram.messages(ann)
    tap = telegram.tap(message, "More")
    assert bot.refused("answerCallbackQuery", callback_query_id=tap, text="x" * 201)[0] == 400
    assert bot("answerCallbackQuery", callback_query_id=tap, text="x" * 200, show_alert=True)
    assert telegram.callback_answer(tap)["show_alert"] is True
    assert bot.refused("answerCallbackQuery", callback_query_id=tap) == (400, TOO_OLD)
    assert bot.refused("answerCallbackQuery", callback_query_id="1") == (400, TOO_OLD)
    telegram.rules(callback_lifetime=0.0)
    assert bot.refused("answerCallbackQuery", callback_query_id=telegram.tap(message, "More")) == (400, TOO_OLD)


def article(id: str, text: str = "said <b>x</b>", **more: object) -> dict[str, object]:
    content = {"message_text": text, "parse_mode": "HTML"}
    return {"type": "article", "id": id, "title": "T", "input_message_content": content, **more}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"results": [article(str(n)) for n in range(51)]}, "too many inline query results specified"),
        ({"results": [article("1"), article("1")]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_EMPTY"),
        ({"results": [article("ü" * 33)]}, "RESULT_ID_INVALID"),
        (
            {"results": [article("1", "<b>x")]},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"results": [], "button": {"text": "x", "start_parameter": ""}}, "START_PARAM_EMPTY"),
        ({"results": [], "button": {"text": "x", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "x", "start_parameter": "a" * 65}}, "START_PARAM_TOO_LONG"),
        ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
    ],
)
def test_inline_answers_have_limits(
    telegram: StrictTelegram, bot: PlainBot, ann: int, answer: dict[str, object], says: str
) -> None:
    """Results, their ids and texts, and the button above them are checked."""
    query = telegram.inline(ann, "bridge")
    assert bot.refused("answerInlineQuery", inline_query_id=query, **answer) == (400, f"Bad Request: {says}")


def test_inline_messages(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """A result that is chosen is a message via the bot; taps on it and edits of it name no chat."""
    query = telegram.inline(ann, "bridge", chat_type="group")
    assert bot.updates()[0]["inline_query"]["query"] == "bridge"
    bot("answerInlineQuery", inline_query_id=query, results=[article("1", reply_markup=keyboard([more()]))])
    assert [one["text"] for one in telegram.inline_results(query)["results"]] == ["said x"]
    assert bot.refused("answerInlineQuery", inline_query_id=query, results=[]) == (400, TOO_OLD)
    chosen = telegram.choose(query, "1", group)
    first, second = bot.updates()
    assert first["chosen_inline_result"]["inline_message_id"] == chosen["inline_id"]
    assert second["message"]["via_bot"]["id"] == 123456
    telegram.tap(chosen["inline_id"], "More", ann)
    (tapped,) = bot.updates()
    assert "message" not in tapped["callback_query"]
    assert tapped["callback_query"]["inline_message_id"] == chosen["inline_id"]
    inline = {"inline_message_id": chosen["inline_id"], "text": "more"}
    assert bot("editMessageText", **inline) is True
    assert bot.refused("editMessageText", **inline) == (400, NOT_MODIFIED)
    assert bot.refused("editMessageText", inline_message_id="x", text="y") == (400, "Bad Request: MESSAGE_ID_INVALID")
    assert telegram.inline_message(chosen["inline_id"]).text == "more"
    assert [one["kind"] for one in telegram.unanswered(0.0)] == ["callback"]


def test_guests(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Where the bot is no member it is called by its name, and answers once."""
    group = telegram.chat("supergroup", bot_status="left")
    with pytest.raises(AssertionError, match="called by its name"):
        telegram.guest(ann, group, "who said it?")
    query = telegram.guest(ann, group, "@saidwhat_bot who said it?")
    (asked,) = bot.updates()
    assert asked["guest_message"]["guest_query_id"] == query
    sent = bot("answerGuestQuery", guest_query_id=query, result=article("1", reply_markup=keyboard([more()])))
    (message,) = telegram.messages(group)
    assert (message.text, message.inline_id) == ("said x", sent["inline_message_id"])
    telegram.tap(message, "More", ann)
    assert bot.updates()[0]["callback_query"]["inline_message_id"] == sent["inline_message_id"]
    assert bot.refused("answerGuestQuery", guest_query_id=query, result=article("1")) == (400, TOO_OLD)


def test_about_the_bot(telegram: StrictTelegram, bot: PlainBot, group: int) -> None:
    """Commands are kept per scope and language, descriptions per language, and both have limits."""
    ask = {"command": "ask", "description": "Ask"}
    bot("setMyCommands", commands=[ask])
    bot("setMyCommands", commands=[], scope={"type": "all_group_chats"}, language_code="de")
    assert bot("getMyCommands") == [ask]
    assert bot("getMyCommands", scope={"type": "all_group_chats"}) == []
    bot("setMyCommands", commands=[ask], scope={"type": "chat", "chat_id": group})
    assert bot("getMyCommands", scope={"type": "chat", "chat_id": group}) == [ask]
    bot("deleteMyCommands")
    assert bot("getMyCommands") == []
    for command in ({"command": "Ask", "description": "x"}, {"command": "a" * 33, "description": "x"}):
        assert bot.refused("setMyCommands", commands=[command])[1] == "Bad Request: BOT_COMMAND_INVALID"
    for name, longest in (("Description", 512), ("ShortDescription", 120)):
        field = "description" if name == "Description" else "short_description"
        bot(f"setMy{name}", **{field: "x" * longest})
        assert bot(f"getMy{name}", language_code="de") == {field: "x" * longest}
        assert bot.refused(f"setMy{name}", **{field: "x" * (longest + 1)})[0] == 400
    assert telegram.profile()["short_description"] == {"": "x" * 120}


def test_chats_and_members(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """Chats, members and administrators are shown; a private chat has no administrators."""
    bea = telegram.user(first_name="Bea")
    assert bot("getChat", chat_id=group)["title"] == "Readers"
    assert bot("getChatMember", chat_id=group, user_id=ann)["status"] == "creator"
    assert bot("getChatMember", chat_id=group, user_id=bea)["status"] == "left"
    assert [one["user"]["id"] for one in bot("getChatAdministrators", chat_id=group)] == [ann]
    refusal = bot.refused("getChatAdministrators", chat_id=ann)
    assert refusal == (400, "Bad Request: there are no administrators in the private chat")
    assert bot.refused("getChatMember", chat_id=group, user_id=1) == (400, "Bad Request: user not found")
    assert bot("sendChatAction", chat_id=group, action="typing") is True
    refusal = bot.refused("sendChatAction", chat_id=group, action="thinking")
    assert refusal == (400, "Bad Request: wrong parameter action in request")
    said = telegram.say(ann, "hi").message_id
    assert bot("setMessageReaction", chat_id=ann, message_id=said, reaction=[{"type": "emoji", "emoji": "👍"}])
    wrong = [{"type": "emoji", "emoji": "🦞"}]
    refusal = bot.refused("setMessageReaction", chat_id=ann, message_id=said, reaction=wrong)
    assert refusal == (400, "Bad Request: REACTION_INVALID")


def test_documents(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A document comes with its name and size; its bytes are where getFile says, for this bot's token only."""
    sent = telegram.send_document(ann, "news.txt", b"The bridge opens.", forward_from=ann)
    (update,) = bot.updates()
    document = update["message"]["document"]
    assert (document["file_name"], document["file_size"], document["mime_type"]) == ("news.txt", 17, "text/plain")
    assert update["message"]["forward_origin"]["type"] == "user"
    assert update["message"]["message_id"] == sent.message_id
    path = bot("getFile", file_id=document["file_id"])["file_path"]
    fetched = httpx.get(f"{telegram.api_url}/file/bot{telegram.token}/{path}", trust_env=False)
    assert fetched.content == b"The bridge opens."
    assert httpx.get(f"{telegram.api_url}/file/bot1:WRONG/{path}", trust_env=False).status_code == 404
    assert bot.refused("getFile", file_id="BQAC") == (400, "Bad Request: invalid file_id")
    large = telegram.send_document(ann, "large.pdf", bytes((20 << 20) + 1))
    (update,) = bot.updates(offset=large.update_id)
    document = update["message"]["document"]
    assert bot.refused("getFile", file_id=document["file_id"]) == (400, "Bad Request: file is too big")


def test_what_the_bot_api_does_not_know(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Unknown parameters, at any depth, pass and are violations; an unknown method is a 501 and one too."""
    markup = keyboard([{**more(), "color": "red"}])
    bot("sendMessage", chat_id=ann, text="x", parsemode="HTML", reply_markup=markup)
    assert bot.refused("sendMesage", chat_id=ann) == (501, "Not Implemented: unknown method sendMesage")
    assert bot.refused("sendPhoto", chat_id=ann, photo="x") == (501, "Not Implemented: method sendPhoto")
    assert [one["text"] for one in telegram.violations()] == [
        "sendMessage has no parameter parsemode",
        "sendMessage has no parameter reply_markup.inline_keyboard.0.0.color",
        "unknown method sendMesage",
        "method sendPhoto",
    ]
    with pytest.raises(AssertionError, match="parsemode"), telegram.no_violations():
        pass
    assert len(telegram.forgive()) == 4


def test_every_way_to_send_parameters(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Query, form, multipart and JSON bodies come to the same, methods in any case."""
    url = f"{bot.url}/sendMessage"
    target = {"message_id": telegram.say(ann, "hi").message_id}
    answers = [
        httpx.get(url, params={"chat_id": ann, "text": "1"}),
        httpx.post(url, data={"chat_id": ann, "text": "2"}),
        httpx.post(url, files={"chat_id": (None, str(ann)), "text": (None, "3")}),
        httpx.post(url, json={"chat_id": ann, "text": 4, "reply_parameters": target}),
        httpx.post(f"{bot.url}/sendmessage", params={"chat_id": ann}, json={"text": "5", "disable_notification": True}),
    ]
    assert [one.json()["result"]["text"] for one in answers] == ["1", "2", "3", "4", "5"]
    assert telegram.violations() == []
    assert bot.refused("sendMessage", chat_id=ann, text="x", reply_markup="{")[0] == 400


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_python_telegram_bot(telegram: StrictTelegram, ann: int, group: int) -> None:
    """The library speaks to the fake, and its errors are those that Telegram would raise in it."""
    async with library.Bot(telegram.token, base_url=f"{telegram.api_url}/bot") as bot:
        assert (bot.username, bot.supports_inline_queries) == ("saidwhat_bot", True)
        telegram.say(ann, "hi")
        (update,) = await bot.get_updates(timeout=0)
        assert update.effective_user is not None
        assert update.effective_message is not None
        assert update.effective_user.first_name == "Ann"
        buttons = library.InlineKeyboardMarkup([[library.InlineKeyboardButton("More", callback_data="more")]])
        sent = await bot.send_message(
            ann,
            "<b>a</b>",
            parse_mode="HTML",
            reply_markup=buttons,
            reply_parameters=library.ReplyParameters(update.effective_message.message_id, quote="hi"),
            link_preview_options=library.LinkPreviewOptions(is_disabled=True),
        )
        assert (sent.text_html, sent.quote and sent.quote.text) == ("<b>a</b>", "hi")
        telegram.tap(telegram.wait_for(ann, "a"), "More")
        (tapped,) = await bot.get_updates(offset=update.update_id + 1)
        assert tapped.callback_query is not None
        await tapped.callback_query.answer("there")
        edited = await tapped.callback_query.edit_message_text("b")
        assert isinstance(edited, library.Message)
        await bot.send_chat_action(ann, "typing")
        await bot.set_my_commands([("ask", "Ask")], scope=library.BotCommandScopeAllGroupChats(), language_code="de")
        await bot.set_message_reaction(ann, sent.message_id, "👍")
        assert (await bot.get_chat(group)).title == "Readers"
        assert (await bot.get_webhook_info()).url == ""
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.send_message(1, "x")
        telegram.block(ann)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(ann, "x")
        telegram.fault("flood", "sendMessage", retry_after=7)
        with pytest.raises(RetryAfter):
            await bot.send_message(group, "x")
    assert telegram.violations() == []
