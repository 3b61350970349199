"""getUpdates, setWebhook, deleteWebhook and getWebhookInfo: how the bot gets its updates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from aiogram import types
from aiogram.methods import DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.refusals import (
    POLL_ENDED_BY_WEBHOOK,
    POLL_WHILE_WEBHOOK,
    SECRET_INVALID,
    SECRET_TOO_LONG,
    Refusal,
    bad_request,
)
from tests.strict_telegram.rendering import checked
from tests.strict_telegram.webhooks import Webhook, check_url

Json = dict[str, Any]

LONGEST_POLL = 50  # seconds (Client.h, LONG_POLL_MAX_TIMEOUT)


@dataclass(frozen=True, slots=True)
class Described:
    """A result that comes with a description."""

    result: Any
    description: str


async def get_updates(fake: Fake, call: GetUpdates, entry: Entry) -> list[Json]:
    """The updates that wait, or the first that come within the time."""
    if fake.deliverer.webhook.url:
        await fake.updates.pause_conflict()
        raise Refusal(409, POLL_WHILE_WEBHOOK)
    limit = min(max(call.limit if call.limit is not None else 100, 1), 100)
    timeout = min(max(call.timeout or 0, 0), LONGEST_POLL)
    fake.updates.allow(call.allowed_updates)
    updates = await fake.updates.poll(call.offset or 0, limit, timeout)
    fault = fake.plan.take("getUpdates", None, on_updates=True) if updates else None
    if fault is None:
        return updates
    return [one for one in updates for _ in range(2)] if fault.kind == "duplicate" else updates[::-1]


async def set_webhook(fake: Fake, call: SetWebhook, entry: Entry) -> Described:
    """Sends updates to a URL from now on; an empty one ends that. A certificate is taken and not used."""
    if not call.url:
        return await _delete(fake, call.drop_pending_updates)
    check_url(call.url)
    secret = call.secret_token or ""
    if len(secret) > 256:
        raise bad_request(SECRET_TOO_LONG)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request(SECRET_INVALID)
    fake.updates.end_poll(POLL_ENDED_BY_WEBHOOK)
    await fake.deliverer.stop()
    if call.drop_pending_updates:
        fake.updates.clear()
    fake.updates.allow(call.allowed_updates)
    fake.deliverer.start(Webhook(call.url, secret, min(max(call.max_connections or 40, 1), 100)))
    return Described(True, "Webhook was set")


async def delete_webhook(fake: Fake, call: DeleteWebhook, entry: Entry) -> Described:
    """Ends the webhook; updates wait for getUpdates again."""
    return await _delete(fake, call.drop_pending_updates)


async def _delete(fake: Fake, drop: bool | None) -> Described:
    was_set = bool(fake.deliverer.webhook.url)
    await fake.deliverer.stop()
    if drop:
        fake.updates.clear()
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


async def get_webhook_info(fake: Fake, call: GetWebhookInfo, entry: Entry) -> Json:
    """A `WebhookInfo`."""
    webhook = fake.deliverer.webhook
    shown: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(fake.updates.pending()),
    }
    if webhook.url:
        shown |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
    if webhook.error:
        shown |= {"last_error_date": webhook.error_date, "last_error_message": webhook.error}
    return checked(types.WebhookInfo, shown)
