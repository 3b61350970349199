"""A stretch of text in, the date it states out, as ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo

from dateutil import parser

from embeddings.types import Span

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b))?"
_DAY = rf"""
    \d{{4}}-\d{{1,2}}-\d{{1,2}}                               # 2017-03-02
  | \d{{1,2}}\.\d{{1,2}}\.\d{{4}}                             # 02.03.2017, day first
  | \d{{1,2}}/\d{{1,2}}/\d{{4}}                               # 3/28/2017, where only one reading is possible
  | {_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,\s*|\s+)\d{{4}}   # March 2, 2017
  | \d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}          # 2 March 2017
"""
_CLOCK_BEFORE = rf"{_CLOCK},?\s+(?:on\s+)?"
_DATE = re.compile(
    rf"\b(?:{_CLOCK_BEFORE})?\b(?:{_DAY})(?:T{_CLOCK}|\b(?:\s*,?\s*(?:at\s+)?{_CLOCK})?)", re.IGNORECASE | re.VERBOSE
)
_UNSTATED = (datetime(2000, 1, 1), datetime(2001, 2, 2))  # what dateutil fills in where a part is missing


def find_date(text: str, start: int = 0, end: int | None = None) -> tuple[str, Span] | None:
    """The first date in `text[start:end]`, as ISO 8601 (with the time of day where it is given), and its place.

    A date with dots is read day first (02.03.2017 is the second of March). One with slashes is read only
    where a single reading is possible: newspapers differ, and a guess would be a false citation.
    """
    for match in _DATE.finditer(text, start, len(text) if end is None else end):
        stated = to_iso(match.group())
        if stated:
            return stated, Span(match.start(), match.end())
    return None


def to_iso(stated: str) -> str | None:
    """`stated` as ISO 8601, or None where it is no whole date or could be two."""
    day = re.sub(f"^{_CLOCK_BEFORE}", "", stated)
    slashed = re.match(r"(\d{1,2})/(\d{1,2})/", day)
    if slashed and max(int(part) for part in slashed.groups()) <= 12 and slashed.group(1) != slashed.group(2):
        return None
    day_first = bool(re.match(r"\d{1,2}\.", day))
    try:
        moment, other = (
            parser.parse(stated, dayfirst=day_first, default=unstated, tzinfos=_zone) for unstated in _UNSTATED
        )
        if moment != other:
            return None
        return moment.isoformat(timespec="minutes") if re.search(r"\d:\d", stated) else moment.date().isoformat()
    except (ValueError, ArithmeticError):  # of numbers that are none, and zones more than a day away
        return None


def _zone(name: str | None, seconds: int | None) -> tzinfo | None:
    """The zone that is given by an offset; a name alone ("EST") means different ones in different places."""
    return None if seconds is None else timezone(timedelta(seconds=seconds))
