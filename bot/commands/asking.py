"""Questions in, answers out: `ask`, `chat` and `quotes`."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from bot.asking import ask, ask_after, suggest
from bot.commands.printing import print_json
from bot.commands.seeds import ensure_articles
from bot.exit_status import ANSWERED, NOT_FOUND, WRONG
from bot.progress import waiting
from bot.settings import Settings
from embeddings.errors import SaidwhatError
from embeddings.library import Library


def run_ask(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.render.as_json import answer_json
    from bot.render.as_terminal import print_answer, print_suggestions
    from bot.render.wording import sendable

    ensure_articles(library, settings)
    question = sendable(" ".join(arguments.question))
    if question == "-":
        return _ask_lines(arguments, settings, library)
    with waiting("Reading the articles…"):
        answered = ask(question, library, settings, scope=arguments.article)
    if arguments.json:
        print_json(answer_json(answered, None, closest=arguments.closest))
    else:
        console = Console()
        print_answer(answered, console, closest=arguments.closest)
        if answered.status == "not_found" and console.is_terminal:
            print_suggestions(suggest(library, settings, arguments.article), console)
    return ANSWERED if answered.status == "answered" else NOT_FOUND


def _ask_lines(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    """Answer stdin line by line. A line that cannot be read is reported, and the rest are still answered."""
    from bot.commands.asked_lines import asked_lines
    from bot.render.as_json import answer_json
    from bot.render.wording import plain_text

    worst = ANSWERED
    for line in asked_lines(sys.stdin.buffer, arguments.article):
        try:
            asked = line.read()
            answered = ask_after([*asked.previous, asked.question], library, settings, asked.articles)[-1]
        except SaidwhatError as error:
            print(f"saidwhat: line {line.number}: {error}", file=sys.stderr)
            worst = WRONG
            continue
        if arguments.json:
            print_json(answer_json(answered, asked.id, closest=arguments.closest))
        else:
            print(f"{asked.question}\n\n{plain_text(answered, closest=arguments.closest)}\n", flush=True)
        worst = max(worst, ANSWERED if answered.status == "answered" else NOT_FOUND)
    return worst


def run_chat(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.console import chat

    ensure_articles(library, settings)
    return chat(library, settings)


def run_quotes(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.asking import all_quotes
    from bot.render.as_json import quote_json
    from bot.render.wording import one_line, quote_line

    ensure_articles(library, settings)
    told = all_quotes(" ".join(arguments.speaker) or None, library, arguments.article)
    if told.remark:
        print(told.remark, file=sys.stderr if arguments.json else sys.stdout)
    before = None
    for cited in sorted(told.quotes, key=lambda cited: (cited.quote.article, cited.quote.position)):
        if arguments.json:
            print_json(quote_json(cited.quote))
        else:
            print(
                f"{chr(10) if before or told.remark else ''}{one_line(cited.quote.text)}\n— {quote_line(cited, before)}"
            )
        before = cited.citation
    return ANSWERED if told.quotes else NOT_FOUND
