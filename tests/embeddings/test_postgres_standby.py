"""What a second address does: reads come from a standby, and are never older than the database; it comes and goes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.asking import open_library
from bot.settings import load_settings
from embeddings.errors import StoreError, UnknownArticle
from embeddings.library import Library
from embeddings.stores import Store
from embeddings.stores.postgres import postgres_store
from tests.at_once import read_while_written
from tests.embeddings.test_postgres_store import PASSWORD, STAMP, asked, made_entry
from tests.postgres_server import PostgresServer, postgres_server, standby_of

_WAIT = 20  # seconds at most, for what takes one or two
_SAID = "embeddings.stores.postgres.standby"


class Pair:
    """A server and a standby of it, with a library of two articles in `schema`."""

    def __init__(self, primary: PostgresServer, standby: PostgresServer, schema: str) -> None:
        self.primary, self.standby, self.schema = primary, standby, schema
        self._titles = map(str, count(1))

    def store(self) -> Store:
        return postgres_store(self.primary.url(self.schema), self.standby.url(self.schema))

    def run(self, server: PostgresServer, statement: str, *values: object) -> Any:
        """The one value that a statement finds, run as the server's superuser."""
        import psycopg

        with psycopg.connect(server.superuser_url(schema=self.schema), autocommit=True) as connection:
            done = connection.execute(statement.encode(), values)
            return (done.fetchone() or (None,))[0] if done.description else None

    def catch_up(self) -> None:
        """Wait until the standby has all that the server has."""
        position = self.note()
        until(lambda: self.run(self.standby, "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position))

    def note(self) -> object:
        """Have the server note something, and whatever it did before, in its log; where that stands."""
        return self.run(self.primary, "SELECT pg_logical_emit_message(false, 'test', '', true)::text")

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Inside, the standby takes up nothing more."""
        self.run(self.standby, "SELECT pg_wal_replay_pause()")
        until(lambda: self.run(self.standby, "SELECT pg_get_wal_replay_pause_state()") == "paused")
        try:
            yield
        finally:
            self.run(self.standby, "SELECT pg_wal_replay_resume()")

    def read_by(self, store: Store) -> str:
        """Which of the two is read: article `a` gets another title, of which the standby, held back, hears nothing."""
        title = next(self._titles)
        self.run(self.primary, "UPDATE articles SET title = %s WHERE id = 'a'", title)
        return "primary" if store.article("a").title == title else "standby"


def until(is_so: Callable[[], object]) -> None:
    """Wait until it is so."""
    give_up = time.monotonic() + _WAIT
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def find(store: Store) -> None:
    """Have `store` find its standby."""
    from embeddings.stores.postgres.reading_standby import ReadingStandby

    assert isinstance(store, ReadingStandby)
    until(store.standby.is_there)


@pytest.fixture(scope="module")
def servers(postgres: PostgresServer) -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """The server that all tests share, and a standby of it."""
    with standby_of(postgres) as standby:
        yield postgres, standby


@pytest.fixture
def pair(servers: tuple[PostgresServer, PostgresServer], tmp_path: Path) -> Pair:
    """Both with a library of two articles, all of which the standby has."""
    made = Pair(*servers, f"read_{abs(hash(tmp_path))}")
    with closing(postgres_store(made.primary.url(made.schema))) as store:
        store.add(made_entry("a", "One."), STAMP)
        store.add(made_entry("b", "Two.", "Three."), STAMP)
    made.catch_up()
    return made


@pytest.fixture
def store(pair: Pair) -> Iterator[Store]:
    """A store that reads from the standby."""
    with closing(pair.store()) as made:
        find(made)
        yield made


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_is_read(pair: Pair, store: Store) -> None:
    """All that a search finds and a list tells is the standby's, and the same."""
    pair.catch_up()
    with closing(postgres_store(pair.primary.url(pair.schema))) as plain, pair.held_back():
        assert store.articles(["b"]) == plain.articles(["b"])
        assert store.search_by_meaning(asked(0), 9) == plain.search_by_meaning(asked(0), 9)
        assert store.search_by_words(["two", "one"], 9, ["b"]) == plain.search_by_words(["two", "one"], 9, ["b"])
        assert store.revision() == plain.revision()
        with pytest.raises(UnknownArticle):
            store.article("c")
        assert pair.read_by(store) == "standby"


def test_a_library_with_people(pair: Pair, talks: Library) -> None:
    """Whatever can be asked of a store is answered alike by the database and by its standby."""
    schema = f"{pair.schema}_talks"
    with closing(postgres_store(pair.primary.url(schema))) as plain:
        stamp = talks.store.stamp()
        assert stamp
        for summary in talks.store.articles():
            plain.add(talks.store.entry(summary.id), stamp)
        pair.catch_up()
        with closing(postgres_store(pair.primary.url(schema), pair.standby.url(schema))) as store:
            find(store)
            people = plain.named(["dorn"])
            quotes, sentences = plain.quotes(), plain.sentences("talks")
            asked_for: list[Callable[[Store], object]] = [
                lambda one: one.stamp(),
                lambda one: one.is_new(),
                lambda one: one.former_texts("talks"),
                lambda one: one.entry("talks").quotes,
                lambda one: one.entities(["talks"]),
                lambda one: one.quotes(),
                lambda one: one.named(["dorn"]),
                lambda one: one.described(["mayor"]),
                lambda one: one.quoted(),
                lambda one: one.speaker_of(quotes[0]),
                lambda one: one.words_of_names(),
                lambda one: one.entities_of(people),
                lambda one: one.quotes_of(people),
                lambda one: one.neighbours(sentences[2:4], 1),
                lambda one: one.encoded(sentences).vectors.tolist(),
                lambda one: len(one.states(sentences)),
                lambda one: one.frequencies(["the", "cod"]),
                lambda one: one.check(),
            ]
            assert people
            for ask in asked_for:
                assert ask(store) == ask(plain)
            assert [entry.article.id for entry in store.rebuild([plain.entry("talks")], stamp)] == ["talks"]
            store.refresh()
            assert [summary.id for summary in store.articles()] == ["talks"]


def test_what_was_just_written(pair: Pair, store: Store) -> None:
    """What this program or another one put in or took out is so at the next read, however far the standby is behind."""
    with pair.held_back():
        assert pair.read_by(store) == "standby"
        store.add(made_entry("c", "Four."), STAMP)
        assert [summary.id for summary in store.articles()] == ["a", "b", "c"]
        assert store.search_by_meaning(made_entry("c", "Four.").encoded.vectors[0], 1)[0].score == pytest.approx(1)
        with closing(postgres_store(pair.primary.url(pair.schema))) as other:
            other.remove("b")
        assert store.digest("b") is None
        assert [hit.sentence.article for hit in store.search_by_words(["two", "four"], 9)] == ["c"]
    pair.catch_up()
    with pair.held_back():
        assert pair.read_by(store) == "standby"
        assert [summary.id for summary in store.articles()] == ["a", "c"]


def test_a_standby_that_is_behind_from_the_start(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    """The database is read, and nothing said; and the standby as soon as it has all of it."""
    with closing(pair.store()) as store:
        with pair.held_back():
            pair.note()
            assert pair.read_by(store) == "primary"
            assert pair.read_by(store) == "primary"
        find(store)
        with pair.held_back():
            assert pair.read_by(store) == "standby"
    assert warnings(caplog) == []


def test_a_standby_that_goes_and_comes(pair: Pair, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """No read fails and no write waits while it is down; that is said once, and it is read again when it is back."""
    caplog.set_level(logging.INFO, _SAID)
    pair.standby.stop()
    try:
        for _ in range(5):
            assert pair.read_by(store) == "primary"
        store.add(made_entry("c", "Four."), STAMP)
        assert [summary.id for summary in store.articles()] == ["a", "b", "c"]
        (said,) = warnings(caplog)
        assert said.startswith(
            "All is read from SAIDWHAT_STORE, until its standby is back: The library in PostgreSQL at "
        )
        assert said.endswith("check SAIDWHAT_STORE_READ, and that the server runs.")
    finally:
        pair.standby.start()
    until(lambda: caplog.messages[-1] == "The standby of SAIDWHAT_STORE is there.")
    pair.catch_up()
    with pair.held_back():
        assert pair.read_by(store) == "standby"
    assert len(warnings(caplog)) == 1


def test_many_readers_while_it_goes_and_comes(pair: Pair, store: Store) -> None:
    """Readers and a writer meet no error while the standby is stopped and started, and see each change at once."""
    written = [0]
    store.add(made_entry("n", "w0."), STAMP)

    def read() -> None:
        least = written[-1]
        hits = store.search_by_words([f"w{least}", f"w{least + 1}"], 9)  # the next one may be there, too
        assert hits or written[-1] > least
        assert "a" in {summary.id for summary in store.articles()}

    def write() -> None:
        for number in range(1, 31):
            if number == 10:
                pair.standby.stop()
            if number == 20:
                pair.standby.start()
            store.add(made_entry("n", f"w{number}."), STAMP)
            written.append(number)
            time.sleep(0.1)

    read_while_written(read, 3, [write])


def test_a_standby_that_is_away_at_the_start(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    """The database is read, with one line that does not hold the password."""
    nobody = "postgresql://ada:hunter2@127.0.0.1:1/news?options=-csearch_path%3D"
    with closing(postgres_store(pair.primary.url(pair.schema), f"{nobody}{pair.schema}")) as store:
        assert pair.read_by(store) == "primary"
        assert pair.read_by(store) == "primary"
    (said,) = warnings(caplog)
    assert "check SAIDWHAT_STORE_READ" in said
    assert "hunter2" not in said


def test_connections_that_the_standby_cuts(pair: Pair, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """As it does where they stand in the way of what is streamed: the read is done on another one."""
    assert [summary.id for summary in store.articles()] == ["a", "b"]
    pair.run(
        pair.standby,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    with pair.held_back():
        assert pair.read_by(store) == "standby"
    assert warnings(caplog) == []


def test_addresses_of_different_databases(pair: Pair) -> None:
    """Another server, and another database of the same one, are no standby: one sentence, at every read."""
    with postgres_server() as other:
        for url in (other.url(pair.schema), pair.primary.url(pair.schema, database="template1")):
            with closing(postgres_store(pair.primary.url(pair.schema), url)) as store:
                for _ in range(2):
                    with pytest.raises(
                        StoreError,
                        match=r"^SAIDWHAT_STORE and SAIDWHAT_STORE_READ name different databases: let the second name a"
                        r" standby that streams from the first\.$",
                    ):
                        store.articles()


def test_addresses_that_do_not_go_together(pair: Pair) -> None:
    """Another schema, and an address that cannot be read, are told before anything is connected to."""
    with pytest.raises(StoreError, match=r"^SAIDWHAT_STORE names the schema read_\d+, and SAIDWHAT_STORE_READ other: "):
        postgres_store(pair.primary.url(pair.schema), pair.standby.url("other"))
    with pytest.raises(StoreError, match=r"^The address in SAIDWHAT_STORE_READ cannot be read: write it as ") as raised:
        postgres_store(pair.primary.url(pair.schema), "postgresql://ada:hunter2@[::1/x")
    assert "hunter2" not in str(raised.value)


def test_an_ordinary_user(pair: Pair) -> None:
    """Who may do nothing special can tell, too, whether the second address is a standby of the first."""
    name = f"reader_{pair.schema}"
    pair.run(pair.primary, f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    pair.run(pair.primary, f"GRANT USAGE ON SCHEMA {pair.schema} TO {name}")
    pair.run(pair.primary, f"GRANT SELECT ON ALL TABLES IN SCHEMA {pair.schema} TO {name}")
    pair.catch_up()
    urls = [server.url(pair.schema).replace("//ada@", f"//{name}@") for server in (pair.primary, pair.standby)]
    with closing(postgres_store(*urls)) as store:
        find(store)
        with pair.held_back():
            assert pair.read_by(store) == "standby"


def test_the_settings(pair: Pair, tmp_path: Path) -> None:
    """SAIDWHAT_STORE_READ names the standby of SAIDWHAT_STORE."""
    settings = load_settings(
        saidwhat_home=tmp_path,
        saidwhat_store=pair.primary.url(pair.schema),
        saidwhat_store_read=pair.standby.url(pair.schema),
    )
    with closing(open_library(settings).store) as store:
        find(store)
        with pair.held_back():
            assert pair.read_by(store) == "standby"
