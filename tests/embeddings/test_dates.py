"""Dates as newspapers write them: read where one reading is possible, left alone where two are."""

from __future__ import annotations

import pytest

from embeddings.dates import find_date, to_iso
from embeddings.types import Span


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("02.03.2017", "2017-03-02"),
        ("02.03.2017 13:20", "2017-03-02T13:20"),
        ("2.3.2017, 9:05", "2017-03-02T09:05"),
        ("March 2, 2017", "2017-03-02"),
        ("March 2nd 2017", "2017-03-02"),
        ("June 5,2020", "2020-06-05"),
        ("Mar. 2, 2017", "2017-03-02"),
        ("Sept. 3, 2017", "2017-09-03"),
        ("2 March 2017", "2017-03-02"),
        ("2nd March, 2017", "2017-03-02"),
        ("21 MAY 2019", "2019-05-21"),
        ("March 2, 2017 at 5:20 p.m.", "2017-03-02T17:20"),
        ("2 March 2017, 5:20 PM", "2017-03-02T17:20"),
        ("2017-03-02", "2017-03-02"),
        ("2017-3-2", "2017-03-02"),
        ("2017-03-02 13:20", "2017-03-02T13:20"),
        ("2017-03-02T13:20", "2017-03-02T13:20"),
        ("2017-03-02T13:20:45Z", "2017-03-02T13:20+00:00"),
        ("2017-03-02T13:20:45.123+01:00", "2017-03-02T13:20+01:00"),
        ("02 Mar 2017 13:20:00 GMT", "2017-03-02T13:20+00:00"),
        ("29.02.2020", "2020-02-29"),
    ],
)
def test_dates_that_are_read(written: str, iso: str) -> None:
    """A written date is ISO 8601, with the time of day where it is given, and its place is all of it."""
    assert find_date(f"Updated {written} | Orne") == (iso, Span(8, 8 + len(written)))
    assert to_iso(written) == iso


def test_dots_are_read_day_first() -> None:
    """02.03.2017 is the second of March, and so is its time of day kept."""
    assert find_date("Harbour bridge to open 02.03.2017 13:20") == ("2017-03-02T13:20", Span(23, 39))


@pytest.mark.parametrize("written", ["3/4/2017", "12/11/2017", "01/02/2017 13:20"])
def test_slashes_with_two_readings(written: str) -> None:
    """A date with slashes that could be read either way is no date."""
    assert find_date(written) is None
    assert to_iso(written) is None


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("3/28/2017", "2017-03-28"),
        ("28/3/2017", "2017-03-28"),
        ("4/4/2017", "2017-04-04"),
        ("1/13/2017 10:20", "2017-01-13T10:20"),
    ],
)
def test_slashes_with_one_reading(written: str, iso: str) -> None:
    """A date with slashes is read where only one reading is possible."""
    assert find_date(written) == (iso, Span(0, len(written)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The bridge opens soon.",
        "in March 2017",
        "on Monday at 13:20",
        "Maybe 12 of 2017 visitors paid.",
        "Marching 2 2017",
        "Room 12-2017",
        "192.168.2017",
        "a2017-03-02",
        "2017-03-021",
    ],
)
def test_texts_without_a_date(text: str) -> None:
    """A month with its year, a weekday, and numbers that only look like a date are none."""
    assert find_date(text) is None


@pytest.mark.parametrize(
    "text",
    ["31.02.2017", "32.01.2017", "Feb 30, 2017", "2017-13-02", "29.02.2019", "13/13/2017", "2017-03-02T10:20+99:99"],
)
def test_impossible_dates(text: str) -> None:
    """A day that no calendar has is no date."""
    assert find_date(text) is None


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("Mon, 12 Apr 2021 09:30 EST", "2021-04-12T09:30"),
        ("12 Apr 2021 09:30 UTC", "2021-04-12T09:30+00:00"),
        ("12 Apr 2021 09:30 -0330", "2021-04-12T09:30-03:30"),
        ("9" * 30 + "m", None),
        ("1e99 April", None),
    ],
)
def test_dates_as_anybody_may_state_them(stated: str, iso: str | None) -> None:
    """The name of a zone is not guessed at, and numbers out of all bounds are no date."""
    assert to_iso(stated) == iso


def test_an_impossible_date_is_passed_over() -> None:
    """The first date that exists is taken."""
    assert find_date("31.02.2017, then 01.03.2017") == ("2017-03-01", Span(17, 27))


def test_the_first_of_two_dates() -> None:
    """Of two dates the first is taken."""
    assert find_date("2 May 2019, updated 3 May 2019") == ("2019-05-02", Span(0, 10))


def test_only_the_stretch_is_looked_at() -> None:
    """A date before `start` or after `end` is not seen, and the place is counted from the beginning of the text."""
    text = "01.01.2020 and 02.01.2020 and 03.01.2020"
    assert find_date(text, 11, 28) == ("2020-01-02", Span(15, 25))
    assert find_date(text, 11, 14) is None


@pytest.mark.parametrize("stated", ["2019", "March 2017", "13:20", "Monday", "soon", "99999999999999999999", ""])
def test_a_part_of_a_date_is_not_filled_in(stated: str) -> None:
    """A year, a month, a weekday or a time alone is no date: today's day never stands in for what is missing."""
    assert to_iso(stated) is None


def test_a_date_in_one_number() -> None:
    """Eight digits are a date where the whole value is to be one, and not in the middle of a text."""
    assert to_iso("20190503") == "2019-05-03"
    assert find_date("20190503") is None
