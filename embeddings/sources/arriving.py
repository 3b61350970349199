"""A source in, its articles out, one after the other, each with what can be said of it where it fails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from embeddings.articles import make_article, unread_date
from embeddings.errors import ArticleError
from embeddings.sources import Arrival, Brought, Document, Draft, Feed, Fetch, FetchRules, Link, Source
from embeddings.sources.files import MAX_TEXT, article_files, read_document, read_file
from embeddings.sources.parser import Parser
from embeddings.sources.when_asked import fetch_by
from embeddings.types import Article

AT_ONCE = 100
"""How many pages of a feed are taken in one run; the next goes on with those that are left."""
_MOST_SITEMAPS = 10


class Intake:
    """Reads sources, as a context manager. `held` are the ids of all articles held, and where they came from."""

    def __init__(
        self, fetch: Fetch, held: Callable[[], Collection[str]] = frozenset, parser: Parser | None = None
    ) -> None:
        self._fetch = fetch
        self._held = held
        self.parser = parser or Parser()

    def __enter__(self) -> Intake:
        return self

    def __exit__(self, *_: object) -> None:
        self.parser.close()

    def arrivals(self, source: Source) -> Iterator[Arrival]:
        """Every article of `source`; what is none is an arrival with its fault, and the rest go on."""
        match source:
            case Link(url):
                yield from self._articles(url, partial(self._fetch, url))
            case Feed(url):
                yield from self._from_feed(url)
            case Document():
                yield from self._articles(source.name, partial(read_document, source))
            case Path():
                yield from self._from_path(source)

    def _from_path(self, path: Path) -> Iterator[Arrival]:
        try:
            for file in article_files(path):
                yield from self._articles(str(file), partial(read_file, file))
        except ArticleError as error:
            yield Arrival(str(path), fault=str(error))

    def _from_feed(self, feed: str) -> Iterator[Arrival]:
        """What is new in a feed, the newest first."""
        held, entries = self._held(), self._entries(feed)
        told = [entry for entry in entries if isinstance(entry, Arrival)]
        new = [entry for entry in entries if not isinstance(entry, Arrival) and not _is_held(entry["url"], held)]
        yield from told
        for entry in new[:AT_ONCE]:
            known = {name: entry[name] for name in ("title", "date") if name in entry}
            yield from self._articles(entry["url"], partial(self._fetch, entry["url"]), known)
        if len(new) > AT_ONCE:
            more = len(new) - AT_ONCE
            yield Arrival(feed, remark=f"{feed} names {more} more that are new: index it again to take them in.")
        elif not new and not told:
            yield Arrival(feed, remark=f"{feed} names nothing new.")

    def _entries(self, feed: str) -> list[Mapping[str, str] | Arrival]:
        """What a feed or a sitemap names, and the sitemaps that it names in turn; what fails of these is an arrival."""
        entries: dict[str, Mapping[str, str] | Arrival] = {}
        feeds = [feed]
        for number, address in enumerate(feeds):  # which grows on the way
            if number > _MOST_SITEMAPS:
                remark = (
                    f"{feed} names more than {_MOST_SITEMAPS} sitemaps: index those from {address} on by themselves."
                )
                entries[feed] = Arrival(feed, remark=remark)
                break
            try:
                brought = self._fetch(address)
                drafts = self.parser.read(replace(brought, kind="feed"))
            except ArticleError as error:
                entries[address] = Arrival(address, fault=str(error))
                continue
            for draft in drafts:
                url = _absolute(brought, draft.metadata.get("sitemap") or draft.metadata["url"])
                if "url" in draft.metadata:
                    entries.setdefault(url, {**draft.metadata, "url": url})
                elif url not in feeds:
                    feeds.append(url)
        return list(entries.values())

    def _articles(
        self, name: str, bring: Callable[[], Brought], known: Mapping[str, str] | None = None
    ) -> Iterator[Arrival]:
        """The articles in what `bring` returns; a feed knows title and date of a page that does not state them."""
        try:
            brought = bring()
            if brought.kind == "feed":
                raise ArticleError(f"it is a feed: take in what is new there by `saidwhat index --feed {name}`")
            drafts = self.parser.read(brought)
        except ArticleError as error:
            yield Arrival(name, fault=str(error))
            return
        for number, draft in enumerate(drafts, 1):
            part = f"{name}, article {number}" if brought.kind == "jsonl" or len(drafts) > 1 else name
            date = unread_date(draft.metadata)
            remark = f"{part} states a date that cannot be read, “{date}”: write it as in 2021-04-12." if date else ""
            try:
                article = _article(draft, brought, number if part != name else None, known or {})
                yield Arrival(part, article, remark=remark)
            except ArticleError as error:
                yield Arrival(part, fault=str(error))


def read_article(path: Path) -> Article:
    """The article in a file. Its id is the file's name without its ending.

    Raises ArticleError, saying what is wrong and what to do, where the file holds none or several.
    """
    articles = read_articles(path) if not path.is_dir() else []
    if len(articles) != 1:
        raise ArticleError("it does not hold one article: name a file that does")
    return articles[0]


def read_articles(path: Path) -> list[Article]:
    """The articles in a file or a folder, without what is none. Raises ArticleError where that is all."""
    with Intake(fetch_by(FetchRules())) as intake:
        arrivals = list(intake.arrivals(path))
    articles = [arrival.article for arrival in arrivals if arrival.article]
    if arrivals and not articles:
        raise ArticleError(arrivals[0].fault)
    return articles


def count_articles(sources: Iterable[Source]) -> int | None:
    """How many articles `sources` stand for, as far as can be told without reading them; None where it cannot.

    What cannot be listed counts as one, since it will be reported.
    """
    count = 0
    for source in sources:
        if isinstance(source, Feed):
            return None
        try:
            files = list(article_files(source)) if isinstance(source, Path) else []
        except ArticleError:
            files = []
        if any(file.suffix.lower() in (".json", ".jsonl") for file in files):
            return None
        count += len(files) or 1
    return count


def _article(draft: Draft, brought: Brought, number: int | None, known: Mapping[str, str]) -> Article:
    """The article of `draft`, the `number`th of several in a file."""
    if draft.fault:
        raise ArticleError(draft.fault)
    if len(draft.text) > MAX_TEXT:
        size, most = len(draft.text) / 1e6, MAX_TEXT / 1e6
        raise ArticleError(f"its text has {size:.1f} million characters, and it may have {most:.1f}: split it")
    metadata = {name: value for name, value in draft.metadata.items() if value and name != "canonical"}
    stated = draft.metadata.get("canonical") or metadata.get("url") or metadata.get("link")
    if brought.url:
        from embeddings.sources.links import address_of, link_id

        metadata = {**known, **metadata, "url": address_of(brought.url, stated)}
        article_id = link_id(metadata["url"])
        if number and article_id == link_id(brought.url):
            article_id += f"/{number}"
    else:
        if brought.kind in ("html", "json", "jsonl"):
            metadata = {**metadata, "url": _web_address(stated), "link": None}
        article_id = _id_in_file(brought, metadata.get("url"), number)
    return make_article(article_id, draft.text, metadata, brought.source)


def _id_in_file(brought: Brought, url: str | None, number: int | None) -> str:
    """A file's name without its ending; of one in several, the id of its page, else the file's name and its number."""
    name = PurePath(brought.name)
    if number is None:
        return name.stem
    if url is None:
        return f"{name.name}/{number}"
    from embeddings.sources.links import link_id

    return link_id(url)


def _web_address(stated: Any) -> str | None:
    if not isinstance(stated, str):
        return None
    from embeddings.sources.links import is_web_address

    return stated if is_web_address(stated) else None


def _is_held(url: str, held: Collection[str]) -> bool:
    from embeddings.sources.links import link_id, plain_link

    try:
        return link_id(url) in held or plain_link(url) in held
    except ArticleError:  # which is said when it is fetched
        return False


def _absolute(brought: Brought, url: str) -> str:
    """`url` as it is meant where it stands; one that is no address stays as it is, and is refused in its turn."""
    from embeddings.sources.links import join

    try:
        return join(brought.url or "", url)
    except ArticleError:
        return url
