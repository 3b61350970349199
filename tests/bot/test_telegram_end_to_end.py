"""What people do with the bot on Telegram, and what they see: separate processes, over polling and over webhook."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.telegram_front.kept import KeptFile
from bot.telegram_front.memory import Memory, question_hash
from bot.words import say, speaking
from tests.bot.conftest import POST, POSTED_IN
from tests.bot_process import BotProcess
from tests.strict_telegram.client import StrictTelegram
from tests.strict_telegram.process import ROOT

ZHALNIN = "What did Zhalnin say?"
NETS = '"We will not send a single boat home,"'
COST = "How many million euros did the bridge cost?"
COSTS = "It cost 14 million euros, two million more than planned."
NOWHERE = "Who won the football match in Madrid?"

_numbers = itertools.count(7001)


@dataclass(frozen=True, slots=True)
class World:
    """A fake Telegram with the bot on it."""

    telegram: StrictTelegram
    bot: BotProcess

    def person(self, language: str = "en") -> int:
        """Somebody new, who has opened a chat with the bot."""
        return self.telegram.user(id=next(_numbers), language_code=language, started=True)

    def group(self, *members: int, type: str = "supergroup", is_forum: bool = False) -> int:
        """A new group of `members`, the first of whom made it."""
        statuses = {user: "creator" if user == members[0] else "member" for user in members}
        return self.telegram.chat(type, members=statuses, is_forum=is_forum)


@pytest.fixture(scope="module", params=["polling", "webhook"])
def running(request: pytest.FixtureRequest, indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = Path(shutil.copytree(indexed, tmp_path_factory.mktemp(request.param) / "home"))
    with StrictTelegram() as telegram, BotProcess(home, telegram, webhook=request.param == "webhook") as bot:
        yield World(telegram, bot)


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """The running bot; at the end of each test it has done nothing wrong, and left nobody without an answer."""
    yield running
    running.bot.assert_well(running.telegram)


# --- answers ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_one_reply_with_link_context_and_buttons(world: World) -> None:
    """The sentence stands out, its context is folded, its citation leads to the page and marks the sentence there."""
    telegram, person = world.telegram, world.person()
    asked = telegram.say(person, COST)
    answer = telegram.wait_for(person)
    assert answer.reply_to == asked.message_id
    assert answer.entity_texts("bold")[0] == COSTS
    assert answer.entity_texts("text_link")[0] == "Harbour bridge to open in June · 12 April 2021, 09:30 · paragraph 2"
    (link, *_) = [entity["url"] for entity in answer.entities if entity["type"] == "text_link"]
    assert (
        link
        == "https://example.org/bridge#:~:text=It%20cost%2014%20million%20euros%2C%20two%20million%20more%20than%20planned."
    )
    assert answer.entity_texts("expandable_blockquote")[0].startswith("The new bridge over the Orne")
    assert answer.preview == {"is_disabled": True}
    assert answer.button_texts[-3:] == ("Context", "👍", "👎")
    telegram.quiet(person, 0.3)


def test_pages_context_and_back(world: World) -> None:
    """Buttons turn the pages of one message, and show its first passage in its paragraph."""
    telegram, person = world.telegram, world.person()
    telegram.say(person, ZHALNIN)
    first = telegram.wait_for(person)
    assert first.button_texts == ("More quotes", "Context", "👍", "👎")
    _tap(telegram, person, "More quotes")
    assert telegram.messages(person)[-1].text.endswith("4 of 4")
    _tap(telegram, person, "Back")
    assert telegram.messages(person)[-1].text == first.text
    _tap(telegram, person, "Context")
    shown = telegram.messages(person)[-1]
    assert shown.text.startswith("The talks on cod quotas ended late on Tuesday without a deal.\n\n" + NETS)
    assert shown.entity_texts("bold")[0].startswith(NETS)
    _tap(telegram, person, "Back")
    assert [message.text for message in telegram.messages(person)] == [first.text]


def test_more_passages(world: World) -> None:
    """After the passages that are shown come those that are less near."""
    telegram, person = world.telegram, world.person()
    telegram.say(person, COST)
    first = telegram.wait_for(person)
    assert first.button_texts[0] == "More"
    _tap(telegram, person, "More")
    second = telegram.messages(person)[-1]
    assert second.button_texts[0] == "Back"
    assert not set(second.entity_texts("bold")) & set(first.entity_texts("bold"))


def test_a_refusal_offers_questions_and_the_closest_passages(world: World) -> None:
    """What the articles do not say is not bluffed; what is closest comes on a tap, by its name."""
    telegram, person = world.telegram, world.person()
    telegram.say(person, NOWHERE)
    refusal = telegram.wait_for(person)
    assert refusal.text.startswith("The articles do not say.")
    assert say("suggested") in refusal.text
    _tap(telegram, person, "Closest passages")
    assert say("closest") in telegram.messages(person)[-1].text


def test_an_edited_question_edits_its_answer(world: World) -> None:
    """The answer to what the question now is stands where the old one stood."""
    telegram, person = world.telegram, world.person()
    asked = telegram.say(person, NOWHERE)
    before = telegram.wait_for(person)
    telegram.edit(person, asked.message_id, COST)
    telegram.wait_until(lambda: COSTS in telegram.messages(person)[-1].text)
    (answer,) = telegram.messages(person)
    assert answer.message_id == before.message_id
    assert answer.edited == 1


def test_follow_ups_and_forgetting(world: World) -> None:
    """ "She" is whom the asker asked about before, until /forget."""
    telegram, person = world.telegram, world.person()
    telegram.say(person, "What did Elena Dorn say?")
    first = telegram.wait_for(person)
    telegram.say(person, "and Zhalnin?")
    second = telegram.wait_for(person, after=first)
    assert second.text.startswith("Taken as: ")
    assert NETS in second.text
    telegram.say(person, "/forget")
    forgotten = telegram.wait_for(person, say("tg_forgotten"), after=second)
    telegram.say(person, "what else did she say?")
    assert telegram.wait_for(person, after=forgotten).text.startswith("Whom do you mean by “she”?")


def test_thumbs_are_counted_by_question_alone(world: World) -> None:
    """A thumb counts once a person; the other one of the same person takes its place; the operator sees the counts."""
    telegram, person, other = world.telegram, world.person(), world.person()
    group = world.group(person, other)
    telegram.say(group, f"/ask@saidwhat_bot {COST}", person)
    answer = telegram.wait_for(group)
    for user, thumb in ((person, "👍"), (person, "👍"), (other, "👍"), (other, "👎")):
        told = telegram.callback_answer(telegram.tap(answer, thumb, user))
        assert told["text"] == say("tg_voted")
    verdicts = {one.question: (one.up, one.down) for one in Memory(KeptFile(world.bot.home)).feedback()}
    assert verdicts[question_hash(COST)] == (1, 1)
    listed = _command(world.bot.home, "feedback", COST)
    assert listed == f"{question_hash(COST)}  👍 1  👎 1\n"


def test_a_citation_without_a_page_leads_to_its_paragraph(world: World) -> None:
    """The link opens the bot, which shows the passage in its paragraph; one that leads nowhere is told."""
    telegram, person = world.telegram, world.person()
    telegram.say(person, ZHALNIN)
    answer = telegram.wait_for(person)
    (link, *_) = [entity["url"] for entity in answer.entities if entity["type"] == "text_link"]
    assert link.startswith("https://t.me/saidwhat_bot?start=")
    telegram.say(person, f"/start {link.partition('=')[2]}")
    shown = telegram.wait_for(person, after=answer)
    assert shown.entity_texts("bold")[0].startswith(NETS)
    telegram.say(person, "/start 0123456789abcdef-1-2")
    assert telegram.wait_for(person, after=shown).text == say("tg_link_gone")


def test_a_citation_of_a_message_leads_to_it(world: World) -> None:
    """Where a message of the group brought the article, the link is that message's, and a button quotes it there."""
    telegram, person = world.telegram, world.person()
    telegram.chat("supergroup", id=POSTED_IN, members={person: "member"})
    posted = telegram.say(POSTED_IN, POST, person)
    assert posted.message_id == 2
    telegram.say(POSTED_IN, "/ask@saidwhat_bot For how long will the market hall close?", person)
    answer = telegram.wait_for(POSTED_IN)
    (link, *_) = [entity["url"] for entity in answer.entities if entity["type"] == "text_link"]
    assert link == "https://t.me/c/5001/2"
    telegram.callback_answer(telegram.tap(answer, "In this chat", person))
    quoting = telegram.wait_for(POSTED_IN, 1, after=answer)
    assert (quoting.reply_to, quoting.quote) == (2, answer.entity_texts("bold")[0])
    telegram.say(POSTED_IN, "/quotes@saidwhat_bot Renn", person)
    assert '"Every stall will come back,"' in telegram.wait_for(POSTED_IN, after=quoting).text


