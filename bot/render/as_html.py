"""An Answer in, one Telegram message out: HTML, escaped, and under the length limit whatever the article holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from bot.render.wording import (
    answering_words,
    citation_line,
    offers_closest,
    one_line,
    page_line,
    passage_line,
    quote_line,
    sendable,
    shortened,
    shown_passages,
    shown_quotes,
    stands_alone,
    units,
)
from bot.types import Answer, Citation, Passage
from bot.words import say

_LIMIT = 4000  # UTF-16 units of visible text; Telegram takes 4096 characters
_SENTENCE, _CONTEXT, _CITATION, _REMARK, _LIST = 1200, 1200, 300, 1000, 1500  # the most that is shown of each
_QUESTION = 200
_LINK = 900  # characters of an address

Link = Callable[[Passage], str | None]
"""Where a reader finds a passage; None where that is nowhere."""


def answer_html(answer: Answer, *, closest: bool = False, link: Link | None = None, asked: bool = False) -> str:
    """The answer for `parse_mode="HTML"`; passages that would exceed the limit are left out, the last ones first.

    With `asked` the question stands over it, for an answer that is no reply to it.
    """
    if asked:
        question, html = _block(one_line(answer.question.text), _QUESTION)
        return f"<i>{html}</i>\n\n{_answer_html(answer, closest, link, _LIMIT - units(question) - 2)}"
    return _answer_html(answer, closest, link, _LIMIT)


def _answer_html(answer: Answer, closest: bool, link: Link | None, limit: int) -> str:
    if answer.quotes:
        return _quotes_html(answer, link, limit)
    blocks = [_block(answer.remark, _REMARK)] if answer.remark else []
    if offers_closest(answer, closest):
        blocks.append(_block(say("closest"), _REMARK))
    blocks += [_passage_block(*shown, link) for shown in shown_passages(answer, closest=closest)]
    message: list[str] = []
    used = 0
    for visible, html in blocks:
        used += units(visible) + 2
        if message and used > limit:
            break
        message.append(html)
    return "\n\n".join(message)


def context_html(passage: Passage, link: str | None, remark: str = "") -> str:
    """A passage that stands out in the text around it, over its citation; under `remark`, if there is any."""
    sentence, sentence_html = _block(one_line(passage.text), _SENTENCE)
    at = passage.citation.start - passage.context.start
    before, after = passage.context_text[:at], passage.context_text[at + len(passage.text) :]
    told, told_html = _lines_block(remark, _REMARK)
    room = (_LIMIT - units(told) - units(sentence) - _CITATION) // 2
    before_html = escape(_paragraphs(_shortened_at_start(sendable(before), room)), quote=False)
    after_html = escape(_paragraphs(shortened(sendable(after), room)), quote=False)
    cited = _linked(_block(citation_line(passage.citation, offsets=False), _CITATION)[1], link)
    shown = f"{before_html}<b>{sentence_html}</b>{after_html}"
    return "\n\n".join(filter(None, [told_html, shown, f"— <i>{cited}</i>"]))


def lines_html(heading: str, lines: list[str]) -> str:
    """A heading with a list under it, cut at the limit with a count of what is left out."""
    message, used = [f"<b>{escape(heading, quote=False)}</b>"], units(heading)
    for number, line in enumerate(lines):
        visible, html = _block(line, _CITATION)
        used += units(visible) + 3
        if used > _LIMIT - 50:
            message.append(say("and_more", count=len(lines) - number))
            break
        message.append(f"• {html}")
    return "\n".join(message)


def _quotes_html(answer: Answer, link: Link | None, limit: int) -> str:
    """A page of quotes, all of them shown; the context of each that is part of a sentence, as long as there is room."""
    remark, remark_html = _lines_block(answer.remark, _LIST)
    page = shown_quotes(answer)
    share = (limit - units(remark) - 40) // len(page)
    blocks = []
    used = units(remark) + 40
    for cited, passage, previous in page:
        said, said_html = _block(one_line(cited.quote.text), min(_SENTENCE, share * 3 // 5))
        line, line_html = _block(quote_line(cited, previous, offsets=False), min(_CITATION, share * 2 // 5 - 10))
        used += units(said) + units(line) + 5
        blocks.append(f"<b>{said_html}</b>\n— <i>{_linked(line_html, link and link(passage))}</i>")
    for number, (cited, passage, previous) in enumerate(page):
        context, context_html = _block(one_line(passage.context_text), _CONTEXT)
        if (previous is None or not stands_alone(cited.quote)) and used + units(context) + 1 <= limit:
            used += units(context) + 1
            blocks[number] += f"\n<blockquote expandable>{context_html}</blockquote>"
    return "\n\n".join(filter(None, [remark_html, *blocks, page_line(answer)]))


def _lines_block(text: str, limit: int) -> tuple[str, str]:
    """Whole lines of `text` up to `limit`, with a count of what is left out, plain and escaped."""
    lines = text.split("\n")
    kept = [shortened(sendable(line), _CITATION) for line in lines]
    while len(kept) > 1 and units("\n".join(kept)) > limit:
        kept.pop()
    if len(kept) < len(lines):
        kept.append(say("and_more", count=len(lines) - len(kept)))
    return "\n".join(kept), escape("\n".join(kept), quote=False)


def _passage_block(passage: Passage, previous: Citation | None, link: Link | None) -> tuple[str, str]:
    """What is seen of a passage, and its HTML; the first one comes with its context, folded."""
    sentence, sentence_html = _block(one_line(passage.text), _SENTENCE)
    words = answering_words(passage)
    if words and sentence == one_line(passage.text):
        parts = sentence[: words[0]], sentence[words[0] : words[1]], sentence[words[1] :]
        sentence_html = "{}<u>{}</u>{}".format(*(escape(part, quote=False) for part in parts))
    cited, cited_html = _block(passage_line(passage, previous, offsets=False), _CITATION)
    cited_html = _linked(cited_html, link and link(passage))
    visible, html = f"{sentence}\n— {cited}", f"<b>{sentence_html}</b>\n— <i>{cited_html}</i>"
    if previous is None and passage.context_text != passage.text:
        context, context_html = _block(one_line(passage.context_text), _CONTEXT)
        visible += f"\n{context}"
        html += f"\n<blockquote expandable>{context_html}</blockquote>"
    return visible, html


def _linked(html: str, address: str | None) -> str:
    """`html` as a link to `address`; without it where there is none, or one too long for Telegram."""
    return f'<a href="{escape(sendable(address))}">{html}</a>' if address and len(address) <= _LINK else html


def _block(text: str, limit: int) -> tuple[str, str]:
    """`text` cut to `limit`, plain and escaped."""
    text = shortened(sendable(text), limit)
    return text, escape(text, quote=False)


def _shortened_at_start(text: str, limit: int) -> str:
    """The end of `text`, up to `limit` UTF-16 units; the cut shows as an ellipsis."""
    return shortened(text[::-1], limit)[::-1]


def _paragraphs(text: str) -> str:
    """`text` with the breaks between its paragraphs, and single blanks else."""
    return re.sub(r"\s+", lambda blanks: "\n\n" if blanks[0].count("\n") > 1 else " ", text)
