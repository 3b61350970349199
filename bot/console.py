"""Lines typed in a terminal in, answers under them out: `saidwhat chat`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console

from bot.asking import ask, asked_by_command, page, suggest
from bot.follow_ups.conversations import Conversations, ConversationsInMemory, article_at_hand
from bot.progress import waiting
from bot.render.as_terminal import print_answer, print_suggestions
from bot.render.wording import next_offset
from bot.settings import Settings
from bot.types import Answer
from embeddings.errors import SaidwhatError
from embeddings.library import Library

_ASKER = "console"
_HELP = """Ask a question about the articles. Also:
  /articles   list the articles
  /who        who is quoted; /who NAME tells who that is
  /quotes     all quotes; /quotes NAME those of one person
  /more       the next quotes
  /closest    the closest passages to the last question, answered or not
  /forget     start afresh: the next question goes on from none before
  /help       this list
  /quit       leave, as Ctrl-D does"""


def chat(library: Library, settings: Settings) -> int:
    """Read questions until the end of input; a failure is one sentence, and the conversation goes on."""
    console = Console()
    if console.is_terminal:
        console.print("Ask about the articles; /help for more, Ctrl-D to leave.", style="dim")
        with waiting("Loading the model…"):
            ask("warm up", library, settings)
    last: Answer | None = None
    told: Conversations[str] = ConversationsInMemory()
    for number, line in enumerate(map(_with_small_command, _lines(settings))):
        if line in ("/quit", "/exit"):
            break
        try:
            if line == "/help":
                console.print(_HELP, highlight=False)
            elif line == "/articles":
                for summary in library.store.articles():
                    console.print(f"{summary.id}: {summary.title}", highlight=False, markup=False)
            elif line == "/forget":
                told.forget(_ASKER)
                console.print("Forgotten.")
            elif line == "/closest" and last:
                print_answer(last, console, closest=True)
            elif line == "/more":
                offset = next_offset(last) if last else None
                if last and offset is not None:
                    last = page(last.question, library, settings, offset=offset)
                    told.add(_ASKER, number, last)
                    print_answer(last, console)
                else:
                    console.print("There is no more.")
            elif line.startswith("/") and line.split()[0] not in ("/quotes", "/who"):
                console.print(
                    f"There is no command {line.split()[0]} here; /help lists them.", highlight=False, markup=False
                )
            else:
                command, _, rest = line.partition(" ")
                question = asked_by_command(command[1:], rest.strip()) if line.startswith("/") else line
                last = ask(question, library, settings, earlier=told.earlier(_ASKER))
                told.add(_ASKER, number, last)
                print_answer(last, console)
                if last.status == "not_found" and console.is_terminal:
                    article = article_at_hand(told.earlier(_ASKER))
                    print_suggestions(suggest(library, settings, [article] if article else None), console)
        except SaidwhatError as error:
            print(f"saidwhat: {error}", file=sys.stderr)
        if console.is_terminal:
            console.print()
    return 0


def _with_small_command(line: str) -> str:
    """A line, a command at its beginning in small letters."""
    command, blank, rest = line.partition(" ")
    return f"{command.lower()}{blank}{rest}" if line.startswith("/") else line


def _lines(settings: Settings) -> Iterator[str]:
    """The lines that are not blank: from a prompt with history on a terminal, else from standard input."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield from (line.strip() for line in sys.stdin if line.strip())
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    history: History = InMemoryHistory()
    try:
        (settings.saidwhat_home / "history").touch(mode=0o600)
        history = FileHistory(str(settings.saidwhat_home / "history"))
    except OSError:
        pass  # a read-only library still answers
    session: PromptSession[str] = PromptSession(history=history)
    while True:
        try:
            line = session.prompt("› ").strip()
        except KeyboardInterrupt:
            continue  # Ctrl-C drops the line, Ctrl-D leaves
        except EOFError:
            return
        if line:
            yield line
