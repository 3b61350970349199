"""Libraries in SQLite that were made before there were shelves: what is in them, and who may see it afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.encoder import Encoder
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.upgrading import LOST
from embeddings.types import Entity, Quote, Shelves, Span
from tests.conftest import ConceptEncoder
from tests.embeddings.test_embedded_store import entry
from tests.hand_made import hand_made

BROUGHT = ("pool#0123456789abcdef", "a lake\n#00ff00ff00ff00ff")
"""Ids as they were given to what chats brought."""
OTHERS = ("bridge", "zoo#0123456789abcdeg", "zoo#0123456789ABCDEF")
FORMAT_5 = """
DROP TABLE shelves;
DROP INDEX articles_by_shelf;
CREATE TABLE old_namings (
    id INTEGER PRIMARY KEY, told TEXT NOT NULL UNIQUE, full_name TEXT NOT NULL, surname TEXT,
    quotes INTEGER NOT NULL DEFAULT 0
);
INSERT INTO old_namings SELECT id, told, full_name, surname, quotes FROM namings;
DROP TABLE namings;
ALTER TABLE old_namings RENAME TO namings;
CREATE INDEX namings_by_full_name ON namings (full_name);
CREATE INDEX namings_by_surname ON namings (surname, full_name) WHERE surname NOT NULL;
CREATE INDEX namings_by_quotes ON namings (quotes) WHERE quotes > 0;
ALTER TABLE articles DROP COLUMN shelf;
ALTER TABLE naming_words DROP COLUMN shelf;
ALTER TABLE entities DROP COLUMN shelf;
ALTER TABLE quotes DROP COLUMN shelf;
PRAGMA user_version = 5;
"""


@pytest.fixture
def home(tmp_path: Path, encoder: Encoder) -> Path:
    """The folder of a library of format 5, in which all say the same, and name and quote the same teacher."""
    with closing(EmbeddedStore(tmp_path)) as store:
        for article_id in (*OTHERS, *BROUGHT):
            name = "Ida Moe" if article_id == BROUGHT[1] else "Elin Dahl"
            told = Entity(article_id, 0, name, "person", (name,), (Span(0, 2),), "teacher")
            said = Quote(article_id, 0, 1, 0, 0, 0, 2, "It", "indirect", "explicit", name, 0, "teacher")
            made = entry(encoder, article_id, "It rained on the bridge.")
            store.add(replace(made, quotes=(said,), entities=(told,)), encoder.stamp())
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as database:
        database.executescript(FORMAT_5)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[EmbeddedStore]:
    with closing(EmbeddedStore(home)) as opened:
        yield opened


def test_what_chats_brought_is_nobodys(store: EmbeddedStore, encoder: Encoder) -> None:
    """It is on a shelf that no chat has, with its words and people; all else is common to all, as it was."""
    assert {one.id: one.shelf for one in store.articles()} == {
        **dict.fromkeys(BROUGHT, LOST),
        **dict.fromkeys(OTHERS, ""),
    }
    common = Shelves(("7",))
    assert [one.id for one in store.articles(common)] == sorted(OTHERS)
    assert {hit.sentence.article for hit in store.search_by_words(["rained"], 9, common)} == {*OTHERS}
    question = encoder.encode_question("bridge").vector
    assert {hit.sentence.article for hit in store.search_by_meaning(question, 9, common)} == {*OTHERS}
    assert store.frequencies(["bridge"], common) == ([3], 3)
    assert [(person.name, count) for person, count in store.quoted(common)] == [("Elin Dahl", 3)]
    assert store.words_of_names(common) == {"elin", "dahl"}
    assert store.frequencies(["bridge"]) == ([5], 5)
    assert [(person.name, count) for person, count in store.quoted()] == [("Elin Dahl", 4), ("Ida Moe", 1)]
    assert store.check() == []


def test_an_upgraded_library_goes_on(store: EmbeddedStore, encoder: Encoder) -> None:
    """Articles go in and out, on shelves and off them, and are rebuilt, as in a library that is new."""
    store.remove(BROUGHT[0])
    kept = store.entry(BROUGHT[1])
    store.add(replace(kept, article=replace(kept.article, shelf="7")), encoder.stamp())
    assert store.shelves_of(BROUGHT) == {BROUGHT[1]: "7"}
    assert store.words_of_names(Shelves(("7",))) == {"elin", "dahl", "ida", "moe"}
    assert store.articles(Shelves((LOST,))) == store.articles(Shelves())
    assert store.check() == []
    list(store.rebuild([store.entry(one.id) for one in store.articles()], encoder.stamp()))
    assert store.shelves_of(BROUGHT) == {BROUGHT[1]: "7"}
    assert store.check() == []


def test_a_library_without_what_chats_brought(home: Path, encoder: Encoder) -> None:
    """It has no shelf but that of all, and every digest is as it was."""
    with closing(EmbeddedStore(home)) as store:
        for article_id in BROUGHT:
            store.remove(article_id)
    with closing(sqlite3.connect(home / "library.sqlite")) as database:
        database.executescript(FORMAT_5)
    with closing(EmbeddedStore(home)) as store:
        assert {one.shelf for one in store.articles()} == {""}
        assert store.search_by_words(["rained"], 9, Shelves()) == store.search_by_words(["rained"], 9)
        assert store.digest("bridge") == "digest"
        assert store.check() == []


def test_an_older_library_is_rebuilt_onto_shelves(home: Path, encoder: ConceptEncoder) -> None:
    """A library of a format that is only listed tells of shelves, too, and a rebuild keeps them."""
    with closing(sqlite3.connect(home / "library.sqlite")) as database:
        database.executescript("DROP TABLE namings; DROP TABLE word_counts; PRAGMA user_version = 4;")
    with closing(EmbeddedStore(home)) as store:
        assert [one.id for one in store.articles(Shelves())] == sorted(OTHERS)
        assert store.article(BROUGHT[0]).shelf == LOST
        assert [outcome.status for outcome in Library(store, encoder, hand_made).rebuild()] == ["updated"] * 5
        assert store.shelves_of([*BROUGHT, "bridge"]) == {**dict.fromkeys(BROUGHT, LOST), "bridge": ""}
        assert store.check() == []


@pytest.mark.parametrize("table", ["articles", "entities", "quotes", "namings"])
def test_check_sees_what_is_on_two_shelves(store: EmbeddedStore, home: Path, table: str) -> None:
    """An article is a fault where its quotes, or whom it names, are on another shelf than it is."""
    assert store.check() == []
    store.close()
    with closing(sqlite3.connect(home / "library.sqlite")) as database:
        database.execute(f"UPDATE {table} SET shelf = 2 WHERE shelf = 0")
        database.commit()
    faults = store.check()
    assert {f"{article_id}: it is not wholly on one shelf." for article_id in OTHERS} <= {*faults}
