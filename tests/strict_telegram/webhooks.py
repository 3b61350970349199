"""The webhook: each update goes to the bot's URL in order, again and again until it is taken."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.strict_telegram.faults import FaultPlan
from tests.strict_telegram.refusals import WEBHOOK_NEEDS_HTTPS, WEBHOOK_PORT, WEBHOOK_URL_INVALID, bad_request
from tests.strict_telegram.updates import UpdateQueue

Json = dict[str, Any]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PORTS = {443, 80, 88, 8443}
BACKOFF = 0.2
TIMEOUT = 30.0


def check_url(url: str) -> None:
    """Raises `Refusal` for a URL that Telegram takes no webhook at; plain HTTP on loopback is this fake's liberty."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request(WEBHOOK_URL_INVALID) from None
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise bad_request(WEBHOOK_URL_INVALID)
    if parts.scheme == "http":
        if parts.hostname not in LOOPBACK:
            raise bad_request(WEBHOOK_NEEDS_HTTPS)
    elif (port or 443) not in PORTS and parts.hostname not in LOOPBACK:
        raise bad_request(WEBHOOK_PORT)


@dataclass(slots=True)
class Webhook:
    """Where updates go, and how it went last."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    error_date: int | None = None
    error: str | None = None


class Deliverer:
    """Posts updates one after another; none is skipped, and the next waits until the one before is taken."""

    def __init__(self, updates: UpdateQueue, plan: FaultPlan) -> None:
        self.webhook = Webhook()
        self._updates = updates
        self._plan = plan
        self._task: asyncio.Task[None] | None = None

    def start(self, webhook: Webhook) -> None:
        """Delivers to `webhook` from now on."""
        self.webhook = webhook
        self._task = asyncio.create_task(self._deliver(webhook))

    async def stop(self) -> None:
        """Delivers no more; a request under way is given up."""
        self.webhook = Webhook()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _deliver(self, webhook: Webhook) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            while True:
                self._updates.changed.clear()
                if not self._updates.pending():
                    await self._updates.changed.wait()
                    continue
                updates = self._updates.hand_over(1)
                taken = 1
                fault = self._plan.take("getUpdates", None, on_updates=True)
                if fault is not None and fault.kind == "duplicate":
                    updates = updates * 2
                elif fault is not None:
                    updates = self._updates.hand_over(100)[::-1]
                    taken = len(updates)
                for update in updates:
                    while not await self._post(session, webhook, update):
                        await asyncio.sleep(BACKOFF)
                self._updates.confirm_first(taken)

    async def _post(self, session: aiohttp.ClientSession, webhook: Webhook, update: Json) -> bool:
        try:
            async with session.post(webhook.url, json=update) as answer:
                if 200 <= answer.status < 300:
                    return True
                # WebhookActor.cpp, on_error; the wording is unsure
                webhook.error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            webhook.error = f"Connection failed: {type(error).__name__}"
        webhook.error_date = int(time.time())
        return False
