"""The text of an article in, its parts out: headline, date, byline, and the paragraphs that are worth searching."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from embeddings.dates import find_date
from embeddings.types import Span

_HEADER_BLOCKS = 8  # how far down a byline, a date line or a repeated headline is looked for
_TITLE_MAX = 250  # characters; a longer first block is a paragraph
_DATED_MAX = 500  # characters; a longer block states more than dates
_SIGNATURE_WORDS = 12
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*$")
_NAVIGATION_MARK = re.compile(r"^[«‹←<>»›→|☰×]|[«‹←<»›→|]$")
_NAVIGATION_WORDS = re.compile(
    r"(?:go )?back(?: to (?:top|home|news|list))?|home(?:page)?|menu|share(?: this)?(?: on \w+)?|tweet|print|e-?mail"
    r"|save|next|previous|close|search|comments?|subscribe(?: now)?|sign (?:in|up)|log ?in|register|advertisements?"
    r"|skip to (?:main )?content|read (?:more|also|next)|related (?:articles|stories|news)|most (?:read|popular)"
    r"|follow us(?: on \w+)?|copy link|listen|click here",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^by:?\s+(?P<names>[^\W\d_][^\n]{2,100})$", re.IGNORECASE)
_PLACE = re.compile(r"[A-Z\u00c0-\u00de][^\W\d_]+(?:[ ,./-]+(?:[A-Z\u00c0-\u00de][^\W\d_]*|d[aeio]s?|del|la)\.?){0,7}")
"""What may stand before the date in a line under the headline: "SANTA BÁRBARA DO VALE, Brazil"."""
_DATELINE = re.compile(
    r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de .'’-]+(?:, [A-Z]\w+\.?)?, (?P<date>[^—–\n]{6,30}?)"
    r"(?: \([\w /.-]{1,30}\))? ?(?:—|–|--)"
)
"""How agencies begin: "SAN TELMO, Aug. 19, 2020 (Newsline) —"."""
_DATE_LABEL = re.compile(
    r"\b(?:first |last )?(?:published|updated|posted|modified|date)\b(?: on| at)?:?"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a text stand. `title` is None where the text opens with a paragraph at once."""

    title: Span | None
    published: tuple[str, Span] | None
    byline: str | None
    paragraphs: tuple[Span, ...]


def lay_out(text: str, title: str | None = None) -> Layout:
    """Find the parts of `text`; `title` is given where the headline is already known from elsewhere.

    Left out of the paragraphs: the headline, also where it is repeated with a date, lines that only state a date
    or a byline, and navigation ("« Back"). A first line that ends like a sentence may be the lead as well as the
    headline, so it stays among the paragraphs.
    """
    blocks = [block for block in _blocks(text) if not _is_navigation(text[block.start : block.end])]
    title_span = None if title else _title(text, blocks)
    headline = _words(title or (text[title_span.start : title_span.end] if title_span else ""))
    paragraphs, published, byline = [], None, None
    signature = _signature(text, blocks, title_span)
    for number, block in enumerate(blocks):
        content = text[block.start : block.end]
        if block == signature:
            byline = byline or content
            continue
        if block == title_span:
            if _SENTENCE_END.search(content):
                paragraphs.append(block)
            continue
        if number < _HEADER_BLOCKS:
            dated = find_date(content)
            rest = _without_dates(content) if dated else content
            if dated and _words(rest) in ((), headline):
                published = published or _at(dated, block.start)
                continue
            if headline and _words(content) == headline:
                continue
            signed = _BYLINE.match(rest.strip(" \t|,·–-"))
            if signed and len(signed["names"].split()) <= 12 and not _SENTENCE_END.search(signed["names"]):
                byline = byline or signed["names"].strip(" \t|,·–-")
                published = published or (_at(dated, block.start) if dated else None)
                continue
            if dated and not paragraphs and _PLACE.fullmatch(rest.strip(" \t|,·–—-")):
                published = published or _at(dated, block.start)
                continue
            dateline = None if paragraphs else _DATELINE.match(content)
            dated = find_date(content, dateline.start("date"), dateline.end("date")) if dateline else None
            published = published or (_at(dated, block.start) if dated else None)  # and it stays in the paragraph
        paragraphs.append(block)
    return Layout(title_span, published, byline, tuple(paragraphs))


def _blocks(text: str) -> list[Span]:
    """The blocks of `text`: split at empty lines, and at every line end too unless its lines are wrapped."""
    pattern = r"\S(?:.|\n(?!\s*\n))*" if _is_wrapped(text) else r"\S.*"
    return [Span(m.start(), m.start() + len(m.group().rstrip())) for m in re.finditer(pattern, text)]


def _is_wrapped(text: str) -> bool:
    """Whether lines are broken at a column: even lengths, most breaks in mid-sentence."""
    pairs = pairwise(text.split("\n"))
    inner = [first for first, second in pairs if first.strip() and second.strip() and not _is_header_line(second)]
    if not inner:
        return False
    open_ends = sum(not _SENTENCE_END.search(line.rstrip()) for line in inner)
    column = median(len(line) for line in inner)
    longest = max(len(line) for line in text.split("\n"))  # a paragraph on one line is not broken at all
    return open_ends >= 0.5 * len(inner) and column >= 40 and longest <= 1.5 * column + 10


def _is_header_line(line: str) -> bool:
    """Whether a line states a date, or who wrote it, and is no part of a paragraph that is wrapped."""
    return not _words(_without_dates(line)) or bool(_BYLINE.match(line.strip()))


def _is_navigation(block: str) -> bool:
    words = re.findall(r"\w+", block)
    if not words:
        return True
    if len(words) > 6 or _SENTENCE_END.search(block):
        return False
    if _NAVIGATION_MARK.search(block):
        return True
    parts = re.split(r"\s*[|>»·•/]\s*", block)
    return all(_NAVIGATION_WORDS.fullmatch(part.strip()) for part in parts)


def _title(text: str, blocks: list[Span]) -> Span | None:
    """The first block that states more than a date, if it is one short line and more follows."""
    first = next((block for block in blocks if _words(_without_dates(text[block.start : block.end]))), None)
    if first is None or first == blocks[-1]:
        return None
    content = text[first.start : first.end]
    return first if len(content) <= _TITLE_MAX and "\n" not in content else None


def _signature(text: str, blocks: list[Span], title: Span | None) -> Span | None:
    """The line between the headline and a line with the date, right under each other, which tells who wrote it."""
    at = blocks.index(title) if title in blocks else len(blocks)
    if at + 2 >= len(blocks):
        return None
    below, dated = blocks[at + 1], blocks[at + 2]
    is_header = all("\n\n" not in text[one.end : other.start] for one, other in pairwise(blocks[at : at + 3]))
    line, rest = text[below.start : below.end], _without_dates(text[dated.start : dated.end])
    has_date = rest != text[dated.start : dated.end] and (not _words(rest) or _PLACE.fullmatch(rest.strip(" \t|,·–—-")))
    is_short = len(line.split()) <= _SIGNATURE_WORDS and not _SENTENCE_END.search(line) and not find_date(line)
    return below if is_header and has_date and is_short and not _BYLINE.match(line) else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def _without_dates(content: str) -> str:
    while len(content) <= _DATED_MAX and (dated := find_date(content)):
        content = content[: dated[1].start] + " " + content[dated[1].end :]
    return _DATE_LABEL.sub(" ", content)


def _at(dated: tuple[str, Span], offset: int) -> tuple[str, Span]:
    stated, place = dated
    return stated, Span(place.start + offset, place.end + offset)
