"""What makes one doubt that a passage answers."""

from __future__ import annotations

import pytest

from bot.passages.doubts import DOUBTS, doubts

PASSAGE = "The mayor of Vell said on Monday that the ferry had carried 220,000 people in 2020."


@pytest.mark.parametrize(
    ("question", "words", "doubted"),
    [
        ("How many people did the ferry carry in 2020?", "220,000", set()),
        ("How many people did the ferry carry in 2019?", "220,000", {"numbers missing"}),
        ("How many people did the mayor of Caen carry?", "220,000", {"names missing"}),
        ("How many people did the ferry carry?", "The mayor of Vell", {"other kind"}),
        ("What did the ferry carry people for?", "carried people", {"repetition"}),
        ("When did the mayor say so?", "on Monday", set()),
        ("Who said so?", "on Monday", set()),  # a name for all that can be told
        ("Who said so?", "carried", {"other kind"}),
        ("Why did the ferry carry so many?", "", set()),
    ],
)
def test_what_is_doubted(question: str, words: str, doubted: set[str]) -> None:
    """A name or a number that stands nowhere near, words that only repeat the question, or are of another kind."""
    found = dict(zip(DOUBTS, doubts(question, PASSAGE, words), strict=True))
    assert {name for name, value in found.items() if value} == doubted


def test_names_and_numbers_are_counted_wherever_they_stand() -> None:
    """Each that is missing counts; the first word's capital tells nothing, and a name may stand in its other forms."""
    found = doubts("Did Orne and Caen's mayors meet Vell's in 2019 or 2020?", PASSAGE, "on Monday")
    assert dict(zip(DOUBTS, found, strict=True))["names missing"] == 2
    assert dict(zip(DOUBTS, found, strict=True))["numbers missing"] == 1
