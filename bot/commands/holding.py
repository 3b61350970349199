"""Articles into the library, out of it and listed: `index`, `import`, `export`, `remove` and `articles`."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.printing import how_many, print_json, report
from bot.commands.seeds import ensure_articles
from bot.exit_status import ANSWERED, NOT_FOUND, WRONG
from bot.progress import counted, shown
from bot.settings import Settings
from embeddings.errors import SaidwhatError
from embeddings.library import Library
from embeddings.sources import Feed, Link, Source
from embeddings.types import Outcome

if TYPE_CHECKING:
    from embeddings.indexing import Work


def run_index(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    if arguments.rebuild and arguments.ray:
        raise SaidwhatError("--rebuild is done by this machine alone: leave out --ray.")
    sources = [*map(_source, arguments.sources), *map(Feed, arguments.feed or ())]
    if arguments.rebuild:
        count = sum(1 for _ in shown(library.rebuild(), len(library.store.articles())))
        print(f"{how_many(count, 'article')} encoded anew.", file=sys.stderr)
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
            print_json(asdict(outcome))
        elif outcome.status in ("added", "updated"):
            print(f"{outcome.status} {outcome.article} ({how_many(outcome.sentences, 'sentence')})", flush=True)
        report(outcome)
    if not as_json and counts:
        names = {"failed": "left out"}
        print(", ".join(f"{number} {names.get(status, status)}" for status, number in counts.items()))
    return counts


def run_export(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from embeddings.archive import write_archive

    articles = len(library.store.articles())
    count = sum(1 for _ in counted(write_archive(library.store, arguments.file), articles, "Exporting", str))
    print(f"{how_many(count, 'article')} written to {arguments.file}.")
    return ANSWERED


def run_import(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    from embeddings.archive import open_archive

    with open_archive(arguments.file) as archive:
        _told(shown(library.take_over(archive), archive.articles), as_json=arguments.json)
    library.store.refresh()
    return ANSWERED


def run_articles(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    ensure_articles(library, settings)
    for summary in library.store.articles():
        if arguments.json:
            fields = asdict(summary)
            if arguments.text:
                fields["text"] = library.store.article(summary.id).text
            print_json(fields)
        else:
            told = (summary.title, summary.publisher, summary.published, how_many(summary.sentences, "sentence"))
            print(f"{summary.id}\n  {' · '.join(filter(None, told))}")
            if arguments.text:
                print(f"\n{library.store.article(summary.id).text}\n")
    return ANSWERED


def run_remove(arguments: argparse.Namespace, settings: Settings, library: Library) -> int:
    for article_id in arguments.ids:
        library.store.remove(article_id)
        print(f"removed {article_id}")
    library.store.refresh()
    return ANSWERED
