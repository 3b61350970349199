"""What is seen from a chat while shelves and library change, and what of a message brings an article."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from telegram import Message

from bot.asking import ask
from bot.settings import Settings
from bot.telegram_front.enclosed import enclosed_in, is_to_be_read
from bot.telegram_front.kept import KeptFile
from bot.telegram_front.memory import ChatSettings, Memory
from bot.telegram_front.posts import article_in
from bot.telegram_front.shelves import KeptShelves, as_brought
from bot.telegram_front.views import View, Views
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.types import Article, Shelves, Span
from tests.bot.conftest import Opening
from tests.conftest import SCHOOL

DIARY = make_article("diary", "Diary\n\nThe keeper leaves.\n", {})
BOOK = make_article("book", "Book\n\nThe keeper stays.\n", {})
MINE, OURS, THEIRS = as_brought(DIARY, 1), as_brought(BOOK, 1), as_brought(DIARY, 2)


@pytest.fixture
def shelves(tmp_path: Path) -> KeptShelves:
    """The shelves beside a library of two common articles."""
    return KeptShelves(KeptFile(tmp_path / "home"))


def test_each_chat_has_an_article_of_its_own() -> None:
    """The same content has the same id there, whatever link was typed; other content, name or chat has another."""
    again = make_article("diary", "Diary\n\nThe keeper leaves.\n", {}, source="https://a.org/?from=me")
    assert as_brought(again, 1) == MINE
    assert (MINE.shelf, MINE.id.rpartition("#")[0], len(MINE.id)) == ("1", "diary", len("diary#") + 16)
    assert len({MINE.id, OURS.id, THEIRS.id, as_brought(make_article("diary", SCHOOL, {}), 1).id}) == 4


def test_a_chat_sees_the_common_articles_and_its_own(library: Library, shelves: KeptShelves) -> None:
    """Its own are listed first; chats that brought nothing have all the same view."""
    store = library.store
    views = Views(store, shelves)
    for article in (MINE, OURS, THEIRS):
        library.put(article)
    shelves.put(1, MINE.id)
    assert views.of(1) == View(store, Shelves(("1",)), (MINE.id,))
    assert [article.id for article in views.of(1).listed()] == [MINE.id, "bridge", "school"]
    assert views.of(1).seen([MINE.id, THEIRS.id, "school", "gone"]) == {MINE.id, "school"}
    assert views.of(3) == views.of(None) == View(store, Shelves())
    shelves.put(2, "school")
    shelves.put(2, THEIRS.id)
    shelves.put(2, "gone")
    shelves.put(2, MINE.id)  # as if it were another's
    assert views.of(2) == View(store, Shelves(("2",)), (THEIRS.id, "school"))
    assert [article.id for article in views.of(2).listed()] == [THEIRS.id, "school", "bridge"]


def test_a_group_sees_what_the_channel_posts_that_it_discusses(library: Library, shelves: KeptShelves) -> None:
    """After what it brought itself; the channel does not see the group's."""
    views = Views(library.store, shelves, {1: 2}.get)
    for chat, article in ((2, THEIRS), (1, OURS), (1, MINE)):
        library.put(article)
        shelves.put(chat, article.id)
    assert views.of(1) == View(library.store, Shelves(("1", "2")), (MINE.id, OURS.id, THEIRS.id))
    assert views.of(2) == View(library.store, Shelves(("2",)), (THEIRS.id,))
    shelves.clear(1)
    assert views.of(1) == views.of(2)


def test_one_article_is_seen_alone(library: Library, shelves: KeptShelves) -> None:
    """If it is seen at all."""
    view = Views(library.store, shelves).of(1)
    library.put(THEIRS)
    assert view.only(THEIRS.id) == view.only(None) == view
    only = view.only("bridge")
    assert only.scope == ("bridge",)
    assert only.seen(["bridge", "school"]) == {"bridge"}


