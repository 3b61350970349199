"""Work that takes a while in, a bar or a spinner on stderr out; only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from embeddings.types import Outcome

T = TypeVar("T")


def shown(outcomes: Iterable[Outcome], total: int | None) -> Iterator[Outcome]:
    """The same outcomes, with a bar that counts them while they come; the `total` is None where it is not known."""
    return counted(outcomes, total, "Indexing", lambda outcome: outcome.article or outcome.source)


def counted(
    items: Iterable[T], total: int | None, doing: str, named: Callable[[T], str] = lambda item: ""
) -> Iterator[T]:
    """The same items, with a bar that tells what one is `doing` and counts them while they come."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from items
        return
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("loading the model…", total=total)
        for item in items:
            progress.update(task, advance=1, description=named(item))
            yield item


class _Rate(ProgressColumn):
    """How many are done a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="progress.data.speed")


def waiting(text: str) -> AbstractContextManager[object]:
    """A spinner with `text` until the work inside is done."""
    console = Console(stderr=True)
    return console.status(text) if console.is_terminal and sys.stdout.isatty() else nullcontext()
