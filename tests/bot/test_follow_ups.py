"""What a question means after others: pronouns, fragments, bare question words; and new topics, left as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.asking import ask, ask_after
from bot.follow_ups.readings import Reading, readings
from bot.questions.line import read_question
from bot.settings import Settings
from bot.types import Answer
from embeddings.articles import make_article
from embeddings.library import Library
from tests.hand_made import TOLD, Named, Said


def _read(text: str, *before: str | Answer, library: Library) -> list[Reading]:
    turns = [Answer(read_question(turn), "not_found", 0.0) if isinstance(turn, str) else turn for turn in before]
    return list(readings(text, turns, library.store, None))


@pytest.mark.parametrize(
    ("before", "text", "full"),
    [
        ("What did Zhalnin say?", "who is he?", "Who is Viktor Zhalnin?"),
        ("Why did the price of nets go up?", "and Zhalnin?", "What did Zhalnin say about the price?"),
        ("When did the harbour open?", "and the town council?", "What did the town council say about the harbour?"),
        ("What did Elena Dorn ask for?", "why?", "Why did Elena Dorn ask?"),
        ("what about the quotas?", "who criticised them?", "Who criticised the quotas?"),
        ("What did Russia’s Zhalnin say?", "and Elena Dorn?", "What did Elena Dorn say?"),
        ("What did Zhalnin say about the nets?", "and about the villages?", "What did Zhalnin say about the villages?"),
        ("What did Zhalnin say about the nets?", "And Elena Dorn?", "What did Elena Dorn say about the nets?"),
        ("What did Zhalnin say?", "what about Elena Dorn?", "What did Elena Dorn say?"),
        ("What did Elena Dorn say?", "What else did she say?", "What else did Elena Dorn say?"),
        ("What did Zhalnin say about the nets?", "why?", "Why? (Zhalnin, the nets)"),
        ("What did Zhalnin say about the nets?", "and about his boat?", "What did Zhalnin say about his boat?"),
        ("What did Zhalnin say?", "and the prosecutors?", "What did the prosecutors say?"),
        ("What did Zhalnin say?", "and the police?", "What did the police say?"),
        ("How many people died at the harbour?", "and on the ferry?", "How many people died on the ferry?"),
        ("Where did Zhalnin meet Elena Dorn?", "when was that?", "When did Zhalnin meet Elena Dorn?"),
        ("Where did Zhalnin meet Elena Dorn?", "and what did he tell her?", "What did Viktor Zhalnin tell Elena Dorn?"),
        ("How many of Norway's boats went home?", "and of Iceland's?", "How many of Iceland's boats went home?"),
        ("Who met Zhalnin in the morning?", "and in the evening?", "Who met Zhalnin in the evening?"),
        ("When will the new bridge open?", "how much did it cost?", "How much did the new bridge cost?"),
        ("Which boats does Zhalnin own?", "how old are they?", "How old are boats?"),
        ("How many goals did the drivers score?", "how much did they pay?", "How much did the drivers pay?"),
        ("Where did Zhalnin live?", "no, I meant Elena Dorn", "Where did Elena Dorn live?"),
        ("How long did the boats stay?", "and now?", "and now?"),
        ("What did Zhalnin say about the nets?", "and on the villages?", "What did Zhalnin say about the villages?"),
        ("What else did Zhalnin say?", "and Elena Dorn?", "What did Elena Dorn say?"),
        ("What else did Zhalnin say about nets?", "why?", "Why? (Zhalnin, nets)"),
        ("What else did Zhalnin say?", "what about pay?", "What did Zhalnin say about pay?"),
        ("How many boats went home?", "why?", "Why boats went home?"),
        ("How many pupils took part in the study?", "who led it?", "Who led the study?"),
        ("What did Zhalnin say about the nets?", "what about pay?", "What did Zhalnin say about pay?"),
        ("Who pays for the wall?", "how high is it?", "How high is the wall?"),
        ("and where did Zhalnin meet Elena Dorn?", "when was that?", "When did Zhalnin meet Elena Dorn?"),
        ("What did Zhalnin say about art?", "and bargains?", "What did Zhalnin say about bargains?"),
        ("What did Zhalnin say about the town’s debt?", "and the nets?", "What did Zhalnin say about the nets?"),
        ("Where did Zhalnin buy his boat?", "what did it cost?", "What did Viktor Zhalnin's boat cost?"),
        ("Where did Zhalnin meet Elena Dorn?", "how did he lose his boat?", "How did Viktor Zhalnin lose his boat?"),
        (
            "How long did Zhalnin talk with the minister?",
            "what did they eat?",
            "What did Zhalnin and the minister eat?",
        ),
        (
            "What did Zhalnin tell Elena Dorn?",
            "where did those two meet?",
            "Where did Viktor Zhalnin and Elena Dorn meet?",
        ),
        ("How many boats does Norway have?", "and nets?", "How many nets does Norway have?"),
        ("Who won Vell for the liberals?", "and the conservatives?", "Who won Vell for the conservatives?"),
        ("How many boats left Norway?", "how many were lost?", "How many boats were lost?"),
        ("How many boats were lost?", "by whom?", "By whom were boats lost?"),
        ("What did Zhalnin say?", "about the nets?", "What did Zhalnin say about the nets?"),
        ("What did Zhalnin say?", "and his lawyer?", "What did Viktor Zhalnin's lawyer say?"),
        ("What did Zhalnin say?", "and the captain?", "What did the captain say?"),
        ("Did Zhalnin go?", "what did he say about it?", "What did Viktor Zhalnin say?"),
        ("Did Zhalnin pay for the nets?", "why not?", "Why did Zhalnin not pay for the nets?"),
        ("where did zhalnin meet elena dorn?", "and what did he tell her?", "What did Viktor Zhalnin tell Elena Dorn?"),
        ("Where did Zhalnin meet Elena Dorn?", "when and where?", "When and where did Zhalnin meet Elena Dorn?"),
        ("What did Zhalnin tell Dorn about nets?", "and Antipov?", "What did Antipov tell Dorn about nets?"),
        ("When does Zhalnin speak in Vell?", "who else?", "Who else does speak in Vell?"),
        ("Was Elena Dorn hurt?", "who else?", "Who else was hurt?"),
        ("What did Zhalnin say about the nets?", "who else?", "Who else spoke about the nets?"),
        ("Who met Zhalnin?", "who else?", "Who met Zhalnin?"),
        (
            "When will the new bridge open?",
            "whose idea was it to build it?",
            "Whose idea was it to build the new bridge?",
        ),
    ],
)
def test_a_follow_up_in_full(talks: Library, before: str, text: str, full: str) -> None:
    """What is left out or stands as a pronoun is filled in from the question before."""
    assert _read(text, before, library=talks)[0].text == full


@pytest.mark.parametrize(
    "text",
    [
        "When does the school in Vell reopen?",
        "Why did Elena Dorn say her agency would pay?",
        "Which senator lost his seat?",
        "Is it true that the bridge opens in June?",
        "Zhalnin",
        "thanks",
    ],
)
def test_a_new_topic_is_not_bent(talks: Library, text: str) -> None:
    """A question that stands for itself stays as it is, whatever was asked before."""
    assert _read(text, "What did Zhalnin say about the nets?", library=talks) == [Reading(text)]


def test_a_question_that_hardly_tells_what_it_is_on_is_asked_of_what_the_last_was_on(talks: Library) -> None:
    """First as it stands; then of the same. What names somebody, or is put to the bot, is asked only as it stands."""
    for text, *others in (
        ("Who was at the wheel?", "Who was at the wheel? (the bridge, Vell)"),
        ("did anybody drown?", "did anybody drown? (the bridge, Vell)"),
        ("Who sails for Norway?",),
        ("who made you?",),
        ("thanks a lot",),
    ):
        assert [one.text for one in _read(text, "Who closed the bridge in Vell?", library=talks)] == [text, *others]


def test_what_was_added_to_a_question_is_no_part_of_it(talks: Library) -> None:
    """What goes on from "Was it dark? (the bridge)" goes on from "Was it dark?"; from no question, nothing does."""
    assert _read("why?", "was anybody drowned? (the bridge)", library=talks)[0].text == "Why was anybody drowned?"
    assert _read("and the nets?", "blah blah", library=talks) == [Reading("and the nets?")]


def test_what_points_at_nothing_that_was_named_is_asked_of_the_same(talks: Library) -> None:
    """ "It" may be all that was asked about."""
    found = _read("what did Zhalnin call it?", "Who paid?", library=talks)
    assert [one.text for one in found] == ["what did Zhalnin call it? (paid)", "what did Zhalnin call it?"]


def test_after_a_question_on_a_speaker_one_may_be_named_by_role(talks: Library) -> None:
    """ "And the spokeswoman?" asks what she said, as "and Elena Dorn?" does."""
    (first, *_) = _read("and the spokeswoman?", "What did Zhalnin say about the nets?", library=talks)
    assert first.text == "What did the spokeswoman say about the nets?"


def test_he_is_nobody_that_is_nobody(talks: Library) -> None:
    """Neither the price nor the agency can be meant by "he"."""
    for before in ("Why did the price go up?", "What did the Coastal Fisheries Agency do?"):
        assert _read("when was he elected?", before, library=talks)[0].text == "when was he elected?"


def test_why_it_was_done_to_whoever_was_told(letters: Library) -> None:
    """ "Why?" after "Who was hurt?" asks why those were whom the answer named."""
    (told,) = ask_after(["Who was sued by Susan Wu?"], letters, Settings(answer_threshold=0.0))
    told = replace(told, passages=(replace(told.passages[0], text="Susan Wu has sued Peter Lang."),))
    assert _read("why?", told, library=letters)[0].text == "Why was Peter Lang sued by Susan Wu?"


def test_no_why_of_what_was_no_question(talks: Library) -> None:
    """After words without a verb, or what somebody said of nothing, there is nothing to ask "why?" of."""
    for before in ("the nets, please", "What did Zhalnin say?"):
        assert _read("why?", before, library=talks) == [Reading("why?")]
    (read,) = _read("what about pay?", "What did Zhalnin say?", "why?", library=talks)
    assert read.text == "What did Zhalnin say about pay?"


def test_nothing_before_it(talks: Library) -> None:
    """Without an earlier question a follow-up stays as it was typed, and so it does after a greeting."""
    assert _read("and why?", library=talks) == [Reading("and why?")]
    assert _read("and why?", "hello", library=talks) == [Reading("and why?")]


def test_a_pronoun_looks_back_past_a_turn(talks: Library) -> None:
    """Who "she" is may have been named two questions before."""
    read = _read("what did she say?", "What did Elena Dorn say?", "What did Tom Okafor say?", library=talks)
    assert read[0].text == "What did Elena Dorn say?"


def test_more_is_what_was_not_shown(talks: Library) -> None:
    """ "What else?" gives the next quotes, until there are none; nothing is shown twice."""
    settings = Settings(top_k=2)
    told = ask_after(["What did Zhalnin say?", "what else did he say?", "what else?"], talks, settings)
    assert [len(answer.passages) for answer in told] == [2, 1, 0]
    assert not told[0].shown & told[1].shown
    assert told[1].remark == "More on: What else did Viktor Zhalnin say?"
    assert told[2].remark.endswith("That is all that Viktor Zhalnin is quoted with.")


def test_more_of_something_is_not_what_else(talks: Library) -> None:
    """ "More" that belongs to a thing asks nothing anew: what was shown may answer."""
    for text, more in (
        ("did he say any more?", True),
        ("did he say more about nets?", True),
        ("did he ask for more nets?", False),
    ):
        assert [reading.more for reading in _read(text, "What did Zhalnin say?", library=talks)][:1] == [more]


def test_after_a_question_on_a_speaker_a_name_may_be_another_speaker_or_another_topic(talks: Library) -> None:
    """ "and Antipov?" asks first what that one said, and last what the same one said on that one."""
    found = [reading.text for reading in _read("and Antipov?", "What did Zhalnin say about boats?", library=talks)]
    assert found == [
        "What did Antipov say about boats?",
        "What did Antipov say?",
        "What did Zhalnin say about Antipov?",
    ]


def test_more_passages(talks: Library) -> None:
    """After a passage, "else" leaves out the passages that were shown."""
    settings = Settings(top_k=1, answer_threshold=0)
    first, more = ask_after(["When will the bridge open?", "anything else?"], talks, settings)
    assert more.status == "answered"
    assert not first.shown & more.shown


def test_the_answer_tells_how_it_was_read(talks: Library) -> None:
    """The asker's words stay the question; the answer says what they were taken for."""
    before = ask("What did Elena Dorn say about harbours?", talks, Settings())
    told = ask("and Zhalnin?", talks, Settings(), earlier=[before])
    assert told.question.as_typed == "and Zhalnin?"
    assert told.remark.startswith("Taken as: What did Zhalnin say")
    assert told.speaker == "Viktor Zhalnin"


