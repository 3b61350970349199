"""Who said what, from a question to an answer, on an encoder of known vectors and quotes read by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.questions.line import read_question
from bot.render.wording import page_line, plain_text
from bot.retrieval import answer
from bot.settings import Settings
from bot.speakers.on_topic import FEATURES, describe
from bot.types import Answer
from embeddings.articles import make_article
from embeddings.errors import UnknownArticle
from embeddings.library import Library
from tests.hand_made import TOLD, Named, Said

BOAT = '"We will not send a single boat home,"'
SEA = "The sea, he added, feeds eleven villages."
WINTER = '"The winter was hard. Nobody asked us.\n\n"Now they ask for half of our nets,"'
QUOTED = "Quoted are: Viktor Zhalnin, Elena Dorn, Ines Kader, the town council and 3 more."


def _answer(library: Library, text: str, *scope: str, top_k: int = 9, offset: int = 0) -> Answer:
    return answer(read_question(text), library, scope=scope or None, top_k=top_k, threshold=0.12, offset=offset)


def _quotes(told: Answer) -> list[str]:
    return [cited.quote.text for cited in told.quotes]


@pytest.mark.parametrize(
    "question",
    ["What did Zhalnin say?", "quotes by viktor zhalnin", "Zhalnin", "Mr. Zhalnin's comments", "что сказал Жалнин?"],
)
def test_what_somebody_said(talks: Library, question: str) -> None:
    """All quotes of a person and nobody else's: direct and explicit ones first, then as they stand."""
    told = _answer(talks, question)
    assert (told.status, told.speaker, told.confidence, told.remark) == ("answered", "Viktor Zhalnin", 0.95, "")
    assert _quotes(told) == [BOAT, SEA, WINTER]


def test_each_quote_is_cited_exactly(talks: Library) -> None:
    """A quote's citation is its own place; its passage is its sentence, with the quote marked, or the whole quote."""
    told = _answer(talks, "What did Zhalnin say?")
    text = talks.store.article("talks").text
    for cited in told.quotes:
        assert text[cited.citation.start : cited.citation.end] == cited.quote.text
    boat, _, winter = told.passages
    assert boat.text == f"{BOAT} said Viktor Zhalnin, head of the Northern Fishing Institute."
    assert boat.highlight
    assert text[boat.highlight.start : boat.highlight.end] == BOAT
    assert (winter.text, winter.highlight) == (WINTER, None)
    assert text[winter.context.start : winter.context.end] == winter.context_text
    assert [cited.source for cited in told.quotes] == [None, "he", "he"]


def test_quotes_of_the_newest_article_come_first(talks: Library) -> None:
    """Among direct quotes the newer article goes before the older."""
    assert _quotes(_answer(talks, "quotes"))[:2] == ['"We are three months late, and I am sorry for it,"', BOAT]


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("What did Zhalnin say about nets?", [WINTER]),
        ("Did Zhalnin mention the winter?", [WINTER]),
        ("Zhalnin on villages", [SEA]),
        ("What did Elena Dorn say about harbours?", ["the agency would pay for new harbours"]),
        ("What did the mayor say?", ['"We are three months late, and I am sorry for it,"']),
        ("What do officials say about the talks?", ["the talks would go on in June"]),
        ("What did the report say about cod stocks?", ["cod stocks fell by a third"]),
    ],
)
def test_a_topic_or_a_description(talks: Library, question: str, quotes: list[str]) -> None:
    """With a topic only the quotes on it answer; a role, a group or a document speaks as well."""
    assert _quotes(_answer(talks, question)) == quotes


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        (
            "What did Zhalnin say about the school?",
            "Viktor Zhalnin is quoted 3 times, but apparently not on the school.",
        ),
        ("What did Piet Dorn say about money?", "Piet Dorn is quoted once, but apparently not on money."),
        ("What did Antipov say?", f"The articles mention Lev Antipov but do not quote Lev Antipov. {QUOTED}"),
        ("Antipov", f"The articles mention Lev Antipov but do not quote Lev Antipov. {QUOTED}"),
        ("What did he say about nets?", f"Whom do you mean by “he”? Ask by name. {QUOTED}"),
        ("What did Obama say?", f"The articles do not mention Obama. {QUOTED}"),
        ("What did the president say?", f"The articles do not mention the president. {QUOTED}"),
        ("What did Igor Zhalnin say?", f"The articles do not mention Igor Zhalnin. {QUOTED}"),
        ("What did Vell say?", f"The articles mention Vell but do not quote Vell. {QUOTED}"),
        ("что сказал Обама?", f"The articles name nobody called Обама. {QUOTED}"),
        ("Who said that rain flooded the crossing?", f"Nobody is quoted as saying that. {QUOTED}"),
        (
            "что сказал Жалнин о погоде?",
            "“погоде” is in another script than the articles: ask for it in their language."
            " Viktor Zhalnin is quoted 3 times.",
        ),
    ],
)
def test_refusals(talks: Library, question: str, remark: str) -> None:
    """Who said nothing on the topic, is only mentioned or not there, is not quoted with something else."""
    told = _answer(talks, question)
    assert (told.status, told.quotes, told.passages, told.remark) == ("not_found", (), (), remark)


