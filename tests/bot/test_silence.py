"""Somebody is asked about who is not quoted, but of whom it is told that they would not speak."""

from __future__ import annotations

import pytest

from bot.questions.line import read_question
from bot.retrieval import answer
from embeddings.articles import make_article
from embeddings.library import Library
from tests.hand_made import TOLD, Named, Said

ARTICLE = """Ferry line to end

The ferry line will end in May. Capt. Leif Sorum was tested for alcohol. The result was negative. He declined to\
 comment through his lawyer.

Skanvia, the company that may buy the ship, did not respond to a request for comment. The Kremlin had no comment.

Rosa Berg owns the quay. Tom Haig met her there. He would not discuss the price.

Ana Vik sails to Velby twice a day.
"""


@pytest.fixture
def ferry(talks: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    people = (
        Named("Leif Sorum", aliases=("Sorum",)),
        Named("Skanvia", "organisation"),
        Named("Kremlin", "organisation"),
        Named("Rosa Berg"),
        Named("Tom Haig"),
        Named("Ana Vik"),
    )
    monkeypatch.setitem(TOLD, "ferry", (people, ()))
    talks.put(make_article("ferry", ARTICLE, {}))
    return talks


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Sorum", "He declined to comment through his lawyer."),
        ("Skanvia", "Skanvia, the company that may buy the ship, did not respond to a request for comment."),
        ("the Kremlin", "The Kremlin had no comment."),
        ("Tom Haig", "He would not discuss the price."),
    ],
)
def test_who_would_not_speak(ferry: Library, name: str, told: str) -> None:
    """The sentence that tells so is the answer, under the remark that there is no quote."""
    found = answer(read_question(f"What did {name} say?"), ferry, top_k=3, threshold=0.12)
    assert (found.status, [passage.text for passage in found.passages], found.quotes) == ("answered", [told], ())
    assert "do not quote" in found.remark


def test_who_would_not_speak_of_it(talks: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """One who is quoted on something else is told to have said nothing on this."""
    text = "Ferry\n\nTom Haig said that the quay was old. He declined to comment on the price."
    said = Said("that the quay was old", "Tom Haig", "said")
    monkeypatch.setitem(TOLD, "quay", ((Named("Tom Haig", aliases=("Haig",)),), (said,)))
    talks.put(make_article("quay", text, {}))
    found = answer(read_question("What did Haig say about the price?"), talks, top_k=3, threshold=0.12)
    assert [passage.text for passage in found.passages] == ["He declined to comment on the price."]
    assert found.remark.endswith("quoted once, but apparently not on the price.")


@pytest.mark.parametrize("name", ["Rosa Berg", "Ana Vik"])
def test_who_is_only_mentioned(ferry: Library, name: str) -> None:
    """Nobody else's silence is theirs."""
    assert answer(read_question(f"What did {name} say?"), ferry, top_k=3, threshold=0.12).status == "not_found"
