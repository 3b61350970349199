"""Articles in, saidwhat's answers out, timed from inside where the command cannot be: as plain_script.py.

    python tests/benchmarks/saidwhat_script.py index ARTICLES HOME [--quotes]
    python tests/benchmarks/saidwhat_script.py serve HOME --askers 1 2 8 < QUESTIONS
    python tests/benchmarks/saidwhat_script.py grow FROM HOME SENTENCES
    python tests/benchmarks/saidwhat_script.py nearest HOME < QUESTIONS > NEAREST
    python tests/benchmarks/saidwhat_script.py search HOME NEAREST < QUESTIONS
    python tests/benchmarks/saidwhat_script.py add HOME ARTICLES

`serve` takes the whole road of a question: hybrid search, ranking, reader. `grow` makes a library of any size from a
real one. `nearest` finds, by comparing every stored vector, what `search` should; `add` puts articles in and takes them
out again. ARTICLES is a file of JSON lines with `id` and `text`. All print JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import embeddings  # noqa: F401 - before NumPy, which it keeps to one thread, as in saidwhat itself

# isort: split
import numpy as np

from bot.asking import ask, open_library
from bot.settings import load_settings
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.types import Article, Entity, Quote, Sentence
from tests.benchmarks.timing.askers import serve
from tests.benchmarks.timing.machine import encoding_flop
from tests.benchmarks.timing.variations import entries_of, exactly, with_variations

NEAREST = 10
_KEPT = 2 * NEAREST  # some may be as near as the last
_TELL = 15.0  # seconds between two lines that tell how far it is
_TIE = 1e-5  # cosines that differ by less are the same, whatever the order of summing


def main() -> None:
    """Do what the first argument says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("index").add_argument("articles", type=Path)
    commands.add_parser("serve").add_argument("--askers", type=int, nargs="+", default=[1])
    commands.add_parser("grow").add_argument("source", type=Path)
    commands.add_parser("nearest")
    commands.add_parser("search")
    commands.add_parser("add")
    for command in commands.choices.values():
        command.add_argument("home", type=Path)
    commands.choices["index"].add_argument("--quotes", action="store_true", help="read them too")
    commands.choices["grow"].add_argument("sentences", type=int)
    commands.choices["search"].add_argument("nearest", type=Path)
    commands.choices["add"].add_argument("articles", type=Path)
    arguments = parser.parse_args()
    settings = load_settings(saidwhat_home=arguments.home)
    library = open_library(settings)
    with closing(library.store):
        if arguments.command == "index":
            if not arguments.quotes:
                library = Library(library.store, library.encoder, read_quotes=no_quotes)
            print(json.dumps(index(library, read_articles(arguments.articles))))
        elif arguments.command == "serve":
            serve(lambda question: ask(question, library, settings), arguments.askers)
        elif arguments.command == "grow":
            grow(library, open_library(load_settings(saidwhat_home=arguments.source)), arguments.sentences)
        elif arguments.command == "nearest":
            print(json.dumps(nearest(library, sys.stdin.read().splitlines())))
        elif arguments.command == "search":
            should = json.loads(arguments.nearest.read_text(encoding="utf-8"))
            print(json.dumps(search(library, sys.stdin.read().splitlines(), should)))
        else:
            print(json.dumps(add(library, read_articles(arguments.articles))))


def no_quotes(article: Article, sentences: Sequence[Sentence]) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
    """A QuoteReader that finds none: reading quotes is timed by nobody here, as the other scripts read none."""
    return (), ()


def read_articles(path: Path) -> list[Article]:
    """The articles of a file of JSON lines."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [make_article(row["id"], row["text"], {}) for row in rows]


class Progress:
    """Tells on standard error, now and then, how far it is."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def tell(self, sentences: int) -> None:
        if time.monotonic() > self._told + _TELL:
            self._told = time.monotonic()
            print(f"  {sentences:,} sentences", file=sys.stderr, flush=True)