# --- groups ----------------------------------------------------------------------------------------------------------


def test_in_a_group_only_what_is_addressed_is_answered(world: World) -> None:
    """/ask@bot, a reply to the bot and a mention are answered as replies; all else is let pass."""
    telegram, person = world.telegram, world.person()
    group = world.group(person)
    telegram.say(group, COST, person)
    telegram.say(group, f"/ask@another_bot {COST}", person)
    telegram.quiet(group, 0.5)
    asked = telegram.say(group, f"/ask@saidwhat_bot {COST}", person)
    first = telegram.wait_for(group)
    assert (first.reply_to, first.entity_texts("bold")[0]) == (asked.message_id, COSTS)
    asked = telegram.say(group, ZHALNIN, person, reply_to=first.message_id)
    second = telegram.wait_for(group, after=first)
    assert (second.reply_to, second.entity_texts("bold")[0]) == (asked.message_id, NETS)
    telegram.say(group, "@saidwhat_bot and Elena Dorn?", person)
    assert "Elena Dorn" in telegram.wait_for(group, after=second).text


def test_ask_in_reply_to_a_question_answers_that(world: World) -> None:
    """A bare /ask in reply to somebody's question answers it, in reply to it; alone it says how to ask."""
    telegram, asker, person = world.telegram, world.person(), world.person()
    group = world.group(asker, person)
    question = telegram.say(group, COST, asker)
    telegram.say(group, "/ask@saidwhat_bot", person, reply_to=question.message_id)
    answer = telegram.wait_for(group)
    assert (answer.reply_to, answer.entity_texts("bold")[0]) == (question.message_id, COSTS)
    telegram.say(group, "/ask@saidwhat_bot", person)
    assert telegram.wait_for(group, after=answer).text.startswith("What would you like to know?")


