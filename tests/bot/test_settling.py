"""What is on which shelf when the bot starts: after stops in between, and in libraries of before there were shelves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.telegram_front.kept import KeptFile
from bot.telegram_front.settling import settle
from bot.telegram_front.shelves import KeptShelves, as_brought
from bot.telegram_front.taking_in import Shelving
from bot.telegram_front.views import Views
from embeddings.articles import make_article
from embeddings.errors import StoreError
from embeddings.library import Library
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.upgrading import LOST
from tests.conftest import BRIDGE, SCHOOL, ConceptEncoder
from tests.hand_made import hand_made

DIARY = make_article("diary", "Diary\n\nThe keeper leaves.\n", {})
FALK = make_article("falk", BRIDGE, {}, source="falk.txt")
OLD, NEW, OTHER = -5, -1005, 7


class Stopping(KeptShelves):
    """Shelves of a program that ends as soon as it changed them, if it `stops`."""

    stops = False

    def move(self, old: int, new: int) -> None:
        super().move(old, new)
        if self.stops:
            raise StoreError("stopped")


@pytest.fixture(params=["embedded", "postgres"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """A library of one common article."""
    make: Callable[[Path], Store] = EmbeddedStore
    if request.param == "postgres":
        make = request.getfixturevalue("in_postgres")
    held = Library(make(tmp_path / "home"), ConceptEncoder(), hand_made)
    held.put(make_article("school", SCHOOL, {}))
    yield held
    held.store.close()


@pytest.fixture
def shelving(library: Library, tmp_path: Path) -> Shelving:
    shelves = Stopping(KeptFile(tmp_path / "kept"))
    return Shelving(library, Settings(answer_threshold=0, channel_posts=2), shelves)


def seen(shelving: Shelving, chat: int) -> list[str]:
    """The titles of what a chat may be told, its own first."""
    return [one.title for one in Views(shelving.library.store, shelving.shelves).of(chat).listed()]


def on_shelves(library: Library) -> list[tuple[str, str]]:
    """The shelf and the title of each article in the library that is on one."""
    return sorted((one.shelf, one.title) for one in library.store.articles() if one.shelf)


def test_two_chats_have_an_article_each(shelving: Shelving) -> None:
    """Of the same content; when the one takes it off, and when the other forgets all, nothing of it is left."""
    ids = [shelving.take_in(chat, DIARY).article.id for chat in (OLD, OTHER)]
    assert shelving.take_in(OTHER, DIARY).article.id == ids[1]
    assert on_shelves(shelving.library) == [(str(OLD), "Diary"), (str(OTHER), "Diary")]
    assert shelving.take_off(OTHER, ids[0])  # not its own
    assert shelving.take_off(OTHER, ids[1])
    assert on_shelves(shelving.library) == [(str(OLD), "Diary")]
    assert seen(shelving, OTHER) == ["Pupils return to flooded school"]
    shelving.library.put(as_brought(FALK, OLD))  # as by a stop before it came on the shelf that is kept
    assert seen(shelving, OLD) == ["Diary", "Pupils return to flooded school"]
    assert shelving.clear(OLD)
    assert on_shelves(shelving.library) == []


def test_what_is_common_is_put_on_a_shelf_as_it_is(shelving: Shelving) -> None:
    """And stays common when it is taken off; of other content under the same name the chat has its own."""
    school = make_article("school", SCHOOL, {}, source="https://a.org/?from=me")
    assert shelving.take_in(OTHER, school).article.id == "school"
    assert (shelving.added(OTHER), on_shelves(shelving.library)) == (1, [])
    assert shelving.clear(OTHER)
    assert seen(shelving, OTHER) == ["Pupils return to flooded school"]
    assert shelving.take_in(OTHER, replace(school, title="School")).article.id.startswith("school#")
    assert seen(shelving, OTHER) == ["School", "Pupils return to flooded school"]


def test_a_group_takes_its_articles_along(shelving: Shelving) -> None:
    """Whichever it brings again is there once, under the id that it had."""
    before = shelving.take_in(OLD, DIARY).article.id
    assert shelving.move(OLD, NEW)
    assert on_shelves(shelving.library) == [(str(NEW), "Diary")]
    assert (seen(shelving, NEW)[0], seen(shelving, OLD)) == ("Diary", ["Pupils return to flooded school"])
    assert shelving.take_in(NEW, DIARY).article.id == before
    assert on_shelves(shelving.library) == [(str(NEW), "Diary")]


def test_a_move_that_was_cut_short_is_finished_at_the_next_start(shelving: Shelving) -> None:
    """Until then nobody sees what was moved; it keeps its quotes and vectors, and is not encoded anew."""
    library, shelves = shelving.library, shelving.shelves
    shelving.take_in(OLD, FALK)
    quotes = [quote.text for quote in library.store.quotes()]
    assert isinstance(shelves, Stopping)
    assert isinstance(library.encoder, ConceptEncoder)
    shelves.stops, encoded = True, library.encoder.encoded
    with pytest.raises(StoreError, match="stopped"):
        shelving.move(OLD, NEW)
    assert seen(shelving, NEW) == seen(shelving, OLD) == ["Pupils return to flooded school"]
    for _ in range(2):
        settle(library, shelves)
        assert seen(shelving, NEW) == ["Harbour bridge to open in June", "Pupils return to flooded school"]
        assert on_shelves(library) == [(str(NEW), "Harbour bridge to open in June")]
    assert (library.encoder.encoded, [quote.text for quote in library.store.quotes()]) == (encoded, quotes)
    assert shelving.take_in(NEW, FALK).article.id == shelves.of(NEW)[0]
    assert library.encoder.encoded == encoded


def test_what_no_chat_has_is_removed(shelving: Shelving) -> None:
    """As after a stop before it came on the shelf that is kept, or where that is lost."""
    shelving.take_in(OTHER, DIARY)
    shelving.library.put(as_brought(FALK, OTHER))
    settle(shelving.library, shelving.shelves)
    assert on_shelves(shelving.library) == [(str(OTHER), "Diary")]
    shelving.shelves.clear(OTHER)
    settle(shelving.library, shelving.shelves)
    assert [one.id for one in shelving.library.store.articles()] == ["school"]


def test_what_was_brought_before_there_were_shelves_in_the_library(shelving: Shelving) -> None:
    """Each chat that has it on its shelf has it for itself from then on, in its place; what none has is removed."""
    library, shelves = shelving.library, shelving.shelves
    for article in (DIARY, FALK):
        library.put(replace(article, id=f"{article.id}#0123456789abcdef", shelf=LOST, source=None))
    shelves.put(OTHER, "diary#0123456789abcdef", 5)
    shelves.put(OTHER, "school")
    shelves.put(OLD, "diary#0123456789abcdef")
    settle(library, shelves)
    assert on_shelves(library) == [(str(OLD), "Diary"), (str(OTHER), "Diary")]
    assert seen(shelving, OLD) == ["Diary", "Pupils return to flooded school"]
    assert shelves.of(OTHER) == ("school", as_brought(DIARY, OTHER).id)
    assert shelves.posts(OTHER) == {5: as_brought(DIARY, OTHER).id}
    assert library.store.check() == []


def test_a_post_takes_the_place_of_what_it_brought(shelving: Shelving) -> None:
    """An edit that changes nothing leaves all as it is; what was removed by an operator comes again with it."""
    channel, library = -1000000000009, shelving.library
    for post in (1, 2):
        shelving.take_in_post(channel, post, replace(DIARY, id=f"post{post}"))
    before = shelving.shelves.of(channel)
    shelving.take_in_post(channel, 1, replace(DIARY, id="post1"))
    assert shelving.shelves.of(channel) == before
    library.store.remove(before[1])
    shelving.take_in_post(channel, 1, replace(DIARY, id="post1"))
    assert sorted(shelving.shelves.of(channel)) == sorted(before)
    assert len(on_shelves(library)) == 2
    shelving.take_in_post(channel, 2, replace(FALK, id="post2"))
    shelving.take_in_post(channel, 3, replace(DIARY, id="post3", title="Log"))
    assert [title for _, title in on_shelves(library)] == ["Harbour bridge to open in June", "Log"]
