"""An HTTP request in, its parameters out, as one of aiogram's method objects, with what the Bot API does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from aiohttp import web
from pydantic import BaseModel, ValidationError

from tests.strict_telegram.refusals import CHAT_ID_EMPTY, TEXT_EMPTY, Refusal, bad_request
from tests.strict_telegram.rendering import unknown_fields

Json = dict[str, Any]
REQUIRED = {"chat_id": CHAT_ID_EMPTY, "text": TEXT_EMPTY}


async def read_params(request: web.Request) -> Json:
    """Parameters from the query and the body, as strings, files or, from a JSON body, nested values.

    Raises:
        Refusal: a JSON body that is none.
    """
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.read()
        try:
            values = json.loads(body) if body else {}
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise bad_request("can't parse JSON object")  # unsure (HttpReader.cpp)
        params |= {name: _as_text(value) for name, value in values.items() if value is not None}
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                params[name] = BufferedInputFile(value.file.read(), value.filename)
            else:
                params[name] = value if isinstance(value, str) else bytes(value).decode(errors="replace")
    return params


def _as_text(value: object) -> object:
    """The Bot API takes every parameter as a string; a JSON body's plain values are one too."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def build(model: type[TelegramMethod[Any]], params: Json) -> tuple[TelegramMethod[Any], list[str]]:
    """The request as aiogram's object, and the names of parameters, at any depth, that the Bot API does not know.

    Raises:
        Refusal: a parameter is missing, or is of another type.
    """
    values = {}
    for name, value in params.items():
        field = model.model_fields.get(name)
        if field is not None and isinstance(value, str):
            if _is_structured(field.annotation):
                if not value:
                    continue
                try:
                    value = json.loads(value)
                except ValueError:
                    raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
            elif name.endswith("chat_id") and re.fullmatch(r"-?\d+", value):
                value = int(value)
        values[name] = value
    try:
        call = model.model_validate(values)
    except ValidationError as error:
        raise _refusal(error) from None
    return call, list(unknown_fields(call))


def _is_structured(annotation: object) -> bool:
    """Whether a parameter of that type arrives as JSON."""
    if get_origin(annotation) is list or annotation is list:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_is_structured(part) for part in get_args(annotation))


def _refusal(error: ValidationError) -> Refusal:
    faults = list(_faults(error))
    for path, kind, _ in faults:
        if kind == "missing" and path in REQUIRED:
            return bad_request(REQUIRED[path])
    # unsure: the real server names each field in words of its own
    return bad_request("wrong parameters: " + "; ".join(f"{path}: {text}" for path, _, text in faults[:5]))


def _faults(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        yield ".".join(map(str, fault["loc"])), fault["type"], fault["msg"]
