"""What is seen from a chat while shelves and library change, and what of a message brings an article."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from telegram import Message

from bot.telegram_front.enclosed import enclosed_in, is_to_be_read
from bot.telegram_front.kept import KeptFile
from bot.telegram_front.memory import ChatSettings, Memory
from bot.telegram_front.shelves import Shelves, as_brought, is_brought
from bot.telegram_front.views import View, Views
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.types import AllBut
from tests.bot.conftest import Opening
from tests.conftest import SCHOOL

DIARY = as_brought(make_article("diary", "Diary\n\nThe keeper leaves.\n", {}))
BOOK = as_brought(make_article("book", "Book\n\nThe keeper stays.\n", {}))
MORE = [as_brought(make_article(name, f"{name.title()}\n\nThe {name} is old.\n", {})) for name in ("map", "plan")]


@pytest.fixture
def shelves(library: Library, tmp_path: Path) -> Shelves:
    """The shelves beside a library of two common articles."""
    return Shelves(KeptFile(tmp_path / "home"))


def test_what_chats_brought_is_told_by_its_id() -> None:
    """The same content has the same id, whatever link was typed; other content, or another name, has another."""
    again = as_brought(make_article("diary", "Diary\n\nThe keeper leaves.\n", {}, source="https://a.org/?from=me"))
    assert again == DIARY
    assert is_brought(DIARY.id)
    assert DIARY.id.startswith("diary#")
    assert len({DIARY.id, BOOK.id, as_brought(make_article("diary", SCHOOL, {})).id}) == 3
    assert not any(map(is_brought, ("diary", "example.org/a#b", "C#", "diary#0123456789abcdef.txt")))


def test_a_chat_sees_the_common_articles_and_its_own(library: Library, shelves: Shelves) -> None:
    """As long as nobody else brought any, all is searched; then what is seen is listed, the chat's own first."""
    views = Views(library, shelves)
    common = frozenset(("bridge", "school"))
    assert views.of(1) == View(common)
    library.put(DIARY)
    shelves.put(1, DIARY.id)
    assert views.of(1) == View(common | {DIARY.id}, (DIARY.id,))
    hidden = AllBut((DIARY.id,))
    assert views.of(2) == views.of(None) == View(common, (), hidden)
    shelves.put(2, "school")
    assert views.of(2) == View(common, ("school",), hidden)
    assert [article.id for article in views.listed(views.of(2))] == ["school", "bridge"]
    assert views.of(2).only(DIARY.id) == views.of(2)
    assert views.of(2).only("bridge") == View(frozenset(("bridge",)), (), ("bridge",))


def test_what_comes_while_all_is_searched_is_not_told(library: Library, shelves: Shelves) -> None:
    """The search is made anew, and then of the articles that were seen."""
    scopes = []

    def search(view: View) -> str:
        scopes.append(view.scope)
        if len(scopes) == 1:
            library.put(DIARY)  # and another chat's
        return ", ".join(article.id for article in library.store.articles(view.scope))

    assert Views(library, shelves).within(1, search) == "bridge, school"
    assert scopes == [None, ("bridge", "school")]


def test_what_few_chats_brought_is_left_out_by_name(library: Library, shelves: Shelves) -> None:
    """Where less is hidden than seen, the rest need not be named, and what comes meanwhile is still not told."""
    library.put(DIARY)
    shelves.put(2, DIARY.id)
    views = Views(library, shelves)
    assert views.of(1) == View(frozenset(("bridge", "school")), (), AllBut((DIARY.id,)))
    scopes = []

    def search(view: View) -> str:
        scopes.append(view.scope)
        if len(scopes) == 1:
            library.put(BOOK)  # and another chat's
        return ", ".join(article.id for article in library.store.articles(view.scope))

    assert views.within(1, search) == "bridge, school"
    assert scopes == [AllBut((DIARY.id,)), ("bridge", "school")]


def test_what_goes_while_it_is_searched_is_let_be(library: Library, shelves: Shelves) -> None:
    """The search is made anew without it."""
    for article in (DIARY, BOOK, *MORE):
        library.put(article)
    shelves.put(1, DIARY.id)
    scopes = []

    def search(view: View) -> int:
        scopes.append(view.scope)
        if len(scopes) == 1:
            library.store.remove(DIARY.id)
        return len(library.store.quotes(view.scope))

    assert Views(library, shelves).within(1, search) == 3
    assert scopes == [("bridge", DIARY.id, "school"), ("bridge", "school")]


