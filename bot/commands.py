"""Parsed arguments in, one command run, an exit status out."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.asking import ask, ask_after, open_library, suggest, take_in_seeds
from bot.exit_status import ANSWERED, NOT_FOUND, WRONG
from bot.logs import configure_logging
from bot.progress import counted, shown, waiting
from bot.settings import Settings, load_settings
from embeddings.errors import SaidwhatError
from embeddings.library import Library
from embeddings.sources import Feed, Link, Source
from embeddings.types import Outcome

if TYPE_CHECKING:
    from embeddings.indexing import Work


def run(arguments: argparse.Namespace) -> int:
    """Run the command that `arguments` name. Raises SaidwhatError."""
    settings = load_settings(saidwhat_home=arguments.home, top_k=getattr(arguments, "top_k", None))
    configure_logging(settings.log_level, settings.telegram_bot_token)
    library = open_library(settings)
    try:
        return _COMMANDS[arguments.command](arguments, settings, library)
    finally:
        library.store.close()


def _ask(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.asked_lines import is_unicode
    from bot.render.as_json import answer_json
    from bot.render.as_terminal import print_answer, print_suggestions

    _ensure_articles(library)
    question = " ".join(arguments.question)
    if not is_unicode(question):
        raise SaidwhatError("The question is not UTF-8: set the terminal's encoding to UTF-8.")
    if question == "-":
        return _ask_lines(arguments, settings, library)
    with waiting("Reading the articles…"):
        answered = ask(question, library, settings, scope=arguments.article)
    if arguments.json:
        _print_json(answer_json(answered, None, closest=arguments.closest))
    else:
        console = Console()
        print_answer(answered, console, closest=arguments.closest)
        if answered.status == "not_found" and console.is_terminal:
            print_suggestions(suggest(library, settings, arguments.article), console)
    return ANSWERED if answered.status == "answered" else NOT_FOUND


def _ask_lines(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    """Answer stdin line by line. A line that cannot be read is reported, and the rest are still answered."""
    from bot.asked_lines import asked_lines
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
            _print_json(answer_json(answered, asked.id, closest=arguments.closest))
        else:
            print(f"{asked.question}\n\n{plain_text(answered, closest=arguments.closest)}\n", flush=True)
        worst = max(worst, ANSWERED if answered.status == "answered" else NOT_FOUND)
    return worst


def _chat(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.console import chat

    _ensure_articles(library)
    return chat(library, settings)


def _index(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    if arguments.rebuild and arguments.ray:
        raise SaidwhatError("--rebuild is done by this machine alone: leave out --ray.")
    sources = [*map(_source, arguments.sources), *map(Feed, arguments.feed or ())]
    if arguments.rebuild:
        count = sum(1 for _ in shown(library.rebuild(), len(library.store.articles())))
        print(f"{_counted(count, 'article')} encoded anew.", file=sys.stderr)
    if not sources and not arguments.rebuild:
        raise SaidwhatError("index needs a file, a folder or a link: `saidwhat index PATH_OR_URL…`.")
    with _workers(arguments.ray, settings) as work:
        counts = _index_all(library, sources, work, replacing=arguments.replace, as_json=arguments.json)
    library.store.refresh()
    if counts["failed"]:
        return WRONG if counts.total() == counts["failed"] else NOT_FOUND
    return ANSWERED


def _source(text: str) -> Source:
    if not text.strip():
        raise SaidwhatError("an empty path names nothing: name a file, a folder or a link.")
    return Link(text) if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) else Path(text)


def _workers(address: str | None, settings: Settings) -> AbstractContextManager[Work | None]:
    """What reads and encodes: the workers of the Ray cluster at `address`, or None, this process."""
    if address is None:
        return nullcontext()
    from embeddings.ray_workers import ray_workers

    return ray_workers(address, settings.embedding_model, settings.saidwhat_home)


def _index_all(
    library: Library, sources: Sequence[Source], work: Work | None, *, replacing: bool, as_json: bool
) -> Counter[str]:
    from embeddings.sources.arriving import count_articles

    outcomes = library.index(sources, work, replacing=replacing)
    return _told(shown(outcomes, count_articles(sources)), as_json=as_json)


def _told(outcomes: Iterable[Outcome], *, as_json: bool) -> Counter[str]:
    """Print what comes of each article as it is done, and how many there were of each status; these are returned."""
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.article or outcome.status == "failed":  # and not what there is to say of a feed
            counts[outcome.status] += 1
        if as_json:
            _print_json(asdict(outcome))
        elif outcome.status in ("added", "updated"):
            print(f"{outcome.status} {outcome.article} ({_counted(outcome.sentences, 'sentence')})", flush=True)
        _report(outcome)
    if not as_json and counts:
        names = {"failed": "left out"}
        print(", ".join(f"{number} {names.get(status, status)}" for status, number in counts.items()))
    return counts


def _export(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from embeddings.archive import write_archive

    articles = len(library.store.articles())
    count = sum(1 for _ in counted(write_archive(library.store, arguments.file), articles, "Exporting", str))
    print(f"{_counted(count, 'article')} written to {arguments.file}.")
    return ANSWERED


def _import(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from embeddings.archive import open_archive

    with open_archive(arguments.file) as archive:
        _told(shown(library.take_over(archive), archive.articles), as_json=arguments.json)
    library.store.refresh()
    return ANSWERED


def _articles(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    _ensure_articles(library)
    for summary in library.store.articles():
        if arguments.json:
            fields = asdict(summary)
            if arguments.text:
                fields["text"] = library.store.article(summary.id).text
            _print_json(fields)
        else:
            told = (summary.title, summary.publisher, summary.published, _counted(summary.sentences, "sentence"))
            print(f"{summary.id}\n  {' · '.join(filter(None, told))}")
            if arguments.text:
                print(f"\n{library.store.article(summary.id).text}\n")
    return ANSWERED


def _quotes(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.asking import all_quotes
    from bot.render.as_json import quote_json
    from bot.render.wording import one_line, quote_line

    _ensure_articles(library)
    told = all_quotes(" ".join(arguments.speaker) or None, library, arguments.article)
    if told.remark:
        print(told.remark, file=sys.stderr if arguments.json else sys.stdout)
    before = None
    for cited in sorted(told.quotes, key=lambda cited: (cited.quote.article, cited.quote.position)):
        if arguments.json:
            _print_json(quote_json(cited.quote))
        else:
            print(
                f"{chr(10) if before or told.remark else ''}{one_line(cited.quote.text)}\n— {quote_line(cited, before)}"
            )
        before = cited.citation
    return ANSWERED if told.quotes else NOT_FOUND


def _remove(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    for article_id in arguments.ids:
        library.store.remove(article_id)
        print(f"removed {article_id}")
    library.store.refresh()
    return ANSWERED


def _verify(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.verify import verify_answers, verify_library

    if arguments.beside:
        return _verify_beside(arguments, settings, library)
    if arguments.json:
        raise SaidwhatError("--json goes with --beside: leave it out, or name the library to compare with.")
    if arguments.answers:
        found = [verify_answers(name, library) for name in arguments.answers]
        faults = [fault for each in found for fault in each.faults]
        gone = [one for each in found for one in each.gone]
        told = [*gone, *faults, *(one for each in found for one in each.changed)]
        cited = _counted(sum(each.passages for each in found), "passage")
        counts = [f"{len(gone)} no longer in the present text"] * bool(gone)
        counts += [f"{len(faults)} not as cited"] * bool(faults)
        print(f"{cited} checked, {', '.join(counts)}." if counts else f"{cited}, all as cited.")
    else:
        faults = verify_library(library)
        checked = len(library.store.articles())
        held = _counted(checked, "article")
        print(f"{held} checked, {_counted(len(faults), 'fault')}." if faults else f"{held}, all well.")
        told = faults
    for line in told:
        print(line)
    return NOT_FOUND if faults else ANSWERED


def _verify_beside(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.beside import compare_answers, compare_articles, open_beside, questions_on
    from bot.render.beside import as_json, is_alike, told

    if arguments.answers:
        raise SaidwhatError("--beside compares libraries: leave out the files, or check them in a run of their own.")
    other = open_beside(arguments.beside, library)
    with closing(other.store):
        held = len(library.store.articles())
        compared = compare_articles(library.store, other.store)
        articles = list(counted(compared, held, "Comparing", lambda one: one.article))
        alike = [one.article for one in articles if one.is_alike]
        scope = None if len(alike) == len(articles) else tuple(alike)
        questions = questions_on(library, settings, scope) if alike else []
        asked = list(counted(compare_answers(questions, library, other, settings, scope), len(questions), "Asking"))
    if arguments.json:
        for line in as_json(articles, asked):
            _print_json(line)
    else:
        print("\n".join(told(articles, asked)))
    return ANSWERED if is_alike(articles, asked) else NOT_FOUND


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _evaluate(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.evaluation import EvaluationError, draw, evaluate, figures, read_cases, table
    from bot.render.as_terminal import print_figures

    cases = [case for path in arguments.files for case in read_cases(path, library)]
    cases = [case for case in cases if arguments.split in (None, case.split)]
    if not cases:
        raise EvaluationError("The files hold no questions of that split.")
    settings = settings.model_copy(update={"top_k": max(3, settings.top_k)})
    with tempfile.TemporaryDirectory() as home:
        bench = open_library(settings.model_copy(update={"saidwhat_home": Path(home), "saidwhat_store": None}))
        with closing(bench.store):
            found = evaluate(
                cases, bench, lambda case: ask(case.question, bench, settings, scope=[case.article.id]), settings.top_k
            )
            outcomes = list(counted(found, len(cases), "Asking"))
    if arguments.plot:
        draw(outcomes, arguments.plot)
    splits = sorted({one.case.split for one in outcomes}, reverse=True)
    every = [figures(split, [one for one in outcomes if one.case.split == split]) for split in splits]
    if len(splits) > 1:
        every.append(figures("all", outcomes))
    if arguments.json:
        for row in table(every):
            _print_json(row)
    else:
        print_figures(table(every), Console())
    return ANSWERED


def _telegram(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.telegram_front.serving import serve

    return serve(library, settings)


def _feedback(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.telegram_front.memory import question_hash
    from bot.telegram_front.remembered import remembered

    asked = question_hash(" ".join(arguments.question)) if arguments.question else None
    verdicts = [one for one in remembered(settings).memory.feedback() if asked in (None, one.question)]
    for verdict in verdicts:
        if arguments.json:
            _print_json(asdict(verdict))
        else:
            print(f"{verdict.question}  👍 {verdict.up}  👎 {verdict.down}")
    if not verdicts:
        print("saidwhat: no thumbs were given" + (" to that question." if asked else " yet."), file=sys.stderr)
    return ANSWERED if verdicts else NOT_FOUND


_COMMANDS = {
    "ask": _ask,
    "chat": _chat,
    "index": _index,
    "articles": _articles,
    "quotes": _quotes,
    "export": _export,
    "import": _import,
    "remove": _remove,
    "verify": _verify,
    "evaluate": _evaluate,
    "telegram": _telegram,
    "feedback": _feedback,
}


def _ensure_articles(library: Library) -> None:
    """Take in the articles that come with saidwhat, if the library is new."""
    if library.store.is_new():
        from bot.asking import seeds_folder
        from embeddings.sources.arriving import count_articles

        for outcome in shown(take_in_seeds(library), count_articles([seeds_folder()])):
            _report(outcome)


def _report(outcome: Outcome) -> None:
    if outcome.message:
        print(f"saidwhat: {outcome.message}", file=sys.stderr)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)
