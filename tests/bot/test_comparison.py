"""`saidwhat verify --beside`: which articles and which answers of two libraries are otherwise, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.checks.comparison import Compared, compare_answers, compare_articles, open_beside, questions_on
from bot.render.comparison import as_json, is_alike, told
from bot.settings import Settings
from embeddings.archive import open_archive, write_archive
from embeddings.articles import make_article
from embeddings.errors import SaidwhatError
from embeddings.library import Library
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.postgres import postgres_store
from embeddings.stores.vector_index import Limits
from embeddings.types import Encoded, Entry, Found, Hit, Scope, Vectors
from tests.conftest import ConceptEncoder
from tests.hand_made import hand_made
from tests.postgres_server import PostgresServer

TWINS = "Twins\n\nThe bridge at {} opens. Nobody swims at {}.\n"
ALIKE = "3 articles compared, all alike."
PRICE = "What was the price?"
"""By meaning it is found that the bridge cost 14 million euros, and no word of it is there."""


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, answer_threshold=0.0)  # type: ignore[call-arg]


@pytest.fixture
def copy(talks: Library, tmp_path: Path, encoder: ConceptEncoder) -> Iterator[Library]:
    """Another library with the three articles, put in the other way round."""
    store = EmbeddedStore(tmp_path / "copy")
    fill(store, reversed(entries(talks.store)), encoder)
    with closing(store):
        yield Library(store, encoder, hand_made)


def entries(store: Store) -> list[Entry]:
    return [store.entry(summary.id) for summary in store.articles()]


def fill(store: Store, every: Iterator[Entry] | list[Entry], encoder: ConceptEncoder) -> None:
    for entry in every:
        store.add(entry, encoder.stamp())


def compared(first: Library, second: Library, settings: Settings) -> tuple[bool, list[str]]:
    """Whether both are alike, and what is told of it."""
    articles = list(compare_articles(first.store, second.store))
    alike = tuple(one.article for one in articles if one.is_alike)
    scope = None if len(alike) == len(articles) else alike
    questions = questions_on(first, settings, scope) if alike else []
    asked = list(compare_answers(questions, first, second, settings, scope))
    assert list(as_json(articles, asked))[-1]["questions"] == len(questions)
    return is_alike(articles, asked), list(told(articles, asked))


def test_two_that_are_alike(talks: Library, copy: Library, settings: Settings) -> None:
    """In whatever order articles were put in, all is alike; the questions are always the same."""
    questions = questions_on(talks, settings)
    assert questions == questions_on(talks, settings)
    assert len(questions) == len(set(questions)) == 34
    assert {"What did Ines Kader say?", "Who is Ines Kader?"} < set(questions)
    assert compared(talks, copy, settings) == (True, [ALIKE, "34 questions asked, all answered alike."])


def test_articles_of_one_alone(talks: Library, copy: Library, settings: Settings) -> None:
    """They are named, and the questions are on what both hold."""
    talks.store.remove("school")
    copy.store.remove("bridge")
    alike, lines = compared(talks, copy, settings)
    assert not alike
    assert lines[:3] == ["3 articles compared, 2 otherwise.", "bridge: only here.", "school: only there."]
    assert lines[3].endswith(" questions asked on the articles that are alike, all answered alike.")
    assert len(lines) == 4
    copy.store.remove("talks")
    assert compared(talks, copy, settings)[1][-1] == "No article is alike, so nothing was asked."


def test_what_is_otherwise_in_an_article(talks: Library, tmp_path: Path, encoder: ConceptEncoder) -> None:
    """Each part that is another one is named; vectors may differ by a millionth."""
    entry = talks.store.entry("talks")
    longer = replace(entry.sentences[0], paragraph=2)
    near, far = (Encoded(entry.encoded.vectors + np.float32(step)) for step in (5e-7, 5e-6))
    states = Encoded(entry.encoded.vectors, states=tuple(np.ones((1, 2), np.int8) for _ in entry.sentences))
    changed = {
        (): replace(entry, encoded=near),
        ("vectors",): replace(entry, encoded=far),
        ("states",): replace(entry, encoded=states),
        ("text",): replace(entry, article=replace(entry.article, title="Another")),
        ("digest", "former texts"): replace(entry, digest="x", former=("It was so.",)),
        ("sentences",): replace(entry, sentences=(longer, *entry.sentences[1:])),
        ("quotes", "entities"): replace(entry, quotes=(), entities=entry.entities[:1]),
    }
    for number, (parts, other) in enumerate(changed.items()):
        with closing(EmbeddedStore(tmp_path / f"{number}")) as store:
            store.add(other, encoder.stamp())
            found = {one.article: one for one in compare_articles(talks.store, store)}
            assert found["talks"] == Compared("talks", parts)
            assert found["school"] == Compared("school", holds="first")


def test_passages_of_equal_score(talks: Library, copy: Library, settings: Settings) -> None:
    """Of sentences that are the same the older comes first, which may be another there: that is allowed, and told."""
    twins = [make_article(f"twin{n}", TWINS.format(*"NN"), {}) for n in range(9)]
    for article in twins:
        talks.put(article)
    fill(copy.store, [talks.store.entry(article.id) for article in reversed(twins)], ConceptEncoder())
    alike, lines = compared(talks, copy, settings)
    assert alike
    assert lines[0] == "12 articles compared, all alike."
    assert "but for the order of equals" in lines[1]
    assert len(lines) == 2


def test_more_of_one_name_than_are_looked_at(
    talks: Library, copy: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of these a store looks at the oldest, which may be others there: that is allowed, and told."""
    entry = copy.store.entry("talks")
    copy.store.add(replace(entry, quotes=()), ConceptEncoder().stamp())
    (asked,) = compare_answers(["What did Viktor Zhalnin say?"], talks, copy, settings)
    assert asked.likeness == "otherwise"
    monkeypatch.setattr("bot.checks.comparison.MOST_FOUND", 1)
    (asked,) = compare_answers(["What did Viktor Zhalnin say?"], talks, copy, settings)
    assert asked.likeness == "many"


