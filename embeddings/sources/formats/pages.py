"""The HTML of a page in, a Draft out: the article without what stands around it, and what the page states of it."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import trafilatura
from lxml import html
from lxml.etree import ParserError
from trafilatura.settings import Document

from embeddings.decoding import decode
from embeddings.errors import ArticleError
from embeddings.sources import Draft

_FEWEST_WORDS = 12  # a shorter text is a notice that scripts are needed, or the like
_STUB_WORDS = 250  # an article behind a paywall that has more was sent whole
_CAPTIONS = (
    "//figcaption | //*[contains(concat(' ', translate(@class, '-_', '  '), ' '), ' caption ')"
    " and not(self::body or self::main or self::article or .//p[2])]"
)
_DATE_ONLY_STATED = {"original_date": True, "extensive_search": False}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_PUBLISHED = ("article:published_time", "datepublished", "date", "dc.date.issued", "parsely-pub-date", "pubdate")
_AUTHOR = ("author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl")
_NO_NAME = re.compile(r"\d|[@/:]|\.\w{2,}$|\b(?:you|log|sign|click|subscribe|share)\b", re.IGNORECASE)
_BY = re.compile(r"^by:? ", re.IGNORECASE)
_SITE = re.compile(r"\s+[-–—|:·•»«]+\s+")  # between a headline and the name of its site
_FEWEST_WORDS_OF_TITLE = 3
_BEGIN = 40  # characters, by which a paragraph is known
_CHANGED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified")


def read_page(data: bytes, charset: str | None) -> Draft:
    """The article on a page; `charset` is what the server said. Raises ArticleError where there is none to be read."""
    text = _decoded(data, charset)
    try:
        tree = trafilatura.load_html(text)
    except (ParserError, ValueError) as error:
        raise ArticleError("it is no page of HTML: check the link or the file") from error
    if tree is None:
        raise ArticleError("it is no page of HTML: check the link or the file")
    stated = list(_linked_data(tree))
    found = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        with_metadata=True,
        prune_xpath=_CAPTIONS,
        date_extraction_params=_DATE_ONLY_STATED,
    )
    lines = [line.removeprefix("- ") for line in _lines(found)]
    title = _headline(tree, found.title) if isinstance(found, Document) else None
    body = "\n\n".join(_with_standfirst(lines, tree, title))
    words = len(re.findall(r"\w+", body))
    if words < _STUB_WORDS and _is_paid(tree, stated):
        raise ArticleError(
            f"it is behind a paywall, and only {words} words of it are shown:"
            " save the page from your browser, signed in, and index the file"
        )
    if not isinstance(found, Document) or words < _FEWEST_WORDS:
        raise ArticleError(
            "no article was found on the page, which may be made by scripts:"
            " save it from your browser, or its text, and index the file"
        )
    return Draft(
        body,
        {
            "title": title,
            "authors": _authors(tree, stated, found.author) or None,
            "publisher": _publisher(stated) or _meta(tree, "og:site_name"),
            "date": _published(tree, stated, found.date),
            "canonical": _canonical(tree),
        },
    )


def _headline(tree: html.HtmlElement, title: str | None) -> str | None:
    """`title` without the name of the site before or behind it, where the page has the rest as a heading."""
    told = " ".join((title or "").split())
    parts = {told[: match.start()] for match in _SITE.finditer(told)}
    parts |= {told[match.end() :] for match in _SITE.finditer(told)}
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1", "h2")]
    held = [heading for heading in headings if heading in parts and len(heading.split()) >= _FEWEST_WORDS_OF_TITLE]
    return max(held, key=len, default=told) or None


def _with_standfirst(lines: list[str], tree: html.HtmlElement, title: str | None) -> list[str]:
    """`lines` with what stands between headline and text and is the page's description of itself, if they lack it."""
    if lines[:1] == [title]:
        return [*lines[:1], *_with_standfirst(lines[1:], tree, title)]
    description = " ".join((_meta(tree, "og:description", "description") or "").split()).rstrip(".… ")
    begin = description[:_BEGIN]
    if len(begin) < _BEGIN or not lines or any(begin in line for line in lines):
        return lines
    shown = False
    for element in tree.iter("h1", "h2", "h3", "p", "div"):
        told = " ".join(element.text_content().split()) if element.find(".//div") is None else ""
        shown = shown or told == title
        if shown and told.startswith(begin):
            return [told, *lines]
        if shown and told.startswith(lines[0][:_BEGIN]):
            break
    return lines


