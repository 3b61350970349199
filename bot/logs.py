"""Settings in, logging on stderr out, with the bot's token never in it."""

from __future__ import annotations

import logging
from typing import Any

from pydantic import SecretStr

_CHATTY = ("httpx", "httpcore", "sentence_transformers", "transformers", "huggingface_hub", "faiss")


class _Plain(logging.Formatter):
    """Blots out a secret wherever it turns up, and says in a line what Telegram refused instead of tracing it."""

    def __init__(self, secret: str | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text.replace(self._secret, "<token>") if self._secret else text

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        if ei[0] is not None and ei[0].__module__ == "telegram.error":  # its cause is outside this program
            return f"{ei[0].__name__}: {ei[1]}"
        return super().formatException(ei)


def configure_logging(level: str, token: SecretStr | None) -> None:
    """Log to stderr from `level` up; libraries that log every request only their warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Plain(token.get_secret_value() if token else None))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
