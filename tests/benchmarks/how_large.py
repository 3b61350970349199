"""News in; what a library in PostgreSQL takes as it grows, of disk, memory and processor, out.

    python tests/benchmarks/how_large.py --sizes 50000 100000 200000 400000

It starts a PostgreSQL of its own, as the tests do. 400,000 sentences take 5 GB and some half an hour. Prints a table, a
column a size.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import embeddings  # noqa: F401 - before NumPy, which it keeps to one thread, as in saidwhat itself

# isort: split
import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table

from bot.asking import ask, open_library
from bot.settings import Settings, load_settings
from bot.stems import content_words
from embeddings.library import Library
from embeddings.stores import Store
from embeddings.stores.postgres import postgres_store
from embeddings.types import Entry, Stamp
from tests.benchmarks.speed import folders
from tests.benchmarks.stores import NEAREST, SERVER
from tests.benchmarks.timing.kept import Kept
from tests.benchmarks.timing.variations import entries_of, with_variations
from tests.postgres_server import PostgresServer, postgres_server

_CORPUS = 10_000  # real sentences, of which the others are variations
_REPLACED = 30  # articles
_WARM = 20  # questions
_SCHEMA = "saidwhat"
_TICKS = os.sysconf("SC_CLK_TCK")
Figures = dict[str, str]
T = TypeVar("T")


def main() -> None:
    """Measure at one size after the other, and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, parents=[folders()]
    )
    options.add_argument("--sizes", type=int, nargs="+", default=[50_000, 100_000, 200_000, 400_000])
    arguments = options.parse_args()
    kept = Kept(arguments.kept, arguments.data.resolve())
    corpus = kept.corpus(_CORPUS)
    columns: list[Figures] = []
    with postgres_server(**SERVER) as server:
        settings = load_settings(saidwhat_home=kept.library(corpus))
        source = open_library(settings.model_copy(update={"saidwhat_store": None}))
        entries, stamp = entries_of(source.store), source.store.stamp()
        assert stamp is not None
        random.Random(0).shuffle(entries)
        grown = Grown(server, with_variations(entries), stamp)
        for size in sorted(arguments.sizes):
            figures = grown.up_to(size)
            grown.ask(Library(grown.store, source.encoder), corpus.questions.splitlines(), settings, figures)
            columns.append(figures)
            for name, figure in figures.items():
                print(f"  {name}: {figure}", file=sys.stderr, flush=True)
        grown.close()
    show(columns)


