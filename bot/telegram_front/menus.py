"""What Telegram shows of the bot before anybody writes to it: menus of commands and descriptions, per language."""

from __future__ import annotations

import logging

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.words import LANGUAGES, say, speaking

log = logging.getLogger(__name__)

_ASKING, _FOR_ADMINS, _REST = (
    ("ask", "quotes", "who", "articles"),
    ("add", "remove", "settings"),
    ("forget", "help", "privacy"),
)
_SCOPES: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
    (BotCommandScopeAllPrivateChats(), (*_ASKING, *_FOR_ADMINS, *_REST)),
    (BotCommandScopeAllGroupChats(), (*_ASKING, *_REST)),
    (BotCommandScopeAllChatAdministrators(), (*_ASKING, *_FOR_ADMINS, *_REST)),
)


async def set_menus(bot: ExtBot[None]) -> None:
    """Set menus and descriptions; the first language is shown to those whose own there is none of."""
    try:
        for number, language in enumerate(LANGUAGES):
            code = language if number else None
            with speaking(language):
                for scope, names in _SCOPES:
                    commands = [BotCommand(name, say(f"commands.{name}")) for name in names]
                    await bot.set_my_commands(commands, scope=scope, language_code=code)
                await bot.set_my_description(say("tg_description"), language_code=code)
                await bot.set_my_short_description(say("tg_short_description"), language_code=code)
    except TelegramError as error:
        log.warning("the menus could not be set: %s", error)
