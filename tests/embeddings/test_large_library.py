"""A store under limits so low that a few sentences are many: it finds what comparing all of them finds."""

from __future__ import annotations

import random
import re
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.vector_index import Limits
from embeddings.types import Article, Encoded, Entry, Hit, Scope, Sentence, Shelves, Span, Stamp, Vectors

STAMP = Stamp("random", 8, "c0ffee")
LOW = Limits(newer=5, scope=4)
WORDS = re.findall(
    r"\S+",
    "the The bridge bridges mayor cost cost's don't U.S. u s 14,000 14 000 naïve running run co-operate ран",
)
ASKED = [*re.findall(r"\S+", "the bridge mayor's U.S. s 14,000 don't co-operate runs naive ? ран"), "000 14"]


def unit(seed: int, count: int) -> Vectors:
    """`count` unit vectors in 8 dimensions, one a row."""
    vectors = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def made(article_id: str, seed: int, count: int) -> Entry:
    """An article of `count` sentences of one to nine words, always the same for the same seed."""
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS, k=draw.randint(1, 9))) for _ in range(count)]
    sentences, start = [], 0
    for position, text in enumerate(texts):
        sentences.append(Sentence(article_id, position, 1, start, start + len(text), text))
        start += len(text) + 1
    article = Article(article_id, article_id, " ".join(texts), (Span(0, start - 1),))
    tokens = tuple(np.full((1 + at % 3, 2), at % 100, dtype=np.int8) for at in range(count))
    return Entry(article, str(seed), tuple(sentences), Encoded(unit(seed, count), tokens))


def on_shelf(entry: Entry, shelf: str) -> Entry:
    return replace(entry, article=replace(entry.article, shelf=shelf))


@dataclass
class Held:
    """What a store should hold, and what it should find, by comparing everything and by FTS5's own ranking."""

    entries: dict[str, Entry] = field(default_factory=dict)  # in the order of their coming

    def cosines(self, vector: Vectors, scope: Sequence[str]) -> dict[Sentence, float]:
        return {
            sentence: float(own @ vector)
            for name in scope
            for sentence, own in zip(self.entries[name].sentences, self.entries[name].encoded.vectors, strict=True)
        }

    def fts5(self) -> sqlite3.Connection:
        database = sqlite3.connect(":memory:")
        database.execute(
            "CREATE VIRTUAL TABLE words USING fts5"
            " (text, article UNINDEXED, position UNINDEXED, tokenize='porter unicode61 remove_diacritics 2')"
        )
        every = [s for entry in self.entries.values() for s in entry.sentences]
        database.executemany("INSERT INTO words VALUES (?, ?, ?)", [(s.text, s.article, s.position) for s in every])
        return database


