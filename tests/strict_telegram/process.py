"""The fake server as a process: started, spoken to and killed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]


class FakeProcess:
    """The server, started on entry and killed on exit."""

    def __init__(
        self,
        token: str = "123456:TOKEN",  # noqa: S107 - nobody's
        username: str = "saidwhat_bot",
        *,
        latency: float = 0.0,
        flood: bool = False,
        port: int = 0,
    ) -> None:
        self.token = token
        self.username = username
        self._options = ["--token", token, "--username", username, "--latency", str(latency), "--port", str(port)]
        self._options += ["--flood"] if flood else []
        self._process: subprocess.Popen[str] | None = None
        self._stderr: IO[str] | None = None
        self.api_url = ""
        self._http = httpx.Client(timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        self._stderr = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.strict_telegram", *self._options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            died = self._died()
            self._close()
            raise died
        self.api_url = json.loads(line)["url"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        died = self._died() if self._process.poll() is not None else None
        self._process.kill()
        self._process.wait()
        self._close()
        if died is not None and error is None:
            raise died

    def _close(self) -> None:
        for stream in (self._process.stdout if self._process else None, self._stderr):
            if stream is not None:
                stream.close()
        self._http.close()

    def _died(self) -> RuntimeError:
        assert self._process is not None
        assert self._stderr is not None
        self._stderr.seek(0)
        return RuntimeError(f"The fake Telegram died with {self._process.returncode}:\n{self._stderr.read()}")

    def do(self, operation: str, **arguments: Any) -> Json:
        """One operation of the control side.

        Raises:
            AssertionError: it cannot be done.
            RuntimeError: the server died.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            answer = self._http.post(f"{self.api_url}/control/{operation}", json=given)
        except httpx.TransportError:
            if self._process is not None and self._process.poll() is not None:
                raise self._died() from None
            raise
        if answer.status_code >= 500:
            raise RuntimeError(f"/control/{operation} failed: {answer.text}")
        told: Json = answer.json()
        assert "error" not in told, told["error"]
        return told

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def reset(self) -> None:
        """Forgets everything, the bot's webhook and commands too: for between two bots, not under a running one."""
        self.do("reset")
