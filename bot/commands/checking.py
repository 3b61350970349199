"""What is held against what should be: `verify` and `evaluate`."""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from pathlib import Path

from rich.console import Console

from bot.asking import ask, open_library
from bot.commands.printing import how_many, print_json
from bot.exit_status import ANSWERED, NOT_FOUND
from bot.progress import counted
from bot.settings import Settings
from embeddings.errors import SaidwhatError
from embeddings.library import Library


def run_verify(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.checks.verify import verify_answers, verify_library

    if arguments.beside:
        return _verify_beside(arguments, settings, library)
    if arguments.json:
        raise SaidwhatError("--json goes with --beside: leave it out, or name the library to compare with.")
    if arguments.answers:
        found = [verify_answers(name, library) for name in arguments.answers]
        faults = [fault for each in found for fault in each.faults]
        gone = [one for each in found for one in each.gone]
        told = [*gone, *faults, *(one for each in found for one in each.changed)]
        cited = how_many(sum(each.passages for each in found), "passage")
        counts = [f"{len(gone)} no longer in the present text"] * bool(gone)
        counts += [f"{len(faults)} not as cited"] * bool(faults)
        print(f"{cited} checked, {', '.join(counts)}." if counts else f"{cited}, all as cited.")
    else:
        faults = verify_library(library)
        checked = len(library.store.articles())
        held = how_many(checked, "article")
        print(f"{held} checked, {how_many(len(faults), 'fault')}." if faults else f"{held}, all well.")
        told = faults
    for line in told:
        print(line)
    return NOT_FOUND if faults else ANSWERED


def _verify_beside(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.checks.comparison import compare_answers, compare_articles, open_beside, questions_on
    from bot.render.comparison import as_json, is_alike, told

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
            print_json(line)
    else:
        print("\n".join(told(articles, asked)))
    return ANSWERED if is_alike(articles, asked) else NOT_FOUND


def run_evaluate(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from bot.checks.evaluation import EvaluationError, draw, evaluate, figures, read_cases, table
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
            print_json(row)
    else:
        print_figures(table(every), Console())
    return ANSWERED