def index(library: Library, articles: Sequence[Article]) -> dict[str, float]:
    """Put the articles in; how many sentences, in how many seconds, the loading of the model apart.

    `flop` is what it takes to encode each of the sentences once and alone.
    """
    library.encode_question("A first one, with which the model is loaded.")
    start = time.perf_counter()
    progress, put = Progress(), 0
    for article in articles:
        put += library.put(article).sentences
        progress.tell(put)
    library.store.refresh()
    seconds = time.perf_counter() - start
    sentences = [sentence for article in articles for sentence in library.store.sentences(article.id)]
    flop = sum(encoding_flop(len(library.encoder.pieces(sentence.text)) + 2) for sentence in sentences)
    return {"sentences": len(sentences), "seconds": seconds, "flop": flop}


def grow(library: Library, source: Library, sentences: int) -> None:
    """Put so many sentences in: those of `source`, and then variations of them."""
    with closing(source.store):
        entries, stamp = entries_of(source.store), source.store.stamp()
    assert stamp is not None
    random.Random(0).shuffle(entries)  # a small library is of all kinds too
    progress, added = Progress(), 0
    for entry in exactly(sentences, with_variations(entries)):
        library.store.add(entry, stamp)
        added += len(entry.sentences)
        progress.tell(added)
    library.store.refresh()


Places = list[list[tuple[str, int]]]
"""For each question sentences, as the ids of their articles and their positions."""


def nearest(library: Library, questions: Sequence[str]) -> Places:
    """For each question the NEAREST sentences, and others that are as near as the last of these, by brute force."""
    asked = np.stack([library.encode_question(question).vector for question in questions])
    scores = np.empty((len(questions), 0), dtype=np.float32)
    numbers = np.empty((len(questions), 0), dtype=np.int64)
    firsts: list[int] = []
    articles = [summary.id for summary in library.store.articles()]
    total = 0
    for article in articles:
        vectors = library.store.encoded(library.store.sentences(article)).vectors
        found = np.broadcast_to(np.arange(total, total + len(vectors)), (len(questions), len(vectors)))
        scores = np.concatenate([scores, asked @ vectors.T], axis=1)
        numbers = np.concatenate([numbers, found], axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :_KEPT]
        scores, numbers = np.take_along_axis(scores, order, 1), np.take_along_axis(numbers, order, 1)
        firsts.append(total)
        total += len(vectors)
    least = scores[:, min(NEAREST, total) - 1] - _TIE
    places: Places = []
    for own, reached in zip(numbers, scores >= least[:, None], strict=True):
        at = [(int(number), bisect_right(firsts, number) - 1) for number in own[reached]]
        places.append([(articles[row], number - firsts[row]) for number, row in at])
    return places


def search(library: Library, questions: Sequence[str], should: Places) -> dict[str, Any]:
    """The seconds of each search by meaning, and the share of the nearest sentences that it finds."""
    vectors = [library.encode_question(question).vector for question in questions]
    library.store.search_by_meaning(vectors[0], NEAREST)
    seconds, shares = [], []
    for vector, places in zip(vectors, should, strict=True):
        start = time.perf_counter()
        hits = library.store.search_by_meaning(vector, NEAREST)
        seconds.append(time.perf_counter() - start)
        right = {(hit.sentence.article, hit.sentence.position) for hit in hits} & {(name, at) for name, at in places}
        shares.append(len(right) / min(NEAREST, len(places)))
    return {"seconds": seconds, "recall": float(np.mean(shares))}


def add(library: Library, articles: Sequence[Article]) -> dict[str, list[float]]:
    """The seconds until each article can be found, its quotes read; the first is not timed, and none stays."""
    vector = library.encode_question("A first one, with which the model is loaded.").vector
    seconds = []
    try:
        for article in articles:
            start = time.perf_counter()
            library.put(article)
            library.store.search_by_meaning(vector, NEAREST)
            seconds.append(time.perf_counter() - start)
    finally:
        for article in articles:
            if library.store.digest(article.id):
                library.store.remove(article.id)
        library.store.refresh()
    return {"seconds": seconds[1:]}


if __name__ == "__main__":
    main()
