"""What people do with messages: they write, edit and delete, and channels' posts go on to discussion groups."""

from __future__ import annotations

import base64
import time
from typing import Any

from tests.strict_telegram import texts
from tests.strict_telegram.fake import Fake
from tests.strict_telegram.methods.replies import quote_of
from tests.strict_telegram.rendering import origin_json
from tests.strict_telegram.world import (
    CHANNEL_BOT,
    GENERAL_TOPIC,
    GROUP_ANONYMOUS_BOT,
    TELEGRAM,
    Chat,
    Impossible,
    Post,
    Upload,
)

Json = dict[str, Any]


def say(
    fake: Fake,
    chat: int,
    text: str,
    user: int | None = None,
    reply_to: int | None = None,
    quote: str | None = None,
    thread: int | None = None,
    sender_chat: int | None = None,
    anonymous: bool = False,
    signature: str | None = None,
    age: float = 0.0,
    forward_from: int | None = None,
) -> Json:
    """Somebody writes; entities are those that TDLib finds in the text.

    `age` is how many seconds ago; `forward_from` is the user or chat whose message is forwarded. Returns the message's
    id, and whether the bot is told of it: `update_id` is None where it is not.
    """
    there = fake.world.chat(chat)
    if there.migrated_to:
        raise Impossible(f"Group {chat} has become supergroup {there.migrated_to}.")
    formatted = texts.said(text)
    post = Post(chat, 0, int(time.time() - age), formatted.text, formatted.entities, signature=signature)
    _set_sender(fake, there, post, user, sender_chat, anonymous)
    replied = fake.world.post(chat, reply_to) if reply_to else None
    post.reply_to = reply_to
    post.thread, post.in_topic = fake.world.thread_of_reply(there, replied)
    if thread and thread != GENERAL_TOPIC:
        if thread not in there.topics:
            raise Impossible(f"Chat {chat} has no topic {thread}: make one with topic().")
        post.thread, post.in_topic = thread, True
    if quote and replied:
        post.quote = quote_of(replied, quote)
    if forward_from is not None:
        post.origin = origin_json(fake.world, forward_from, post.date)
    fake.world.add(post)
    discussed = forward_to_discussion(fake, post, tell=False)
    update_id = fake.tell(post)
    if discussed is not None:
        fake.tell(discussed)
    return {
        "chat": chat,
        "message_id": post.message_id,
        "update_id": update_id,
        "delivered": update_id is not None,
        "discussed_as": discussed.message_id if discussed else None,
    }


def send_document(
    fake: Fake,
    chat: int,
    name: str,
    data: str,
    user: int | None = None,
    reply_to: int | None = None,
    forward_from: int | None = None,
    caption: str = "",
) -> Json:
    """Somebody sends a file; `data` is its bytes in base64."""
    there = fake.world.chat(chat)
    number = fake.world.fresh()
    upload = Upload(
        f"BQACAgQAAxk{number}", f"AgAD{number}", f"documents/file_{number}", name, base64.b64decode(data, validate=True)
    )
    fake.world.uploads[upload.id] = upload
    formatted = texts.said(caption) if caption else texts.Formatted("")
    post = Post(chat, 0, int(time.time()), formatted.text, formatted.entities, document=upload)
    _set_sender(fake, there, post, user, None, anonymous=False)
    replied = fake.world.post(chat, reply_to) if reply_to else None
    post.reply_to = reply_to
    post.thread, post.in_topic = fake.world.thread_of_reply(there, replied)
    if forward_from is not None:
        post.origin = origin_json(fake.world, forward_from, post.date)
    fake.world.add(post)
    update_id = fake.tell(post)
    return {"chat": chat, "message_id": post.message_id, "update_id": update_id, "delivered": update_id is not None}


def _set_sender(fake: Fake, chat: Chat, post: Post, user: int | None, sender_chat: int | None, anonymous: bool) -> None:
    """Who the message shows as its sender (Client.cpp, init_message)."""
    if chat.type == "channel":
        post.sender_chat = chat.id
        return
    if anonymous:
        if user is not None and chat.members.get(user) not in ("creator", "administrator"):
            raise Impossible("Only administrators write anonymously.")
        post.sender, post.sender_chat = GROUP_ANONYMOUS_BOT, chat.id
        return
    if sender_chat is not None:
        fake.world.chat(sender_chat)
        post.sender, post.sender_chat = CHANNEL_BOT, sender_chat
        return
    if chat.type == "private":
        writer = fake.world.user(chat.id)
        if user not in (None, chat.id):
            raise Impossible(f"Only user {chat.id} writes in that private chat.")
        if writer.blocked:
            raise Impossible(f"User {chat.id} has blocked the bot: unblock() first.")
        writer.started = True
        post.sender = chat.id
        return
    if user is None:
        raise Impossible("Tell which user writes in the group.")
    fake.world.user(user)
    if chat.members.setdefault(user, "member") in ("left", "kicked"):
        raise Impossible(f"User {user} is no member of chat {chat.id}.")
    post.sender = user


def forward_to_discussion(fake: Fake, post: Post, *, tell: bool = True) -> Post | None:
    """A channel's post appears in its discussion group, sent by the channel."""
    channel = fake.world.chats[post.chat_id]
    if channel.type != "channel" or channel.linked is None:
        return None
    forwarded = fake.world.add(
        Post(
            channel.linked,
            0,
            post.date,
            post.text,
            post.entities,
            sender=TELEGRAM,
            sender_chat=channel.id,
            origin=origin_json(fake.world, channel.id, post.date, post.message_id),
            automatic=True,
        )
    )
    if tell:
        fake.tell(forwarded)
    return forwarded


def edit(fake: Fake, chat: int, message_id: int, text: str) -> Json:
    """Whoever wrote a message changes it: its text, or a document's caption, which may be empty."""
    post = fake.world.post(chat, message_id)
    if post.by_bot:
        raise Impossible("The bot's messages are the bot's to edit.")
    formatted = texts.said(text) if text or not post.document else texts.Formatted("")
    fake.world.revise(post, formatted.text, formatted.entities, post.markup)
    update_id = fake.tell(post, edited=True)
    return {"chat": chat, "message_id": message_id, "update_id": update_id, "delivered": update_id is not None}


def delete(fake: Fake, chat: int, message_id: int) -> Json:
    """Somebody deletes a message; bots are not told."""
    fake.world.post(chat, message_id).deleted = True
    return {}
