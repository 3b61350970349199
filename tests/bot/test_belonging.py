"""Of whom a sentence tells an age, or the like, beside the one who was asked about."""

from __future__ import annotations

import pytest

from bot.passages.belonging import Whose, named_for_age, whose
from bot.retrieval import answer
from bot.types import Question
from embeddings.articles import make_article
from embeddings.library import Library


@pytest.mark.parametrize(
    ("question", "text", "of"),
    [
        ("How old is Ann Poe?", "Ann Poe, 44, was fined.", "own"),
        ("how old is poe", "The 44-year-old baker Ann Poe was fined.", "own"),
        ("How old was Mr Poe?", "Tom Poe (51) was fined.", "own"),
        ("What is Ann Poe's age?", "Tom Poe, 51, was fined.", "another's"),
        ("How old is Ann Poe?", "Tom Birch, aged 51, drove Ann Poe home.", "another's"),
        ("How old is Ann Poe?", "The 51-year-old drove Ann Poe home.", "unclear"),
        ("How old is Ann Poe?", "Poe was 51.", "unclear"),
        ("How old is Ann Poe?", "Poe drove home.", "nobody's"),
        ("How old is the driver?", "Tom Birch, 51, drove.", None),
        ("Who is Poe's coach?", "Poe's former coach, Tom Birch, left.", "own"),
        ("Who is Poe's coach?", "Birch's coach, Ivo Brandt, left.", "another's"),
        ("Who is Poe's coach?", "The coach left.", None),
        ("Where did Ann Poe live?", "Tom Birch, 51, lived in Vell.", None),
        ("How old was Poe when she left?", "Tom Birch, 51, left.", None),
        ("What is Poe's reward?", "Birch's reward was 5 euros.", None),
    ],
)
def test_of_whom_a_sentence_tells_it(question: str, text: str, of: Whose | None) -> None:
    assert whose(question, text) == of


def test_who_is_asked_about() -> None:
    assert named_for_age("and how old was Mrs Ann Poe?") == ("ann", "poe")
    assert named_for_age("How old is the bridge?") == ()
    assert named_for_age("How old were they?") == ()


def test_an_age_beside_the_name_comes_first_and_another_s_counts_less(letters: Library) -> None:
    text = "Two fined\n\nTom Birch, 51, is old. How old Tom is nobody asked. Ann Poe, 44, was fined on Monday.\n"
    letters.put(make_article("fined", text, {}))

    def asked(name: str) -> tuple[str, float]:
        told = answer(Question(f"How old is {name}?"), letters, scope=["fined"])
        return told.passages[0].text, told.confidence

    assert asked("Ann Poe")[0] == "Ann Poe, 44, was fined on Monday."
    assert asked("Ann Poe")[1] >= 0.75
    assert asked("Eva Lind")[1] < 0.5
