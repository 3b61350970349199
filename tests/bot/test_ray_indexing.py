"""`saidwhat index --ray`, the real command, on a Ray cluster of three nodes on this machine, one of them killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.checks.verify import verify_library
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.models import DEFAULT_MODEL
from embeddings.stores.embedded import EmbeddedStore
from tests.written_articles import told_of, write_articles

pytest.importorskip("ray", reason="indexing on Ray needs the extra: pip install 'saidwhat[ray]'", exc_type=ImportError)

COUNT = 20
MEMORY = {"object_store_memory": 200_000_000}  # bytes; a model takes 90 million of them

LEFT_OUT = "saidwhat: {} was left out: it is empty: there is no text to search.\n"

Indexing = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head without processors, and two nodes with one each."""
    from ray.cluster_utils import Cluster

    started = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **MEMORY})
    for _ in range(2):
        started.add_node(num_cpus=1, **MEMORY)
    yield started
    started.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the articles, and one file that is none."""
    made = tmp_path_factory.mktemp("written") / "articles"
    write_articles(made, COUNT)
    (made / "empty.txt").touch()
    return made


@pytest.fixture
def index(cluster: Any, folder: Path, kept_model: Path, tmp_path: Path) -> Iterator[Indexing]:
    """Starts the command on the folder, with the cluster or `alone`, into the library `home` of the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str | Path, alone: bool = False, home: str = "home") -> subprocess.Popen[str]:
        if not (tmp_path / home).exists():
            shutil.copytree(kept_model, tmp_path / home, copy_function=os.link)
        on_ray = () if alone else ("--ray", cluster.address)
        command = [sys.executable, "-m", "bot", "--home", tmp_path / home, "index", *on_ray, folder, *arguments]
        environment = dict(os.environ, PYTHONUNBUFFERED="1")
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, env=environment, text=True, stdout=pipe, stderr=pipe))
        return started[-1]

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.fixture(scope="module")
def at_once(folder: Path, kept_model: Path, tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """What a library of the articles tells that this process indexed."""
    library = Library(
        EmbeddedStore(tmp_path_factory.mktemp("at once")), SentenceTransformerEncoder(DEFAULT_MODEL, kept_model)
    )
    assert sum(outcome.status == "added" for outcome in library.index([folder])) == COUNT
    told = told_of(library)
    library.store.close()
    return told


def assert_equals(home: Path, at_once: list[object]) -> None:
    library = Library(EmbeddedStore(home), SentenceTransformerEncoder(DEFAULT_MODEL, home))
    assert verify_library(library) == []
    assert told_of(library) == at_once
    library.store.close()


def test_the_same_outcomes(index: Indexing, folder: Path) -> None:
    """Each article, bad file and repetition comes to the same as on one machine, in some other order."""
    records = folder.parent / "two.jsonl"
    page = '{"title": "The ferry ends", "text": "The old ferry ends in May.", "url": "https://example.org/ferry"'
    records.write_text(f'{page}}}\n{page}, "date": "2021-04-12"}}\n', encoding="utf-8")
    twice = (records, folder / "a0001.txt", "--json")
    told = [index(*twice, home=home, alone=alone).communicate() for home, alone in (("ray", False), ("one", True))]
    lines = [sorted(out.splitlines()) for out, _ in told]
    assert lines[0] == lines[1]
    assert len(lines[0]) == COUNT + 1 + 2 + 1
    assert told[0][1] == told[1][1] == LEFT_OUT.format(folder / "empty.txt")


def test_a_node_is_killed(index: Indexing, cluster: Any, folder: Path, at_once: list[object], tmp_path: Path) -> None:
    """A node killed in the middle costs only what it had in hand: the library equals the one built at once."""
    running = index()
    assert running.stdout
    for _ in range(5):
        running.stdout.readline()
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    cluster.add_node(num_cpus=1, **MEMORY)
    out, err = running.communicate()
    assert out.endswith((f"\n1 left out, {COUNT} added\n", f"\n{COUNT} added, 1 left out\n"))
    assert err == LEFT_OUT.format(folder / "empty.txt")
    assert_equals(tmp_path / "home", at_once)


def test_the_command_is_killed(index: Indexing, at_once: list[object], tmp_path: Path) -> None:
    """After the command itself was killed only what is missing is encoded, and then nothing at all."""
    running = index()
    assert running.stdout
    for _ in range(5):
        running.stdout.readline()
    running.send_signal(signal.SIGKILL)
    running.wait()
    store = EmbeddedStore(tmp_path / "home")
    held = len(store.articles())
    store.close()
    assert 5 <= held < COUNT
    out, _ = index().communicate()
    assert f"{held} unchanged" in out
    assert f"{COUNT - held} added" in out
    assert_equals(tmp_path / "home", at_once)
    assert index().communicate()[0] == f"{COUNT} unchanged, 1 left out\n"
