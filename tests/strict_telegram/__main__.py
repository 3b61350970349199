"""A strict fake of Telegram's Bot API, as a process of its own: `python -m tests.strict_telegram --token 1:A`."""

from __future__ import annotations

import argparse
import asyncio
import json

from aiohttp import web

from tests.strict_telegram.server import Server


async def serve(server: Server, port: int) -> None:
    """Listens on loopback, says where in one line of JSON, and goes on until it is killed."""
    runner = web.AppRunner(server.application(), access_log=None, handle_signals=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, bound = runner.addresses[0][:2]
    print(json.dumps({"url": f"http://{host}:{bound}"}), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(prog="python -m tests.strict_telegram", description=__doc__)
    parser.add_argument("--token", required=True, help="the bot's token, as NUMBER:SECRET")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--username", default="saidwhat_bot")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes longer")
    parser.add_argument("--flood", action="store_true", help="refuse what comes too fast, by 429")
    options = parser.parse_args()
    server = Server(options.token, options.username, options.latency, options.flood)
    asyncio.run(serve(server, options.port))


if __name__ == "__main__":
    main()
