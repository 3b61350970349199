"""Texts in, the bytes of a PDF or DOCX file out, for tests of what reads these."""

from __future__ import annotations

import io
from collections.abc import Sequence

Line = tuple[int, int, int, str]
"""Where a line starts, in points from the left and from the foot of the page, the size of its letters, its text."""


_ESCAPED = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def pdf(pages: Sequence[Sequence[Line]]) -> bytes:
    """A PDF in Helvetica, with its lines where they are said to stand."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        drawn = "\n".join(
            f"BT /F1 {size} Tf {x} {y} Td ({text.translate(_ESCAPED)}) Tj ET" for x, y, size, text in lines
        ).encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def paragraphs_pdf(title: str, paragraphs: Sequence[Sequence[str]]) -> bytes:
    """A page with a headline and paragraphs, each given line by line."""
    lines: list[Line] = [(72, 770, 20, title)]
    y = 730
    for paragraph in paragraphs:
        for text in paragraph:
            lines.append((72, y, 11, text))
            y -= 13
        y -= 13
    return pdf([lines])


def docx(blocks: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]] = (), author: str = "") -> bytes:
    """A DOCX file of paragraphs, each with the name of its style, and then a table."""
    from docx import Document

    document = Document()
    document.core_properties.author = author
    for style, text in blocks:
        document.add_paragraph(text, style=style)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
