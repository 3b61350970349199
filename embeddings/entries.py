"""An article in, its Entry out: split into sentences, read for quotes and encoded, by whatever machine does it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby

from embeddings.encoder import Encoder
from embeddings.sentences import split_sentences
from embeddings.types import Article, Entity, Entry, Quote, Sentence

_BLOCK = 4  # sentences

QuoteReader = Callable[[Article, Sequence[Sentence]], tuple[tuple[Quote, ...], tuple[Entity, ...]]]
"""What finds an article's quotes and entities."""


def make_entry(article: Article, encoder: Encoder, read_quotes: QuoteReader) -> Entry:
    """What is put in of an article that has no former texts. Raises EncoderError."""
    sentences = split_sentences(article)
    blocks = [[sentence.text for sentence in block] for block in _blocks(sentences)]
    said, entities = read_quotes(article, sentences)
    encoded = encoder.encode_sentences(article.title, blocks)
    return Entry(article, digest_of(article), sentences, encoded, said, entities)


def digest_of(article: Article) -> str:
    """The SHA-256 of an article with all its facts, by which an unchanged one is known.

    Its shelf is one only where it is on one: so an article that is common to all has the digest that it always had.
    """
    facts = asdict(article)
    if not article.shelf:
        del facts["shelf"]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


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
