"""The words that every front puts around an answer: headings, citation lines, the plain text of a whole answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.about import written_date
from bot.types import Answer, Citation, CitedQuote, Passage
from bot.words import say
from embeddings.types import Quote

_TITLE_LIMIT, _PUBLISHER_LIMIT = 200, 60
_ALSO = 2  # other articles that are named
_NEAR = 2.0  # how much less likely than the first a passage may be that is shown below it: e to that power


def citation_line(citation: Citation, previous: Citation | None = None, *, offsets: bool = True) -> str:
    """Title, publisher, date, paragraph and offsets; the place alone where `previous` cites the same article."""
    parts = []
    if previous is None or previous.article != citation.article:
        parts.append(shortened(citation.title, _TITLE_LIMIT))
        if citation.publisher:
            parts.append(shortened(citation.publisher, _PUBLISHER_LIMIT))
        if citation.published:
            parts.append(written_date(citation.published))
    parts.append(say("paragraph", number=citation.paragraph) if citation.paragraph else say("header"))
    if offsets:
        parts.append(say("characters", start=citation.start, end=citation.end))
    return " · ".join(parts)


def passage_line(passage: Passage, previous: Citation | None = None, *, offsets: bool = True) -> str:
    """Who says it, where the text does not name that one there; where it stands; which other articles have it."""
    said = [say("said_by", name=passage.said_by)] if passage.said_by else []
    place = citation_line(passage.citation, previous, offsets=offsets)
    return " · ".join([*said, place, *_also_in(passage.also, passage.citation)])


def _also_in(also: Sequence[Citation], citation: Citation) -> list[str]:
    """By publisher, else by title, or by id where that is as `citation` has it, too."""
    known = (citation.publisher, citation.title)
    named = (
        next((name for name in (other.publisher, other.title) if name and name not in known), other.article)
        for other in also
    )
    names = list(dict.fromkeys(shortened(name, _TITLE_LIMIT) for name in named))
    if len(names) > _ALSO:
        names = [*names[:_ALSO], say("more_names", count=len(names) - _ALSO)]
    return [say("also_in", titles="; ".join(names))] if names else []


def quote_line(cited: CitedQuote, previous: Citation | None = None, *, offsets: bool = True) -> str:
    """Who said it, with the role and the word that reports it; how that is known, where it is not plain; the place."""
    quote = cited.quote
    parts = [", ".join(filter(None, (quote.speaker or say("unnamed_speaker"), quote.role, quote.cue)))]
    if quote.attribution == "resolved":
        parts.append(say("resolved_from", source=cited.source) if cited.source else say("resolved"))
    elif quote.attribution == "carried":
        parts.append(say("carried"))
    return " · ".join(
        [*parts, citation_line(cited.citation, previous, offsets=offsets), *_also_in(cited.also, cited.citation)]
    )


def stands_alone(quote: Quote) -> bool:
    """Whether a quote can be read without its sentence: direct speech, and not only a few words of it, "a slap"."""
    first = next((letter for letter in quote.text if letter.isalnum()), "")
    return quote.kind == "direct" and not first.islower()


def shown_quotes(answer: Answer) -> list[tuple[CitedQuote, Passage, Citation | None]]:
    """The quotes of the answer's page, each with its passage and the citation of the one before it."""
    page = answer.quotes[answer.offset : answer.offset + len(answer.passages)]
    before = [None, *(cited.citation for cited in page)]
    return list(zip(page, answer.passages, before, strict=False))


def page_line(answer: Answer) -> str:
    """Which of the quotes are shown, as in "1–3 of 11"; empty where it is all of them."""
    if len(answer.passages) >= len(answer.quotes):
        return ""
    first, last = answer.offset + 1, answer.offset + len(answer.passages)
    if first == last:
        return say("shown_one", first=first, count=len(answer.quotes))
    return say("shown_range", first=first, last=last, count=len(answer.quotes))


def next_offset(answer: Answer) -> int | None:
    """From which passage or quote on the next page is; None where this one is the last."""
    shown = len(answer.passages) if answer.quotes else len(list(shown_passages(answer, closest=False)))
    following = answer.offset + shown
    return following if following < (len(answer.quotes) or answer.found) else None


def shortened(text: str, limit: int) -> str:
    """`text` cut to `limit` UTF-16 units, Telegram's measure; the cut shows as an ellipsis."""
    if units(text) <= limit:
        return text
    return text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore").rstrip() + "…"


def answering_words(passage: Passage) -> tuple[int, int] | None:
    """Where the words that answer stand in the passage on one line; None where it has none, or is all of them."""
    if passage.highlight is None:
        return None
    at, end = (offset - passage.citation.start for offset in (passage.highlight.start, passage.highlight.end))
    words = one_line(passage.text[at:end])
    first = len(one_line(passage.text[:at] + "|")) - 1
    whole = one_line(passage.text)
    fits = 0 <= at < end and words and words != whole and whole.startswith(words, first)
    return (first, first + len(words)) if fits else None


def sendable(text: str) -> str:
    """`text` as a terminal and Telegram take it: without control characters and halves of surrogate pairs."""
    return re.sub(r"\x1b\[[\d;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", text)


def is_unicode(text: str) -> bool:
    """Whether all of `text` are characters; what was not UTF-8, and JSON's escapes, may leave halves of pairs."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def units(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str) -> str:
    """`text` with its line breaks and runs of blanks as single spaces."""
    return " ".join(sendable(text).split())


def shown_passages(answer: Answer, *, closest: bool) -> Iterator[tuple[Passage, Citation | None]]:
    """The passages to show a person, each with the citation of the one before it: those that come near the first."""
    passages = () if answer.quotes else answer.passages or (answer.closest if closest else ())
    previous = None
    for passage in passages:
        if passage.score >= passages[0].score - _NEAR:
            yield passage, previous
            previous = passage.citation


def offers_closest(answer: Answer, closest: bool) -> bool:
    """Whether passages are shown that do not answer, because they were asked for."""
    return closest and not answer.passages and bool(answer.closest)


def plain_text(answer: Answer, *, closest: bool = False) -> str:
    """The whole answer without markup: a remark, then each quote or passage over its citation line."""
    blocks = [answer.remark] if answer.remark else []
    if offers_closest(answer, closest):
        blocks.append(say("closest"))
    for passage, previous in shown_passages(answer, closest=closest):
        blocks.append(f"{one_line(passage.text)}\n— {passage_line(passage, previous)}")
    shown = ""
    for cited, passage, before in shown_quotes(answer):
        told = one_line(cited.quote.text if stands_alone(cited.quote) else passage.text)
        if told == shown:  # two reports of one sentence
            blocks[-1] += f"\n— {quote_line(cited, before)}"
        else:
            blocks.append(f"{told}\n— {quote_line(cited, before)}")
        shown = told
    if page_line(answer):
        blocks.append(page_line(answer))
    return "\n\n".join(blocks)
