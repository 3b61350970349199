"""From a question to an answer, on an encoder of known vectors."""

from __future__ import annotations

import pytest

from bot.citations import in_paragraph
from bot.questions.line import read_question
from bot.retrieval import answer
from bot.types import Answer
from embeddings.articles import make_article
from embeddings.errors import UnknownArticle
from embeddings.library import Library
from embeddings.types import Span


def _answer(library: Library, text: str, *scope: str, top_k: int = 3, threshold: float = 0.0) -> Answer:
    return answer(read_question(text), library, scope=scope or None, top_k=top_k, threshold=threshold)


def test_a_passage_is_cited_exactly(library: Library) -> None:
    """A passage is one sentence with article, date, paragraph and offsets; its context reaches one sentence around."""
    (passage,) = _answer(library, "How many million euros did the bridge cost?", top_k=1).passages
    citation = passage.citation
    assert passage.text == "It cost 14 million euros, two million more than planned."
    assert (citation.article, citation.title) == ("bridge", "Harbour bridge to open in June")
    assert (citation.published, citation.paragraph) == ("2021-04-12T09:30", 2)
    text = library.store.article("bridge").text
    assert text[citation.start : citation.end] == passage.text
    assert text[passage.context.start : passage.context.end] == passage.context_text
    assert passage.context_text.startswith("The new bridge over the Orne")
    assert passage.context_text.endswith("torn away part of the scaffolding.")
    assert passage.highlight is None


def test_context_ends_with_the_article(library: Library) -> None:
    """The first sentence of an article has context after it only."""
    (passage,) = _answer(library, "When will the school in Vell reopen after the flood?", "school", top_k=1).passages
    assert passage.context == Span(passage.citation.start, library.store.sentences("school")[1].end)


def test_passages_are_ranked(library: Library) -> None:
    """Passages come best first, numbered from 1, as many as asked for."""
    passages = _answer(library, "How many pupils were taught in the town hall?", top_k=6).passages
    assert [passage.rank for passage in passages] == [1, 2, 3, 4, 5, 6]
    assert passages[0].text.startswith("Its 220 pupils were taught in the town hall")
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)


def test_a_scope_is_kept(library: Library) -> None:
    """Only articles in scope are searched, and an unknown one is an error."""
    assert {p.citation.article for p in _answer(library, "What did the bridge cost?", "school").passages} == {"school"}
    with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry' in the library"):
        _answer(library, "What did the bridge cost?", "bridge", "ferry")


def test_below_the_threshold_is_a_refusal(library: Library) -> None:
    """Under the threshold there are no passages, only closest ones, and what the articles cover."""
    refused = _answer(library, "Who won the chess tournament?", threshold=1.0)
    assert (refused.status, refused.passages) == ("not_found", ())
    assert len(refused.closest) == 3
    assert refused.remark == "The articles do not say. They cover “Harbour bridge to open in June” and 1 more."
    foreign = _answer(library, "Сколько стоил мост?", threshold=1.0)
    assert foreign.remark.startswith("The articles do not say so in these words: ask in their language. ")
    assert 0 < refused.confidence < 1


def test_the_gist_is_headline_and_lead(library: Library) -> None:
    """What an article is about is its headline over its first sentences; of several articles, one sentence each."""
    told = _answer(library, "What is this about?", "school")
    assert told.remark == "Pupils return to flooded school"
    assert [passage.citation.paragraph for passage in told.passages] == [1, 2]
    both = _answer(library, "What is this about?")
    assert both.remark == "Harbour bridge to open in June\nPupils return to flooded school"
    assert [passage.citation.article for passage in both.passages] == ["bridge", "school"]
    first = _answer(library, "What is this about?", top_k=1)
    assert first.remark == (
        "Harbour bridge to open in June\n"
        "(1 more: name one by words of its title, as in “the article about …”, or by its id, as in “the article ID”.)"
    )


def test_which_articles_there_are(library: Library) -> None:
    """The articles that can be asked are counted and listed, with publisher and date; very many are cut."""
    told = _answer(library, "Which articles do you have?")
    assert (told.status, told.passages) == ("answered", ())
    assert told.remark == (
        "There are 2 articles:\nHarbour bridge to open in June · 12 April 2021, 09:30\nPupils return to flooded school"
    )
    one = _answer(library, "How many articles are there?", "school")
    assert one.remark == "There is one article:\nPupils return to flooded school"
    for number in range(21):
        library.put(make_article(f"n{number:02}", f"News {number} of the ferry.", {}))
    assert _answer(library, "how many articles?").remark.endswith("\n… and 3 more")


def test_facts_of_an_article(library: Library) -> None:
    """Date, author and title are answered from the article's data; what it does not state is not found."""
    assert _answer(library, "When was this published?").remark == (
        "“Harbour bridge to open in June”: Published 12 April 2021, 09:30."
    )
    wrote = _answer(library, "Who wrote this article?", "bridge")
    assert wrote.remark == "“Harbour bridge to open in June”: By Ada Lind."
    assert [passage.text for passage in wrote.passages] == ["Ada Lind"]
    title = _answer(library, "What is the headline?", "bridge")
    assert title.passages[0].text == "Harbour bridge to open in June"
    assert title.passages[0].citation.paragraph is None
    missing = _answer(library, "Where is this from?", "bridge")
    assert (missing.status, missing.remark) == (
        "not_found",
        "“Harbour bridge to open in June”: The article does not state its source.",
    )


