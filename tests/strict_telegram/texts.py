"""Text as a bot or a user sends it in, text and entities as Telegram stores them out: TDLib's own parser and finder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tdjson

from tests.strict_telegram.refusals import (
    ENTITIES_TOO_LONG,
    TEXT_BLANK,
    TEXT_EMPTY,
    TEXT_TOO_BIG,
    TEXT_TOO_LONG,
    UNSUPPORTED_PARSE_MODE,
    bad_request,
)

Json = dict[str, Any]

MOST_CHARACTERS = 4096  # code points, after parsing
MOST_RAW_BYTES = 1 << 15  # Client.cpp, get_formatted_text
MOST_ENTITIES = 100
MOST_ENTITY_BYTES = 9500  # TELEGRAM.md: about

PARSE_MODES: dict[str, Json] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
KINDS = {
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "BotCommand": "bot_command",
    "Url": "url",
    "EmailAddress": "email",
    "PhoneNumber": "phone_number",
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
}
FOUND_BY_TELEGRAM = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
HOLDS_NO_LINK = {"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text with its entities, as `MessageEntity` objects; offsets and lengths count UTF-16 code units.

    `sent_entities` is how many of them the sender asked for, before Telegram added its own.
    """

    text: str
    entities: list[Json] = field(default_factory=list)
    sent_entities: int = 0


def execute(request: Mapping[str, Any]) -> Json:
    """One of TDLib's static calls."""
    answer = tdjson.td_execute(json.dumps(request).encode())
    found: Json = json.loads(answer) if answer else {}
    return found


execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of `text` that an entity covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def find(text: str) -> list[Json]:
    """The entities that Telegram finds by itself in `text`: links, mentions, commands, hashtags."""
    return _entities(execute({"@type": "getTextEntities", "text": text})["entities"])


def said(text: str) -> Formatted:
    """What a user types, as Telegram stores it: trimmed, with the entities that are found in it.

    Raises:
        ValueError: there is nothing left, or more than an app sends as one message.
    """
    text = text.strip()
    if not text or len(text) > MOST_CHARACTERS:
        raise ValueError(f"A user's message has 1 to {MOST_CHARACTERS} characters; this one has {len(text)}.")
    return Formatted(text, find(text))


def parse(text: str, parse_mode: str | None, entities: Sequence[Json] | None) -> Formatted:
    """A text that a bot sends in, checked in the order of Telegram's own checks.

    Raises:
        Refusal: it is empty, too long, or its markup is not well-formed.
    """
    if not text:
        raise bad_request(TEXT_EMPTY)
    formatted = stored(*parsed(text, parse_mode, entities))
    if not formatted.text:
        raise bad_request(TEXT_BLANK)
    if len(formatted.text) > MOST_CHARACTERS:
        raise bad_request(TEXT_TOO_LONG)
    if sum(_bytes(entity) for entity in formatted.entities) > MOST_ENTITY_BYTES:
        raise bad_request(ENTITIES_TOO_LONG)
    return formatted


def parsed(text: str, parse_mode: str | None, entities: Sequence[Json] | None) -> tuple[str, list[Json]]:
    """Text without its markup, and the entities that the markup or `entities` ask for.

    Raises:
        Refusal: TDLib's parser refuses the markup, or the text is over 32,768 bytes.
    """
    if len(text.encode()) > MOST_RAW_BYTES:
        raise bad_request(TEXT_TOO_BIG)
    mode = (parse_mode or "").lower()
    if mode and mode != "none":
        if mode not in PARSE_MODES:
            raise bad_request(UNSUPPORTED_PARSE_MODE)
        found = execute({"@type": "parseTextEntities", "text": text, "parse_mode": PARSE_MODES[mode]})
        if found["@type"] == "error":
            raise bad_request(found["message"])
        return found["text"], _entities(found["entities"])
    asked = [dict(entity) for entity in entities or () if entity["type"] not in FOUND_BY_TELEGRAM]
    for entity in asked:
        if entity["offset"] < 0 or entity["length"] < 0 or entity["offset"] + entity["length"] > units(text):
            # unsure (TDLib, fix_entities)
            raise bad_request(
                f"entity beginning at UTF-16 offset {entity['offset']} ends after the end of the text"
                f" at UTF-16 offset {entity['offset'] + entity['length']}"
            )
    return text, asked


def stored(text: str, asked: list[Json]) -> Formatted:
    """Text trimmed as TDLib's `fix_formatted_text` does, with at most 100 entities, Telegram's own among them."""
    first = min((entity["offset"] for entity in asked), default=units(text))
    blank = min(len(text) - len(text.lstrip()), first)
    text = text[blank:].rstrip()
    end = units(text)
    kept = []
    for entity in asked:
        offset = entity["offset"] - blank
        length = min(offset + entity["length"], end) - offset
        if length > 0:
            kept.append({**entity, "offset": offset, "length": length})
    for own in find(text):
        if not any(entity["type"] in HOLDS_NO_LINK and _meet(entity, own) for entity in kept):
            kept.append(own)
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(text, kept[:MOST_ENTITIES], len(asked))


def _meet(one: Json, other: Json) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def _entities(found: Sequence[Json]) -> list[Json]:
    """TDLib's entities as the Bot API shows them; kinds that it does not show are left out."""
    shown = []
    for entity in found:
        kind = entity["type"]
        name = KINDS.get(kind["@type"].removeprefix("textEntityType"))
        if name is None:
            continue
        one: Json = {"type": name, "offset": entity["offset"], "length": entity["length"]}
        if name == "text_link":
            one["url"] = kind["url"]
        elif name == "pre" and kind.get("language"):
            one["language"] = kind["language"]
        elif name == "text_mention":
            one["user"] = kind["user_id"]  # put in full by whoever knows the users
        elif name == "custom_emoji":
            one["custom_emoji_id"] = str(kind["custom_emoji_id"])
        elif name == "date_time":
            one["unix_time"] = kind["unix_time"]
        shown.append(one)
    return shown


def _bytes(entity: Json) -> int:
    """About what an entity weighs in MTProto: a constructor and two numbers, and a link's text."""
    return 12 + len(str(entity.get("url", "")).encode()) + len(str(entity.get("language", "")).encode())
