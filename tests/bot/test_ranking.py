"""The ranking: its table, and the order that it gives."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.passages.candidates import gather
from bot.passages.confidence import EVIDENCE, confidence, confidence_unread, evidence
from bot.passages.features import NAMES
from bot.passages.ranking import WEIGHTS_FILE, rank, read_in_turn, with_readings
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.reader import Reading
from tests.conftest import BRIDGE


def test_the_table_names_every_feature() -> None:
    """The trained table has a weight for each feature, with and without matches, and one for the confidence's parts."""
    table = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    assert set(table) == {"with_matches", "without_matches", "unread", "reader", "topic", "scope", "answers", "right"}
    assert tuple(table["with_matches"]) == tuple(table["without_matches"]) == NAMES
    assert table["without_matches"]["match"] == 0
    assert set(table["unread"]) - set(NAMES) == {"bias", "share"}
    assert set(table["reader"]) == {"weight", "highlight"}
    assert set(table["topic"]) == set(table["answers"]) == {"bias", *EVIDENCE}
    assert set(table["scope"]) == {"spread", "absent"}
    assert set(table["right"]) == {"bias", "answered"}


def test_the_pool_is_what_either_search_finds(library: Library) -> None:
    """A sentence found twice is in the pool once; without a head there are no matches."""
    pool = gather("How many euros did the bridge cost?", library)
    assert len(pool.sentences) == len(set(pool.sentences)) == 6
    assert pool.features.shape == (6, len(NAMES))
    assert not pool.has_matches
    assert np.all(pool.features[:, NAMES.index("match")] == 0)


def test_only_the_best_at_a_first_look_are_described(library: Library) -> None:
    """Of the pool `most` are kept, in their order, each described as it is in the whole pool."""
    question = "How many euros did the bridge cost?"
    whole, best = gather(question, library), gather(question, library, most=2)
    assert [sentence.text for sentence in best.sentences] == [
        "It cost 14 million euros, two million more than planned.",
        "The new bridge over the Orne will open in June, the town council said on Monday.",
    ]
    assert best.sentences == [sentence for sentence in whole.sentences if sentence in best.sentences]
    places = [whole.sentences.index(sentence) for sentence in best.sentences]
    for name in ("cosine", "cosine of previous", "cosine of following", "coverage with both"):
        column = NAMES.index(name)
        assert best.features[:, column].tolist() == pytest.approx(whole.features[places, column].tolist())


def test_copies_count_as_one_at_a_first_look(library: Library) -> None:
    """An article that stands there twice takes nothing from what else is described."""
    first = library.store.article("bridge")
    library.put(replace(first, id="copy", title="The same again"))
    pool = gather("How many euros did the bridge cost?", library, most=2)
    assert [(sentence.article, sentence.text[:7]) for sentence in sorted(pool.sentences, key=lambda s: s.text)] == [
        ("bridge", "It cost"), ("copy", "It cost"), ("bridge", "The new"), ("copy", "The new"),
    ]  # fmt: skip


def test_nothing_is_found_in_an_empty_scope(library: Library) -> None:
    """An empty scope gives an empty list and no confidence."""
    assert rank("bridge", library, []) == ([], 0.0)


class ByLength:
    """A reranker that likes short sentences."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [-float(len(text)) for text in texts]


def test_a_reranker_has_the_last_word_on_the_order(library: Library) -> None:
    """With a reranker the order and the scores are its own; the confidence stays that of the sentence then first."""
    question = "How many million euros did the bridge cost?"
    plain, _ = rank(question, library)
    library.reranker = ByLength()
    ranked, sure = rank(question, library)
    assert {found.sentence for found in ranked} == {found.sentence for found in plain}
    assert [found.score for found in ranked] == sorted((-float(len(f.sentence.text)) for f in plain), reverse=True)
    assert 0 < sure < 1


SURE_OF_TOPIC = {
    "topic": dict.fromkeys(EVIDENCE, 0.0) | {"bias": 30.0},
    "scope": {"spread": -1.0, "absent": -2.0},
    "right": {"bias": 0.0, "answered": 1.0},
}
TABLES = SURE_OF_TOPIC | {"answers": dict.fromkeys(EVIDENCE, 0.0) | {"bias": 0.0, "reading": 1.0, "lead": -1.0}}


def test_what_is_told_of_the_first() -> None:
    """The evidence is the reader's word on the first and on its best rival, and the ranking's and the search's."""
    scores = np.log(np.array([2.0, 1.0, 1.0]))
    readings = {0: (3.0, 0.5), 1: (-1.0, 0.1), 2: (-2.0, 0.1)}
    doubted = (2.0, 0.0, 1.0, 0.0)
    told = dict(zip(EVIDENCE, evidence(np.array([0.5, 0.25, 0.75]), scores, 1, readings, doubted), strict=True))
    assert (told["reading"], told["other reading"], told["certainty"]) == (-1.0, 3.0, 0.1)
    assert (told["share"], told["lead"]) == pytest.approx((0.5, -math.log(2)))
    assert (told["cosine"], told["best cosine"]) == (0.25, 0.75)
    assert (told["names missing"], told["repetition"], told["other kind"]) == (2.0, 1.0, 0.0)


