"""The command `saidwhat`: arguments in, results on stdout, everything else on stderr, an exit status out.

Only argparse is imported here; each command imports what it needs, so that `--help` comes at once.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bot.exit_status import WRONG


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done or answered, 1 not in the articles, 2 anything wrong."""
    parsed = _parser().parse_args(arguments)
    gc.disable()  # imports make a hundred thousand objects, all of which stay
    from bot import commands
    from embeddings.errors import SaidwhatError

    gc.freeze()
    gc.enable()
    try:
        status = commands.run(parsed)
        sys.stdout.flush()
    except SaidwhatError as error:
        print(f"saidwhat: {error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # the reader of stdout went away, as `| head` does
        _write_no_more()
        return 128 + signal.SIGPIPE
    except OSError as error:  # a full disk
        print(f"saidwhat: {error.filename or 'the output'}: {error.strerror or error}", file=sys.stderr)
        _write_no_more()
        return WRONG
    else:
        return status
    finally:
        gc.freeze()  # the interpreter would look through all of it once more at its end


def _write_no_more() -> None:
    """What is still to be written to stdout, at the interpreter's end, goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    # the same option before and after the command: the outer one keeps the default, the inner one overrides it
    outer, inner = argparse.ArgumentParser(add_help=False), argparse.ArgumentParser(add_help=False)
    for parent, default in ((outer, None), (inner, argparse.SUPPRESS)):
        parent.add_argument(
            "--home", type=Path, metavar="DIR", default=default, help="where the library lives (SAIDWHAT_HOME)"
        )
    parser = argparse.ArgumentParser(
        prog="saidwhat",
        description="Ask news articles a question and get the very sentences that answer it.",
        parents=[outer],
    )
    parser.add_argument("--version", action="version", version=f"saidwhat {version('saidwhat')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[inner])

    ask = command("ask", "Answer a question from the articles.")
    ask.add_argument("question", nargs="+", metavar="QUESTION", help="the question; - reads one a line from stdin")
    ask.add_argument("--article", action="append", metavar="ID", help="ask only this article (again for more)")
    ask.add_argument("--top-k", type=int, metavar="N", help="how many passages or quotes to show (TOP_K)")
    ask.add_argument("--closest", action="store_true", help="after a refusal, show the closest passages")
    ask.add_argument("--json", action="store_true", help="one JSON object a line")

    index = command("index", "Add articles, or update those that changed.")
    index.add_argument(
        "sources",
        nargs="*",
        metavar="PATH_OR_URL",
        help="a .txt, .md, .html, .pdf, .docx, .json or .jsonl file, a folder of them, or a page on the web",
    )
    index.add_argument(
        "--feed",
        action="append",
        metavar="URL",
        help="what is new in an RSS or Atom feed, or a sitemap",
    )
    index.add_argument("--rebuild", action="store_true", help="read and encode all stored articles anew")
    index.add_argument(
        "--replace", action="store_true", help="let a file take the place of another file's article of the same id"
    )
    index.add_argument(
        "--ray", metavar="ADDRESS", help="read and encode on a Ray cluster: its address, or auto on a machine of it"
    )
    index.add_argument("--json", action="store_true", help="one JSON object a line")

    articles = command("articles", "List the articles.")
    articles.add_argument("--json", action="store_true", help="one JSON object a line")
    articles.add_argument("--text", action="store_true", help="with the stored text")

    quotes = command("quotes", "List who is quoted with what, in the order of the articles.")
    quotes.add_argument("speaker", nargs="*", metavar="SPEAKER", help="only the quotes of this person")
    quotes.add_argument("--article", action="append", metavar="ID", help="only from this article (again for more)")
    quotes.add_argument("--json", action="store_true", help="one JSON object a line")

    remove = command("remove", "Take articles out of the library.")
    remove.add_argument("ids", nargs="+", metavar="ID")

    export = command("export", "Write the whole library to one file, to keep it or to move it.")
    export.add_argument("file", type=Path, metavar="FILE", help="which must not be there yet")

    importing = command("import", "Add the articles of an exported library.")
    importing.add_argument("file", type=Path, metavar="FILE", help="what `saidwhat export` wrote")
    importing.add_argument("--json", action="store_true", help="one JSON object a line")

    verify = command("verify", "Check the library, or that the passages of answers stand where they say.")
    verify.add_argument("answers", nargs="*", metavar="FILE", help="answers as `ask --json` prints them; - is stdin")
    verify.add_argument(
        "--beside", metavar="STORE", help="compare with the library in this folder, or at this postgresql:// address"
    )
    verify.add_argument("--json", action="store_true", help="with --beside: one JSON object a line")

    evaluate = command("evaluate", "Measure how well questions with known answers are answered.")
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="SQuAD's format, or JSON lines")
    evaluate.add_argument("--split", choices=("tune", "test"), help="only this half of the articles")
    evaluate.add_argument("--plot", type=Path, metavar="FILE", help="a picture of calibration and risk (.png, .svg)")
    evaluate.add_argument("--json", action="store_true", help="one JSON object a line")

    feedback = command("feedback", "List the thumbs that the Telegram bot's answers got, by the question's hash.")
    feedback.add_argument("question", nargs="*", metavar="QUESTION", help="only those of this question")
    feedback.add_argument("--json", action="store_true", help="one JSON object a line")

    command("chat", "Ask in a conversation, in the terminal.")
    command("telegram", "Run the Telegram bot.")
    return parser
