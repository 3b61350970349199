"""getChat, getChatMember, getChatAdministrators and sendChatAction: what a bot may know of a chat and show in it."""

from __future__ import annotations

from typing import Any

from aiogram.methods import GetChat, GetChatAdministrators, GetChatMember, SendChatAction

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.methods.unimplemented import refuse_unimplemented
from tests.strict_telegram.refusals import (
    NO_ADMINISTRATORS,
    THREAD_NOT_FOUND,
    USER_NOT_FOUND,
    WRONG_ACTION,
    bad_request,
)
from tests.strict_telegram.rendering import full_chat_json, member_json

Json = dict[str, Any]

# Client.cpp, get_chat_action
ACTIONS = {
    "cancel",
    "typing",
    "record_video",
    "upload_video",
    "record_audio",
    "record_voice",
    "upload_audio",
    "upload_voice",
    "upload_photo",
    "upload_document",
    "choose_sticker",
    "pick_up_location",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


async def get_chat(fake: Fake, call: GetChat, entry: Entry) -> Json:
    """A `ChatFullInfo`."""
    return full_chat_json(fake.world, fake.reach(call.chat_id))


async def get_chat_member(fake: Fake, call: GetChatMember, entry: Entry) -> Json:
    """A `ChatMember`, of status "left" for a known user who never was one."""
    chat = fake.reach(call.chat_id)
    if call.user_id not in fake.world.users:
        raise bad_request(USER_NOT_FOUND)
    return member_json(fake.world, chat, call.user_id)


async def get_chat_administrators(fake: Fake, call: GetChatAdministrators, entry: Entry) -> list[Json]:
    """`ChatMember`s of the administrators that are no bots."""
    chat = fake.reach(call.chat_id)
    if chat.type == "private":
        raise bad_request(NO_ADMINISTRATORS)
    return [
        member_json(fake.world, chat, user_id)
        for user_id, status in chat.members.items()
        if status in ("creator", "administrator") and not fake.world.users[user_id].is_bot
    ]


async def send_chat_action(fake: Fake, call: SendChatAction, entry: Entry) -> bool:
    """Shows "typing" and the like; that an unknown topic is refused here is unsure."""
    refuse_unimplemented(call)
    if call.action.lower() not in ACTIONS:
        raise bad_request(WRONG_ACTION)
    chat = fake.reach(call.chat_id, write=True)
    if call.message_thread_id and call.message_thread_id not in chat.topics:
        raise bad_request(THREAD_NOT_FOUND)
    return True
