"""Reading a question: its intent, whom it asks about, which fact of the article it wants."""

from __future__ import annotations

import pytest

from bot.question import read_question


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("When was this article published?", "published"),
        ("when was it written", "published"),
        ("What’s the date of the article?", "published"),
        ("publication date", "published"),
        ("What is the title of the story?", "title"),
        ("headline?", "title"),
        ("Where is this article from?", "source"),
        ("Who wrote this?", "author"),
        ("Who is the author of the article?", "author"),
        ("What is this about?", "gist"),
        ("Please summarise the article", "gist"),
        ("tl;dr", "gist"),
    ],
)
def test_questions_about_the_article(text: str, fact: str) -> None:
    """A question about the article itself names the fact that it wants."""
    question = read_question(text)
    assert (question.intent, question.fact) == ("about", fact)


@pytest.mark.parametrize(
    "text",
    [
        "What is the deal about?",
        "When was the base published as a target?",
        "Who wrote the letter?",
        "What is the title of the minister?",
        "When was the bridge opened?",
        "Where is the harbour?",
        "asdf",
        "Who was elected?",
        "Who is the mayor of Vell?",
        "что сказал мэр?",
    ],
)
def test_questions_about_the_content(text: str) -> None:
    """What only resembles a question about the article is a question about what it tells."""
    assert read_question(text).intent == "passage"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Who is Ines Kader?", "Ines Kader"),
        ("who is ines kader", "ines kader"),
        ("Who's Kader?", "Kader"),
        ("Tell me who is Jean-Luc O’Neil", "Jean-Luc O'Neil"),
    ],
)
def test_questions_for_a_person(text: str, name: str) -> None:
    """ "Who is X" asks for a person, whatever the case of the letters."""
    question = read_question(text)
    assert (question.intent, question.speaker) == ("who", name)


@pytest.mark.parametrize("text", ["Hi", "hello there!", "Thanks a lot", "???", "😀", "what can you do?", "", "  "])
def test_smalltalk(text: str) -> None:
    """Greetings, thanks, marks without letters and questions to the bot are no questions to an article."""
    assert read_question(text).intent == "smalltalk"


def test_blanks_are_evened_out() -> None:
    """Line breaks and runs of blanks count as one blank."""
    assert read_question("  When does\n the bridge   open? ").text == "When does the bridge open?"
