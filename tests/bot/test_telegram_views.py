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
from bot.telegram_front.posts import article_in
from bot.telegram_front.shelves import Shelves, as_brought, is_brought
from bot.telegram_front.views import View, Views
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.types import AllBut, Article, Span
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
    memory.set_chat(-1, ChatSettings(members_add=True, index_posts=True))
    assert Memory(KeptFile(tmp_path)).chat(-1) == ChatSettings(members_add=True, index_posts=True)


def test_a_file_of_before_channels_were_indexed(tmp_path: Path) -> None:
    """Its shelves are read as they were, without posts."""
    with sqlite3.connect(tmp_path / "telegram.sqlite") as database:
        database.execute(
            "CREATE TABLE shelves (number INTEGER PRIMARY KEY, chat INTEGER, article TEXT, UNIQUE (chat, article))"
        )
        database.execute("INSERT INTO shelves (chat, article) VALUES (-1, 'diary')")
    database.close()
    shelves = Shelves(KeptFile(tmp_path))
    assert (shelves.of(-1), shelves.posts(-1), shelves.has_posts()) == (("diary",), {}, False)
    shelves.put(-1, "book", post=5)
    assert Shelves(KeptFile(tmp_path)).of(-1) == ("book", "diary")
    assert (shelves.posts(-1), shelves.has_posts()) == ({5: "book"}, True)
    shelves.put(-1, "book")
    assert (shelves.posts(-1), shelves.has_posts()) == ({}, False)


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


NEWS = {"id": -1000000005002, "type": "channel", "title": "Orne News", "username": "orne"}
FROM_NEWS = {"type": "channel", "chat": NEWS, "message_id": 9, "date": 1_600_000_000, "author_signature": "Ada"}
POST = "⚡️ The crane is sold\n\nIt goes to a museum in Vell, the port said. It was built in 1908.\n\n@orne"
LONG = "I read of the crane. It is a fine crane, and it stood at the quay for more than a hundred years. " + POST
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


@pytest.mark.parametrize(
    ("message", "is_read"),
    [
        (_message(POST), False),
        (_message(POST, forward_origin=FROM_NEWS), True),
        (_message("", forward_origin=FROM_NEWS, caption=POST), True),
        (_message(f"{POST} t.me/orne", ("url", "", len(POST) + 1, 9), forward_origin=FROM_NEWS), True),
        (_message("When was the crane of Orne built?", forward_origin=FROM_NEWS), False),
        (_message(POST, forward_origin=ORIGIN), False),
        (_message(LONG, forward_origin=ORIGIN), True),
        (_message(f"{LONG} Is it true?", forward_origin=ORIGIN), True),
    ],
)
def test_a_text_that_a_message_brings(message: Message, is_read: bool) -> None:
    """Read where forwarded: a channel's post that asks nothing, or else three sentences of thirty words."""
    enclosed = enclosed_in(message)
    assert isinstance(enclosed, Article)
    assert enclosed.text == (message.text or message.caption)
    assert is_to_be_read(message) is is_read


@pytest.mark.parametrize(
    "more",
    [
        {"text": "/add The crane is sold to a museum in Vell"},
        {"text": "Good morning, dear readers! https://t.me/orne"},
        {"text": "👍 👍 👍 👍 👍 👍 👍"},
        {"text": "Home\nMenu\nShare\nPrint\nSearch\nSubscribe now"},
        {"from": {"id": 5, "is_bot": True, "first_name": "B"}},
        {"via_bot": {"id": 5, "is_bot": True, "first_name": "B"}},
        {"forward_origin": {"type": "user", "sender_user": {"id": 5, "is_bot": True, "first_name": "B"}, "date": 0}},
    ],
)
def test_a_text_that_is_no_article(more: dict[str, Any]) -> None:
    """A command, fewer than six words, nothing but navigation, and what a bot wrote."""
    assert article_in(_message(**{"text": POST, **more})) is None


def test_the_article_that_a_post_is() -> None:
    """Its first line is title and first paragraph; it is cited by its own link, and signed by its channel."""
    article = article_in(_message(POST, chat=NEWS, date=1_600_000_000, author_signature="Ada", message_id=7))
    assert article
    assert (article.id, article.url) == ("t.me/orne/7", "https://t.me/orne/7")
    assert (article.title, article.byline, article.publisher, article.published) == (
        "The crane is sold",
        "Ada",
        "Orne News",
        "2020-09-13T12:26+00:00",
    )
    assert article.title_span == Span(3, 20)
    assert [article.text[part.start : part.end] for part in article.paragraphs] == [
        "The crane is sold",
        "It goes to a museum in Vell, the port said. It was built in 1908.",
        "@orne",
    ]


@pytest.mark.parametrize(
    ("more", "url", "byline"),
    [
        ({"chat": {**NEWS, "username": None}}, "https://t.me/c/5002/7", "Orne News"),
        (
            {"chat": NEWS, "reply_to_message": {"message_id": 3, "date": 0, "chat": NEWS}},
            "https://t.me/orne/7",
            "Orne News",
        ),
        ({"forward_origin": FROM_NEWS}, "https://t.me/orne/9", "Ada, Orne News"),
        ({"forward_origin": {**FROM_NEWS, "chat": {**NEWS, "username": None}}}, None, "Ada, Orne News"),
        ({"forward_origin": ORIGIN}, None, None),
        (
            {"chat": {"id": -1000000000077, "type": "supergroup"}, "forward_origin": FROM_NEWS},
            "https://t.me/c/77/7",
            "Ada, Orne News",
        ),
        ({"chat": {"id": -77, "type": "group"}}, None, None),
        ({"chat": {"id": 7, "type": "private", "username": "ada"}}, None, None),
    ],
)
def test_where_a_text_is_cited(more: dict[str, Any], url: str | None, byline: str | None) -> None:
    """By its own message, else by the public post that it forwards; nobody but a channel is named as its author."""
    article = article_in(_message(POST, message_id=7, **more))
    assert article
    signed = ", ".join(filter(None, (article.byline, article.publisher))) or None
    assert (article.url, signed) == (url, byline)


def test_a_long_first_line_is_cut_at_a_word() -> None:
    """The title then ends in an ellipsis; the text is whole."""
    line = "The old crane of the port of Orne, which was built in 1908, " * 3
    article = article_in(_message(line))
    assert article
    assert (
        article.title
        == "The old crane of the port of Orne, which was built in 1908, The old crane of the port of Orne…"
    )
    assert article.title_span
    assert article.text[article.title_span.start : article.title_span.end] + "…" == article.title
    assert article.text == line


def test_a_document_is_brought() -> None:
    """Whatever is said beside it."""
    message = _message("", document=DOCUMENT, caption="What is this?")
    assert enclosed_in(message) == message.document
    assert is_to_be_read(message)
