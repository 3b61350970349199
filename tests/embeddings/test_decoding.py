"""Bytes in, text out: every encoding that a newspaper's file comes in, and what is refused as no text."""

from __future__ import annotations

import random

import pytest

from embeddings.decoding import decode
from embeddings.errors import ArticleError

ENGLISH = "“We are late,” said the mayor – and the café’s owner agreed…"
RUSSIAN = "Мост через реку откроется в июне, сообщил в понедельник городской совет."
JAPANESE = "橋は六月に開通すると町議会が月曜日に発表した。費用は千四百万ユーロだった。"

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06\x00\x00\x00\x5c\x72\xa8\x66"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010101004800480000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912")
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01\x00\x00\x00\x30\x61" + bytes(6) + b"\x40" + bytes(23)
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x9aKZR" + bytes(12) + b"\x08\x00\x00\x00word.xml"
GZIP = bytes.fromhex("1f8b0800000000000203cb48cdc9c95728cf2fca490100")


@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN, JAPANESE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings(text: str, encoding: str) -> None:
    """UTF-8 with and without a byte order mark, and UTF-16 and UTF-32 with one, come back without the mark."""
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_byte_orders_of_utf16(mark: bytes, encoding: str) -> None:
    """The byte order mark of UTF-16 decides between little and big endian."""
    assert decode(mark + ENGLISH.encode(encoding)) == ENGLISH


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding: str) -> None:
    """UTF-16 is known by its bytes where the mark is missing."""
    text = "The bridge will open in June, the council said."
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "It’s late.",
        "A jalapeño costs £3 at the café.",
        "The bridge costs €14 million, the town’s council said.",
    ],
)
def test_windows_1252(text: str) -> None:
    """An English text in Windows-1252 keeps its curly quotes, dashes, accents and currencies."""
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_russian_code_pages(encoding: str) -> None:
    """Russian in Windows-1251 and in KOI8-R are told apart."""
    assert decode(RUSSIAN.encode(encoding)) == RUSSIAN


def test_shift_jis() -> None:
    """A Japanese text in Shift JIS is read."""
    assert decode(JAPANESE.encode("shift_jis")) == JAPANESE


@pytest.mark.parametrize("newline", ["\r", "\r\n", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_newlines(newline: str) -> None:
    """Every kind of line end, a Mac's and Unicode's own included, becomes one newline."""
    assert decode(f"One.{newline}Two.{newline}{newline}Three.".encode()) == "One.\nTwo.\n\nThree."


def test_stray_control_characters_are_dropped() -> None:
    """A single NUL and a backspace in a long text are taken out, and tabs stay."""
    text = "The bridge will open in June, the mayor said to the council and the press. " * 3
    assert decode(b"\x00\t" + text.encode() + b"\x08") == "\t" + text


def test_many_control_characters_are_no_text() -> None:
    """A text with more than one control character in a hundred is refused."""
    with pytest.raises(ArticleError, match=r"^it is not text: save the article as plain text or Markdown$"):
        decode(b"The \x1b[1mbridge\x1b[0m opens.")


@pytest.mark.parametrize("data", [PNG, JPEG, ELF, ZIP, GZIP], ids=["png", "jpeg", "elf", "zip", "gzip"])
def test_known_binary_files_are_refused(data: bytes) -> None:
    """The first bytes of an image, a program and an archive are no text."""
    with pytest.raises(ArticleError, match=r"^it is not text: save the article as plain text or Markdown$"):
        decode(data)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [50, 1_000, 20_000])
def test_random_bytes_are_refused(seed: int, size: int) -> None:
    """Random bytes are no text, however many there are."""
    with pytest.raises(ArticleError, match=r"^it is not text"):
        decode(random.Random(seed).randbytes(size))


def test_utf16_cut_in_the_middle_of_a_character_is_refused() -> None:
    """What begins as UTF-16 and does not go on as such is no text."""
    with pytest.raises(ArticleError, match=r"^it is not text"):
        decode(b"\xff\xfe" + ENGLISH.encode("utf-16-le") + b"a")


def test_nothing_is_an_empty_text() -> None:
    """A file without a byte is an empty text, which the reader of articles refuses in its own words."""
    assert decode(b"") == ""
