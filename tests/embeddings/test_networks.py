"""Models exported to ONNX: what they compute, where they are kept, and what happens where that cannot be."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.errors import EncoderError
from embeddings.models import DEFAULT_MODEL, DEFAULT_MODEL_SHA256, local_folder
from embeddings.networks import LAYERS, QUESTION_LAYERS, by_length, sessions
from embeddings.networks.exported import ExportedNetwork
from embeddings.networks.exporting import export
from embeddings.networks.loading import keep_sent, load_network, sent_exports
from embeddings.networks.original import OriginalNetwork

TEXTS = (
    "What did Mayor Kader say about the bridge?",
    "bridge",
    "  Zoë’s  crossing\tcost “14,5” million € – “naïve”, she said…",
    "Мост открыт. 橋は開いている 🌉",
    "Nobody knows. " * 300,
    "",
)


@pytest.fixture(scope="module")
def original() -> OriginalNetwork:
    """The default model on PyTorch."""
    folder = local_folder(DEFAULT_MODEL)
    assert folder is not None
    return OriginalNetwork(folder, DEFAULT_MODEL_SHA256)


@pytest.fixture(scope="module")
def exported(kept_model: Path) -> ExportedNetwork:
    """The default model as it is kept with a library."""
    network = load_network(DEFAULT_MODEL, kept_model)
    assert isinstance(network, ExportedNetwork)
    return network


def test_the_same_vectors(original: OriginalNetwork, exported: ExportedNetwork) -> None:
    """The exported default model gives the original's vectors to 1e-5, of texts of every kind and of none."""
    for purpose in ("query", "document"):
        expected = original.encode(TEXTS, purpose)
        found = exported.encode(TEXTS, purpose)
        assert (found.shape, found.dtype.name) == ((6, 384), "float32")
        assert float(np.abs(found - expected).max()) < 1e-5


def test_the_same_pieces_and_states(original: OriginalNetwork, exported: ExportedNetwork) -> None:
    """Word pieces are the same, at the same places, and their hidden states of each layer that is read to 1e-4."""
    for marked in (False, True):
        for ours, theirs in zip(
            exported.pieces(TEXTS, marked=marked), original.pieces(TEXTS, marked=marked), strict=True
        ):
            assert list(ours.ids) == list(theirs.ids)
            assert np.array_equal(ours.places, theirs.places)
    read = [pieces.ids for pieces in original.pieces(TEXTS, marked=True)]
    assert [len(ids) for ids in read] == [12, 3, 22, 21, 256, 2]
    for by_layer in zip(exported.hidden(read, LAYERS), original.hidden(read, LAYERS), strict=True):
        assert [len(states) for states in by_layer] == [4, 4]
        for mine, other in zip(*by_layer, strict=True):
            assert mine.shape == other.shape
            assert float(np.abs(mine - other).max()) < 1e-4


def test_a_questions_states_are_near(original: OriginalNetwork, exported: ExportedNetwork) -> None:
    """A question is read by a network of its own, whose states are not the same, and point where the others do."""
    read = [pieces.ids for pieces in original.pieces(TEXTS, marked=True)]
    rounded = exported.hidden(read, QUESTION_LAYERS, "query")
    for by_layer in zip(rounded, exported.hidden(read, QUESTION_LAYERS), strict=True):
        for mine, other in zip(*by_layer, strict=True):
            assert mine.shape == other.shape
            assert 0 < float(np.abs(mine - other).max()) < 0.3
            ours, theirs = mine.mean(axis=0), other.mean(axis=0)
            assert ours @ theirs > 0.995 * float(np.linalg.norm(ours) * np.linalg.norm(theirs))


def test_what_reads_questions_is_kept_apart(tmp_path: Path, kept_model: Path) -> None:
    """Questions need nothing of the whole network but its word embeddings; where it is damaged, a sentence says so."""
    shutil.copytree(kept_model, tmp_path / "home")
    (network,) = (tmp_path / "home").glob("models/*/network.onnx")
    network.write_bytes(network.read_bytes()[:1000])
    load_network.cache_clear()
    encoder = SentenceTransformerEncoder(kept_in=tmp_path / "home")
    assert encoder.encode_question("When does the bridge open?").vector.shape == (384,)
    with pytest.raises(EncoderError, match=f"The model kept in {network.parent} cannot be used: remove that folder"):
        encoder.encode_sentences("", [["The bridge opens in June."]])
    shutil.rmtree(network.parent)
    load_network.cache_clear()
    assert len(SentenceTransformerEncoder(kept_in=tmp_path / "home").encode_sentences("", [["It opens."]]).vectors) == 1
    load_network.cache_clear()


