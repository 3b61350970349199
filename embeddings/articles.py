"""A .txt or .md file in, an Article out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from embeddings.dates import find_date, to_iso
from embeddings.decoding import decode
from embeddings.errors import ArticleError
from embeddings.layout import lay_out
from embeddings.types import Article

SUFFIXES = (".txt", ".md")
MAX_BYTES = 2 * 1024 * 1024


def article_files(path: Path) -> Iterator[Path]:
    """The files that `path` stands for: itself, or every .txt and .md below it, sorted, hidden ones left out.

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
            raise ArticleError("the folder holds no .txt or .md file")
        yield from found
    elif is_there:
        yield path
    else:
        raise ArticleError("there is no such file or folder: check the path")


def count_article_files(paths: Iterable[Path]) -> int:
    """How many files `paths` stand for; what cannot be listed counts as one, since it will be reported."""
    count = 0
    for path in paths:
        try:
            count += sum(1 for _ in article_files(path))
        except ArticleError:
            count += 1
    return count


def read_article(path: Path) -> Article:
    """Read one file. The article's id is the file's name without its ending.

    Raises ArticleError, saying what is wrong and what to do, where the file is of another type, unreadable,
    empty, no text, or larger than MAX_BYTES.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ArticleError("only .txt and .md files can be read: save the article as one of these")
    text = decode(_read_bytes(path))
    metadata, body = _front_matter(text)
    if path.suffix.lower() == ".md":
        title, body = _plain_text(body)
        metadata["title"] = _first(metadata, "title") or title
    if not re.search(r"\w", body):
        raise ArticleError("it is empty: there is no text to search")
    source = str(path.resolve())
    if re.search("[\ud800-\udfff]", source):  # how Python shows bytes that are no UTF-8
        raise ArticleError("its path is not valid UTF-8: rename it")
    return make_article(path.stem, body, metadata, source)


def make_article(article_id: str, text: str, metadata: dict[str, Any], source: str | None = None) -> Article:
    """An Article from its text and what is known of it.

    `metadata` may hold title, author (or authors, byline), date (or published), and url (or source, link); what it
    lacks is looked for in the text itself. Raises ArticleError where nothing but a headline or navigation is left.
    """
    title = _one_line(metadata.get("title"))
    layout = lay_out(text, title)
    if not layout.paragraphs:
        raise ArticleError("it holds a headline or navigation only: there is no paragraph to search")
    published, published_span = layout.published or (None, None)
    stated = _first(metadata, "date", "published")
    if stated is not None:
        published, published_span = _stated_date(stated), None
    if layout.title:
        title = _one_line(text[layout.title.start : layout.title.end])
    return Article(
        id=article_id,
        title=title or re.sub(r"[\W_]+", " ", article_id).strip() or article_id,
        text=text,
        paragraphs=layout.paragraphs,
        byline=_one_line(_first(metadata, "author", "authors", "byline")) or layout.byline,
        published=published,
        url=_one_line(_first(metadata, "url", "link", "source")),
        source=source,
        title_span=layout.title,
        published_span=published_span,
    )


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ArticleError("it is not a regular file, or its link leads nowhere")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ArticleError(f"it is {size / 1e6:.1f} MB, and an article may have {MAX_BYTES / 1e6:.1f} MB: split it")
        return path.read_bytes()
    except OSError as error:
        raise ArticleError(f"it cannot be read ({error.strerror}): check its permissions") from error


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """YAML between two lines of "---" at the very top; what is no mapping counts as text."""
    if not text.startswith("---"):
        return {}, text
    import frontmatter
    import yaml

    try:
        metadata, body = frontmatter.parse(text)
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or "unreadable value"
        raise ArticleError(f"its front matter is not valid YAML ({problem}): mend or remove it") from error
    return ({str(key).lower(): value for key, value in metadata.items()}, body) if metadata else ({}, text)


def _plain_text(markdown: str) -> tuple[str | None, str]:
    """Markdown as plain text, a blank line between blocks, and its first heading of level one."""
    from markdown_it import MarkdownIt

    title, blocks, heading = None, [], ""
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "inline":
            content = "".join(_inline_text(child) for child in token.children or []).strip()
            if heading == "h1" and title is None:
                title = content
            elif content:
                blocks.append(content)
            heading = ""
    return title, "\n\n".join(blocks)


def _inline_text(token: Any) -> str:
    if token.type in ("text", "code_inline"):
        return str(token.content)
    return " " if token.type in ("softbreak", "hardbreak") else ""


def _first(metadata: dict[str, Any], *names: str) -> Any:
    return next((metadata[name] for name in names if metadata.get(name) is not None), None)


def _one_line(value: Any) -> str | None:
    if value is None:
        return None
    joined = ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else str(value)
    return " ".join(joined.split()) or None


def _stated_date(value: Any) -> str | None:
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    found = find_date(str(value))
    return found[0] if found else to_iso(str(value))
