"""Settings in, logging on stderr out, with the bot's token never in it."""

from __future__ import annotations

import logging

from pydantic import SecretStr

_CHATTY = ("httpx", "httpcore", "sentence_transformers", "transformers", "huggingface_hub", "faiss")


class _Redacting(logging.Formatter):
    """Blots out a secret wherever it turns up: in messages, arguments and tracebacks."""

    def __init__(self, secret: str | None) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text.replace(self._secret, "<token>") if self._secret else text


def configure_logging(level: str, token: SecretStr | None) -> None:
    """Log to stderr from `level` up; libraries that log every request only their warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(token.get_secret_value() if token else None))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
