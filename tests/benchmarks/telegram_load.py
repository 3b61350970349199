"""Many chats asking a running bot at once in; how long it takes for an answer, and what memory it needs, out.

    python tests/benchmarks/telegram_load.py --chats 200 --questions 2000 --rate 5 10 15 20 25 30
    python tests/benchmarks/telegram_load.py --rate 20 --webhook

For each rate, in questions a second, a bot with the default model is started on a fake Telegram that takes 50 ms for
each reply. Questions arrive at random times (Poisson), whether or not those before are answered; a chat asks at most
one a second, for Telegram takes no more messages to it. The time in our process runs from when the fake Telegram hands
an update over to when it gets the answer to it, which is without the 50 ms. The bot's own histogram, less those, stands
beside it. Bot, fake Telegram and askers share this machine. A rate is 2,000 / rate seconds, and 10 more to start.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.asking import open_library
from bot.settings import load_settings
from tests.bot_process import BotProcess
from tests.conftest import BRIDGE
from tests.hand_made import TALKS
from tests.strict_telegram.client import Said, StrictTelegram

LATENCY = 0.05  # seconds
APART = 1.0  # seconds between two questions of a chat
PATIENCE = 60.0  # seconds after the last question in which all must be answered
CONVERSATIONS = (
    ("What did Zhalnin say?", "And Elena Dorn?"),
    ("What did Viktor Zhalnin say about boats?", "What else did he say?"),
    ("Who is Elena Dorn?", "What did she say about the offer?"),
    ("When will the bridge open?", "How much did it cost?"),
    ("What tore away the scaffolding?", "When was that?"),
    ("What did the mayor say?", "who is she?"),
    ("When do the talks go on?", "Why did they end?"),
    ("By how much did cod stocks fall?", "who said that?"),
    ("What did Ines Kader apologise for?",),
    ("How many million euros did the bridge cost?",),
    ("How many villages does the sea feed?",),
    ("Who called the offer a leaky bucket?",),
    ("Who said “We will not send a single boat home”?",),
    ("What did the agency promise to pay for?",),
    ("what did zhalnn say about nets",),
    ("Which river does the bridge cross?",),
    ("When did the talks on cod quotas end?",),
    ("Who shook hands with Lev Antipov?",),
    ("What has become too dear?",),
    ("What did Piet Dorn say?",),
    ("Who is Viktor Zhalnin?",),
    ("Who is quoted?",),
    ("/quotes Dorn",),
    ("/who Ines Kader",),
    ("/ask How many months late is the bridge?",),
    ("What did Putin say?",),
    ("Who won the football match in Madrid?",),
    ("What is the capital of France?",),
    ("How do I bake bread?",),
    ("What did Zhalnin say about football?",),
    ("hello",),
    ("Какие слова сказал Жалнин?",),
)
"""What is asked one after the other; most chats ask half a dozen of these."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A question to come: `at` is in seconds after the start, `chat` a number from 0."""

    at: float
    chat: int
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer: the chat, the message that it replies to, and when its request came in, seconds since the epoch."""

    chat: int
    to: int
    received: float


@dataclass(slots=True)
class Watched:
    """Once a second, what memory the process `pid` holds: pairs of seconds since the epoch and MiB."""

    pid: int
    samples: list[tuple[float, float]] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watched:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def _watch(self) -> None:
        while True:
            self.samples.append((time.time(), resident(self.pid)))
            if self._ended.wait(1):
                return

    def figures(self) -> str:
        """Start, middle and end, and the slope over the second half."""
        times, sizes = np.array(self.samples).T
        half = len(times) // 2
        slope = 60 * np.polyfit(times[half:] - times[half], sizes[half:], 1)[0]
        return (
            f"RSS {sizes[0]:.0f} MiB at the start, {sizes[half]:.0f} in the middle, {sizes[-1]:.0f} at the end;"
            f" {slope:+.2f} MiB a minute over the second half"
        )


def main() -> None:
    """Ask at each rate, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--rate", type=float, nargs="+", default=[20.0], help="questions a second, one run each")
    parser.add_argument("--webhook", action="store_true", help="updates are sent to the bot, not polled by it")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    way = "by webhook" if arguments.webhook else "by polling"
    with tempfile.TemporaryDirectory() as folder:
        home = indexed(Path(folder))
        for rate in arguments.rate:
            plan = planned(arguments.chats, arguments.questions, rate, random.Random(arguments.seed))
            print(f"{len(plan)} questions of {arguments.chats} chats, {rate:g} a second, {way}:", flush=True)
            for line in measured(home, plan, webhook=arguments.webhook):
                print(f"  {line}", flush=True)


