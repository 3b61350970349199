"""Which sentences a model reads together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embeddings.windows import windows


def test_a_block_is_one_window() -> None:
    """A block that fits is one text under its headline, and each sentence's place in it is exact."""
    (window,) = windows("The bridge.", [["It is open.", "It cost much."]], [3, 4, 4], 20)
    assert window.text == "The bridge. It is open. It cost much."
    assert [(number, window.text[place.start : place.end]) for number, place in window.sentences] == [
        (0, "It is open."),
        (1, "It cost much."),
    ]


def test_a_long_block_is_cut_with_context() -> None:
    """Where a block is cut, the next window begins with the sentence before, which is taken only once."""
    cut = list(windows("T", [["a.", "b.", "c.", "d."], ["e."]], [1, 4, 4, 4, 4, 4], 10))
    assert [window.text for window in cut] == ["T. a. b.", "T. b. c.", "T. c. d.", "T. e."]
    assert [[number for number, _ in window.sentences] for window in cut] == [[0, 1], [2], [3], [4]]


@given(
    st.lists(st.lists(st.text("ab .", min_size=1, max_size=9), min_size=1, max_size=6), max_size=5),
    st.integers(1, 30),
    st.data(),
)
def test_each_sentence_is_taken_once(blocks: list[list[str]], limit: int, data: st.DataObject) -> None:
    """Every sentence is taken once, in order, stands where its place says, and no window is longer than need be."""
    every = [sentence for block in blocks for sentence in block]
    lengths = data.draw(st.lists(st.integers(1, 20), min_size=len(every) + 1, max_size=len(every) + 1))
    taken = []
    for window in windows("T", blocks, lengths, limit):
        numbers = [number for number, _ in window.sentences]
        assert len(numbers) == 1 or lengths[0] + sum(lengths[1 + n] for n in numbers) <= limit
        for number, place in window.sentences:
            assert window.text[place.start : place.end] == every[number]
        taken += numbers
    assert taken == list(range(len(every)))
