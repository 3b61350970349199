"""Sources in, an Outcome for each of their articles out: what is new or has changed is read, encoded and put in.

What reads and encodes is a Work: this process, or many workers (`ray_workers.py`). All else is done here, one article
after the other: bringing it in, telling whether it is due, and writing. So a library is the same whatever worked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import ArticleError
from embeddings.sources import Arrival, Fetch, Source
from embeddings.sources.arriving import Intake
from embeddings.types import Article, Due, Entry, Outcome

if TYPE_CHECKING:
    from embeddings.library import Library

Made = tuple[Due, Entry | ArticleError]
"""What was due, and what it came to."""

Work = Callable[[Iterable[Due | Outcome]], Iterator[Made | Outcome]]
"""Makes an entry of everything that is due, in any order; outcomes pass through.

It takes what is next only when it has room for that, and leaves the entries to be written where they come out.
"""


class Indexing:
    """One run over sources, into `library`."""

    def __init__(self, library: Library, fetch: Fetch, *, replacing: bool = False) -> None:
        self._library = library
        self._replacing = replacing
        self._fetch = fetch
        self._taken: dict[str, _Taken] = {}
        self._under_way: dict[str, Article] = {}
        self._twins: list[Arrival] = []

    def outcomes(self, sources: Iterable[Source], work: Work) -> Iterator[Outcome]:
        """One outcome an article as it is done. Raises StoreError, EncoderError, and what `work` raises."""
        with Intake(self._fetch, self._known) as intake:
            arrivals = (arrival for source in sources for arrival in intake.arrivals(source))
            for done in work(self._arriving(arrivals)):
                yield done if isinstance(done, Outcome) else self._put_in(*done)
        for arrival in self._twins:
            if arrival.article is not None:
                yield replace(self._library.put(arrival.article), source=arrival.name)

    def _known(self) -> frozenset[str]:
        """The ids of the articles that are held or under way, and where they came from."""
        under_way = self._under_way.values()
        return self._library.held().union(known for one in under_way for known in (one.id, one.source) if known)

    def _arriving(self, arrivals: Iterable[Arrival]) -> Iterator[Due | Outcome]:
        for arrival in arrivals:
            told = self._told(arrival)
            if told is None:
                self._twins.append(arrival)
                continue
            if isinstance(told, Due):
                self._under_way[told.article.id] = told.article
            yield told

    def _told(self, arrival: Arrival) -> Due | Outcome | None:
        """What an arrival is; None where the same article is under way, so that this one must wait for it."""
        if arrival.article is None and arrival.remark:
            return Outcome(arrival.name, "unchanged", message=arrival.remark)
        try:
            if arrival.article is None:
                raise ArticleError(arrival.fault)
            article = arrival.article
            present = _Taken(arrival.name, article.source, hash(article.text))
            twin = self._taken.get(article.id, present)
            if twin.text != present.text:
                raise ArticleError(_same_id(article, twin))
            if twin.source != present.source:  # one page by two links, or a file's copy
                return Outcome(arrival.name, "unchanged", article.id)
            if article.id in self._under_way:
                return None
            told = self._library.due(article, arrival.name)
            if isinstance(told, Due):
                remarks = (self._in_place_of(told), arrival.remark)
                told = replace(told, message=" ".join(filter(None, remarks)))
        except ArticleError as error:
            return _left_out(arrival.name, error)
        self._taken[article.id] = present
        return told

    def _in_place_of(self, due: Due) -> str:
        """What there is to know of the article that the one that is due would take the place of.

        Raises ArticleError where that is another file's, which still lies there.
        """
        if due.status == "added" or self._replacing:
            return ""
        article, held = due.article, self._library.store.article(due.article.id)
        if held.text == article.text or _is_same_source(held, article):
            return ""
        if held.source and Path(held.source).exists():
            raise ArticleError(
                f"its name gives the same id as {held.source}, which the library holds with another text:"
                " rename it, or index it with --replace to put it in the place of that article"
            )
        before = f"{held.source}, which is no longer there" if held.source else "a file that is not known any more"
        return f"{due.name} took the place of the article {article.id} from {before}."

    def _put_in(self, due: Due, made: Entry | ArticleError) -> Outcome:
        del self._under_way[due.article.id]
        return _left_out(due.name, made) if isinstance(made, ArticleError) else self._library.put_in(due, made)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What brought an article, by which another one of the same id is told."""

    name: str
    source: str | None
    text: int


def _left_out(name: str, error: ArticleError) -> Outcome:
    return Outcome(name, "failed", message=f"{name} was left out: {error}.")


def _is_same_source(held: Article, article: Article) -> bool:
    """Whether two articles of one id come from the same place: the same page, or the same file by whatever path."""
    if _is_by_address(article) or (held.url and held.url == article.url) or article.source is None:
        return True
    try:
        return held.source is not None and Path(held.source).samefile(article.source)
    except OSError:
        return held.source == article.source


def _is_by_address(article: Article) -> bool:
    """Whether an article's id tells its address, and not its file's name."""
    if article.url is None or "/" not in article.id:
        return False
    from embeddings.sources.links import link_id

    try:
        return link_id(article.url) in (article.id, article.id.rpartition("/")[0])  # one of several has a number
    except ArticleError:
        return False


def _same_id(article: Article, twin: _Taken) -> str:
    if _is_by_address(article):
        return f"it is the same article as {twin.name} by its address, and another text: index one of the two"
    return f"its name gives the same id as {twin.name}: rename one of the two"
