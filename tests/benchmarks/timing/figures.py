"""Measured values in, one by one; series with their medians and ratios, and a JSON line for each, out."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

PLAIN = "plain script"
SAIDWHAT = "saidwhat"

Key = tuple[str, str, int]
"""What is measured, of whom, and with how many sentences."""


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one figure, a run each, in runs that took turns with those of others."""

    figure: str
    unit: str
    who: str
    sentences: int
    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def over(self, other: Series) -> float:
        """How many times as much as `other`: the median over runs that followed each other, else of the medians."""
        if len(self.values) != len(other.values):
            return self.median / other.median
        return statistics.median(own / its for own, its in zip(self.values, other.values, strict=True))


@dataclass(slots=True)
class Figures:
    """All that was measured so far."""

    series: dict[Key, Series] = field(default_factory=dict)

    def note(self, figure: str, unit: str, who: str, sentences: int, value: float) -> None:
        """One more value."""
        key = (figure, who, sentences)
        self.series.setdefault(key, Series(figure, unit, who, sentences, [])).values.append(value)

    def of(self, figure: str, who: str, sentences: int) -> Series | None:
        """A series, or None where nothing was measured."""
        return self.series.get((figure, who, sentences))

    def sizes(self) -> list[int]:
        """With how many sentences something was measured; 0 stands for what has none."""
        return sorted({series.sentences for series in self.series.values()})

    def json_lines(self) -> Iterator[str]:
        """A JSON object a line, each a series."""
        for series in self.series.values():
            plain = self.of(series.figure, PLAIN, series.sentences)
            over = {"times_plain": series.over(plain)} if plain and series.who != PLAIN else {}
            yield json.dumps(asdict(series) | {"median": series.median} | over)
