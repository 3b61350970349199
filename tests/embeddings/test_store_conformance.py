"""What every store must do, with exact numbers. Another store is one more name in FACTORIES."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from embeddings.archive import open_archive, write_archive
from embeddings.encoder import Encoder
from embeddings.entries import digest_of
from embeddings.errors import StampError, StoreError, UnknownArticle
from embeddings.people import Person
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import (
    Article,
    ArticleSummary,
    Encoded,
    Entity,
    Entry,
    Hit,
    Quote,
    Scope,
    Sentence,
    Shelves,
    Span,
    Stamp,
    Vectors,
)

Factory = Callable[[Path], Store]
MakeEntry = Callable[..., Entry]

FACTORIES = ("embedded", "postgres")

# The comments give the concepts that tests/conftest.py counts: bridge, mayor, cost, open, storm, school.
BRIDGE = (
    "The bridge opens in June.",  # bridge 1, open 2
    "It cost a million euros.",  # cost 3
    "The mayor paid for the bridge.",  # bridge 1, mayor 1
    "Nobody swims here.",  # none
)
SCHOOL = (
    "The school flooded.",  # school 1
    "Rain cost the town a million.",  # mayor 1, cost 2, storm 1
    "A teacher opens the school.",  # open 1, school 2
)
AVERAGE_WORDS = (5 + 5 + 6 + 3 + 3 + 6 + 5) / 7


@pytest.fixture(params=FACTORIES)
def factory(request: pytest.FixtureRequest) -> Factory:
    return EmbeddedStore if request.param == "embedded" else request.getfixturevalue("in_postgres")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(factory: Factory, home: Path) -> Iterator[Store]:
    """A store in which nothing was ever put."""
    made = factory(home)
    yield made
    made.close()


@pytest.fixture
def make_entry(encoder: Encoder) -> MakeEntry:
    """Makes an entry of sentences, one paragraph each, with the vectors of their concepts."""

    def make(article_id: str, *texts: str) -> Entry:
        sentences, start = [], 0
        for position, text in enumerate(texts):
            sentences.append(Sentence(article_id, position, position + 1, start, start + len(text), text))
            start += len(text) + 2
        paragraphs = tuple(Span(sentence.start, sentence.end) for sentence in sentences)
        article = Article(article_id, article_id.title(), "\n\n".join(texts), paragraphs)
        return Entry(article, f"digest of {texts[0]}", tuple(sentences), encoder.encode_sentences("", [texts]))

    return make


@pytest.fixture
def filled(store: Store, make_entry: MakeEntry, encoder: Encoder) -> Store:
    """The store with both articles in it."""
    store.add(make_entry("school", *SCHOOL), encoder.stamp())
    store.add(make_entry("bridge", *BRIDGE), encoder.stamp())
    return store


@pytest.fixture
def budget(encoder: Encoder) -> Vectors:
    """A question about bridge 1 and cost 1."""
    return encoder.encode_question("bridge budget").vector


def texts(hits: list[Hit]) -> list[str]:
    return [hit.sentence.text for hit in hits]


def bm25(rows_with_word: int, words_in_row: int, times: int = 1) -> float:
    """Okapi BM25 among the seven sentences, with k1 = 1.2 and b = 0.75."""
    weight = log((7 - rows_with_word + 0.5) / (rows_with_word + 0.5))
    return weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * words_in_row / AVERAGE_WORDS))


# --- an empty store --------------------------------------------------------------------------------------------------


def test_a_new_store(store: Store, budget: Vectors) -> None:
    """A store in which nothing was put is new, has no stamp, finds nothing and has no faults."""
    assert store.is_new()
    assert store.stamp() is None
    assert store.articles() == []
    assert store.digest("bridge") is None
    assert store.search_by_meaning(budget, 3) == []
    assert store.search_by_words(["bridge"], 3) == []
    assert store.neighbours([Sentence("bridge", 0, 1, 0, 1, "x")], 2) == [[]]
    assert store.frequencies(["bridge"]) == ([0], 0)
    store.refresh()
    assert store.check() == []


def test_a_new_store_knows_no_article(store: Store, budget: Vectors) -> None:
    """Every call that names an article raises UnknownArticle with the id and the command that lists them."""
    calls: list[Callable[[], object]] = [
        lambda: store.article("bridge"),
        lambda: store.sentences("bridge"),
        lambda: store.remove("bridge"),
        lambda: store.search_by_meaning(budget, 3, ["bridge"]),
        lambda: store.search_by_words(["bridge"], 3, ["bridge"]),
    ]
    for call in calls:
        with pytest.raises(
            UnknownArticle, match=r"^There is no article 'bridge' in the library: `saidwhat articles` lists the ids\.$"
        ):
            call()


# --- articles --------------------------------------------------------------------------------------------------------


def test_an_article_comes_back_as_it_was(store: Store, encoder: Encoder) -> None:
    """Every field of an article survives, and so do its sentences and its digest."""
    text = "Fähre 🚢\n\n02.03.2017\n\nThe ferry’s gone. “Sad,” she said."
    article = Article(
        "f ä/'r\"e",
        "Fähre 🚢",
        text,
        (Span(21, 55),),
        byline="Jane Doe",
        publisher="The Orne Post",
        published="2017-03-02",
        url="https://example.org/?a=b&c",
        source="/tmp/f.txt",  # noqa: S108 - only a name
        title_span=Span(0, 7),
        published_span=Span(9, 19),
    )
    sentences = (
        Sentence(article.id, 0, 1, 21, 38, "The ferry’s gone."),
        Sentence(article.id, 1, 1, 39, 55, "“Sad,” she said."),
    )
    assert [text[sentence.start : sentence.end] for sentence in sentences] == [sentence.text for sentence in sentences]
    vectors = encoder.encode_sentences("", [[sentence.text for sentence in sentences]])
    store.add(Entry(article, "d1gest", sentences, vectors), encoder.stamp())
    assert store.article(article.id) == article
    assert store.sentences(article.id) == list(sentences)
    assert store.digest(article.id) == "d1gest"
    assert store.check() == []


def test_articles_are_listed_by_id(filled: Store) -> None:
    """The list is in the order of the ids, not of their coming, with the number of sentences."""
    assert filled.articles() == [
        ArticleSummary("bridge", "Bridge", None, None, None, None, None, 4),
        ArticleSummary("school", "School", None, None, None, None, None, 3),
    ]


def test_articles_by_name(filled: Store) -> None:
    """Articles come in the order named, each once, and one that is not held is an error."""
    bridge, school = filled.articles()
    assert filled.articles(["school", "bridge", "school"]) == [school, bridge]
    assert filled.articles([]) == []
    with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry' in the library"):
        filled.articles(["bridge", "ferry"])


def test_a_list_stays_as_it_was_given(filled: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """What is done to a list of articles does not change the next one, and what comes later is in it."""
    filled.articles().clear()
    filled.add(make_entry("zoo", "A zoo."), encoder.stamp())
    assert [summary.id for summary in filled.articles()] == ["bridge", "school", "zoo"]


@pytest.mark.parametrize("scope", [None, [], ["school"], Shelves()])
@pytest.mark.parametrize("count", [0, 2, 7])
def test_both_searches_at_once(filled: Store, budget: Vectors, scope: Scope, count: int) -> None:
    """Both searches together tell what is told alone of each thing; an unknown article is named all the same."""
    words = ["bridge", "cost", "teacher", "U.S.", "?"]
    found = filled.search(budget, words, count, scope)
    assert found.by_meaning == filled.search_by_meaning(budget, count, scope)
    assert found.by_words == filled.search_by_words(words, count, scope)
    assert (found.frequencies, found.total) == filled.frequencies(words, scope)
    assert len(found.sentences) == len(set(found.sentences))
    assert set(found.sentences) == {hit.sentence for hit in (*found.by_meaning, *found.by_words)}
    alone = filled.encoded(found.sentences)
    assert found.cosines == pytest.approx(alone.vectors @ budget if found.sentences else [], abs=1e-6)
    assert [one.tolist() for one in found.tokens] == [one.tolist() for one in alone.tokens]
    with pytest.raises(UnknownArticle, match="ferry"):
        filled.search(budget, words, 3, ["ferry"])


def test_a_store_is_opened_again(
    filled: Store, factory: Factory, home: Path, encoder: Encoder, budget: Vectors
) -> None:
    """What was added is there after the store is closed, with the same scores."""
    by_meaning, by_words = filled.search_by_meaning(budget, 7), filled.search_by_words(["bridge"], 7)
    filled.close()
    again = factory(home)
    assert not again.is_new()
    assert again.stamp() == encoder.stamp()
    assert [summary.id for summary in again.articles()] == ["bridge", "school"]
    assert again.search_by_meaning(budget, 7) == by_meaning
    assert again.search_by_words(["bridge"], 7) == by_words
    again.close()


def test_a_closed_store_opens_itself(filled: Store) -> None:
    """A store may be closed twice, and a later call opens it again."""
    filled.close()
    filled.close()
    assert [summary.id for summary in filled.articles()] == ["bridge", "school"]


def test_the_same_id_replaces(filled: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """An article of an id that is held takes the place of the old one in every search."""
    filled.add(make_entry("bridge", "The crossing is closed.", "Pupils walk."), encoder.stamp())
    assert [(summary.id, summary.sentences) for summary in filled.articles()] == [("bridge", 2), ("school", 3)]
    assert filled.digest("bridge") == "digest of The crossing is closed."
    assert filled.article("bridge").text == "The crossing is closed.\n\nPupils walk."
    assert [sentence.text for sentence in filled.sentences("bridge")] == ["The crossing is closed.", "Pupils walk."]
    assert texts(filled.search_by_words(["mayor", "bridge", "swims"], 9)) == []
    assert texts(filled.search_by_words(["pupil"], 9)) == ["Pupils walk."]
    assert len(filled.search_by_meaning(encoder.encode_question("bridge").vector, 9)) == 5
    best = filled.search_by_meaning(encoder.encode_question("bridge").vector, 1)[0]
    assert best.sentence.text == "The crossing is closed."
    assert best.score == pytest.approx(1.0)
    assert filled.check() == []


def test_remove(filled: Store, budget: Vectors) -> None:
    """A removed article is gone from the list, every search and every scope, and the other one stays."""
    filled.remove("bridge")
    assert [summary.id for summary in filled.articles()] == ["school"]
    assert filled.digest("bridge") is None
    assert texts(filled.search_by_words(["bridge", "mayor"], 9)) == []
    found = filled.search_by_meaning(budget, 9)
    assert sorted(texts(found)) == sorted(SCHOOL)
    assert found[0].sentence.text == "Rain cost the town a million."
    for gone in (
        lambda: filled.article("bridge"),
        lambda: filled.sentences("bridge"),
        lambda: filled.remove("bridge"),
        lambda: filled.search_by_meaning(budget, 9, ["school", "bridge"]),
        lambda: filled.search_by_words(["cost"], 9, ["bridge"]),
    ):
        with pytest.raises(UnknownArticle, match=r"^There is no article 'bridge' in the library"):
            gone()
    assert filled.check() == []


def test_a_store_is_new_only_once(filled: Store) -> None:
    """A store from which every article was removed is empty, and not new."""
    assert not filled.is_new()
    filled.remove("bridge")
    filled.remove("school")
    assert filled.articles() == []
    assert not filled.is_new()
    assert filled.check() == []


def test_a_revision(store: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """Every change gives the store a revision that it never had; reading does not."""
    seen = [store.revision()]
    store.add(make_entry("bridge", *BRIDGE), encoder.stamp())
    seen.append(store.revision())
    store.articles()
    assert store.revision() == seen[-1]
    store.add(make_entry("bridge", *BRIDGE), encoder.stamp())
    seen.append(store.revision())
    store.remove("bridge")
    seen.append(store.revision())
    assert seen[0] is None
    assert len(set(seen)) == 4


def test_an_emptied_store_finds_nothing(filled: Store, budget: Vectors) -> None:
    """After the last article is removed, every search comes back empty."""
    filled.remove("bridge")
    filled.remove("school")
    assert filled.search_by_meaning(budget, 3) == []
    assert filled.search_by_words(["cost"], 3) == []


# --- neighbours ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "reach", "found"),
    [(0, 1, [0, 1]), (1, 1, [0, 1, 2]), (3, 1, [2, 3]), (3, 2, [1, 2, 3]), (2, 0, [2]), (0, 99, [0, 1, 2, 3])],
)
def test_neighbours(filled: Store, position: int, reach: int, found: list[int]) -> None:
    """The neighbours of a sentence end with its article, on both sides."""
    sentences = filled.sentences("bridge")
    expected = [sentences[neighbour] for neighbour in found]
    other = filled.sentences("school")[0]
    assert filled.neighbours([sentences[position], other], reach)[0] == expected
    assert filled.neighbours([other, sentences[position]], reach)[1] == expected


def test_what_was_added_comes_back(store: Store, encoder: Encoder) -> None:
    """Vectors and token vectors come back as they were added, in the order asked for; without tokens there are none."""
    article = Article("a", "A", "One. Two.", (Span(0, 9),))
    sentences = (Sentence("a", 0, 1, 0, 4, "One."), Sentence("a", 1, 1, 5, 9, "Two."))
    vectors = encoder.encode_sentences("", [["One.", "The mayor."]]).vectors
    tokens = (np.array([[1, -127], [3, 4], [5, 6]], dtype=np.int8), np.array([[7, 8]], dtype=np.int8))
    states = (np.array([[5, -6, 7]], dtype=np.int8), np.array([[8, 9, 10], [1, 2, 3]], dtype=np.int8))
    store.add(Entry(article, "d", sentences, Encoded(vectors, tokens, states)), encoder.stamp())
    back = store.encoded(sentences[::-1])
    assert np.array_equal(back.vectors, vectors[::-1])
    assert [kept.tolist() for kept in back.tokens] == [[[7, 8]], [[1, -127], [3, 4], [5, 6]]]
    assert [kept.tolist() for kept in store.states(sentences[::-1])] == [kept.tolist() for kept in states[::-1]]
    store.add(Entry(article, "e", sentences, Encoded(vectors)), encoder.stamp())
    assert store.encoded(sentences).tokens == ()
    assert [len(kept) for kept in store.states(sentences)] == [0, 0]
    assert store.encoded([]).vectors.shape == (0, 0)


def test_frequencies(filled: Store) -> None:
    """A word is counted by the sentences that have its stem, in scope; a word without a letter counts nothing."""
    assert filled.frequencies(["bridges", "ferry", "..."]) == ([2, 0, 0], 7)
    assert filled.frequencies(["bridge"], ["school"]) == ([0], 3)
    assert filled.frequencies(["bridge"], ["bridge", "school"]) == ([2], 7)
    assert filled.frequencies(["bridge"], []) == ([0], 0)
    with pytest.raises(UnknownArticle):
        filled.frequencies(["bridge"], ["nope"])


# --- by meaning ------------------------------------------------------------------------------------------------------


def test_search_by_meaning(filled: Store, budget: Vectors) -> None:
    """The scores are the cosines, best first, over all articles."""
    hits = filled.search_by_meaning(budget, 4)
    assert texts(hits) == [BRIDGE[1], SCHOOL[1], BRIDGE[2], BRIDGE[0]]
    assert [hit.score for hit in hits] == pytest.approx(
        [1 / sqrt(2), 2 / (sqrt(2) * sqrt(6)), 1 / 2, 1 / (sqrt(2) * sqrt(5))], abs=1e-6
    )
    assert hits[1].sentence == Sentence("school", 1, 2, 21, 50, SCHOOL[1])


def test_a_sentence_finds_itself(filled: Store, encoder: Encoder) -> None:
    """The vector of a stored sentence finds this sentence with a cosine of one."""
    hit = filled.search_by_meaning(encoder.encode_question("A teacher opens the school.").vector, 1)[0]
    assert (hit.sentence.article, hit.sentence.position) == ("school", 2)
    assert hit.score == pytest.approx(1.0)


def test_an_opposite_vector_scores_below_zero(filled: Store, budget: Vectors) -> None:
    """A cosine may be negative, and is still given."""
    hits = filled.search_by_meaning(-budget, 7)
    assert hits[-1].sentence.text == BRIDGE[1]
    assert hits[-1].score == pytest.approx(-1 / sqrt(2))


@pytest.mark.parametrize(("count", "found"), [(0, 0), (1, 1), (7, 7), (8, 7), (1_000, 7)])
def test_more_than_there_are(filled: Store, budget: Vectors, count: int, found: int) -> None:
    """Asked for more sentences than there are, a store gives each of them once."""
    hits = filled.search_by_meaning(budget, count)
    assert len({(hit.sentence.article, hit.sentence.position) for hit in hits}) == len(hits) == found


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (["bridge"], [BRIDGE[1], BRIDGE[2], BRIDGE[0], BRIDGE[3]]),
        (["bridge", "bridge"], [BRIDGE[1], BRIDGE[2], BRIDGE[0], BRIDGE[3]]),
        (["bridge", "school"], [BRIDGE[1], SCHOOL[1], BRIDGE[2], BRIDGE[0]]),
        (["school", "bridge", "school"], [BRIDGE[1], SCHOOL[1], BRIDGE[2], BRIDGE[0]]),
        ([], []),
    ],
)
def test_scopes_of_a_search_by_meaning(filled: Store, budget: Vectors, scope: list[str], found: list[str]) -> None:
    """A search looks only at the articles of its scope, names an article's sentence once, and [] is no article."""
    hits = filled.search_by_meaning(budget, 4, scope)
    assert texts(hits) == found
    everywhere = {hit.sentence: hit.score for hit in filled.search_by_meaning(budget, 7)}
    assert [hit.score for hit in hits] == pytest.approx([everywhere[hit.sentence] for hit in hits])


