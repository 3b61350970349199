"""A library folder and a fake Telegram in, the bot as a process of its own out, started by its real command."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.strict_telegram.client import StrictTelegram
from tests.strict_telegram.process import ROOT

_START = 60.0  # seconds that loading the model may take on a busy machine


class BotProcess:
    """`saidwhat telegram` on the library in `home`; ready on entry, ended with SIGTERM on exit.

    With `webhook` it listens for updates, else it polls. `settings` are environment variables, and `program` is what is
    run as the command.
    """

    def __init__(
        self, home: Path, telegram: StrictTelegram, *, webhook: bool = False, program: str = "bot", **settings: str
    ) -> None:
        self._program = program
        self.home = home
        self._log = home / "stderr.log"
        self.monitoring_port = free_port()
        self.settings = {
            **{name: value for name, value in os.environ.items() if name.isupper() and "TELEGRAM" not in name},
            "SAIDWHAT_HOME": str(home),
            "HF_HUB_OFFLINE": "1",
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE_URL": telegram.api_url,
            "LOG_LEVEL": "INFO",
            "MONITORING_PORT": str(self.monitoring_port),
            **settings,
        }
        if webhook:
            port = free_port()
            self.settings.setdefault("TELEGRAM_WEBHOOK_URL", f"http://127.0.0.1:{port}/from-telegram")
            self.settings.setdefault("TELEGRAM_WEBHOOK_PORT", str(port))
        self._process: subprocess.Popen[bytes] | None = None
        self._answered = 0  # how often it said so before it was started

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def start(self, *, wait: bool = True) -> None:
        """Start it; `wait` until it says that it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._program, "telegram"], cwd=ROOT, env=self.settings, stderr=log, stdout=log
            )
        self._answered = self.log().count("is answering")
        if wait:
            self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Wait until it says so, since it was started."""
        assert self._process is not None
        end = time.monotonic() + _START
        while self.log().count("is answering") == self._answered:
            if time.monotonic() > end or self._process.poll() is not None:
                raise AssertionError(f"The bot did not start:\n{self.log()}")
            time.sleep(0.05)

    def assert_well(self, telegram: StrictTelegram) -> None:
        """It has done nothing wrong, and left nobody without an answer."""
        assert telegram.unanswered(0) == []
        assert telegram.forgive() == []
        assert self.is_alive
        assert "Traceback" not in self.log()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """End it; returns the seconds that it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(how)
        self._process.wait(timeout=30)
        return time.monotonic() - began

    def wait(self, timeout: float = _START) -> int:
        """Wait until it ends by itself; returns its exit status."""
        assert self._process is not None
        return self._process.wait(timeout=timeout)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """What it wrote so far, over all its starts."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def monitored(self, path: str) -> tuple[int, str]:
        """Status and text of a page for operators."""
        answer = httpx.get(f"http://127.0.0.1:{self.monitoring_port}{path}", trust_env=False)
        return answer.status_code, answer.text


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
