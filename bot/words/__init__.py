"""A text's key in, what the bot says in the asker's language out.

There is one file a language here, named by its code: `en.toml`, `ru.toml`. Another language is another file with the
same keys and placeholders, and its name under `[language_names]` in each.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import files
from typing import Any

_DEFAULT = "en"


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str | list[str]]]:
    """Every text by its key; those of a table by the table's name, a dot, and the key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


_texts = {
    file.name.removesuffix(".toml"): dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    for file in files(__name__).iterdir()
    if file.name.endswith(".toml")
}
_language: ContextVar[str] = ContextVar("language", default=_DEFAULT)

LANGUAGES: tuple[str, ...] = (_DEFAULT, *sorted(_texts.keys() - {_DEFAULT}))
"""The codes of the languages there are; the first is spoken where none is asked for."""


def language_for(code: str | None) -> str:
    """The language to speak to somebody whose IETF language tag is `code`: "ru-RU" is Russian."""
    language = (code or "").replace("_", "-").partition("-")[0].casefold()
    return language if language in LANGUAGES else _DEFAULT


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside, and in the threads and tasks that start there. Raises KeyError if there is none."""
    _texts[language]
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def say(key: str, /, **values: object) -> str:
    """The text of `key` with `values` in its placeholders. Raises KeyError for a key or a value that is missing."""
    text = _texts[_language.get()][key]
    if not isinstance(text, str):
        raise KeyError(key)
    return text.format_map(values)


def say_all(key: str, /) -> list[str]:
    """The texts of `key` where it holds a list, as the months. Raises KeyError where it does not."""
    texts = _texts[_language.get()][key]
    if isinstance(texts, str):
        raise KeyError(key)
    return texts
