"""Data and sizes in; folders with corpora, indexes and libraries of these sizes out, kept for the next run.

A folder's name ends in a hash of what it was made from: the data, and for a library all of `embeddings`, since another
version may store other bytes. One that is out of date is removed when its successor is made.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from embeddings.types import Article
from tests.benchmarks.timing.news import NEWS, SQUAD, read_news
from tests.benchmarks.timing.processes import ROOT, SCRIPTS, Python

SAIDWHAT = SCRIPTS / "saidwhat_script.py"
_THIS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files of one: articles and sentences of the given number, articles to add, and questions, one a line."""

    folder: Path

    @property
    def articles(self) -> Path:
        return self.folder / "articles.jsonl"

    @property
    def spare(self) -> Path:
        return self.folder / "spare.jsonl"

    @property
    def sentences(self) -> Path:
        return self.folder / "sentences.txt"

    @property
    def questions(self) -> str:
        return (self.folder / "questions.txt").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Grown:
    """A library of so many sentences, and what a search by meaning should find in it for each question."""

    sentences: int
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def nearest(self) -> Path:
        return self.folder / "nearest.json"


class Kept:
    """What was made in `folder` from the files in `data`, and is made now where it is missing."""

    def __init__(self, folder: Path, data: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._data = folder.resolve(), data

    def corpus(self, sentences: int) -> Corpus:
        """News of exactly so many sentences. Raises DataError."""

        def make(folder: Path) -> None:
            from embeddings.sentences import split_sentences

            news, corpus = read_news(self._data, sentences), Corpus(folder)
            lines = [" ".join(one.text.split()) for article in news.articles for one in split_sentences(article)]
            _write_articles(corpus.articles, news.articles)
            _write_articles(corpus.spare, news.spare)
            corpus.sentences.write_text("\n".join(lines), encoding="utf-8")
            (folder / "questions.txt").write_text("\n".join(news.questions), encoding="utf-8")

        return Corpus(self._made(f"news-{sentences}", self._of_data, make))

    def library(self, corpus: Corpus) -> Path:
        """A home of saidwhat with the corpus, made as `saidwhat index` makes it, quotes too."""

        def make(folder: Path) -> None:
            Python(self.folder).run(SAIDWHAT, "index", corpus.articles, folder, "--quotes", tells=True)

        return self._made(f"library-of-{corpus.folder.name}", self._of_code, make)

    def grown(self, corpus: Corpus, sentences: int) -> Grown:
        """A library of so many sentences, those of the corpus first and then variations of them."""

        def make(folder: Path) -> None:
            grown, python = Grown(sentences, folder), Python(self.folder)
            python.run(SAIDWHAT, "grow", self.library(corpus), grown.home, str(sentences), tells=True)
            found = python.run(SAIDWHAT, "nearest", grown.home, stdin=corpus.questions)
            grown.nearest.write_text(found.printed, encoding="utf-8")

        made = self._made(
            f"grown-{sentences}-of-{corpus.folder.name}",
            _hash([SAIDWHAT, _THIS / "variations.py"], self._of_code),
            make,
        )
        return Grown(sentences, made)

    def index(self, name: str, corpus: Corpus, script: Path, make: Callable[[Path], None]) -> Path:
        """The index of the corpus that `make`, which runs `script`, writes into a folder."""
        return self._made(f"{name}-of-{corpus.folder.name}", _hash([script]), make)

    def _made(self, name: str, of: str, make: Callable[[Path], None]) -> Path:
        folder = self.folder / f"{name}-{of}"
        if not folder.is_dir():
            print(f"making {name} …", file=sys.stderr, flush=True)
            start = time.monotonic()
            for old in self.folder.glob(f"{name}-????????"):
                shutil.rmtree(old)
            part = self.folder / f"{name}.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(folder)
            print(f"  made in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        return folder

    @cached_property
    def _of_data(self) -> str:
        return _hash([*(self._data / name for name in (*NEWS, *SQUAD)), _THIS / "news.py"])

    @cached_property
    def _of_code(self) -> str:
        return _hash(
            path for path in (ROOT / "embeddings").rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )


def size_of(folder: Path) -> int:
    """The bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _write_articles(path: Path, articles: Iterable[Article]) -> None:
    rows = (json.dumps({"id": article.id, "text": article.text}) for article in articles)
    path.write_text("\n".join(rows), encoding="utf-8")


def _hash(files: Iterable[Path], beside: str = "") -> str:
    digest = hashlib.sha256(beside.encode())
    for file in sorted(files):
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()[:8]
