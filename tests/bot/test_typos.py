"""Mistyped words of a question are put right as the articles write them; others are left alone."""

from __future__ import annotations

import pytest

from bot.asking import ask
from bot.settings import Settings
from bot.spelling.typos import without_typos
from embeddings.library import Library


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how many harbuors will be new", "how many harbours will be new"),
        ("when did the talks on quotsa end", "when did the talks on quotas end"),
        ("did the sotrm take the jetty", "did the storm take the jetty"),
        ("who plays footbal", "who plays footbal"),  # the articles have no such word
        ("who called it Harbuors", "who called it Harbuors"),  # may be a name
        ("did anybody apologise", "did anybody apologise"),
        ("where do the harbours lie", "where do the harbours lie"),
    ],
)
def test_typos(talks: Library, typed: str, meant: str) -> None:
    """Only what neither the encoder nor the articles know, and is a slip of a word that these have."""
    assert without_typos(typed, talks, None) == meant


def test_names_are_left_alone(talks: Library) -> None:
    """They have their own way; what is asked about them is mended."""
    told = ask("what did harbuor say about harbuors?", talks, Settings())
    assert "harbuor say" in told.question.text
    told = ask("What did Elena Dorn say about harbuors?", talks, Settings())
    assert told.question.text == "What did Elena Dorn say about harbours?"


def test_the_answer_tells_what_was_read(talks: Library) -> None:
    """As after a question that goes on from another."""
    told = ask("who will pay for the new harbuors?", talks, Settings())
    assert told.remark.startswith("Taken as: who will pay for the new harbours?")
    assert told.question.typed == "who will pay for the new harbuors?"
