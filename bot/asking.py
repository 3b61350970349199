"""A line of text in, an Answer out: the one road that every front takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.question import read_question
from bot.retrieval import answer
from bot.settings import Settings
from bot.types import Answer
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Outcome, Scope


def open_library(settings: Settings) -> Library:
    """The library that the settings name. Nothing is read or loaded before its first use."""
    return Library(EmbeddedStore(settings.saidwhat_home), SentenceTransformerEncoder(settings.embedding_model))


def ask(
    text: str, library: Library, settings: Settings, *, scope: Scope = None, previous: Sequence[str] = ()
) -> Answer:
    """Answer one question. Raises SaidwhatError, whose message is meant for the user."""
    return answer(
        read_question(text, previous),
        library,
        scope=scope,
        top_k=settings.top_k,
        threshold=settings.answer_threshold,
    )


def take_in_seeds(library: Library) -> Iterator[Outcome]:
    """Index the articles that come with saidwhat, if nothing was ever put into the library."""
    if library.store.is_new():
        yield from library.index([seeds_folder()])


def seeds_folder() -> Path:
    """The folder `seeds`: inside the package when installed from a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
