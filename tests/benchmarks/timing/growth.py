"""Libraries of several sizes in; how long searches, questions, starts and additions take in each out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.benchmarks.timing.figures import SAIDWHAT, Figures
from tests.benchmarks.timing.kept import SAIDWHAT as SAIDWHAT_SCRIPT
from tests.benchmarks.timing.kept import Corpus, Grown, Kept, size_of
from tests.benchmarks.timing.processes import Python
from tests.benchmarks.timing.side_by_side import counted, note_machine

SEARCH_MEDIAN, SEARCH_HIGH = "search by meaning p50", "search by meaning p95"
RECALL = "recall@10 of it"
QUESTION_MEDIAN, QUESTION_HIGH = "whole question p50", "whole question p95"
ADDING = "adding one article"
COLD_START = "cold start of `saidwhat ask`"
RESIDENT = "resident memory answering"
SIZE = "library on disk"
FIGURES = (
    SEARCH_MEDIAN,
    SEARCH_HIGH,
    RECALL,
    QUESTION_MEDIAN,
    QUESTION_HIGH,
    ADDING,
    COLD_START,
    RESIDENT,
    SIZE,
)


def measure_growth(kept: Kept, corpus: Corpus, sizes: Sequence[int], runs: int, figures: Figures) -> None:
    """Note all FIGURES at each size; a round has each size once."""
    libraries = [kept.grown(corpus, size) for size in sizes]
    for one in libraries:
        figures.note(SIZE, "MB", SAIDWHAT, one.sentences, size_of(one.home) / 1e6)
    for run in counted(runs, "growth"):
        for one in libraries:
            _note(one, corpus, run, figures if run else Figures())
        note_machine(Python(kept.folder), figures)


def _note(library: Grown, corpus: Corpus, run: int, figures: Figures) -> None:
    python = Python(library.folder, settings={"SAIDWHAT_HOME": str(library.home)})
    size, questions = library.sentences, corpus.questions.splitlines()

    def note_times(names: tuple[str, str], seconds: list[float]) -> None:
        for name, share in zip(names, (0.5, 0.95), strict=True):
            figures.note(name, "ms", SAIDWHAT, size, 1000 * float(np.quantile(seconds, share)))

    ended = python.run("-m", "bot", "ask", questions[run % len(questions)], right=(0, 1))
    figures.note(COLD_START, "s", SAIDWHAT, size, ended.seconds)
    (searched,) = python.run(SAIDWHAT_SCRIPT, "search", library.home, library.nearest, stdin=corpus.questions).rows()
    note_times((SEARCH_MEDIAN, SEARCH_HIGH), searched["seconds"])
    figures.note(RECALL, "", SAIDWHAT, size, searched["recall"])
    (served,) = python.run(SAIDWHAT_SCRIPT, "serve", library.home, stdin=corpus.questions).rows()
    note_times((QUESTION_MEDIAN, QUESTION_HIGH), served["seconds"])
    figures.note(RESIDENT, "MB", SAIDWHAT, size, served["resident"] / 1e6)
    (added,) = python.run(SAIDWHAT_SCRIPT, "add", library.home, corpus.spare).rows()
    figures.note(ADDING, "ms", SAIDWHAT, size, 1000 * float(np.median(added["seconds"])))