def indexed(folder: Path) -> Path:
    """A library of the tests' own articles."""
    articles = folder / "articles"
    articles.mkdir()
    (articles / "talks.txt").write_text(TALKS, encoding="utf-8")
    (articles / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    library = open_library(load_settings(saidwhat_home=folder / "home"))
    assert [outcome.status for outcome in library.index([articles])] == ["added", "added"]
    library.store.close()
    return folder / "home"


# --- what is asked ---------------------------------------------------------------------------------------------------


def planned(chats: int, questions: int, rate: float, dice: random.Random) -> list[Planned]:
    """Who asks what when: each chat as often as any other, and never twice within APART."""
    asked = [said_by(questions // chats + (chat < questions % chats), dice) for chat in range(chats)]
    free = [0.0] * chats
    plan: list[Planned] = []
    at = 0.0
    for _ in range(questions):
        left = [chat for chat in range(chats) if asked[chat]]
        at = max(at + dice.expovariate(rate), min(free[chat] for chat in left))
        able = [chat for chat in left if free[chat] <= at]
        (chat,) = dice.choices(able, [len(asked[chat]) for chat in able])
        plan.append(Planned(at, chat, asked[chat].pop(0)))
        free[chat] = at + APART
    return plan


def said_by(count: int, dice: random.Random) -> list[str]:
    """What one chat asks, follow-ups after what they follow."""
    said: list[str] = []
    while len(said) < count:
        said += dice.choice(CONVERSATIONS)
    return said[:count]


# --- what comes of it ------------------------------------------------------------------------------------------------


def measured(home: Path, plan: Sequence[Planned], *, webhook: bool) -> Iterator[str]:
    """Carries the plan out, and tells in lines what came of it."""
    with StrictTelegram(latency=LATENCY) as telegram, BotProcess(home, telegram, webhook=webhook) as bot:
        telegram.rules(strict_flood=False)
        users = [telegram.user(started=True) for _ in range(1 + max(one.chat for one in plan))]
        warm_up(telegram)
        before, worked = Metrics(bot), Work.until_now(bot, telegram)
        with Watched(bot.pid) as memory:
            asked, late = ask(telegram, users, plan)
            sent = answers(telegram, asked)
        work, after = Work.until_now(bot, telegram).since(worked), Metrics(bot)
        handed = telegram.handed_over()
        received = {(one.chat, one.to): one.received for one in sent}
        known = [said for said in asked if (said.chat, said.message_id) in received]
        times = [received[said.chat, said.message_id] - handed[said.update_id or 0] for said in known]
        yield order(asked, sent)
        yield f"time in our process: {figures(times)}"
        yield f"by the bot's own count, less {1000 * LATENCY:.0f} ms: {after.figures_since(before)}"
        yield memory.figures()
        rate = len(sent) / (max(received.values()) - handed[asked[0].update_id or 0])
        yield f"{rate:.1f} answers a second; {work.figures(len(sent))}"
        yield f"questions came up to {1000 * max(late):.0f} ms late; violations: {telegram.violations() or 'none'}"


def warm_up(telegram: StrictTelegram) -> None:
    """What is loaded late is loaded, and what a bot does at its start is done, before anything is measured."""
    user = telegram.user(started=True)
    for text in ("What did Zhalnin say?", "And Elena Dorn?", "When will the bridge open?", "How do I bake bread?"):
        telegram.wait_for(user, after=telegram.say(user, text))
    time.sleep(2)


def ask(telegram: StrictTelegram, users: Sequence[int], plan: Sequence[Planned]) -> tuple[list[Said], list[float]]:
    """Says all of the plan; returns what was said, and how many seconds late each."""
    start = time.monotonic()
    said, late = [], []
    for one in plan:
        time.sleep(max(0.0, start + one.at - time.monotonic()))
        late.append(time.monotonic() - start - one.at)
        said.append(telegram.say(users[one.chat], one.text))
    return said, late


def answers(telegram: StrictTelegram, asked: Sequence[Said]) -> list[Sent]:
    """The bot's messages to those who asked, once there is one for each question, or PATIENCE is over."""
    chats = {said.chat for said in asked}
    sent: list[Sent] = []
    last, end = 0, time.monotonic() + PATIENCE
    while len(sent) < len(asked) and time.monotonic() < end:
        time.sleep(0.5)
        for request in telegram.do("requests", method="sendMessage", after=last)["requests"]:
            last, params = request["number"], request["params"]
            to = json.loads(params.get("reply_parameters", "{}")).get("message_id", 0)
            if int(params["chat_id"]) in chats:
                sent.append(Sent(int(params["chat_id"]), to, request["received"]))
    return sent


def order(asked: Sequence[Said], sent: Sequence[Sent]) -> str:
    """Whether each question was answered once, and each chat's in the order in which they were asked."""
    questions, replies = defaultdict(list), defaultdict(list)
    for said in asked:
        questions[said.chat].append(said.message_id)
    for one in sent:
        replies[one.chat].append(one.to)
    well = sum(replies[chat] == numbers for chat, numbers in questions.items())
    missing = sum(len({*numbers} - {*replies[chat]}) for chat, numbers in questions.items())
    return (
        f"{len(asked) - missing} of {len(asked)} questions answered, {len(sent)} answers sent;"
        f" {well} of {len(questions)} chats got theirs once each and in order"
    )


def figures(times: Sequence[float]) -> str:
    """Median, p95, p99 and the longest of some seconds."""
    median, high, higher = 1000 * np.quantile(times, (0.5, 0.95, 0.99))
    mean, most = 1000 * np.mean(times), 1000 * max(times)
    return f"median {median:.0f} ms, p95 {high:.0f}, p99 {higher:.0f}, max {most:.0f}; mean {mean:.1f}"


class Metrics:
    """What the bot's /metrics say now."""

    def __init__(self, bot: BotProcess) -> None:
        lines = (line.rpartition(" ") for line in bot.monitored("/metrics")[1].splitlines() if line[0] != "#")
        self.values = {name: float(value) for name, _, value in lines}

    def figures_since(self, before: Metrics) -> str:
        """The mean, and the share of updates in each bucket, of those that came after `before`."""
        grown = {name: value - before.values.get(name, 0.0) for name, value in self.values.items()}
        count = grown["saidwhat_update_seconds_count"]
        mean = grown["saidwhat_update_seconds_sum"] / count - LATENCY
        shares: list[str] = []
        for name, value in grown.items():
            bucket = re.fullmatch(r'saidwhat_update_seconds_bucket{le="([\d.]+)"}', name)
            if bucket and value and not any(share.startswith("100") for share in shares):
                shares.append(f"{100 * value / count:.4g} % within {1000 * (float(bucket[1]) - LATENCY):.0f}")
        statuses = re.compile(r'saidwhat_answers_total{status="(\w+)"}')
        told = [f"{value:.0f} {match[1]}" for name, value in grown.items() if (match := statuses.fullmatch(name))]
        return f"mean {1000 * mean:.1f} ms; {', '.join(shares)}; {', '.join(told)}"


def resident(pid: int) -> float:
    """The memory that a process has in use, RSS, in MiB."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


class Work(NamedTuple):
    """Seconds, and the processors' seconds in them: the bot's, the fake Telegram's, the askers' and everybody's."""

    seconds: float
    bot: float
    telegram: float
    askers: float
    everybody: float

    @classmethod
    def until_now(cls, bot: BotProcess, telegram: StrictTelegram) -> Work:
        busy = Path("/proc/stat").read_text().split()
        everybody = sum(int(busy[column]) for column in (1, 2, 3, 6, 7)) / os.sysconf("SC_CLK_TCK")
        own = [processor_seconds(pid) for pid in (bot.pid, telegram.pid, os.getpid())]
        return cls(time.monotonic(), own[0], own[1], own[2], everybody)

    def since(self, before: Work) -> Work:
        seconds, *busy = (now - then for now, then in zip(self, before, strict=True))
        return Work(seconds, *busy)

    def figures(self, count: int) -> str:
        """What each of `count` questions took, and how much of the machine was left for them."""
        others = (self.everybody - self.bot - self.telegram - self.askers) / self.seconds
        each = [1000 * seconds / count for seconds in (self.bot, self.telegram, self.askers)]
        return (
            f"each took {each[0]:.1f} ms of the bot's processor time, {each[1]:.1f} of the fake Telegram's and"
            f" {each[2]:.1f} of the askers'; other programs kept {max(0.0, others):.2f} of {os.cpu_count()} cores busy"
        )


def processor_seconds(pid: int) -> float:
    """The processor time that a process has used, on all cores."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
