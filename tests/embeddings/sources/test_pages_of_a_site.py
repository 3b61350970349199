"""Every page of a site written for the tests, indexed by its link: an article, or one sentence that says why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from embeddings.library import Library
from embeddings.sources import FetchRules, Link
from embeddings.sources.fetching import Fetcher
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Article, Outcome
from tests.conftest import ConceptEncoder
from tests.hand_made import hand_made
from tests.news_site import COUNCIL, PAGES, REASONS, VOTES, Site, serving

SLOW = ("/dripping", "/dripping-headers", "/silent")
ADDED = {
    "/2021/ferry": "Ferry to stay",
    "/moved": "Ferry, plainly",
    "/chain/1": "Ferry after a chain",
    "/zipped": "Ferry, zipped",
    "/no-date": "Ferry without a date",
    "/no-type": "Ferry of no type",
    "/paid": "Ferry for subscribers",
    "/windows": "Fähre bleibt",
    "/koi8": "Паром останется",
    "/cookie-free": "Ferry for programs",
    "/elsewhere": "Ferry elsewhere",
    "/front-page": "Ferry of the front page",
    "/minutes.pdf": "Minutes of the council",
    "/minutes.docx": "Minutes in Word",
    "/minutes.txt": "Minutes as text",
    "/minutes.md": "Minutes in Markdown",
    "/minutes.json": "Minutes in JSON",
    "/broken": "Ferry news",
}
BY_HAND = "save the page in your browser and index the file"
REFUSED = {
    "/loop": "it is redirected more than 5 times: check the link",
    "/ping": "it is redirected more than 5 times: check the link",
    "/cookies": "it is redirected more than 5 times: check the link",
    "/to-metadata": "its site 169.254.169.254 has no address of the public internet: save the page and index the file",
    "/to-file": "only http and https links can be fetched, and this one is file",
    "/to-ssh": "it leads to port 22, and only 80 and {port} may be used: LINK_PORTS allows others",
    "/to-password": "it holds a user name or a password, which are never sent: remove them from the link",
    "/to-nothing": "it is redirected to what is no valid address: check the link",
    "/picture": "its site sends it as image/png, and only pages, texts, PDF, DOCX and JSON files can be read:"
    " link to one of these",
    "/film": "its site sends it as video/mp4, and only pages, texts, PDF, DOCX and JSON files can be read:"
    " link to one of these",
    "/lying": "it is not text: save the article as plain text or Markdown",
    "/endless": "it has more than 1.0 MB, which is no article: link to the article itself",
    "/bomb": "it has more than 1.0 MB, which is no article: link to the article itself",
    "/bad-gzip": "what its site sends is broken off or damaged: try again later",
    "/cut-gzip": "what its site sends is broken off or damaged: try again later",
    "/brotli": "its site sends it compressed as br, unasked: save the page and index the file",
    "/cut": "what its site sends is broken off or damaged: try again later",
    "/no-http": "what its site sends is broken off or damaged: try again later",
    "/empty": "it is no page of HTML: check the link or the file",
    "/nested": "it is no page of HTML: check the link or the file",
    "/stub": "it is behind a paywall, and only 24 words of it are shown: save the page from your browser, signed in,"
    " and index the file",
    "/scripts": "no article was found on the page, which may be made by scripts:"
    " save it from your browser, or its text, and index the file",
    "/kept-from-robots/ferry": f"its site's robots.txt does not let programs read it: {BY_HAND}",
    "/print?id=7": f"its site's robots.txt does not let programs read it: {BY_HAND}",
    "/no-content": "its site answers 204, with no page: check the link",
    "/login": f"its site asks for a password: {BY_HAND}",
    "/forbidden": f"its site does not show it to programs: {BY_HAND}",
    "/missing": "its site has no such page: check the link",
    "/gone": "its site has taken the page away: look for it elsewhere",
    "/busy": "its site asks to be left alone for a while: try again later",
    "/fault": "its site has a fault of its own (503): try again later",
    "/feed": "it is a feed: take in what is new there by `saidwhat index --feed {url}`",
    "/dripping": "its site did not send it within 1 seconds: try again later",
    "/dripping-headers": "its site did not send it within 1 seconds: try again later",
    "/silent": "its site did not send it within 1 seconds: try again later",
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(dict(PAGES)) as running:
        yield running


@pytest.fixture(scope="module")
def indexed(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, dict[str, Outcome]]]:
    """A library into which every page was taken, and what came of each."""
    outcomes: dict[str, Outcome] = {}
    store = EmbeddedStore(tmp_path_factory.mktemp("home"))
    for seconds, paths in ((20.0, [path for path in [*ADDED, *REFUSED] if path not in SLOW]), (1.0, SLOW)):
        rules = FetchRules(
            ports=(80, site.port), networks=("127.0.0.0/8",), seconds=seconds, pause=0.0, bytes=1024 * 1024
        )
        library = Library(store, ConceptEncoder(), hand_made, fetch=Fetcher(rules).fetch)
        outcomes |= zip(paths, library.index(Link(site.url(path)) for path in paths), strict=True)
    yield library, outcomes
    store.close()


@pytest.mark.parametrize("path", ADDED)
def test_pages_that_are_articles(site: Site, indexed: tuple[Library, dict[str, Outcome]], path: str) -> None:
    """The page is in the library under its title, and every sentence stands in its text where it says."""
    library, outcomes = indexed
    outcome = outcomes[path]
    assert (outcome.source, outcome.status, outcome.message) == (site.url(path), "added", "")
    assert outcome.article is not None
    article = library.store.article(outcome.article)
    assert article.title == ADDED[path]
    sentences = library.store.sentences(article.id)
    assert sentences
    assert all(article.text[one.start : one.end] == one.text for one in sentences)


@pytest.mark.parametrize("path", REFUSED)
def test_pages_that_are_none(site: Site, indexed: tuple[Library, dict[str, Outcome]], path: str) -> None:
    """The page is left out, with one sentence."""
    outcome = indexed[1][path]
    why = REFUSED[path].format(url=site.url(path), port=site.port)
    assert (outcome.status, outcome.message) == ("failed", f"{site.url(path)} was left out: {why}.")


def article_of(indexed: tuple[Library, dict[str, Outcome]], path: str) -> Article:
    library, outcomes = indexed
    return library.store.article(str(outcomes[path].article))


def test_what_is_kept_of_a_page(site: Site, indexed: tuple[Library, dict[str, Outcome]]) -> None:
    """Of a page its article is kept, without navigation, notices, captions and comments, and what it states."""
    article = article_of(indexed, "/2021/ferry")
    assert article.id == f"127.0.0.1:{site.port}/2021/ferry-to-stay"
    assert article.url == site.url("/2021/ferry-to-stay")
    assert article.source == site.url("/2021/ferry")
    assert (article.title, article.byline, article.publisher) == ("Ferry to stay", "Ada Lind, Max Roe", "The Orne Post")
    assert article.published == "2021-04-12T09:30+02:00"
    assert [article.text[one.start : one.end] for one in article.paragraphs] == [COUNCIL, REASONS, VOTES]


def test_the_address_of_a_page(site: Site, indexed: tuple[Library, dict[str, Outcome]]) -> None:
    """An article is cited by where it was found, unless the page names another address of its own site."""
    assert article_of(indexed, "/moved").url == site.url("/plain-page")
    assert article_of(indexed, "/moved").source == site.url("/moved")
    assert article_of(indexed, "/elsewhere").url == site.url("/elsewhere")
    assert article_of(indexed, "/front-page").url == site.url("/front-page")


def test_a_page_without_a_date(indexed: tuple[Library, dict[str, Outcome]]) -> None:
    """A date that no page states is not guessed."""
    assert article_of(indexed, "/no-date").published is None


def test_letters_of_old_encodings(indexed: tuple[Library, dict[str, Outcome]]) -> None:
    """A page's letters are read by what the server or the page says of them."""
    assert article_of(indexed, "/windows").text.splitlines()[-3:-2] == [
        "“Wir behalten die Fähre”, sagte Bürgermeisterin Kader am Montag in Orne der Zeitung."
    ]
    assert "Паром останется, сообщил городской совет" in article_of(indexed, "/koi8").text


def test_a_page_of_a_pdf(indexed: tuple[Library, dict[str, Outcome]]) -> None:
    """The lines of a PDF's paragraph are one paragraph."""
    article = article_of(indexed, "/minutes.pdf")
    assert [article.text[one.start : one.end] for one in article.paragraphs] == [COUNCIL, VOTES]
