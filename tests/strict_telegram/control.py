"""The control side: POST /control/<what> with a JSON object of arguments in, what came of it as JSON out."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.strict_telegram import asking, looking, membership, speaking
from tests.strict_telegram.fake import Fake
from tests.strict_telegram.refusals import Refusal
from tests.strict_telegram.world import Impossible

Json = dict[str, Any]

OPERATIONS: dict[str, Callable[..., Json]] = {
    operation.__name__: operation
    for operation in (
        membership.user,
        membership.chat,
        membership.link,
        membership.topic,
        membership.close_topic,
        membership.member,
        membership.block,
        membership.deactivate,
        membership.migrate,
        speaking.say,
        speaking.send_document,
        speaking.edit,
        speaking.delete,
        asking.tap,
        asking.inline,
        asking.choose,
        asking.guest,
        looking.messages,
        looking.inline_message,
        looking.question,
        looking.profile,
        looking.requests,
        looking.pending,
        looking.handed_over,
        looking.unanswered,
        looking.violations,
        looking.forgive,
        looking.rules,
        looking.fault,
        looking.faults,
        looking.no_faults,
        looking.raw_update,
        looking.repeat_update,
    )
}


async def control(fake: Fake, operation: str, request: web.Request) -> web.Response:
    """Runs one operation; what cannot be is a 400 with `error`."""
    if operation not in OPERATIONS:
        return web.json_response({"error": f"There is no /control/{operation}."}, status=404)
    run = OPERATIONS[operation]
    body = await request.read()
    try:
        arguments = json.loads(body) if body else {}
        inspect.signature(run).bind(fake, **arguments)
    except (TypeError, ValueError) as error:
        return web.json_response({"error": f"{operation}: {error}"}, status=400)
    try:
        return web.json_response(run(fake, **arguments))
    except (Impossible, ValueError, Refusal, TypeError) as error:
        return web.json_response({"error": f"{operation}: {error}"}, status=400)
