"""sendMessage, the edits, deleteMessage and setMessageReaction: a request in, the message in its chat out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from aiogram import types
from aiogram.methods import (
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendMessage,
    SetMessageReaction,
)

from tests.strict_telegram import texts
from tests.strict_telegram.fake import Fake
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.keyboards import shown_markup
from tests.strict_telegram.methods.replies import Target, reply_target
from tests.strict_telegram.methods.unimplemented import given, refuse_unimplemented
from tests.strict_telegram.refusals import (
    CANNOT_DELETE,
    CANNOT_EDIT,
    DELETE_NOT_FOUND,
    EDIT_NOT_FOUND,
    INLINE_MESSAGE_INVALID,
    MESSAGE_ID_MISSING,
    NOT_MODIFIED,
    REACT_NOT_FOUND,
    REACTION_INVALID,
    bad_request,
)
from tests.strict_telegram.rendering import message_json, user_json
from tests.strict_telegram.speaking import forward_to_discussion
from tests.strict_telegram.world import Chat, Post

Json = dict[str, Any]

# core.telegram.org/bots/api#reactiontypeemoji
EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 "
    "⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 "
    "🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
REACTIONS = frozenset(EMOJI.split())


def read_text(
    fake: Fake, text: str | None, parse_mode: object, entities: Sequence[types.MessageEntity] | None, entry: Entry
) -> texts.Formatted:
    """A text that the bot sends, parsed; more than 100 entities are a violation, for Telegram drops the rest.

    Raises:
        Refusal: Telegram does not take the text.
    """
    asked = [entity.model_dump(mode="json", exclude_none=True) for entity in entities or ()]
    formatted = texts.parse(text or "", given(parse_mode, str), asked)
    if formatted.sent_entities > texts.MOST_ENTITIES:
        fake.journal.violation("entities", f"{formatted.sent_entities} entities: Telegram keeps 100", entry)
    kept = []
    for entity in formatted.entities:
        if isinstance(entity.get("user"), int):
            if entity["user"] not in fake.world.users:
                continue  # a mention of somebody whom the bot never met is plain text
            entity = {**entity, "user": user_json(fake.world.users[entity["user"]])}
        kept.append(entity)
    return texts.Formatted(formatted.text, kept, formatted.sent_entities)


def preview(options: object, disabled: object) -> Json | None:
    """The link preview options that the message shows."""
    chosen = given(options, types.LinkPreviewOptions)
    if chosen is not None:
        shown: Json = chosen.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        return {name: value for name, value in shown.items() if isinstance(value, bool | str)} or None
    return {"is_disabled": True} if given(disabled, bool) else None


async def send_message(fake: Fake, call: SendMessage, entry: Entry) -> Json:
    """Puts the bot's message into the chat."""
    refuse_unimplemented(call)
    formatted = read_text(fake, call.text, call.parse_mode, call.entities, entry)
    markup = shown_markup(call.reply_markup)
    chat = fake.reach(call.chat_id, write=True)
    target = reply_target(fake, chat, call)
    post = fake.world.add(_bot_post(fake, chat, formatted, markup, target))
    post.link_preview_options = preview(call.link_preview_options, call.disable_web_page_preview)
    post.html = call.text if str(given(call.parse_mode, str)).lower() == "html" else None
    forward_to_discussion(fake, post)
    return message_json(fake.world, post)


def _bot_post(fake: Fake, chat: Chat, formatted: texts.Formatted, markup: Json | None, target: Target) -> Post:
    in_channel = chat.type == "channel"
    return Post(
        chat.id,
        0,
        int(time.time()),
        formatted.text,
        formatted.entities,
        sender=None if in_channel else fake.world.bot.id,
        sender_chat=chat.id if in_channel else None,
        by_bot=True,
        markup=markup,
        reply_to=target.message_id,
        quote=target.quote,
        thread=target.thread,
        in_topic=target.in_topic,
    )


def _to_edit(fake: Fake, chat_id: int | str | None, message_id: int | None, inline_id: str | None) -> Post:
    if chat_id is None and not message_id:
        if not inline_id:
            raise bad_request(MESSAGE_ID_MISSING)
        if inline_id not in fake.world.inline_posts or fake.world.inline_posts[inline_id].deleted:
            raise bad_request(INLINE_MESSAGE_INVALID)
        return fake.world.inline_posts[inline_id]
    post = _message(fake.reach(chat_id, edit=True), message_id, EDIT_NOT_FOUND)
    if not post.by_bot or post.inline_id:
        raise bad_request(CANNOT_EDIT)
    return post


def _message(chat: Chat, message_id: int | None, missing: str) -> Post:
    post = chat.posts.get(message_id or 0)
    if post is None or post.deleted:
        raise bad_request(missing)
    return post


async def edit_message_text(fake: Fake, call: EditMessageText, entry: Entry) -> Json | bool:
    """Gives a message of the bot a new text and keyboard; without a keyboard it loses the one that it had."""
    refuse_unimplemented(call)
    formatted = read_text(fake, call.text, call.parse_mode, call.entities, entry)
    markup = shown_markup(call.reply_markup)
    options = preview(call.link_preview_options, call.disable_web_page_preview)
    post = _to_edit(fake, call.chat_id, call.message_id, call.inline_message_id)
    before = (post.text, post.entities, post.markup, post.link_preview_options)
    if before == (formatted.text, formatted.entities, markup, options):
        raise bad_request(NOT_MODIFIED)
    fake.world.revise(post, formatted.text, formatted.entities, markup)
    post.link_preview_options = options
    post.html = call.text if str(given(call.parse_mode, str)).lower() == "html" else None
    return True if call.inline_message_id else message_json(fake.world, post)


async def edit_message_reply_markup(fake: Fake, call: EditMessageReplyMarkup, entry: Entry) -> Json | bool:
    """Gives a message of the bot a new keyboard, or none."""
    refuse_unimplemented(call)
    markup = shown_markup(call.reply_markup)
    post = _to_edit(fake, call.chat_id, call.message_id, call.inline_message_id)
    if post.markup == markup:
        raise bad_request(NOT_MODIFIED)
    fake.world.revise(post, post.text, post.entities, markup)
    return True if call.inline_message_id else message_json(fake.world, post)


async def delete_message(fake: Fake, call: DeleteMessage, entry: Entry) -> bool:
    """Deletes the bot's own message, one of a private chat, or, for an administrator, any."""
    chat = fake.reach(call.chat_id, write=True)
    post = _message(chat, call.message_id, DELETE_NOT_FOUND)
    if not post.by_bot and chat.type != "private" and fake.world.bot_status(chat) != "administrator":
        raise bad_request(CANNOT_DELETE)
    post.deleted = True
    return True


async def set_message_reaction(fake: Fake, call: SetMessageReaction, entry: Entry) -> bool:
    """Sets the bot's one reaction on a message, or takes it back."""
    post = _message(fake.reach(call.chat_id), call.message_id, REACT_NOT_FOUND)
    reaction = [one.model_dump(mode="json", exclude_none=True) for one in call.reaction or ()]
    emoji = [str(one.get("emoji")) for one in reaction]
    if len(reaction) > 1 or not REACTIONS.issuperset(emoji):
        raise bad_request(REACTION_INVALID)
    post.reaction = reaction
    return True
