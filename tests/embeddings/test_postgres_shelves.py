"""What PostgreSQL itself hides of other shelves, whatever a statement asks for, from a user who is no superuser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.errors import StoreError
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.postgres.database import PostgresDatabase
from embeddings.stores.postgres.store import PostgresStore
from embeddings.stores.vector_index import Limits
from embeddings.types import Encoded, Entity, Entry, Hit, Quote, Shelves, Span, Stamp, Vectors
from tests.at_once import read_while_written
from tests.embeddings.test_postgres_store import asked, made_entry
from tests.postgres_server import PostgresServer

STAMP = Stamp("random", 16, "c0ffee")
OPEN_TO_ALL = {"meta", "migrations", "word_counts"}
"""Tables without a row of any article: facts about the whole library, and how many sentences and words it has."""


@pytest.fixture
def url(postgres: PostgresServer, tmp_path: Path) -> str:
    return postgres.url(f"shelves_{abs(hash(tmp_path))}")


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    with closing(PostgresStore(url)) as made:
        yield made


def shelved_entry(article_id: str, shelf: str, *texts: str, seed: int = 0) -> Entry:
    """An article on a shelf, in which somebody is named and quoted, with something in every table."""
    entry = made_entry(article_id, *texts, seed=seed)
    name = f"Ada {article_id.title()}"
    tokens = tuple(np.ones((2, 3), dtype=np.int8) for _ in texts)
    return replace(
        entry,
        article=replace(entry.article, shelf=shelf),
        encoded=Encoded(entry.encoded.vectors, tokens, tokens),
        entities=(Entity(article_id, 0, name, "person", (name,), (Span(0, 1),)),),
        quotes=(Quote(article_id, 0, 1, 0, 0, 0, 1, texts[0][0], "indirect", "explicit", name, 0),),
        former=("It was another text.",),
    )


@pytest.fixture
def filled(store: PostgresStore) -> PostgresStore:
    """One article that is common to all, and one on each of two shelves."""
    for number, (article_id, shelf) in enumerate((("town", ""), ("lake", "7"), ("hill", "8"))):
        store.add(shelved_entry(article_id, shelf, f"The {article_id} is wide.", "It rained.", seed=number), STAMP)
    return store


@contextmanager
def held_to(store: PostgresStore, *names: str) -> Iterator[PostgresDatabase]:
    """A transaction that reads in a scope of shelves, as every search in one does."""
    with store._connections.reading() as database:
        database.open_shelves(["", *names])
        yield database


def rows(database: PostgresDatabase, statement: str) -> list[Any]:
    return database.execute(statement).fetchall()


def tables(database: PostgresDatabase) -> list[str]:
    return [row[0] for row in rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")]


def test_every_table_is_closed(filled: PostgresStore) -> None:
    """Each table that holds something of articles has a policy, which holds its owner, too, as the user is."""
    with filled._connections.reading() as database:
        closed = rows(
            database,
            "SELECT relname FROM pg_class JOIN pg_policies ON tablename = relname AND schemaname = current_schema()"
            " WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity AND relforcerowsecurity"
            " AND relowner = current_user::regrole",
        )
        assert sorted(row[0] for row in closed) == sorted({*tables(database)} - OPEN_TO_ALL)
        assert rows(database, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") == [
            (False,)
        ]


def test_a_statement_that_asks_for_all(filled: PostgresStore) -> None:
    """In a scope of shelves, every table has the rows of these alone; without one it has all."""
    with filled._connections.reading() as database:
        closed = sorted({*tables(database)} - OPEN_TO_ALL)
        every = {table: rows(database, f"SELECT count(*) FROM {table}")[0][0] for table in closed}
    assert every == {
        **dict.fromkeys(("articles", "entities", "former_texts", "namings", "quotes", "shelves", "texts"), 3),
        **dict.fromkeys(("naming_words", "sentences", "states", "tokens", "vectors"), 6),
        "postings": 18,
    }
    for names, parts in (((), 1), (("7",), 2), (("8",), 2), (("7", "8"), 3), (("9",), 1)):
        with held_to(filled, *names) as database:
            seen = {table: rows(database, f"SELECT count(*) FROM {table}")[0][0] for table in closed}
        assert seen == {table: count * parts // 3 for table, count in every.items()}
    with held_to(filled, "7") as database:
        for table in ("entities", "quotes", "sentences"):
            assert rows(database, f"SELECT DISTINCT article FROM {table} ORDER BY 1") == [("lake",), ("town",)]
        for table in ("texts", "former_texts"):
            assert rows(database, f"SELECT article FROM {table} ORDER BY 1") == [("lake",), ("town",)]
        assert rows(database, "SELECT name FROM shelves ORDER BY 1") == [("",), ("7",)]
        assert rows(database, "SELECT word FROM naming_words WHERE word <> 'ada' ORDER BY 1") == [("lake",), ("town",)]
        assert rows(database, "SELECT full_name FROM namings ORDER BY 1") == [
            ("person ada lake",),
            ("person ada town",),
        ]
        assert rows(database, "SELECT count(*) FROM postings WHERE stem = 'hill'") == [(0,)]
        assert rows(database, "SELECT count(*) FROM postings WHERE stem = 'lake'") == [(1,)]


def test_a_scope_ends_with_its_transaction(filled: PostgresStore) -> None:
    """The next one on the same connection sees all again, also where the one before failed."""
    (idle,) = filled._connections._idle
    with held_to(filled, "7") as database:
        assert len(rows(database, "SELECT 1 FROM articles")) == 2
    with pytest.raises(StoreError), held_to(filled, "7") as database:
        rows(database, "SELECT nothing")
    assert [one.id for one in filled.articles()] == ["hill", "lake", "town"]
    with filled._connections.reading() as database:
        with held_to(filled, "7"):
            assert len(rows(database, "SELECT 1 FROM articles")) == 2
        assert len(rows(database, "SELECT 1 FROM articles")) == 3
    assert filled._connections._idle == [idle]


def test_a_search_that_forgets_its_scope(filled: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no statement asks for shelves any more, searches and lists still find nothing on others."""
    scope = Shelves(("7",))
    hits, quotes = filled.search_by_words(["rained"], 9, scope), filled.quotes(scope)
    assert [hit.sentence.article for hit in hits] == ["town", "lake"]
    monkeypatch.setattr("embeddings.stores.sql_store.sentences_among", lambda database, scope: None)
    monkeypatch.setattr("embeddings.stores.scopes.among", lambda scope, table: ("", []))
    monkeypatch.setattr("embeddings.stores.people_index.among", lambda scope, table: ("", []))
    for name in ("embeddings.stores.people_index._in_scope", "embeddings.stores.people_index._on_shelves"):
        monkeypatch.setattr(name, lambda *scope_and_table: ("", []))
    assert [hit.sentence for hit in filled.search_by_words(["rained"], 9, scope)] == [hit.sentence for hit in hits]
    assert {hit.sentence.article for hit in filled.search_by_meaning(asked(0), 9, scope)} == {"town", "lake"}
    assert filled.quotes(scope) == quotes
    assert [person.name for person in filled.named(["ada"], scope)] == ["Ada Town", "Ada Lake"]
    assert filled.words_of_names(scope) == {"ada", "town", "lake"}
    assert [person.name for person, _ in filled.quoted(scope)] == ["Ada Town", "Ada Lake"]


