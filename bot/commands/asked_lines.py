"""Lines of standard input in, questions for `ask -` out: plain text, or JSON objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.render.wording import is_unicode, sendable
from embeddings.errors import SaidwhatError


class LineError(SaidwhatError):
    """A line is no question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a batch. `articles` is the scope, None for all; `previous` are earlier ones, oldest first."""

    id: str | int
    question: str
    articles: list[str] | None
    previous: list[str]


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line that is still to be read, with its number from 1."""

    number: int
    raw: bytes
    default_articles: list[str] | None

    def read(self) -> Asked:
        """The question on this line. Raises LineError, naming what is wrong with it."""
        try:
            text = self.raw.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise LineError("it is not UTF-8: convert the input to UTF-8.") from error
        if text.startswith("["):
            raise LineError("it begins like a JSON list: write one object a line.")
        if not text.startswith("{"):
            return Asked(self.number, sendable(text), self.default_articles, [])
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise LineError(f"it begins like a JSON object but is none ({error}).") from error
        question = fields.get("question")
        if not isinstance(question, str):
            raise LineError('its "question" must be a string.')
        question_id = fields.get("id", self.number)
        if not isinstance(question_id, (str, int)) or isinstance(question_id, bool):
            raise LineError('its "id" must be a string or a number.')
        articles, previous = _strings(fields, "articles"), _strings(fields, "previous") or []
        if articles == []:
            raise LineError('its "articles" names none: name those to ask, or leave it out to ask all.')
        if not all(is_unicode(text) for text in (question, str(question_id), *(articles or ()), *previous)):
            raise LineError("it has half of a surrogate pair, which is no character: leave it out.")
        scope = self.default_articles if articles is None else articles
        return Asked(question_id, sendable(question), scope, [sendable(one) for one in previous])


def asked_lines(stream: Iterable[bytes], default_articles: list[str] | None) -> Iterator[AskedLine]:
    """The lines of `stream` that are not blank, each as soon as it has come."""
    for number, raw in enumerate(stream, 1):
        if raw.strip():
            yield AskedLine(number, raw, default_articles)


def _strings(fields: dict[str, object], name: str) -> list[str] | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise LineError(f'its "{name}" must be a list of strings.')
    return value
