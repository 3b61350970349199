"""`saidwhat index`, the real command, killed with SIGKILL at random moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.checks.verify import verify_library
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.sentences import split_sentences
from embeddings.sources.arriving import read_article
from embeddings.stores.embedded import EmbeddedStore
from tests.written_articles import told_of, write_articles


def test_killed_at_random_moments(tmp_path: Path, tiny_model: Path, pytestconfig: pytest.Config) -> None:
    """After each kill every article is wholly there or wholly absent, every command works, and index completes."""
    count, kills = pytestconfig.getoption("--of"), pytestconfig.getoption("--kills")
    folder, home = tmp_path / "articles", tmp_path / "home"
    write_articles(folder, count)
    environment = dict(os.environ, SAIDWHAT_HOME=str(home), EMBEDDING_MODEL=str(tiny_model), PYTHONUNBUFFERED="1")
    command = [sys.executable, "-m", "bot", "index", str(folder)]
    dice = random.Random(23)
    held: set[str] = set()
    for kill in range(kills):
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for _ in range(dice.randint(1, max(1, count // (kills + 1)))):
                process.stdout.readline()
            time.sleep(dice.random() * 0.02)  # anywhere in an article: splitting, encoding, writing, committing
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL, f"kill {kill} came after the end"
        held = _assert_whole(Library(EmbeddedStore(home), SentenceTransformerEncoder(str(tiny_model))), folder, held)
        assert len(held) < count
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(f"\n{len(held)} unchanged, {count - len(held)} added\n")
    complete = Library(EmbeddedStore(home), SentenceTransformerEncoder(str(tiny_model)))
    assert len(_assert_whole(complete, folder, held)) == count


def test_changes_and_removals_under_kills(tmp_path: Path, tiny_model: Path, pytestconfig: pytest.Config) -> None:
    """Whatever is killed while articles change and go, in the end the library is as one that was built at once."""
    count, kills = pytestconfig.getoption("--of"), pytestconfig.getoption("--kills")
    folder = tmp_path / "articles"
    write_articles(folder, count)
    environment = dict(os.environ, EMBEDDING_MODEL=str(tiny_model), PYTHONUNBUFFERED="1")
    dice = random.Random(29)

    def run(home: str, *arguments: str, kill_after: int | None = None) -> None:
        command = [sys.executable, "-m", "bot", "--home", str(tmp_path / home), *arguments]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for _ in range(kill_after or 0):
                process.stdout.readline()
            if kill_after is not None:
                time.sleep(dice.random() * 0.02)
                process.send_signal(signal.SIGKILL)
            process.stdout.read()
        assert process.returncode in (0, -signal.SIGKILL)

    run("changed", "index", str(folder))
    files = sorted(folder.iterdir())
    dice.shuffle(files)
    changed, unwanted = files[: count // 5], files[count // 5 : count // 5 + count // 10]
    for path in changed:
        path.write_text(path.read_text(encoding="utf-8").replace("The council", "The new mayor"), encoding="utf-8")

    def removed(kill_after: int | None = None) -> None:
        held = _ids(tmp_path / "changed")  # indexing the folder brings back what was removed before
        ids = [path.stem for path in unwanted if path.stem in held]
        if ids:
            run("changed", "remove", *ids, kill_after=kill_after)

    for kill in range(kills):
        if kill % 2:
            removed(kill_after=dice.randint(0, 1))
        else:
            run("changed", "index", str(folder), kill_after=dice.randint(0, max(0, len(changed) // kills)))
    removed()
    for path in unwanted:
        path.unlink()
    run("changed", "index", str(folder))
    run("at once", "index", str(folder))
    libraries = [
        Library(EmbeddedStore(tmp_path / home), SentenceTransformerEncoder(str(tiny_model)))
        for home in ("changed", "at once")
    ]
    assert verify_library(libraries[0]) == []
    assert told_of(libraries[0]) == told_of(libraries[1])
    for library in libraries:
        library.store.close()


def _ids(home: Path) -> set[str]:
    store = EmbeddedStore(home)
    held = {summary.id for summary in store.articles()}
    store.close()
    return held


def _assert_whole(library: Library, folder: Path, before: set[str]) -> set[str]:
    """The ids held now, each article of them complete and found by both searches; none of `before` is lost."""
    assert verify_library(library) == []
    held = {summary.id for summary in library.store.articles()}
    assert before <= held
    for article_id in held:
        article = read_article(folder / f"{article_id}.txt")
        assert library.store.article(article_id) == article
        assert library.store.sentences(article_id) == list(split_sentences(article))
    for article_id in sorted(held)[-2:]:
        (sentence, *_) = library.store.sentences(article_id)
        vector = library.encode_question(sentence.text).vector
        assert library.store.search_by_meaning(vector, 1, [article_id])[0].score == pytest.approx(1, abs=1e-5)
        assert len(library.store.search_by_words(sentence.text.strip(".").split(), 50, [article_id])) >= 1
    library.store.close()
    return held
