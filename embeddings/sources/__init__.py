"""What brings articles in, Articles out: the words of the way from a file, a link, a feed or a document to an Article.

a path, a Document    files.py                                    → Brought: bytes, with their kind
a Link, a Feed        links.py, addresses.py, robots.py, fetching.py → Brought
Brought               parser.py, parsing.py, formats/             → Drafts: texts, with what is known of each
Drafts                arriving.py                                 → Articles
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from embeddings.types import Article  # which brings NumPy, and the process that parses does without

Kind = Literal["txt", "md", "html", "pdf", "docx", "json", "jsonl", "feed"]
"""What bytes are read as; "feed" is RSS, Atom or a sitemap."""


@dataclass(frozen=True, slots=True)
class Link:
    """The address of a page or of a file in any of the kinds."""

    url: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The address of an RSS or Atom feed, or of a sitemap: what is new in it is taken in."""

    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was handed over as bytes; `name` is its name, with the ending that tells its kind."""

    name: str
    data: bytes


Source = Path | Link | Feed | Document
"""All that brings articles. A path is a file, or a folder of files."""


@dataclass(frozen=True, slots=True)
class FetchRules:
    """What is fetched, and how much of it at most.

    `ports` are the ports, and `networks` the networks that are let in although they are not public ("10.1.0.0/16").
    `seconds` is the time for a page in all, redirects and robots.txt included; `pause` that between two pages of one
    site; `bytes` the size, before and after decompression.
    """

    ports: tuple[int, ...] = (80, 443)
    networks: tuple[str, ...] = ()
    seconds: float = 20.0
    pause: float = 1.0
    bytes: int = 10 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Brought:
    """Bytes and where they came from: `name` for messages, and `url` after all redirects if they were fetched.

    `source` is what would bring them again: a file's full path, or the link. `charset` is what a server says it is.
    """

    name: str
    data: bytes
    kind: Kind
    source: str | None = None
    url: str | None = None
    charset: str | None = None


Fetch = Callable[[str], Brought]
"""A link in, what it leads to out. Raises ArticleError, saying what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file says of one article: its text, and what it states beside it, as `make_article` takes it.

    Of a page `metadata` may have "canonical" too, of a feed's entry it is all there is. `fault` says why a part of a
    file is no article.
    """

    text: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a source, or a part of it, came to: an article, or else `fault`; `remark` is all else there is to know."""

    name: str
    article: Article | None = None
    fault: str = ""
    remark: str = ""