def test_a_follow_up_asks_the_article_at_hand_first(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "The mayor" is that of the article spoken of; whom a name tells is sought everywhere."""
    said = (Said("the fair was open", "Rolf Hahn", kind="indirect"), Said("it was fine", "Ines Kader", kind="indirect"))
    monkeypatch.setitem(TOLD, "hahn", ((Named("Rolf Hahn"), Named("Ines Kader")), said))
    text = "Hahn opens fair\n\nMayor Rolf Hahn said the fair was open. Ines Kader said it was fine.\n"
    letters.put(make_article("hahn", text, {}))
    told = ask_after(["What did Hahn say?", "and the mayor?"], letters, Settings())
    assert [quote.quote.text for quote in told[-1].quotes] == ["the fair was open"]
    told = ask_after(["What did Hahn say?", "and Kader?"], letters, Settings())
    assert {quote.quote.article for quote in told[-1].quotes} == {"hahn", "bridge"}


def test_where_somebody_said_it(talks: Library) -> None:
    before = replace(Answer(read_question("What did Zhalnin say?"), "answered", 1.0), speaker="Viktor Zhalnin")
    assert _read("where?", before, library=talks)[0].text == "Where did Viktor Zhalnin say that?"


@pytest.mark.parametrize("text", ["is that true?", "can you repeat that?", "about whom?"])
def test_what_no_article_answers_is_read_as_it_is(talks: Library, text: str) -> None:
    assert _read(text, "What did Zhalnin say?", library=talks)[0].text == text


def test_what_goes_on_is_not_answered_from_an_article_on_others(letters: Library) -> None:
    """Nor is "the ferry", of which the article at hand does not tell, sought there only."""
    letters.put(make_article("dam", "Dam cracks\n\nThe dam has a crack. The repairs of the dam begin today.\n", {}))
    letters.put(
        make_article("pier", "Pier shut\n\nThe repairs of the pier begin in June and cost 6 million euros.\n", {})
    )
    settings = Settings(answer_threshold=0.05, sure_threshold=0.05)
    told = ask_after(["When do the repairs of the dam begin?", "how much do they cost?"], letters, settings)
    assert [one.article for one in told[:1]] == ["dam"]
    assert told[1].article in (None, "dam")
    told = ask_after(["When do the repairs of the dam begin?", "and of the pier?"], letters, settings)
    assert told[1].scope is None
