"""A PDF in, a Draft out: paragraphs put together from lines, columns and pages, without what every page repeats."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTPage, LTTextBoxHorizontal, LTTextLineHorizontal
from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.psexceptions import PSException

from embeddings.errors import ArticleError
from embeddings.sources import Draft

_MOST_PAGES = 300
_HEADLINE = 1.25  # how much larger than the text a headline is at least
_LONGEST_HEADLINE = 250  # characters
_REPEATED = 3  # pages
_INDENT = 0.6  # of a line's height
_PAGE_NUMBER = re.compile(r"(?:page |p\. ?)?\W*\d+\W*(?:(?:of|/) ?\d+)?", re.IGNORECASE)
_UNNAMED = "(cid:"  # how pdfminer shows a letter of which only the shape is known
_SENTENCE_END = re.compile(r"[.!?…:][\"”’»)\]]*$")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    height: float
    page: int


def read_pdf(data: bytes) -> Draft:
    """The text of a PDF; its title is the line in the largest letters. Raises ArticleError where there is none."""
    try:
        pages = list(extract_pages(io.BytesIO(data), maxpages=_MOST_PAGES + 1, laparams=LAParams()))
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise ArticleError("it is locked with a password: save it without one") from error
    except PSException as error:
        raise ArticleError("it is damaged, or no PDF: save it anew") from error
    if len(pages) > _MOST_PAGES:
        raise ArticleError(f"it has more than {_MOST_PAGES} pages: split it")
    paragraphs = [one for number, page in enumerate(pages) for one in _paragraphs(page, number)]
    paragraphs = _without_repeated(paragraphs, len(pages))
    if not any(re.search(r"\w", one.text) for one in paragraphs):
        raise ArticleError("it holds no text, as a scanned page does: have it recognised (OCR) and save it anew")
    if sum(one.text.count(_UNNAMED) for one in paragraphs) > sum(len(one.text) for one in paragraphs) / 100:
        raise ArticleError("its letters are drawn without their names: have it recognised (OCR) and save it anew")
    title = _title(paragraphs)
    texts = _joined(one.text for one in paragraphs if one is not title)
    return Draft("\n\n".join(texts), {"title": title.text if title else None})


def _paragraphs(page: LTPage, number: int) -> Iterator[_Paragraph]:
    """The paragraphs of a page: its boxes of text, split where a line is indented after the end of a sentence."""
    for box in page:
        if not isinstance(box, LTTextBoxHorizontal):
            continue
        lines = [line for line in box if isinstance(line, LTTextLineHorizontal) and line.get_text().strip()]
        group: list[LTTextLineHorizontal] = []
        for line in lines:
            indented = line.x0 - box.x0 > _INDENT * line.height
            if group and indented and _SENTENCE_END.search(group[-1].get_text().strip()):
                yield _paragraph(group, number)
                group = []
            group.append(line)
        if group:
            yield _paragraph(group, number)


def _paragraph(lines: Sequence[LTTextLineHorizontal], page: int) -> _Paragraph:
    text = ""
    for line in lines:
        text = _continued(text, " ".join(line.get_text().split()))
    return _Paragraph(text.translate(_LIGATURES), median(line.height for line in lines), page)


def _continued(text: str, line: str) -> str:
    """`text` with `line` after it; a word that was divided at the line's end becomes whole."""
    if re.search(r"[^\W\d_][-\u00ad\u2010]$", text) and re.match(r"[^\W\d_]", line) and line[0].islower():
        return text[:-1] + line
    return f"{text} {line}" if text else line


def _without_repeated(paragraphs: Sequence[_Paragraph], pages: int) -> list[_Paragraph]:
    """Without page numbers, and without the lines at the heads and feet of pages, which differ only in numbers."""

    def form(one: _Paragraph) -> str:
        return re.sub(r"\d+", "#", one.text.casefold())

    on_pages = Counter(found for found, _ in {(form(one), one.page) for one in paragraphs})
    often = max(_REPEATED, pages / 2)
    return [one for one in paragraphs if on_pages[form(one)] < often and not _PAGE_NUMBER.fullmatch(one.text)]


def _title(paragraphs: Sequence[_Paragraph]) -> _Paragraph | None:
    """The paragraph of the first page in the largest letters, if they are clearly larger than those of the text."""
    first = [one for one in paragraphs if one.page == paragraphs[0].page and re.search(r"\w", one.text)]
    largest = max(first, key=lambda one: one.height, default=None)
    usual = median(one.height for one in paragraphs for _ in range(1 + len(one.text) // 80))
    if largest and largest.height >= _HEADLINE * usual and len(largest.text) <= _LONGEST_HEADLINE:
        return largest
    return None


def _joined(texts: Iterable[str]) -> list[str]:
    """The paragraphs, each that goes on after the end of a column or page made one."""
    joined: list[str] = []
    for text in texts:
        if joined and text[:1].islower() and not _SENTENCE_END.search(joined[-1]):
            joined[-1] = _continued(joined[-1], text)
        else:
            joined.append(text)
    return joined