def test_of_many_articles_one_is_near_any_question() -> None:
    """Where several were asked, less is on the topic: the less, the more of the question's words none of them has."""
    tables = TABLES | {"topic": dict.fromkeys(EVIDENCE, 0.0) | {"bias": 0.0}, "answers": TABLES["topic"]}
    found = np.zeros(len(EVIDENCE))
    assert confidence(found, tables) == confidence(found, tables, 0.0, 1.0) == pytest.approx(0.5)
    assert confidence(found, tables, math.log(3)) == pytest.approx(0.25)
    assert confidence(found, tables, math.log(3), 0.5) == pytest.approx(0.1)


def test_confidence_is_a_probability_of_the_evidence() -> None:
    """What speaks for an answer raises it, what speaks against one lowers it; without either it is a half."""
    found = dict.fromkeys(EVIDENCE, 0.0)
    assert confidence(np.array(list(found.values())), TABLES) == pytest.approx(0.5)
    assert confidence(np.array(list((found | {"reading": math.log(3)}).values())), TABLES) == pytest.approx(0.75)
    assert confidence(np.array(list((found | {"lead": math.log(3)}).values())), TABLES) == pytest.approx(0.25)


def test_what_is_off_the_topic_does_not_answer() -> None:
    """However well a sentence reads, a question that is not on its topic is not answered."""
    tables = TABLES | {"topic": dict.fromkeys(EVIDENCE, 0.0) | {"bias": math.log(0.01 / 0.99)}}
    found = np.array(list((dict.fromkeys(EVIDENCE, 0.0) | {"reading": 30.0}).values()))
    assert confidence(found, tables) == pytest.approx(0.01)


def test_what_is_far_behind_is_not_read() -> None:
    """The reader reads three sentences near the first, and up to six only where it finds no answer in them."""
    close = {place: -0.1 * place for place in range(9)}
    assert _read_of({0: -3.0, 1: -5.0, 2: 0.0}, {2: 1.0}) == [2]
    assert _read_of({0: -2.0, 1: -5.0, 2: 0.0}, {2: 1.0}) == [2, 0]
    assert _read_of(close, {1: 1.0}) == [0, 1, 2]
    assert _read_of(close, {1: -3.0}) == [0, 1, 2, 3, 4, 5]
    assert _read_of({0: 0.0, 1: -2.0, 2: -4.0, 3: -6.0}, {0: -3.0}) == [0, 1, 2]


def _read_of(scores: dict[int, float], answers: dict[int, float]) -> list[int]:
    """Which candidates are read, given how those read as `answers`; others read as none."""
    order = sorted(scores, key=lambda place: -scores[place])
    return list(read_in_turn(order, scores, lambda near: [Reading(answers.get(p, -4.0), 0, 0, 0.5) for p in near]))


def test_without_a_reader_nothing_is_read() -> None:
    """A model that has none reads nothing, once."""
    assert read_in_turn([0, 1], {0: 1.0, 1: 0.5}, lambda _: []) == {}


def test_the_reader_likes_what_it_did_not_read_no_better() -> None:
    """What is unread counts as the least of what was read."""
    read = with_readings({0: 2.0, 1: 1.0, 2: 0.0}, {0: (-1.0, 0.0), 1: (1.0, 0.0)}, weight=2.0)
    assert read == {0: 0.0, 1: 3.0, 2: -2.0}


def test_confidence_without_a_reader_grows_with_the_lead() -> None:
    """The further the best is ahead of the others, the surer; always between 0 and 1."""
    best = np.zeros(len(NAMES))

    def sure(*scores: float) -> float:
        return confidence_unread(best, np.array(scores), {"bias": -1.0, "share": 2.0})

    leads = [sure(lead, 0.0, 0.0) for lead in (0.0, 1.0, 4.0)]
    assert leads == sorted(leads)
    assert 0 < leads[0] < leads[-1] < 1
    assert sure(1000.0, -1000.0) == pytest.approx(sure(50.0, 0.0))


def test_what_is_told_of_something_else_is_no_answer(as_shipped: Callable[[str], Library]) -> None:
    """No ferry stands in the article, but a bridge that opens in June."""
    _, sure = rank("When was the ferry built?", as_shipped(BRIDGE))
    assert sure < 0.3


def test_a_question_in_an_article_is_answered_by_what_follows_it(library: Library) -> None:
    """It is no answer itself, unless what was asked is asked for; its words count for the sentence that follows."""
    asked = "How many ferries did you lose?"
    library.put(make_article("talk", f"The night of the storm\n\n{asked}\n\nNineteen.\n\nThe others were at sea.", {}))
    pool = gather("how many ferries did they lose?", library, ["talk"])
    assert asked not in [sentence.text for sentence in pool.sentences]
    answer = [sentence.text for sentence in pool.sentences].index("Nineteen.")
    assert pool.features[answer, NAMES.index("coverage")] == 1.0
    assert rank("how many ferries did they lose?", library, ["talk"])[0][0].sentence.text == "Nineteen."
    assert rank("who asked how many ferries they lose?", library, ["talk"])[0][0].sentence.text == asked