class Grown:
    """A library that becomes larger, and all of its vectors, to be compared with."""

    def __init__(self, server: PostgresServer, entries: Iterator[Entry], stamp: Stamp) -> None:
        self.store: Store = postgres_store(server.url(_SCHEMA))
        self._entries, self._stamp = entries, stamp
        self._connection = psycopg.connect(server.superuser_url(schema=_SCHEMA), autocommit=True)
        self._connection.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache WITH SCHEMA public")
        (self._server,) = self._row("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int")
        self._vectors = np.empty((0, stamp.dimension), dtype=np.float32)
        self._places: list[tuple[str, int]] = []

    def close(self) -> None:
        self._connection.close()
        self.store.close()

    def up_to(self, sentences: int) -> Figures:
        """Put articles in until there are so many sentences; what that took, and what they take."""
        if self._places:
            self._connection.execute(f"DROP INDEX IF EXISTS {_SCHEMA}.vectors_by_meaning".encode())
        before = len(self._places)
        put: list[Entry] = []
        seconds, used = 0.0, 0.0
        while len(self._places) < sentences:
            entry = next(self._entries)  # which takes as long to make as to put in, and is not counted
            took, cpu, _ = self._counted(partial(self.store.add, entry, self._stamp))
            seconds, used = seconds + took, used + cpu
            put.append(entry)
            self._places.extend((entry.article.id, one.position) for one in entry.sentences)
        self._vectors = np.concatenate([self._vectors, *(entry.encoded.vectors for entry in put)])
        added, held = len(self._places) - before, len(self._places)
        figures = {"sentences": f"{held:,}", "sentences put in a second": f"{added / seconds:,.0f}"}
        figures["CPU ms to put a sentence in"] = f"{1000 * used / added:.2f}"
        took, cpu, _ = self._counted(self.store.refresh)
        figures["HNSW built, s; CPU s"] = f"{took:.0f}; {cpu:.0f}"
        figures["HNSW built, sentences a second"] = f"{held / took:,.0f}"
        self._connection.execute("VACUUM ANALYZE")
        for name, size in self._sizes().items():
            figures[f"bytes a sentence, {name}"] = f"{size / held:,.0f}"
        times = []
        for entry in random.Random(held).sample(put, _REPLACED):
            times.append(1000 * self._counted(partial(self.store.add, entry, self._stamp))[0])
        figures["replacing an article, ms"] = _times(times)
        took, _, listed = self._counted(self.store.articles)
        figures["list of all articles, ms"] = f"{1000 * took:.0f} for {len(listed):,}"
        return figures

    def ask(self, library: Library, questions: Sequence[str], settings: Settings, figures: Figures) -> None:
        """Put searches and whole questions; how long, how much of which processor, and which pages, each takes."""
        for question in questions[:_WARM]:
            ask(question, library, settings)
        times: defaultdict[str, list[float]] = defaultdict(list)
        found = []
        for question in questions:
            vector, words = library.encode_question(question).vector, content_words(question)
            searches: dict[str, Callable[[], Any]] = {
                "by meaning": partial(self.store.search_by_meaning, vector, NEAREST),
                "by words": partial(self.store.search_by_words, words, NEAREST),
                "a whole question": partial(ask, question, library, settings),
            }
            for name, search in searches.items():
                took, _, hits = self._counted(search)
                times[name].append(1000 * took)
                if name == "by meaning":
                    right = self._nearest(vector)
                    found.append(sum((hit.sentence.article, hit.sentence.position) in right for hit in hits) / NEAREST)
        for name in times:
            figures[f"{name}, ms"] = _times(times[name])
        own = time.process_time()
        before = self._server_seconds()
        for question in questions:
            ask(question, library, settings)
        figures["CPU ms a question: bot, server"] = (
            f"{1000 * (time.process_time() - own) / len(questions):.1f},"
            f" {1000 * (self._server_seconds() - before) / len(questions):.1f}"
        )
        figures[f"recall@{NEAREST}"] = f"{np.mean(found):.4f}"
        self._connection.execute("SELECT public.pg_buffercache_evict_all()")
        for question in questions:
            ask(question, library, settings)
        touched, every = self._touched(), self._sizes()
        for name, size in touched.items():
            figures[f"MB touched by {len(questions)} questions, {name}"] = (
                f"{size / 1e6:,.1f} ({size / max(1, every[name]):.0%})"
            )

    def _nearest(self, vector: np.ndarray[Any, Any]) -> set[tuple[str, int]]:
        scores = self._vectors @ vector
        return {self._places[at] for at in np.argpartition(scores, -NEAREST)[-NEAREST:]}

    def _sizes(self) -> dict[str, int]:
        return self._grouped("pg_relation_size(own.oid)")

    def _touched(self) -> dict[str, int]:
        return self._grouped("(SELECT 8192 * count(*) FROM public.pg_buffercache WHERE relfilenode = own.relfilenode)")

    def _grouped(self, figure: str) -> dict[str, int]:
        """The bytes of tables with what TOAST keeps of them, of the index by meaning, and of all other indexes."""
        sql = f"""
        SELECT coalesce(of_toast.relname, parent.relname), own.relname, own.relkind::text, {figure}
        FROM pg_class own LEFT JOIN pg_index ON indexrelid = own.oid
        JOIN pg_class parent ON parent.oid = coalesce(indrelid, own.oid)
        LEFT JOIN pg_class of_toast ON of_toast.reltoastrelid = parent.oid
        WHERE coalesce(of_toast.relnamespace, parent.relnamespace) = %s::regnamespace AND own.relkind IN ('r', 'i', 't')
        """
        sizes: defaultdict[str, int] = defaultdict(int)
        for table, relation, _, size in self._connection.execute(sql.encode(), (_SCHEMA,)):
            large = table in ("tokens", "states", "vectors", "postings", "sentences", "texts")
            name = "HNSW" if relation == "vectors_by_meaning" else table if large else "names and quotes"
            sizes[name] += int(size)
            sizes["in all"] += int(size)
        return dict(sorted(sizes.items(), key=lambda one: -one[1]))

    def _counted(self, work: Callable[[], T]) -> tuple[float, float, T]:
        """The seconds that `work` takes, those of processors that it and the server use, and what it gives."""
        start, own, server = time.perf_counter(), time.process_time(), self._server_seconds()
        done = work()
        took = time.perf_counter() - start
        return took, time.process_time() - own + self._server_seconds() - server, done

    def _server_seconds(self) -> float:
        """What all processes of the server have used of processors, those that ended too."""
        pids = [self._server, *_children(self._server)]
        ticks = 0
        for pid, last in zip(pids, itertools.chain([15], itertools.repeat(13)), strict=False):
            try:
                parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except FileNotFoundError:
                continue  # it ended, and its parent has it in its account
            ticks += sum(map(int, parts[11:last]))
        return ticks / _TICKS

    def _row(self, sql: str) -> Any:
        return self._connection.execute(sql.encode()).fetchone()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _times(numbers: Sequence[float]) -> str:
    median, high = np.quantile(numbers, [0.5, 0.95])
    return f"{median:.1f}, p95 {high:.1f}"


def show(columns: Sequence[Figures]) -> None:
    """Print a column for each size."""
    table = Table(*(["", *(figures["sentences"] for figures in columns)]))
    for name in dict.fromkeys(name for figures in columns for name in figures):
        table.add_row(name, *(figures.get(name, "") for figures in columns))
    Console(width=60 + 22 * len(columns)).print(table)


if __name__ == "__main__":
    main()
