"""What the tests of the command and of the Telegram bot share: a tiny model, and a library made by the command."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.telegram_front.kept import Kept, KeptFile
from tests.conftest import BRIDGE
from tests.hand_made import TALKS
from tests.postgres_server import PostgresServer


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for 1 MB, which `remount` makes read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"mounting needs root and a kernel that lets it: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


Opening = Callable[[], Kept]
"""Opens what the Telegram front keeps, the same each time, as each start of the bot and each replica does."""


@pytest.fixture(params=["file", "database"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Nothing is kept yet."""
    if request.param == "file":
        return lambda: KeptFile(tmp_path / "kept")
    return request.getfixturevalue("shared_opening")  # type: ignore[no-any-return]


@pytest.fixture
def database_url(postgres: PostgresServer, tmp_path: Path) -> str:
    """The address of a library, and of what is kept beside it, that nobody else uses."""
    return postgres.url(f"s{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:16]}")


@pytest.fixture
def shared_opening(database_url: str) -> Iterator[Opening]:
    """The same in a database."""
    from bot.telegram_front.replicas.tables import KeptTables

    opened: list[KeptTables] = []

    def opening() -> Kept:
        opened.append(KeptTables(database_url))
        return opened[-1]

    yield opening
    for kept in opened:
        kept.connections.close()


POST = """The market hall on Station Square will close for two years, the owners told traders on Friday.

"Every stall will come back," said Olga Renn, who speaks for the owners.
"""
POSTED_IN = -1000000005001
"""The group whose second message, after that of its making, is POST."""


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, kept_model: Path) -> Path:
    """A library folder made by the real command: talks, the bridge from a page, and the market from a message."""
    folder = tmp_path_factory.mktemp("posted")
    (folder / "talks.txt").write_text(TALKS, encoding="utf-8")
    (folder / "bridge.md").write_text(f"---\nurl: https://example.org/bridge\n---\n{BRIDGE}", encoding="utf-8")
    front_matter = "---\ntitle: Market hall to close\nurl: https://t.me/c/5001/2\n---\n"
    (folder / "market.md").write_text(front_matter + POST, encoding="utf-8")
    home = Path(shutil.copytree(kept_model, tmp_path_factory.mktemp("indexed") / "home"))
    environment = {**os.environ, "SAIDWHAT_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    subprocess.run([sys.executable, "-m", "bot", "index", folder], env=environment, check=True, capture_output=True)
    return home


@pytest.fixture
def telegram_home(indexed: Path, tmp_path: Path) -> Path:
    """A copy of that folder, for one bot."""
    return Path(shutil.copytree(indexed, tmp_path / "home"))