def test_a_forum_is_answered_in_the_topic(world: World) -> None:
    """An answer stands in its question's topic; in General it has none."""
    telegram, person = world.telegram, world.person()
    forum = world.group(person, is_forum=True)
    topic = telegram.topic(forum, "Fish", person)
    telegram.say(forum, f"/ask@saidwhat_bot {ZHALNIN}", person, thread=topic)
    first = telegram.wait_for(forum)
    assert (first.thread, first.in_topic) == (topic, True)
    telegram.say(forum, f"/ask@saidwhat_bot {COST}", person)
    second = telegram.wait_for(forum, after=first)
    assert not second.in_topic


def test_admins_choose_what_is_answered_unasked(world: World) -> None:
    """Only admins, named or not, see and change the settings; what is unsure or not about speech stays unanswered."""
    telegram, admin, member = world.telegram, world.person(), world.person()
    group = world.group(admin, member)
    telegram.say(group, "/settings@saidwhat_bot", member)
    refused = telegram.wait_for(group, say("tg_admins_only"))
    telegram.say(group, "/settings@saidwhat_bot", anonymous=True)
    panel = telegram.wait_for(group, after=refused)
    assert panel.button_texts == ("Answer unasked", "All may add articles", "✓ The asker's", "English", "Русский")
    assert telegram.callback_answer(telegram.tap(panel, "Answer unasked", member))["text"] == say("tg_admins_only")
    assert telegram.callback_answer(telegram.tap(panel, "Answer unasked", admin))["text"] == say("tg_settings_saved")
    telegram.wait_until(lambda: "✓ Answer unasked" in telegram.messages(group)[-1].button_texts)
    assert say("tg_privacy_mode", bot="saidwhat_bot") in telegram.messages(group)[-1].text
    telegram.member(group, "administrator")  # now the bot gets what is said to nobody
    asked = telegram.say(group, ZHALNIN, member)
    answer = telegram.wait_for(group, NETS)
    assert answer.reply_to == asked.message_id
    for nothing in (COST, "What did Lev Antipov say?", "What did the weather say?", "good morning"):
        telegram.say(group, nothing, member)
    telegram.quiet(group, 1)
    assert Memory(KeptFile(world.bot.home)).chat(group).unaddressed


