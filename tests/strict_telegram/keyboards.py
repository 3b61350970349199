"""The keyboard that a bot sends in, the keyboard that its message shows out."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from aiogram import types

from tests.strict_telegram.refusals import (
    BUTTON_DATA_INVALID,
    BUTTON_TEXT_EMPTY,
    BUTTON_WITHOUT_TYPE,
    MARKUP_TOO_LONG,
    bad_request,
)

Json = dict[str, Any]

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_DATA_BYTES = 64
HOST = re.compile(r"(?:[^\s.:/@]+\.)+[^\s.:/@]{2,}|\[[0-9a-fA-F:]+\]")


def shown_markup(markup: types.ReplyMarkupUnion | None) -> Json | None:
    """The inline keyboard as it stands on the message; None for none, and for keyboards that stand below the chat.

    Raises:
        Refusal: Telegram does not take the keyboard.
    """
    if not isinstance(markup, types.InlineKeyboardMarkup):
        return None
    rows = [[_button(button) for button in row] for row in markup.inline_keyboard if row]
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request(MARKUP_TOO_LONG)
    return {"inline_keyboard": rows} if rows else None


def _button(button: types.InlineKeyboardButton) -> Json:
    shown = {
        name: value
        for name, value in button.model_dump(mode="json", exclude_none=True).items()
        if name in types.InlineKeyboardButton.model_fields
    }
    if not button.text.strip():
        raise bad_request(BUTTON_TEXT_EMPTY)
    if button.url:
        _check_url(button.url)
    elif button.callback_data:
        if len(button.callback_data.encode()) > MOST_DATA_BYTES:
            raise bad_request(BUTTON_DATA_INVALID)
    elif set(shown) <= {"text", "style", "icon_custom_emoji_id", "url", "callback_data"}:
        raise bad_request(BUTTON_WITHOUT_TYPE)
    return shown


def _check_url(url: str) -> None:
    """TDLib, LinkManager::check_link: http, https, tg and ton links, and bare names of hosts with a dot."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme in ("tg", "ton") and (host or parts.path):
        return
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(f"[{host}]" if ":" in host else host):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
