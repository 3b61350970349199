"""An RSS or Atom feed or a sitemap in, a Draft without text for each page that it names out, the newest first."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from embeddings.errors import ArticleError
from embeddings.sources import Draft

_LARGEST = 50 * 1024 * 1024  # bytes when unpacked
_NO_FEED = "it is no RSS or Atom feed and no sitemap: name the feed's own address"
_PUBLISHED = ("pubDate", "published", "publication_date", "date")
_CHANGED = ("updated", "lastmod")
_ENTRIES = ("item", "entry", "url", "sitemap")


def read_feed(data: bytes) -> list[Draft]:
    """What a feed names: "url", "title" and "date" of each page, or "sitemap" for another sitemap to be read.

    "changed" is when a page or a sitemap was last changed, which says nothing of when it was published.

    Raises ArticleError where it is no feed.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(_unpacked(data).strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ArticleError(_NO_FEED) from error
    if root is None or _name(root) not in ("rss", "RDF", "feed", "urlset", "sitemapindex"):
        raise ArticleError(_NO_FEED)
    entries = {str(entry.get("url") or entry["sitemap"]): entry for entry in _entries(root)}
    newest = sorted(
        entries.values(), key=lambda entry: _moment(entry.get("date") or entry.get("changed")), reverse=True
    )
    return [Draft(metadata=entry) for entry in newest]


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        unpacked = zlib.decompressobj(31).decompress(data, _LARGEST + 1)
    except zlib.error as error:
        raise ArticleError(_NO_FEED) from error
    if len(unpacked) > _LARGEST:
        raise ArticleError(f"it has more than {_LARGEST / 1e6:.0f} MB when unpacked: name a smaller feed")
    return unpacked


def _entries(root: etree._Element) -> Iterator[dict[str, str]]:
    for element in root.iter("{*}*"):
        kind = _name(element)
        if kind not in _ENTRIES:
            continue
        url = _link(element)
        if not url:
            continue
        stated = {
            "sitemap" if kind == "sitemap" else "url": url,
            "title": _text(element, "title"),
            "date": _first_date(element, _PUBLISHED),
            "changed": _first_date(element, _CHANGED),
        }
        yield {name: value for name, value in stated.items() if value}


def _link(entry: etree._Element) -> str | None:
    """The page of an entry: Atom's alternate link, RSS's link, a permanent guid, or a sitemap's loc."""
    for child in entry:
        name = _name(child)
        if name == "link" and child.get("href") and child.get("rel", "alternate") == "alternate":
            return str(child.get("href")).strip()
        if name in ("link", "loc") and (child.text or "").strip():
            return str(child.text).strip()
    guid = _text(entry, "guid")
    return guid if guid and guid.startswith(("http://", "https://")) else None


def _text(entry: etree._Element, name: str) -> str | None:
    found = (element for element in entry.iter("{*}*") if _name(element) == name)
    return next((text for element in found if (text := " ".join("".join(map(str, element.itertext())).split()))), None)


def _first_date(entry: etree._Element, names: Sequence[str]) -> str | None:
    return next((iso for name in names if (iso := _iso(_text(entry, name)))), None)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _iso(stated: str | None) -> str | None:
    """A date as ISO 8601: Atom and sitemaps write it so, RSS as mail does."""
    if not stated:
        return None
    try:
        return parsedate_to_datetime(stated).isoformat()
    except (ValueError, TypeError, IndexError):
        return stated


def _moment(stated: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(stated or "")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
