"""Articles in, searches out: a store and an encoder under one name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

from embeddings import quotes
from embeddings.encoder import Encoder
from embeddings.errors import ArticleError, StampError
from embeddings.reader import PieceReading, load_reader
from embeddings.reranker import Reranker
from embeddings.sentences import split_sentences
from embeddings.sources import Arrival, Fetch, FetchRules, Source
from embeddings.sources.when_asked import fetch_by
from embeddings.stores import Store
from embeddings.types import Article, EncodedQuestion, Entity, Entry, Outcome, Quote, Reading, Sentence, Span

if TYPE_CHECKING:
    from embeddings.archive import Archive

_BLOCK = 4  # sentences

QuoteReader = Callable[[Article, Sequence[Sentence]], tuple[tuple[Quote, ...], tuple[Entity, ...]]]
"""What finds an article's quotes and entities."""


class Library:
    """What the fronts hold: articles that can be added, removed and searched.

    Every method raises StoreError or EncoderError where the store or the model fails.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        read_quotes: QuoteReader = quotes.read_quotes,
        reranker: Reranker | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        self.store = store
        self.encoder = encoder
        self.reranker = reranker
        self._read_quotes = read_quotes
        self._fetch = fetch or fetch_by(FetchRules())

    def index(self, sources: Iterable[Source]) -> Iterator[Outcome]:
        """Add or update the articles in files, folders, links and feeds, one outcome an article as it is done.

        What cannot become an article is a failed outcome, and the rest go on.
        """
        from embeddings.sources.arriving import Intake  # what reads files is not needed for an answer

        taken: dict[str, _Taken] = {}
        with Intake(self._fetch, self._held) as intake:
            for source in sources:
                for arrival in intake.arrivals(source):
                    yield self._take(arrival, taken)

    def bring(self, source: Source) -> Article:
        """The one article that `source` holds, which is not put in. Raises ArticleError where it holds none or several.

        The message of that is a clause: "it is a feed".
        """
        from embeddings.sources.arriving import Intake

        with Intake(self._fetch, self._held) as intake:
            arrivals = list(islice(intake.arrivals(source), 2))
        if len(arrivals) != 1:
            raise ArticleError("it holds several articles" if arrivals else "it holds no article")
        if arrivals[0].article is None:
            raise ArticleError(arrivals[0].fault or arrivals[0].remark)
        return arrivals[0].article

    def _take(self, arrival: Arrival, taken: dict[str, _Taken]) -> Outcome:
        if arrival.remark:
            return Outcome(arrival.name, "unchanged", message=arrival.remark)
        try:
            if arrival.article is None:
                raise ArticleError(arrival.fault)
            article = arrival.article
            present = _Taken(arrival.name, article.source, hash(article.text))
            twin = taken.setdefault(article.id, present)
            if twin.text == present.text and twin.source != present.source and "/" in article.id:  # one page, two links
                return Outcome(arrival.name, "unchanged", article.id)
            if twin.text != present.text or twin.source != present.source:
                raise ArticleError(_same_id(article, twin))
            return replace(self.put(article), source=arrival.name)
        except ArticleError as error:
            return Outcome(arrival.name, "failed", message=f"{arrival.name} was left out: {error}.")

    def _held(self) -> frozenset[str]:
        """The ids of the articles, and where they came from."""
        held = self.store.articles()
        return frozenset(known for summary in held for known in (summary.id, summary.source) if known)

    def put(self, article: Article) -> Outcome:
        """Add `article`, or update the one of its id; an unchanged one is left as it is, and not encoded again."""
        digest = _digest(article)
        held = self.store.digest(article.id)
        if held == digest:
            return Outcome(article.id, "unchanged", article.id)
        self.check_stamp()
        entry = self._entry(article, digest)
        self.store.add(entry, self.encoder.stamp())
        return Outcome(article.id, "updated" if held else "added", article.id, len(entry.sentences))

    def rebuild(self) -> Iterator[Outcome]:
        """Split, read and encode every stored article anew, with the present model, one outcome an article.

        The library changes all at once, when the last outcome was taken; until then it stays as it was.
        """
        held = self.store.articles()
        if not held:
            return
        articles = (self.store.article(summary.id) for summary in held)
        entries = (self._entry_again(article) for article in articles)
        for entry in self.store.rebuild(entries, self.encoder.stamp()):
            yield Outcome(entry.article.id, "updated", entry.article.id, len(entry.sentences))

    def take_over(self, archive: Archive) -> Iterator[Outcome]:
        """Add or update the articles of another library, one outcome an article.

        They are read and encoded anew only where the other library was made with another model.
        """
        present = self.encoder.stamp()
        self.check_stamp()
        for entry in archive.entries():
            article = entry.article
            if not archive.stamp.fits(present):
                yield self.put(article)
            elif (held := self.store.digest(article.id)) == entry.digest:
                yield Outcome(article.id, "unchanged", article.id)
            else:
                self.store.add(entry, present)
                yield Outcome(article.id, "updated" if held else "added", article.id, len(entry.sentences))

    def _entry_again(self, article: Article) -> Entry:
        return replace(self._entry(article, _digest(article)), former=tuple(self.store.former_texts(article.id)))

    def _entry(self, article: Article, digest: str) -> Entry:
        sentences = split_sentences(article)
        blocks = [[sentence.text for sentence in block] for block in _blocks(sentences)]
        said, entities = self._read_quotes(article, sentences)
        encoded = self.encoder.encode_sentences(article.title, blocks)
        return Entry(article, digest, sentences, encoded, said, entities)

    def check_stamp(self) -> None:
        """Raise StampError, with the command that mends it, where the library was made with another model."""
        held = self.store.stamp()
        if held is None or held.fits(present := self.encoder.stamp()):
            return
        if held.model_hash == present.model_hash:
            raise StampError(
                "The library was encoded by another version of saidwhat:"
                " encode it anew with `saidwhat index --rebuild`."
            )
        raise StampError(
            f"The library was made with the model {held.model!r} ({held.dimension} dimensions), and the present one is"
            f" {present.model!r} ({present.dimension}): encode it anew with `saidwhat index --rebuild`,"
            f" or set EMBEDDING_MODEL={held.model}."
        )

    def encode_question(self, question: str) -> EncodedQuestion:
        """A question, to be compared with the library's sentences. Raises StampError."""
        self.check_stamp()
        return self.encoder.encode_question(question)

    def read(self, asked: EncodedQuestion, sentences: Sequence[Sentence]) -> list[Reading]:
        """How well each of `sentences` answers, and with which words; empty where the model has no reader."""
        if asked.states is None:
            return []
        read = load_reader().read(asked.states, self.store.states(sentences))
        return [self._reading(sentence, found) for sentence, found in zip(sentences, read, strict=True)]

    def _reading(self, sentence: Sentence, found: PieceReading) -> Reading:
        places = self.encoder.pieces(sentence.text)
        if not len(places):
            return Reading(found.score, Span(sentence.start, sentence.end), 0.0)
        first, last = (places[min(number, len(places) - 1)] for number in (found.first, found.last))
        words = Span(sentence.start + int(first[0]), sentence.start + int(last[1]))
        return Reading(found.score, words, found.certainty)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What brought an article, by which another one of the same id is told."""

    name: str
    source: str | None
    text: int


def _same_id(article: Article, twin: _Taken) -> str:
    if "/" in article.id:
        return f"it is the same article as {twin.name} by its address, and another text: index one of the two"
    return f"its name gives the same id as {twin.name}: rename one of the two"


def _blocks(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """Whole paragraphs that are read together: news often has one sentence in each, which alone says little."""
    block: list[Sentence] = []
    for _, paragraph in groupby(sentences, lambda sentence: sentence.paragraph):
        block += paragraph
        if len(block) >= _BLOCK:
            yield block
            block = []
    if block:
        yield block


def _digest(article: Article) -> str:
    return hashlib.sha256(repr(asdict(article)).encode()).hexdigest()
