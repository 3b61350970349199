"""Entries of real articles in; as many entries of varied ones as are wanted out, one after the other.

In a variation names and numbers stand exchanged for others of the articles, each as likely as it is there, the same one
throughout an article. They are as long as what they replace, so that all offsets hold. Vectors are the real ones with
noise, far enough from each other for a search to have one right order; pieces and states are the real ones.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from embeddings.stores import Store
from embeddings.types import Article, Encoded, Entity, Entry, Quote, Vectors

NOISE = 0.4  # the length of what is added to a unit vector

_WORD = re.compile(r"[^\W\d_]+|\d+")


def entries_of(store: Store) -> list[Entry]:
    """All that a store holds, as it was put in, by article."""
    return [store.entry(summary.id) for summary in store.articles()]


def exactly(count: int, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries in order until they have `count` sentences together; the last one is cut."""
    for entry in entries:
        if count <= 0:
            return
        yield entry if len(entry.sentences) <= count else _cut(entry, count)
        count -= len(entry.sentences)


def _cut(entry: Entry, count: int) -> Entry:
    encoded = entry.encoded
    return replace(
        entry,
        sentences=entry.sentences[:count],
        encoded=Encoded(encoded.vectors[:count], encoded.tokens[:count], encoded.states[:count]),
        quotes=tuple(quote for quote in entry.quotes if quote.last_sentence < count),
    )


def with_variations(entries: Sequence[Entry]) -> Iterator[Entry]:
    """`entries`, and then variations of them without an end."""
    yield from entries
    exchange = Exchange(entry.article.text for entry in entries)
    for copy in itertools.count(1):
        for number, entry in enumerate(entries):
            yield exchange.varied(entry, f"{entry.article.id} ~{copy}", copy * len(entries) + number)


class Exchange:
    """The names and the numbers of some texts, by length, to be exchanged for one another.

    A name is a word with a capital that the texts never write in small letters.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self._kind = {
            word: (word.isdecimal(), len(word))
            for word in counts
            if word.isdecimal() or (word.istitle() and len(word) > 1 and word.lower() not in counts)
        }
        words: defaultdict[tuple[bool, int], list[str]] = defaultdict(list)
        for word, kind in self._kind.items():
            words[kind].append(word)
        self._words = dict(words)
        self._up_to = {kind: list(itertools.accumulate(counts[word] for word in own)) for kind, own in words.items()}

    def varied(self, entry: Entry, name: str, seed: int) -> Entry:
        """`entry` as the article `name`, other words and other vectors in it for each seed."""
        dice = random.Random(seed)
        others: dict[str, str] = {}

        def other(match: re.Match[str]) -> str:
            word = match[0]
            kind = self._kind.get(word)
            if kind is None:
                return word
            if word not in others:
                (others[word],) = dice.choices(self._words[kind], cum_weights=self._up_to[kind])
            return others[word]

        def exchanged(text: str) -> str:
            return _WORD.sub(other, text)

        article = replace(
            entry.article, id=name, text=exchanged(entry.article.text), title=exchanged(entry.article.title)
        )
        return Entry(
            article,
            hashlib.sha256(f"{name}\n{article.text}".encode()).hexdigest(),
            tuple(replace(one, article=name, text=article.text[one.start : one.end]) for one in entry.sentences),
            replace(entry.encoded, vectors=_beside(entry.encoded.vectors, seed)),
            tuple(_quote(one, article, exchanged) for one in entry.quotes),
            tuple(_entity(one, name, exchanged) for one in entry.entities),
        )


def _quote(quote: Quote, article: Article, exchanged: Callable[[str], str]) -> Quote:
    return replace(
        quote,
        article=article.id,
        text=article.text[quote.start : quote.end],
        speaker=quote.speaker and exchanged(quote.speaker),
        role=quote.role and exchanged(quote.role),
    )


def _entity(entity: Entity, article: str, exchanged: Callable[[str], str]) -> Entity:
    return replace(
        entity,
        article=article,
        name=exchanged(entity.name),
        aliases=tuple(exchanged(alias) for alias in entity.aliases),
        role=entity.role and exchanged(entity.role),
    )


def _beside(vectors: Vectors, seed: int) -> Vectors:
    """Unit vectors near these, each in a direction of its own."""
    noise = np.random.default_rng(seed).standard_normal(vectors.shape, dtype=np.float32)
    moved = vectors + noise * np.float32(NOISE / np.sqrt(vectors.shape[1]))
    unit: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit
