"""An organisation is asked about, and those speak for it who do so by their role."""

from __future__ import annotations

import pytest

from bot.questions.line import read_question
from bot.retrieval import answer
from bot.speakers.spoken_for import speaks_for
from bot.types import Answer
from bot.words import say
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.name_words import name_words
from tests.hand_made import LETTERS, TOLD, Named, Said


def _answer(library: Library, text: str) -> Answer:
    return answer(read_question(text), library, top_k=9, threshold=0.12)


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        ("What did Northfield say?", "Northfield", ['"We are deeply sorry,"']),
        ("quotes by Northfield", "Northfield", ['"We are deeply sorry,"']),
        ("What did the Treasury say?", "the Treasury", ["the ministry knew of it", "a fine would follow"]),
        ("What did the Treasury say about a fine?", "the Treasury", ["a fine would follow"]),
        ("What did the bank say?", "the bank", ["nobody would lose a home"]),
    ],
)
def test_an_organisation_speaks_through_those_who_hold_an_office(
    letters: Library, question: str, name: str, said: list[str]
) -> None:
    """Its spokesman, or who leads it; not who was there once, or is against it. A remark says that they count."""
    told = _answer(letters, question)
    assert [cited.quote.text for cited in told.quotes] == said
    assert (told.speaker, told.remark) == (name, say("spoken_for", name=name))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did Daniel Pruitt say?", '"We are deeply sorry,"'),
        ("What did the chief executive say?", "nobody would lose a home"),
        ("What did the spokeswoman for the Treasury say?", "the ministry knew of it"),
        ("What did the bank's chief executive say?", "nobody would lose a home"),
    ],
)
def test_who_is_asked_about_speaks_alone(letters: Library, question: str, said: str) -> None:
    """By a name, or by the office itself."""
    told = _answer(letters, question)
    assert ([cited.quote.text for cited in told.quotes], told.remark) == ([said], "")


def test_an_abbreviation_is_spoken_for(talks: Library) -> None:
    """As what it stands for."""
    told = _answer(talks, "What did the CFA say?")
    assert [cited.quote.speaker for cited in told.quotes] == ["Elena Dorn", "Elena Dorn"]
    assert told.remark == say("spoken_for", name="the Coastal Fisheries Agency")


def test_what_nobody_says_for_it_is_refused(letters: Library) -> None:
    """With the number of all that is said for it; the organisation counts as one."""
    told = _answer(letters, "What did the Treasury say about the school?")
    words = say("spoken_for", name="the Treasury")
    assert told.remark == f"{words}\nthe Treasury is quoted 2 times, but apparently not on the school."


def test_whom_nobody_speaks_for_is_not_quoted(letters: Library) -> None:
    """As one who is only mentioned, and would not speak: the sentence that tells so is shown."""
    told = _answer(letters, "What did Consumer Watch say?")
    assert told.remark == "The articles mention Consumer Watch but do not quote Consumer Watch."
    assert ([one.text for one in told.passages], told.quotes) == (["Consumer Watch did not comment."], ())


def test_what_two_articles_call_alike_is_not_one(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "The bank" of one article is not that of another; what has a name is the same everywhere."""
    monkeypatch.setitem(TOLD, "other", TOLD["letters"])
    letters.put(make_article("other", LETTERS, {}))
    assert _answer(letters, "What did Northfield say?").remark == say("spoken_for", name="Northfield")
    assert _answer(letters, "What did the bank say?").remark == ""


@pytest.mark.parametrize(
    ("name", "description", "speaks"),
    [
        ("Acme", "Acme spokesman", True),
        ("Acme", "Acme's chief executive", True),
        ("Acme", "an Acme spokeswoman", True),
        ("Acme", "a lawyer for Acme", True),
        ("White House", "White House chief of staff", True),
        ("Fisheries Agency", "director general of the Fisheries Agency", True),
        ("Acme", "a representative of Acme", True),
        ("Acme", "Acme's head of sales", True),
        ("Acme", "Representative Ann Poe of Acme", False),
        ("Acme", "a former Acme spokesman", False),
        ("Acme", "an Acme customer", False),
        ("Acme", "a critic of Acme", False),
        ("Acme", "an Acme lawyer in Linton", False),
        ("Acme", "Acme Museum director", False),
        ("Linton", "the Linton director of Acme", False),
        ("Linton", "director of the Acme Museum at Linton", False),
        ("House", "White House press secretary", False),
        ("Acme", "Acme's first choice as president", False),
    ],
)
def test_which_office_speaks_for_what(name: str, description: str, speaks: bool) -> None:
    """One that is held there, today, and not at something that has the name in its own."""
    assert speaks_for(name_words(name), description) == speaks


def test_its_leader_speaks_for_what_was_just_named(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    said = (Said("crews had complained", "Petter Lohne", kind="indirect"),)
    monkeypatch.setitem(TOLD, "crews", ((Named("Petter Lohne", role="leader"),), said))
    text = "Crews warn\n\nThe seamen's union was not satisfied. Its leader, Petter Lohne, said crews had complained.\n"
    letters.put(make_article("crews", text, {}))
    told = answer(read_question("What did the seamen's union say?"), letters, top_k=9, threshold=0.12)
    assert [cited.quote.text for cited in told.quotes] == ["crews had complained"]
    assert told.speaker == "the seamen's union"
