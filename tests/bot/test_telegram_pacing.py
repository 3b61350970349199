"""Requests keep within Telegram's limits whatever is asked, by the clock of an event loop whose time does not pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram_front.pacing import MayHaveArrived, Pacing

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # RetryAfter's own

_TICK = 1e-6  # seconds by which every wait is longer, so that rounding ends none of them too early
GROUP, PERSON = -100, 100
T = TypeVar("T")


class _Clock(asyncio.SelectorEventLoop):
    """An event loop that skips the time in which nothing happens."""

    now = 0.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = max(self.now, self._scheduled[0].when()) + _TICK  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def _by_the_clock(work: Callable[[Pacing], Awaitable[T]]) -> T:
    with asyncio.Runner(loop_factory=_Clock) as runner:

        async def run() -> T:
            return await work(Pacing())

        return runner.run(run())


async def _request(pacing: Pacing, chat: int, call: Callable[[], Any], endpoint: str = "sendMessage") -> Any:
    async def callback() -> Any:
        result = call()
        if isinstance(result, Exception):
            raise result
        return result

    return await pacing.process_request(callback, (), {}, endpoint, {"chat_id": chat}, None)


def _most_within(times: list[float], seconds: float) -> int:
    return max(sum(begin <= time < begin + seconds for time in times) for begin in times)


def _times(chats: list[int]) -> dict[int, list[float]]:
    """When the messages to `chats`, all asked for at once, go out."""

    async def work(pacing: Pacing) -> dict[int, list[float]]:
        went: dict[int, list[float]] = {chat: [] for chat in chats}
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            *(_request(pacing, chat, lambda chat=chat: went[chat].append(loop.time())) for chat in chats)  # type: ignore[misc]
        )
        return went

    return _by_the_clock(work)


def test_a_group_gets_at_most_20_a_minute() -> None:
    """Seven at once, then one in about five seconds; in no minute more than Telegram lets through."""
    times = _times([GROUP] * 60)[GROUP]
    assert len(times) == 60
    assert _most_within(times, 60) <= 20
    assert _most_within(times, 0.5) <= 7
    assert times[-1] < 60 / 20 * 100


def test_a_private_chat_gets_one_a_second_after_a_burst() -> None:
    """Who asks five things at once is answered at once; then it is one a second."""
    times = _times([PERSON] * 20)[PERSON]
    assert times[4] < 0.1
    assert times[-1] == pytest.approx(15, abs=0.1)


def test_all_chats_together_get_at_most_30_a_second() -> None:
    """However many chats ask at once: 30 are answered at once, and the others in turn, as fast as that allows."""
    chats = [PERSON + number for number in range(300)]
    went = _times(chats)
    times = [went[chat][0] for chat in chats]
    assert times == sorted(times)
    assert times[29] < 0.01
    assert _most_within(times, 1) <= 30
    assert times[-1] == pytest.approx(9 * 1.05, abs=0.01)


def test_a_refused_chat_waits_alone() -> None:
    """The time that Telegram names is kept to; another chat is not held up."""

    async def work(pacing: Pacing) -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        outcomes = iter([RetryAfter(7), None])
        first = asyncio.create_task(_request(pacing, PERSON, lambda: next(outcomes)))
        await asyncio.sleep(0)
        await _request(pacing, PERSON + 1, lambda: None)
        other = loop.time()
        await first
        return other, loop.time()

    other, refused = _by_the_clock(work)
    assert other < 0.1
    assert refused == pytest.approx(7, abs=0.1)


def _outcome(endpoint: str, *errors: TelegramError) -> tuple[str, float]:
    """What comes of a request that fails with `errors` in turn, and after how many seconds."""

    async def work(pacing: Pacing) -> tuple[str, float]:
        outcomes = iter([*errors, "done"])
        try:
            told = await _request(pacing, PERSON, lambda: next(outcomes), endpoint)
        except TelegramError as error:
            told = type(error).__name__
        return str(told), round(asyncio.get_running_loop().time(), 1)

    return _by_the_clock(work)


def _caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


def test_only_what_surely_did_not_arrive_is_sent_again() -> None:
    """A new message is repeated after a refused connection or a gateway's word, and not after a broken one."""
    refused = _caused(NetworkError("refused"), httpx.ConnectError("refused"))
    reset = _caused(NetworkError("reset"), httpx.ReadError("reset"))
    hung = _caused(TimedOut(), httpx.ReadTimeout("hung"))
    gateway = NetworkError("Bad Gateway (502)")
    assert _outcome("sendMessage", refused, gateway) == ("done", 1.5)
    for maybe in (reset, hung, NetworkError("Gateway Timeout (504)")):
        assert _outcome("sendMessage", maybe) == (MayHaveArrived.__name__, 0.0)
        assert _outcome("editMessageText", maybe) == ("done", 0.5)
    assert _outcome("sendMessage", BadRequest("chat not found")) == ("BadRequest", 0.0)
    assert _outcome("sendMessage", *[refused] * 9)[0] == "NetworkError"


def test_what_is_of_no_use_later_is_not_tried_again() -> None:
    """The answer to a tap fails at once; a wait longer than two minutes is not waited."""
    assert _outcome("answerCallbackQuery", NetworkError("Bad Gateway (502)")) == (
        "NetworkError",
        0.0,
    )
    assert _outcome("sendMessage", RetryAfter(3600)) == ("RetryAfter", 0.0)
