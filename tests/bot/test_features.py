"""What is counted of a candidate sentence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.passages.features import NAMES, Candidate, features
from bot.passages.kinds import CONTENTS, HINTS
from bot.stems import content_words


def _row(
    question: str, text: str, previous: str = "", following: str = "", others: tuple[str, ...] = ()
) -> dict[str, float]:
    """The features of `text` by name, in a pool with `others`, where every word of the question is in 1 of 10."""
    pool = [Candidate(text, previous, following, (0.5, 0.3, 0.1), (2.0, 1.0, 0.5))]
    pool += [Candidate(other, "", "", (0.25, 0.0, 0.0), (1.0, 0.0, 0.0)) for other in others]
    frequencies = [1] * len(content_words(question))
    return dict(zip(NAMES, features(question, pool, frequencies, 10)[0].tolist(), strict=True))


def test_content_words() -> None:
    """Words that only link are left out, each other word is taken once; a question of such words keeps them all."""
    assert content_words("What did the bridge cost, the Bridge over the Orne?") == ["bridge", "cost", "over", "orne"]
    assert content_words("Who is it?") == ["who", "is", "it"]
    assert content_words("???") == []


def test_coverage_counts_stems() -> None:
    """The share of the question's words that the sentence has, by stem; with the sentence before it, more."""
    row = _row("Which bridges cost millions?", "The bridge costs a lot.", previous="It took millions.")
    assert row["coverage"] == pytest.approx(2 / 3)
    assert row["coverage with previous"] == row["coverage with both"] == pytest.approx(1)
    assert row["rarest"] == pytest.approx(1)


def test_bm25() -> None:
    """BM25 with k1 = 1.2 and b = 0.75: one word of a sentence of average length counts its inverse frequency."""
    row = _row("bridge", "The bridge is open.", others=("One two three four.",))
    assert row["bm25"] == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert row["bm25 to best"] == pytest.approx(1)


def test_runs_of_words() -> None:
    """Words in the order of the question count, two and three in a row."""
    assert _row("the old town hall", "He left the old town hall.")["trigrams"] == pytest.approx(1)
    assert _row("the old town hall", "The hall of the town is old.")["bigrams"] == 0


def test_names_and_numbers_of_the_question() -> None:
    """Capitalised words and numbers of the question are looked for one by one."""
    row = _row("Did Ines Kader pay 14 or 15 euros?", "Kader paid 14 euros.")
    assert row["names"] == pytest.approx(1 / 2)
    assert row["numbers"] == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("question", "text", "column", "value"),
    [
        ("When does it open?", "It opens on Monday in 2021.", "when: date", 1.0),
        ("When in 2021 does it open?", "It opens in 2021.", "when: date", 0.0),
        ("How many euros?", "It cost 14 million euros.", "how many: number", 1.0),
        ("Who came?", "In the end Ines Kader came.", "who: name", 1.0),
        ("Where is it?", "It stands in Vell.", "where: place", 0.5),
        ("How much money?", "It cost 14 euros.", "how many: money", 0.5),
        ("How long does it take?", "It takes two hours.", "how many: span", 0.5),
        ("Why is it late?", "It is late because of rain.", "why: reason", 0.5),
        ("What is a ferry?", "A ferry is a boat.", "what: definition", 0.5),
        ("What is a ferry?", "A ferry is a boat.", "who: definition", 0.0),
    ],
)
def test_the_kind_of_answer(question: str, text: str, column: str, value: float) -> None:
    """A sentence that holds the kind of thing asked for, and not yet in the question, counts half for each."""
    assert _row(question, text)[column] == pytest.approx(value)


@pytest.mark.parametrize("name", HINTS)
@given(data=st.data())
def test_nothing_is_found_without_a_hint(name: str, data: st.DataObject) -> None:
    """Whatever the pattern of a kind of content finds has one of its hints in it."""
    found = data.draw(st.from_regex(CONTENTS[name], fullmatch=True))
    assert any(hint in found for hint in HINTS[name])


def test_shape_of_the_sentence() -> None:
    """Short sentences, those that open with a pronoun, and the first of a paragraph are told apart."""
    row = _row("bridge", "She left.")
    assert (row["short"], row["pronoun start"], row["paragraph start"]) == (1, 1, 1)
    assert row["length"] == pytest.approx(math.log(3))
    assert [row[f"cosine{part}"] for part in ("", " to best", " of previous", " of following")] == [0.5, 1, 0.3, 0.1]
    assert [row[f"match{part}"] for part in ("", " of previous", " of following")] == [2.0, 1.0, 0.5]


def test_no_candidates() -> None:
    """An empty pool is an empty table."""
    assert features("bridge", [], [1], 10).shape == (0, len(NAMES))
