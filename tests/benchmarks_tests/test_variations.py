"""What the libraries are made of that grow in the benchmark of speed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Entry
from tests.benchmarks.timing.variations import entries_of, exactly, with_variations


@pytest.fixture
def varied(talks: Library) -> Iterator[Entry]:
    """Three articles, and variations of them without an end."""
    return with_variations(entries_of(talks.store))


def test_offsets_hold_in_variations(varied: Iterator[Entry]) -> None:
    """Sentences, quotes and names stand in the varied text where the entry says."""
    for entry in itertools.islice(varied, 30):
        text = entry.article.text
        assert [text[one.start : one.end] for one in entry.sentences] == [one.text for one in entry.sentences]
        assert [text[one.start : one.end] for one in entry.quotes] == [one.text for one in entry.quotes]
        for one in entry.entities:
            assert one.name in one.aliases
            assert {text[place.start : place.end] for place in one.mentions} <= {*one.aliases}


def test_variations_differ(varied: Iterator[Entry]) -> None:
    """A variation has a text, an id and vectors of its own, and the same pieces of text are as long as before."""
    first, *others = (entry for entry in itertools.islice(varied, 30) if entry.article.id.startswith("talks"))
    assert len({entry.article.id for entry in others}) == len({entry.article.text for entry in others}) == 9
    for other in others:
        assert len(other.article.text) == len(first.article.text)
        assert np.allclose(np.linalg.norm(other.encoded.vectors, axis=1), 1)
        assert not np.allclose(other.encoded.vectors, first.encoded.vectors)


def test_exactly_so_many_sentences_are_taken_and_a_store_finds_no_fault(
    varied: Iterator[Entry], talks: Library, tmp_path: Path
) -> None:
    """The last article is cut, its quotes with it, and the store's own check is content."""
    stamp = talks.store.stamp()
    assert stamp is not None
    store = EmbeddedStore(tmp_path / "grown")
    for entry in exactly(100, varied):
        store.add(entry, stamp)
    assert sum(summary.sentences for summary in store.articles()) == 100
    assert store.check() == []
    store.close()
