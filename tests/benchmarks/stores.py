"""News in; what the store in PostgreSQL finds and how fast it is, beside the embedded one with the same library, out.

    python tests/benchmarks/stores.py --sentences 200000
    python tests/benchmarks/stores.py --sentences 200000 --url postgresql://…

Without --url it starts a PostgreSQL of its own, as the tests do; with it, a library of so many sentences that is there
is used again. Each search and each question is put to both stores, in turn. Prints a table.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import embeddings  # noqa: F401 - before NumPy, which it keeps to one thread, as in saidwhat itself

# isort: split
import numpy as np
from rich.console import Console
from rich.table import Table

from bot.asking import ask, open_library
from bot.settings import Settings, load_settings
from bot.stems import content_words
from embeddings.library import Library
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.postgres import postgres_store
from embeddings.types import Vectors
from tests.benchmarks.speed import folders
from tests.benchmarks.timing.kept import Corpus, Kept
from tests.benchmarks.timing.variations import entries_of, exactly, with_variations
from tests.postgres_server import postgres_server

NEAREST = 10
SHARES = (0.5, 0.1, 0.002)  # of all articles, that a scope has
_CORPUS = 10_000  # real sentences, of which the others are variations
_REPLACED = 30  # articles
_TIE = 1e-5  # cosines that differ by less are the same, whatever the order of summing
T = TypeVar("T")
SERVER = {"shared_buffers": "2GB", "max_wal_size": "8GB"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two libraries, and what was measured of it: for each figure a number for each question."""

    name: str
    library: Library
    measured: dict[str, list[float]]

    def note(self, figure: str, value: float) -> None:
        self.measured.setdefault(figure, []).append(value)

    def timed(self, figure: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        found = work()
        self.note(figure, 1000 * (time.perf_counter() - start))
        return found


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, parents=[folders()]
    )
    options.add_argument("--sentences", type=int, default=200_000, help="in each store; default 200000")
    options.add_argument("--url", help="of a PostgreSQL database that may be filled")
    arguments = options.parse_args()
    kept = Kept(arguments.kept, arguments.data.resolve())
    corpus = kept.corpus(_CORPUS)
    with served(arguments.url) as url:
        settings = load_settings(saidwhat_home=kept.library(corpus))
        source = open_library(settings.model_copy(update={"saidwhat_store": None}))
        grown = kept.grown(corpus, arguments.sentences)
        with closing(EmbeddedStore(grown.home)) as embedded, closing(postgres_store(url)) as postgres:
            fill(postgres, source.store, arguments.sentences)
            sides = [
                Side(name, Library(store, source.encoder), {})
                for name, store in (("embedded", embedded), ("PostgreSQL", postgres))
            ]
            measure(sides, corpus, settings)
    show(sides, arguments.sentences)


@contextmanager
def served(url: str | None) -> Iterator[str]:
    """The address given, or that of a server which lives as long."""
    if url:
        yield url
        return
    with postgres_server(**SERVER) as server:
        yield server.url()


def fill(store: Store, source: Store, sentences: int) -> None:
    """Put as many sentences in as `kept.grown` does, the same ones, where they are not there."""
    if sum(summary.sentences for summary in store.articles()) == sentences:
        return
    entries, stamp = entries_of(source), source.stamp()
    assert stamp is not None
    random.Random(0).shuffle(entries)
    start, told, put = time.monotonic(), 0.0, 0
    for entry in exactly(sentences, with_variations(entries)):
        store.add(entry, stamp)
        put += len(entry.sentences)
        if (took := time.monotonic() - start) > told + 15:
            told = took
            print(f"  {put:,} sentences in {took:.0f} s", file=sys.stderr, flush=True)
    print(f"filled in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    start = time.monotonic()
    store.refresh()
    print(f"index built in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def measure(sides: Sequence[Side], corpus: Corpus, settings: Settings) -> None:
    """Put every search and every question to each side, in turn; a first few only warm them up."""
    questions = corpus.questions.splitlines()
    for question in questions[:5]:
        for side in sides:
            ask(question, side.library, settings)
    exact = Exact(sides[0].library.store)
    dice = random.Random(1)
    scopes: dict[str, list[str] | None] = {"all": None}
    for share in SHARES:
        scopes[f"in {share:.1%} of the articles"] = dice.sample(exact.articles, round(share * len(exact.articles)))
    for question in questions:
        vector, words = sides[0].library.encode_question(question).vector, content_words(question)
        for where, scope in scopes.items():
            right = exact.nearest(vector, scope)
            for side in sides:
                store = side.library.store
                hits = side.timed(f"by meaning, {where}", partial(store.search_by_meaning, vector, NEAREST, scope))
                found = sum((hit.sentence.article, hit.sentence.position) in right for hit in hits)
                side.note(f"recall@{NEAREST}, {where}", found / min(NEAREST, len(right)))
                side.timed(f"by words, {where}", partial(store.search_by_words, words, NEAREST, scope))
        for side in sides:
            side.timed("whole question", partial(ask, question, side.library, settings))
    stamp = sides[0].library.store.stamp()
    assert stamp is not None
    for article in dice.sample(exact.articles, _REPLACED):
        entry = sides[0].library.store.entry(article)
        for side in sides:
            side.timed("replacing one article", partial(side.library.store.add, entry, stamp))


class Exact:
    """Every vector of a store, to be compared one by one."""

    def __init__(self, store: Store) -> None:
        held = store.articles()
        self.articles = [summary.id for summary in held]
        self._places = [(summary.id, position) for summary in held for position in range(summary.sentences)]
        self._article = np.repeat(np.arange(len(held)), [summary.sentences for summary in held])
        self._vectors = np.concatenate([store.encoded(store.sentences(article)).vectors for article in self.articles])

    def nearest(self, vector: Vectors, scope: Sequence[str] | None) -> set[tuple[str, int]]:
        """The NEAREST sentences, and others that are as near as the last of these."""
        scores = self._vectors @ vector
        if scope is not None:
            within = np.isin(np.array(self.articles), scope)
            scores[~within[self._article]] = -2
        least = np.partition(scores, len(scores) - NEAREST)[len(scores) - NEAREST] - _TIE
        return {self._places[at] for at in np.flatnonzero(scores >= least)}


def show(sides: Sequence[Side], sentences: int) -> None:
    """Print what was measured: the mean recall, and the median and the 95th percentile of times."""
    table = Table("", *(side.name for side in sides), title=f"{sentences:,} sentences", title_justify="left")
    for figure in sides[0].measured:
        table.add_row(figure, *(_figure(figure, side.measured[figure]) for side in sides))
    Console(width=110).print(table)


def _figure(name: str, numbers: Sequence[float]) -> str:
    if name.startswith("recall"):
        return f"{np.mean(numbers):.4f}"
    median, high = np.quantile(numbers, [0.5, 0.95])
    return f"{median:.1f} ms, p95 {high:.1f}"


if __name__ == "__main__":
    main()
