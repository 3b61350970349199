"""Quotation marks of all kinds are paired, and a stray one spoils its own paragraph at most."""

from __future__ import annotations

import re

import pytest

from embeddings.quotes.marks import quotations
from embeddings.types import Span


def quoted(text: str) -> list[str]:
    """The quotations of `text`, whose paragraphs are its lines."""
    paragraphs = [Span(*line.span()) for line in re.finditer(r".+", text)]
    return [text[found.start : found.end] for paragraph in paragraphs for found in quotations(text, paragraph)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We sail," she said, "at six."', ['"We sail,"', '"at six."']),
        ("“We sail,” she said.", ["“We sail,”"]),
        ("«We sail», she said.", ["«We sail»"]),
        ("„We sail“, she said.", ["„We sail“"]),
        ("''We sail,'' she said.", ["''We sail,''"]),
        ("``We sail,'' she said.", ["``We sail,''"]),
        ("‘We sail,’ she said.", ["‘We sail,’"]),
        ("'We sail,' she said.", ["'We sail,'"]),
    ],
)
def test_marks_of_every_kind(text: str, expected: list[str]) -> None:
    """Straight, curly, single, low and guillemet marks open and close a quotation."""
    assert quoted(text) == expected


def test_nested_quotations_are_part_of_the_outer_one() -> None:
    """What is quoted inside a quotation is no quotation of its own."""
    assert quoted("“He told me ‘go home’ twice,” she said.") == ["“He told me ‘go home’ twice,”"]


def test_apostrophes_are_no_quotation_marks() -> None:
    """Contractions, possessives and clipped years stay what they are."""
    assert quoted("The sailors' ship wasn't Anna's; in the '90s it was the owners' pride.") == []


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    """A mark without a partner leaves the next paragraph as it is."""
    assert quoted('"We sail at six.\nThe crew "cheered" then.') == ['"We sail at six.', '"cheered"']


def test_inches_and_feet_are_no_quotation_marks() -> None:
    """A mark right after a digit opens nothing."""
    assert quoted('The plank is 6" wide.') == []
