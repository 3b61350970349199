"""A line of text in, an Answer out: the one road that every front takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.question import read_question
from bot.retrieval import answer
from bot.settings import Settings
from bot.speakers import Inquiry
from bot.types import Answer, Question
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Outcome, Scope


def open_library(settings: Settings) -> Library:
    """The library that the settings name. Nothing is read or loaded before its first use."""
    return Library(EmbeddedStore(settings.saidwhat_home), SentenceTransformerEncoder(settings.embedding_model))


def ask(
    text: str,
    library: Library,
    settings: Settings,
    *,
    scope: Scope = None,
    previous: Sequence[str] = (),
    offset: int = 0,
) -> Answer:
    """Answer one question; of many quotes, those from `offset` on.

    Raises SaidwhatError, whose message is meant for the user.
    """
    return answer(
        read_question(text, previous),
        library,
        scope=scope,
        top_k=settings.top_k,
        threshold=settings.answer_threshold,
        offset=offset,
    )


def asked_by_command(command: str, rest: str) -> str:
    """The question that a front's command stands for: `/quotes NAME`, `/quotes`, `/who`, `/who NAME`, `/ask …`."""
    if command == "quotes":
        return f"quotes by {rest}" if rest else "quotes"
    if command == "who":
        return f"who is {rest}" if rest else "who is quoted?"
    return rest


def all_quotes(speaker: str | None, library: Library, scope: Scope = None) -> Answer:
    """Every quote, or every one of `speaker`. Raises SaidwhatError."""
    question = Question(asked_by_command("quotes", speaker or ""), "quotes", speaker)
    inquiry = Inquiry(question, library, scope, top_k=1)
    told = inquiry.answer()
    return told or Answer(
        question, "not_found", 0.0, remark=f"The articles do not quote {speaker}. {inquiry.quoted_are()}"
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
