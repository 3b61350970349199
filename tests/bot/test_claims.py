"""Who said what the question tells, with the model and the reader that come with saidwhat."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.questions.line import read_question
from bot.retrieval import answer
from bot.speakers.claims import asks_who_claimed
from embeddings.library import Library

STRIKE = """Dockers walk out over cranes

Dockworkers at the port walked off the job on Monday in the first strike there since 1998.

"We are not against machines," said Joanna Petrakis, secretary of the Harbour Union. She said talks had broken down.

Hamid Rezai, who runs a small import firm, said every day of the strike cost him 4,000 euros.

The harbour master told the crew of the Calypso to wait in the outer bay.

The union's lawyer, Ines Maro, called the company's brochure “an insult to dockers.”

Mayor Birgit Osei believed in the fuel terminal from the first day on.
"""


@pytest.fixture(scope="module")
def strike(as_shipped: Callable[[str], Library]) -> Library:
    return as_shipped(STRIKE)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who said that the strike cost him money?", True),
        ("Who told the crew to wait?", True),
        ("Whose idea was the strike?", True),
        ("Who talked about the strike?", False),
        ("Who said anything about the strike?", False),
        ("Who said “not against machines”?", False),
        ("What did Rezai say about the strike?", False),
    ],
)
def test_what_asks_who_claimed_something(question: str, asks: bool) -> None:
    """A claim is told whole; a topic, a speaker and words in marks are asked for otherwise."""
    assert asks_who_claimed(read_question(question)) == asks


def test_whoever_is_quoted_in_the_sentence_said_it(strike: Library) -> None:
    """The speaker is named, with the very words."""
    told = answer(read_question("Who said every day of the strike cost him 4,000 euros?"), strike, threshold=0.3)
    assert (told.status, told.speaker) == ("answered", "Hamid Rezai")
    assert told.remark.startswith("Hamid Rezai, who runs a small import firm")
    assert [cited.quote.text for cited in told.quotes] == ["every day of the strike cost him 4,000 euros"]


def test_whoever_is_quoted_with_all_the_words_said_it(strike: Library) -> None:
    """The very words of a quote are enough, however unsure the rest."""
    told = answer(read_question("Who called the brochure an insult to dockers?"), strike, threshold=0.95)
    assert [cited.quote.text for cited in told.quotes[:1]] == ["the company's brochure “an insult to dockers.”"]


def test_a_sentence_tells_who_thought_so(strike: Library) -> None:
    """Where nobody is quoted, the sentence itself answers."""
    told = answer(read_question("Who believed in the fuel terminal from the first day?"), strike, threshold=0.3)
    assert (told.status, told.quotes) == ("answered", ())
    assert told.passages[0].text.startswith("Mayor Birgit Osei believed in the fuel terminal")


@pytest.mark.parametrize(
    "question",
    [
        "Who said the strike was illegal?",
        "Who said that the moon landing was faked?",
        "Who said that dockworkers walked off the job on Monday?",
    ],
)
def test_nobody_is_named_for_what_nobody_said(strike: Library, question: str) -> None:
    """What is only near, far off, or told by the article itself, was said by nobody."""
    told = answer(read_question(question), strike, threshold=0.3)
    assert (told.status, told.passages) == ("not_found", ())
    assert told.remark.startswith("Nobody is quoted as saying that. Quoted are: ")
