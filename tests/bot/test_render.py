"""What the fronts show: JSON by contract, plain text, terminal text, and HTML that Telegram takes."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.render.as_html import answer_html, lines_html
from bot.render.as_json import answer_json
from bot.render.as_terminal import print_answer
from bot.render.wording import citation_line, one_line, plain_text, quote_line, shortened
from bot.types import Answer, Citation, CitedQuote, Passage, Question
from embeddings.types import Quote, QuoteKind, Span

CITATION = Citation("bridge", "Harbour bridge", "2021-04-12T09:30", None, 2, 10, 20)
PASSAGE = Passage(1, CITATION, "It cost 14", Span(0, 30), "The start It cost 14 and more.", 1.25)
ANSWER = Answer(Question("How much?"), "answered", 0.75, (PASSAGE,))
REFUSAL = Answer(Question("Why?"), "not_found", 0.1, (), (PASSAGE,), "The articles do not say.")


def test_json_has_the_fields_of_the_contract() -> None:
    """Every field that scripts rely on is there, with its value."""
    assert answer_json(ANSWER, "q7") == {
        "id": "q7",
        "question": "How much?",
        "status": "answered",
        "confidence": 0.75,
        "intent": "passage",
        "speaker": None,
        "passages": [
            {
                "rank": 1,
                "article": "bridge",
                "title": "Harbour bridge",
                "published": "2021-04-12T09:30",
                "publisher": None,
                "url": None,
                "paragraph": 2,
                "start": 10,
                "end": 20,
                "text": "It cost 14",
                "context": {"start": 0, "end": 30, "text": "The start It cost 14 and more."},
                "highlight": None,
                "score": 1.25,
                "also": [],
            }
        ],
        "quotes": [],
        "text": "It cost 14\n— Harbour bridge · 12 April 2021, 09:30 · paragraph 2 · characters 10–20",
    }


def test_a_refusal_shows_no_sources() -> None:
    """A refusal is its sentence alone; the closest passages come only when asked for, and say what they are.

    Scripts, which go by the status, get them always.
    """
    refused = answer_json(REFUSAL, None)
    assert (refused["status"], refused["text"]) == ("not_found", "The articles do not say.")
    assert [passage["start"] for passage in refused["passages"]] == [10]
    assert plain_text(REFUSAL) == "The articles do not say."
    assert plain_text(REFUSAL, closest=True) == (
        "The articles do not say.\n\nClosest passages, which do not answer:\n\n"
        "It cost 14\n— Harbour bridge · 12 April 2021, 09:30 · paragraph 2 · characters 10–20"
    )


def test_citation_of_the_same_article_is_short() -> None:
    """Title and date are not repeated under the next passage of the same article."""
    assert citation_line(CITATION, CITATION) == "paragraph 2 · characters 10–20"
    assert citation_line(CITATION, offsets=False) == "Harbour bridge · 12 April 2021, 09:30 · paragraph 2"


def test_terminal_marks_the_sentence_and_dims_its_context() -> None:
    """On a terminal the sentence is bold green between dim neighbours, wrapped to the width."""
    file = io.StringIO()
    print_answer(ANSWER, Console(file=file, force_terminal=True, width=40, color_system="standard", no_color=False))
    assert file.getvalue() == (
        "  \x1b[2mThe start \x1b[0m\x1b[1;32mIt cost 14\x1b[0m\x1b[2m and more.\x1b[0m        \n"
        "  \x1b[36m— Harbour bridge · 12 April 2021, \x1b[0m    \n"
        "  \x1b[36m09:30 · paragraph 2 · characters 10–20\x1b[0m\n"
    )


def test_a_pipe_gets_plain_text() -> None:
    """Without a terminal there is no colour and no wrapping."""
    file = io.StringIO()
    print_answer(ANSWER, Console(file=file, width=20))
    assert file.getvalue() == plain_text(ANSWER) + "\n"


class _Visible(HTMLParser):
    """The text that a reader sees, and whether every tag is one that Telegram knows and closes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "blockquote"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _visible(html: str) -> str:
    parser = _Visible()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser.text