def test_settings_move_with_a_group(world: World) -> None:
    """A group that becomes a supergroup keeps its settings, and is answered under its new number."""
    telegram, admin = world.telegram, world.person()
    group = world.group(admin, type="group")
    telegram.say(group, "/settings@saidwhat_bot", admin)
    panel = telegram.wait_for(group)
    telegram.callback_answer(telegram.tap(panel, "Русский", admin))
    telegram.wait_until(lambda: "✓ Русский" in telegram.messages(group)[-1].button_texts)
    moved = telegram.migrate(group)
    telegram.say(moved, "/privacy@saidwhat_bot", admin)
    with speaking("ru"):
        assert telegram.wait_for(moved).text == say("tg_privacy")


def test_channels_and_their_discussions(world: World) -> None:
    """/ask in a channel is answered there, once: not again in the discussion group, where the post is forwarded to."""
    telegram, person = world.telegram, world.person()
    discussion = world.group(person)
    telegram.member(discussion, "administrator")
    channel = telegram.chat("channel", bot_status="administrator", linked=discussion)
    asked = telegram.say(channel, f"/ask@saidwhat_bot {COST}")
    answer = telegram.wait_for(channel)
    assert (answer.reply_to, answer.entity_texts("bold")[0]) == (asked.message_id, COSTS)
    telegram.say(channel, COST)
    telegram.quiet(channel, 0.5)
    assert telegram.messages(discussion) == []
    telegram.say(discussion, f"/ask@saidwhat_bot {ZHALNIN}", sender_chat=channel)
    assert NETS in telegram.wait_for(discussion).text


def test_forgetting_for_a_whole_group_is_an_admin_s(world: World) -> None:
    """/forget all drops everybody's questions, if an admin says so; one's own anybody may drop."""
    telegram, admin, member = world.telegram, world.person(), world.person()
    group = world.group(admin, member)
    telegram.say(group, "/ask@saidwhat_bot What did Elena Dorn say?", member)
    answer = telegram.wait_for(group)
    telegram.say(group, "/forget@saidwhat_bot all", member)
    refused = telegram.wait_for(group, say("tg_admins_only"), after=answer)
    telegram.say(group, "/forget@saidwhat_bot all", admin)
    done = telegram.wait_for(group, say("tg_forgotten_all"), after=refused)
    telegram.say(group, "/ask@saidwhat_bot what else did she say?", member)
    assert telegram.wait_for(group, after=done).text.startswith("Whom do you mean by “she”?")


# --- other roads -----------------------------------------------------------------------------------------------------


