"""The same story twice: what copies say alike is one answer, cited together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.asking import all_quotes
from bot.questions.line import read_question
from bot.render.as_json import answer_json
from bot.render.wording import passage_line, plain_text
from bot.retrieval import answer
from bot.same_words import together
from bot.types import Citation, Passage
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Article, Entity, Quote, Sentence, Span
from tests.conftest import BRIDGE, ConceptEncoder
from tests.hand_made import hand_made

OPENS = "The new bridge over the Orne will open in June, the town council said on Monday."


def sentence(article: str, text: str) -> Sentence:
    return Sentence(article, 0, 1, 0, len(text), text)


def grouped(*told: tuple[str, str]) -> list[list[str]]:
    groups = together([sentence(*one) for one in told], lambda one: one)
    return [[one.article for one in group] for group in groups]


@pytest.mark.parametrize(
    "copy",
    [
        OPENS,
        "The new bridge over the Orne will open in June, the town council said Monday.",
        "The new bridge over the Orne is to open in June, the town council said on Monday",
        "  The new bridge over the Orne will open in June — the town council said on Monday. ",
    ],
)
def test_a_copy(copy: str) -> None:
    """A sentence that another article has, word for word or nearly, belongs to the first."""
    assert grouped(("a", OPENS), ("b", copy)) == [["a", "b"]]


@pytest.mark.parametrize(
    "other",
    [
        "The new bridge over the Orne will open in July, the town council said on Monday.",
        "The new bridge over the Vire will open in June, the town council said on Monday.",
        "The new bridge over the Orne will open in June 2021, the town council said on Monday.",
        "The old bridge over the Orne was shut down in June, a member of the council said on Monday.",
        "A ferry will go until June, the council of the town on the Orne said on Monday.",
    ],
)
def test_no_copy(other: str) -> None:
    """Another month, place or number, or other words, say something else."""
    assert grouped(("a", OPENS), ("b", other)) == [["a"], ["b"]]


def test_what_is_never_put_together() -> None:
    """What one article says twice stays apart, and so does what is too short to be a copy."""
    assert grouped(("a", OPENS), ("a", OPENS), ("b", OPENS)) == [["a", "b"], ["a"]]
    assert grouped(("a", "He said no."), ("b", "He said no.")) == [["a"], ["b"]]
    assert grouped() == []


def read_in_both(article: Article, sentences: Sequence[Sentence]) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
    """The quotes of the bridge's article, whatever article they stand in."""
    quotes, entities = hand_made(replace(article, id="bridge"), sentences)
    return (
        tuple(replace(quote, article=article.id) for quote in quotes),
        tuple(replace(entity, article=article.id) for entity in entities),
    )


@pytest.fixture
def copied(tmp_path: Path, encoder: ConceptEncoder) -> Iterator[Library]:
    """An article, and a copy of it in another paper, under another headline."""
    library = Library(EmbeddedStore(tmp_path / "home"), encoder, read_in_both)
    for name, headline in (("bridge", "Harbour bridge to open in June"), ("courier", "June for the bridge")):
        library.put(make_article(name, BRIDGE.replace("Harbour bridge to open in June", headline), {}))
    yield library
    library.store.close()


def test_copies_are_cited_together(copied: Library) -> None:
    """A passage that two articles have is shown once, with both named; in JSON with the place in each."""
    told = answer(read_question("When will the bridge open?"), copied, top_k=3)
    first, *others = told.passages
    assert [citation.article for citation in (first.citation, *first.also)] == ["bridge", "courier"]
    assert first.text not in [passage.text for passage in others]
    assert "June for the bridge" in plain_text(told).split("\n\n")[0]
    (also,) = answer_json(told, None)["passages"][0]["also"]
    assert copied.store.article("courier").text[also["start"] : also["end"]] == first.text
    assert told.found == 4


def test_one_article_is_not_cited_twice(copied: Library) -> None:
    """In the scope of one article there is nothing else to name."""
    told = answer(read_question("When will the bridge open?"), copied, scope=["courier"], top_k=3)
    assert [passage.also for passage in told.passages] == [()] * len(told.passages)


def test_how_others_are_named() -> None:
    """Other articles are named by publisher or title, by id where that is the same, and only a few of them."""
    place = Citation("a", "The bridge", None, None, 1, 0, 5)
    also = tuple(
        replace(place, article=article, title=title) for article, title in (("b", "The bridge"), ("c", "June"))
    )
    passage = Passage(1, place, "Opens", Span(0, 5), "Opens", 1.0, also=also)
    assert passage_line(passage, offsets=False) == "The bridge · paragraph 1 · also in: b; June"
    posted = replace(also[0], publisher="The Orne Post")
    named = replace(passage, citation=replace(place, publisher="Vell Times"), also=(posted,))
    assert passage_line(named, offsets=False) == "The bridge · Vell Times · paragraph 1 · also in: The Orne Post"
    many = replace(passage, also=(*also, replace(place, article="d"), replace(place, article="e")))
    assert passage_line(many, offsets=False) == "The bridge · paragraph 1 · also in: b; June; 2 more"


def test_quotes_of_copies(copied: Library) -> None:
    """A quote that two articles have is one; a list of all quotes has both."""
    told = answer(read_question("What did Mayor Kader say?"), copied)
    (cited,) = told.quotes
    assert (cited.citation.article, [citation.article for citation in cited.also], told.found) == (
        "bridge",
        ["courier"],
        1,
    )
    assert plain_text(told).endswith(" · also in: June for the bridge")
    assert [one.citation.article for one in all_quotes("Kader", copied).quotes] == ["bridge", "courier"]


def test_copies_are_counted_once(copied: Library) -> None:
    """Who is quoted how often, and what the articles cover, is counted without copies."""
    told = answer(read_question("Who is quoted?"), copied)
    assert told.remark == "Ines Kader, Mayor: 1 quote\nthe town council: 1 quote"
    off_topic = answer(read_question("What did Kader say about the school?"), copied)
    assert off_topic.remark == "Ines Kader is quoted once, but apparently not on the school."
    copied.put(make_article("third", BRIDGE, {}))
    refused = answer(read_question("Who won the chess tournament?"), copied, threshold=1.0)
    assert refused.remark.endswith("They cover “Harbour bridge to open in June” and 1 more.")
