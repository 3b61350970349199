"""What channels post, indexed where their admins chose so: asked there and in their discussion groups, nowhere else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from telegram import Chat
from telegram.ext import ExtBot

from bot.telegram_front.discussions import KEPT, Discussions
from bot.telegram_front.kept import KeptFile
from bot.telegram_front.shelves import KeptShelves, as_brought
from bot.telegram_front.views import Views
from bot.words import say
from embeddings.articles import make_article
from embeddings.library import Library
from tests.bot.test_telegram_front import TOKEN, RecordingRequest
from tests.bot.test_telegram_shelves import BUILT, DIARY, FALK, FERRY, FOG, World, start
from tests.news_site import PAGES, serving
from tests.strict_telegram.client import Seen, StrictTelegram

LIMIT = 3
CRANE = "When was the crane built?"
ASK = "/ask@saidwhat_bot"


def crane(year: int = 1908, port: str = "Orne") -> str:
    """A post; its second sentence answers CRANE."""
    return (
        f"Harbour crane of {port} to be sold\n\nThe port of {port} will sell its oldest crane in May, harbour master"
        f' Nils Brandt said on Friday. The crane was built in {year}.\n\n"Nobody here wants to see it go," Brandt said.'
    )


@pytest.fixture(scope="module")
def running(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = Path(shutil.copytree(indexed, tmp_path_factory.mktemp("channels") / "home"))
    limits = {"CHANNEL_POSTS": str(LIMIT), "PERSON_ARTICLES_A_DAY": "4"}
    with serving(dict(PAGES)) as site, StrictTelegram() as telegram, start(home, telegram, site, **limits) as bot:
        yield World(telegram, bot, site)


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """The running bot; at the end of each test it has done nothing wrong."""
    yield running
    running.bot.assert_well(running.telegram)


def channel_of(world: World, admin: int, username: str | None = None, linked: int | None = None) -> int:
    """A channel whose posts are indexed."""
    channel = world.telegram.chat(
        "channel", title="Orne News", username=username, members={admin: "creator"}, linked=linked
    )
    tapped(world, channel, say("tg_index_posts_button"), admin)
    return channel


def tapped(world: World, chat: int, button: str, user: int) -> str:
    """What is told of a tap in the /settings of a chat."""
    panel = world.told(chat, "/settings@saidwhat_bot")
    return str(world.telegram.callback_answer(world.telegram.tap(panel, button, user))["text"])


def indexed_as(world: World, *titles: str) -> None:
    """Wait until these articles, and no others, are what chats brought."""
    world.telegram.wait_until(lambda: world.held() == sorted(titles), what=f"{titles} but {world.held()}")


def links(seen: Seen) -> list[str]:
    """Where the citations of an answer lead."""
    return [entity["url"] for entity in seen.entities if entity["type"] == "text_link"]


def gone(world: World, *chats: int) -> None:
    """Take the bot out of chats, with what it holds of them."""
    for chat in chats:
        world.telegram.member(chat, "left")
    indexed_as(world)


def test_a_channel_is_indexed_as_it_posts(world: World) -> None:
    """From an admin's tap to the next; in silence, however late, and cited by the post's link."""
    telegram, admin, reader = world.telegram, world.person(), world.person()
    channel = telegram.chat("channel", title="Orne News", members={admin: "creator", reader: "member"})
    telegram.say(channel, crane(1901))
    panel = world.told(channel, "/settings@saidwhat_bot")
    assert panel.text.startswith("Settings of this channel\n\nShall I index what is posted here?")
    assert panel.button_texts[0] == "Index what is posted here"
    assert telegram.callback_answer(telegram.tap(panel, panel.button_texts[0], reader))["text"] == say("tg_admins_only")
    telegram.callback_answer(telegram.tap(panel, panel.button_texts[0], admin))
    telegram.wait_until(lambda: "✓ Index what is posted here" in telegram.messages(channel)[-1].button_texts)
    before = telegram.messages(channel)
    posted = telegram.say(channel, crane(), signature="Ada", age=3600)
    indexed_as(world, "Harbour crane of Orne to be sold")
    assert telegram.messages(channel) == before
    answer = world.told(channel, f"{ASK} {CRANE}")
    assert answer.entity_texts("bold")[0] == "The crane was built in 1908."
    assert links(answer)[0] == f"https://t.me/c/{-channel - 10**12}/{posted.message_id}"
    telegram.callback_answer(telegram.tap(answer, "In this chat", reader))
    shown = telegram.wait_for(channel, say("tg_it_says_here"))
    assert (shown.reply_to, shown.quote) == (posted.message_id, "The crane was built in 1908.")
    assert "By Ada." in world.told(channel, f"{ASK} Who wrote this article?").text
    assert tapped(world, channel, "✓ Index what is posted here", admin) == say("tg_posts_stay")
    telegram.say(channel, crane(1909, "Vell"))
    assert "1908" in world.told(channel, f"{ASK} {CRANE}").text
    indexed_as(world, "Harbour crane of Orne to be sold")
    gone(world, channel)


def test_an_edit_replaces_and_removes(world: World) -> None:
    """The article is what the post says now; where it says nothing any more, and after an hour or /remove, none is."""
    telegram, admin = world.telegram, world.person()
    channel = channel_of(world, admin, "orne_edits")
    posted = telegram.say(channel, crane())
    indexed_as(world, "Harbour crane of Orne to be sold")
    telegram.edit(channel, posted.message_id, crane(1911, "Vell"))
    indexed_as(world, "Harbour crane of Vell to be sold")
    answer = world.told(channel, f"{ASK} {CRANE}")
    assert "1911" in answer.text
    assert links(answer)[0] == f"https://t.me/orne_edits/{posted.message_id}"
    telegram.edit(channel, posted.message_id, "Deleted.")
    indexed_as(world)
    telegram.edit(channel, posted.message_id, crane())
    indexed_as(world, "Harbour crane of Orne to be sold")
    removable = world.told(channel, "/remove@saidwhat_bot")
    telegram.callback_answer(telegram.tap(removable, "Harbour crane of Orne to be sold", admin))
    indexed_as(world)
    old = telegram.say(channel, "Short.", age=7200)
    telegram.edit(channel, old.message_id, crane())
    assert world.told(channel, "/remove@saidwhat_bot").text == say("tg_shelf_empty")
    gone(world, channel)


def test_what_of_a_channel_is_indexed(world: World) -> None:
    """Captions, and the link or the document of a post that says nothing else; no greetings, commands and questions."""
    telegram, admin = world.telegram, world.person()
    channel = channel_of(world, admin)
    telegram.send_document(channel, "crane.mp4", b"\x00", caption=crane())
    telegram.send_document(channel, "keeper.txt", DIARY)
    telegram.say(channel, f"👇 {world.site.url('/plain-page')}")
    telegram.send_document(channel, "crane.mp4", b"\x00")
    telegram.say(channel, "Good morning, dear readers!")
    telegram.say(channel, world.site.url("/missing"))
    telegram.say(channel, "/unknown tell us when the crane was built, and by whom")
    world.told(channel, f"@saidwhat_bot {CRANE} And when will it be sold, and by whom?")
    titles = ("Ferry, plainly", "Harbour crane of Orne to be sold", "Lighthouse keeper retires")
    indexed_as(world, *titles)
    assert BUILT in world.told(channel, f"{ASK} {FERRY}").text
    assert FOG in world.told(channel, f"{ASK} {FALK}").text
    assert sorted(title for title in world.told(channel, "/remove@saidwhat_bot").button_texts) == sorted(titles)
    telegram.say(channel, world.site.url("/zipped"))  # the fourth that day, the missing page among them
    telegram.say(channel, world.site.url("/2021/ferry"))
    indexed_as(world, "Ferry, plainly", "Ferry, zipped", "Lighthouse keeper retires")
    gone(world, channel)


def test_the_oldest_post_goes_and_what_was_added_stays(world: World) -> None:
    """/add in a channel takes in a link, and the post that it replies to; that counts as no post any more."""
    telegram, admin = world.telegram, world.person()
    channel = channel_of(world, admin)
    first, *_ = [telegram.say(channel, crane(1900 + number, f"Port {number}")) for number in range(LIMIT)]
    titles = [f"Harbour crane of Port {number} to be sold" for number in range(LIMIT + 2)]
    indexed_as(world, *titles[:LIMIT])
    added = world.added(channel, "/add@saidwhat_bot", reply_to=first.message_id)
    assert added.text.startswith(f"Added: {titles[0]}\n")
    assert added.earlier == (f"Reading {titles[0]} …",)
    linked = world.added(channel, f"/add@saidwhat_bot {world.site.url('/zipped')}")
    assert linked.text.startswith("Added: Ferry, zipped\n")
    for number in range(LIMIT, LIMIT + 2):
        telegram.say(channel, crane(1900 + number, f"Port {number}"))
    indexed_as(world, titles[0], *titles[2:], "Ferry, zipped")
    listed = world.told(channel, "/articles@saidwhat_bot").text
    assert listed.startswith(f"On this chat's shelf:\n• {titles[4]} (")
    assert world.told(channel, "/add@saidwhat_bot").text == say("tg_add_what")
    gone(world, channel)


def test_only_its_discussion_group_sees_a_channel(world: World) -> None:
    """No private chat, and no other group, also if the posts are forwarded there; /remove is for the channel alone."""
    telegram, admin, reader = world.telegram, world.person(), world.person()
    discussion, other = world.group(reader, admin), world.group(reader, admin)
    channel = channel_of(world, admin, "orne_news", discussion)
    elsewhere = channel_of(world, admin)
    posted = telegram.say(channel, crane())
    telegram.say(elsewhere, crane(1866, "Vell"))
    indexed_as(world, "Harbour crane of Orne to be sold", "Harbour crane of Vell to be sold")
    answer = world.told(discussion, f"{ASK} {CRANE}", reader)
    assert answer.entity_texts("bold")[0] == "The crane was built in 1908."
    assert links(answer)[0] == f"https://t.me/orne_news/{posted.message_id}"
    assert "Nobody here wants" in world.told(discussion, "/quotes@saidwhat_bot Brandt", reader).text
    listed = world.told(discussion, "/articles@saidwhat_bot", reader).text
    assert listed.startswith(f"{say('tg_articles_channel')}\n• Harbour crane of Orne to be sold (")
    assert "Vell" not in listed
    assert world.told(discussion, "/remove@saidwhat_bot", reader).text == say("tg_shelf_empty")
    telegram.say(other, crane(), reader, forward_from=channel)
    for chat, question in ((other, f"{ASK} {CRANE}"), (reader, CRANE), (elsewhere, f"{ASK} {CRANE}")):
        asked = None if chat == elsewhere else reader
        assert "1908" not in world.told(chat, question, asked).text
        assert "Orne to be sold" not in world.told(chat, "/articles@saidwhat_bot", asked).text
    assert "1908" not in str(telegram.inline_results(telegram.inline(reader, CRANE)))
    assert "1908" in world.told(discussion, f"{ASK} {CRANE}", reader).text
    gone(world, channel, elsewhere)
    assert "1908" not in world.told(discussion, f"{ASK} {CRANE}", reader).text
    looked_up = [one["params"]["chat_id"] for one in telegram.requests("getChat")]
    assert looked_up.count(str(discussion)) == 1


class Linked(RecordingRequest):
    """Telegram, where a group's linked chat is `channel`."""

    channel: int | None = None

    async def do_request(self, url: str, *arguments: object, **named: object) -> tuple[int, bytes]:
        status, answer = await super().do_request(url, *arguments, **named)  # type: ignore[arg-type]
        if status != 200 or not url.endswith("getChat"):
            return status, answer
        full = {"id": -1002, "type": "supergroup", "accent_color_id": 0, "max_reaction_count": 1}
        full["accepted_gift_types"] = dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        )
        full |= {"linked_chat_id": self.channel} if self.channel else {}
        return 200, json.dumps({"ok": True, "result": full}).encode()


