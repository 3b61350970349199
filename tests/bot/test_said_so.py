"""Who said what an answer has just shown: "who said that?", "says who?"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.asking import ask, ask_after
from bot.settings import Settings
from bot.types import Answer
from embeddings.library import Library
from embeddings.types import Scope, Shelves

SETTINGS = Settings(answer_threshold=0)
ZHALNIN = "Viktor Zhalnin, head of the Northern Fishing Institute."


def _last(library: Library, *texts: str) -> Answer:
    return ask_after(texts, library, SETTINGS)[-1]


@pytest.mark.parametrize(
    "text",
    [
        *("who said that?", "Who says so?", "who said so", "and who said it?", "says who?", "Who claims this?"),
        *("according to whom?", "whose words are these?", "Who was it that said that?", "who told them that?"),
        *("who is quoted there?", "кто это сказал?", "чьи это слова?"),
    ],
)
def test_who_is_quoted_in_the_passage(talks: Library, text: str) -> None:
    """The speaker is named, with role, and the words are shown as his, whatever way it is asked in."""
    answered = _last(talks, "What feeds eleven villages?", text)
    assert (answered.status, answered.remark, answered.speaker) == ("answered", ZHALNIN, "Viktor Zhalnin")
    assert [quote.quote.text for quote in answered.quotes] == ["The sea, he added, feeds eleven villages."]
    assert answered.passages[0].text.startswith("The sea")
    assert (answered.question.text, answered.question.as_typed) == ("What feeds eleven villages?", text)


def test_it_goes_on_from_there(talks: Library) -> None:
    """ "He" is then the one who said it."""
    told = ask_after(["What feeds eleven villages?", "who said that?", "what else did he say?"], talks, SETTINGS)
    assert told[-1].speaker == "Viktor Zhalnin"
    assert "eleven villages" not in told[-1].passages[0].text


def test_what_was_asked_before_is_still_gone_on_from(talks: Library) -> None:
    """ "Since when?" is asked of what was asked, and not of who said it."""
    told = _last(talks, "What feeds eleven villages?", "who said that?", "since when?")
    assert told.question.text == "Since when? (What feeds eleven villages)"


def test_nobody_is_quoted_there(talks: Library) -> None:
    """What the article says in its own words is nobody's."""
    answered = _last(talks, "When did the talks on cod quotas end?", "who said that?")
    assert answered.status == "not_found"
    assert answered.remark == "Nobody is quoted in that passage: the article says it in its own words."
    assert answered.passages == ()


@pytest.mark.parametrize("text", ["who said that the bridge is late?", "who said what?", "who wrote that?", "by whom?"])
def test_another_question_is_not_bent(talks: Library, text: str) -> None:
    """What asks for more than whose words these are, is another question."""
    answered = _last(talks, "What feeds eleven villages?", text)
    assert answered.remark != ZHALNIN


def test_thanks_change_nothing(talks: Library) -> None:
    """Between the passage and the question for its speaker the asker may be polite."""
    assert _last(talks, "What feeds eleven villages?", "thanks", "who said that?").remark == ZHALNIN


@pytest.mark.parametrize("earlier", [[], ["thanks"], ["What feeds eleven villages?", "What did Antipov say?"]])
def test_nothing_was_shown(talks: Library, earlier: list[str]) -> None:
    """Where the last answer shows no passage, that is said, and who is quoted."""
    answered = _last(talks, *earlier, "who said that?")
    assert answered.status == "not_found"
    assert answered.remark.startswith("I have shown no passage whose words you could mean: ask for one first. Quoted")


@pytest.mark.parametrize("scope", [["bridge", "school"], Shelves(("8",))])
def test_an_article_that_is_no_longer_in_scope(talks: Library, scope: Scope) -> None:
    """Nothing is told of an article that cannot be asked any more."""
    talks.put(replace(talks.store.article("talks"), shelf="7"))
    before = ask("What feeds eleven villages?", talks, SETTINGS)
    assert before.article == "talks"
    answered = ask("who said that?", talks, SETTINGS, scope=scope, earlier=[before])
    assert answered.remark.startswith("I have shown no passage")
    assert "Zhalnin" not in answered.remark