_ANY_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)
_LONG_TEXT = st.one_of(_ANY_TEXT, st.builds(lambda text, times: text * times, _ANY_TEXT, st.integers(1, 60)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_LONG_TEXT, _LONG_TEXT, _LONG_TEXT), min_size=1, max_size=20), st.text(max_size=3000))
def test_html_is_whole_and_under_the_limit(parts: list[tuple[str, str, str]], remark: str) -> None:
    """Whatever the article holds, the message parses, shows the text itself, and stays under 4096 characters."""
    passages = tuple(
        Passage(
            rank,
            Citation("a", title, None, None, rank, len(before), len(before) + len(text)),
            text,
            Span(0, len(before) + len(text)),
            before + text,
            1.0,
        )
        for rank, (text, before, title) in enumerate(parts, 1)
    )
    html = answer_html(Answer(Question("?"), "answered", 1.0, passages, (), remark))
    seen = _visible(html)
    assert 0 < len(seen.encode("utf-16-le")) // 2 <= 4096
    assert len(html.encode()) < 32_768
    assert shortened(one_line(parts[0][0]), 1200) in seen


def test_what_neither_telegram_nor_a_terminal_shows_is_left_out() -> None:
    """Control characters and halves of surrogate pairs are dropped, line breaks become blanks."""
    assert one_line("a\x1b[31mb\r\n c\x00\ud800d\x1b") == "ab cd"


def test_html_escapes_what_looks_like_markup() -> None:
    """Angle brackets and ampersands of the article are shown, not parsed."""
    passage = Passage(1, CITATION, "a <b> & c", Span(10, 19), "a <b> & c", 1.0)
    assert answer_html(Answer(Question("?"), "answered", 1.0, (passage,))) == (
        "<b>a &lt;b&gt; &amp; c</b>\n— <i>Harbour bridge · 12 April 2021, 09:30 · paragraph 2</i>"
    )


def test_a_long_list_says_how_much_is_left_out() -> None:
    """A list is cut under the limit, with a count of what is missing."""
    html = lines_html("Articles", ["x" * 100] * 60)
    assert html.endswith("… and 22 more")
    assert len(_visible(html)) <= 4096


def _spoken(number: int, texts: list[str], remark: str = "", offset: int = 0) -> Answer:
    """An answer of quotes of one speaker, of which a page of `number` is shown."""
    cited, passages = [], []
    for position, text in enumerate(texts):
        quote = Quote("bridge", position, 2, 0, 0, 0, len(text), text, "direct", "carried", "Ann Lee", 0, "a cook")
        cited.append(CitedQuote(quote, Citation("bridge", "Harbour bridge", None, None, 2, 0, len(text))))
        place = Citation("bridge", "Harbour bridge", None, None, 2, 0, len(text))
        passages.append(Passage(position + 1, place, text, Span(0, len(text)), text, 1.0))
    page = tuple(passages[offset : offset + number])
    return Answer(Question("?", "quotes"), "answered", 1.0, page, (), remark, tuple(cited), offset, "Ann Lee")


def test_a_quote_line_tells_who_and_how() -> None:
    """Speaker, role and cue stand first, then how the speaker is known where that is not plain, then the place."""
    quote = Quote("bridge", 0, 2, 0, 0, 10, 20, "It cost 14", "direct", "explicit", "Ann Lee", 0, "a cook", "said")
    explicit = CitedQuote(quote, CITATION)
    place = "Harbour bridge · 12 April 2021, 09:30 · paragraph 2"
    assert quote_line(explicit, offsets=False) == f"Ann Lee, a cook, said · {place}"
    resolved = CitedQuote(replace(quote, attribution="resolved"), CITATION, "she")
    assert quote_line(resolved, CITATION, offsets=False) == "Ann Lee, a cook, said · resolved from “she” · paragraph 2"
    carried = CitedQuote(replace(quote, attribution="carried", cue=None, role=None), CITATION)
    assert quote_line(carried, CITATION) == (
        "Ann Lee · carried on from the quote before · paragraph 2 · characters 10–20"
    )
    unknown = CitedQuote(replace(quote, attribution="unknown", speaker=None, role=None), CITATION)
    assert quote_line(unknown, offsets=False) == f"speaker not named, said · {place}"


