"""Parsed arguments in, one command run, an exit status out."""

from __future__ import annotations

import argparse

from bot.asking import open_library
from bot.commands.asking import run_ask, run_chat, run_quotes
from bot.commands.checking import run_evaluate, run_verify
from bot.commands.holding import run_articles, run_export, run_import, run_index, run_remove
from bot.commands.telegram import run_feedback, run_telegram
from bot.logs import configure_logging
from bot.render.wording import is_unicode
from bot.settings import load_settings
from embeddings.errors import SaidwhatError

_COMMANDS = {
    "ask": run_ask,
    "chat": run_chat,
    "index": run_index,
    "articles": run_articles,
    "quotes": run_quotes,
    "export": run_export,
    "import": run_import,
    "remove": run_remove,
    "verify": run_verify,
    "evaluate": run_evaluate,
    "telegram": run_telegram,
    "feedback": run_feedback,
}
_TYPED = {"question": "question", "speaker": "speaker", "ids": "id", "article": "id"}


def run(arguments: argparse.Namespace) -> int:
    """Run the command that `arguments` name. Raises SaidwhatError."""
    _check_encoding(arguments)
    settings = load_settings(saidwhat_home=arguments.home, top_k=getattr(arguments, "top_k", None))
    configure_logging(settings.log_level, settings.telegram_bot_token)
    library = open_library(settings)
    try:
        return _COMMANDS[arguments.command](arguments, settings, library)
    finally:
        library.store.close()


def _check_encoding(arguments: argparse.Namespace) -> None:
    """Raises SaidwhatError where a question, a name or an id was not typed in UTF-8; a file may be called as it is."""
    for name, called in _TYPED.items():
        if not all(map(is_unicode, getattr(arguments, name, None) or [])):
            raise SaidwhatError(f"The {called} is not UTF-8: set the terminal's encoding to UTF-8.")
