"""A path in, the files that it stands for and their bytes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from embeddings.errors import ArticleError
from embeddings.sources import Brought, Document, Kind
from embeddings.sources.kinds import READABLE, SUFFIXES, kind_of_name

MAX_TEXT = 2 * 1024 * 1024
"""How large a text may be: bytes of a .txt or .md file, characters of what is read from others."""
MAX_BYTES = 20 * 1024 * 1024
"""How large a file of the other kinds may be."""


def article_files(path: Path) -> Iterator[Path]:
    """The files that `path` stands for: itself, or every readable one below it, sorted, hidden ones left out.

    Raises ArticleError where there is nothing at `path`.
    """
    try:
        is_folder, is_there = path.is_dir(), path.exists() or path.is_symlink()
    except OSError as error:
        raise ArticleError(f"it cannot be looked up ({error.strerror}): check the path") from error
    if is_folder:
        found = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in SUFFIXES
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
            and not file.is_dir()
        )
        if not found:
            raise ArticleError(f"the folder holds no article: {READABLE} files are read")
        yield from found
    elif is_there:
        yield path
    else:
        hint = f", or write https://{path} for a page on the web" if _is_like_an_address(path) else ""
        raise ArticleError(f"there is no such file or folder: check the path{hint}")


def _is_like_an_address(path: Path) -> bool:
    """Whether a path begins as the name of a site does: "example.org/2021"."""
    named = re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}", path.parts[0] if path.parts else "", re.IGNORECASE)
    return named is not None and (len(path.parts) > 1 or path.suffix.lower() not in SUFFIXES)


def read_file(path: Path) -> Brought:
    """The bytes of a file.

    Raises ArticleError, saying what is wrong and what to do, where it is of another kind, unreadable, or too large.
    """
    kind = _kind(path.name)
    try:
        if not path.is_file():
            raise ArticleError("it is not a regular file, or its link leads nowhere")
        _check_size(path.stat().st_size, kind)
        data = path.read_bytes()
    except OSError as error:
        raise ArticleError(f"it cannot be read ({error.strerror}): check its permissions") from error
    # a link is kept as it is named, so that it is still known where it leads elsewhere one day
    source = str(path.resolve() if ".." in path.parts else path.absolute())
    if re.search("[\ud800-\udfff]", source):  # how Python shows bytes that are no UTF-8
        raise ArticleError("its path is not valid UTF-8: rename it")
    return Brought(str(path), data, kind, source)


def read_document(document: Document) -> Brought:
    """The bytes of a document, checked as a file's are. Raises ArticleError."""
    kind = _kind(document.name)
    _check_size(len(document.data), kind)
    return Brought(document.name, document.data, kind)


def _kind(name: str) -> Kind:
    kind = kind_of_name(name)
    if kind is None:
        raise ArticleError(f"only {READABLE} files can be read: save the article as one of these")
    return kind


def _check_size(size: int, kind: Kind) -> None:
    largest = MAX_TEXT if kind in ("txt", "md") else MAX_BYTES
    if size > largest:
        raise ArticleError(f"it is {size / 1e6:.1f} MB, and it may have {largest / 1e6:.1f} MB: split it")
