"""Links and documents that people bring to the bot: it reads them, and answers from them in that chat only."""

from __future__ import annotations

import itertools
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.telegram_front.kept import KeptFile
from bot.telegram_front.shelves import KeptShelves
from bot.words import say
from embeddings.stores.embedded import EmbeddedStore
from tests.bot_process import BotProcess
from tests.made_files import paragraphs_pdf
from tests.news_site import COUNCIL, PAGES, Site, html, page, serving, silent
from tests.strict_telegram.client import Seen, StrictTelegram

FERRY = "In what year was the ferry built?"
BUILT = "The ferry was built in 1931, and needs a new engine by spring."
COST = "How many million euros did the bridge cost?"
COSTS = "It cost 14 million euros, two million more than planned."
ZHALNIN, NETS = "What did Zhalnin say?", '"We will not send a single boat home,"'
DIARY = b"""Lighthouse keeper retires

Keeper Jonas Falk leaves the lighthouse of Skarn after 41 years, the harbour office said on Friday.

"I will miss the fog most of all," Falk said.
"""
FALK, FOG = "What did Falk say?", '"I will miss the fog most of all,"'

_numbers = itertools.count(8001)


@dataclass(frozen=True, slots=True)
class World:
    """A fake Telegram and a newspaper's site, with the bot between them."""

    telegram: StrictTelegram
    bot: BotProcess
    site: Site

    def person(self) -> int:
        """Somebody new, who has opened a chat with the bot."""
        return self.telegram.user(id=next(_numbers), started=True)

    def group(self, *members: int, type: str = "supergroup") -> int:
        """A new group of `members`, the first of whom made it."""
        statuses = {user: "creator" if user == members[0] else "member" for user in members}
        return self.telegram.chat(type, members=statuses)

    def told(self, chat: int, text: str, user: int | None = None) -> Seen:
        """What the bot replies when `text` is said."""
        said = self.telegram.say(chat, text, user)
        return self.telegram.wait_for(chat, lambda seen: seen.reply_to == said.message_id)

    def added(self, chat: int, text: str, user: int | None = None, reply_to: int | None = None) -> Seen:
        """What comes of a link that is sent, or of /add."""
        return self.done(chat, self.telegram.say(chat, text, user, reply_to=reply_to).message_id)

    def done(self, chat: int, brought: int) -> Seen:
        """What comes of the message `brought`, when it was read."""
        return self.telegram.wait_for(
            chat, lambda seen: seen.reply_to == brought and not seen.text.startswith("Reading "), 40
        )

    def held(self) -> list[str]:
        """The titles of the articles that chats brought, in the library."""
        store = EmbeddedStore(self.bot.home)
        try:
            return sorted(article.title for article in store.articles() if article.shelf)
        finally:
            store.close()


def start(home: Path, telegram: StrictTelegram, site: Site, **settings: Any) -> BotProcess:
    return BotProcess(home, telegram, program="tests.loopback_bot", LINK_PORTS=str(site.port), **settings)


