"""A bot that is plain requests, so that the fake Telegram is tested without a library in between."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.strict_telegram.client import StrictTelegram


class PlainBot:
    """The Bot API without a library: parameters in, as a form; the answer's JSON out."""

    def __init__(self, telegram: StrictTelegram) -> None:
        self.url = f"{telegram.api_url}/bot{telegram.token}"
        self._http = httpx.Client(timeout=20, trust_env=False)

    def send(self, method: str, **params: object) -> httpx.Response:
        """One request; objects and lists go as JSON."""
        form = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in params.items()}
        return self._http.post(f"{self.url}/{method}", data=form)

    def __call__(self, method: str, **params: object) -> Any:
        """A request that must succeed; its result."""
        answer = self.send(method, **params).json()
        assert answer["ok"], answer
        return answer["result"]

    def refused(self, method: str, **params: object) -> tuple[int, str]:
        """A request that must fail; its code and description."""
        response = self.send(method, **params)
        answer = response.json()
        assert not answer["ok"], answer
        assert answer["error_code"] == response.status_code
        return answer["error_code"], answer["description"]

    def updates(self, **params: object) -> Any:
        """All updates that wait; they are confirmed."""
        found = self("getUpdates", **params)
        if found:
            self("getUpdates", offset=found[-1]["update_id"] + 1)
        return found

    def close(self) -> None:
        self._http.close()