def assert_same(store: EmbeddedStore, held: Held, seed: int) -> None:
    """Every search finds in the store what it should, over all articles and in scopes small and large."""
    draw = random.Random(seed)
    names = list(held.entries)
    vector = unit(seed, 1)[0]
    scopes = [None, [], names, draw.sample(names, len(names) // 2), names[:1]]
    fts5 = held.fts5()
    for scope in scopes:
        cosines = held.cosines(vector, names if scope is None else scope)
        assert_at_once(store, held, vector, draw.sample(ASKED, 3), scope)
        for count in (3, 1_000):
            hits = store.search_by_meaning(vector, count, scope)
            assert [hit.score for hit in hits] == pytest.approx(sorted(cosines.values())[::-1][:count], abs=1e-6)
            assert [hit.score for hit in hits] == pytest.approx([cosines[hit.sentence] for hit in hits], abs=1e-6)
        marks = ", ".join("?" * len(names if scope is None else scope))
        within = f" AND article IN ({marks})"
        values = names if scope is None else scope
        sql = f"SELECT count(*) FROM words WHERE words MATCH ?{within}"
        counts = [fts5.execute(sql, (f'"{word}"', *values)).fetchone()[0] for word in ASKED]
        assert store.frequencies(ASKED, scope) == (counts, len(cosines))
        asked = draw.sample(ASKED, 3)
        sql = f"SELECT article, position, -bm25(words) FROM words WHERE words MATCH ?{within}"
        rows = fts5.execute(sql, (" OR ".join(f'"{word}"' for word in asked), *values)).fetchall()
        expected = {(article, position): score for article, position, score in rows}
        found = store.search_by_words(asked, 100_000, scope)
        assert scores(found) == pytest.approx(expected, rel=1e-9)
        assert [hit.score for hit in found] == sorted([hit.score for hit in found], reverse=True)
    fts5.close()
    for shelves in (Shelves(), Shelves(("7",)), Shelves(("7", "8"))):
        in_scope = {name: one for name, one in held.entries.items() if one.article.shelf in ("", *shelves.names)}
        cosines, fts5 = held.cosines(vector, [*in_scope]), Held(in_scope).fts5()
        assert_at_once(store, held, vector, draw.sample(ASKED, 3), shelves)
        for count in (3, 1_000):
            hits = store.search_by_meaning(vector, count, shelves)
            assert [hit.score for hit in hits] == pytest.approx(sorted(cosines.values())[::-1][:count], abs=1e-6)
            assert [hit.score for hit in hits] == pytest.approx([cosines[hit.sentence] for hit in hits], abs=1e-6)
        asked = draw.sample(ASKED, 3)
        sql = "SELECT article, position, -bm25(words) FROM words WHERE words MATCH ?"
        rows = fts5.execute(sql, (" OR ".join(f'"{word}"' for word in asked),)).fetchall()
        expected = {(article, position): score for article, position, score in rows}
        assert scores(store.search_by_words(asked, 100_000, shelves)) == pytest.approx(expected, rel=1e-9)
        sql = "SELECT count(*) FROM words WHERE words MATCH ?"
        counts = [fts5.execute(sql, (f'"{word}"',)).fetchone()[0] for word in ASKED]
        assert store.frequencies(ASKED, shelves) == (counts, len(cosines))
        assert [one.id for one in store.articles(shelves)] == sorted(in_scope)
        fts5.close()


def assert_at_once(store: EmbeddedStore, held: Held, vector: Vectors, words: list[str], scope: Scope) -> None:
    """Both searches together tell what each tells alone, and of what they find what was put in."""
    found = store.search(vector, words, 5, scope)
    assert found.by_meaning == store.search_by_meaning(vector, 5, scope)
    assert found.by_words == store.search_by_words(words, 5, scope)
    assert (found.frequencies, found.total) == store.frequencies(words, scope)
    assert {hit.sentence for hit in (*found.by_meaning, *found.by_words)} == set(found.sentences)
    cosines = held.cosines(vector, list(held.entries))
    assert found.cosines == pytest.approx([cosines[sentence] for sentence in found.sentences], abs=1e-6)
    tokens = [held.entries[one.article].encoded.tokens[one.position] for one in found.sentences]
    assert [one.tolist() for one in found.tokens] == [one.tolist() for one in tokens]


def scores(hits: Sequence[Hit]) -> dict[tuple[str, int], float]:
    return {(hit.sentence.article, hit.sentence.position): hit.score for hit in hits}


NAMES = st.sampled_from("abcde")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), NAMES, st.integers(0, 999), st.integers(1, 7), st.sampled_from(["", "7", "8"])),
        st.tuples(st.just("remove"), NAMES),
        st.tuples(st.just("rename"), st.sampled_from("789"), st.sampled_from("789")),
        st.tuples(st.sampled_from(["refresh", "reopen", "rebuild", "lose the index"])),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 999))
def test_whatever_comes_and_goes(steps: list[tuple[object, ...]], seed: int) -> None:
    """After any adding, removing, refreshing, reopening and rebuilding, a search finds what comparing all finds."""
    with tempfile.TemporaryDirectory() as folder:
        store, held = EmbeddedStore(Path(folder), LOW), Held()
        for step in steps:
            match step:
                case ("add", str(name), int(own), int(count), str(shelf)):
                    held.entries.pop(name, None)
                    held.entries[name] = on_shelf(made(name, own, count), shelf)
                    store.add(held.entries[name], STAMP)
                case ("remove", str(name)) if name in held.entries:
                    del held.entries[name]
                    store.remove(name)
                case ("rename", str(old), str(new)):
                    store.rename_shelf(old, new)
                    for name, entry in held.entries.items():
                        if entry.article.shelf == old:
                            held.entries[name] = on_shelf(entry, new)
                case ("refresh",):
                    store.refresh()
                case ("reopen",):
                    store.close()
                    store = EmbeddedStore(Path(folder), LOW)
                case ("rebuild",):
                    list(store.rebuild(list(held.entries.values()), STAMP))
                case ("lose the index",):
                    for path in Path(folder).glob("*.faiss"):
                        path.unlink()
            store.search_by_meaning(unit(0, 1)[0] if held.entries else np.ones(8, dtype=np.float32), 1)
        assert_same(store, held, seed)
        assert store.check() == []
        store.close()


def test_more_lists_than_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 3,000 sentences in 11 lists, 3 of them gone through, each sentence finds itself, with a cosine of one."""
    monkeypatch.setattr("embeddings.stores.faiss_index._LOOKED_AT", 512)
    store = EmbeddedStore(tmp_path, Limits(newer=1_000, scope=100))
    for number in range(30):
        store.add(made(f"a{number}", number, 100), STAMP)
    store.refresh()
    assert len(list(tmp_path.glob("*.faiss"))) == 1
    for number in range(30):
        for position in (0, 99):
            (hit,) = store.search_by_meaning(unit(number, 100)[position], 1)
            assert (hit.sentence.article, hit.sentence.position) == (f"a{number}", position)
            assert hit.score == pytest.approx(1.0, abs=1e-6)
    store.close()


def test_a_search_stays_in_the_thread_that_asks() -> None:
    """FAISS has a number of threads for each thread that calls it: no other one works for a search, in any of them."""
    from embeddings.stores.faiss_index import ApproximateIndex, ExactIndex, faiss

    ids, vectors = np.arange(400), unit(5, 400)
    approximate = ApproximateIndex.trained(vectors, 400)
    approximate.extend(ids, vectors)
    for index in (ExactIndex(ids, vectors), approximate):
        numbers: list[int] = []

        def ask(index: ExactIndex | ApproximateIndex = index, numbers: list[int] = numbers) -> None:
            faiss.omp_set_num_threads(2)
            index.search(vectors[0], 3)
            numbers.append(faiss.omp_get_max_threads())

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        assert numbers == [1]


def test_the_index_grows_and_is_then_trained_anew(tmp_path: Path) -> None:
    """An index takes in what has come, and is trained anew for twice as many sentences; every hit stays the same."""
    from embeddings.stores.faiss_index import ApproximateIndex

    store = EmbeddedStore(tmp_path, Limits(newer=100, scope=10))
    held, trained = Held(), []
    for number in range(9):
        held.entries[f"a{number}"] = made(f"a{number}", number, 101)
        store.add(held.entries[f"a{number}"], STAMP)
        store.refresh()
        (path,) = tmp_path.glob("*.faiss")
        index = ApproximateIndex.load(path)
        assert index is not None
        trained.append((index.count, index.last, index.trained_on))
    store.remove("a0")
    assert trained == [
        *((101, 101, 101), (202, 202, 202), (303, 303, 202), (404, 404, 404), (505, 505, 404), (606, 606, 404)),
        *((707, 707, 404), (808, 808, 808), (909, 909, 808)),
    ]
    cosines = Held({name: entry for name, entry in held.entries.items() if name != "a0"}).cosines(
        unit(77, 1)[0], [f"a{number}" for number in range(1, 9)]
    )
    hits = store.search_by_meaning(unit(77, 1)[0], 10)
    assert [hit.score for hit in hits] == pytest.approx(sorted(cosines.values())[::-1][:10], abs=1e-6)
    store.close()


def test_words_that_stand_in_thousands_of_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 20,000 sentences, in two blocks of the lists, scores and frequencies are still those of FTS5."""
    monkeypatch.setattr("embeddings.stores.word_index._PHRASES_READ", 20_000)
    store, held = EmbeddedStore(tmp_path), Held()
    for name, count in (("a", 12_000), ("b", 30), ("c", 8_000)):
        held.entries[name] = made(name, len(name), count)
        store.add(held.entries[name], STAMP)
    assert_same(store, held, 4)
    store.remove("b")
    del held.entries["b"]
    assert_same(store, held, 5)
    store.close()


def test_a_phrase_of_words_that_stand_in_many_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many sentences hold all words of a phrase, only the newest are read for their order."""
    monkeypatch.setattr("embeddings.stores.word_index._PHRASES_READ", 2)
    store = EmbeddedStore(tmp_path)
    texts = ("Million two.", "Two million.", "A million or two.", "Two million, two million.")
    sentences = tuple(Sentence("a", at, 1, 14 * at, 14 * at + len(text), text) for at, text in enumerate(texts))
    article = Article("a", "a", "".join(text.ljust(14) for text in texts), (Span(0, 56),))
    store.add(Entry(article, "d", sentences, Encoded(unit(1, 4))), STAMP)
    assert store.frequencies(["two million"]) == ([3], 4)
    assert {hit.sentence.position for hit in store.search_by_words(["two million"], 9)} == {0, 1, 3}
    store.close()


@pytest.mark.parametrize("gone", ["UPDATE postings SET entries = x''", "DELETE FROM postings WHERE stem = 'the'"])
def test_check_sees_lists_of_words_that_are_wrong(tmp_path: Path, gone: str) -> None:
    """Lists of words that are not those of the sentences are a fault."""
    store = EmbeddedStore(tmp_path)
    store.add(made("a", 1, 20), STAMP)
    store.close()
    with sqlite3.connect(tmp_path / "library.sqlite") as database:
        database.execute(gone)
    database.close()
    assert store.check() == ["The lists of words do not hold the library's sentences."]
    store.close()


def test_check_sees_sentences_of_no_article(tmp_path: Path) -> None:
    """A sentence whose vector is gone is a fault."""
    store = EmbeddedStore(tmp_path)
    store.add(made("a", 1, 2), STAMP)
    store.close()
    with sqlite3.connect(tmp_path / "library.sqlite") as database:
        database.execute("DELETE FROM vectors WHERE id = 2")
    database.close()
    assert store.check()[0] == "Articles, sentences and vectors do not belong together."
    store.close()
