"""What each asker was told lately, for follow-ups to go on from: in memory, for half an hour, no longer."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from bot.types import Answer

KEPT = 30 * 60  # seconds
_TURNS = 8  # an asker's last ones
_ASKERS = 10_000


@dataclass(frozen=True, slots=True)
class _Turn:
    at: float
    number: int
    answer: Answer


class Conversations:
    """Each asker's last turns, by whatever tells askers apart; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turns: OrderedDict[Hashable, list[_Turn]] = OrderedDict()

    def earlier(self, asker: Hashable) -> list[Answer]:
        """What the asker was told in the last half hour, oldest first."""
        return [turn.answer for turn in self._kept(asker)]

    def told(self, asker: Hashable, number: int) -> Answer | None:
        """The answer to the asker's message `number`, if it is still kept."""
        return next((turn.answer for turn in self._kept(asker) if turn.number == number), None)

    def add(self, asker: Hashable, number: int, answer: Answer) -> None:
        """Keep `answer`, to the asker's message `number`."""
        turns = [turn for turn in self._kept(asker) if turn.number != number]
        self._turns[asker] = [*turns, _Turn(self._clock(), number, answer)][-_TURNS:]
        self._turns.move_to_end(asker)
        while len(self._turns) > _ASKERS or self._is_over(next(iter(self._turns.values()))):
            self._turns.popitem(last=False)

    def forget(self, asker: Hashable) -> bool:
        """Drop what the asker asked and was told. False where nothing was kept."""
        kept = bool(self._kept(asker))
        self._turns.pop(asker, None)
        return kept

    def _kept(self, asker: Hashable) -> list[_Turn]:
        return [turn for turn in self._turns.get(asker, []) if not self._is_over([turn])]

    def _is_over(self, turns: list[_Turn]) -> bool:
        return self._clock() - turns[-1].at > KEPT
