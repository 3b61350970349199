"""Sentences: exact offsets for any text, and one example for each way in which news text breaks simple rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.articles import make_article
from embeddings.errors import ArticleError
from embeddings.sentences import sentence_spans, split_sentences
from embeddings.types import Article, Sentence, Span

FRAGMENTS = [
    *"\"“”„‘’'«»»(){}[].,!?…:;-–—@ \t\n\u00a0\u2009\u3000\u2028",
    *[
        "J. ",
        "J.R.",
        "U.S. ",
        "D.C. The ",
        "p.m. ",
        "Mr. ",
        " said ",
        "Kader",
        "river.",
        "Next",
        "The",
        "co.uk",
        "\n\n",
    ],
]
PIECES = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.characters(codec="utf-8"),
    st.text(alphabet="abAB.?\"“” '", max_size=20),
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentence_spans(text)]


def assert_partition(text: str, spans: list[Span]) -> None:
    last = 0
    for span in spans:
        assert last <= span.start < span.end <= len(text)
        assert not text[last : span.start].strip()
        content = text[span.start : span.end]
        assert content == content.strip()
        last = span.end
    assert not text[last:].strip()


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_every_visible_character_is_in_one_sentence(text: str) -> None:
    """Whatever the text, its sentences are trimmed, in order, do not overlap, and leave out only blanks."""
    assert_partition(text, sentence_spans(text))


@settings(max_examples=30, deadline=None)
@given(st.lists(PIECES, min_size=200, max_size=400).map("".join))
def test_long_paragraphs_are_partitioned_too(text: str) -> None:
    """The same holds for paragraphs so long that the quotations in them are split inside."""
    assert_partition(text, sentence_spans(text))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_sentences_of_an_article_stand_where_they_say(text: str) -> None:
    """A sentence's offsets cut its text out of the article's, and its paragraph and position count without a gap."""
    try:
        article = make_article("any", text, {})
    except ArticleError:
        return
    sentences = split_sentences(article)
    assert [sentence.position for sentence in sentences] == list(range(len(sentences)))
    assert sorted({sentence.paragraph for sentence in sentences}) == list(range(1, len(article.paragraphs) + 1))
    for number, paragraph in enumerate(article.paragraphs, 1):
        own = [sentence for sentence in sentences if sentence.paragraph == number]
        assert [sentence.text for sentence in own] == [text[sentence.start : sentence.end] for sentence in own]
        spans = [Span(sentence.start - paragraph.start, sentence.end - paragraph.start) for sentence in own]
        assert_partition(text[paragraph.start : paragraph.end], spans)


def test_sentences_of_an_article() -> None:
    """The sentences of an article carry its id, count paragraphs from 1 and themselves from 0."""
    text = "The ferry ends. It was old.\n\n  Few used it."
    article = Article("ferry", "Ferry", text, (Span(0, 27), Span(29, 43)))
    assert split_sentences(article) == (
        Sentence("ferry", 0, 1, 0, 15, "The ferry ends."),
        Sentence("ferry", 1, 1, 16, 27, "It was old."),
        Sentence("ferry", 2, 2, 31, 43, "Few used it."),
    )


LONG_QUOTATION = [
    "“We had planned for a winter without storms.",
    "The winter had other plans for us, and the scaffolding went into the river in a single night.",
    "Nobody was hurt, and that is what matters to me.",
    "We counted the beams in the morning and found that a third of them were gone.",
    "The firm sent new ones within two weeks.",
    "Since then we have worked on Saturdays too.",
    "I have asked the crews to rest over Easter, and they have earned it,” said Ines Kader.",
]


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(
            ['"We are late. We are sorry. It will not happen again," said Ines Kader, the mayor.', "It opens in June."],
            id="a quotation of several sentences keeps its attribution",
        ),
        pytest.param(LONG_QUOTATION, id="a quotation of over 400 characters is split inside"),
        pytest.param(["Sen. J. Smith spoke to the council.", "He left early."], id="a title and an initial"),
        pytest.param(["J. R. Okafor spoke.", "J.R. Okafor left."], id="two initials, apart and together"),
        pytest.param(["Mr. Kader met Dr. Lind in St. Vell.", "No. 7 won on Jan. 5."], id="abbreviations"),
        pytest.param(["They live in Ft. Vell.", "Amb. Lind left in Sept. The Orne rose."], id="rarer abbreviations"),
        pytest.param(["It cost 14 million U.S. dollars.", "It opens in June."], id="U.S. inside a sentence"),
        pytest.param(["They flew to Washington, D.C.", "The mayor came later."], id="D.C. at the end of one"),
        pytest.param(["She moved to the U.S.", "She came back."], id="U.S. at the end of one"),
        pytest.param(["The council meets at 5 p.m. Monday.", "All may come."], id="p.m. before a weekday"),
        pytest.param(["The doors close at 5 p.m.", "The council meets later."], id="p.m. at the end"),
        pytest.param(["At 5 p.m. The Orne flooded its banks."], id="p.m. in an opening phrase"),
        pytest.param(["It rose 3.5 percent to 1.2 million.", "That is a lot."], id="decimal points"),
        pytest.param(["Is it late?", "Yes!", "“Really?”"], id="questions and calls"),
        pytest.param(["“What?” Mr. Lee asked.", "Nobody answered."], id="a question with its attribution"),
        pytest.param(["“Who pays?” the mayor asked.", "“The town,” said Mr. Lee."], id="question and answer"),
        pytest.param(['"Who pays?"', "Nobody knew."], id="a question without an attribution"),
        pytest.param(["(The bridge is old.)", "It opens [in June]."], id="brackets"),
        pytest.param(["‘Too late,’ she said.", "‘Much too late.’"], id="single quotation marks"),
        pytest.param(['The "bridge is late.', "Nobody knows why.", "It opens in June."], id="an odd straight mark"),
        pytest.param(["“The bridge is late.", "Nobody knows why."], id="a quotation that is never closed"),
        pytest.param(["Write to Ines.Kader@orne.example today.", "It helps."], id="an address stays whole"),
        pytest.param(["See https://Orne.example/Bridge.Html for more.", "It helps."], id="a URL stays whole"),
        pytest.param(["The site Orne.Com lists it.", "See www.Orne.Example."], id="a domain name stays whole"),
        pytest.param(["The site Amazon.co.uk sells it.", "It helps."], id="a domain of two parts stays whole"),
    ],
)
def test_sentences_with_a_space_between(sentences: list[str]) -> None:
    """A paragraph joined from these sentences is split into them again."""
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["The reason is known, according to Pritchin.", "H Grozin said the region is safe."],
        ["The work is done, according to Lindqvist.", "M Okafor said the bridge is safe."],
        ["The bridge opened.", "The mayor spoke."],
        ["Nobody spoke.”", "The mayor left."],
        ['"It is done."', "The mayor left."],
        ["Is it done?", "Nobody knew."],
        ["It is done.", "“At last,” said the mayor."],
        ["It is done.", '"At last," said the mayor.'],
        ["The case is known to Sen.Kader.", "He left."],
    ],
)
def test_sentences_without_a_space_between(sentences: list[str]) -> None:
    """Two sentences that a careless editor glued together are cut apart."""
    assert split("".join(sentences)) == sentences


def test_blanks_belong_to_no_sentence() -> None:
    """Tabs, line ends and spaces of every width around sentences are in none, those inside stay."""
    assert split("\t The ferry\nends.\u00a0\u2003 It was\told. \n") == ["The ferry\nends.", "It was\told."]


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0"])
def test_blanks_alone_hold_no_sentence(text: str) -> None:
    """A paragraph of blanks has no sentence."""
    assert sentence_spans(text) == []


def test_marks_alone_are_one_sentence() -> None:
    """A paragraph without a word is kept as it is."""
    assert split("* * *") == ["* * *"]


@pytest.mark.parametrize(("opening", "closing"), [("", ""), ("“", "”"), ("", "”"), ('"', "")])
def test_a_very_long_paragraph(opening: str, closing: str) -> None:
    """A paragraph of 60,000 characters is split into its 1,000 sentences, whatever marks stand around it."""
    sentence = "The new bridge over the Orne opens in June, said the mayor."
    text = opening + " ".join([sentence] * 1000) + closing
    assert len(text) == 59_999 + len(opening + closing)
    assert split(text) == [opening + sentence, *[sentence] * 998, sentence + closing]


def test_a_very_long_row_of_initials() -> None:
    """Told apart in a moment, however long."""
    assert split("A." * 50_000) == ["A." * 50_000]