def test_quotes_on_a_terminal() -> None:
    """On a terminal the quote stands out from its line, and the count of the page closes."""
    file = io.StringIO()
    print_answer(_spoken(1, ["Hello.", "Bye."]), Console(file=file, force_terminal=True, width=40, no_color=True))
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line).rstrip() for line in file.getvalue().splitlines()]
    assert lines == [
        "  Hello.",
        "  — Ann Lee, a cook · carried on from",
        "  the quote before · Harbour bridge ·",
        "  paragraph 2 · characters 0–6",
        "",
        "1 of 2",
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(_LONG_TEXT, min_size=1, max_size=25), st.integers(1, 20), st.text(max_size=6000))
def test_a_page_of_quotes_is_whole_and_under_the_limit(texts: list[str], number: int, remark: str) -> None:
    """However long the quotes and the list above them, every quote of the page is in the message."""
    html = answer_html(_spoken(number, texts, remark))
    seen = _visible(html)
    assert 0 < len(seen.encode("utf-16-le")) // 2 <= 4096
    assert len(html.encode()) < 32_768
    assert html.count("— <i>") >= min(number, len(texts))


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (18, 20, "<b>It cost <u>14</u></b>"),
        (13, 20, "<b>It <u>cost 14</u></b>"),
        (10, 20, "<b>It cost 14</b>"),  # all of it
        (20, 20, "<b>It cost 14</b>"),
        (5, 12, "<b>It cost 14</b>"),  # not within it
    ],
)
def test_the_words_that_answer_are_underlined(start: int, end: int, shown: str) -> None:
    """The highlight is marked in the sentence, where it is a part of it."""
    passage = replace(PASSAGE, highlight=Span(start, end))
    assert answer_html(replace(ANSWER, passages=(passage,))).startswith(shown)


def test_words_are_found_over_line_breaks() -> None:
    """The highlight's place counts in the article's text, and is found in the sentence on one line."""
    text = "It  cost\n14 million\n euros."
    passage = replace(PASSAGE, text=text, context_text=text, highlight=Span(19, 36))
    assert answer_html(replace(ANSWER, passages=(passage,))).startswith("<b>It cost <u>14 million euros</u>.</b>")


def test_a_few_words_are_shown_in_their_sentence_and_two_reports_of_one_once() -> None:
    """Direct speech of a whole sentence stands alone; what a sentence reports twice has two lines under it."""

    def said(text: str, kind: QuoteKind, at: int, cue: str) -> CitedQuote:
        quote = Quote("a", 0, 1, 0, 0, at, at + len(text), text, kind, "explicit", "Ann Poe", 0, cue=cue)
        return CitedQuote(quote, Citation("a", "Title", None, None, 1, at, at + len(text)))

    def passage(rank: int, text: str) -> Passage:
        place = Span(0, len(text))
        return Passage(rank, Citation("a", "Title", None, None, 1, 0, len(text)), text, place, text, 1.0)

    called, promised = 'Poe called it "a slap".', "She promised buses and said it would rain."
    quotes = (
        said('"a slap"', "direct", 14, "called"),
        said("buses", "indirect", 13, "promised"),
        said("it would rain", "indirect", 28, "said"),
    )
    passages = (passage(1, called), passage(2, promised), passage(3, promised))
    told = plain_text(Answer(Question("?", "quotes"), "answered", 1.0, passages, quotes=quotes, found=3))
    assert told == (
        f"{called}\n— Ann Poe, called · Title · paragraph 1 · characters 14–22\n\n"
        f"{promised}\n— Ann Poe, promised · paragraph 1 · characters 13–18\n"
        "— Ann Poe, said · paragraph 1 · characters 28–41"
    )


def test_a_passage_tells_who_says_it_where_its_text_does_not() -> None:
    citation = Citation("a", "Title", None, None, 1, 0, 18)
    passage = Passage(
        1, citation, "She said it leaks.", Span(0, 18), "She said it leaks.", 1.0, said_by="Ann Poe, mayor"
    )
    assert plain_text(Answer(Question("?"), "answered", 1.0, (passage,))).endswith(
        "\n— said by Ann Poe, mayor · Title · paragraph 1 · characters 0–18"
    )