class Forgetful(EmbeddedStore):
    """Does not find what by meaning comes first, nor, where it forgets words as well, what by words does."""

    forgets_words = False

    def search_by_meaning(self, vector: Vectors, count: int, scope: Scope = None) -> list[Hit]:
        return super().search_by_meaning(vector, count, scope)[1:]

    def search_by_words(self, words: Sequence[str], count: int, scope: Scope = None) -> list[Hit]:
        return super().search_by_words(words, count, scope)[self.forgets_words :]

    def search(self, vector: Vectors, words: Sequence[str], count: int, scope: Scope = None) -> Found:
        found = super().search(vector, words, count, scope)
        return replace(found, by_meaning=found.by_meaning[1:], by_words=found.by_words[self.forgets_words :])


@pytest.fixture
def forgetful(copy: Library, tmp_path: Path, encoder: ConceptEncoder) -> Iterator[Library]:
    """The same three articles."""
    with closing(Forgetful(tmp_path / "copy")) as store:
        yield Library(store, encoder, hand_made)


def test_answers_that_are_otherwise(talks: Library, forgetful: Library, settings: Settings) -> None:
    """Where the articles are the same and searches find others, a question is told with both answers."""
    asked = list(compare_answers([PRICE], talks, forgetful, settings))
    assert [one.likeness for one in asked] == ["otherwise"]
    assert not is_alike([], asked)
    assert list(told([Compared("bridge")], asked)) == [
        "1 article compared, all alike.",
        "1 question asked, 0 answered alike, 1 otherwise.",
        "“What was the price?”: here by bridge 145–201, bridge 202–259, talks 124–223;"
        " there by bridge 202–259, talks 124–223, school 92–175.",
        "Searches by meaning have 0.0% of their hits in common, which is too few.",
    ]


def test_an_approximate_index(
    talks: Library, forgetful: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it does not find is allowed in a large library, and counted, up to a fifth of all hits; nothing else is."""
    monkeypatch.setattr("bot.checks.comparison.Limits", lambda: Limits(newer=10))
    asked = list(compare_answers([PRICE], talks, forgetful, settings))
    assert [one.likeness for one in asked] == ["approximate"]
    for share, alike in ((0.8, True), (0.79, False)):
        shared = [replace(asked[0], in_common=share)]
        assert is_alike([], shared) == alike
        lines = list(told([Compared("bridge")], shared))
        assert lines[1] == "1 question asked, 0 answered alike, 1 as far as an approximate index allows."
        assert lines[2].startswith(f"Searches by meaning have {share:.1%} of their hits in common")
        assert lines[2].endswith(", which is too few.") != alike
    store = forgetful.store
    assert isinstance(store, Forgetful)
    store.forgets_words = True
    asked = list(compare_answers(["bridge cost price"], talks, forgetful, settings))
    assert [one.likeness for one in asked] == ["otherwise"]


def test_a_library_that_moved(
    talks: Library, settings: Settings, postgres: PostgresServer, tmp_path: Path, encoder: ConceptEncoder
) -> None:
    """After export and import PostgreSQL answers as the folder does, and a change there is found."""
    url = postgres.url(f"moved_{abs(hash(tmp_path))}")
    file = tmp_path / "library.zip"
    list(write_archive(talks.store, file))
    with closing(postgres_store(url)) as store, open_archive(file) as archive:
        list(Library(store, encoder, hand_made).take_over(archive))
        with closing(open_beside(url, talks).store) as beside:
            there = Library(beside, encoder)
            assert compared(talks, there, settings) == (True, [ALIKE, "34 questions asked, all answered alike."])
            assert compared(there, talks, settings) == (True, [ALIKE, "34 questions asked, all answered alike."])
            store.add(replace(talks.store.entry("talks"), quotes=()), encoder.stamp())
            assert compared(talks, there, settings)[1][1] == "talks: otherwise there: quotes."


def test_where_no_library_is(talks: Library, tmp_path: Path, postgres: PostgresServer) -> None:
    """An empty place is one sentence, and so is a database that cannot be reached, without its password."""
    for place in (str(tmp_path / "nowhere"), postgres.url(f"nothing_{abs(hash(tmp_path))}")):
        with pytest.raises(SaidwhatError, match=r"^--beside names a place where no library is: name a folder as SAID"):
            open_beside(place, talks)
    with pytest.raises(SaidwhatError, match=r"cannot be reached \(.*\): check --beside, and that the ser") as raised:
        open_beside("postgresql://ada:hunter2@127.0.0.1:1/news", talks)
    assert "hunter2" not in str(raised.value)
