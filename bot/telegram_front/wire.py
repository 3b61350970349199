"""Requests to Telegram over HTTP, in a few words why one failed, and where the updates go that come."""

from __future__ import annotations

import json
from typing import Any, Protocol

from telegram import Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest


class Sink(Protocol):
    """Takes updates, to have them worked on."""

    async def put(self, update: Update) -> None:
        """Take one. Raises StoreError where it has to come again."""
        ...


class Request(HTTPXRequest):
    """A request to Telegram; a page that a gateway sends instead of an answer is not traced in the log."""

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        try:
            parsed: dict[str, Any] = json.loads(payload.decode("utf-8", "replace"))
        except ValueError as error:
            raise TelegramError("the answer is no JSON") from error
        return parsed


def in_brief(error: TelegramError) -> str:
    """Why a request failed, without the page that python-telegram-bot copies into its words."""
    return f"{type(error).__name__}: {error}".partition(". Parsing the server response")[0]
