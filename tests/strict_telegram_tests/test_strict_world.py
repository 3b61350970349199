"""What people do on the fake Telegram comes to the bot as it does on Telegram: what, to whom, and when not."""

from __future__ import annotations

import pytest

from tests.strict_telegram.client import StrictTelegram
from tests.strict_telegram_tests.plain_bot import PlainBot

MORE = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}, {"text": "Read", "url": "https://e.com"}]]}


def test_privacy_mode(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """In a group the bot gets commands to it, replies to it and mentions of it, unless it may read all."""
    own = bot("sendMessage", chat_id=group, text="x")["message_id"]
    heard = [
        telegram.say(group, text, ann, reply_to=reply).delivered
        for text, reply in [
            ("who said it?", None),
            ("/ask@saidwhat_bot who?", None),
            ("/ask who?", None),
            ("/ask@other_bot who?", None),
            ("please /ask", None),
            ("and who?", own),
            ("@saidwhat_bot who?", None),
        ]
    ]
    assert heard == [False, True, True, False, False, True, True]
    telegram.rules(mentions_delivered=False)
    assert not telegram.say(group, "@saidwhat_bot who?", ann).delivered
    telegram.rules(can_read_all_group_messages=True)
    assert telegram.say(group, "who said it?", ann).delivered
    assert bot("getMe")["can_read_all_group_messages"] is True
    telegram.rules(can_read_all_group_messages=False)
    telegram.member(group, "administrator")
    assert telegram.say(group, "who said it?", ann).delivered


def test_taps_need_their_button(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Only a button that a message shows now is tapped, unless the tap is stale; the query has message and reply."""
    said = telegram.say(ann, "who?").message_id
    target = {"message_id": said}
    sent = bot("sendMessage", chat_id=ann, text="x", reply_markup=MORE, reply_parameters=target)["message_id"]
    bot.updates()
    (message,) = telegram.messages(ann)
    assert message.button_texts == ("More", "Read")
    with pytest.raises(AssertionError, match="shows no button 'Less'"):
        telegram.tap(message, "Less")
    with pytest.raises(AssertionError, match=r"opens https://e\.com"):
        telegram.tap(message, "Read")
    telegram.tap(message, "More")
    (tapped,) = bot.updates()
    query = tapped["callback_query"]
    assert (query["data"], query["message"]["reply_to_message"]["text"]) == ("more", "who?")
    bot("editMessageText", chat_id=ann, message_id=sent, text="y")
    with pytest.raises(AssertionError, match="shows no button 'More'"):
        telegram.tap(message, "More")
    telegram.tap(message, "More", stale=True)
    assert "reply_markup" not in bot.updates()[0]["callback_query"]["message"]


def test_topics(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """In a forum a message stays in its topic, General has no thread to send to, and other chats have none at all."""
    forum = telegram.chat("supergroup", is_forum=True, members={ann: "creator"})
    topic = telegram.topic(forum, "Bridges", by=ann)
    said = telegram.say(forum, "/ask", ann, thread=topic)
    created, asked = bot.updates()
    assert created["message"]["forum_topic_created"]["name"] == "Bridges"
    assert (asked["message"]["message_thread_id"], asked["message"]["is_topic_message"]) == (topic, True)
    assert asked["message"]["reply_to_message"]["forum_topic_created"]["name"] == "Bridges"
    bot("sendMessage", chat_id=forum, text="a", reply_parameters={"message_id": said.message_id})
    bot("sendMessage", chat_id=forum, text="b", message_thread_id=topic)
    bot("sendMessage", chat_id=forum, text="c")
    assert [(one.thread, one.in_topic) for one in telegram.messages(forum)] == [
        (topic, True),
        (topic, True),
        (None, False),
    ]
    for thread in (1, 999):
        refusal = bot.refused("sendMessage", chat_id=forum, text="x", message_thread_id=thread)
        assert refusal == (400, "Bad Request: message thread not found")
    telegram.close_topic(forum, topic)
    refusal = bot.refused("sendMessage", chat_id=forum, text="x", message_thread_id=topic)
    assert refusal == (400, "Bad Request: message thread not found")


def test_replies_in_supergroups_have_a_thread(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A chain of replies shows its first message as thread, which is no topic and cannot be sent to."""
    chat = telegram.chat("supergroup")
    first = telegram.say(chat, "/ask", ann).message_id
    second = bot("sendMessage", chat_id=chat, text="a", reply_parameters={"message_id": first})
    assert second["message_thread_id"] == first
    telegram.say(chat, "and?", ann, reply_to=second["message_id"])
    third = bot.updates()[-1]["message"]
    assert third["message_thread_id"] == first
    assert "is_topic_message" not in third
    refusal = bot.refused("sendMessage", chat_id=chat, text="x", message_thread_id=first)
    assert refusal == (400, "Bad Request: message thread not found")


def test_groups_become_supergroups(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """Both chats tell of it, and the old one refuses messages and names the new one."""
    new = telegram.migrate(group)
    old_told, new_told = bot.updates()
    assert old_told["message"]["migrate_to_chat_id"] == new
    assert (new_told["message"]["chat"]["id"], new_told["message"]["migrate_from_chat_id"]) == (new, group)
    answer = bot.send("sendMessage", chat_id=group, text="x").json()
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    bot("sendMessage", chat_id=new, text="x")
    with pytest.raises(AssertionError, match="has become supergroup"):
        telegram.say(group, "/ask", ann)
    assert telegram.say(new, "/ask", ann).delivered


def test_senders_without_a_user(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """Anonymous administrators and channels write in their chats' names, from bots that stand for them."""
    group = telegram.chat("supergroup", members={ann: "administrator"})
    channel = telegram.chat("channel", title="News")
    telegram.say(group, "/ask", ann, anonymous=True)
    telegram.say(group, "/ask", sender_chat=channel)
    anonymous, in_name = (update["message"] for update in bot.updates())
    assert (anonymous["from"]["id"], anonymous["sender_chat"]["id"]) == (1087968824, group)
    assert (in_name["from"]["id"], in_name["sender_chat"]["id"]) == (136817688, channel)
    with pytest.raises(AssertionError, match="Only administrators"):
        telegram.say(group, "/ask", telegram.user(), anonymous=True)


def test_channels(telegram: StrictTelegram, bot: PlainBot) -> None:
    """A post is a channel_post, and a message of its discussion group, sent by the channel."""
    group = telegram.chat("supergroup", bot_status="administrator")
    channel = telegram.chat("channel", title="News", linked=group)
    posted = telegram.say(channel, "The bridge opened. https://e.com", signature="Ada")
    post, forwarded = bot.updates()
    assert "from" not in post["channel_post"]
    assert post["channel_post"]["sender_chat"]["title"] == "News"
    message = forwarded["message"]
    assert (message["is_automatic_forward"], message["from"]["id"]) == (True, 777000)
    assert message["forward_origin"]["message_id"] == posted.message_id
    assert message["message_id"] == posted.discussed_as
    telegram.edit(channel, posted.message_id, "The bridge is open.")
    assert bot.updates()[0]["edited_channel_post"]["text"] == "The bridge is open."
    sent = bot("sendMessage", chat_id=channel, text="x")
    assert "from" not in sent
    assert [one.text for one in telegram.messages(channel)] == ["x"]


def test_discussion_groups_change(telegram: StrictTelegram, bot: PlainBot) -> None:
    """getChat tells either side of the other, until they are unlinked or linked elsewhere."""
    channel, group, other = telegram.chat("channel"), telegram.chat("supergroup"), telegram.chat("supergroup")

    def linked(chat: int) -> int | None:
        found: int | None = bot("getChat", chat_id=chat).get("linked_chat_id")
        return found

    telegram.link(channel, group)
    assert (linked(channel), linked(group), linked(other)) == (group, channel, None)
    telegram.link(channel, other)
    assert (linked(channel), linked(group), linked(other)) == (other, None, channel)
    telegram.link(channel, None)
    assert (linked(channel), linked(other)) == (None, None)
    with pytest.raises(AssertionError, match="linked to a supergroup"):
        telegram.link(group, other)


def test_captions(telegram: StrictTelegram, bot: PlainBot) -> None:
    """What is said beside a document is its caption, which an edit can take away; a text cannot be emptied."""
    channel = telegram.chat("channel")
    sent = telegram.send_document(channel, "crane.mp4", b"\x00", caption="See https://e.com")
    post = bot.updates()[0]["channel_post"]
    assert (post["caption"], post["caption_entities"][0]["type"], "text" in post) == ("See https://e.com", "url", False)
    telegram.edit(channel, sent.message_id, "")
    assert "caption" not in bot.updates()[0]["edited_channel_post"]
    said = telegram.say(channel, "The bridge opened.")
    with pytest.raises(AssertionError, match="1 to 4096 characters"):
        telegram.edit(channel, said.message_id, "")


def test_edits_and_forwards_and_old_messages(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """An edit is an edited_message; a forward has its origin; a message a day old comes no more."""
    said = telegram.say(ann, "who?", age=3600)
    telegram.edit(ann, said.message_id, "/ask who?")
    telegram.say(ann, "look", forward_from=telegram.user(first_name="Bea"))
    first, edited, forwarded = bot.updates()
    assert first["message"]["date"] < edited["edited_message"]["edit_date"] - 3500
    assert [one["type"] for one in edited["edited_message"]["entities"]] == ["bot_command"]
    assert forwarded["message"]["forward_origin"]["sender_user"]["first_name"] == "Bea"
    assert not telegram.say(ann, "who?", age=86401).delivered


def test_members(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """The bot is told when it is blocked, added or thrown out; of others only by service messages, unless it asks."""
    telegram.block(ann)
    telegram.member(group, "kicked", by=ann)
    telegram.member(group, "member", by=ann)
    telegram.member(group, "member", user=telegram.user(first_name="Bea"))
    kinds = [next(name for name in update if name != "update_id") for update in bot.updates()]
    assert kinds == ["my_chat_member", "my_chat_member", "my_chat_member", "message", "message"]
    with pytest.raises(AssertionError, match="has blocked the bot"):
        telegram.say(ann, "hi")
    telegram.unblock(ann)
    assert bot.updates()[0]["my_chat_member"]["new_chat_member"]["status"] == "member"
    telegram.member(group, "administrator")
    bot.updates(allowed_updates=["chat_member"])
    telegram.member(group, "left", user=ann)
    assert [one["chat_member"]["new_chat_member"]["status"] for one in bot.updates()] == ["left"]


def test_message_ids(telegram: StrictTelegram, bot: PlainBot, ann: int, group: int) -> None:
    """Private chats and groups share one row of ids, every supergroup has its own."""
    supergroup = telegram.chat("supergroup")
    chats = (ann, group, supergroup, ann, supergroup)
    assert [bot("sendMessage", chat_id=chat, text="x")["message_id"] for chat in chats] == [1, 2, 2, 3, 3]


def test_waiting_and_quiet(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A test that waits in vain, or for quiet that is broken, fails with the chat before its eyes."""
    said = telegram.say(ann, "who?")
    bot("sendMessage", chat_id=ann, text="first", reply_markup=MORE)
    assert telegram.wait_for(ann, lambda one: "fir" in one.text, after=said).text == "first"
    assert telegram.wait_for(ann, 1).message_id == 2
    with pytest.raises(AssertionError, match=r"#1 user \d+: who\?\n#2 bot: first\n    \[More\] \| \[Read\]"):
        telegram.wait_for(ann, "second", timeout=0.05)
    telegram.quiet(ann, 0.05)
    with pytest.raises(AssertionError, match="no user 1"):
        telegram.say(telegram.chat(), "hi", 1)


def test_users_quote(telegram: StrictTelegram, bot: PlainBot, ann: int) -> None:
    """A user's quote of the bot's message keeps its styles, and is a part of it."""
    text = "The bridge <b>will open</b>"
    sent = bot("sendMessage", chat_id=ann, text=text, parse_mode="HTML")["message_id"]
    telegram.say(ann, "who?", reply_to=sent, quote="bridge will")
    (update,) = bot.updates()
    assert update["message"]["quote"] == {
        "text": "bridge will",
        "position": 4,
        "is_manual": True,
        "entities": [{"type": "bold", "offset": 7, "length": 4}],
    }
    with pytest.raises(AssertionError, match="no part 'Bridge' to quote"):
        telegram.say(ann, "who?", reply_to=sent, quote="Bridge")
