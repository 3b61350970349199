"""A link in, the bytes behind it out, with their kind and the address at which they were found.

Nothing but public pages is ever asked for: every connection, after every redirect, goes to an address that was looked
up once and checked, and TLS still checks the certificate against the host's name. No cookies, no scripts, no proxies.
"""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import httpcore
import httpx

from embeddings.errors import ArticleError
from embeddings.sources import Brought, FetchRules
from embeddings.sources.addresses import Resolve, look_up, vetted
from embeddings.sources.kinds import kind_of_bytes, kind_of_type
from embeddings.sources.links import join, parse_link, plain_link
from embeddings.sources.robots import LARGEST, NAME, Robots

USER_AGENT = f"{NAME}/{version('saidwhat')}"

_PATIENCE = 4.0  # seconds for one of several addresses
_REDIRECTS = (301, 302, 303, 307, 308)
_STATUS = {
    401: "its site asks for a password: save the page in your browser and index the file",
    403: "its site does not show it to programs: save the page in your browser and index the file",
    404: "its site has no such page: check the link",
    410: "its site has taken the page away: look for it elsewhere",
    429: "its site asks to be left alone for a while: try again later",
    451: "its site may not show it here for legal reasons: look for it elsewhere",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    data: bytes


class Fetcher:
    """What fetches pages, one after the other; it keeps nothing of a page, only what sites say in robots.txt.

    `resolve`, `wire` and `trusted` stand for the system's look-up of names, the network, and the certificates that are
    trusted.
    """

    def __init__(
        self,
        rules: FetchRules | None = None,
        *,
        resolve: Resolve = look_up,
        wire: httpcore.NetworkBackend | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self.rules = rules or FetchRules()
        self._resolve = resolve
        self._wire = wire or httpcore.SyncBackend()
        self._trusted = trusted
        self._robots = Robots()
        self._asked: dict[str, float] = {}

    def fetch(self, link: str) -> Brought:
        """What `link` leads to. Raises ArticleError, saying what is wrong and what to do."""
        url = parse_link(link, self.rules.ports)
        source = plain_link(str(url))
        asked: set[str] = set()  # no pause on the way of one link
        with _Visit(self.rules, self._resolve, self._wire, self._trusted) as visit:
            for _ in range(self.rules.redirects + 1):
                delay = self._robots.check(url, visit.robots)
                if url.host not in asked:
                    visit.wait(self._pause(url.host, delay))
                answer = visit.get(url, self.rules.bytes, typed=True)
                asked.add(url.host)
                self._asked[url.host] = time.monotonic()
                target = _redirected(answer, url)
                if target is None:
                    return _brought(answer, link, url, source)
                url = parse_link(target, self.rules.ports)
        raise ArticleError(f"it is redirected more than {self.rules.redirects} times: check the link")

    def _pause(self, host: str, delay: float) -> float:
        """How long to wait until `host` may be asked again."""
        if len(self._asked) > 1000:
            self._asked.clear()
        before = self._asked.get(host)
        return 0.0 if before is None else max(0.0, before + max(self.rules.pause, delay) - time.monotonic())


class _Visit:
    """The connections for one link, within its time."""

    def __init__(
        self, rules: FetchRules, resolve: Resolve, wire: httpcore.NetworkBackend, trusted: ssl.SSLContext | None
    ) -> None:
        self._rules = rules
        self._clock = _Clock(rules.seconds)
        guard = _Guard(wire, resolve, rules.networks, self._clock)
        # A connection serves one request: a site may hang up after it at any moment, and is looked up anew.
        self._pool = httpcore.ConnectionPool(ssl_context=trusted, network_backend=guard, max_keepalive_connections=0)

    def __enter__(self) -> _Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass, which are no part of the link's time."""
        if seconds:
            time.sleep(seconds)
            self._clock.end += seconds

    def robots(self, url: httpx.URL) -> tuple[int, bytes]:
        """The answer to a request for a robots.txt, after redirects; a site that has none to speak of answers 404."""
        for _ in range(self._rules.redirects + 1):
            answer = self.get(url, LARGEST, cut=True)
            target = _redirected(answer, url)
            if target is None:
                return answer.status, answer.data
            url = parse_link(target, self._rules.ports)
        return 404, b""

    def get(self, url: httpx.URL, most: int, *, cut: bool = False, typed: bool = False) -> _Answer:
        """The answer to one request: no more than `most` bytes, which are an error unless they may be `cut`.

        With `typed` the answer is not read where its type cannot be an article.
        """
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        headers: dict[bytes | str, bytes | str] = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": USER_AGENT,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._rules.seconds)
        try:
            with self._pool.stream("GET", target, headers=headers, extensions={"timeout": timeouts}) as response:
                told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status != 200:
                    return _Answer(response.status, told, b"")
                if typed:
                    kind_of_type(_type(told), url.path)
                return _Answer(200, told, _body(response.iter_stream(), told, most, cut=cut))
        except httpcore.TimeoutException as error:
            raise ArticleError(
                f"its site did not send it within {self._rules.seconds:g} seconds: try again later"
            ) from error
        except httpcore.ConnectError as error:
            raise ArticleError("its site cannot be reached: check the link, and that this machine is online") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, zlib.error) as error:
            raise ArticleError("what its site sends is broken off or damaged: try again later") from error


class _Clock:
    """When the time for a link is over."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left. Raises httpcore.ReadTimeout where there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class _Guard(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, wire: httpcore.NetworkBackend, resolve: Resolve, networks: Sequence[str], clock: _Clock) -> None:
        self._wire = wire
        self._resolve = resolve
        self._networks = networks
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = vetted(host.strip("[]"), port, self._clock.left(), self._resolve, self._networks)
        for address in others:  # of which one may be IPv6, where there is none
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._connected(address, port, min(_PATIENCE, self._clock.left()), local_address, socket_options)
        return self._connected(last, port, self._clock.left(), local_address, socket_options)

    def _connected(self, address: str, *how: Any) -> httpcore.NetworkStream:
        return _TimedStream(self._wire.connect_tcp(address, *how), self._clock)


class _TimedStream(httpcore.NetworkStream):
    """A stream on which no read or write lasts longer than the link's time, however slowly its bytes come."""

    def __init__(self, stream: httpcore.NetworkStream, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, self._clock.left())
        except httpcore.ConnectError as error:
            if not isinstance(error.__cause__, ssl.SSLError):
                raise
            why = _reason(error.__cause__)
            raise ArticleError(f"its site's certificate is not valid ({why}): check the link") from error
        return _TimedStream(stream, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _redirected(answer: _Answer, url: httpx.URL) -> str | None:
    """Where `answer` sends one to, if anywhere."""
    if answer.status not in _REDIRECTS or not (location := answer.headers.get("location")):
        return None
    try:
        return join(str(url), location)
    except ArticleError as error:
        raise ArticleError("it is redirected to what is no valid address: check the link") from error


def _brought(answer: _Answer, name: str, url: httpx.URL, source: str) -> Brought:
    if answer.status >= 500:
        raise ArticleError(f"its site has a fault of its own ({answer.status}): try again later")
    if answer.status != 200:
        raise ArticleError(
            _STATUS.get(answer.status, f"its site answers {answer.status}, with no page: check the link")
        )
    kind = kind_of_type(_type(answer.headers), url.path) or kind_of_bytes(answer.data)
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", answer.headers.get("content-type", ""), re.IGNORECASE)
    return Brought(name, answer.data, kind, source, str(url), charset[1] if charset else None)


def _type(headers: dict[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _body(chunks: Iterable[bytes], headers: dict[str, str], most: int, *, cut: bool) -> bytes:
    """The bytes of an answer, decompressed; no more than `most` of them are ever held."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise ArticleError(
            f"its site sends it compressed as {encoding[:40]}, unasked: save the page and index the file"
        )
    inflate = zlib.decompressobj(47) if encoding not in ("", "identity") else None  # 47: gzip or zlib, by their marks
    body = bytearray()
    for chunk in chunks:
        body += inflate.decompress(chunk, most + 1 - len(body)) if inflate else chunk
        if len(body) > most:
            if cut:
                return bytes(body[:most])
            raise ArticleError(f"it has more than {most / 1e6:.1f} MB, which is no article: link to the article itself")
    if inflate and not inflate.eof:
        raise ArticleError("what its site sends is broken off or damaged: try again later")
    return bytes(body)


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message).rstrip(".").lower()
    return str(error.reason or "unreadable").replace("_", " ").lower()
