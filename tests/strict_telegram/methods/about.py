"""getMe, and the bot's commands, name and descriptions, set and read back."""

from __future__ import annotations

import re
from typing import Any

from aiogram import types
from aiogram.methods import (
    DeleteMyCommands,
    GetMe,
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.profile import scope_key
from tests.strict_telegram.refusals import (
    ABOUT_TOO_LONG,
    COMMAND_DESCRIPTION_INVALID,
    COMMAND_INVALID,
    COMMANDS_TOO_MUCH,
    bad_request,
)
from tests.strict_telegram.rendering import checked, me_json

Json = dict[str, Any]

MOST_COMMANDS = 100


async def get_me(fake: Fake, call: GetMe, entry: Entry) -> Json:
    """The bot as a `User`."""
    return me_json(fake.world)


async def set_my_commands(fake: Fake, call: SetMyCommands, entry: Entry) -> bool:
    """Sets the menu of commands of a scope and language."""
    if len(call.commands) > MOST_COMMANDS:
        raise bad_request(COMMANDS_TOO_MUCH)
    for command in call.commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command.command):
            raise bad_request(COMMAND_INVALID)
        if not 1 <= len(command.description) <= 256:
            raise bad_request(COMMAND_DESCRIPTION_INVALID)
    commands = [
        {"command": command.command.removeprefix("/"), "description": command.description} for command in call.commands
    ]
    fake.profile.commands[_key(fake, call.scope, call.language_code)] = commands
    return True


async def get_my_commands(fake: Fake, call: GetMyCommands, entry: Entry) -> list[Json]:
    """The menu of commands of exactly that scope and language."""
    return fake.profile.commands.get(_key(fake, call.scope, call.language_code), [])


async def delete_my_commands(fake: Fake, call: DeleteMyCommands, entry: Entry) -> bool:
    """Removes the menu of that scope and language."""
    fake.profile.commands.pop(_key(fake, call.scope, call.language_code), None)
    return True


def _key(fake: Fake, scope: types.BotCommandScopeUnion | None, language: str | None) -> tuple[str, str]:
    named = None if scope is None else scope.model_dump(mode="json", exclude_none=True)
    if named and "chat_id" in named:
        chat_id = named["chat_id"]
        named["chat_id"] = fake.reach(int(chat_id) if re.fullmatch(r"-?\d+", str(chat_id)) else chat_id).id
    return scope_key(named), language or ""


async def set_my_name(fake: Fake, call: SetMyName, entry: Entry) -> bool:
    """Sets the name of a language."""
    return _set_text(fake, "name", 64, call.name, call.language_code)


async def get_my_name(fake: Fake, call: GetMyName, entry: Entry) -> Json:
    """The name of a language, or else the one for all."""
    return checked(types.BotName, {"name": _text(fake, "name", call.language_code) or fake.world.bot.first_name})


async def set_my_description(fake: Fake, call: SetMyDescription, entry: Entry) -> bool:
    """Sets what an empty chat with the bot shows."""
    return _set_text(fake, "description", 512, call.description, call.language_code)


async def get_my_description(fake: Fake, call: GetMyDescription, entry: Entry) -> Json:
    """What an empty chat with the bot shows."""
    return checked(types.BotDescription, {"description": _text(fake, "description", call.language_code)})


async def set_my_short_description(fake: Fake, call: SetMyShortDescription, entry: Entry) -> bool:
    """Sets what the bot's profile shows."""
    return _set_text(fake, "short_description", 120, call.short_description, call.language_code)


async def get_my_short_description(fake: Fake, call: GetMyShortDescription, entry: Entry) -> Json:
    """What the bot's profile shows."""
    text = _text(fake, "short_description", call.language_code)
    return checked(types.BotShortDescription, {"short_description": text})


def _set_text(fake: Fake, kind: str, longest: int, text: str | None, language: str | None) -> bool:
    if len(text or "") > longest:
        raise bad_request(ABOUT_TOO_LONG)
    fake.profile.set_text(kind, language or "", text or "")
    return True


def _text(fake: Fake, kind: str, language: str | None) -> str:
    known = fake.profile.texts[kind]
    return known.get(language or "", known.get("", ""))