@pytest.mark.filterwarnings("ignore")  # the exporter's; elsewhere it runs in a process of its own
@pytest.mark.parametrize("fault", ["slower", "far"])
def test_where_rounding_is_not_worth_it(
    tmp_path: Path, original: OriginalNetwork, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """On a processor where the network for questions is slower, or far off, the whole one reads them."""
    hidden = ExportedNetwork.hidden

    def hindered(self: ExportedNetwork, texts: Any, layers: Any, purpose: Any = "document") -> Any:
        found = hidden(self, texts, layers, purpose)
        if self.rounds_questions and purpose == "query":
            if fault == "slower":
                time.sleep(0.02)
            else:
                found = [[np.flip(rows) for rows in states] for states in found]
        return found

    monkeypatch.setattr(ExportedNetwork, "hidden", hindered)
    export(original, tmp_path, LAYERS)
    network = ExportedNetwork.open(tmp_path)
    assert not network.rounds_questions
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "model.json", "network.bin", "network.onnx", "tokenizer.json",
    ]  # fmt: skip
    ids = network.pieces(["Why?"], marked=True)[0].ids
    exact, asked = (network.hidden([ids], QUESTION_LAYERS, purpose) for purpose in ("document", "query"))
    assert np.array_equal(exact, asked)


def test_the_same_vocabulary(original: OriginalNetwork, exported: ExportedNetwork) -> None:
    """Both know the same word pieces."""
    assert sorted(exported.vocabulary()) == sorted(original.vocabulary())


@pytest.fixture(scope="module")
def small_models(tmp_path_factory: pytest.TempPathFactory, original: OriginalNetwork) -> Callable[..., Path]:
    """Makes a folder with a model of one layer and random weights over the default model's vocabulary."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    def make(name: str, pooling: str = "mean", prompts: dict[str, str] | None = None, **options: object) -> Path:
        torch.manual_seed(len(name))
        folder = tmp_path_factory.mktemp("models")
        tokenizer = original.load().tokenizer
        tokenizer.save_pretrained(folder / "bare")
        sizes: dict[str, Any] = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64}
        config = BertConfig(vocab_size=len(tokenizer), num_hidden_layers=1, **sizes)
        BertModel(config).save_pretrained(folder / "bare")
        transformer = Transformer(str(folder / "bare"), max_seq_length=24, **options)
        modules = [transformer, Pooling(32, pooling_mode=pooling), Dense(32, 16), Normalize()]
        SentenceTransformer(modules=modules, prompts=prompts).save(str(folder / name))
        return folder / name

    return make


@pytest.mark.parametrize(
    ("pooling", "prompts"), [("cls", {"query": "Question: ", "passage": "Text: "}), ("max", None), ("mean", None)]
)
def test_any_transformer_is_exported(
    tmp_path: Path, small_models: Callable[..., Path], pooling: str, prompts: dict[str, str] | None
) -> None:
    """Whatever follows the transformer, and whatever its prompts are, comes with it."""
    folder = small_models(pooling, pooling, prompts)
    exported = load_network(str(folder), tmp_path)
    assert isinstance(exported, ExportedNetwork)
    original = OriginalNetwork(folder, "")
    for purpose in ("query", "document"):
        assert float(np.abs(exported.encode(TEXTS, purpose) - original.encode(TEXTS, purpose)).max()) < 1e-5
    encoder = SentenceTransformerEncoder(str(folder), kept_in=tmp_path)
    assert encoder.stamp().dimension == 16
    asked = encoder.encode_question(TEXTS[0])
    assert (asked.tokens, asked.states) == (None, None)
    assert asked.vector == pytest.approx(original.encode(TEXTS[:1], "query")[0], abs=1e-5)


def test_a_model_that_pools_without_its_prompt(
    tmp_path: Path, small_models: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    """What was exported is compared with the original: where the two differ, the original answers, and says so once."""
    caplog.set_level(logging.WARNING)
    folder = small_models("apart", "mean", {"query": "Question: "})
    settings = next(folder.glob("1_Pooling/config.json"))
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "include_prompt": False}))
    network = load_network(str(folder), tmp_path)
    assert isinstance(network, OriginalNetwork)
    assert [record.getMessage()[: 60 + len(str(folder))] for record in caplog.records] == [
        f"The model {folder} cannot be prepared for quick answers (what was exported g"[: 60 + len(str(folder))]
    ]


def test_no_transformer(tmp_path: Path, tiny_model: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A model of another kind answers itself; a library says so once."""
    caplog.set_level(logging.WARNING)
    assert isinstance(load_network(str(tiny_model), tmp_path), OriginalNetwork)
    load_network.cache_clear()
    assert isinstance(load_network(str(tiny_model), tmp_path), OriginalNetwork)
    assert caplog.messages == [
        f"The model {tiny_model} cannot be prepared for quick answers (it is no transformer):"
        " it answers by itself, some seconds later."
    ]


def test_changed_weights_are_noticed(tmp_path: Path, small_models: Callable[..., Path]) -> None:
    """A folder whose model was trained further is exported anew, and what was kept of it goes."""
    folder = small_models("first")
    first = load_network(str(folder), tmp_path)
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-3] ^= 0x01
    weights.write_bytes(data)
    load_network.cache_clear()
    second = load_network(str(folder), tmp_path)
    assert isinstance(second, ExportedNetwork)
    assert second.hash != first.hash
    assert [kept.name for kept in (tmp_path / "models").iterdir()] == [second.hash[:16]]


