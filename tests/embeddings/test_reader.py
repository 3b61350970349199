"""The reader that comes with saidwhat, on sentences that it was not trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.articles import make_article
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.reader import LONGEST_SENTENCE, load_reader, whole_words
from embeddings.stores.embedded import EmbeddedStore

FERRY = """Ferry line to Holm closes

The ferry between Aske and Holm will stop in March 2031 after 94 years, the line's owner said.

Some 220,000 people took it last year, half as many as in 2019. Director Runa Eide blamed the new tunnel.

The boat was built in Gdansk. The town of Aske wants to buy it for 3 million crowns.
"""


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory, kept_model: Path) -> Library:
    library = Library(EmbeddedStore(tmp_path_factory.mktemp("home")), SentenceTransformerEncoder(kept_in=kept_model))
    library.put(make_article("ferry", FERRY, {}))
    return library


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("When will the ferry stop?", "The ferry between", "March 2031"),
        ("How many people took the ferry last year?", "Some 220,000", "220,000"),
        ("Where was the boat built?", "The boat was", "Gdansk"),
    ],
)
def test_the_sentence_that_answers_reads_best(ferry: Library, question: str, sentence: str, words: str) -> None:
    """Of all sentences the one that answers scores highest, and its likeliest answer holds the words that answer."""
    sentences = ferry.store.sentences("ferry")
    read = ferry.read(ferry.encode_question(question), sentences)
    best = max(range(len(read)), key=lambda place: read[place].score)
    assert sentences[best].text.startswith(sentence)
    place = ferry.words(sentences[best], read[best])
    assert place is not None
    assert words in ferry.store.article("ferry").text[place.start : place.end]
    assert 0 < read[best].certainty <= 1


def test_it_reads_each_sentence_alone(ferry: Library) -> None:
    """What is read beside a sentence changes its score no more than the padding's rounding."""
    asked = ferry.encode_question("Where was the boat built?")
    sentences = ferry.store.sentences("ferry")
    together = [reading.score for reading in ferry.read(asked, sentences)]
    alone = [ferry.read(asked, [sentence])[0].score for sentence in sentences]
    assert together == pytest.approx(alone, abs=0.4)


def test_states_are_kept_small() -> None:
    """Of a sentence that is too long the beginning is kept; values are clipped to what int8 holds."""
    (kept,) = load_reader().kept([np.full((LONGEST_SENTENCE + 9, 384), 1e3, dtype=np.float32)])
    assert (kept.shape, kept.dtype.name) == ((LONGEST_SENTENCE, 192), "int8")
    assert set(np.abs(kept.astype(int)).max(axis=1)) == {127}


def test_nothing_to_read(ferry: Library, tmp_path: Path) -> None:
    """No sentences give no readings."""
    assert ferry.read(ferry.encode_question("Where?"), []) == []


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("Neil, the leader's brother, left.", "s brother", "leader's brother"),
        ("Park Ji-won spoke.", "won", "Ji-won"),
        ("The 28-year-old left.", "28", "28"),
        ("Poe's army left.", "Poe", "Poe"),
        ("It was in 2016-2017.", "2017", "2017"),
        ("Rainfall rose.", "Rain", "Rainfall"),
    ],
)
def test_words_are_whole(text: str, words: str, whole: str) -> None:
    at = text.index(words)
    start, end = whole_words(text, at, at + len(words))
    assert text[start:end] == whole