def test_more_than_the_scope_holds(filled: Store, budget: Vectors) -> None:
    """A scope with three sentences gives three hits, however many are asked for."""
    for scope in (["school"], ["school", "school"]):
        hits = filled.search_by_meaning(budget, 100, scope)
        assert sorted(hit.sentence.position for hit in hits) == [0, 1, 2]


def test_an_unknown_article_in_a_scope(filled: Store, budget: Vectors) -> None:
    """A scope with an unknown id is an error, also beside one that is held."""
    with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry' in the library"):
        filled.search_by_meaning(budget, 3, ["bridge", "ferry"])
    with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry' in the library"):
        filled.search_by_words(["bridge"], 3, ["bridge", "ferry"])


@pytest.mark.parametrize("shape", [(6,), (8,), (1, 7), ()])
def test_vectors_of_another_shape(filled: Store, shape: tuple[int, ...]) -> None:
    """A vector that is not of shape (7,) cannot be searched for."""
    with pytest.raises(ValueError, match=r"was searched in an index of dimension 7$"):
        filled.search_by_meaning(np.ones(shape, dtype=np.float32), 3)


# --- by words --------------------------------------------------------------------------------------------------------


def test_search_by_words(filled: Store) -> None:
    """The scores are BM25 over all sentences: of two with the word, the shorter one is first."""
    hits = filled.search_by_words(["cost"], 7)
    assert texts(hits) == [BRIDGE[1], SCHOOL[1]]
    assert [hit.score for hit in hits] == pytest.approx([bm25(2, 5), bm25(2, 6)])