def test_shelves_are_kept(opening: Opening, tmp_path: Path) -> None:
    """They are there for the next start, the last article first; a group takes its own along."""
    shelves = Shelves(opening())
    assert shelves.of(-1) == ()
    assert not (tmp_path / "kept").exists()
    for article in (DIARY.id, "school", DIARY.id):
        shelves.put(-1, article)
    assert Shelves(opening()).of(-1) == shelves.of(-1) == (DIARY.id, "school")
    shelves.move(-1, -1001)
    assert (shelves.of(-1), shelves.of(-1001)) == ((), (DIARY.id, "school"))
    assert shelves.unshelved([DIARY.id, BOOK.id, "bridge"]) == [BOOK.id]
    shelves.take(-1001, DIARY.id)
    assert shelves.of(-1001) == ("school",)
    shelves.clear(-1001)
    assert Shelves(opening()).of(-1001) == ()


def test_readings_are_kept_until_they_end(opening: Opening) -> None:
    """So that the next start can tell what was not read to its end."""
    shelves = Shelves(opening())
    assert shelves.readings() == []
    for _ in range(2):
        assert shelves.begin_reading(-1, 5)
    shelves.begin_reading(-1, 6)
    assert shelves.end_reading(-1, 6)
    assert Shelves(opening()).readings() == [(-1, 5)]


def test_a_file_of_before_there_were_shelves(tmp_path: Path) -> None:
    """Its settings are read as they were, and who may add is kept beside them."""
    with sqlite3.connect(tmp_path / "telegram.sqlite") as database:
        database.execute("CREATE TABLE chats (chat INTEGER PRIMARY KEY, unaddressed INTEGER NOT NULL, language TEXT)")
        database.execute("INSERT INTO chats VALUES (-1, 1, 'ru')")
    database.close()
    memory = Memory(KeptFile(tmp_path))
    assert memory.chat(-1) == ChatSettings(unaddressed=True, language="ru")
    memory.set_chat(-1, ChatSettings(members_add=True))
    assert Memory(KeptFile(tmp_path)).chat(-1) == ChatSettings(members_add=True)


def _message(text: str, *links: tuple[str, str, int, int], **more: Any) -> Message:
    entities = [
        {"type": kind, "offset": at, "length": length, **({"url": url} if url else {})}
        for kind, url, at, length in links
    ]
    chat = {"id": 7, "type": "private"}
    message = Message.de_json(
        {"message_id": 1, "date": 0, "chat": chat, "text": text, "entities": entities, **more}, None
    )
    assert message
    return message


DOCUMENT = {"file_id": "B", "file_unique_id": "b", "file_name": "a.txt"}
ORIGIN = {"type": "hidden_user", "sender_user_name": "A", "date": 0}


@pytest.mark.parametrize(
    ("message", "enclosed", "is_read"),
    [
        (_message("https://a.org/b", ("url", "", 0, 15)), "https://a.org/b", True),
        (_message("a.org/b", ("url", "", 0, 7)), "http://a.org/b", True),
        (_message("👍 https://a.org", ("url", "", 3, 13)), "https://a.org", False),
        (_message("the bridge", ("text_link", "https://a.org/b", 4, 6)), "https://a.org/b", False),
        (
            _message("the bridge", ("text_link", "https://a.org/b", 4, 6), forward_origin=ORIGIN),
            "https://a.org/b",
            True,
        ),
        (_message("a.org b.org", ("url", "", 0, 5), ("url", "", 6, 5), forward_origin=ORIGIN), None, False),
        (_message("a.org a.org", ("url", "", 0, 5), ("url", "", 6, 5)), "http://a.org", False),
        (_message("What did Dorn say?"), None, False),
        (_message("@ada", ("mention", "", 0, 4), forward_origin=ORIGIN), None, False),
    ],
)
def test_what_a_message_brings(message: Message, enclosed: str | None, is_read: bool) -> None:
    """One link, typed or under words; read unasked where there is nothing beside it, or where it is forwarded."""
    assert enclosed_in(message) == enclosed
    assert is_to_be_read(message) is is_read


def test_a_document_is_brought() -> None:
    """Whatever is said beside it."""
    message = _message("", document=DOCUMENT, caption="What is this?")
    assert enclosed_in(message) == message.document
    assert is_to_be_read(message)