def test_what_was_told_is_forgotten_with_what_it_cites(library: Library, shelves: KeptShelves) -> None:
    """Of where it was sought only the articles that are seen now are left."""
    view = Views(library.store, shelves).of(1)
    library.put(THEIRS)
    told = ask("How many euros did the bridge cost?", library, Settings(answer_threshold=0), scope=["bridge"])
    for scope, left in (((THEIRS.id, "bridge"), ("bridge",)), (Shelves(("2",)), ()), (None, ())):
        assert view.still([replace(told, scope=scope)]) == [replace(told, scope=left)]
    library.store.remove("bridge")
    assert view.still([told]) == []


def test_what_is_put_in_while_it_is_searched_is_not_told(library: Library, shelves: KeptShelves) -> None:
    """It is on another's shelf as soon as it is held."""

    def search(view: View) -> str:
        library.put(THEIRS)
        return ", ".join(article.id for article in library.store.articles(view.scope))

    assert Views(library.store, shelves).within(1, search) == "bridge, school"


def test_what_goes_while_it_is_searched_is_let_be(library: Library, shelves: KeptShelves) -> None:
    """The search is made anew without it."""
    for article in (MINE, OURS):
        library.put(article)
        shelves.put(1, article.id)
    scopes = []

    def search(view: View) -> int:
        scopes.append(view.own)
        if len(scopes) == 1:
            library.store.remove(OURS.id)
        return len(library.store.sentences(view.own[0]))

    assert Views(library.store, shelves).within(1, search) == 1
    assert scopes == [(OURS.id, MINE.id), (MINE.id,)]


def test_shelves_are_kept(opening: Opening, tmp_path: Path) -> None:
    """They are there for the next start, the last article first; a group takes its own along."""
    shelves = KeptShelves(opening())
    assert shelves.of(-1) == ()
    assert not (tmp_path / "kept").exists()
    for article in ("diary", "school", "diary"):
        shelves.put(-1, article)
    assert KeptShelves(opening()).of(-1) == shelves.of(-1) == ("diary", "school")
    shelves.move(-1, -1001)
    assert (shelves.of(-1), shelves.of(-1001)) == ((), ("diary", "school"))
    shelves.put(2, "school")
    assert {article: sorted(chats) for article, chats in shelves.by_article().items()} == {
        "diary": [-1001],
        "school": [-1001, 2],
    }
    shelves.take(-1001, "diary")
    assert shelves.of(-1001) == ("school",)
    shelves.clear(-1001)
    assert (KeptShelves(opening()).of(-1001), shelves.of(2)) == ((), ("school",))


def test_an_article_takes_the_place_of_another(opening: Opening) -> None:
    """With its post; where it is there already, it stays where it was, and nothing comes of what is not there."""
    shelves = KeptShelves(opening())
    assert shelves.by_article() == {}
    shelves.put(-1, "diary", 5)
    shelves.put(-1, "book")
    shelves.replace(-1, "diary", "log")
    assert (shelves.of(-1), shelves.posts(-1)) == (("book", "log"), {5: "log"})
    shelves.replace(-1, "log", "book")
    assert (shelves.of(-1), shelves.posts(-1)) == (("book",), {})
    shelves.replace(-1, "log", "diary")
    assert shelves.of(-1) == ("book",)


def test_readings_are_kept_until_they_end(opening: Opening) -> None:
    """So that the next start can tell what was not read to its end."""
    shelves = KeptShelves(opening())
    assert shelves.readings() == []
    for _ in range(2):
        assert shelves.begin_reading(-1, 5)
    shelves.begin_reading(-1, 6)
    assert shelves.end_reading(-1, 6)
    assert KeptShelves(opening()).readings() == [(-1, 5)]


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
    shelves = KeptShelves(KeptFile(tmp_path))
    assert (shelves.of(-1), shelves.posts(-1), shelves.has_posts()) == (("diary",), {}, False)
    shelves.put(-1, "book", post=5)
    assert KeptShelves(KeptFile(tmp_path)).of(-1) == ("book", "diary")
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
