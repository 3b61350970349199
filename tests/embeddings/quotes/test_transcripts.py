"""Interviews and transcripts: whose words stand after a name and a colon."""

from __future__ import annotations

import pytest

from embeddings.articles import make_article
from embeddings.quotes import read_quotes
from embeddings.sentences import split_sentences
from embeddings.types import Quote

INTRODUCTION = "Greta Hull fished off Velby for 48 years. She spoke with reporter Nils Aas.\n\n"
LAST = "\n\nThe ministry's spokesman, Henrik Foss, said in an email that stocks off Velby had grown. Hull laughed.\n"
KNEES = "My knees. And the cod. There is none left worth getting up for."
TRAWLERS = "The trawlers first. They take in one night what I took in a year."


def _read(text: str) -> list[Quote]:
    article = make_article("talk", text, {})
    quotes, entities = read_quotes(article, split_sentences(article))
    assert all(article.text[quote.start : quote.end] == quote.text for quote in quotes)
    assert {entity.name for entity in entities if entity.kind == "person"} <= {"Greta Hull", "Nils Aas", "Henrik Foss"}
    return list(quotes)


@pytest.mark.parametrize(
    ("asks", "answers", "asker", "attribution"),
    [
        ("Aas", "Hull", "Nils Aas", "explicit"),
        ("NILS AAS", "GRETA HULL", "Nils Aas", "explicit"),
        ("AAS", "Ms. Hull", "Nils Aas", "explicit"),
        ("Q", "A", None, "resolved"),
    ],
)
def test_whoever_a_label_names_says_what_follows(asks: str, answers: str, asker: str | None, attribution: str) -> None:
    """In capitals or not; "A" is whom the rest is about. What stands below is reported as everywhere."""
    turns = [
        f"{asks}: Why did you stop?",
        f"{answers}: {KNEES}",
        f"{asks}: What do you blame?",
        f"{answers}: {TRAWLERS}",
    ]
    quotes = _read(INTRODUCTION + "\n\n".join(turns) + LAST)
    said = [(quote.text, quote.kind, quote.attribution) for quote in quotes if quote.speaker == "Greta Hull"]
    assert said == [(KNEES, "direct", attribution), (TRAWLERS, "direct", attribution)]
    assert [quote.speaker for quote in quotes if quote.text.endswith("?")] == ([asker] * 2 if asker else [])
    assert quotes[-1].speaker == "Henrik Foss"


@pytest.mark.parametrize(
    "lines",
    [
        ["Hull: 41 percent.", "Aas: 24 percent.", "Foss: 17 percent."],
        ["Hull: Supports the quotas.", "Aas: Opposes them.", "Foss: Has not decided."],
        ["Hull: I never saw it."],
        ["Note: You may write to us.", "Velby: Our next stop.", "Update: We went on."],
    ],
)
def test_a_list_is_no_transcript(lines: list[str]) -> None:
    """Nor is a single line, nor one whose label is nobody."""
    assert [quote.speaker for quote in _read(INTRODUCTION + "\n\n".join(lines) + LAST)] == ["Henrik Foss"]


UNKNOWN = (
    "Naledi Okoro opened her first kitchen in Velby. Nils Aas met her before lunch, and her wife, Ines Duarte.\n\n"
)


@pytest.mark.parametrize(
    ("asks", "answers", "attribution"),
    [("Aas", "Okoro", "explicit"), ("NA", "NO", "explicit"), ("Question", "Answer", "resolved")],
)
def test_who_speaks_by_a_label_is_a_person(asks: str, answers: str, attribution: str) -> None:
    """Though the parser takes the name for a company's; by initials; or the first one whom the text names."""
    turns = [
        f"{asks}: Why did you stop?",
        f"{answers}: {KNEES}",
        f"{asks}: What do you blame?",
        f"{answers}: {TRAWLERS}",
    ]
    article = make_article("kitchen", UNKNOWN + "\n\n".join(turns) + "\n", {})
    quotes, entities = read_quotes(article, split_sentences(article))
    said = [(quote.text, quote.attribution) for quote in quotes if quote.speaker == "Naledi Okoro"]
    assert said == [(KNEES, attribution), (TRAWLERS, attribution)]
    assert {entity.kind for entity in entities if entity.name == "Naledi Okoro"} == {"person"}


def test_what_somebody_in_a_turn_says_that_another_one_said() -> None:
    """It is the other one's, too, where the turn tells who that is."""
    retold = 'Foss told me that the stocks had grown. My brother said, "Leave it to the ministry, all of it."'
    turns = ["Aas: Why did you stop?", f"Hull: {retold}", "Aas: And the cod?", f"Hull: {KNEES} He said he was sorry."]
    quotes = _read(INTRODUCTION + "\n\n".join(turns) + LAST)
    assert [(quote.speaker, quote.text) for quote in quotes if quote.text in retold] == [
        ("Greta Hull", retold),
        ("Henrik Foss", "that the stocks had grown"),
        ("My brother", '"Leave it to the ministry, all of it."'),
    ]
    assert not any(quote.text == "he was sorry" for quote in quotes)
