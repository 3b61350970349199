"""What the fronts show: JSON by contract, plain text, terminal text, and HTML that Telegram takes."""

from __future__ import annotations

import io
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.render.as_html import answer_html, lines_html
from bot.render.as_json import answer_json
from bot.render.as_terminal import print_answer
from bot.render.wording import citation_line, plain_text, shortened
from bot.types import Answer, Citation, Passage, Question
from embeddings.types import Span

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
                "url": None,
                "paragraph": 2,
                "start": 10,
                "end": 20,
                "text": "It cost 14",
                "context": {"start": 0, "end": 30, "text": "The start It cost 14 and more."},
                "highlight": None,
                "score": 1.25,
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
        "  \x1b[2mThe start\x1b[0m \x1b[1;32mIt cost 14\x1b[0m \x1b[2mand more.\x1b[0m        \n"
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
    first = shortened(" ".join(parts[0][0].split()), 1200)
    assert first in seen


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
