"""Comparing a question with sentences word piece by word piece, by numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.late_interaction import Head, match


def test_match() -> None:
    """Each piece of the question counts its best match in the sentence; a sentence without pieces scores zero."""
    question = np.array([[1, 0], [0, 2]], dtype=np.float32)
    sentences = [
        np.array([[3, 0], [1, 1]], dtype=np.int8),
        np.empty((0, 2), dtype=np.int8),
        np.array([[0, 5]], dtype=np.int8),
    ]
    assert match(question, sentences).tolist() == [3 + 2, 0, 0 + 10]
    assert match(question, []).tolist() == []
    assert match(question, sentences[1:2]).tolist() == [0]


def test_head() -> None:
    """States are projected to unit vectors; a sentence's become bytes, a question's as long as softplus weighs them."""
    eye = np.eye(2, dtype=np.float32)
    head = Head(eye, eye[::-1].copy(), np.zeros(2, dtype=np.float32), 0.0, 127.0, "")
    states = np.array([[3, 4], [0, 0]], dtype=np.float32)
    assert [tokens.tolist() for tokens in head.sentence_tokens([states[:1], states[1:]])] == [[[76, 102]], [[0, 0]]]
    half = float(np.log(2))
    assert head.question_tokens(states)[0].tolist() == pytest.approx([0.8 * half, 0.6 * half])
