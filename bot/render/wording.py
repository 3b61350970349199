"""The words that every front puts around an answer: headings, citation lines, the plain text of a whole answer."""

from __future__ import annotations

from collections.abc import Iterator

from bot.about import written_date
from bot.types import Answer, Citation, Passage

_TITLE_LIMIT = 200
_NEAR = 2.0  # how much less likely than the first a passage may be that is shown below it: e to that power

CLOSEST = "Closest passages, which do not answer:"


def citation_line(citation: Citation, previous: Citation | None = None, *, offsets: bool = True) -> str:
    """Title, date, paragraph and offsets in one line; without the title where `previous` cites the same article."""
    parts = []
    if previous is None or previous.article != citation.article:
        parts.append(shortened(citation.title, _TITLE_LIMIT))
        if citation.published:
            parts.append(written_date(citation.published))
    parts.append(f"paragraph {citation.paragraph}" if citation.paragraph else "header")
    if offsets:
        parts.append(f"characters {citation.start}–{citation.end}")
    return " · ".join(parts)


def shortened(text: str, limit: int) -> str:
    """`text` cut to `limit` UTF-16 units, Telegram's measure; the cut shows as an ellipsis."""
    if units(text) <= limit:
        return text
    return text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore").rstrip() + "…"


def units(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str) -> str:
    """`text` with its line breaks and runs of blanks as single spaces."""
    return " ".join(text.split())


def shown_passages(answer: Answer, *, closest: bool) -> Iterator[tuple[Passage, Citation | None]]:
    """The passages to show a person, each with the citation of the one before it: those that come near the first."""
    passages = answer.passages or (answer.closest if closest else ())
    previous = None
    for passage in passages:
        if passage.score >= passages[0].score - _NEAR:
            yield passage, previous
            previous = passage.citation


def offers_closest(answer: Answer, closest: bool) -> bool:
    """Whether passages are shown that do not answer, because they were asked for."""
    return closest and not answer.passages and bool(answer.closest)


def plain_text(answer: Answer, *, closest: bool = False) -> str:
    """The whole answer without markup: a remark, then each passage over its citation line."""
    blocks = [answer.remark] if answer.remark else []
    if offers_closest(answer, closest):
        blocks.append(CLOSEST)
    for passage, previous in shown_passages(answer, closest=closest):
        blocks.append(f"{one_line(passage.text)}\n— {citation_line(passage.citation, previous)}")
    return "\n\n".join(blocks)
