"""What only the store in PostgreSQL does: many at once, a server that comes and goes, rights, versions, an index."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import numpy as np
import pytest

from embeddings.archive import open_archive, write_archive
from embeddings.errors import StoreError, UnknownArticle
from embeddings.library import Library
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.postgres import postgres_store
from embeddings.stores.vector_index import Limits
from embeddings.types import Article, Encoded, Entry, Sentence, Span, Stamp, Vectors
from tests.at_once import read_while_written
from tests.conftest import ConceptEncoder
from tests.hand_made import hand_made
from tests.postgres_server import PostgresServer

STAMP = Stamp("random", 16, "c0ffee")
SMALL = Limits(newer=20, scope=5)
"""An index is due from 21 sentences on, and a scope of six is searched with it."""
PASSWORD = "hunter2 & co"

Execute = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def url(postgres: PostgresServer, tmp_path: Path) -> str:
    """The address of a library that nobody else uses."""
    return postgres.url(f"own_{abs(hash(tmp_path))}")


@pytest.fixture
def schema(url: str) -> str:
    return url.rpartition("search_path%3D")[2]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(postgres_store(url)) as made:
        yield made


@pytest.fixture
def execute(postgres: PostgresServer) -> Iterator[Execute]:
    """Runs a statement as the server's superuser, in any schema."""
    import psycopg

    with psycopg.connect(postgres.superuser_url(), autocommit=True) as connection:

        def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
            done = connection.execute(statement.encode(), values)
            return done.fetchall() if done.description else []

        yield run


@pytest.fixture
def guest(execute: Execute, schema: str) -> Iterator[str]:
    """A user with a password and a database, in which it may do nothing."""
    name = f"guest_{schema}"
    execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    execute(f"CREATE DATABASE {name}")
    yield name
    execute(f"DROP DATABASE {name} WITH (FORCE)")
    execute(f"DROP ROLE {name}")


def as_guest(postgres: PostgresServer, guest: str, password: str) -> str:
    return f"postgresql://{guest}:{quote(password)}@127.0.0.1:{postgres.port}/{guest}"


def made_entry(article_id: str, *texts: str, seed: int = 0, dimension: int = STAMP.dimension) -> Entry:
    """An article of sentences with vectors drawn at random, always the same for a `seed`."""
    sentences, start = [], 0
    for position, text in enumerate(texts):
        sentences.append(Sentence(article_id, position, position + 1, start, start + len(text), text))
        start += len(text) + 2
    article = Article(article_id, article_id, "\n\n".join(texts), tuple(Span(one.start, one.end) for one in sentences))
    drawn = np.random.default_rng(seed).standard_normal((len(texts), dimension), dtype=np.float32)
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return Entry(article, f"digest of {texts}", tuple(sentences), Encoded(vectors))


def asked(seed: int, dimension: int = STAMP.dimension) -> Vectors:
    vector: Vectors = made_entry("asked", "x", seed=1_000 + seed, dimension=dimension).encoded.vectors[0]
    return vector


# --- reaching it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    ["postgresql://ada:hunter2@[::1/x", "postgresql://ada:hunter2@x/y?nonsense=1", "postgresql://ada:hunter2%@x/y"],
)
@pytest.mark.usefixtures("postgres")
def test_an_address_that_cannot_be_read(bad: str) -> None:
    """A malformed address is one sentence without the password, in its causes too."""
    with pytest.raises(StoreError, match=r"^The address in SAIDWHAT_STORE cannot be read: write it as ") as raised:
        postgres_store(bad)
    assert raised.value.__cause__ is None
    assert "hunter2" not in str(raised.value)


@pytest.mark.usefixtures("postgres")
def test_a_schema_that_cannot_be_made() -> None:
    """A name that PostgreSQL would cut off or that needs quotation marks is refused before anything is done."""
    for bad in ("a" * 42, "a;b", "1"):
        with pytest.raises(StoreError, match=r"^The schema named in SAIDWHAT_STORE must be up to 41 letters, digits"):
            postgres_store(f"postgresql://x/y?options=-csearch_path%3D{quote(bad)}")


@pytest.mark.usefixtures("postgres")
def test_a_server_that_is_not_there() -> None:
    """Where nobody listens is said when it is first used, and the address is to be checked."""
    with closing(postgres_store("postgresql://ada:hunter2@127.0.0.1:1/news")) as store:
        with pytest.raises(
            StoreError,
            match=r"^The library in PostgreSQL at 127\.0\.0\.1/news cannot be reached \(.*[Cc]onnection refused.*\):"
            r" check SAIDWHAT_STORE, and that the server runs\.$",
        ) as raised:
            store.articles()
        assert "hunter2" not in str(raised.value)


