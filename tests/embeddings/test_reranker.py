"""A cross-encoder as reranker: a tiny one with made-up weights, saved as sentence-transformers saves one."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.errors import EncoderError
from embeddings.reranker import CrossEncoderReranker


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of one narrow layer."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    place = tmp_path_factory.mktemp("cross-encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bridge", "school", "open"]
    (place / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(place / "vocab.txt")).save_pretrained(place)
    torch.manual_seed(0)
    config = BertConfig(  # type: ignore[call-arg]
        vocab_size=len(words),
        num_labels=1,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(place)
    return place


def test_each_text_is_scored_with_the_question(folder: Path) -> None:
    """A text has one score, the same alone as among others; another question gives another."""
    reranker = CrossEncoderReranker(str(folder))
    both = reranker.scores("open bridge", ["bridge", "school"])
    assert len(set(both)) == 2
    assert reranker.scores("open bridge", ["school"]) == pytest.approx(both[1:], abs=1e-5)
    assert reranker.scores("school", ["school"]) != pytest.approx(both[1:], abs=1e-5)


def test_a_missing_model_names_its_setting(tmp_path: Path) -> None:
    """A model that cannot be found is one sentence with the remedy."""
    with pytest.raises(EncoderError, match=r"^The model '.*nowhere' .* set RERANKER_MODEL to .*, or unset it\.$"):
        CrossEncoderReranker(str(tmp_path / "nowhere")).scores("Who?", ["Nobody."])
