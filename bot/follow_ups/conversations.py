"""What each asker was told lately, for follow-ups to go on from, and which one article is asked: for half an hour."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.types import Answer

KEPT = 30 * 60  # seconds
TURNS = 8  # an asker's last ones, which are kept
_ASKERS = 2_000

Asker = TypeVar("Asker", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Turn:
    at: float
    number: int
    answer: Answer
    shown_in: int | None


def article_at_hand(earlier: Sequence[Answer]) -> str | None:
    """The article that was spoken of last, if any was, of the answers `earlier`, oldest first."""
    return next((told.article for told in reversed(earlier) if told.article), None)


class Conversations(Protocol[Asker]):
    """Each asker's last turns, by whatever tells askers apart. Where they are in a database, all raises StoreError."""

    def only(self, asker: Asker) -> str | None:
        """The one article that the asker chose to ask, half an hour ago or since."""
        ...

    def ask_only(self, asker: Asker, article: str | None) -> None:
        """From now on the asker asks only `article`; None is all of them."""
        ...

    def earlier(self, asker: Asker, before: int | None = None) -> list[Answer]:
        """What the asker was told in the last half hour, oldest first; to messages numbered lower than `before`."""
        ...

    def told(self, asker: Asker, number: int) -> Answer | None:
        """The answer to the asker's message `number`, if it is still kept."""
        ...

    def shown_in(self, asker: Asker, number: int) -> int | None:
        """The message that shows the answer to the asker's message `number`, if that is still kept."""
        ...

    def add(self, asker: Asker, number: int, answer: Answer, shown_in: int | None = None) -> None:
        """Keep `answer`, to the asker's message `number`, which the message `shown_in` shows."""
        ...

    def forget(self, asker: Asker) -> bool:
        """Drop what the asker asked, chose and was told. False where nothing was kept."""
        ...

    def purge(self) -> None:
        """Drop all turns and choices that are older than half an hour."""
        ...

    def forget_where(self, is_meant: Callable[[Asker], bool]) -> None:
        """Drop what all askers that `is_meant` asked, chose and were told."""
        ...


class ConversationsInMemory(Generic[Asker]):
    """Conversations of this process alone; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turns: OrderedDict[Asker, list[_Turn]] = OrderedDict()
        self._only: dict[Asker, tuple[str, float]] = {}

    def only(self, asker: Asker) -> str | None:
        article, at = self._only.get(asker, (None, 0.0))
        return article if self._clock() - at <= KEPT else None

    def ask_only(self, asker: Asker, article: str | None) -> None:
        self._only.pop(asker, None)
        if article is not None:
            self._only[asker] = article, self._clock()

    def earlier(self, asker: Asker, before: int | None = None) -> list[Answer]:
        return [turn.answer for turn in self._kept(asker) if before is None or turn.number < before]

    def told(self, asker: Asker, number: int) -> Answer | None:
        return next((turn.answer for turn in self._kept(asker) if turn.number == number), None)

    def shown_in(self, asker: Asker, number: int) -> int | None:
        return next((turn.shown_in for turn in self._kept(asker) if turn.number == number), None)

    def add(self, asker: Asker, number: int, answer: Answer, shown_in: int | None = None) -> None:
        turns = [turn for turn in self._kept(asker) if turn.number != number]
        self._turns[asker] = [*turns, _Turn(self._clock(), number, answer, shown_in)][-TURNS:]
        self._turns.move_to_end(asker)
        if asker in self._only:
            self.ask_only(asker, self.only(asker))  # for half an hour more
        while len(self._turns) > _ASKERS or self._is_over(next(iter(self._turns.values()))):
            self._turns.popitem(last=False)

    def forget(self, asker: Asker) -> bool:
        kept = bool(self._kept(asker)) or asker in self._only
        self._only.pop(asker, None)
        self._turns.pop(asker, None)
        return kept

    def purge(self) -> None:
        self._only = {asker: chosen for asker, chosen in self._only.items() if self.only(asker)}
        kept = ((asker, self._kept(asker)) for asker in self._turns)
        self._turns = OrderedDict((asker, turns) for asker, turns in kept if turns)

    def forget_where(self, is_meant: Callable[[Asker], bool]) -> None:
        self._only = {asker: chosen for asker, chosen in self._only.items() if not is_meant(asker)}
        for asker in [asker for asker in self._turns if is_meant(asker)]:
            del self._turns[asker]

    def _kept(self, asker: Asker) -> list[_Turn]:
        return [turn for turn in self._turns.get(asker, []) if not self._is_over([turn])]

    def _is_over(self, turns: list[_Turn]) -> bool:
        return self._clock() - turns[-1].at > KEPT
