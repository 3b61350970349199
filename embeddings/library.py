"""Articles in, searches out: a store and an encoder under one name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from embeddings import quotes
from embeddings.encoder import Encoder
from embeddings.entries import QuoteReader, digest_of, make_entry
from embeddings.errors import ArticleError, StampError
from embeddings.reader import Reading, load_reader, whole_words
from embeddings.reranker import Reranker
from embeddings.sources import Fetch, FetchRules, Source
from embeddings.sources.when_asked import fetch_by
from embeddings.stores import Store
from embeddings.types import Article, Due, EncodedQuestion, Entry, Outcome, Sentence, Span

if TYPE_CHECKING:
    from embeddings.archive import Archive
    from embeddings.indexing import Made, Work


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

    def index(
        self, sources: Iterable[Source], work: Work | None = None, *, replacing: bool = False
    ) -> Iterator[Outcome]:
        """Add or update the articles in files, folders, links and feeds, one outcome an article as it is done.

        What cannot become an article is a failed outcome, and the rest go on. So is a file that gives the same id as
        another file, which still lies there, unless it is `replacing` that one's article. `work` is what reads and
        encodes them, if not this process: the outcomes are the same, in the order in which they are done. Raises what
        `work` raises.
        """
        from embeddings.indexing import Indexing  # what reads files is not needed for an answer

        yield from Indexing(self, self._fetch, replacing=replacing).outcomes(sources, work or self._work)

    def bring(self, source: Source) -> Article:
        """The one article that `source` holds, which is not put in. Raises ArticleError where it holds none or several.

        The message of that is a clause: "it is a feed".
        """
        from embeddings.sources.arriving import Intake

        with Intake(self._fetch, self.held) as intake:
            arrivals = list(islice(intake.arrivals(source), 2))
        if len(arrivals) != 1:
            raise ArticleError("it holds several articles" if arrivals else "it holds no article")
        if arrivals[0].article is None:
            raise ArticleError(arrivals[0].fault or arrivals[0].remark)
        return arrivals[0].article

    def held(self) -> frozenset[str]:
        """The ids of the articles, and where they came from."""
        held = self.store.articles()
        return frozenset(known for summary in held for known in (summary.id, summary.source) if known)

    def put(self, article: Article) -> Outcome:
        """Add `article`, or update the one of its id; an unchanged one is left as it is, and not encoded again."""
        due = self.due(article, article.id)
        return due if isinstance(due, Outcome) else self.put_in(due, self._entry(article))

    def due(self, article: Article, name: str) -> Due | Outcome:
        """`article`, by `name` in its outcome, as due to be encoded; the outcome where it is held and unchanged.

        Raises StampError where it is due and the present model is another one than the library's.
        """
        held = self.store.digest(article.id)
        if held == digest_of(article):
            return Outcome(name, "unchanged", article.id)
        self.check_stamp()
        return Due(name, article, "updated" if held else "added")

    def put_in(self, due: Due, entry: Entry) -> Outcome:
        """Put in what was made of an article that was due."""
        self.store.add(entry, self.encoder.stamp())
        return Outcome(due.name, due.status, due.article.id, len(entry.sentences), due.message)

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
        return replace(self._entry(article), former=tuple(self.store.former_texts(article.id)))

    def _entry(self, article: Article) -> Entry:
        return make_entry(article, self.encoder, self._read_quotes)

    def _work(self, arriving: Iterable[Due | Outcome]) -> Iterator[Made | Outcome]:
        """The Work of this process: one article after the other."""
        for one in arriving:
            yield one if isinstance(one, Outcome) else (one, self._entry(one.article))

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
        """How well each of `sentences` answers, and with which words. Empty where the model has no reader."""
        if asked.states is None or not sentences:
            return []
        return load_reader().read(asked.states, self.store.states(sentences))

    def words(self, sentence: Sentence, found: Reading) -> Span | None:
        """Where the words stand with which a sentence that was read answers, whole ones; None for one without words."""
        words = found.words(self.encoder.pieces(sentence.text))
        if words is None:
            return None
        start, end = whole_words(sentence.text, words.start, words.end)
        return Span(sentence.start + start, sentence.start + end)