def test_a_damaged_export_is_made_anew(tmp_path: Path, small_models: Callable[..., Path]) -> None:
    """Files that are cut short cost an export, no more."""
    folder = small_models("whole")
    kept = tmp_path / "models" / load_network(str(folder), tmp_path).hash[:16]
    whole = {file: file.read_bytes() for file in kept.iterdir()}
    assert sorted(file.name for file in whole) == [
        "model.json", "network.bin", "network.onnx", "origin.json", "tokenizer.json",
    ]  # fmt: skip
    for name in ("network.bin", "tokenizer.json"):
        (kept / name).write_bytes(whole[kept / name][:1000])
        load_network.cache_clear()
        assert isinstance(load_network(str(folder), tmp_path), ExportedNetwork)
        assert len((kept / name).read_bytes()) == len(whole[kept / name])


def test_an_export_of_other_layers_is_made_anew(tmp_path: Path, small_models: Callable[..., Path]) -> None:
    """As when another version of the program, which reads other layers, made it."""
    folder = small_models("layers")
    kept = tmp_path / "models" / load_network(str(folder), tmp_path).hash[:16]
    origin = json.loads((kept / "origin.json").read_text())
    (kept / "origin.json").write_text(json.dumps(origin | {"layers": [0, 1]}))
    (kept / "network.onnx").unlink()
    load_network.cache_clear()
    assert isinstance(load_network(str(folder), tmp_path), ExportedNetwork)
    assert json.loads((kept / "origin.json").read_text()) == origin


def test_a_name_on_the_hub_stands_for_what_it_did(tmp_path: Path, kept_model: Path) -> None:
    """A model that was named by its name on the hub is not looked for there again; one that was not is."""
    shutil.copytree(kept_model, tmp_path / "home")
    (origin,) = (tmp_path / "home").glob("models/*/origin.json")
    origin.write_text(json.dumps({**json.loads(origin.read_text()), "model": "owner/name"}))
    assert isinstance(load_network("owner/name", tmp_path / "home"), ExportedNetwork)
    with pytest.raises(EncoderError, match="neither a folder nor to be had from the model hub"):
        load_network("owner/other", tmp_path / "home")


def test_an_export_is_sent(tmp_path: Path, small_models: Callable[..., Path], tiny_model: Path) -> None:
    """An export opens on another machine, where the model is not; a model that is none cannot be sent."""
    folder, here, there = small_models("sent"), tmp_path / "here", tmp_path / "there"
    first = load_network(str(folder), here)
    keep_sent(sent_exports([str(folder)], here), there)
    shutil.rmtree(folder)
    second = load_network(str(folder), there)
    assert isinstance(second, ExportedNetwork)
    assert second.hash == first.hash
    assert second.encode(TEXTS, "document").tolist() == first.encode(TEXTS, "document").tolist()
    load_network(str(tiny_model), here)
    assert sent_exports([str(tiny_model)], here) == {}


def test_where_nothing_can_be_kept(tmp_path: Path, original: OriginalNetwork, caplog: pytest.LogCaptureFixture) -> None:
    """In a folder that cannot be written the original answers."""
    caplog.set_level(logging.WARNING)
    (tmp_path / "file").write_text("")
    network = load_network(DEFAULT_MODEL, tmp_path / "file")
    assert isinstance(network, OriginalNetwork)
    assert (network.hash, caplog.messages) == (original.hash, [])


def test_a_thread_can_think_alone(
    original: OriginalNetwork, exported: ExportedNetwork, kept_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is opened after `think_in_one_thread` works in the thread that asks alone, and makes the same vectors.

    PyTorch does, in threads that begin to use it, where the original answers.
    """
    import torch

    together, before = exported.encode(TEXTS, "query"), torch.get_num_threads()
    monkeypatch.setattr(sessions, "_threads", 0)  # what it is put back to
    sessions.think_in_one_thread()
    load_network.cache_clear()
    alone = load_network(DEFAULT_MODEL, kept_model)
    assert isinstance(alone, ExportedNetwork)
    assert alone._session.get_session_options().intra_op_num_threads == 1  # type: ignore[attr-defined]
    assert alone.encode(TEXTS, "query") == pytest.approx(together, abs=1e-6)
    try:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(original.encode, TEXTS, "query").result() == pytest.approx(together, abs=1e-5)
            assert pool.submit(torch.get_num_threads).result() == 1
    finally:
        torch.set_num_threads(before)
        load_network.cache_clear()


def test_batches_by_length() -> None:
    """Texts of similar length go together, as many as fit; one that is longer goes alone."""
    texts = ["a" * length for length in (3, 9, 2, 3, 30, 1)]
    assert list(by_length(texts, 9)) == [[5, 2, 0], [3], [1], [4]]
