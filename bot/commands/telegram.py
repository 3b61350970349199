"""The bot in Telegram, and what its readers thought of it: `telegram` and `feedback`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from bot.commands.printing import print_json
from bot.exit_status import ANSWERED, NOT_FOUND
from bot.settings import Settings
from embeddings.library import Library


def run_telegram(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.telegram_front.serving import serve

    return serve(library, settings)


def run_feedback(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.telegram_front.memory import question_hash
    from bot.telegram_front.remembered import remembered

    asked = question_hash(" ".join(arguments.question)) if arguments.question else None
    verdicts = [one for one in remembered(settings).memory.feedback() if asked in (None, one.question)]
    for verdict in verdicts:
        if arguments.json:
            print_json(asdict(verdict))
        else:
            print(f"{verdict.question}  👍 {verdict.up}  👎 {verdict.down}")
    if not verdicts:
        print("saidwhat: no thumbs were given" + (" to that question." if asked else " yet."), file=sys.stderr)
    return ANSWERED if verdicts else NOT_FOUND
