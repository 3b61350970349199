"""Any answer about any article, read by Telegram's own parser, shows the text that was meant."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render.as_html import answer_html, context_html, lines_html
from bot.render.wording import one_line, sendable, shown_passages, shown_quotes
from bot.telegram_front.links import passage_link
from bot.types import Answer, Citation, CitedQuote, Passage, Question
from embeddings.types import Quote, Span
from tests.strict_telegram.texts import MOST_ENTITIES, cut, parse, units

_EXAMPLES = 2_000
_MARKUP = ["<b>", "</b>", "<a href='x'>", "&amp;", "&lt;", "&#60;", "*", "_", "`", "[x](y)", "<", ">", '"', "||", "\\"]
_ODD = [
    "مرحبا بالعالم",
    "שלום",
    "\u202e",
    "\u200f",
    "👩‍👩‍👧‍👦",
    "🇹🇯",
    "e\u0301",
    "\x00",
    "\x07",
    "\u200b",
    "\ud800",
    "@somebody",
    "/start",
    "#tag",
]
_PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(_MARKUP + _ODD),
    st.sampled_from(["The deal ends in 2042. ", " ", "\n", "\n\n"]),
)
_TEXTS = st.one_of(
    st.lists(_PIECES, min_size=1, max_size=12).map("".join),
    st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=20), st.integers(100, 500)),
    st.builds(lambda piece: (piece * 10_000)[:10_000], st.text(min_size=1, max_size=50)),
).filter(lambda text: bool(text.strip()))
_URLS = st.one_of(
    st.none(), st.just("https://example.org/a?b=c&d=<e>#f"), st.just("https://t.me/c/1234567/89"),
    st.builds(lambda end: f"https://example.org/{end}", st.text(max_size=200)),
)  # fmt: skip


@st.composite
def _passages(draw: st.DrawFn) -> Passage:
    before, text, after = draw(st.one_of(st.just(""), _TEXTS)), draw(_TEXTS), draw(st.one_of(st.just(""), _TEXTS))
    start = draw(st.integers(len(before), len(before) + 10**6))
    citation = Citation(
        draw(st.text(min_size=1, max_size=20)), draw(_TEXTS), draw(st.sampled_from([None, "2017-03-02T13:20"])),
        draw(_URLS), draw(st.one_of(st.none(), st.integers(1, 400))), start, start + len(text),
    )  # fmt: skip
    window = Span(start - len(before), start + len(text) + len(after))
    ends = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    highlight = draw(st.sampled_from([None, Span(start + ends[0], start + ends[1])]))
    return Passage(1, citation, text, window, before + text + after, draw(st.floats(-3, 0)), highlight)


@st.composite
def _answers(draw: st.DrawFn) -> Answer:
    passages = tuple(draw(st.lists(_passages(), min_size=1, max_size=4)))
    remark = draw(st.one_of(st.just(""), _TEXTS))
    question = Question(draw(_TEXTS))
    if draw(st.booleans()):
        return Answer(question, "answered", 0.9, passages, remark=remark)
    quotes = []
    for passage in passages:
        at = passage.citation
        quote = Quote(
            at.article, 0, at.paragraph or 1, 0, 0, at.start, at.end, passage.text,
            draw(st.sampled_from(["direct", "indirect", "mixed"])),
            draw(st.sampled_from(["explicit", "carried", "resolved"])),
            draw(st.one_of(st.none(), st.text(min_size=1, max_size=40))), role=draw(st.one_of(st.none(), _TEXTS)),
            cue="said",
        )  # fmt: skip
        quotes.append(CitedQuote(quote, at, draw(st.one_of(st.none(), st.just("he")))))
    return Answer(question, "answered", 0.9, passages, remark=remark, quotes=tuple(quotes))


class _Visible(HTMLParser):
    """What a reader of HTML sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def _visible(html: str) -> str:
    parser = _Visible()
    parser.feed(html)
    parser.close()
    return parser.text


def _sent(html: str) -> tuple[list[str], bool]:
    """What Telegram stores of `html`, which it must take: what is bold, and whether it has as many entities as can be.

    Then it left some out: what it takes for a tag, or for somebody's name, counts as well.
    """
    formatted = parse(html, "HTML", None)
    assert 1 <= len(formatted.text) <= 4096
    assert units(formatted.text) <= 4096
    assert formatted.sent_entities <= MOST_ENTITIES
    assert formatted.text == _visible(html).strip()
    bold = [cut(formatted.text, e["offset"], e["length"]) for e in formatted.entities if e["type"] == "bold"]
    return bold, len(formatted.entities) == MOST_ENTITIES


def _starts(shown: str, meant: str) -> bool:
    """Whether `shown` is `meant` on one line, or its beginning with the mark of a cut."""
    whole = sendable(one_line(meant))
    return shown == whole.strip() or (shown.endswith("…") and whole.startswith(shown.removesuffix("…")))


@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(_answers(), st.booleans(), st.booleans())
def test_any_answer_is_shown_as_it_was_meant(answer: Answer, is_linked: bool, is_asked: bool) -> None:
    """Telegram's parser takes every rendered answer, under its limits, and finds in it the words of the article."""
    link = (lambda passage: passage_link(passage, "saidwhat_bot", None)) if is_linked else None
    bold, is_full = _sent(answer_html(answer, link=link, asked=is_asked))
    meant = [cited.quote.text for cited, _, _ in shown_quotes(answer)]
    meant = meant or [passage.text for passage, _ in shown_passages(answer, closest=False)]
    shown = [text for text in meant if sendable(one_line(text)).strip()]
    assert len(bold) <= len(meant)
    assert bold or is_full or not any(character.isalnum() for character in meant[0])
    for bold_text, text in zip(bold, shown, strict=False):
        assert _starts(bold_text, text)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(_passages(), st.lists(_TEXTS, max_size=60), st.one_of(st.just(""), _TEXTS))
def test_any_passage_in_its_paragraph_and_any_list(passage: Passage, lines: list[str], remark: str) -> None:
    """The same holds for a passage in its paragraph, and for a list."""
    _sent(context_html(passage, passage_link(passage, "saidwhat_bot", None), remark))
    _sent(lines_html("You can ask about:", lines))