@pytest.fixture(scope="module")
def running(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = Path(shutil.copytree(indexed, tmp_path_factory.mktemp("shelves") / "home"))
    with serving(dict(PAGES)) as site, StrictTelegram() as telegram, start(home, telegram, site) as bot:
        yield World(telegram, bot, site)


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """The running bot; at the end of each test it has done nothing wrong, and left nobody without an answer."""
    yield running
    running.bot.assert_well(running.telegram)


# --- bringing --------------------------------------------------------------------------------------------------------


def test_a_link_is_read_asked_and_removed(world: World) -> None:
    """A bare link is read; what was asked in vain before is answered from it, until it is removed."""
    telegram, person = world.telegram, world.person()
    assert world.told(person, FERRY).text.startswith("The articles do not say.")
    added = world.added(person, world.site.url("/2021/ferry"))
    assert added.text.startswith("Added: Ferry to stay\n12 April 2021, 09:30 · sentences: ")
    assert (
        "quotes: 2\n\nYou could ask:\n• What did Ines Kader say?\n• Who is quoted?\n• What is this article about?"
        in added.text
    )
    assert added.earlier == (f"Reading {world.site.url('/2021/ferry')} …",)
    for question in [line[2:] for line in added.text.splitlines() if line.startswith("• ")]:
        assert "Ferry to stay" in world.told(person, question).text
    answer = world.told(person, FERRY)
    assert answer.entity_texts("bold")[0] == BUILT
    (link, *_) = [entity["url"] for entity in answer.entities if entity["type"] == "text_link"]
    assert link.startswith(world.site.url("/2021/ferry-to-stay") + "#:~:text=")
    assert NETS in world.told(person, ZHALNIN).text  # what its own articles do not say is asked of all
    removable = world.told(person, "/remove")
    assert removable.button_texts == ("Ferry to stay",)
    query = telegram.tap(removable, "Ferry to stay")
    assert telegram.callback_answer(query)["text"] == "Removed: Ferry to stay"
    telegram.wait_until(lambda: telegram.messages(person)[-1].text == say("tg_shelf_empty"))
    assert world.told(person, FERRY).text.startswith("The articles do not say.")
    assert "Ferry to stay" not in world.held()


def test_a_button_tells_nothing_of_what_was_removed(world: World) -> None:
    """Under a follow-up that was read in full, with the title of an article that is gone since."""
    telegram, person = world.telegram, world.person()
    world.added(person, world.site.url("/2021/ferry"))
    world.told(person, FERRY)
    told = world.told(person, "when was that published?")
    assert told.text.startswith("Taken as: When was the article “Ferry to stay” published?")
    telegram.callback_answer(telegram.tap(world.told(person, "/remove"), "Ferry to stay"))
    telegram.callback_answer(telegram.tap(told, "Context"))
    telegram.wait_until(
        lambda: (
            not any(
                "Ferry to stay" in one.text for one in telegram.messages(person) if one.message_id == told.message_id
            )
        )
    )


def test_a_document_is_read(world: World) -> None:
    """Text and PDF, sent or forwarded; two chats' documents of one name are two articles."""
    telegram, person, other = world.telegram, world.person(), world.person()
    sent = telegram.send_document(person, "news.txt", DIARY)
    assert world.done(person, sent.message_id).text.startswith(
        "Added: Lighthouse keeper retires\nsentences: 2 · quotes: "
    )
    pdf = paragraphs_pdf("Minutes of the council", [[COUNCIL[:44], COUNCIL[45:]]])
    sent = telegram.send_document(other, "news.pdf", pdf, forward_from=person)
    assert world.done(other, sent.message_id).text.startswith("Added: Minutes of the council\n")
    sent = telegram.send_document(other, "news.txt", DIARY.replace(b"fog", b"rain"))
    world.done(other, sent.message_id)
    assert world.told(person, FALK).entity_texts("bold")[0] == FOG
    assert world.told(other, FALK).entity_texts("bold")[0] == FOG.replace("fog", "rain")


def test_what_is_no_article_is_said_in_one_sentence(world: World) -> None:
    """A page that is missing, a private address, a picture, a file of no kind: the reason, and nothing is kept."""
    telegram, person = world.telegram, world.person()
    faults = {"/missing": "no such page", "/picture": "its site sends it as image/png", "/feed": "it is a feed"}
    for path, fault in faults.items():
        failed = world.added(person, world.site.url(path)).text
        assert failed.startswith(f"{world.site.url(path)} was not added: ")
        assert fault in failed
    port = world.site.port
    assert "no address of the public internet" in world.added(person, f"http://10.0.0.1:{port}/").text
    sent = telegram.send_document(person, "song.mp3", b"ID3")
    assert world.done(person, sent.message_id).text.startswith("song.mp3 was not added: only .txt, .md, .html, ")
    sent = telegram.send_document(person, "empty.txt", b" ")
    assert world.done(person, sent.message_id).text.startswith("empty.txt was not added: ")
    assert world.told(person, "/remove").text == say("tg_shelf_empty")
    telegram.fault("status", "getFile", status=400, description="Bad Request: file is too big")
    sent = telegram.send_document(person, "news.txt", DIARY)
    assert world.done(person, sent.message_id).text == say("tg_not_had", name="news.txt")


def test_a_forwarded_link_is_read_and_a_question_with_a_link_is_not(world: World) -> None:
    """Forwarded with words around it; the same words typed are a question, until /add replies to them."""
    telegram, person = world.telegram, world.person()
    text = f"Read this about the ferry: {world.site.url('/plain-page')}"
    asked = telegram.say(person, text)
    refusal = telegram.wait_for(person)
    assert not refusal.text.startswith("Added")
    forwarded = telegram.say(person, text, forward_from=person)
    assert world.done(person, forwarded.message_id).text.startswith("Added: Ferry, plainly\n")
    again = world.added(person, "/add", reply_to=asked.message_id)
    assert again.text.startswith("Added: Ferry, plainly\n")
    assert world.told(person, "/remove").button_texts == ("Ferry, plainly",)
    assert world.told(person, "/add").text == say("tg_add_what")


def test_a_text_is_read(world: World) -> None:
    """A post that is forwarded, and what /add replies to; a forwarded question is answered."""
    telegram, person, admin = world.telegram, world.person(), world.person()
    news, group = telegram.chat("channel", title="Orne News", username="orne"), world.group(admin)
    forwarded = telegram.say(person, DIARY.decode(), forward_from=news)
    assert world.done(person, forwarded.message_id).text.startswith("Added: Lighthouse keeper retires\n")
    answer = world.told(person, FALK)
    assert answer.entity_texts("bold")[0] == FOG
    assert [entity["url"] for entity in answer.entities if entity["type"] == "text_link"] == ["https://t.me/orne/1"]
    asked = telegram.say(person, FALK, forward_from=admin)
    assert FOG in telegram.wait_for(person, lambda seen: seen.reply_to == asked.message_id).text
    told = telegram.say(group, DIARY.decode(), admin)
    added = world.added(group, "/add@saidwhat_bot", admin, reply_to=told.message_id)
    assert added.text.startswith("Added: Lighthouse keeper retires\n")
    answer = world.told(group, f"/ask@saidwhat_bot {FALK}", admin)
    assert f"https://t.me/c/{-group - 10**12}/{told.message_id}" in [entity.get("url") for entity in answer.entities]
    short = telegram.say(group, "Hello!", admin)
    assert world.added(group, "/add@saidwhat_bot", admin, reply_to=short.message_id).text == say("tg_add_what")


def test_an_edited_link_is_no_question(world: World) -> None:
    """What is edited to a bare link is let be."""
    person = world.person()
    said = world.telegram.say(person, COST)
    answer = world.telegram.wait_for(person)
    world.telegram.edit(person, said.message_id, world.site.url("/2021/ferry"))
    world.telegram.quiet(person, 0.5)
    assert world.telegram.messages(person) == [answer]


def test_a_page_that_changed_takes_the_place_of_the_old(world: World) -> None:
    """The same address again is one article, as it is now; in the other chat it stays as it was."""
    person, other = world.person(), world.person()
    link = world.site.url("/changing")
    world.site.pages["/changing"] = PAGES["/plain-page"]
    world.added(person, link)
    world.added(other, link)
    world.site.pages["/changing"] = html(page(COUNCIL, BUILT.replace("1931", "1913"), title="Ferry, mended"))
    assert world.added(person, link).text.startswith("Added: Ferry, mended\n")
    assert world.told(person, "/remove").button_texts == ("Ferry, mended",)
    assert "1913" in world.told(person, FERRY).text
    assert "1931" in world.told(other, FERRY).text


# --- two chats -------------------------------------------------------------------------------------------------------


def test_chats_do_not_see_each_other_s_articles(world: World) -> None:
    """No road leads to an article of another chat: questions, lists, quotes, names, deep links, inline and guest."""
    telegram, person, other = world.telegram, world.person(), world.person()
    group = world.group(other, person)
    sent = telegram.send_document(person, "diary.txt", DIARY)
    world.done(person, sent.message_id)
    answer = world.told(person, FALK)
    assert answer.entity_texts("bold")[0] == FOG
    (link, *_) = [entity["url"] for entity in answer.entities if entity["type"] == "text_link"]
    payload = link.partition("start=")[2]
    assert FOG in world.told(person, f"/start {payload}").text
    for question in (
        FALK,
        "What else did he say?",
        "Who is Jonas Falk?",
        "/quotes Falk",
        "/who",
        "/articles",
        "/quotes",
    ):
        for chat, who, text in ((other, None, question), (group, person, f"/ask@saidwhat_bot {question.lstrip('/')}")):
            told = world.told(chat, text, who).text
            assert "fog" not in told
            assert "keeper" not in told
            assert "Jonas Falk" not in told.replace("mention Jonas Falk", "")
    assert world.told(other, f"/start {payload}").text == say("tg_link_gone")
    for who, sees in ((person, True), (other, False)):
        results = telegram.inline_results(telegram.inline(who, FALK))
        assert ("fog" in str(results)) is sees
        assert "t.me/saidwhat_bot?start=" not in str(results)  # whoever reads it there may not follow
    strange = telegram.chat("supergroup", bot_status="left", members={person: "member"})
    assert "fog" not in str(telegram.guest_answer(telegram.guest(person, strange, f"@saidwhat_bot {FALK}")))


def test_one_page_of_two_chats_is_an_article_of_each(world: World) -> None:
    """It stays for the one chat when the other removes it; when a group goes, its articles go."""
    telegram, person, admin = world.telegram, world.person(), world.person()
    group = world.group(admin)
    link = world.site.url("/zipped")
    world.added(person, link)
    assert world.added(group, f"/add@saidwhat_bot {link}", admin).text.startswith("Added: Ferry, zipped")
    assert world.held().count("Ferry, zipped") == 2
    removable = world.told(person, "/remove zipped")
    telegram.callback_answer(telegram.tap(removable, "Ferry, zipped"))
    assert world.held().count("Ferry, zipped") == 1
    assert BUILT in world.told(group, f"/ask@saidwhat_bot {FERRY}", admin).text
    assert BUILT not in world.told(person, FERRY).text
    telegram.member(group, "kicked", by=admin)
    telegram.wait_until(lambda: "Ferry, zipped" not in world.held())


def test_what_is_common_stays_when_a_chat_brings_it(world: World) -> None:
    """A chat can shelve what is common already, and take it off: for others nothing changes; old buttons do nothing."""
    telegram, person, other = world.telegram, world.person(), world.person()
    listed = world.told(other, "/articles")
    assert listed.text.startswith("You can ask about:\n• Harbour bridge to open in June (2021-04-12)\n")
    sent = telegram.send_document(person, "diary.txt", DIARY)
    world.done(person, sent.message_id)
    removable = world.told(person, "/remove")
    telegram.callback_answer(telegram.tap(removable, "Lighthouse keeper retires"))
    telegram.wait_until(lambda: telegram.messages(person)[-1].edited)
    query = telegram.tap(telegram.messages(person)[-1], "Lighthouse keeper retires", stale=True)
    assert telegram.callback_answer(query)["text"] == say("tg_article_gone")
    assert world.told(other, "/articles").text == listed.text
    assert COSTS in world.told(person, COST).text


# --- groups and quotas -----------------------------------------------------------------------------------------------


def test_in_groups_admins_add_unless_they_let_all(world: World) -> None:
    """A member is refused, also at the button; when an admin has let all, the same member adds and removes."""
    telegram, admin, member = world.telegram, world.person(), world.person()
    group = world.group(admin, member)
    sent = telegram.send_document(group, "diary.txt", DIARY, member)
    add = "/add@saidwhat_bot"
    assert world.added(group, add, member, reply_to=sent.message_id).text == say("tg_admins_only")
    assert world.added(group, add, admin, reply_to=sent.message_id).text.startswith("Added: Lighthouse")
    answer = world.told(group, f"/ask@saidwhat_bot {FALK}", member)
    assert answer.entity_texts("bold")[0] == FOG
    assert answer.entity_texts("text_link") == ()  # a private chat would not show it
    telegram.callback_answer(telegram.tap(answer, "Context", member))
    telegram.wait_until(lambda: "41 years" in telegram.messages(group)[-1].text)
    assert world.told(group, "/remove@saidwhat_bot", member).text == say("tg_admins_only")
    removable = world.told(group, "/remove@saidwhat_bot", admin)
    button = "Lighthouse keeper retires"
    assert telegram.callback_answer(telegram.tap(removable, button, member))["text"] == say("tg_admins_only")
    panel = world.told(group, "/settings@saidwhat_bot", admin)
    telegram.callback_answer(telegram.tap(panel, "All may add articles", admin))
    assert telegram.callback_answer(telegram.tap(removable, button, member))["text"] == f"Removed: {button}"
    assert world.added(group, add, member, reply_to=sent.message_id).text.startswith("Added: Lighthouse")
    moved = telegram.migrate(world.group(admin, type="group"))
    assert world.told(moved, "/remove@saidwhat_bot", admin).text == say("tg_shelf_empty")


@pytest.mark.parametrize("memberships", [False, True])
def test_a_shelf_moves_with_its_group_and_is_forgotten(world: World, memberships: bool) -> None:
    """The supergroup has what the group had, also where the bot seems to leave the one; /forget all takes it away."""
    telegram, admin = world.telegram, world.person()
    group = world.group(admin, type="group")
    sent = telegram.send_document(group, "diary.txt", DIARY.replace(b"fog", b"hail"), admin)
    world.added(group, "/add@saidwhat_bot", admin, reply_to=sent.message_id)
    moved = telegram.migrate(group, memberships=memberships)
    assert "hail" in world.told(moved, f"/ask@saidwhat_bot {FALK}", admin).text
    assert world.told(moved, "/forget@saidwhat_bot all", admin).text == say("tg_forgotten_all")
    assert "hail" not in world.told(moved, f"/ask@saidwhat_bot {FALK}", admin).text


def test_one_article_can_be_asked_alone(world: World) -> None:
    """A button of /articles limits the questions of who tapped it to that article, until all are asked again."""
    telegram, person = world.telegram, world.person()
    sent = telegram.send_document(person, "diary.txt", DIARY)
    world.done(person, sent.message_id)
    listed = world.told(person, "/articles")
    assert listed.text.startswith("On this chat's shelf:\n• Lighthouse keeper retires\n\nFor all chats:\n• ")
    assert listed.button_texts[:2] == ("Lighthouse keeper retires", "Harbour bridge to open in June")
    told = telegram.callback_answer(telegram.tap(listed, "Harbour bridge to open in June"))["text"]
    assert told == say("tg_asking_only", title="Harbour bridge to open in June")
    answer = world.told(person, "who is quoted?")
    assert "Kader" in answer.text
    assert "Falk" not in answer.text
    assert FOG not in world.told(person, FALK).text
    listed = world.told(person, "/articles")
    assert listed.button_texts[-1] == say("tg_ask_all_button")
    assert telegram.callback_answer(telegram.tap(listed, say("tg_ask_all_button")))["text"] == say("tg_asking_all")
    assert FOG in world.told(person, FALK).text


def test_quotas(indexed: Path, tmp_path: Path) -> None:
    """A chat's shelf, a person's day and a document's size have their limits, each said in one sentence."""
    home = Path(shutil.copytree(indexed, tmp_path / "home"))
    limits = {"CHAT_ARTICLES": "1", "PERSON_ARTICLES_A_DAY": "2", "DOCUMENT_MEGABYTES": "1"}
    with serving(dict(PAGES)) as site, StrictTelegram() as telegram, start(home, telegram, site, **limits) as bot:
        world = World(telegram, bot, site)
        person = world.person()
        sent = telegram.send_document(person, "long.txt", DIARY * 7000)
        assert world.done(person, sent.message_id).text == say("tg_too_large", size="1.2", most="1")
        telegram.send_document(person, "diary.txt", DIARY)
        telegram.wait_for(person, "Added: Lighthouse keeper retires")
        assert world.added(person, site.url("/2021/ferry")).text == say("tg_shelf_full", count=1)
        first, second = world.group(person), world.group(person)
        add = f"/add@saidwhat_bot {site.url('/plain-page')}"
        assert world.added(first, add, person).text.startswith("Added: Ferry, plainly")
        assert world.added(second, add, person).text == say("tg_enough_today", count=2)
        assert telegram.violations() == []


# --- stops -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_stop_while_reading_is_told_at_the_next_start(indexed: Path, tmp_path: Path, how: signal.Signals) -> None:
    """The bot stops at once; the message that it is reading becomes one that asks to send it again."""
    home = Path(shutil.copytree(indexed, tmp_path / "home"))
    with serving({**PAGES, "/silent": silent}) as site, StrictTelegram() as telegram:
        with start(home, telegram, site) as bot:
            world = World(telegram, bot, site)
            person = world.person()
            telegram.say(person, site.url("/silent"))
            telegram.wait_for(person, "Reading ")
            telegram.wait_until(lambda: KeptShelves(KeptFile(home)).readings())
            assert bot.stop(how) < 5
            bot.start()
            telegram.wait_for(person, say("tg_reading_cut"))
            telegram.wait_until(lambda: not KeptShelves(KeptFile(home)).readings())
            assert world.added(person, site.url("/2021/ferry")).text.startswith("Added: ")
        assert telegram.violations() == []


def test_what_is_on_no_shelf_is_removed_at_the_start(indexed: Path, tmp_path: Path) -> None:
    """As after a stop between library and shelf, or where the file with the shelves is lost: then it is nobody's."""
    home = Path(shutil.copytree(indexed, tmp_path / "home"))
    with serving(dict(PAGES)) as site, StrictTelegram() as telegram, start(home, telegram, site) as bot:
        world = World(telegram, bot, site)
        person = world.person()
        world.added(person, site.url("/2021/ferry"))
        assert world.held() == ["Ferry to stay"]
        bot.stop()
        (home / "telegram.sqlite").unlink()
        bot.start()
        assert world.held() == []
        assert BUILT not in world.told(person, FERRY).text
