"""Addresses as they are typed, cited and made ids of: what is refused, what makes no difference, and what does."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import partial

import pytest

from embeddings.errors import ArticleError
from embeddings.sources.links import address_of, is_web_address, link_id, parse_link, plain_link


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("ftp://example.org/a", "only http and https links can be fetched, and this one is ftp"),
        ("file:///etc/passwd", "only http and https links can be fetched, and this one is file"),
        ("gopher://127.0.0.1:6379/_x", "only http and https links can be fetched, and this one is gopher"),
        ("javascript:alert(1)", "only http and https links can be fetched, and this one is javascript"),
        ("example.org/a", "only http and https links can be fetched, and this one is no link"),
        ("http://", "it names no site: check the link"),
        ("http:///a", "it names no site: check the link"),
        ("http:////example.org/", "it names no site: check the link"),
        ("http://xn--/", "it is not a valid address: check the link"),
        ("http://xn--a.example/", "it is not a valid address: check the link"),
        ("http://\ud800.org/", "it is not a valid address: check the link"),
        ("http://[::1", "it is not a valid address: check the link"),
        ("http://example.org/\x00", "it is not a valid address: check the link"),
        (
            "http://a.org:99999/",
            "it leads to port 99999, and only 80 and 443 may be used: LINK_PORTS allows others",
        ),
        ("http://example.org:x/", "it is not a valid address: check the link"),
        (
            "http://a@example.org/",
            "it holds a user name or a password, which are never sent: remove them from the link",
        ),
        (
            "http://a:b@example.org/",
            "it holds a user name or a password, which are never sent: remove them from the link",
        ),
        ("http://example.org\\@127.0.0.1/", ""),
        ("http://example.org:22/", "it leads to port 22, and only 80 and 443 may be used: LINK_PORTS allows others"),
        (
            "http://example.org/" + "a" * 2000,
            "its address has 2019 characters, and it may have 2000: use a shorter one",
        ),
    ],
)
def test_links_that_are_not_fetched(link: str, why: str) -> None:
    """Only http and https, a plain host and a usual port are fetched."""
    with pytest.raises(ArticleError) as caught:
        parse_link(link, (80, 443))
    assert not why or str(caught.value) == why


def test_ports_that_settings_allow() -> None:
    """Another port is used where it is allowed, and then the usual ones only if they are, too."""
    assert parse_link("http://example.org:8080/#a", (8080,)).port == 8080
    with pytest.raises(ArticleError, match=r"^it leads to port 443, and only 8080 may be used"):
        parse_link("https://example.org/", (8080,))


@pytest.mark.parametrize(
    ("link", "article_id"),
    [
        ("https://example.org/2021/04/bridge", "example.org/2021/04/bridge"),
        ("http://www.Example.org:80/2021/04/bridge/#comments", "example.org/2021/04/bridge"),
        ("https://example.org/2021/04/bridge?utm_source=x&fbclid=y", "example.org/2021/04/bridge"),
        ("https://example.org/story?id=7&utm_medium=mail", "example.org/story?id=7"),
        ("https://example.org", "example.org/"),
        ("https://m.example.org/a", "m.example.org/a"),
        ("https://example.org:8443/a", "example.org:8443/a"),
        ("https://пример.рф/новости/паром", "пример.рф/новости/паром"),
        ("https://example.org/f%C3%A4hre%2Fbleibt%20da", "example.org/fähre%2Fbleibt%20da"),
        ("https://example.org/%ff", "example.org/%FF"),
    ],
)
def test_ids(link: str, article_id: str) -> None:
    """An id is the address as one reads it; what does not change the page does not change it."""
    assert link_id(link).lower() == article_id.lower()
    assert "/" in link_id(link)


def test_long_ids() -> None:
    """A long address is cut, and two that differ only in their ends have different ids."""
    one, other = (link_id(f"https://example.org/{'a' * 300}{end}") for end in "xy")
    assert len(one) == len(other) == 120
    assert one[:111] == other[:111]
    assert one != other


def test_what_only_tells_where_a_reader_came_from() -> None:
    """Such parts of an address are left out, and the rest stays as it is."""
    assert plain_link("https://example.org/a?utm_source=x&b=1&gclid=2&c=%20#d") == "https://example.org/a?b=1&c=%20"
    assert plain_link("https://example.org/a?utm_source=x") == "https://example.org/a"
    assert plain_link("https://example.org/a?utmost=1") == "https://example.org/a?utmost=1"


@pytest.mark.parametrize(
    ("canonical", "address"),
    [
        (None, "https://www.example.org/a?x=1"),
        ("/b", "https://www.example.org/b"),
        ("https://example.org/b?utm_source=x#y", "https://example.org/b"),
        ("https://amp.example.org/b", "https://amp.example.org/b"),
        ("//example.org/b", "https://example.org/b"),
        ("https://example.com/b", "https://www.example.org/a?x=1"),
        ("https://blogs.example.org/b", "https://www.example.org/a?x=1"),
        ("https://example.org.evil.com/b", "https://www.example.org/a?x=1"),
        ("https://example.org:8443/b", "https://www.example.org/a?x=1"),
        ("https://user@example.org/b", "https://www.example.org/a?x=1"),
        ("javascript:alert(1)", "https://www.example.org/a?x=1"),
        ("https://example.org/", "https://www.example.org/a?x=1"),
        ("http://[bad", "https://www.example.org/a?x=1"),
    ],
)
def test_canonical_addresses(canonical: str | None, address: str) -> None:
    """A page may name another address of its own site, and of no other; its front page is not believed."""
    assert address_of("https://www.example.org/a?x=1#y", canonical) == address


def test_addresses_made_of_anything() -> None:
    """Whatever is put together of parts of addresses is one, or is refused as any other is."""
    dice = random.Random(7)
    parts = [*"/@[]%?#\\ü。\t\n &=:", "http", "https", "//", "::1", "127.0.0.1", "a.b", "%2e", "xn--", "xn--a"]
    parts += [":80", ":x", ":-1", "..", "a" * 70, "\u202e", "\ud800", "0x7f"]
    for _ in range(5000):
        link = dice.choice(("", "http://")) + "".join(dice.choice(parts) for _ in range(dice.randrange(1, 9)))
        for read in (link_id, plain_link, partial(parse_link, ports=(80, 443))):
            with suppress(ArticleError):
                assert read(link)
        assert address_of("https://example.org/a", link).startswith("http")
        is_web_address(link)
