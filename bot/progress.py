"""Work that takes a while in, a bar or a spinner on stderr out; only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from embeddings.types import Outcome


def shown(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """The same outcomes, with a bar that counts them while they come."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from outcomes
        return
    columns = (
        TextColumn("Indexing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("loading the model…", total=total)
        for outcome in outcomes:
            progress.update(task, advance=1, description=outcome.article or outcome.source)
            yield outcome


def waiting(text: str) -> AbstractContextManager[object]:
    """A spinner with `text` until the work inside is done."""
    console = Console(stderr=True)
    return console.status(text) if console.is_terminal and sys.stdout.isatty() else nullcontext()
