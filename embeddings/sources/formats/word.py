"""A DOCX file in, a Draft out: its paragraphs and the rows of its tables, without captions, heads and feet of pages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.table import Table

from embeddings.errors import ArticleError
from embeddings.sources import Draft

_LARGEST = 100 * 1024 * 1024  # bytes when unpacked
_TITLES = ("Title", "Heading 1")
_LEFT_OUT = ("Caption", "Header", "Footer", "TOC Heading")
_DAMAGED = "it is damaged, or no DOCX file: save it anew"


def read_word(data: bytes) -> Draft:
    """The text of a DOCX file; its title is the first line in the style of one. Raises ArticleError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if any(part.flag_bits & 1 for part in packed.infolist()):
                raise ArticleError("it is locked with a password: save it without one")
        if size > _LARGEST:
            raise ArticleError(
                f"it has {size / 1e6:.0f} MB when unpacked, and it may have {_LARGEST / 1e6:.0f}: split it"
            )
        document = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, OpcError, KeyError, ValueError) as error:
        if data.startswith(b"\xd0\xcf\x11\xe0"):  # Word's older format, or a DOCX that is encrypted
            raise ArticleError("it is a locked file or an old .doc: save it as .docx, without a password") from error
        raise ArticleError(_DAMAGED) from error
    title, blocks = None, []
    for style, text in _blocks(document):
        if title is None and style in _TITLES:
            title = text
        elif style not in _LEFT_OUT and not style.startswith("toc "):
            blocks.append(text)
    if not any(re.search(r"\w", text) for text in blocks):
        raise ArticleError("it is empty: there is no text to search")
    return Draft("\n\n".join(blocks), {"title": title, "author": _author(document)})


def _blocks(document: Document) -> Iterator[tuple[str, str]]:
    """Paragraphs with their style, and rows of tables, in order."""
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)
                if text := " | ".join(cell for cell in cells if cell):
                    yield "", text
        elif text := " ".join(block.text.split()):
            yield (block.style.name or "") if block.style else "", text


def _author(document: Document) -> str | None:
    """Whom the file states as its author, unless it is a program or the name of an account."""
    author = (document.core_properties.author or "").strip()
    return author if " " in author and "python-docx" not in author else None
