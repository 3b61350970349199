"""Users, chats, messages and members in, the Bot API's objects out, each checked against aiogram's model of it."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Iterator
from typing import Any

from aiogram import types
from pydantic import BaseModel

from tests.strict_telegram.world import Chat, Post, Upload, User, World

Json = dict[str, Any]

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


def unknown_fields(value: object, path: str = "") -> Iterator[str]:
    """The fields, by their path, that aiogram's models do not know."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}{name}"
        for name in type(value).model_fields:
            yield from unknown_fields(getattr(value, name), f"{path}{name}.")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from unknown_fields(item, f"{path}{index}.")


def checked(model: type[BaseModel], made: Json) -> Json:
    """`made`, if the Bot API could send it.

    Raises:
        ValueError: it does not fit the model, or has a field that the model lacks. The fault is this fake's own.
    """
    unknown = list(unknown_fields(model.model_validate(made)))
    if unknown:
        raise ValueError(f"{model.__name__} has no {', '.join(unknown)}: {made}")
    return made


def user_json(user: User, *, with_language: bool = True) -> Json:
    """A `User`; the fields that only `getMe` returns are not among them."""
    shown: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.username:
        shown["username"] = user.username
    if user.language_code and with_language:
        shown["language_code"] = user.language_code
    return shown


def me_json(world: World) -> Json:
    """The `User` that `getMe` returns."""
    return checked(
        types.User,
        {
            **user_json(world.bot),
            "can_join_groups": True,
            "can_read_all_group_messages": world.rules.can_read_all_group_messages,
            "supports_inline_queries": True,
            "supports_guest_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        },
    )


def chat_json(world: World, chat: Chat) -> Json:
    """A `Chat`."""
    shown: Json = {"id": chat.id, "type": chat.type}
    if chat.type == "private":
        user = world.users[chat.id]
        shown["first_name"] = user.first_name
        if user.username:
            shown["username"] = user.username
        return shown
    shown["title"] = chat.title
    if chat.username:
        shown["username"] = chat.username
    if chat.is_forum:
        shown["is_forum"] = True
    return shown


def full_chat_json(world: World, chat: Chat) -> Json:
    """A `ChatFullInfo`."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    shown = {
        **chat_json(world, chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }
    if chat.linked:
        shown["linked_chat_id"] = chat.linked
    return checked(types.ChatFullInfo, shown)


def member_json(world: World, chat: Chat, user_id: int) -> Json:
    """A `ChatMember`."""
    status = chat.members.get(user_id, "left")
    shown: Json = {"status": status, "user": user_json(world.users[user_id])}
    if status == "creator":
        shown["is_anonymous"] = False
    elif status == "administrator":
        shown |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(RIGHTS, True)}
    elif status == "kicked":
        shown["until_date"] = 0
    models: dict[str, type[BaseModel]] = {
        "creator": types.ChatMemberOwner,
        "administrator": types.ChatMemberAdministrator,
        "member": types.ChatMemberMember,
        "left": types.ChatMemberLeft,
        "kicked": types.ChatMemberBanned,
    }
    return checked(models[status], shown)


def message_json(world: World, post: Post) -> Json:
    """A `Message` with the message that it replies to, which comes without its own.

    In a topic, a message that replies to none shows the topic's first message there (Client.cpp,
    get_same_chat_reply_to_message_id).
    """
    shown = _message(world, post)
    chat = world.chats[post.chat_id]
    replied = chat.posts.get(post.reply_to or (post.thread if post.in_topic else 0) or 0)
    if replied is not None and not replied.deleted and replied is not post:
        shown["reply_to_message"] = _message(world, replied)
    return checked(types.Message, shown)


def _message(world: World, post: Post) -> Json:
    chat = world.chats[post.chat_id]
    shown: Json = {"message_id": post.message_id}
    if post.sender is not None:
        shown["from"] = user_json(world.users[post.sender])
    if post.sender_chat is not None:
        shown["sender_chat"] = chat_json(world, world.chats[post.sender_chat])
    shown |= {"chat": chat_json(world, chat), "date": post.date}
    if post.signature:
        shown["author_signature"] = post.signature
    if post.thread is not None:
        shown["message_thread_id"] = post.thread
    if post.in_topic:
        shown["is_topic_message"] = True
    if post.origin is not None:
        shown["forward_origin"] = post.origin
    if post.automatic:
        shown["is_automatic_forward"] = True
    if post.via_bot:
        shown["via_bot"] = user_json(world.bot)
    if post.guest_caller is not None:
        shown["guest_bot_caller_user"] = user_json(world.users[post.guest_caller])
    if post.edit_date is not None:
        shown["edit_date"] = post.edit_date
    if post.quote is not None:
        shown["quote"] = post.quote
    if post.text:
        shown["caption" if post.document else "text"] = post.text
    if post.entities:
        shown["caption_entities" if post.document else "entities"] = post.entities
    if post.document:
        shown["document"] = document_json(post.document)
    if post.link_preview_options:
        shown["link_preview_options"] = post.link_preview_options
    if post.markup is not None:
        shown["reply_markup"] = post.markup
    return shown | post.service


def document_json(upload: Upload) -> Json:
    """A `Document`; its type is what the name tells."""
    kind, _ = mimetypes.guess_type(upload.name)
    return {
        "file_id": upload.id,
        "file_unique_id": upload.unique_id,
        "file_name": upload.name,
        "mime_type": kind or "application/octet-stream",
        "file_size": len(upload.data),
    }


def origin_json(world: World, sender: int, date: int, message_id: int | None = None) -> Json:
    """A `MessageOrigin`: of a user, or, where `sender` is a channel's or a group's id, of that chat."""
    if sender > 0:
        return {"type": "user", "sender_user": user_json(world.user(sender)), "date": date}
    chat = chat_json(world, world.chat(sender))
    if chat["type"] == "channel":
        return {"type": "channel", "chat": chat, "message_id": message_id or 1, "date": date}
    return {"type": "chat", "sender_chat": chat, "date": date}


def membership_json(world: World, chat: Chat, by: int, old: Json, new: Json) -> Json:
    """A `ChatMemberUpdated`."""
    return {
        "chat": chat_json(world, chat),
        "from": user_json(world.users[by]),
        "date": int(time.time()),
        "old_chat_member": old,
        "new_chat_member": new,
    }