def _authors(tree: html.HtmlElement, stated: list[dict[str, Any]], found: str | None) -> list[str]:
    """Who wrote the article: as JSON-LD says, else a <meta>, else what trafilatura `found`, names apart by ";"."""
    for one in stated:
        told = one.get("author") if "headline" in one else None
        authors = told if isinstance(told, list) else [told]
        named = [author.get("name") if isinstance(author, dict) else author for author in authors]
        if names := _names([name for name in named if isinstance(name, str)]):
            return names
    own = _meta(tree, *_AUTHOR)
    return _names([own] if own else (found or "").split(";"))


def _names(told: Sequence[str]) -> list[str]:
    """Those of `told` that can be names, each once: no addresses, and none of the words beside them."""
    bare = (_BY.sub("", " ".join(name.split())) for name in told)
    return list(dict.fromkeys(name for name in bare if name and not _NO_NAME.search(name)))


def _decoded(data: bytes, charset: str | None) -> str:
    """The text of a page: as UTF-8 if it is, by what the server says, by its own word, else as any text is decoded.

    What is saved or sent anew is often UTF-8, whatever it still says; other text is hardly ever valid as such.
    """
    if not data.isascii():
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
    own = _META_CHARSET.search(data[:4096])
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for name in () if marked else (charset, own and own[1].decode("ascii", "replace")):
        try:
            if name:
                return data.decode("cp1252" if name.lower() in ("iso-8859-1", "latin1", "ascii") else name)
        except (LookupError, UnicodeDecodeError):
            continue
    return decode(data)


def _lines(found: Document | dict[str, Any] | None) -> list[str]:
    text = found.text if isinstance(found, Document) else None
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _linked_data(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                yield one
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one


def _meta(tree: html.HtmlElement, *names: str) -> str | None:
    """The content of the first <meta> of one of the names, given in lower case."""
    for name in names:
        for tag in tree.iter("meta"):
            called = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
            if called.lower() == name and (content := (tag.get("content") or "").strip()):
                return content
    return None


def _published(tree: html.HtmlElement, stated: list[dict[str, Any]], found: str | None) -> str | None:
    """When the page says that it was published; what trafilatura `found` may be when it was last changed."""
    dates = (one.get("datePublished") for one in stated)
    date = next((date for date in dates if isinstance(date, str) and date.strip()), None) or _meta(tree, *_PUBLISHED)
    changed = [str(one.get("dateModified")) for one in stated] + [_meta(tree, name) or "" for name in _CHANGED]
    return date or (None if found and any(one.startswith(found) for one in changed) else found)


def _publisher(stated: list[dict[str, Any]]) -> str | None:
    for one in stated:
        publisher = one.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            return str(publisher["name"])
    return None


def _canonical(tree: html.HtmlElement) -> str | None:
    links = tree.xpath("//link[translate(@rel, 'CANONIL', 'canonil')='canonical']/@href")
    return next((str(link).strip() for link in links if str(link).strip()), None) or _meta(tree, "og:url")


def _is_paid(tree: html.HtmlElement, stated: list[dict[str, Any]]) -> bool:
    """Whether the page says that its article is not free to read."""
    free = [one["isAccessibleForFree"] for one in stated if "isAccessibleForFree" in one]
    paid = any(str(value).lower() == "false" for value in free)
    return paid or (_meta(tree, "article:content_tier") or "").lower() in ("locked", "metered")
