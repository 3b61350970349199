"""A JSON file in, a Draft for each article in it out: an object, a list of them, or one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from embeddings.decoding import decode
from embeddings.errors import ArticleError
from embeddings.sources import Draft

_TEXT = ("text", "body", "content")
_STATED = ("title", "author", "authors", "byline", "publisher", "date", "published", "url", "link")
_FORM = '{"title": …, "text": …, "url": …, "date": …}'


def read_json(data: bytes) -> list[Draft]:
    """The articles of a file that is one object, or one list. Raises ArticleError where it is neither."""
    try:
        held = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise ArticleError(
            f"it is no valid JSON ({_problem(error)}): write it as {_FORM}, or a list of these"
        ) from error
    return [_draft(one) for one in held] if isinstance(held, list) and held else [_draft(held)]


def read_json_lines(data: bytes) -> list[Draft]:
    """The articles of a file that has an object a line; a line that is none is a Draft with its fault."""
    return list(_lines(decode(data))) or [Draft(fault="it is empty: there is no article to search")]


def _lines(text: str) -> Iterator[Draft]:
    for line in text.split("\n"):
        if line.strip():
            try:
                yield _draft(json.loads(line))
            except (ValueError, RecursionError) as error:
                yield Draft(fault=f"it is no valid JSON ({_problem(error)}): write it as {_FORM}, on one line")


def _draft(one: Any) -> Draft:
    texts = [one.get(name) for name in _TEXT] if isinstance(one, dict) else []
    text = next((text for text in texts if isinstance(text, str) and text.strip()), None)
    if text is None:
        return Draft(fault=f"it holds no text: write it as {_FORM}")
    return Draft(text, {name: value for name in _STATED if (value := _plain(one.get(name))) is not None})


def _plain(value: Any) -> str | list[str] | None:
    """A stated fact as text; names may be a list, of texts or of objects with a name."""
    if isinstance(value, list):
        return [name for item in value if isinstance(name := _plain(item), str)]
    if isinstance(value, dict):
        return _plain(value.get("name"))
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _problem(error: Exception) -> str:
    return error.msg.lower() if isinstance(error, json.JSONDecodeError) else "it cannot be read so"
