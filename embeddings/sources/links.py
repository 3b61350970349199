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
_NO_ADDRESS = (httpx.InvalidURL, ValueError)  # the latter for names in Punycode that is none
_NOT_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


def parse_link(text: str, ports: Collection[int]) -> httpx.URL:
    """`text` as an address that may be fetched, without its fragment. Raises ArticleError."""
    if len(text) > _LONGEST:
        raise ArticleError(f"its address has {len(text)} characters, and it may have {_LONGEST}: use a shorter one")
    url = _parsed(text)
    if url.scheme not in _STANDARD:
        raise ArticleError(f"only http and https links can be fetched, and this one is {url.scheme or 'no link'}")
    if not url.host:
        raise ArticleError("it names no site: check the link")
    if url.userinfo:
        raise ArticleError("it holds a user name or a password, which are never sent: remove them from the link")
    port = url.port or _STANDARD[url.scheme]
    if port not in ports:
        allowed = " and ".join(map(str, sorted(ports)))
        raise ArticleError(f"it leads to port {port}, and only {allowed} may be used: LINK_PORTS allows others")
    return url


def plain_link(link: str) -> str:
    """`link` without fragment and without what only tells where a reader came from. Raises ArticleError."""
    url = _parsed(link)
    if not url.host:
        raise ArticleError("it names no site: check the link")
    kept = [part for part in url.query.decode("ascii").split("&") if part and not _TRACKING.match(part)]
    return str(url.copy_with(query="&".join(kept).encode("ascii") or None))


def link_id(link: str) -> str:
    """The id of the article at `link`: host, path and query as one reads them, "example.org/2021/bridge".

    It always holds a slash, as no file's name does. http or https, "www.", letter case of the host and a slash at the
    end make no difference. A long one is cut, and ends in a part of its SHA-256. Raises ArticleError.
    """
    url = _parsed(plain_link(link))
    host = url.host.removeprefix("www.")
    port = f":{url.port}" if url.port else ""
    path, _, query = url.raw_path.decode("ascii").partition("?")
    readable = _NOT_ASCII.sub(_decoded, (path.rstrip("/") or "/") + (f"?{query}" if query else ""))
    found = f"{host}{port}{readable}"
    if len(found) <= _LONGEST_ID:
        return found
    return f"{found[: _LONGEST_ID - 9]}~{hashlib.sha256(found.encode()).hexdigest()[:8]}"


def address_of(final: str, canonical: str | None) -> str:
    """The address to cite a page by: `canonical`, as the page gives it, if it is of the same site, else `final`.

    A page that calls its site's front page canonical is not believed. Raises ArticleError.
    """
    here = _parsed(plain_link(final))
    try:
        there = _parsed(plain_link(join(str(here), canonical or "")))
    except ArticleError:
        return str(here)
    same = there.scheme in _STANDARD and _site(here) == _site(there) and not there.userinfo
    return str(there) if canonical and same and (there.path != "/" or here.path == "/") else str(here)


def join(base: str, link: str) -> str:
    """`link` as it is meant on the page at `base`. Raises ArticleError."""
    try:
        return str(httpx.URL(base).join(link))
    except _NO_ADDRESS as error:
        raise ArticleError("it is not a valid address: check the link") from error


def is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address that a citation can link to."""
    try:
        url = _parsed(text)
    except ArticleError:
        return False
    return url.scheme in _STANDARD and bool(url.host) and not url.userinfo


def _parsed(text: str) -> httpx.URL:
    """`text` as an address, of any scheme, without its fragment. Raises ArticleError."""
    try:
        url = httpx.URL(text.strip()).copy_with(fragment=None)
        url.host.encode()  # raises where a part of it is no encoded name
    except _NO_ADDRESS as error:
        raise ArticleError("it is not a valid address: check the link") from error
    return url


def _site(url: httpx.URL) -> tuple[str, int | None]:
    return _SAME_SITE.sub("", url.host), url.port


def _decoded(escaped: re.Match[str]) -> str:
    try:
        return bytes.fromhex(escaped[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return escaped[0]