def test_a_headline_in_its_place(library: Library) -> None:
    """What is cited of the header can be looked at there, over the first sentence; blanks and nothing cannot."""
    (date,) = _answer(library, "When was this published?", "bridge").passages
    shown = in_paragraph(date.citation.place, library)
    assert shown is not None
    assert (shown.text, shown.citation) == ("12.04.2021 09:30", date.citation)
    assert shown.context_text.startswith("Harbour bridge to open in June\n\nBy Ada Lind\n\n12.04.2021 09:30\n\nThe new")
    assert shown.context_text.endswith("the town council said on Monday.")
    for nowhere in ((30, 31), (5, 5), (-9, 4), (9000, 9001)):
        assert in_paragraph(("bridge", *nowhere), library) is None


def test_an_article_that_is_named(library: Library) -> None:
    """A fact is told of the articles whose title or publisher has the words, else of the one whose text has them."""
    title = "“Harbour bridge to open in June”"
    for named in (
        "the bridge article",
        "the article bridge",
        f"the article {title}",
        "the news story about the harbour",
    ):
        told = _answer(library, f"When was {named} published?")
        assert told.remark == f"{title}: Published 12 April 2021, 09:30."
        assert [passage.text for passage in told.passages] == ["12.04.2021 09:30"]
    assert _answer(library, "Who wrote the article about the harbour bridge?").remark == f"{title}: By Ada Lind."
    assert _answer(library, "Who wrote the mayor article?").remark == f"{title}: By Ada Lind."
    assert _answer(library, "When was the ferry article published?").question.intent == "passage"
    library.put(make_article("ferry", "Fare rise\n\nThe ferry costs more.", {"publisher": "The Orne Post"}))
    assert _answer(library, "What is the Orne Post article about?").remark == "Fare rise"


def test_who_published_an_article(library: Library) -> None:
    """The publisher stands with the address, and is no author."""
    stated = {"publisher": "The Orne Post", "url": "https://example.org/ferry"}
    library.put(make_article("ferry", "The ferry ends in May.", stated))
    assert (
        _answer(library, "Who published this?", "ferry").remark == "“ferry”: The Orne Post · https://example.org/ferry"
    )
    unsigned = _answer(library, "Who wrote this article?", "ferry")
    assert unsigned.remark == "“ferry”: The article does not name its author."


def test_a_fact_that_only_its_metadata_states(library: Library) -> None:
    """A date of the front matter is cited by the headline, if the text has that, and else told without a place."""
    stated = {"date": "2021-05-01", "publisher": "The Orne Post"}
    library.put(make_article("fares", "Fare rise\n\nThe ferry costs more.", stated))
    (passage,) = _answer(library, "When was this published?", "fares").passages
    assert (passage.text, passage.citation.title) == ("Fare rise", "Fare rise")
    library.put(make_article("end", "The ferry ends in May.", {**stated, "title": "Ferry"}))
    told = _answer(library, "When was this published?", "end")
    assert (told.remark, told.passages) == ("“Ferry”: Published 1 May 2021.", ())


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ("Who is Ines Kader?", ""),
        ("who is kader", ""),
        ("Who is Mayor Kader?", ""),
        ("Who is Tom Okafor?", ""),
        ("Who is Ann Lind?", "The articles do not mention Ann Lind."),
        ("Who is Boris Kader?", "The articles do not mention Boris Kader."),
        ("Who is Vell?", "The articles mention Vell but do not say who that is."),
    ],
)
def test_who_is(library: Library, question: str, remark: str) -> None:
    """A person is introduced by the sentence with the role; one only mentioned, or of another first name, is not."""
    told = _answer(library, question, threshold=0.25)
    assert told.status == ("not_found" if remark else "answered")
    assert told.remark.startswith(remark)
    assert all("Kader" in p.text or "Okafor" in p.text for p in told.passages)


def test_who_wrote_it_is_known(library: Library) -> None:
    """Whom only a byline names is told by the article that the one wrote."""
    told = _answer(library, "Who is Ada Lind?")
    assert (told.status, told.remark) == ("answered", "“Harbour bridge to open in June”: By Ada Lind.")
    assert [passage.text for passage in told.passages] == ["Ada Lind"]


def test_smalltalk_is_met_kindly(library: Library) -> None:
    """A greeting gets a line on what the bot does, and no passages."""
    greeted = _answer(library, "hello!")
    assert (greeted.status, greeted.passages, greeted.confidence) == ("not_found", (), 0.0)
    assert greeted.remark.startswith("Ask me about the articles, and I show the sentences that answer.")


def test_an_empty_library_says_so(library: Library) -> None:
    """With no article left every question is not found."""
    library.store.remove("bridge")
    library.store.remove("school")
    for question in ("What did it cost?", "What is this about?", "Who is Kader?", "hi"):
        told = _answer(library, question)
        assert told.status == "not_found"
        assert told.remark.endswith("There are no articles yet.")


def test_who_did_something_is_no_name(library: Library) -> None:
    """What stands in the articles in small letters, and is asked for so, is a word: a passage may tell."""
    library.put(make_article("storm", "Storm over Vell\n\nNobody was hurt in the storm.", {}))
    assert _answer(library, "who was hurt", "storm").passages[0].text == "Nobody was hurt in the storm."