def test_search_by_any_of_several_words(filled: Store) -> None:
    """A sentence needs only one of the words, and the scores of those that it has add up."""
    hits = filled.search_by_words(["mayor", "bridge", "flooded"], 7)
    assert texts(hits) == [BRIDGE[2], SCHOOL[0], BRIDGE[0]]
    assert [hit.score for hit in hits] == pytest.approx([bm25(1, 6) + bm25(2, 6), bm25(1, 3), bm25(2, 5)])


def test_a_word_in_most_sentences(filled: Store) -> None:
    """A word that stands in more than half of the sentences still scores above zero."""
    hits = filled.search_by_words(["the"], 7)
    assert sorted(texts(hits)) == sorted([BRIDGE[0], BRIDGE[2], SCHOOL[0], SCHOOL[1], SCHOOL[2]])
    assert all(0 < hit.score < 1e-5 for hit in hits)


def test_the_best_of_many_words(filled: Store) -> None:
    """Only as many sentences as asked for come back, the best ones."""
    assert texts(filled.search_by_words(["cost"], 1)) == [BRIDGE[1]]
    assert filled.search_by_words(["cost"], 0) == []


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (["school"], [SCHOOL[1]]),
        (["school", "school"], [SCHOOL[1]]),
        (["school", "bridge"], [BRIDGE[1], SCHOOL[1]]),
        ([], []),
        (None, [BRIDGE[1], SCHOOL[1]]),
    ],
)
def test_scopes_of_a_search_by_words(filled: Store, scope: list[str] | None, found: list[str]) -> None:
    """A search by words looks only at the articles of its scope, with the scores of the whole library."""
    hits = filled.search_by_words(["cost"], 7, scope)
    assert texts(hits) == found
    everywhere = {hit.sentence: hit.score for hit in filled.search_by_words(["cost"], 7)}
    assert [hit.score for hit in hits] == pytest.approx([everywhere[hit.sentence] for hit in hits])


