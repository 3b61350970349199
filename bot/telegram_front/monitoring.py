"""What the bot does in, `/metrics` for Prometheus and `/healthz` for a supervisor out."""

from __future__ import annotations

import time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from embeddings.errors import SaidwhatError

_SILENT_AFTER = 120  # seconds without a word from Telegram; a poll takes up to 10, and pauses after failures up to 30
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds


class Monitor:
    """The counts of one bot, and when Telegram was last heard."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter("saidwhat_updates", "Updates that came, by kind", ["kind"], registry=self.registry)
        self.dropped = Counter(
            "saidwhat_updates_dropped", "Updates that were let pass, by reason", ["reason"], registry=self.registry
        )
        self.answers = Counter("saidwhat_answers", "Questions answered, by status", ["status"], registry=self.registry)
        self.failures = Counter("saidwhat_failures", "Handlers that failed", registry=self.registry)
        self.in_work = Gauge("saidwhat_updates_in_work", "Updates being worked on", registry=self.registry)
        self.seconds = Histogram(
            "saidwhat_update_seconds", "Time from taking up an update to its end", registry=self.registry,
            buckets=_BUCKETS,
        )  # fmt: skip
        self._heard: float | None = None
        self.is_told = False
        """Whether updates come without being asked for, or another replica asks for them."""
        self.stopping = False

    def heard(self) -> None:
        """Telegram answered a poll, or sent an update."""
        self._heard = time.monotonic()

    def silence(self) -> float | None:
        """Seconds since Telegram was last heard; None before the first time."""
        return None if self._heard is None else time.monotonic() - self._heard

    def is_healthy(self) -> bool:
        """Whether updates can come: where it polls, only if a poll was answered lately."""
        silence = self.silence()
        return self.is_told or (silence is not None and silence < _SILENT_AFTER)


def listen_for_operators(monitor: Monitor, host: str, port: int) -> HTTPServer:
    """Serve `/healthz` and `/metrics`. Raises SaidwhatError where the port is taken."""
    application = Application(
        [("/healthz", _Health, {"monitor": monitor}), ("/metrics", _Metrics, {"monitor": monitor})]
    )
    return listening(application, host, port, "MONITORING_PORT")


def listening(application: Application, host: str, port: int, setting: str) -> HTTPServer:
    """`application` on a port that `setting` names. Raises SaidwhatError where it cannot be had."""
    server = HTTPServer(application, max_buffer_size=2**20, idle_connection_timeout=60)
    application.settings["log_function"] = lambda handler: None  # tornado would log each request
    try:
        server.listen(port, host)
    except OSError as error:
        raise SaidwhatError(
            f"Port {port} of {host} cannot be listened on ({error.strerror}): set {setting} to one that is free."
        ) from error
    return server


class _Monitored(RequestHandler):
    def initialize(self, monitor: Monitor) -> None:
        self.monitor = monitor


class _Health(_Monitored):
    def get(self) -> None:
        silence = self.monitor.silence()
        if self.monitor.is_healthy():
            self.write("ok\n")
            return
        self.set_status(503)
        self.write("Telegram was not heard yet\n" if silence is None else f"Telegram is silent for {silence:.0f} s\n")


class _Metrics(_Monitored):
    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(generate_latest(self.monitor.registry))