def test_what_was_said_on_other_topics_is_closest(talks: Library) -> None:
    """A refusal for the topic still knows the speaker's quotes, as what is closest."""
    told = _answer(talks, "What did Zhalnin say about the school?")
    assert [passage.rank for passage in told.closest] == [1, 2, 3]
    assert told.closest[0].text.startswith(BOAT)


@pytest.mark.parametrize(
    "question",
    [
        "What did the president of the town say?",
        "What do pupils say?",
        "bridge",
        "asdf",
        "Harbour on fire",
        "Why did Zhalnin criticise the mayor?",
        "What did Obama want?",
        "CFA",
    ],
)
def test_what_only_looks_like_a_question_for_quotes(talks: Library, question: str) -> None:
    """Where nobody is meant, or a weak pattern finds no quote, the question is one for a passage."""
    told = _answer(talks, question)
    assert (told.question.intent, told.question.speaker, told.quotes) == ("passage", None, ())


def test_a_name_mistyped_is_told(talks: Library) -> None:
    """A mended name answers, less surely, and the remark says for whom it was taken."""
    told = _answer(talks, "what did zhalnn say")
    assert (told.speaker, told.confidence, len(told.quotes)) == ("Viktor Zhalnin", 0.75, 3)
    assert told.remark == "Nobody here is called “zhalnn”; taken for Viktor Zhalnin."


def test_several_may_be_asked_about_side_by_side(talks: Library) -> None:
    """Each of them answers, if all are known; of one who is not quoted it is said."""
    told = _answer(talks, "What did Zhalnin and Elena Dorn say?")
    assert (told.speaker, told.remark) == ("Viktor Zhalnin and Elena Dorn", "")
    assert {cited.quote.speaker for cited in told.quotes} == {"Viktor Zhalnin", "Elena Dorn"}
    alone = _answer(talks, "What did Zhalnin and Lev Antipov say?")
    assert {cited.quote.speaker for cited in alone.quotes} == {"Viktor Zhalnin"}
    assert alone.remark == "The articles mention Lev Antipov but do not quote Lev Antipov."
    stranger = _answer(talks, "What did Zhalnin, Barack Obama and Elena Dorn say?")
    assert stranger.remark.startswith("The articles do not mention Barack Obama. Quoted are: ")
    off = _answer(talks, "What did Zhalnin, Lev Antipov and Elena Dorn say about the school?")
    assert off.remark == (
        "The articles mention Lev Antipov but do not quote Lev Antipov.\n"
        "Viktor Zhalnin and Elena Dorn are quoted 5 times in all, but apparently not on the school."
    )


def test_a_title_before_a_name(letters: Library) -> None:
    """It tells who holds the office now, whatever else is told of them; not who held it."""
    assert _quotes(_answer(letters, "What did the senator say?")) == ["it was a disgrace"]