def test_a_scope_between_two_other_articles(filled: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """An article that was added between two others is not found in their scope."""
    filled.add(make_entry("zoo", "A zoo may cost less."), encoder.stamp())
    hits = filled.search_by_words(["cost"], 7, ["school", "zoo"])
    assert sorted(texts(hits)) == ["A zoo may cost less.", SCHOOL[1]]


ODD_TEXTS = (
    'The café\'s owner said "AND" NEAR the exits.',
    "Two-million euros for C++ were spent by naïve mayors.",
    "O’Brien and O'Neil are running on Łódź street.",
    "Мост через реку 日本 opened for 220 runners.",
)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        pytest.param("MAYOR", [1], id="case"),
        pytest.param("run", [2], id="stem, not the noun runners"),
        pytest.param("opening", [3], id="stem of both"),
        pytest.param("euro", [1], id="plural"),
        pytest.param("cafe", [0], id="without its accent"),
        pytest.param("naive", [1], id="without its diaeresis"),
        pytest.param("naïve", [1], id="with its diaeresis"),
        pytest.param("owner's", [], id="a possessive is not the noun"),
        pytest.param("café's", [0], id="straight apostrophe"),
        pytest.param("café’s", [0], id="curly apostrophe"),
        pytest.param("O'Brien", [2], id="apostrophes are alike"),
        pytest.param("Two-million", [1], id="hyphen"),
        pytest.param("two million", [1], id="two words in one are a phrase"),
        pytest.param("million two", [], id="a phrase has an order"),
        pytest.param("C++", [1], id="signs after a letter"),
        pytest.param("AND", [0, 2], id="AND is a word"),
        pytest.param("OR", [], id="OR is a word"),
        pytest.param("NOT", [], id="NOT is a word"),
        pytest.param("NEAR", [0], id="NEAR is a word"),
        pytest.param("NEAR(the, 5)", [], id="a function of FTS5"),
        pytest.param("may*", [], id="a prefix query of FTS5"),
        pytest.param("^Two", [1], id="an anchor of FTS5"),
        pytest.param("text:owner", [], id="a column filter of FTS5"),
        pytest.param('"owner"', [0], id="quotation marks"),
        pytest.param('owner" OR "spent', [], id="a quotation mark that would end the word"),
        pytest.param("'; DROP TABLE sentences; --", [], id="SQL"),
        pytest.param("owner\x00", [0], id="NUL"),
        pytest.param("\ud83double", [], id="half a character"),
        pytest.param("мост", [3], id="Cyrillic"),
        pytest.param("日本", [3], id="Japanese"),
        pytest.param("220", [3], id="number"),
        pytest.param("²", [], id="a raised number is another one"),
        pytest.param("", [], id="nothing"),
        pytest.param('"', [], id="a mark alone"),
        pytest.param("*", [], id="a star alone"),
    ],
)
def test_odd_words(store: Store, make_entry: MakeEntry, encoder: Encoder, word: str, found: list[int]) -> None:
    """Words are taken as words, whatever is in them: by stem, without case and accents, never as a query language."""
    store.add(make_entry("odd", *ODD_TEXTS), encoder.stamp())
    assert sorted(hit.sentence.position for hit in store.search_by_words([word], 9)) == found
    with_another = {*found, 1}
    assert {hit.sentence.position for hit in store.search_by_words([word, "spent"], 9)} == with_another


@pytest.mark.parametrize("words", [[], [""], ["?", "…"], ["unheard"]])
def test_words_that_are_nowhere(filled: Store, words: list[str]) -> None:
    """No words, marks alone and unheard words find nothing."""
    assert filled.search_by_words(words, 7) == []


# --- wholly or not at all --------------------------------------------------------------------------------------------


