"""What a bot's message replies to in, the message, the quote and the thread that it shows out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiogram import types
from aiogram.methods import SendMessage

from tests.strict_telegram import texts
from tests.strict_telegram.fake import Fake
from tests.strict_telegram.methods.unimplemented import Unimplemented, given
from tests.strict_telegram.refusals import QUOTE_INVALID, REPLY_NOT_FOUND, THREAD_NOT_FOUND, bad_request
from tests.strict_telegram.world import Chat, Impossible, Post

Json = dict[str, Any]

MOST_QUOTED = 1024
KEPT_IN_QUOTES = ("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes within its chat; `thread` is the forum's topic, or the chain of replies."""

    message_id: int | None = None
    quote: Json | None = None
    thread: int | None = None
    in_topic: bool = False


def reply_target(fake: Fake, chat: Chat, call: SendMessage) -> Target:
    """Resolves `reply_parameters` and `message_thread_id` (Client.cpp, check_reply_parameters).

    Raises:
        Refusal: there is no such message, quote or topic. The General topic's thread 1 is none to send to.
    """
    replied, quote = _replied(chat, call)
    if call.message_thread_id:
        if not chat.is_forum or call.message_thread_id not in chat.topics:
            raise bad_request(THREAD_NOT_FOUND)
        thread, in_topic = call.message_thread_id, True
    else:
        topic, in_topic = fake.world.thread_of_reply(chat, replied)
        return Target(replied.message_id if replied else None, quote, topic, in_topic)
    return Target(replied.message_id if replied else None, quote, thread, in_topic)


def _replied(chat: Chat, call: SendMessage) -> tuple[Post | None, Json | None]:
    parameters = call.reply_parameters
    message_id = parameters.message_id if parameters else call.reply_to_message_id
    optional = parameters.allow_sending_without_reply if parameters else call.allow_sending_without_reply
    if not message_id or message_id < 0:
        return None, None
    if parameters and parameters.chat_id is not None and parameters.chat_id not in (chat.id, f"@{chat.username}"):
        raise Unimplemented("a reply to a message of another chat")
    quote = _parsed_quote(parameters) if parameters and parameters.quote else None
    replied = chat.posts.get(message_id)
    if replied is None or replied.deleted:
        if given(optional, bool):
            return None, None
        raise bad_request(REPLY_NOT_FOUND)
    if quote is None or parameters is None:
        return replied, None
    return replied, quoted(replied, quote, parameters.quote_position or 0)


def _parsed_quote(parameters: types.ReplyParameters) -> texts.Formatted:
    asked = [entity.model_dump(mode="json", exclude_none=True) for entity in parameters.quote_entities or ()]
    text, entities = texts.parsed(parameters.quote or "", given(parameters.quote_parse_mode, str), asked)
    return texts.stored(text, [entity for entity in entities if entity["type"] in KEPT_IN_QUOTES])


def quoted(replied: Post, quote: texts.Formatted, position: int) -> Json | None:
    """The `TextQuote` of a part of a message: the occurrence nearest to `position`, with the same styles.

    Raises:
        Refusal: the message has no such part, or it is over 1,024 characters.
    """
    if not quote.text:
        return None
    wanted = _styles(quote.entities, 0, texts.units(quote.text))
    places = []
    start = replied.text.find(quote.text)
    while start >= 0:
        offset = texts.units(replied.text[:start])
        if _styles(replied.entities, offset, texts.units(quote.text)) == wanted:
            places.append(offset)
        start = replied.text.find(quote.text, start + 1)
    if not places or len(quote.text) > MOST_QUOTED:
        raise bad_request(QUOTE_INVALID)
    shown: Json = {"text": quote.text, "position": min(places, key=lambda place: abs(place - position))}
    styles = [entity for entity in quote.entities if entity["type"] in KEPT_IN_QUOTES]
    if styles:
        shown["entities"] = styles
    return shown | {"is_manual": True}


def quote_of(replied: Post, text: str) -> Json:
    """The `TextQuote` that an app makes where a user marks the first such part of a message.

    Raises:
        Impossible: the message has no such part.
    """
    start = replied.text.find(text)
    if start < 0 or not text:
        raise Impossible(f"Message {replied.message_id} has no part {text!r} to quote.")
    offset = texts.units(replied.text[:start])
    styles = sorted(_styles(replied.entities, offset, texts.units(text)), key=lambda style: style[1:])
    shown: Json = {"text": text, "position": offset, "is_manual": True}
    if styles:
        shown["entities"] = [{"type": kind, "offset": at, "length": length} for kind, at, length in styles]
    return shown


def _styles(entities: list[Json], offset: int, length: int) -> set[tuple[str, int, int]]:
    """The styles within a part of a text, cut to the part and counted from its start."""
    found = set()
    for entity in entities:
        start = max(entity["offset"], offset)
        end = min(entity["offset"] + entity["length"], offset + length)
        if entity["type"] in KEPT_IN_QUOTES and start < end:
            found.add((entity["type"], start - offset, end - start))
    return found
