"""What no quote answers and a passage tells, with the model and the reader that come with saidwhat."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.asking import ask_after
from bot.questions.line import read_question
from bot.retrieval import answer
from bot.settings import Settings
from bot.speakers.unquoted import is_anothers
from bot.types import Answer
from embeddings.library import Library

HARBOUR = """Harbour board quarrels over dredging

Marta Ilves called the dredging plan reckless on Tuesday. "The seabed is not ours to ruin," said Marta Ilves, who heads
the fishing union.

Board chairman Petr Sandoz apologized to the fishermen for the noise of the pumps. "We begin in March," Sandoz said.

Tolvan was a lighthouse keeper who drew the first chart of the bay in 1874.

One of the fishermen is Leila Brandt, 25, from the village of Cove End. Jonas Ostrow's father was a painter in Vell.

The letter warns that strangers will buy the boats and turn the quay into a hotel.

Mayor Ursula von der Lind watched from the gallery and left before the vote on the new crane.
"""


@pytest.fixture(scope="module")
def harbour(as_shipped: Callable[[str], Library]) -> Library:
    return as_shipped(HARBOUR)


def _answer(library: Library, text: str) -> Answer:
    return answer(read_question(text), library, threshold=0.3)


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Did Sandoz say sorry to the fishermen for the noise?", "Board chairman Petr Sandoz apologized"),
        ("Who was Tolvan?", "Tolvan was a lighthouse keeper"),
        ("Who is Leila Brandt?", "One of the fishermen is Leila Brandt"),
        ("What becomes of the quay if strangers buy the boats, in the letter's view?", "The letter warns"),
    ],
)
def test_a_passage_tells_what_no_quote_does(harbour: Library, question: str, begins: str) -> None:
    """Somebody quoted on other things, somebody whom no role introduces, and what is no name at all."""
    assert read_question(question).intent in ("quotes", "who")
    told = _answer(harbour, question)
    assert told.status == "answered"
    assert told.passages[0].text.startswith(begins)
    assert told.quotes == ()
    assert (told.remark != "") == (told.question.intent == "quotes")  # that it is no quote is said


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ("What did Ursula von der Lind think of the new crane?", "The articles mention Ursula von der Lind but do not"),
        ("Who said the crane is new?", "Nobody is quoted as saying that."),
        ("Who talked about the new crane?", "Nobody is quoted as saying that."),
        ("What has Sandoz said about aid?", "Petr Sandoz is quoted once, but apparently not on aid."),
        (
            "What did Sandoz say about taxes in Peru?",
            "Petr Sandoz is quoted once, but apparently not on taxes in Peru.",
        ),
        ("What did Kowalski say about the dredging?", "The articles do not mention Kowalski."),
        ("Who said “a lighthouse keeper”?", "Nobody is quoted as saying that."),
        ("Who is Jonas Ostrow?", "The articles mention Jonas Ostrow but do not say who that is."),
        ("Who is Anna Lindqvist?", "The articles do not mention Anna Lindqvist."),
        ("What did she say about the noise?", "Whom do you mean by"),
    ],
)
def test_an_honest_no_stays_one(harbour: Library, question: str, remark: str) -> None:
    """One who is only mentioned, a topic nobody spoke on, a stranger, words that are in no quote, a pronoun."""
    told = _answer(harbour, question)
    assert (told.status, told.passages) == ("not_found", ())
    assert told.remark.startswith(remark)


@pytest.mark.parametrize(
    ("description", "words", "is_anothers_words"),
    [
        ("the manager", "it was a disgrace", True),
        ("the lawyer", "it was a disgrace", False),
        ("the disgrace", "it was a disgrace", False),
        ("the manager", "the ministry knew of it", False),
        ("the manager", "Consumer Watch did not comment", False),
    ],
)
def test_whose_words_a_sentence_has(letters: Library, description: str, words: str, is_anothers_words: bool) -> None:
    """Another's: somebody's who has a name, and neither the role nor anything else of what was described."""
    sentence = next(sentence for sentence in letters.store.sentences("letters") if words in sentence.text)
    assert is_anothers(description, sentence, letters) == is_anothers_words


WORKS = """Velmark cuts jobs

"We have no choice," said Erik Lund, the chief executive of Velmark. The union IF Metal said it would fight the cuts.
The prosecution said the trial would go on.

Helen Brandt, whose father worked at the plant, was sceptical. "Nobody believes it," she said.
"""


def test_other_words_for_an_office_and_who_is_no_name(as_shipped: Callable[[str], Library]) -> None:
    """ "The CEO" is the chief executive; "sceptical" is nobody; one whose father is told of is introduced by that."""
    works = as_shipped(WORKS)
    assert _answer(works, "What did the CEO say?").speaker == "Erik Lund"
    assert _answer(works, "What did the boss of Velmark say?").speaker == "Erik Lund"
    for question in ("Who is sceptical?", "Who is Helen Brandt?"):
        told = _answer(works, question)
        assert (told.status, told.passages[0].text[:12]) == ("answered", "Helen Brandt")


def test_the_union_after_a_speaker_may_be_another_speaker(as_shipped: Callable[[str], Library]) -> None:
    """Where the one who was asked about said nothing on it."""
    library = as_shipped(WORKS)
    told = ask_after(["What did Lund say?", "and the union?", "and the prosecution?"], library, Settings(), ["one"])
    assert [one.quotes[0].quote.text for one in told] == [
        '"We have no choice,"',
        "it would fight the cuts",
        "the trial would go on",
    ]
