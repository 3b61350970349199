"""Settings: where they come from, and what is said of bad ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory and environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_every_setting_is_in_the_example() -> None:
    """`.env.example` lists exactly the settings there are, and its values are the defaults."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = {m[1]: m[2] for line in lines if (m := re.fullmatch(r"# ([A-Z_]+)=(.*)", line))}
    assert set(listed) == {name.upper() for name in Settings.model_fields}
    defaults = load_settings()
    for name, value in listed.items():
        if value:
            assert str(getattr(defaults, name.lower())).rstrip("/") == value


def test_order_of_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument wins over the environment, the environment over .env, .env over the default."""
    assert load_settings().top_k == 3
    (tmp_path / ".env").write_text("TOP_K=4\nTELEGRAM_BOT_TOKEN=\n", encoding="utf-8")
    assert load_settings().top_k == 4
    monkeypatch.setenv("TOP_K", "5")
    assert load_settings().top_k == 5
    assert load_settings(top_k=6).top_k == 6
    assert load_settings().telegram_bot_token is None


def test_a_bad_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value out of range names the setting and what it may be."""
    monkeypatch.setenv("TOP_K", "99")
    with pytest.raises(SettingsError, match=r"^The setting TOP_K cannot be used: .* less than or equal to 20"):
        load_settings()


def test_the_unaddressed_threshold_is_the_stricter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is answered unasked must not be less sure than what is asked."""
    monkeypatch.setenv("ANSWER_THRESHOLD", "0.4")
    monkeypatch.setenv("UNADDRESSED_THRESHOLD", "0.4")
    assert load_settings().unaddressed_threshold == 0.4
    monkeypatch.setenv("UNADDRESSED_THRESHOLD", "0.3")
    with pytest.raises(
        SettingsError,
        match=r"^The setting UNADDRESSED_THRESHOLD cannot be used: .*it must be at least answer_threshold, 0\.4",
    ):
        load_settings()


def test_a_standby_is_of_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of a standby alone is refused, and so is one of another kind."""
    monkeypatch.setenv("SAIDWHAT_STORE_READ", "postgresql://standby/news")
    with pytest.raises(SettingsError, match=r"^The setting SAIDWHAT_STORE_READ cannot be used: .*name that in saidwha"):
        load_settings()
    monkeypatch.setenv("SAIDWHAT_STORE", "postgresql://primary/news")
    read = load_settings().saidwhat_store_read
    assert read
    assert read.get_secret_value() == "postgresql://standby/news"
    monkeypatch.setenv("SAIDWHAT_STORE_READ", "mysql://standby/news")
    with pytest.raises(
        SettingsError, match=r"^The setting SAIDWHAT_STORE_READ cannot be used: .*begin with postgresql"
    ):
        load_settings()


def test_an_unreadable_env_file_is_one_sentence(tmp_path: Path) -> None:
    """A .env that is no text is named."""
    (tmp_path / ".env").write_bytes(b"TOP_K=\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"^The file \.env cannot be read"):
        load_settings()


def test_ports_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ports from which pages are fetched have commas or spaces between them, and none is no list."""
    assert load_settings().link_ports == [80, 443]
    monkeypatch.setenv("LINK_PORTS", "443, 8443")
    assert load_settings().link_ports == [443, 8443]
    for bad in ("0", "70000", "http", ","):
        monkeypatch.setenv("LINK_PORTS", bad)
        with pytest.raises(SettingsError, match=r"^The setting LINK_PORTS cannot be used: "):
            load_settings()


def test_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home folder is written ~ as in a shell."""
    monkeypatch.setenv("SAIDWHAT_HOME", "~/lib")
    assert load_settings().saidwhat_home == Path.home() / "lib"
