"""Arguments, the environment, `.env` and defaults in, one Settings out. The only reader of the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from embeddings.errors import SaidwhatError
from embeddings.models import DEFAULT_MODEL

_Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(SaidwhatError):
    """A setting is missing or cannot be used."""


class Settings(BaseSettings):
    """Every setting; its environment variable has the name in capitals. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    saidwhat_home: Path = Field(default_factory=lambda: user_data_path("saidwhat"))
    saidwhat_store: SecretStr | None = None
    saidwhat_store_read: SecretStr | None = None
    embedding_model: str = DEFAULT_MODEL
    reranker_model: str | None = None
    top_k: int = Field(default=3, ge=1, le=20)
    answer_threshold: float = Field(default=0.21, ge=0, le=1)
    sure_threshold: float = Field(default=0.45, ge=0, le=1)
    unaddressed_threshold: float = Field(default=0.6, ge=0, le=1)
    telegram_bot_token: SecretStr | None = None
    telegram_api_base_url: AnyHttpUrl = AnyHttpUrl("https://api.telegram.org")
    allowed_chats: Annotated[list[int], NoDecode] = Field(default_factory=list)
    pending_max_age: int = Field(default=600, ge=1)
    chat_articles: int = Field(default=200, ge=0)
    channel_posts: int = Field(default=500, ge=0)
    person_articles_a_day: int = Field(default=50, ge=0)
    document_megabytes: int = Field(default=20, ge=1, le=20)
    telegram_webhook_url: AnyHttpUrl | None = None
    telegram_webhook_host: str = "127.0.0.1"
    telegram_webhook_port: _Port = 8080
    telegram_webhook_secret: SecretStr | None = None
    monitoring_host: str = "127.0.0.1"
    monitoring_port: _Port | None = None
    link_ports: Annotated[list[_Port], NoDecode] = Field(default=[80, 443], min_length=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @field_validator("unaddressed_threshold")
    @classmethod
    def _stricter(cls, value: float, others: ValidationInfo) -> float:
        least = others.data.get("answer_threshold", 0.0)
        if value < least:
            raise ValueError(f"it must be at least ANSWER_THRESHOLD, {least}")
        return value

    @field_validator("saidwhat_store", "saidwhat_store_read")
    @classmethod
    def _in_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("it must begin with postgresql://")
        return value

    @field_validator("saidwhat_store_read")
    @classmethod
    def _of_a_store(cls, value: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if value is not None and others.data.get("saidwhat_store") is None:
            raise ValueError("it is the standby of a database: name that in SAIDWHAT_STORE")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _as_telegram_takes_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("it must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("allowed_chats", "link_ports", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return value.replace(",", " ").split() if isinstance(value, str) else value


def load_settings(**arguments: Any) -> Settings:
    """The settings; arguments that are None count as not given. Raises SettingsError, naming the first bad one."""
    try:
        settings = Settings(**{name: value for name, value in arguments.items() if value is not None})
    except ValidationError as error:
        fault = error.errors()[0]
        name, wrong = str(fault["loc"][0]), f"cannot be used: {fault['msg'].lower()}."
        if arguments.get(name) is not None:
            argument = name.removeprefix("saidwhat_").replace("_", "-")
            raise SettingsError(f"The argument --{argument} {wrong}") from error
        raise SettingsError(f"The setting {name.upper()} {wrong} See .env.example.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file .env cannot be read ({error}): mend or remove it.") from error
    settings.saidwhat_home = settings.saidwhat_home.expanduser()
    return settings
