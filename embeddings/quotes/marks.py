"""A paragraph in, the stretches between quotation marks out: straight, curly, single, low and guillemet marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.types import Span

# which marks can close a quotation that a mark has opened
_CLOSING = {"“": "”\"''", '"': "\"”''", "„": '“”"', "«": "»", "»": "«", "``": "''\"”", "''": "''\"", "”": '”"'}
_MARK = re.compile(r"``|''|[\"“”„«»]")
_OPENING_SINGLE = re.compile(r"(?<![\w'’.,!?])['‘](?=[\w“\"$])(?!(?:em|til|tis|twas|cause|\d0s)\b)")
_CLOSING_SINGLE = re.compile(r"(?<=[\w.,!?…])['’](?!\w)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch with its quotation marks, `start` to `end` of the article's text.

    `closed` is False where the closing mark is missing, as in a quotation of several paragraphs, which opens each of
    them anew and closes only the last.
    """

    start: int
    end: int
    closed: bool = True


def quotations(text: str, paragraph: Span) -> list[Quotation]:
    """The outermost quotations of a paragraph, in order; what is nested inside one is part of it.

    A mark without a partner spoils its own paragraph at most: an unclosed quotation runs to the paragraph's end.
    """
    found: list[Quotation] = []
    start, closing = None, ""
    for mark in _MARK.finditer(text, paragraph.start, paragraph.end):
        if start is None:
            if _can_open(text, mark, paragraph):
                start, closing = mark.start(), _CLOSING[mark[0]]
        elif mark[0] in closing and _can_close(text, mark, paragraph):
            found.append(Quotation(start, mark.end()))
            start = None
    if start is not None:
        found.append(Quotation(start, paragraph.end, closed=False))
    return sorted(found + _single(text, paragraph, found), key=lambda quotation: quotation.start)


def _can_open(text: str, mark: re.Match[str], paragraph: Span) -> bool:
    before = text[mark.start() - 1] if mark.start() > paragraph.start else " "
    after = text[mark.end()] if mark.end() < paragraph.end else " "
    if after.isspace():
        return mark[0] in "“„«" and mark.end() < paragraph.end
    return mark[0] in ("“", "„", "«", "``") or (not before.isalnum() and before not in ".,!?’'")


def _can_close(text: str, mark: re.Match[str], paragraph: Span) -> bool:
    if mark[0] in ("”", "»", "''"):
        return True
    before, after = text[mark.start() - 1], text[mark.end()] if mark.end() < paragraph.end else " "
    return not before.isspace() and (not after.isalnum() or before in ".,!?")


def _single(text: str, paragraph: Span, double: Sequence[Quotation]) -> list[Quotation]:
    """Quotations in single marks outside those in double ones; apostrophes are told by what stands around them."""
    found: list[Quotation] = []
    at = paragraph.start
    while opening := _OPENING_SINGLE.search(text, at, paragraph.end):
        at = opening.end()
        if any(other.start <= opening.start() < other.end for other in double):
            continue
        for closing in _CLOSING_SINGLE.finditer(text, opening.end(), paragraph.end):
            possessive = re.match(r"s['’] \w", text[closing.start() - 1 : closing.start() + 3])
            if possessive and _CLOSING_SINGLE.search(text, closing.end(), paragraph.end):
                continue
            found.append(Quotation(opening.start(), closing.end()))
            at = closing.end()
            break
    return found