def test_a_wrong_password(postgres: PostgresServer, guest: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is named as what is wrong, and stands neither in the message nor in the log."""
    with (
        caplog.at_level(logging.DEBUG),
        closing(postgres_store(as_guest(postgres, guest, "wr0ng"))) as store,
        pytest.raises(
            StoreError, match=r" did not let us in .*: check the user and the password in SAIDWHAT_STORE\.$"
        ) as raised,
    ):
        store.articles()
    assert "wr0ng" not in f"{raised.value} {raised.value.__cause__} {caplog.text}"


def test_a_database_that_is_not_there(postgres: PostgresServer) -> None:
    """It is to be created, or the address mended."""
    with (
        closing(postgres_store(postgres.url(database="nowhere"))) as store,
        pytest.raises(
            StoreError,
            match=r'/nowhere is not there \(.*database "nowhere" does not exist\): create the database, or mend SAID',
        ),
    ):
        store.articles()


def test_the_extension_and_the_schema_need_rights(postgres: PostgresServer, guest: str) -> None:
    """Each right that is missing is named with who can give it, and with all of them the library is used."""
    import psycopg

    with closing(postgres_store(as_guest(postgres, guest, PASSWORD))) as store:
        with pytest.raises(
            StoreError, match=r"needs the extension pgvector, .* run CREATE EXTENSION vector in this dat"
        ):
            store.articles()
        with psycopg.connect(postgres.superuser_url(guest), autocommit=True) as superuser:
            superuser.execute("CREATE EXTENSION vector SCHEMA public")
            with pytest.raises(
                StoreError, match=r"have its owner run GRANT CREATE ON DATABASE, or make it the owner of "
            ):
                store.articles()
            superuser.execute(f'GRANT CREATE ON DATABASE "{guest}" TO "{guest}"'.encode())
        assert store.articles() == []
        store.add(made_entry("a", "One."), STAMP)
        assert [summary.id for summary in store.articles()] == ["a"]


def test_what_is_not_installed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the command that brings it is named."""
    for name in [name for name in sys.modules if name.startswith("embeddings.stores.postgres.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"is not installed: run `pip install saidwhat\[postgres\]`\.$"):
        postgres_store(url)


def test_a_newer_library(store: Store, schema: str, execute: Execute) -> None:
    """A schema that a later version migrated is left alone, and the program is to be updated."""
    assert store.articles() == []
    store.close()
    execute(f"INSERT INTO {schema}.migrations (number) VALUES (99)")
    with pytest.raises(StoreError, match=r" has version 99, and this saidwhat knows versions up to 1: update saidwhat"):
        store.articles()


def test_several_programs_make_the_tables(url: str) -> None:
    """Of several that come first at the same time, one migrates, and all can use what it made."""
    stores = [postgres_store(url) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda store: store.articles(), stores)) == [[]] * 6
    for store in stores:
        store.close()


def test_a_server_that_was_stopped(store: Store, postgres: PostgresServer) -> None:
    """While it is down, and once for the connection that it cut, there is one sentence; then all goes on."""
    store.add(made_entry("a", "One.", "Two."), STAMP)
    postgres.stop()
    try:
        for _ in range(2):
            with pytest.raises(
                StoreError, match=r" cannot be reached \(.*\): check SAIDWHAT_STORE, and that the server "
            ):
                store.articles()
    finally:
        postgres.start()
    assert [summary.id for summary in store.articles()] == ["a"]
    store.add(made_entry("b", "Three."), STAMP)


def test_a_connection_that_was_cut(store: Store, execute: Execute) -> None:
    """The call that meets it fails with one sentence, and undoes nothing; the next one works."""
    store.add(made_entry("a", "One.", "Two."), STAMP)
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
    )
    with pytest.raises(
        StoreError, match=r" cannot be reached \(.*\): check SAIDWHAT_STORE, and that the server runs\.$"
    ):
        store.articles()
    assert [summary.id for summary in store.articles()] == ["a"]


# --- at once ---------------------------------------------------------------------------------------------------------


def test_writers_and_readers_at_once(url: str) -> None:
    """Articles that four programs put in, replace and remove are read wholly or not at all, and none is lost."""
    versions = [("One. ", "Two."), ("Eins.", "Zwei.", "Drei.", "Vier.")]

    def write(name: str) -> None:
        with closing(postgres_store(url)) as own:
            for round_ in range(8):
                for article in ("shared", name):
                    own.add(made_entry(article, *versions[round_ % 2], seed=round_), STAMP)
                if round_ % 4 == 1:
                    own.remove(name)
            own.add(made_entry(name, *versions[0]), STAMP)

    def read(own: Store) -> None:
        for summary in own.articles():
            try:
                entry = own.entry(summary.id)
            except UnknownArticle:
                continue  # it was removed since
            texts = tuple(sentence.text for sentence in entry.sentences)
            assert texts in versions
            assert entry.article.text == "\n\n".join(texts)
            assert entry.encoded.vectors.shape == (len(texts), STAMP.dimension)
        hits = own.search_by_words(["eins", "two"], 50)
        assert {hit.sentence.text for hit in hits} <= {"Two.", "Eins."}
        for hit in own.search_by_meaning(asked(0), 50):
            assert hit.sentence.text in versions[0] + versions[1]

    with closing(postgres_store(url)) as shared:
        read_while_written(partial(read, shared), 3, [partial(write, f"w{number}") for number in range(4)])
        assert [summary.id for summary in shared.articles()] == ["shared", "w0", "w1", "w2", "w3"]
        assert shared.check() == []


def test_a_rebuild_while_another_writes(store: Store, url: str, schema: str, execute: Execute) -> None:
    """A change by another program meanwhile is kept, the rebuild is refused, and nothing of it is left."""
    store.add(made_entry("a", "One."), STAMP)
    with closing(postgres_store(url)) as other:
        rebuilding = store.rebuild([made_entry("a", "One."), made_entry("b", "Two.")], STAMP)
        next(rebuilding)
        other.add(made_entry("c", "Three."), STAMP)
        with pytest.raises(
            StoreError, match=r" was changed while it was read anew, and stays as it is: run `saidwhat i"
        ):
            list(rebuilding)
        first, second = store.rebuild([made_entry("a", "One.")], STAMP), other.rebuild([], STAMP)
        next(first)
        with pytest.raises(
            StoreError, match=r"^Another process is reading the library in PostgreSQL at .* anew: try a"
        ):
            next(second)
        cast(Generator[Entry], first).close()
        assert execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", f"{schema}%") == [(schema,)]
        assert [summary.id for summary in other.articles()] == ["a", "c"]
    list(store.rebuild([made_entry("d", "Four.")], STAMP))
    assert [summary.id for summary in store.articles()] == ["d"]
    assert store.check() == []


def test_a_rebuild_under_readers(url: str) -> None:
    """Readers see all of the old library or all of the new one, and are never broken off."""
    old, new = [made_entry(f"{n}", "One.", "Two.") for n in range(9)], [made_entry("n", *["Drei."] * 18, seed=9)]
    failed: list[BaseException] = []
    done = threading.Event()

    def read(own: Store) -> None:
        try:
            while not done.is_set():
                hits = own.search_by_words(["one", "two", "drei"], 50)
                assert len(hits) == 18
                assert len({hit.sentence.text == "Drei." for hit in hits}) == 1
                for summary in own.articles()[:1]:
                    try:
                        assert len(own.entry(summary.id).sentences) == summary.sentences
                    except UnknownArticle:
                        continue
        except BaseException as error:  # noqa: BLE001 - shown below, in the test's own thread
            failed.append(error)

    with closing(postgres_store(url)) as store:
        for entry in old:
            store.add(entry, STAMP)
        readers = [threading.Thread(target=read, args=(store,)) for _ in range(3)]
        for thread in readers:
            thread.start()
        for entries in (new, old) * 3:
            list(store.rebuild(entries, STAMP))
        done.set()
        for thread in readers:
            thread.join()
    assert failed == []


# --- the index -------------------------------------------------------------------------------------------------------


def many(count: int) -> Iterator[Entry]:
    """Articles of five sentences each, `count` sentences in all."""
    for number in range(count // 5):
        yield made_entry(f"a{number:03}", *(f"Sentence {number} {place}." for place in range(5)), seed=number)


@pytest.fixture
def large(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """600 sentences, with an index that is used however few they are."""
    from embeddings.stores.postgres.store import PostgresStore

    monkeypatch.setattr("embeddings.stores.postgres.nearest._STEP", 0)
    with closing(PostgresStore(f"{url}%20-cenable_seqscan%3Doff", SMALL)) as made:
        for entry in many(600):
            made.add(entry, STAMP)
        made.refresh()
        yield made


def test_the_index_finds_what_comparing_does(large: Store, tmp_path: Path, execute: Execute, schema: str) -> None:
    """With the index, everywhere and in scopes, the sentences and scores are the embedded store's; it does serve."""
    every = [f"a{number:03}" for number in range(120)]
    scopes = [None, ["a001"], every[::2], every[:90]]
    with closing(EmbeddedStore(tmp_path / "home")) as embedded:
        for entry in many(600):
            embedded.add(entry, STAMP)
        for seed in range(20):
            for scope in scopes:
                expected = embedded.search_by_meaning(asked(seed), 10, scope)
                found = large.search_by_meaning(asked(seed), 10, scope)
                assert [hit.sentence for hit in found] == [hit.sentence for hit in expected]
                assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-6)
    large.close()  # what was counted is told at the end of a connection
    counted = "SELECT idx_scan FROM pg_stat_all_indexes WHERE schemaname = %s AND indexrelname = 'vectors_by_meaning'"
    give_up = time.monotonic() + 10  # what the server is told when it notices
    while execute(counted, schema) != [(60,)]:  # one of the four scopes is small
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_the_index_follows_at_once(large: Store) -> None:
    """What is added, replaced and removed after the index was built is found, or is not, at the next search."""
    vector = asked(5)
    entry = made_entry("new", "A new one.")
    large.add(replace(entry, encoded=Encoded(vector[None])), STAMP)
    hit = large.search_by_meaning(vector, 1)[0]
    assert hit.sentence.text == "A new one."
    assert hit.score == pytest.approx(1.0)
    large.add(made_entry("new", "Another."), STAMP)
    assert large.search_by_meaning(vector, 1)[0].sentence.article != "new"
    first = large.search_by_meaning(vector, 1)[0].sentence.article
    large.remove(first)
    assert first not in {hit.sentence.article for hit in large.search_by_meaning(vector, 600)}
    assert len(large.search_by_meaning(vector, 700)) == 596
    assert large.check() == []


def test_another_dimension_after_the_index(large: Store) -> None:
    """A rebuild, or the last article's going, makes way for vectors of another dimension."""
    other = Stamp("other", 8, "facade")
    list(large.rebuild([made_entry(f"b{n}", *"abcdefgh", seed=n, dimension=8) for n in range(5)], other))
    assert len(large.search_by_meaning(asked(1, 8), 50)) == 40
    for summary in large.articles():
        large.remove(summary.id)
    large.add(made_entry("c", "One."), STAMP)
    assert large.search_by_meaning(asked(1), 9)[0].sentence.text == "One."


# --- as the embedded store -------------------------------------------------------------------------------------------


def test_moving_between_stores(talks: Library, store: Store, tmp_path: Path, encoder: ConceptEncoder) -> None:
    """A library goes to PostgreSQL and back by one file each way, without encoding; both answer alike."""
    encoded = encoder.encoded
    moved, back = Library(store, encoder, hand_made), Library(EmbeddedStore(tmp_path / "back"), encoder, hand_made)
    for number, (source, target) in enumerate([(talks, moved), (moved, back)]):
        path = tmp_path / f"{number}.zip"
        assert list(write_archive(source.store, path)) == ["bridge", "school", "talks"]
        with open_archive(path) as archive:
            assert [outcome.status for outcome in target.take_over(archive)] == ["added"] * 3
    assert encoder.encoded == encoded
    assert back.store.articles() == store.articles() == talks.store.articles()
    assert store.check() == []
    words = ["talks", "the", "cod", "dorn", "in", "u.s.", "town council"]
    for scope in (None, ["talks"], ["school", "bridge"]):
        assert store.frequencies(words, scope) == talks.store.frequencies(words, scope)
        for word in words:
            found, expected = (one.search_by_words([word, "on"], 99, scope) for one in (store, talks.store))
            assert [hit.sentence for hit in found] == [hit.sentence for hit in expected]
            assert [hit.score for hit in found] == [hit.score for hit in expected]
        assert [(p.name, n) for p, n in store.quoted(scope)] == [(p.name, n) for p, n in talks.store.quoted(scope)]
        assert store.words_of_names(scope) == talks.store.words_of_names(scope)
    back.store.close()


def test_a_very_long_word(store: Store) -> None:
    """A word of any length is kept, and found by its first 500 characters."""
    store.add(made_entry("a", f"It ends in {'ab' * 5_000}."), STAMP)
    assert len(store.search_by_words(["ab" * 5_000], 9)) == 1
    assert store.check() == []


def test_what_postgresql_cannot_keep(store: Store) -> None:
    """A text with NUL is refused whole, with one sentence."""
    with pytest.raises(StoreError, match=r" did not take what it was given \(.*NUL.*\): it stays as it was\.$"):
        store.add(made_entry("a", "One.\x00"), STAMP)
    assert store.articles() == []
