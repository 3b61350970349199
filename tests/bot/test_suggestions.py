"""Questions that are suggested: each is answered, and on few articles or none there are fewer."""

from __future__ import annotations

from pathlib import Path

from bot.asking import ask, suggest
from bot.settings import Settings
from bot.suggestions import MOST
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from tests.conftest import ConceptEncoder

SETTINGS = Settings(answer_threshold=0.12)


def test_each_suggestion_is_answered(talks: Library) -> None:
    """What is offered was tried, and is never more than a few."""
    offered = suggest(talks, SETTINGS)
    assert 1 <= len(offered) <= MOST
    assert "What did Viktor Zhalnin say?" in offered
    assert {ask(question, talks, SETTINGS).status for question in offered} == {"answered"}


def test_they_follow_the_library(talks: Library) -> None:
    """They are of the articles in scope, and change when the library does."""
    assert all("Zhalnin" not in question for question in suggest(talks, SETTINGS, ["bridge"]))
    talks.store.remove("talks")
    assert all("Zhalnin" not in question for question in suggest(talks, SETTINGS))


def test_sums_and_dates_are_asked_for(tmp_path: Path) -> None:
    """A plain statement with a date gives a question to which it is the answer."""
    library = Library(EmbeddedStore(tmp_path), ConceptEncoder(), lambda article, sentences: ((), ()))
    library.put(make_article("a", "Bridge news\n\nThe town council opened the new bridge in June 2021.", {}))
    assert suggest(library, Settings(answer_threshold=0)) == ("When did the town council open the new bridge?",)


def test_what_may_not_be_answered_is_not_suggested(tmp_path: Path) -> None:
    """An answer that the bot is not sure of is given to who asks for it, and offered to nobody."""
    library = Library(EmbeddedStore(tmp_path), ConceptEncoder(), lambda article, sentences: ((), ()))
    library.put(make_article("a", "Bridge news\n\nThe town council opened the new bridge in June 2021.", {}))
    assert suggest(library, Settings(answer_threshold=0, sure_threshold=1)) == ()


def test_what_stands_for_itself_is_suggested(tmp_path: Path) -> None:
    """ "Its town council" is nobody's, for one who has not read on."""
    library = Library(EmbeddedStore(tmp_path), ConceptEncoder(), lambda article, sentences: ((), ()))
    library.put(make_article("a", "Bridge news\n\nIts town council opened the new bridge in June 2021.", {}))
    assert suggest(library, Settings(answer_threshold=0, sure_threshold=0)) == ()


def test_nothing_to_suggest(tmp_path: Path) -> None:
    """An empty library suggests nothing."""
    assert suggest(Library(EmbeddedStore(tmp_path), ConceptEncoder()), SETTINGS) == ()