def test_vectors_of_another_length_are_refused(filled: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """An entry with vectors of a wrong shape is refused, and the article that it would replace is as before."""
    new = make_entry("bridge", "The crossing is closed.", "Pupils walk.")
    for vectors in (new.encoded.vectors[:1], new.encoded.vectors[:, :6], np.ones((2, 8), dtype=np.float32)):
        with pytest.raises(ValueError, match=r"^2 sentences came with vectors of shape"):
            filled.add(Entry(new.article, new.digest, new.sentences, Encoded(vectors)), encoder.stamp())
    assert filled.digest("bridge") == "digest of The bridge opens in June."
    assert [sentence.text for sentence in filled.sentences("bridge")] == list(BRIDGE)
    assert texts(filled.search_by_words(["crossing"], 3)) == []
    assert len(filled.search_by_meaning(encoder.encode_question("bridge").vector, 99)) == 7
    assert filled.check() == []


def test_a_first_entry_that_is_refused(store: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """A store whose first article was refused is still new."""
    entry = make_entry("bridge", *BRIDGE)
    with pytest.raises(ValueError, match=r"^4 sentences came with vectors of shape \(3, 7\)$"):
        store.add(
            Entry(entry.article, entry.digest, entry.sentences, Encoded(entry.encoded.vectors[:3])), encoder.stamp()
        )
    assert store.is_new()
    assert store.stamp() is None
    assert store.articles() == []


def test_rebuild_replaces_everything(filled: Store, make_entry: MakeEntry) -> None:
    """A rebuild puts other articles, vectors of another dimension and another stamp in the place of all at once."""
    entry = make_entry("ferry", "The ferry ends.", "Nobody knows why.")
    other = Stamp("other", 3, "facade")
    vectors = np.array([[1, 0, 0], [0, 0.6, 0.8]], dtype=np.float32)
    list(filled.rebuild([Entry(entry.article, "new", entry.sentences, Encoded(vectors))], other))
    assert filled.stamp() == other
    assert [summary.id for summary in filled.articles()] == ["ferry"]
    assert filled.digest("bridge") is None
    assert texts(filled.search_by_words(["bridge"], 3)) == []
    hits = filled.search_by_meaning(np.array([0, 1, 0], dtype=np.float32), 9)
    assert [hit.sentence.position for hit in hits] == [1, 0]
    assert [hit.score for hit in hits] == pytest.approx([0.6, 0.0])
    assert filled.check() == []


def test_rebuild_is_all_or_nothing(filled: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """A rebuild whose last entry is refused leaves every article and the stamp as they were."""
    good, bad = make_entry("ferry", "The ferry ends."), make_entry("zoo", "The zoo opens.")
    with pytest.raises(ValueError, match=r"^1 sentences came with vectors of shape \(0, 7\)$"):
        list(
            filled.rebuild(
                [good, Entry(bad.article, bad.digest, bad.sentences, Encoded(bad.encoded.vectors[:0]))],
                Stamp("concepts 2", 7, "facade"),
            )
        )
    assert filled.stamp() == encoder.stamp()
    assert [summary.id for summary in filled.articles()] == ["bridge", "school"]
    assert filled.check() == []


# --- the stamp -------------------------------------------------------------------------------------------------------


def test_the_first_article_stamps_the_store(store: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """The stamp is that of the first article."""
    store.add(make_entry("bridge", *BRIDGE), encoder.stamp())
    assert store.stamp() == Stamp("concepts", 7, "c0ffee")


def test_the_same_model_under_another_name(filled: Store, make_entry: MakeEntry) -> None:
    """A stamp of the same dimension and hash fits, whatever the model is called."""
    filled.add(make_entry("ferry", "The ferry ends."), Stamp("/models/concepts", 7, "c0ffee"))
    assert [summary.id for summary in filled.articles()] == ["bridge", "ferry", "school"]


@pytest.mark.parametrize("other", [Stamp("concepts", 7, "facade"), Stamp("concepts", 8, "c0ffee")])
def test_another_model_is_refused(filled: Store, make_entry: MakeEntry, other: Stamp, encoder: Encoder) -> None:
    """A stamp of another hash or dimension is refused, and nothing of its article is in the store."""
    with pytest.raises(StampError, match=r"was made with another model\.$"):
        filled.add(make_entry("ferry", "The ferry ends."), other)
    assert filled.stamp() == encoder.stamp()
    assert filled.digest("ferry") is None
    assert filled.check() == []


def test_an_emptied_store_takes_any_model(filled: Store, make_entry: MakeEntry) -> None:
    """With the last article the stamp goes too, and the next one may come with another."""
    filled.remove("bridge")
    filled.remove("school")
    assert filled.stamp() is None
    entry, other = make_entry("ferry", "The ferry ends."), Stamp("other", 2, "facade")
    filled.add(Entry(entry.article, "d", entry.sentences, Encoded(np.array([[0.6, 0.8]], dtype=np.float32))), other)
    assert filled.stamp() == other
    hit = filled.search_by_meaning(np.array([1, 0], dtype=np.float32), 1)[0]
    assert hit.sentence.text == "The ferry ends."
    assert hit.score == pytest.approx(0.6)


# --- care ------------------------------------------------------------------------------------------------------------


def test_refresh_changes_no_result(filled: Store, make_entry: MakeEntry, encoder: Encoder, budget: Vectors) -> None:
    """A search finds the same after a refresh as before, and what was added since the last one."""
    before = filled.search_by_meaning(budget, 7)
    filled.refresh()
    assert filled.search_by_meaning(budget, 7) == before
    filled.add(make_entry("ferry", "The bridge budget."), encoder.stamp())
    filled.refresh()
    assert texts(filled.search_by_meaning(budget, 1)) == ["The bridge budget."]


def test_check_sees_sentences_that_do_not_stand_in_the_text(
    store: Store, make_entry: MakeEntry, encoder: Encoder
) -> None:
    """A sentence whose offsets cut out another text is a fault, named with its article."""
    entry = make_entry("bridge", "The bridge opens.")
    moved = Sentence("bridge", 0, 1, 1, 18, "The bridge opens.")
    store.add(Entry(entry.article, entry.digest, (moved,), entry.encoded), encoder.stamp())
    assert store.check() == ["bridge: its sentences do not stand in its text."]


def test_check_sees_vectors_that_are_no_unit_vectors(store: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """A vector of another length than one is a fault."""
    entry = make_entry("bridge", "The bridge opens.")
    store.add(
        Entry(entry.article, entry.digest, entry.sentences, Encoded(entry.encoded.vectors * np.float32(2))),
        encoder.stamp(),
    )
    assert store.check() == ["A stored vector is not of unit length."]


# --- former texts ----------------------------------------------------------------------------------------------------


def test_former_texts(store: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """Each text that an article had is kept once, the latest first, until the article is removed."""
    for text in ("One.", "Two.", "Two.", "One.", "Three."):
        store.add(make_entry("bridge", text), encoder.stamp())
    assert store.former_texts("bridge") == ["One.", "Two."]
    assert store.entry("bridge").former == ("One.", "Two.")
    list(store.rebuild([store.entry("bridge")], encoder.stamp()))
    assert store.former_texts("bridge") == ["One.", "Two."]
    store.add(replace(make_entry("bridge", "Four."), former=("Zero.", "One.")), encoder.stamp())
    assert store.former_texts("bridge") == ["Three.", "One.", "Two.", "Zero."]
    for number in range(30):
        store.add(make_entry("bridge", f"{number}."), encoder.stamp())
    assert store.former_texts("bridge") == [f"{number}." for number in range(28, 8, -1)]
    store.remove("bridge")
    assert store.former_texts("bridge") == store.former_texts("ferry") == []


# --- shelves ---------------------------------------------------------------------------------------------------------


def told(article_id: str, name: str, quotes: int) -> tuple[Entity, tuple[Quote, ...]]:
    """Somebody who is named and quoted at the start of an article."""
    entity = Entity(article_id, 0, name, "person", (name,), (Span(0, 3),), "teacher", Span(0, 3))
    said = Quote(article_id, 0, 1, 0, 0, 0, 2, "It", "indirect", "explicit", name, 0, "teacher")
    return entity, tuple(replace(said, position=position) for position in range(quotes))


@pytest.fixture
def shelved(store: Store, make_entry: MakeEntry, encoder: Encoder) -> Store:
    """The store with two articles that are common to all, one on the shelf 7 and two on 8, which name somebody each."""
    for article_id, shelf, name, quotes, texts in (
        ("school", "", "Elin Dahl", 1, SCHOOL),
        ("pool", "7", "Elin Dahl", 3, ("It is the school's pool.", "The council opens it in June.")),
        ("tunnel", "8", "Ida Dahl", 2, ("It is no bridge, it is the bridge of Orne.", "It cost a million.")),
        ("bridge", "", "Dahl", 1, BRIDGE),
        ("zoo", "8", "Dahl", 1, ("It rained on the bridge.",)),
    ):
        entity, said = told(article_id, name, quotes)
        entry = make_entry(article_id, *texts)
        entry = replace(entry, article=replace(entry.article, shelf=shelf), entities=(entity,))
        if texts[0][:2] == "It":
            entry = replace(entry, quotes=said)
        store.add(entry, encoder.stamp())
    return store


def test_an_article_keeps_its_shelf(shelved: Store) -> None:
    """An article, and its line in a list, tell the shelf that it is on."""
    assert [(one.id, one.shelf) for one in shelved.articles()] == [
        ("bridge", ""),
        ("pool", "7"),
        ("school", ""),
        ("tunnel", "8"),
        ("zoo", "8"),
    ]
    assert (shelved.article("pool").shelf, shelved.entry("zoo").article.shelf, shelved.article("bridge").shelf) == (
        *("7", "8"),
        "",
    )
    assert [one.shelf for one in shelved.articles(["zoo", "bridge"])] == ["8", ""]
    assert shelved.shelves_of(["pool", "bridge", "ferry"]) == {"pool": "7", "bridge": ""}
    assert shelved.shelves_of([]) == {}
    assert shelved.check() == []


@pytest.mark.parametrize(
    ("names", "held"),
    [
        ((), ["bridge", "school"]),
        (("7",), ["bridge", "pool", "school"]),
        (("8",), ["bridge", "school", "tunnel", "zoo"]),
        (("8", "7", "8"), ["bridge", "pool", "school", "tunnel", "zoo"]),
        (("9", "Ähre 🚢", ""), ["bridge", "school"]),
    ],
)
def test_a_scope_of_shelves(
    shelved: Store, factory: Factory, tmp_path: Path, encoder: Encoder, names: tuple[str, ...], held: list[str]
) -> None:
    """It is as a library that holds what is common to all and what is on these shelves, and nothing else."""
    scope = Shelves(names)
    with closing(factory(tmp_path / "alone")) as alone:
        for article_id in sorted(held, key=["school", "pool", "tunnel", "bridge", "zoo"].index):
            alone.add(shelved.entry(article_id), encoder.stamp())
        assert shelved.articles(scope) == alone.articles()
        for question in ("bridge budget", "school", "open"):
            vector = encoder.encode_question(question).vector
            found, expected = (
                one.search_by_meaning(vector, 99, among) for one, among in [(shelved, scope), (alone, None)]
            )
            assert by_sentence(found) == pytest.approx(by_sentence(expected), abs=1e-6)
        words = ["bridge", "the", "june", "million", "u.s.", "it is", "ferry"]
        assert shelved.frequencies(words, scope) == alone.frequencies(words)
        for asked in (words[:1], words[:4], words[5:], ["ferry"]):
            found, expected = shelved.search_by_words(asked, 99, scope), alone.search_by_words(asked, 99)
            assert by_sentence(found) == pytest.approx(by_sentence(expected), rel=1e-12)
            assert len(shelved.search_by_words(asked, 2, scope)) == min(2, len(expected))
        assert (shelved.quotes(scope), shelved.entities(scope)) == (alone.quotes(), alone.entities())
        assert shelved.words_of_names(scope) == alone.words_of_names()
        assert [(who(one), n) for one, n in shelved.quoted(scope)] == [(who(one), n) for one, n in alone.quoted()]
        for word in ("dahl", "elin", "ida"):
            assert [*map(who, shelved.named([word], scope))] == [*map(who, alone.named([word]))]
        assert {*map(who, shelved.described(["teachers"], scope))} == {*map(who, alone.described(["teachers"]))}
        everybody = shelved.named(["dahl"])
        assert shelved.quotes_of(everybody, scope) == alone.quotes()
        assert shelved.entities_of(everybody, scope) == alone.entities()
        for quote in alone.quotes():
            speakers = shelved.speaker_of(quote, scope), alone.speaker_of(quote)
            assert [one and who(one) for one in speakers] == [speakers[1] and who(speakers[1])] * 2


def by_sentence(hits: list[Hit]) -> dict[tuple[str, int], float]:
    return {(hit.sentence.article, hit.sentence.position): hit.score for hit in hits}


def who(person: Person) -> tuple[str, str | None, frozenset[tuple[str, ...]]]:
    return person.name, person.role, person.aliases


def test_what_stands_on_another_shelf(shelved: Store) -> None:
    """Nobody is named, and nobody said something, on a shelf out of scope; by its own name an article is found."""
    (ida,), quotes = shelved.named(["ida"]), shelved.quotes(["tunnel"])
    scope = Shelves(("7",))
    assert (shelved.named(["ida"], scope), shelved.quotes_of([ida], scope), shelved.entities_of([ida], scope)) == (
        *([], []),
        [],
    )
    assert shelved.speaker_of(quotes[0], scope) is None
    assert len(shelved.search_by_words(["tunnel", "bridge"], 9, ["tunnel"])) == 1
    with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry'"):
        shelved.quotes(["tunnel", "ferry"])


def test_shelves_of_a_new_store(store: Store, budget: Vectors) -> None:
    """Where nothing was put in, a scope of shelves finds nothing, and no shelf is renamed."""
    scope = Shelves(("7",))
    assert (store.articles(scope), store.quotes(scope), store.quoted(scope)) == ([], [], [])
    assert (store.search_by_meaning(budget, 9, scope), store.search_by_words(["bridge"], 9, scope)) == ([], [])
    assert (store.frequencies(["bridge"], scope), store.words_of_names(scope)) == (([0], 0), frozenset())
    assert store.shelves_of(["bridge"]) == {}
    store.rename_shelf("7", "8")
    assert store.is_new()


def test_a_library_without_shelves(filled: Store, budget: Vectors) -> None:
    """Where all is common, a scope of shelves is that of all."""
    scope = Shelves(("7",))
    assert filled.articles(scope) == filled.articles()
    assert filled.search_by_meaning(budget, 9, scope) == filled.search_by_meaning(budget, 9)
    assert filled.search_by_words(["opens"], 9, scope) == filled.search_by_words(["opens"], 9)
    assert filled.frequencies(["the", "june"], scope) == filled.frequencies(["the", "june"])


def test_nothing_in_common(store: Store, make_entry: MakeEntry, encoder: Encoder, budget: Vectors) -> None:
    """Where all is on one shelf, others find nothing."""
    entry = make_entry("bridge", *BRIDGE)
    store.add(replace(entry, article=replace(entry.article, shelf="7")), encoder.stamp())
    for scope, found in ((Shelves(("7",)), 4), (Shelves(("8",)), 0), (Shelves(), 0)):
        assert len(store.search_by_meaning(budget, 9, scope)) == found
        assert len(store.articles(scope)) == bool(found)
        assert store.frequencies(["bridge"], scope) == ([2 if found else 0], found)
        assert bool(store.search_by_words(["bridge"], 9, scope)) == bool(found)


def test_a_shelf_is_renamed(shelved: Store) -> None:
    """All that is on it is on the other from then on, beside what was there; a shelf that is not there is none."""
    before = shelved.articles()
    shelved.rename_shelf("7", "-100 Ähre 🚢")
    assert [one.id for one in shelved.articles(Shelves(("-100 Ähre 🚢",)))] == ["bridge", "pool", "school"]
    assert [one.id for one in shelved.articles(Shelves(("7",)))] == ["bridge", "school"]
    shelved.rename_shelf("-100 Ähre 🚢", "8")
    both = Shelves(("8",))
    assert [one.id for one in shelved.articles(both)] == ["bridge", "pool", "school", "tunnel", "zoo"]
    assert len(shelved.search_by_words(["bridge", "pool"], 99, both)) == 5
    assert shelved.shelves_of(["pool", "zoo"]) == {"pool": "8", "zoo": "8"}
    revision = shelved.revision()
    shelved.rename_shelf("7", "9")
    shelved.rename_shelf("8", "8")
    assert shelved.revision() == revision
    assert [replace(one, shelf="") for one in shelved.articles()] == [replace(one, shelf="") for one in before]
    assert shelved.check() == []


def test_a_renamed_shelf_goes_on(shelved: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """What is put in and taken out after two shelves became one is counted once; the old name is free for another."""
    shelved.rename_shelf("7", "8")
    for article_id, shelf in (("pool", "8"), ("lake", "7")):
        entry = make_entry(article_id, "The pool is a lake.")
        shelved.add(replace(entry, article=replace(entry.article, shelf=shelf)), encoder.stamp())
    assert [one.id for one in shelved.articles(Shelves(("7",)))] == ["bridge", "lake", "school"]
    assert shelved.frequencies(["lake", "pool"], Shelves(("8",))) == ([1, 1], 11)
    assert shelved.frequencies(["lake", "pool"], Shelves(("7",))) == ([1, 1], 8)
    shelved.remove("zoo")
    assert shelved.frequencies(["bridge"], Shelves(("8",))) == ([3], 10)
    assert shelved.check() == []


def test_an_article_changes_its_shelf(shelved: Store, encoder: Encoder) -> None:
    """An article of the same id and another shelf is there from then on, with its former texts, and nowhere else."""
    entry = shelved.entry("tunnel")
    for shelf, seen in (("7", [True, False]), ("", [True, True]), ("8", [False, True])):
        shelved.add(replace(entry, article=replace(entry.article, shelf=shelf)), encoder.stamp())
        for scope, sees in zip((Shelves(("7",)), Shelves(("8",))), seen, strict=True):
            assert ("tunnel" in {one.id for one in shelved.articles(scope)}) == sees
            assert bool(shelved.named(["ida"], scope)) == sees
            assert shelved.frequencies(["orne"], scope)[0] == [int(sees)]
        assert shelved.check() == []


def test_a_shelf_is_emptied(shelved: Store, encoder: Encoder) -> None:
    """When the last article has gone from it, and from the library, nothing of it is left; it can be filled again."""
    kept = shelved.entry("pool")
    for article_id in ("pool", "bridge", "school", "tunnel", "zoo"):
        shelved.remove(article_id)
        assert shelved.check() == []
    assert (shelved.articles(), shelved.articles(Shelves(("7",))), shelved.stamp()) == ([], [], None)
    shelved.add(kept, encoder.stamp())
    assert [len(shelved.search_by_words(["pool"], 9, Shelves((name,)))) for name in "78"] == [1, 0]


def test_shelves_are_rebuilt_and_moved(shelved: Store, factory: Factory, tmp_path: Path, encoder: Encoder) -> None:
    """A rebuild keeps every article on its shelf, and so does a file that takes the library elsewhere."""
    list(shelved.rebuild([shelved.entry(one.id) for one in shelved.articles()], encoder.stamp()))
    expected = [("bridge", ""), ("pool", "7"), ("school", ""), ("tunnel", "8"), ("zoo", "8")]
    assert [(one.id, one.shelf) for one in shelved.articles()] == expected
    list(write_archive(shelved, tmp_path / "library.zip"))
    with closing(factory(tmp_path / "moved")) as moved, open_archive(tmp_path / "library.zip") as archive:
        for entry in archive.entries():
            moved.add(entry, archive.stamp)
        assert [(one.id, one.shelf) for one in moved.articles()] == expected
        assert moved.check() == []


def test_a_digest_tells_the_shelf() -> None:
    """An article that is common to all has the digest that it had before there were shelves, and on each another."""
    article = Article("a", "A", "It opens.", (Span(0, 9),))
    assert digest_of(article) == "c1d63fe1f7f783b6c1b052aa160259944d63d1ab0e8eb94fb21ef7811522aa43"
    assert len({digest_of(replace(article, shelf=shelf)) for shelf in ("", "7", "8")}) == 3


# --- entities and quotes ---------------------------------------------------------------------------------------------

MAYOR = Entity("bridge", 0, "the mayor", "group", ("the mayor",), (Span(53, 62),))
DAHL = Entity("school", 0, "Elin Dahl", "person", ("Elin Dahl", "Dahl"), (Span(0, 3),), "teacher", Span(4, 10))
SAID = Quote("bridge", 0, 3, 2, 2, 57, 62, "mayor", "indirect", "explicit", "the mayor", 0, None, "paid", Span(53, 62))
HEARD = Quote("bridge", 1, 4, 3, 3, 85, 97, "Nobody swims", "direct", "unknown")
TAUGHT = Quote(
    "school", 0, 1, 0, 1, 0, 24, "The school flooded.\n\nRai", "mixed", "resolved", "Elin Dahl", 0, "teacher"
)


@pytest.fixture
def spoken(store: Store, make_entry: MakeEntry, encoder: Encoder) -> Store:
    """The store with both articles, their entities and quotes in it."""
    school = replace(make_entry("school", *SCHOOL), quotes=(TAUGHT,), entities=(DAHL,))
    store.add(school, encoder.stamp())
    store.add(replace(make_entry("bridge", *BRIDGE), quotes=(SAID, HEARD), entities=(MAYOR,)), encoder.stamp())
    return store


def test_entities_and_quotes_come_back(spoken: Store) -> None:
    """Every field of an entity and a quote survives, in the order of articles and of their text."""
    assert spoken.entities() == [MAYOR, DAHL]
    assert spoken.quotes() == [SAID, HEARD, TAUGHT]
    assert spoken.check() == []


def test_an_entry_comes_back(spoken: Store, make_entry: MakeEntry) -> None:
    """One article is given with all that was put in with it; one that is not held is an error."""
    put, held = replace(make_entry("school", *SCHOOL), quotes=(TAUGHT,), entities=(DAHL,)), spoken.entry("school")
    assert (held.article, held.digest, held.sentences) == (put.article, put.digest, put.sentences)
    assert (held.quotes, held.entities) == (put.quotes, put.entities)
    np.testing.assert_array_equal(held.encoded.vectors, put.encoded.vectors)
    assert (held.encoded.tokens, held.encoded.states) == ((), ())
    with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry'"):
        spoken.entry("ferry")


def test_quotes_and_entities_of_a_scope(spoken: Store) -> None:
    """A list is held to its scope; an unknown article in it is an error."""
    assert spoken.entities(["school"]) == [DAHL]
    assert spoken.quotes(["bridge"]) == [SAID, HEARD]
    assert spoken.quotes([]) == []
    for call in (spoken.entities, spoken.quotes):
        with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry'"):
            call(["bridge", "ferry"])


def test_who_is_named(spoken: Store) -> None:
    """Everybody in whose names all the words occur is found, with all names, whatever article has them."""
    (dahl,) = spoken.named(["dahl"])
    assert (dahl.name, dahl.kind, dahl.role) == ("Elin Dahl", "person", "teacher")
    assert dahl.aliases == {("elin", "dahl"), ("dahl",)}
    assert spoken.named(["elin", "dahl"]) == spoken.named(["dahl"], ["school"]) == [dahl]
    assert spoken.named(["dahl", "mayor"]) == spoken.named(["teacher"]) == spoken.named([]) == []
    assert spoken.named(["dahl"], ["bridge"]) == spoken.named(["dahl"], []) == []
    assert spoken.words_of_names() == {"elin", "dahl", "the", "mayor"}
    assert spoken.words_of_names(["bridge"]) == {"the", "mayor"}


def test_organisations_by_their_initials(store: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """An organisation is found by the first letters of its name, which are no word of a name; a person is not."""
    entities = (
        Entity("bridge", 0, "Bank of the North", "organisation", ("Bank of the North",), ()),
        Entity("bridge", 1, "Bo Nilsen", "person", ("Bo Nilsen",), ()),
    )
    store.add(replace(make_entry("bridge", *BRIDGE), entities=entities), encoder.stamp())
    assert [person.name for person in store.named(["bn"])] == ["Bank of the North"]
    assert "bn" not in store.words_of_names()


def test_who_is_described(spoken: Store) -> None:
    """A role describes a person, a name a group, each by stem."""
    assert [person.name for person in spoken.described(["teachers"])] == ["Elin Dahl"]
    assert [person.name for person in spoken.described(["mayors"])] == ["the mayor"]
    assert spoken.described(["dahl"]) == spoken.described(["teacher"], ["bridge"]) == spoken.described([]) == []


def test_who_is_quoted(spoken: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """Who is quoted in the scope, with the number of quotes of all namings, and who said a given quote."""
    heard = "Dahl laughed."
    dahl = replace(DAHL, article="pool", name="Dahl", aliases=("Dahl",), role=None)
    laughed = Quote("pool", 0, 1, 0, 0, 5, 12, "laughed", "indirect", "explicit", "Dahl", 0)
    again = replace(laughed, position=1)
    spoken.add(replace(make_entry("pool", heard), quotes=(laughed, again), entities=(dahl,)), encoder.stamp())
    (elin,), (mayor,) = spoken.named(["elin"]), spoken.named(["mayor"])
    assert [naming.name for naming in elin.namings] == ["Elin Dahl", "Dahl"]
    assert spoken.quoted() == [(elin, 3), (mayor, 1)]
    assert [(person.name, count) for person, count in spoken.quoted(["bridge", "pool"])] == [
        ("Dahl", 2),
        ("the mayor", 1),
    ]
    assert spoken.quoted([]) == []
    assert spoken.speaker_of(laughed) == spoken.speaker_of(TAUGHT) == elin
    assert spoken.speaker_of(HEARD) is None
    assert spoken.quotes_of([elin]) == [laughed, again, TAUGHT]
    assert spoken.check() == []


def test_quotes_and_entities_of_people(spoken: Store) -> None:
    """The quotes and the entities of given people are theirs alone, in the order of articles, held to the scope."""
    (dahl,), (mayor,) = spoken.named(["elin"]), spoken.named(["mayor"])
    assert spoken.quotes_of([dahl]) == [TAUGHT]
    assert spoken.quotes_of([dahl, mayor]) == [SAID, TAUGHT]
    assert spoken.quotes_of([dahl, mayor], ["bridge"]) == [SAID]
    assert spoken.quotes_of([]) == []
    assert spoken.entities_of([dahl, mayor]) == [MAYOR, DAHL]
    assert spoken.entities_of([dahl, mayor], ["school"]) == [DAHL]


def test_people_in_an_unknown_article(spoken: Store) -> None:
    """A scope with an article that is not held is an error for whoever is looked up."""
    for call in (
        spoken.quoted,
        spoken.words_of_names,
        partial(spoken.named, ["dahl"]),
        partial(spoken.described, ["x"]),
    ):
        with pytest.raises(UnknownArticle, match=r"^There is no article 'ferry'"):
            call(scope=["ferry"])


def test_names_go_with_their_article(spoken: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """Who is named in no article any more is found by no word, and counted no more."""
    spoken.add(replace(make_entry("bridge", *BRIDGE), entities=(replace(MAYOR, name="the baker"),)), encoder.stamp())
    assert [person.name for person in spoken.named(["the"])] == ["the baker"]
    assert [person.name for person, _ in spoken.quoted()] == ["Elin Dahl"]
    spoken.remove("school")
    assert (spoken.named(["dahl"]), spoken.quoted(), spoken.described(["teacher"])) == ([], [], [])
    assert spoken.words_of_names() == {"the", "baker", "mayor"}
    assert spoken.check() == []


def test_quotes_go_with_their_article(spoken: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """An article that is removed or replaced takes its entities and quotes along."""
    spoken.add(make_entry("bridge", *BRIDGE), encoder.stamp())
    assert (spoken.entities(), spoken.quotes()) == ([DAHL], [TAUGHT])
    spoken.remove("school")
    assert (spoken.entities(), spoken.quotes()) == ([], [])
    list(spoken.rebuild([replace(make_entry("school", *SCHOOL), quotes=(TAUGHT,), entities=(DAHL,))], encoder.stamp()))
    assert (spoken.entities(), spoken.quotes()) == ([DAHL], [TAUGHT])


def test_a_quote_of_nobody_there_keeps_the_article_out(store: Store, make_entry: MakeEntry, encoder: Encoder) -> None:
    """A quote whose entity is not given is refused with its article, whole."""
    with pytest.raises(StoreError):
        store.add(replace(make_entry("school", *SCHOOL), quotes=(TAUGHT,)), encoder.stamp())
    assert store.articles() == []


@pytest.mark.parametrize(
    ("quote", "fault"),
    [
        (replace(SAID, start=56), "bridge: its quotes do not stand in its text."),
        (replace(SAID, first_sentence=1, last_sentence=1), "bridge: its quotes do not stand in its text."),
        (replace(SAID, last_sentence=7), "bridge: its quotes do not stand in its text."),
        (replace(SAID, speaker="Elin Dahl"), "bridge: a quote's speaker is none of its entities."),
        (replace(SAID, speaker=None), "bridge: a quote's speaker is none of its entities."),
    ],
)
def test_check_sees_quotes_that_are_wrong(
    store: Store, make_entry: MakeEntry, encoder: Encoder, quote: Quote, fault: str
) -> None:
    """A quote that is not its stretch of the text, or not in its sentences, or not its entity's, is a fault."""
    store.add(replace(make_entry("bridge", *BRIDGE), quotes=(quote,), entities=(MAYOR,)), encoder.stamp())
    assert store.check() == [fault]
