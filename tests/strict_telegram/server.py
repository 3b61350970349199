"""The HTTP server: requests to the Bot API in, answers or faults out, every one of them logged."""

from __future__ import annotations

import asyncio
import socket
import struct
import traceback
from typing import Any

from aiohttp import web

from tests.strict_telegram.control import control
from tests.strict_telegram.fake import Fake
from tests.strict_telegram.faults import Fault
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.methods.receiving import Described
from tests.strict_telegram.methods.table import KNOWN, PLAYED
from tests.strict_telegram.methods.unimplemented import Unimplemented
from tests.strict_telegram.reading import build, read_params
from tests.strict_telegram.refusals import NOT_FOUND, UNAUTHORIZED, Refusal, too_many_requests
from tests.strict_telegram.world import Rules

Json = dict[str, Any]

PAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"


class Server:
    """Serves one fake; `reset` puts a new one in its place."""

    def __init__(self, token: str, username: str, latency: float, flood: bool) -> None:
        self._made_with = (token, username)
        self._latency = latency
        self._flood = flood
        self.fake = self._new()

    def _new(self, next_update: int = 700_000_001) -> Fake:
        rules = Rules(latency=self._latency, flood=self._flood)
        return Fake(*self._made_with, rules=rules, next_update=next_update)

    def application(self) -> web.Application:
        """The routes."""
        application = web.Application(client_max_size=64 << 20)
        application.router.add_post("/control/reset", self._reset)
        application.router.add_post("/control/{operation}", self._control)
        application.router.add_route("*", "/bot{token}/{method}", self._bot)
        application.router.add_get("/file/bot{token}/{path:.+}", self._file)
        application.router.add_route("*", "/{rest:.*}", self._nowhere)
        return application

    async def _reset(self, request: web.Request) -> web.Response:
        """Forgets everything but the token; a poll that waits ends with nothing."""
        await self.fake.deliverer.stop()
        old, self.fake = self.fake, self._new(self.fake.updates.next_id)
        old.updates.clear()
        old.updates.wake()
        return web.json_response({})

    async def _control(self, request: web.Request) -> web.Response:
        return await control(self.fake, request.match_info["operation"], request)

    async def _nowhere(self, request: web.Request) -> web.Response:
        return _error(Refusal(404, NOT_FOUND))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file; a fault of the method "file", a status or a slow one, strikes here."""
        fake, path = self.fake, request.match_info["path"]
        upload = next((one for one in fake.world.uploads.values() if one.path == path), None)
        if request.match_info["token"] != fake.token or upload is None:
            return _error(Refusal(404, NOT_FOUND))
        fault = fake.plan.take("file", None)
        if fault is not None and fault.kind == "status":
            return _error(Refusal(fault.status, fault.description))
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        return web.Response(body=upload.data, content_type="application/octet-stream")

    async def _bot(self, request: web.Request) -> web.StreamResponse:
        fake, token, method = self.fake, request.match_info["token"], request.match_info["method"]
        if token != fake.token:
            number, colon, secret = token.partition(":")
            well_formed = number.isdigit() and colon and secret
            return _error(Refusal(401, UNAUTHORIZED) if well_formed else Refusal(404, NOT_FOUND))
        try:
            params = await read_params(request)
        except Refusal as refusal:
            fake.journal.violation("malformed", f"{method}: {refusal.description}")
            return _error(refusal)
        entry = fake.journal.begin(method, params)
        fault = fake.plan.take(method, _chat_of(params))
        if fault is None:
            response = await self._answer(fake, entry)
            if fake.world.rules.latency and method.lower() != "getupdates":
                await asyncio.sleep(fake.world.rules.latency)
        else:
            response = await self._strike(fake, entry, fault, request)
        gone = request.transport is None or request.transport.is_closing()
        fake.journal.end(entry, entry.status, "disconnected" if gone and not fault else entry.outcome or "ok")
        return response

    async def _strike(self, fake: Fake, entry: Entry, fault: Fault, request: web.Request) -> web.StreamResponse:
        """Lets a fault strike a request."""
        answer: web.StreamResponse | None = None
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return await self._answer(fake, entry)
        if fault.kind == "lost" or (fault.kind == "hang" and fault.effect):
            answer = await self._answer(fake, entry)
        entry.status, entry.outcome = None, f"fault: {fault.kind}"
        if fault.kind == "flood":
            answer = _error(too_many_requests(fault.retry_after))
        elif fault.kind == "status":
            answer = _error(Refusal(fault.status, fault.description))
        elif fault.kind == "html":
            status = 502 if fault.status == 500 else fault.status
            answer = web.Response(status=status, text=PAGE, content_type="text/html")
        else:
            if fault.kind == "hang":
                await asyncio.sleep(fault.seconds)
            _reset_connection(request)
            return answer or web.Response()
        entry.status = answer.status
        return answer

    async def _answer(self, fake: Fake, entry: Entry) -> web.StreamResponse:
        """Answers a request as the Bot API does, and says in `entry` how."""
        try:
            fake.pace.check(entry, _chat_of(entry.params))
            result = await _call(fake, entry)
        except Refusal as refusal:
            entry.status, entry.outcome = refusal.code, refusal.description
            return _error(refusal)
        except Unimplemented as unknown:
            fake.journal.violation("unimplemented", str(unknown), entry)
            entry.status, entry.outcome = 501, f"Not Implemented: {unknown}"
            return _error(Refusal(501, entry.outcome))
        except Exception:  # noqa: BLE001 - the fake's own fault must be seen by the test, whatever it is
            fake.journal.violation("fake", traceback.format_exc(), entry)
            entry.status, entry.outcome = 500, "Internal Server Error"
            return _error(Refusal(500, entry.outcome))
        entry.status, entry.outcome = 200, "ok"
        body: Json = {"ok": True, "result": result}
        if isinstance(result, Described):
            body = {"ok": True, "result": result.result, "description": result.description}
        return web.json_response(body)


async def _call(fake: Fake, entry: Entry) -> object:
    name = entry.method.lower()
    if name not in PLAYED:
        raise Unimplemented(f"method {entry.method}" if name in KNOWN else f"unknown method {entry.method}")
    model, handler = PLAYED[name]
    try:
        call, unknown = build(model, entry.params)
    except Refusal as refusal:
        fake.journal.violation("malformed", f"{entry.method}: {refusal.description}", entry)
        raise
    for parameter in unknown:
        fake.journal.violation("unknown parameter", f"{entry.method} has no parameter {parameter}", entry)
    return await handler(fake, call, entry)


def _chat_of(params: Json) -> int | None:
    try:
        return int(params["chat_id"])
    except (KeyError, ValueError, TypeError):
        return None


def _error(refusal: Refusal) -> web.Response:
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    if "retry_after" in refusal.parameters:
        headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return web.json_response(body, status=refusal.code, headers=headers)


def _reset_connection(request: web.Request) -> None:
    """Ends the connection by a reset, not by an orderly end."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
