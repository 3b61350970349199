"""Arguments, the environment, `.env` and defaults in, one Settings out. The only reader of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from embeddings.errors import SaidwhatError
from embeddings.models import DEFAULT_MODEL


class SettingsError(SaidwhatError):
    """A setting is missing or cannot be used."""


class Settings(BaseSettings):
    """Every setting; its environment variable has the name in capitals. `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    saidwhat_home: Path = Field(default_factory=lambda: user_data_path("saidwhat"))
    embedding_model: str = DEFAULT_MODEL
    reranker_model: str | None = None
    top_k: int = Field(default=3, ge=1, le=20)
    answer_threshold: float = Field(default=0.2, ge=0, le=1)
    unaddressed_threshold: float | None = Field(default=None, ge=0, le=1)
    telegram_bot_token: SecretStr | None = None
    telegram_api_base_url: AnyHttpUrl = AnyHttpUrl("https://api.telegram.org")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @field_validator("unaddressed_threshold")
    @classmethod
    def _stricter(cls, value: float | None, others: ValidationInfo) -> float | None:
        least = others.data.get("answer_threshold", 0.0)
        if value is not None and value < least:
            raise ValueError(f"it must be at least ANSWER_THRESHOLD, {least}")
        return value


def load_settings(**arguments: Any) -> Settings:
    """The settings; arguments that are None count as not given. Raises SettingsError, naming the first bad one."""
    try:
        settings = Settings(**{name: value for name, value in arguments.items() if value is not None})
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0]).upper()
        raise SettingsError(f"The setting {name} cannot be used: {fault['msg'].lower()}. See .env.example.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file .env cannot be read ({error}): mend or remove it.") from error
    settings.saidwhat_home = settings.saidwhat_home.expanduser()
    return settings
