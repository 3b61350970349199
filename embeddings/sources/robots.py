"""An address in, whether its site lets saidwhat read it out, by the robots.txt of the site (RFC 9309)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from protego import Protego

from embeddings.errors import ArticleError

NAME = "saidwhat"
LARGEST = 500 * 1024
_KEPT = 3600.0  # seconds
_MOST_SITES = 1000
_LONGEST_PAUSE = 10.0

Get = Callable[[httpx.URL], tuple[int, bytes]]
"""An address in, the status and the bytes of its site's answer out. Raises ArticleError."""


@dataclass(slots=True)
class Robots:
    """The robots.txt files of the sites that were asked of late, each read once an hour at most."""

    _held: dict[str, tuple[float, Protego | str]] = field(default_factory=dict)

    def check(self, url: httpx.URL, get: Get) -> float:
        """The seconds that the site wants between two pages. Raises ArticleError where it does not want `url` read."""
        rules = self._rules(url, get)
        if isinstance(rules, str):
            raise ArticleError(rules)
        if not rules.can_fetch(str(url), NAME):
            raise ArticleError(
                "its site's robots.txt does not let programs read it: save the page in your browser and index the file"
            )
        return min(rules.crawl_delay(NAME) or 0.0, _LONGEST_PAUSE)

    def _rules(self, url: httpx.URL, get: Get) -> Protego | str:
        """The rules of a site, or the sentence that says why it has none that can be known."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        at, rules = self._held.get(site, (0.0, ""))
        if site in self._held and time.monotonic() - at < _KEPT:
            return rules
        rules = _read(httpx.URL(f"{site}/robots.txt"), get)
        if len(self._held) >= _MOST_SITES:
            self._held.clear()
        if isinstance(rules, Protego):
            self._held[site] = (time.monotonic(), rules)
        return rules


def _read(url: httpx.URL, get: Get) -> Protego | str:
    status, data = get(url)
    if status == 429 or status >= 500:
        return f"its site's robots.txt cannot be read ({status}), which tells what programs may read: try again later"
    text = data.decode("utf-8", "replace") if status == 200 else ""
    try:
        return Protego.parse(text)
    except (ValueError, RecursionError) as error:
        raise ArticleError("its site's robots.txt cannot be understood: save the page and index the file") from error
