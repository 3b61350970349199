"""Figures in; three tables in Markdown, and a picture of growth, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.timing import growth, side_by_side
from tests.benchmarks.timing.figures import PLAIN, SAIDWHAT, Figures, Series
from tests.benchmarks.timing.side_by_side import FLOP, FLOPS, INDEXING, MACHINE, READING

_BYTES = 4 * 384  # of a vector, float32
_NONE = "–"


def tables(figures: Figures, sentences: int, sizes: Sequence[int]) -> Iterator[str]:
    """All tables, line by line, each after a line that says what it shows."""
    if figures.of(side_by_side.COLD_START, PLAIN, sentences):
        yield from _side_by_side(figures, sentences)
    if sizes:
        yield from _growth(figures, sizes)
    yield from _limits(figures, sentences, sizes)


def _side_by_side(figures: Figures, sentences: int) -> Iterator[str]:
    names = [PLAIN, *dict.fromkeys(series.who for series in figures.series.values() if series.who != PLAIN)]
    names = [name for name in names if figures.of(side_by_side.COLD_START, name, sentences)]
    yield "\nMedians, and how many times the plain script's in the same rounds. saidwhat answers from a library with"
    yield "quotes, the one on disk; while its indexing is timed it reads none.\n"
    yield _row(
        f"{sentences:,} sentences of news", *(cell for name in names for cell in (name, "× plain")[: _width(name)])
    )
    yield "|---" * (2 * len(names)) + "|"
    for figure in side_by_side.FIGURES:
        plain = figures.of(figure, PLAIN, sentences)
        if plain is None:
            continue
        cells = []
        for name in names:
            own = figures.of(figure, name, sentences)
            cells += [_number(own.median) if own else _NONE, f"{own.over(plain):.2f}" if own else _NONE][: _width(name)]
        yield _row(f"{figure}, {plain.unit}", *cells)


def _width(name: str) -> int:
    return 1 if name == PLAIN else 2


def _growth(figures: Figures, sizes: Sequence[int]) -> Iterator[str]:
    start = base_of(sizes)
    yield f"\nsaidwhat as its library grows: medians, and in brackets how many times those at {start:,} sentences.\n"
    yield _row("sentences", *(f"{size:,}" for size in sizes))
    yield "|---" * (1 + len(sizes)) + "|"
    for figure in growth.FIGURES:
        first = figures.of(figure, SAIDWHAT, start)
        if first is None:
            continue
        every = (figures.of(figure, SAIDWHAT, size) for size in sizes)
        yield _row(f"{figure}, {first.unit}".rstrip(", "), *(_grown(own, first) for own in every))


def base_of(sizes: Sequence[int]) -> int:
    """The size that others are compared with."""
    return 10_000 if 10_000 in sizes else min(sizes)


def _grown(own: Series | None, first: Series) -> str:
    if own is None:
        return _NONE
    return _number(own.median) if own is first else f"{_number(own.median)} (×{own.over(first):.2f})"


def _limits(figures: Figures, sentences: int, sizes: Sequence[int]) -> Iterator[str]:
    flops, reading = figures.of(FLOPS, MACHINE, 0), figures.of(READING, MACHINE, 0)
    work = figures.of(FLOP, MACHINE, sentences)
    if not flops or not reading:
        return
    yield "\nWhat the machine can do at most, as numpy reached it in the same rounds, and the share reached: by the"
    yield "arithmetic to encode each sentence once and alone, and by reading every vector in float32. A small library's"
    yield "vectors stay in the processor's cache, which is faster than memory.\n"
    yield _row("limit", "at most", "by", "reached", "share")
    yield "|---|---|---|---|---|"
    for who in dict.fromkeys(series.who for series in figures.series.values()):
        rate = figures.of(INDEXING, who, sentences)
        if rate and work:
            reached = rate.median * work.median
            cells = (f"{flops.median:.1f} GFLOP/s", f"indexing, {who}", f"{reached:.1f}")
            yield _row(FLOPS, *cells, f"{reached / flops.median:.0%}")
    for size in sizes:
        search = figures.of(growth.SEARCH_MEDIAN, SAIDWHAT, size)
        if search:
            reached = size * _BYTES / (search.median / 1000) / 1e9
            cells = (f"{reading.median:.1f} GB/s", f"search by meaning, {size:,} sentences", f"{reached:.1f}")
            yield _row(READING, *cells, f"{reached / reading.median:.0%}")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    """Three figures of it, or all before the point."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f}"


def draw_growth(figures: Figures, sizes: Sequence[int], path: Path) -> None:
    """Write a picture of each figure by size, both on logarithmic scales, in the format that the name of `path` tells.

    A dotted line is what grows with the library.
    """
    from matplotlib.figure import Figure  # late: most runs draw nothing

    shown = [figure for figure in growth.FIGURES if figures.of(figure, SAIDWHAT, sizes[0])]
    picture = Figure(figsize=(12, 9), layout="constrained")
    for axes, figure in zip(picture.subplots(3, 3).flat, shown, strict=False):
        every = [own for size in sizes if (own := figures.of(figure, SAIDWHAT, size))]
        low = every[0].median
        axes.plot(sizes, [low * size / sizes[0] for size in sizes], color="0.7", linestyle=":")
        axes.plot([own.sentences for own in every], [own.median for own in every], marker="o")
        axes.set(title=figure, xlabel="sentences", ylabel=every[0].unit, xscale="log", yscale="log")
        values = [own.median for own in every]
        axes.set_ylim(min(values) / 2, max(values) * 2)
        if figure == growth.RECALL:
            axes.set(yscale="linear", ylim=(0, 1.05))
    picture.savefig(path)