async def test_a_group_that_is_unlinked_sees_the_channel_no_more(library: Library, tmp_path: Path) -> None:
    """After five minutes, or at once where Telegram does not say; nothing is asked as long as nothing is indexed."""
    shelves, seconds, telegram = KeptShelves(KeptFile(tmp_path / "home")), [0.0], Linked()
    discussions = Discussions(lambda: seconds[0])
    views = Views(library.store, shelves, discussions.channel_of)
    group, small = Chat(-1002, "supergroup"), Chat(-3, "group")
    for chat in (group, small):
        chat.set_bot(ExtBot(TOKEN, request=telegram))
    diary = as_brought(make_article("t.me/c/1/5", DIARY.decode(), {}), -1001)
    library.put(diary)

    async def has_posts() -> bool:
        return shelves.has_posts()

    async def sees(chat: Chat, *, after: float) -> bool:
        seconds[0] += after
        await discussions.look_up(chat, has_posts)
        return bool(views.of(chat.id).seen([diary.id]))

    telegram.channel = -1001
    assert not await sees(group, after=0)
    assert telegram.calls == []
    shelves.put(-1001, diary.id, 5)
    assert await sees(group, after=0)
    assert not await sees(small, after=0)
    telegram.channel = None
    assert await sees(group, after=KEPT - 1)
    assert not await sees(group, after=1)
    telegram.channel = -1001
    assert await sees(group, after=KEPT)
    telegram.refused["getChat"] = "Bad Request: chat not found"
    assert not await sees(group, after=KEPT)
    del telegram.refused["getChat"]
    assert await sees(group, after=0)
    shelves.take(-1001, diary.id)
    assert not await sees(group, after=0)
    assert [name for name, _ in telegram.calls] == ["getChat"] * 4