def test_a_rebuild_keeps_all_closed(filled: PostgresStore) -> None:
    """The tables that take the place of the library's hide as much."""
    list(filled.rebuild([filled.entry(one.id) for one in filled.articles()], STAMP))
    test_every_table_is_closed(filled)
    with held_to(filled, "8") as database:
        assert rows(database, "SELECT id FROM articles ORDER BY 1") == [("hill",), ("town",)]
    assert filled.check() == []


def test_check_sees_sentences_on_another_shelf(filled: PostgresStore) -> None:
    """An article whose sentences have the ids of another shelf is a fault."""
    with filled._connections.together() as database:
        database.execute("UPDATE articles SET shelf = 1 WHERE id = 'hill'")
    faults = filled.check()
    assert "hill: its sentences are on another shelf." in faults


def test_shelves_searched_by_the_index(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an index by meaning, a scope of shelves finds what the embedded store does, with the same scores."""
    monkeypatch.setattr("embeddings.stores.postgres.nearest._STEP", 0)
    shelves = ["", "", "7", "8", "7", ""]
    scopes = [Shelves(names) for names in ((), ("7",), ("8",), ("8", "7"), ("9",))]
    with (
        closing(PostgresStore(f"{url}%20-cenable_seqscan%3Doff", Limits(newer=20, scope=5))) as large,
        closing(EmbeddedStore(tmp_path / "home", Limits(newer=20, scope=5))) as embedded,
        closing(EmbeddedStore(tmp_path / "exact")) as exact,
    ):
        for number in range(120):
            texts = [f"Sentence {number} {place}." for place in range(5)]
            entry = shelved_entry(f"a{number:03}", shelves[number % len(shelves)], *texts, seed=number)
            for one in (large, embedded, exact):
                one.add(entry, STAMP)
        large.refresh()
        embedded.refresh()
        for seed in range(20):
            for scope in scopes:
                found = [one.search_by_meaning(asked(seed), 10, scope) for one in (exact, large, embedded)]
                assert scores(found[0]) == scores(found[1]) == scores(found[2])
                words = ["sentence", f"{seed}"]
                found = [one.search_by_words(words, 999, scope) for one in (exact, large, embedded)]
                assert len(found[0]) == 5 * len(exact.articles(scope))
                assert scores(found[0]) == scores(found[1]) == scores(found[2])
                assert exact.frequencies(words, scope) == large.frequencies(words, scope)


def scores(hits: list[Hit]) -> dict[tuple[str, int], Any]:
    return {(hit.sentence.article, hit.sentence.position): pytest.approx(hit.score, abs=1e-6) for hit in hits}


def test_readers_while_shelves_are_written(url: str) -> None:
    """Whatever is put on shelves, renamed and removed meanwhile, a reader sees what is common to all and its own."""
    vector: Vectors = asked(1)

    def write(store: PostgresStore, name: str) -> None:
        for round_ in range(12):
            store.add(shelved_entry(f"{name}{round_ % 3}", name, "It rained there.", "One.", seed=round_), STAMP)
            if round_ % 4 == 3:
                store.rename_shelf(name, f"{name}x")
                store.remove(f"{name}{round_ % 3}")

    def read(store: PostgresStore) -> None:
        for scope in (Shelves(("mine",)), Shelves()):
            expected = {"mine", "town"} if scope.names else {"town"}
            assert {one.id for one in store.articles(scope)} == expected
            assert {hit.sentence.article for hit in store.search_by_words(["rained"], 99, scope)} == expected
            assert {hit.sentence.article for hit in store.search_by_meaning(vector, 99, scope)} == expected
            assert {quote.article for quote in store.quotes(scope)} == expected
            assert store.frequencies(["rained"], scope) == ([len(expected)], 2 * len(expected))

    with closing(PostgresStore(url)) as store:
        for article_id, shelf in (("town", ""), ("mine", "mine")):
            store.add(shelved_entry(article_id, shelf, "It rained here.", "Two."), STAMP)
        read_while_written(partial(read, store), 3, [partial(write, store, name) for name in ("a", "b")])
        assert store.check() == []


def test_a_library_from_before_shelves(store: PostgresStore, url: str) -> None:
    """What the migrations of a saidwhat made that knew no shelves is refused, with the way out."""
    assert store.articles() == []
    with store._connections.together() as database:
        database.execute("ALTER TABLE migrations DROP COLUMN fingerprint")
    with (
        closing(PostgresStore(url)) as again,
        pytest.raises(
            StoreError,
            match=r" was made by a saidwhat from before its first release, which kept articles in another way: export"
            r" it with that one, name another schema in SAIDWHAT_STORE \(search_path%3Dnews\), and import it there\.$",
        ),
    ):
        again.articles()
