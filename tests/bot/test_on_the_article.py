"""What is asked of the article of the answer just given: "who wrote it?", "when did she say that?"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.asking import ask, ask_after
from bot.settings import Settings
from bot.types import Answer
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.types import Scope, Shelves

SETTINGS = Settings(answer_threshold=0)
TITLE = "Fishing talks end without a deal"


def _last(library: Library, *texts: str) -> Answer:
    return ask_after(texts, library, SETTINGS)[-1]


@pytest.mark.parametrize(
    ("text", "full", "told"),
    [
        ("when did she say that?", f"When was the article “{TITLE}” published?", "Published 19 May 2020."),
        ("When did Dorn say that?", f"When was the article “{TITLE}” published?", "Published 19 May 2020."),
        ("when was that?", f"When was the article “{TITLE}” published?", "Published 19 May 2020."),
        ("and when?", f"When was the article “{TITLE}” published?", "Published 19 May 2020."),
        ("on what date was that said?", f"When was the article “{TITLE}” published?", "Published 19 May 2020."),
        ("when was that published?", f"When was the article “{TITLE}” published?", "Published 19 May 2020."),
        ("publication date", f"When was the article “{TITLE}” published?", "Published 19 May 2020."),
        ("who published that?", f"Who published the article “{TITLE}”?", "The article does not state its source."),
        ("where was that published?", f"Where was the article “{TITLE}” published?", "The article does not state its"),
        ("who wrote it?", f"Who wrote the article “{TITLE}”?", "The article does not name its author."),
        ("which article is that from?", f"What is the article “{TITLE}” called?", TITLE),
    ],
)
def test_a_fact_of_the_article_of_an_answer(talks: Library, text: str, full: str, told: str) -> None:
    """It is told of that article alone, of several, under what the question was taken for."""
    answered = _last(talks, "What did Elena Dorn say?", text)
    assert answered.question.text == full
    assert answered.question.as_typed == text
    assert answered.remark.startswith(f"Taken as: {full}\n{told}")
    assert {passage.citation.article for passage in answered.passages} <= {"talks"}


def test_the_sentence_may_tell_when(talks: Library) -> None:
    """Beside the date of the article stands the sentence that was told, if it names a day."""
    answered = _last(talks, "Who said that the new bridge will open in June?", "when did they say that?")
    assert [passage.text for passage in answered.passages] == [
        "12.04.2021 09:30",
        "The new bridge over the Orne will open in June, the town council said on Monday.",
    ]


def test_one_fact_after_another(talks: Library) -> None:
    """The article stays the one that is spoken of, over refusals and thanks as well."""
    told = ask_after(["What did Elena Dorn say?", "who wrote it?", "thanks", "when was it published?"], talks, SETTINGS)
    assert [answer.status for answer in told] == ["answered", "not_found", "not_found", "answered"]
    assert told[-1].remark.endswith("Published 19 May 2020.")


def test_the_time_of_what_happened_comes_first(talks: Library) -> None:
    """After a passage "when was that?" is answered by one that tells a time, and only else by the article's date."""
    happened = _last(talks, "What was torn away by the storm?", "when was that?")
    assert happened.question.text == "When? (What was torn away by the storm)"
    assert "A storm in January" in happened.passages[0].text
    published = _last(talks, "What feeds eleven villages?", "when was that?")
    assert published.remark.endswith("Published 19 May 2020.")


def test_when_something_is_is_no_question_on_the_article(talks: Library) -> None:
    """An article has been published: "when is it?" asks of what it tells."""
    for before in ("What feeds eleven villages?", "What did Elena Dorn say?"):
        assert "published" not in _last(talks, before, "when is it?").question.text


def test_of_several_articles_none_is_meant(talks: Library) -> None:
    """After an answer about all articles, a fact is told of all of them again."""
    answered = _last(talks, "When was this published?", "who wrote it?")
    assert answered.remark == "“Harbour bridge to open in June”: By Ada Lind."
    assert answered.question.typed is None


def test_another_speaker_is_a_new_question(talks: Library) -> None:
    """When somebody else said something is not told by the article of an answer that does not name the one."""
    assert _last(talks, "What did Elena Dorn say?", "When did Okafor say that?").question.intent == "passage"


@pytest.mark.parametrize("scope", [["bridge", "school"], Shelves(("8",))])
def test_an_article_that_is_no_longer_in_scope(talks: Library, scope: Scope) -> None:
    """Nothing is told of an article that cannot be asked any more."""
    talks.put(replace(talks.store.article("talks"), shelf="7"))
    before = ask("What did Elena Dorn say?", talks, SETTINGS)
    answered = ask("when was that published?", talks, SETTINGS, scope=scope, earlier=[before])
    assert "talks" not in {passage.citation.article for passage in answered.passages}
    assert TITLE not in answered.remark


def test_the_article_of_a_fact_without_a_place(library: Library) -> None:
    """Also an answer that cites nothing speaks of an article."""
    library.put(
        make_article("end", "The ferry ends in May.", {"title": "Ferry", "date": "2021-05-01", "author": "Ott"})
    )
    told = ask_after(["When was the article about the ferry published?", "who wrote it?"], library, SETTINGS)
    assert [answer.passages for answer in told] == [(), ()]
    assert told[1].remark == "Taken as: Who wrote the article “Ferry”?\nBy Ott."
