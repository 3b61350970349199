"""An address as somebody typed it in, one out that may be fetched; a page's addresses in, an article's id out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

import httpx

from embeddings.errors import ArticleError

_LONGEST = 2000  # characters of an address
_LONGEST_ID = 120
_STANDARD = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|ref_src|ocid|cmpid|at_medium|at_campaign)(?:=|$)",
    re.IGNORECASE,
)
_SAME_SITE = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
_NOT_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


def parse_link(text: str, ports: Collection[int]) -> httpx.URL:
    """`text` as an address that may be fetched, without its fragment. Raises ArticleError."""
    if len(text) > _LONGEST:
        raise ArticleError(f"its address has {len(text)} characters, and it may have {_LONGEST}: use a shorter one")
    try:
        url = httpx.URL(text.strip()).copy_with(fragment=None)
        host, port = url.raw_host, url.port  # raises for what is no host
    except (httpx.InvalidURL, ValueError) as error:
        raise ArticleError("it is not a valid address: check the link") from error
    if url.scheme not in _STANDARD:
        raise ArticleError(f"only http and https links can be fetched, and this one is {url.scheme or 'no link'}")
    if not host:
        raise ArticleError("it names no site: check the link")
    if url.userinfo:
        raise ArticleError("it holds a user name or a password, which are never sent: remove them from the link")
    port = port or _STANDARD[url.scheme]
    if port not in ports:
        allowed = " and ".join(map(str, sorted(ports)))
        raise ArticleError(f"it leads to port {port}, and only {allowed} may be used: LINK_PORTS allows others")
    return url


def plain_link(url: str) -> str:
    """`url` without fragment and without what only tells where a reader came from. Raises ArticleError."""
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise ArticleError("it is not a valid address: check the link") from error
    kept = [part for part in parsed.query.decode("ascii").split("&") if part and not _TRACKING.match(part)]
    return str(parsed.copy_with(query="&".join(kept).encode("ascii") or None))


def link_id(url: str) -> str:
    """The id of the article at `url`: host, path and query as one reads them, "example.org/2021/bridge".

    It always holds a slash, as no file's name does. http or https, "www.", letter case of the host and a slash at the
    end make no difference. A long one is cut, and ends in a part of its SHA-256. Raises ArticleError.
    """
    parsed = httpx.URL(plain_link(url))
    host = _SAME_SITE.sub("", parsed.host) if parsed.host.startswith("www") else parsed.host
    port = f":{parsed.port}" if parsed.port else ""
    path, _, query = parsed.raw_path.decode("ascii").partition("?")
    readable = _NOT_ASCII.sub(_decoded, (path.rstrip("/") or "/") + (f"?{query}" if query else ""))
    found = f"{host}{port}{readable}"
    if len(found) <= _LONGEST_ID:
        return found
    return f"{found[: _LONGEST_ID - 9]}~{hashlib.sha256(found.encode()).hexdigest()[:8]}"


def address_of(final: str, canonical: str | None) -> str:
    """The address to cite a page by: `canonical`, as the page gives it, if it is of the same site, else `final`.

    A page that calls its site's front page canonical is not believed. Raises ArticleError.
    """
    final = plain_link(final)
    if not canonical:
        return final
    here = httpx.URL(final)
    try:
        there = httpx.URL(plain_link(str(here.join(canonical))))
    except (ArticleError, httpx.InvalidURL, ValueError):
        return final
    same = there.scheme in _STANDARD and _site(here) == _site(there) and not there.userinfo
    return str(there) if same and (there.path != "/" or here.path == "/") else final


def is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address that a citation can link to."""
    try:
        url = httpx.URL(text)
        return url.scheme in _STANDARD and bool(url.host) and not url.userinfo
    except (httpx.InvalidURL, ValueError):
        return False


def _site(url: httpx.URL) -> tuple[str, int | None]:
    return _SAME_SITE.sub("", url.host), url.port


def _decoded(escaped: re.Match[str]) -> str:
    try:
        return bytes.fromhex(escaped[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return escaped[0]
