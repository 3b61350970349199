"""Requests in, each handed to one of several servers in turn, and to the next where one is dead or busy."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_PATIENCE = 20.0  # seconds


@contextmanager
def load_balancer(ports: Sequence[int]) -> Iterator[str]:
    """The address of a server that hands POST requests to those at `ports` of this machine.

    Its answer is the first that is no failure; where all fail, 503.
    """
    turns = itertools.cycle(range(len(ports)))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            first = next(turns)
            status = 503
            for port in (*ports[first:], *ports[:first]):
                try:
                    url = f"http://127.0.0.1:{port}{self.path}"
                    status = client.post(url, content=body, headers=dict(self.headers)).status_code
                except httpx.TransportError:
                    status = 503
                if status < 500:
                    break
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with httpx.Client(timeout=_PATIENCE, trust_env=False) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
