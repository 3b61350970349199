"""A name, a server's word, or the first bytes in, the kind out that they are read as."""

from __future__ import annotations

from pathlib import PurePosixPath

from embeddings.errors import ArticleError
from embeddings.sources import Kind

SUFFIXES: dict[str, Kind] = {
    ".txt": "txt",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".json": "json",
    ".jsonl": "jsonl",
}
READABLE = ".txt, .md, .html, .pdf, .docx, .json and .jsonl"

_TYPES: dict[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/markdown": "md",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/xml": "feed",
    "text/xml": "feed",
}
_MARKS: dict[bytes, Kind] = {
    b"%pdf-": "pdf",
    b"<!doctype html": "html",
    b"<html": "html",
    b"<?xml": "feed",
    b"<rss": "feed",
    b"<feed": "feed",
    b"<urlset": "feed",
    b"<sitemapindex": "feed",
    b"\x1f\x8b": "feed",  # gzip, as of large sitemaps
}
_NO_ARTICLE = "and only pages, texts, PDF, DOCX and JSON files can be read: link to one of these"
_SAYS_NOTHING = (
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/gzip",
    "application/x-gzip",
    "application/zip",
)


def kind_of_name(name: str) -> Kind | None:
    """The kind that a file's name tells, None for another ending."""
    return SUFFIXES.get(PurePosixPath(name).suffix.lower())


def kind_of_type(media_type: str, path: str) -> Kind | None:
    """The kind of what a server sent, by its word for it; where that says nothing, by the path, and then None.

    Raises ArticleError for every other type.
    """
    if media_type in _SAYS_NOTHING:
        return kind_of_name(path)
    if media_type == "text/plain":
        named = kind_of_name(path)
        return named if named in ("md", "json", "jsonl") else "txt"
    if media_type not in _TYPES:
        raise ArticleError(f"its site sends it as {media_type[:80]}, {_NO_ARTICLE}")
    return _TYPES[media_type]


def kind_of_bytes(data: bytes) -> Kind:
    """The kind of what came without a word, by its first bytes. Raises ArticleError."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, kind in _MARKS.items():
        if start.startswith(mark):
            return kind
    raise ArticleError(f"its site does not say what it sends, {_NO_ARTICLE}")
