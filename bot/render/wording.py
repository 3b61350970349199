"""The words that every front puts around an answer: headings, citation lines, the plain text of a whole answer."""

from __future__ import annotations

from bot.about import written_date
from bot.types import Answer, Citation

CLOSEST = "Closest passages, which do not answer:"


def citation_line(citation: Citation, *, title_limit: int | None = None) -> str:
    """Title, date, paragraph and offsets of a passage, in one line."""
    title = citation.title
    parts = [title if title_limit is None or len(title) <= title_limit else title[: title_limit - 1].rstrip() + "…"]
    if citation.published:
        parts.append(written_date(citation.published))
    parts.append(f"paragraph {citation.paragraph}" if citation.paragraph else "header")
    parts.append(f"characters {citation.start}–{citation.end}")
    return " · ".join(parts)


def one_line(text: str) -> str:
    """`text` with its line breaks and runs of blanks as single spaces."""
    return " ".join(text.split())


def plain_text(answer: Answer, *, closest: bool = False) -> str:
    """The whole answer without markup: a remark, then each passage over its citation line."""
    blocks = [answer.remark] if answer.remark else []
    shown = answer.passages
    if not shown and closest and answer.closest:
        blocks.append(CLOSEST)
        shown = answer.closest
    blocks += [f"{one_line(passage.text)}\n— {citation_line(passage.citation)}" for passage in shown]
    return "\n\n".join(blocks)
