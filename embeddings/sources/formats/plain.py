"""A .txt or .md file in, a Draft out: front matter read, and Markdown made plain."""

from __future__ import annotations

import datetime
import re
from typing import Any

from embeddings.decoding import decode
from embeddings.errors import ArticleError
from embeddings.sources import Draft

_LONGEST_FRONT_MATTER = 64 * 1024


def read_text(data: bytes) -> Draft:
    """Plain text, with what its front matter states. Raises ArticleError where it is empty or no text."""
    metadata, body = _front_matter(decode(data))
    return Draft(_with_words(body), metadata)


def read_markdown(data: bytes) -> Draft:
    """Markdown as plain text; its first heading of level one is the title, unless the front matter has another.

    Raises ArticleError where it is empty or no text.
    """
    metadata, body = _front_matter(decode(data))
    title, text = _plain_text(body)
    return Draft(_with_words(text), {**metadata, "title": metadata.get("title") or title})


def _with_words(text: str) -> str:
    if not re.search(r"\w", text):
        raise ArticleError("it is empty: there is no text to search")
    return text


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """YAML between two lines of "---" at the very top; what is no mapping counts as text."""
    if not text.startswith("---"):
        return {}, text
    import frontmatter
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    class Loader(yaml.SafeLoader):
        """YAML without aliases, by which a few lines can stand for gigabytes."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.constructor.ConstructorError(None, None, "aliases are not read")
            return super().compose_node(parent, index)

    class Handler(YAMLHandler):
        def load(self, fm: str, **kwargs: Any) -> Any:
            if len(fm) > _LONGEST_FRONT_MATTER:
                raise ArticleError(f"its front matter has more than {_LONGEST_FRONT_MATTER // 1024} KB: shorten it")
            return super().load(fm, Loader=Loader)

    try:
        metadata, body = frontmatter.parse(text, handler=Handler())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = getattr(error, "problem", None) or "unreadable value"
        raise ArticleError(f"its front matter is not valid YAML ({problem}): mend or remove it") from error
    return ({str(key).lower(): _plain(value) for key, value in metadata.items()}, body) if metadata else ({}, text)


def _plain(value: Any) -> str | list[str] | None:
    """A stated fact as text, a list of them as texts."""
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    if isinstance(value, datetime.date):  # a datetime is one
        return value.isoformat()
    return None if value is None else str(value)


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
