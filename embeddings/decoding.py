"""Bytes of a text file in, text out: the encodings newspapers use, told apart from what is no text at all."""

from __future__ import annotations

import codecs
import re

from embeddings.errors import ArticleError

_MARKS = (  # the longer mark first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HALVES = re.compile("[\ud800-\udfff]")  # a surrogate alone, which cannot be stored
_NEWLINES = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


def decode(data: bytes) -> str:
    """Decode `data`: by its byte order mark, as UTF-8, else by what charset-normalizer finds most likely.

    Newlines come back as "\\n". Raises ArticleError where `data` is no text.
    """
    text = _by_mark(data) or _as_utf8(data) or _by_likelihood(data)
    if text is None:
        raise ArticleError("it is not text: save the article as plain text or Markdown")
    return without_controls(text)


def without_controls(text: str) -> str:
    """`text` with "\\n" for every kind of newline, and without control characters and halves of characters."""
    return _HALVES.sub("\ufffd", _CONTROLS.sub("", _NEWLINES.sub("\n", text)))


def _by_mark(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return None
    return None


def _as_utf8(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _too_many_controls(text) else text


def _by_likelihood(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        return None
    # An English page in an 8-bit encoding is nearly always Windows-1252: its quotation marks and dashes sit
    # where ISO 8859 has control characters, and its few other letters fit many code pages equally well.
    encoding = "cp1252" if _mostly_ascii(data) else best.encoding
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = str(best)
    return None if _too_many_controls(text) else text


def _mostly_ascii(data: bytes) -> bool:
    return b"\x00" not in data and sum(byte < 0x80 for byte in data) >= 0.9 * len(data)


def _too_many_controls(text: str) -> bool:
    return len(_CONTROLS.findall(text)) > 0.01 * len(text)