def test_an_office_is_not_where_it_is_held(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The referee is who is one, and not the head of all of them; the lawyer of owners is no owner."""
    roles = (Named("Tom Haig", role="referee"), Named("Al Abara", role="head of referees"))
    monkeypatch.setitem(TOLD, "match", (roles, (Said("it was fine", "Al Abara", kind="indirect"),)))
    text = "Cup final\n\nTom Haig, referee, left. Al Abara, head of referees, said it was fine.\n"
    letters.put(make_article("match", text, {}))
    assert _answer(letters, "What did the referee say?").remark.startswith("The articles mention Tom Haig but do not")
    assert _answer(letters, "What did the head of referees say?").speaker == "Al Abara"
    assert _answer(letters, "What did the referees say?").speaker != "Al Abara"


def test_an_office_that_two_hold(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are named, as namesakes are."""
    monkeypatch.setitem(TOLD, "hahn", ((Named("Rolf Hahn"),), ()))
    letters.put(make_article("hahn", "Hahn opens fair\n\nMayor Rolf Hahn opened the fair.\n", {}))
    told = _answer(letters, "What did the mayor say?")
    assert told.remark == "There are two: Ines Kader, Mayor; Rolf Hahn."


def test_namesakes_are_told_apart(talks: Library) -> None:
    """Asked for by surname alone, both are quoted, and the remark says that there are two."""
    told = _answer(talks, "What did Dorn say?")
    assert told.speaker == "Elena Dorn and Piet Dorn"
    assert told.remark == (
        "There are two: Elena Dorn, a spokeswoman for the Coastal Fisheries Agency; Piet Dorn, a boat builder."
    )
    assert [cited.quote.speaker for cited in told.quotes] == ["Elena Dorn", "Elena Dorn", "Piet Dorn"]


@pytest.mark.parametrize(
    ("question", "remark", "quotes"),
    [
        ("Who said that wood is dear?", "Piet Dorn, a boat builder.", ["wood had become too dear"]),
        (
            "Who called it a “leaky bucket”?",
            "Elena Dorn, a spokeswoman for the Coastal Fisheries Agency.",
            ['"leaky bucket"'],
        ),
        ("Who talked about cod stocks?", "The report.", ["cod stocks fell by a third"]),
    ],
)
def test_who_said_it(talks: Library, question: str, remark: str, quotes: list[str]) -> None:
    """Who said something is named in the remark, with the role, and the quote is shown."""
    told = _answer(talks, question)
    assert (told.status, told.remark, _quotes(told)) == ("answered", remark, quotes)


def test_words_between_marks_must_be_said(talks: Library) -> None:
    """A quote without the very words is no answer."""
    assert _answer(talks, "Who said “leaky boat”?").status == "not_found"


def test_who_is_quoted(talks: Library) -> None:
    """Every speaker is listed with role and number of quotes, most of them first, and one quote of each is shown."""
    told = _answer(talks, "Who is quoted?", "talks", top_k=2)
    assert told.remark.splitlines() == [
        "Viktor Zhalnin, head of the Northern Fishing Institute: 3 quotes",
        "Elena Dorn, a spokeswoman for the Coastal Fisheries Agency: 2 quotes",
        "The report: 1 quote",
        "Officials: 1 quote",
        "Piet Dorn, a boat builder: 1 quote",
    ]
    assert _quotes(told)[:3] == [BOAT, '"leaky bucket"', "cod stocks fell by a third"]
    assert (len(told.passages), page_line(told)) == (2, "1–2 of 5")


@pytest.mark.parametrize(
    ("offset", "shown", "line"),
    [(0, [BOAT, SEA], "1–2 of 3"), (2, [WINTER], "3 of 3"), (7, [BOAT, SEA], "1–2 of 3")],
)
def test_pages(talks: Library, offset: int, shown: list[str], line: str) -> None:
    """A page holds as many quotes as asked for, from an offset; one past the end is the first page again."""
    told = _answer(talks, "What did Zhalnin say?", top_k=2, offset=offset)
    assert len(told.quotes) == 3
    assert _quotes(told)[told.offset : told.offset + len(told.passages)] == shown
    assert page_line(told) == line
    assert plain_text(told).endswith(f"\n\n{line}")


def test_very_many_quotes(talks: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more quotes than are all looked at, those on the topic are searched for first."""
    monkeypatch.setattr("bot.speakers.quotations._MANY", 1)
    monkeypatch.setattr("bot.speakers.quotations._SEARCHED", 3)
    assert _quotes(_answer(talks, "What did Zhalnin say about nets?")) == [WINTER]
    assert _quotes(_answer(talks, "Zhalnin on villages")) == [SEA]


def test_all_quotes_of_a_large_library(talks: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more quotes than a list holds, it has those of the newest articles, and says so."""
    monkeypatch.setattr("bot.speakers.quotations._MOST", 1)
    monkeypatch.setattr("bot.speakers.quotations._AT_ONCE", 1)
    told = _answer(talks, "quotes")
    assert told.remark == "These are 2 quotes of the newest articles."
    assert {cited.citation.article for cited in told.quotes} == {"bridge"}


def test_very_many_speakers(talks: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of speakers ends somewhere, and how many more there are is said where they were counted."""
    monkeypatch.setattr("bot.speakers.inquiry._LISTED", 2)
    assert _answer(talks, "Who is quoted?").remark.splitlines()[2:] == ["6 more"]
    monkeypatch.setattr("bot.speakers.remarks.MOST_QUOTED", 3)
    assert _answer(talks, "Who is quoted?").remark.splitlines()[2:] == ["many more"]
    assert "the town council and many more." in _answer(talks, "What did she say?").remark


def test_who_is_somebody(talks: Library) -> None:
    """Who somebody is, the sentence tells that states the role; one only named is not introduced."""
    told = _answer(talks, "Who is Elena Dorn?")
    assert (told.status, told.confidence, told.speaker) == ("answered", 0.9, "Elena Dorn")
    assert [passage.text[:30] for passage in told.passages] == ["Elena Dorn, a spokeswoman for "]
    named = _answer(talks, "Who is Antipov?")
    assert (named.status, named.confidence) == ("not_found", 0.1)
    assert named.remark.startswith("The articles mention Lev Antipov but do not say who that is. They cover “Harbour")
    assert named.closest[0].text.startswith("Zhalnin shook hands with Lev Antipov")


def test_a_scope_is_kept(talks: Library) -> None:
    """Only quotes of articles in scope are shown; an unknown article is an error."""
    assert _answer(talks, "What did Zhalnin say?", "bridge").remark.startswith("The articles do not mention Zhalnin.")
    assert _answer(talks, "who is quoted?", "school").remark == "Tom Okafor, teacher: 1 quote"
    with pytest.raises(UnknownArticle):
        _answer(talks, "What did Zhalnin say?", "ferry")


def test_an_article_without_quotes(talks: Library) -> None:
    """Where nobody is quoted, that is said."""
    talks.put(make_article("ferry", "The ferry\n\nThe ferry ends in May.", {}))
    for question in ("Who is quoted?", "quotes"):
        assert _answer(talks, question, "ferry").remark.startswith("Nobody is quoted.")
    assert _answer(talks, "What did Dahl say?", "ferry").remark == (
        "The articles do not mention Dahl. Nobody is quoted."
    )


def test_a_forename_that_the_articles_do_not_give(talks: Library) -> None:
    """Where the articles know somebody by surname only, that is said to who asks by the full name."""
    talks.put(make_article("quay", "The quay\n\nThe quay is safe, Ozol said.", {}))
    told = _answer(talks, "What did Maris Ozol say?", "quay")
    assert told.remark == "The articles say only “Ozol”."
    assert _answer(talks, "What did Mr. Ozol say?", "quay").remark == ""


def test_the_speakers_role_is_no_topic(talks: Library) -> None:
    """A word of the speaker's name or role beside the quote does not make it one on that word; another one does."""
    quotes = [quote for quote in talks.store.quotes(["talks"]) if quote.speaker == "Viktor Zhalnin"]
    around = {
        topic: [row[FEATURES.index("around")] for row in describe(topic, quotes, talks)]
        for topic in ("fishing", "Zhalnin", "boat", "villages")
    }
    assert around == {"fishing": [0, 0, 0], "Zhalnin": [0, 0, 0], "boat": [1, 1, 0], "villages": [0, 1, 1]}


def test_what_somebody_warned_of_is_what_they_warned(letters: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that somebody said, the quotes whose cue has the verb; where none has, a passage may tell it."""
    named, said = TOLD["letters"]
    warned = tuple(replace(one, cue="warned") if one.speaker == "Ann Poe" else one for one in said)
    more = Said("Sen. Ann Poe", "Ann Poe", kind="indirect")
    monkeypatch.setitem(TOLD, "letters", (named, (*warned, more)))
    letters.put(make_article("letters", f"{letters.store.article('letters').text}\n", {}))
    assert _quotes(_answer(letters, "What did Ann Poe warn of?")) == ["it was a disgrace"]
    assert _answer(letters, "What did Ann Poe deny?").question.intent == "passage"


def test_a_circumstance_is_no_topic(talks: Library) -> None:
    """What was said "after school" or to "the school" may be all of it: it is shown, and nothing is claimed."""
    for text in ("What did Zhalnin say after school?", "What did Zhalnin tell the school?"):
        told = _answer(talks, text)
        assert _quotes(told)
        assert told.confidence < Settings().sure_threshold


def test_whose_curly_topic_it_is_makes_no_difference(talks: Library) -> None:
    """An apostrophe is one, however it is typed."""
    straight, curly = (_answer(talks, f"Who talked about Zhalnin{mark}s nets?") for mark in "'’")
    assert _quotes(straight) == _quotes(curly)


def test_a_part_of_a_sentence_is_printed_with_it(talks: Library) -> None:
    """ "That he knew" alone may read as the contrary of "denied that he knew"."""
    assert plain_text(_answer(talks, "What did Ines Kader say?")).startswith('"We are three months late')
    told = plain_text(_answer(talks, "What did the town council say?"))
    assert told.startswith("The new bridge over the Orne will open in June, the town council said on Monday.")