def test_inline_queries_offer_answers(world: World) -> None:
    """In any chat an answer can be chosen; a question without one says so, and none at all brings some to choose."""
    telegram, person, friend = world.telegram, world.person(), world.person()
    query = telegram.inline(person, ZHALNIN, chat_type="group")
    results = telegram.inline_results(query)["results"]
    assert results[0]["title"] == NETS
    group = world.group(person, friend)
    telegram.choose(query, results[0]["id"], group)
    sent = telegram.messages(group, everyone=True)[-1]
    assert sent.text.startswith(f"{ZHALNIN}\n\n{NETS}\n— Viktor Zhalnin")
    nothing = telegram.inline_results(telegram.inline(person, NOWHERE))
    assert nothing["results"] == []
    assert nothing["button"]["text"] == say("tg_not_in_articles_button")
    assert telegram.inline_results(telegram.inline(person, ""))["results"]


def test_a_guest_answers_where_it_is_no_member(world: World) -> None:
    """Mentioned in a chat that it is not in, the bot answers there, with the question over the answer."""
    telegram, person = world.telegram, world.person()
    group = telegram.chat("supergroup", bot_status="left", members={person: "member"})
    answer = telegram.guest_answer(telegram.guest(person, group, f"@saidwhat_bot {COST}"))
    assert COSTS in str(answer)


def test_each_is_spoken_to_in_his_language(world: World) -> None:
    """Who has Telegram in Russian is answered in Russian around the article's own words."""
    telegram, person = world.telegram, world.person("ru")
    telegram.say(person, ZHALNIN)
    answer = telegram.wait_for(person)
    assert "19 мая 2020 · абзац 3" in answer.text
    assert answer.button_texts[:2] == ("Ещё цитаты", "Контекст")
    telegram.say(person, NOWHERE)
    refusal = telegram.wait_for(person, after=answer)
    assert refusal.text.startswith("В статьях об этом не сказано.")
    with speaking("ru"):
        said = {"/start": say("tg_start", examples=""), "/help": say("tg_help"), "/privacy": say("tg_privacy")}
        said |= {"/articles": say("tg_articles"), "/forget": say("tg_forgotten")}
    for number, (command, told) in enumerate(said.items(), 3):
        telegram.say(person, command)
        assert telegram.wait_for(person, number).text.startswith(told.replace("<i>", "").replace("</i>", "")[:40])


def test_menus_and_descriptions(world: World) -> None:
    """Telegram was told the commands for each kind of chat, and what the bot is, in each language."""
    told = str(world.telegram.profile())
    assert say("tg_description") in told
    with speaking("ru"):
        assert say("tg_short_description") in told
        assert say("commands.ask") in told
    assert "all_chat_administrators" in told


def test_what_the_operator_sees(world: World) -> None:
    """Health and counts can be read; the log says what the bot may read in groups."""
    telegram, person = world.telegram, world.person()
    telegram.say(person, COST)
    telegram.wait_for(person)
    assert world.bot.monitored("/healthz") == (200, "ok\n")
    status, counts = world.bot.monitored("/metrics")
    assert status == 200
    assert 'saidwhat_answers_total{status="answered"}' in counts
    assert "can_read_all_group_messages: False" in world.bot.log()
    assert telegram.token not in world.bot.log()


def test_a_webhook_takes_only_what_comes_with_the_secret(world: World) -> None:
    """What does not know the secret is turned away, and does nothing."""
    settings = world.bot.settings
    if "TELEGRAM_WEBHOOK_URL" not in settings:
        pytest.skip("polls")
    person = world.person()
    message = {"message_id": 1, "date": 0, "chat": {"id": person, "type": "private"}, "text": COST}
    forged = httpx.post(settings["TELEGRAM_WEBHOOK_URL"], json={"update_id": 1, "message": message}, trust_env=False)
    assert forged.status_code == 403
    world.telegram.quiet(person, 0.3)


def _tap(telegram: StrictTelegram, chat: int, button: str) -> None:
    """Tap a button of the last message, and wait until the message has changed."""
    message = telegram.messages(chat)[-1]
    telegram.callback_answer(telegram.tap(message, button))
    telegram.wait_until(lambda: telegram.messages(chat)[-1].edited > message.edited)


def _command(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--home", home, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout
