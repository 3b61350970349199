"""Files, documents, links and feeds into a library: ids, what is new, and what goes wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.library import Library
from embeddings.sources import Document, Feed, FetchRules, Link, arriving
from embeddings.sources.arriving import count_articles, read_article
from embeddings.sources.fetching import USER_AGENT, Fetcher
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Outcome
from tests.conftest import ConceptEncoder
from tests.hand_made import hand_made
from tests.made_files import docx, paragraphs_pdf
from tests.news_site import COUNCIL, FEED, REASONS, STATED, VOTES, Site, html, moved, page, sent, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({}) as running:
        yield running


@pytest.fixture
def library(tmp_path: Path, site: Site) -> Iterator[Library]:
    """An empty library that may fetch from the site."""
    rules = FetchRules(ports=(site.port,), networks=("127.0.0.0/8",), pause=0.0)
    held = Library(EmbeddedStore(tmp_path / "home"), ConceptEncoder(), hand_made, fetch=Fetcher(rules).fetch)
    yield held
    held.store.close()


def told(outcomes: Iterator[Outcome]) -> list[tuple[str, str | None]]:
    return [(outcome.status, outcome.article or outcome.message) for outcome in outcomes]


def rss(site: Site, *paths: str) -> str:
    items = "".join(
        f"<item><title>Item {path}</title><link>{site.url(path)}</link>"
        f"<pubDate>Mon, {12 + number} Apr 2021 09:30:00 +0200</pubDate></item>"
        for number, path in enumerate(reversed(paths))
    )
    return FEED.format(site=site.url(""), items=items)


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_folder_of_every_kind(library: Library, tmp_path: Path) -> None:
    """A folder's files are articles under their names, each of its kind."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(f"Ferry\n\n{COUNCIL}")
    (folder / "b.md").write_text(f"# Ferry\n\n{COUNCIL}")
    (folder / "c.html").write_text(page(head=STATED))
    (folder / "d.pdf").write_bytes(paragraphs_pdf("Ferry", [[COUNCIL]]))
    (folder / "e.docx").write_bytes(docx([("Title", "Ferry"), ("Normal", COUNCIL)]))
    (folder / "f.json").write_text(json.dumps({"title": "Ferry", "text": COUNCIL, "url": "https://example.org/f"}))
    lines = [{"text": COUNCIL}, {"text": "  "}, {"text": REASONS, "url": "https://www.example.org/g?utm_source=x"}]
    (folder / "g.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert told(library.index([folder])) == [
        ("added", "a"),
        ("added", "b"),
        ("added", "c"),
        ("added", "d"),
        ("added", "e"),
        ("added", "f"),
        ("added", "g.jsonl/1"),
        (
            "failed",
            f'{folder / "g.jsonl"}, article 2 was left out: it holds no text: write it as {{"title": …, "text": …,'
            ' "url": …, "date": …}.',
        ),
        ("added", "example.org/g"),
    ]
    assert {status for status, _ in told(library.index([folder]))} == {"unchanged", "failed"}
    assert library.store.article("f").url == "https://example.org/f"
    assert library.store.article("f").source == str(folder / "f.json")


def test_a_saved_page_has_its_address(library: Library, tmp_path: Path) -> None:
    """A page that was saved to a file is cited by the address that it calls its own, if it is a whole one."""
    file = tmp_path / "page.html"
    for canonical, url in [("https://example.org/ferry", "https://example.org/ferry"), ("/ferry", None)]:
        file.write_text(page(head=f'<link rel="canonical" href="{canonical}">'))
        list(library.index([file]))
        assert (library.store.article("page").url, library.store.article("page").source) == (url, str(file))


def test_documents(library: Library) -> None:
    """Bytes with a name are read as a file of that name is, and come from nowhere that could be read again."""
    pdf = Document("minutes.PDF", paragraphs_pdf("Minutes", [[COUNCIL]]))
    assert told(library.index([pdf, Document("minutes.exe", b"MZ"), Document("minutes.txt", b"\n")])) == [
        ("added", "minutes"),
        (
            "failed",
            "minutes.exe was left out: only .txt, .md, .html, .pdf, .docx, .json and .jsonl files can be read:"
            " save the article as one of these.",
        ),
        ("failed", "minutes.txt was left out: it is empty: there is no text to search."),
    ]
    assert library.store.article("minutes").source is None


def test_large_files(tmp_path: Path) -> None:
    """A file that is too large is refused before it is read."""
    file = tmp_path / "large.pdf"
    with file.open("wb") as opened:
        opened.truncate(30 * 1024 * 1024)
    with pytest.raises(Exception, match=r"^it is 31\.5 MB, and it may have 21\.0 MB: split it$"):
        read_article(file)


def test_counting(tmp_path: Path) -> None:
    """A link and a document count as one; how much a feed or a file of many holds is not known before."""
    (tmp_path / "a.pdf").touch()
    assert count_articles([tmp_path, Link("https://example.org/"), Document("a.txt", b"")]) == 3
    assert count_articles([Feed("https://example.org/feed")]) is None
    (tmp_path / "b.jsonl").touch()
    assert count_articles([tmp_path]) is None


# --- links -----------------------------------------------------------------------------------------------------------


def test_a_page_is_known_again(library: Library, site: Site) -> None:
    """The same page by another link is the same article, unchanged."""
    site.pages |= {"/a": html(page()), "/short": moved("/a"), "/a?utm_source=x": html(page())}
    assert told(library.index([Link(site.url("/a"))])) == [("added", f"127.0.0.1:{site.port}/a")]
    links = [Link(site.url("/a#top")), Link(site.url("/a?utm_source=x")), Link(site.url("/short"))]
    assert [status for status, _ in told(library.index(links))] == ["unchanged"] * 3


def test_a_page_that_changed(library: Library, site: Site) -> None:
    """A page with another text updates its article."""
    site.pages["/a"] = html(page(COUNCIL, REASONS))
    list(library.index([Link(site.url("/a"))]))
    site.pages["/a"] = html(page(COUNCIL, VOTES))
    assert [outcome.status for outcome in library.index([Link(site.url("/a"))])] == ["updated"]


def test_two_pages_that_call_themselves_one(library: Library, site: Site) -> None:
    """Of two pages with one canonical address and two texts the first is taken, and the second is told."""
    head = '<link rel="canonical" href="/a">'
    site.pages |= {"/1": html(page(COUNCIL, REASONS, head=head)), "/2": html(page(COUNCIL, VOTES, head=head))}
    assert told(library.index([Link(site.url("/1")), Link(site.url("/2"))])) == [
        ("added", f"127.0.0.1:{site.port}/a"),
        (
            "failed",
            f"{site.url('/2')} was left out: it is the same article as {site.url('/1')} by its address, and another"
            " text: index one of the two.",
        ),
    ]


def test_a_page_never_takes_a_files_place(library: Library, site: Site, tmp_path: Path) -> None:
    """An article from a link and one from a file have different ids, whatever their names."""
    site.pages["/ferry"] = html(page())
    file = tmp_path / f"127.0.0.1:{site.port}.txt"
    file.write_text(f"Ferry\n\n{COUNCIL}")
    outcomes = list(library.index([Link(site.url("/ferry")), Link(site.url("/ferry/")), file]))
    assert len({outcome.article for outcome in outcomes if outcome.article}) == 2


def test_robots_are_asked_once(library: Library, site: Site) -> None:
    """A site's robots.txt is read once, by a program that says its name and version."""
    site.pages |= {"/a": html(page()), "/b": html(page(REASONS, VOTES))}
    list(library.index([Link(site.url("/a")), Link(site.url("/b"))]))
    assert site.asked == ["/robots.txt", "/a", "/b"]
    assert USER_AGENT.startswith("saidwhat/0.")


@pytest.mark.parametrize(("asked", "pause"), [("", 1.0), ("Crawl-delay: 3", 3.0), ("Crawl-delay: 3600", 10.0)])
def test_pauses(site: Site, monkeypatch: pytest.MonkeyPatch, asked: str, pause: float) -> None:
    """Between two pages of one site a second passes, or what its robots.txt asks for, within reason."""
    slept: list[float] = []
    monkeypatch.setattr("embeddings.sources.fetching.time.sleep", slept.append)
    site.pages |= {"/a": moved("/b"), "/b": html(page())}
    site.pages["/robots.txt"] = sent(f"User-agent: *\n{asked}\nDisallow: /c".encode(), "text/plain")
    fetcher = Fetcher(FetchRules(ports=(site.port,), networks=("127.0.0.0/8",)))
    for path in ("/a", "/b"):
        fetcher.fetch(site.url(path))
    assert [round(seconds + 0.4) for seconds in slept] == [pause]


@pytest.mark.parametrize(
    ("robots", "fault"),
    [
        (html("", 404), ""),
        (html("", 403), ""),
        (sent(b"\xff\xfe garbage \x00", "text/plain"), ""),
        (sent(b"User-agent: *\nDisallow: /\nUser-agent: saidwhat\nAllow: /", "text/plain"), ""),
        (sent(b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /", "text/plain"), ""),
        (moved("/elsewhere"), ""),
        (moved("/robots.txt"), ""),
        (
            html("", 503),
            "its site's robots.txt cannot be read (503), which tells what programs may read: try again later",
        ),
        (
            sent(b"User-agent: SaidWhat\nDisallow: /", "text/plain"),
            "its site's robots.txt does not let programs read it: save the page in your browser and index the file",
        ),
    ],
)
def test_what_robots_say(library: Library, site: Site, robots: object, fault: str) -> None:
    """A site without a robots.txt, or with one that names others, may be read; one that cannot tell may not."""
    site.pages |= {"/a": html(page()), "/robots.txt": robots}  # type: ignore[dict-item]
    (outcome,) = library.index([Link(site.url("/a"))])
    assert outcome.message == (f"{site.url('/a')} was left out: {fault}." if fault else "")


# --- feeds -----------------------------------------------------------------------------------------------------------


def test_a_feed(library: Library, site: Site) -> None:
    """What is new in a feed is taken in, with the date that the feed gives; what is held is not fetched again."""
    site.pages |= {"/1": html(page(COUNCIL, REASONS)), "/2": html(page(REASONS, VOTES)), "/3": html("", 404)}
    site.pages["/feed"] = sent(rss(site, "/2", "/1").encode(), "application/rss+xml")
    here = f"127.0.0.1:{site.port}"
    feed = Feed(site.url("/feed"))
    assert told(library.index([feed])) == [("added", f"{here}/2"), ("added", f"{here}/1")]
    assert library.store.article(f"{here}/1").published == "2021-04-12T09:30+02:00"
    site.pages["/feed"] = sent(rss(site, "/3", "/2", "/1").encode(), "text/xml")
    site.asked.clear()
    assert told(library.index([feed])) == [
        ("failed", f"{site.url('/3')} was left out: its site has no such page: check the link.")
    ]
    assert site.asked == ["/feed", "/3"]
    site.pages["/feed"] = sent(rss(site, "/2", "/1").encode(), "application/atom+xml")
    assert told(library.index([feed])) == [("unchanged", f"{site.url('/feed')} names nothing new.")]


def test_a_feed_of_redirects(library: Library, site: Site) -> None:
    """A page that a feed names by another address than its own is known again as well."""
    site.pages |= {"/go/1": moved("/1"), "/1": html(page())}
    site.pages["/feed"] = sent(rss(site, "/go/1").encode(), "text/xml")
    assert [outcome.status for outcome in library.index([Feed(site.url("/feed"))])] == ["added"]
    site.asked.clear()
    assert [outcome.status for outcome in library.index([Feed(site.url("/feed"))])] == ["unchanged"]
    assert site.asked == ["/feed"]


def test_a_long_feed(library: Library, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long feed the newest are taken, and the next run goes on with the others."""
    monkeypatch.setattr(arriving, "AT_ONCE", 2)
    paths = [f"/{number}" for number in range(5)]
    site.pages |= {path: html(page(COUNCIL, f"It is number {path}.")) for path in paths}
    site.pages["/feed"] = sent(rss(site, *paths).encode(), "text/xml")
    feed, here = Feed(site.url("/feed")), f"127.0.0.1:{site.port}"
    more = f"{site.url('/feed')} names {{}} more that are new: index it again to take them in."
    assert told(library.index([feed])) == [
        ("added", f"{here}/0"),
        ("added", f"{here}/1"),
        ("unchanged", more.format(3)),
    ]
    assert told(library.index([feed]))[:2] == [("added", f"{here}/2"), ("added", f"{here}/3")]
    assert told(library.index([feed])) == [("added", f"{here}/4")]


def test_sitemaps(library: Library, site: Site) -> None:
    """A sitemap of sitemaps is followed, and one of them that fails does not keep back the others."""
    name = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    maps = "".join(f"<sitemap><loc>/{path}</loc></sitemap>" for path in ("one.xml", "gone.xml", "index.xml"))
    site.pages |= {
        "/index.xml": sent(f"<sitemapindex {name}>{maps}</sitemapindex>".encode(), "application/xml"),
        "/one.xml": sent(f"<urlset {name}><url><loc>/a</loc></url></urlset>".encode(), "application/xml"),
        "/a": html(page()),
    }
    assert told(library.index([Feed(site.url("/index.xml"))])) == [
        ("failed", f"{site.url('/gone.xml')} was left out: its site has no such page: check the link."),
        ("added", f"127.0.0.1:{site.port}/a"),
    ]


def test_no_feeds(library: Library, site: Site) -> None:
    """A page is no feed, and a feed's entry that leads inside is refused as any link is."""
    site.pages["/a"] = html(page())
    item = "<item><link>http://169.254.169.254/x</link></item><item><link>file:///etc/passwd</link></item>"
    site.pages["/feed"] = sent(f"<rss>{item}</rss>".encode(), "text/xml")
    assert [message for _, message in told(library.index([Feed(site.url("/a")), Feed(site.url("/feed"))]))] == [
        f"{site.url('/a')} was left out: it is no RSS or Atom feed and no sitemap: name the feed's own address.",
        f"http://169.254.169.254/x was left out: it leads to port 80, and only {site.port} may be used:"
        " LINK_PORTS allows others.",
        "file:/etc/passwd was left out: only http and https links can be fetched, and this one is file.",
    ]
