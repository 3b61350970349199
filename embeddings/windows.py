"""The sentences of an article in, stretches of neighbouring sentences out that a model can read in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.types import Span


@dataclass(frozen=True, slots=True)
class Window:
    """A text to encode: the headline, then neighbouring sentences of one block.

    `sentences` are those to take from it: their number in the article, and where they stand in `text`.
    """

    text: str
    sentences: tuple[tuple[int, Span], ...]


def windows(title: str, blocks: Sequence[Sequence[str]], lengths: Sequence[int], limit: int) -> Iterator[Window]:
    """Windows of at most `limit` word pieces that hold each sentence once, where one sentence alone does not exceed it.

    `lengths` are the word pieces of the headline and then of each sentence, in order. Where a block is cut, the
    next window begins with the last sentence again, as context.
    """
    number = 0
    for block in blocks:
        first = number
        while number < first + len(block):
            context = number - 1 if number > first and _fits(lengths, number - 1, number + 1, limit) else number
            end = number + 1
            while end < first + len(block) and _fits(lengths, context, end + 1, limit):
                end += 1
            yield _window(title, block, range(context - first, end - first), number - first, number)
            number = end


def _fits(lengths: Sequence[int], start: int, end: int, limit: int) -> bool:
    return lengths[0] + sum(lengths[1 + start : 1 + end]) <= limit


def _window(title: str, block: Sequence[str], shown: range, taken: int, number: int) -> Window:
    """The window over `shown` of `block`; sentences from `taken` on are taken, the first as `number`."""
    text, places = f"{title.rstrip('.')}.", []
    for index in shown:
        text += " "
        if index >= taken:
            places.append((number + index - taken, Span(len(text), len(text) + len(block[index]))))
        text += block[index]
    return Window(text, tuple(places))
