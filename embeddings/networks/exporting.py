"""A sentence-transformers model in, a folder out from which onnxruntime and tokenizers alone run all of it.

Network, pooling and normalisation become one ONNX graph, with the operators that onnxruntime fuses already fused, and
what it computes is compared with the original. Where layers are asked for there is a second one, for questions, with
rounded weights. It runs as a process of its own, `python -m
embeddings.networks.exporting`, so that the memory which PyTorch takes is given back.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from embeddings.errors import EncoderError
from embeddings.networks import QUESTION_LAYERS, Network, Purpose
from embeddings.networks.exported import (
    INPUTS,
    LAYER,
    NETWORK,
    QUESTION_NETWORK,
    TOKENIZER,
    VECTOR,
    Description,
    ExportedNetwork,
)
from embeddings.networks.loading import NOT_EXPORTED
from embeddings.networks.original import OriginalNetwork
from embeddings.networks.rounding import BLOCK, round_weights
from embeddings.networks.sessions import fuse
from embeddings.types import Vectors

_TOLERANCE = 1e-5
_NEAR, _RACES = 0.998, 20  # cosine of a question's two vectors; rounds in which the two networks are timed
_UNFUSED = "unfused.onnx"
_OPSET = 17
_LONGEST_REASON = 300  # characters
_PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
_PROBES = (
    "When does the bridge open?",
    "  Ein  Café,\t“naïve” — 1.7 billion U.S. dollars (£14m) ",
    "The mayor said on Monday that the town had not been asked.",
    "Путин встретился с Рахмоном. 東京 😀",
    "x",
    "A long one. " * 400,
)


class NotExported(EncoderError):
    """The model cannot be exported; the message says why."""


def export(original: OriginalNetwork, into: Path, layers: Sequence[int]) -> None:
    """Write a model to the empty folder `into`, with the hidden layers `layers` among its outputs.

    Raises NotExported where it cannot be done or what was written computes something else.
    """
    model = original.load()
    tokenizer: Any = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None or not hasattr(model[0], "auto_model"):
        raise NotExported("it is no transformer with a fast tokenizer")
    prompts = model.prompts
    document = next((prompts[name] for name in ("document", "passage", "corpus") if name in prompts), None)
    description = Description(
        original.hash,
        original.dimension,
        original.longest,
        prompts.get("query") or "",
        document or "",
        bool(getattr(model[0], "do_lower_case", False)),
        question_block=0,
    )
    expected = _measured(original, layers)
    _write_network(model, into, layers)
    copy = type(tokenizer).from_str(tokenizer.to_str())
    copy.no_truncation()
    copy.no_padding()
    copy.save(str(into / TOKENIZER))
    description.write(into)
    exact = ExportedNetwork.open(into)
    _compare(expected, _measured(exact, layers))
    if layers and _rounded(model, into, description, exact):
        replace(description, question_block=BLOCK).write(into)
    else:
        for file in into.glob(f"{Path(QUESTION_NETWORK).stem}.*"):
            file.unlink()
    (into / _UNFUSED).unlink()


def _rounded(model: Any, into: Path, description: Description, exact: Network) -> bool:
    """Write the network for questions; whether it can be had, and is worth it."""
    config, outputs = model[0].auto_model.config, [f"{LAYER}{layer}" for layer in QUESTION_LAYERS]
    shape = config.num_attention_heads, config.hidden_size
    try:
        round_weights(into / _UNFUSED, into / QUESTION_NETWORK, *shape, outputs, into / NETWORK)
        return _is_worth_having(ExportedNetwork(into, replace(description, question_block=BLOCK)), exact)
    except Exception as error:  # noqa: BLE001 - the exact network reads questions too; the parent logs what is printed
        print(f"no network for questions: {error}", file=sys.stderr)
        return False


def _is_worth_having(rounded: Network, exact: Network) -> bool:
    """Whether the network for questions is faster, as it is not on processors without its operators, and near."""
    read = [pieces.ids for pieces in exact.pieces(_PROBES[:3], marked=True)]
    seconds: dict[Network, list[float]] = {rounded: [], exact: []}
    means: dict[Network, Vectors] = {}
    for _ in range(_RACES):
        for network, taken in seconds.items():
            start = time.perf_counter()
            found = [network.hidden([ids], QUESTION_LAYERS, "query")[0] for ids in read]
            taken.append(time.perf_counter() - start)
            means[network] = np.stack([last.mean(axis=0) for *_, last in found])
    ours, theirs = means[rounded], means[exact]
    cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    return min(seconds[rounded]) < min(seconds[exact]) and float(cosines.min()) > _NEAR


def _write_network(model: Any, into: Path, layers: Sequence[int]) -> None:
    import torch

    read = model.preprocess(list(_PROBES[:3]))

    class Whole(torch.nn.Module):
        """All modules of the model in a row, from pieces to unit vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any) -> tuple[Any, ...]:
            features = {"input_ids": ids, "attention_mask": mask}
            if "token_type_ids" in read:
                features["token_type_ids"] = torch.zeros_like(ids)
            found = self.model(features)
            vector = torch.nn.functional.normalize(found["sentence_embedding"].float(), dim=-1)
            return vector, *(found["all_layer_embeddings"][layer] for layer in layers)

    network = model[0].auto_model
    network.set_attn_implementation("eager")  # the form that onnxruntime knows how to fuse
    network.config.output_hidden_states = bool(layers)
    names = [VECTOR, *(f"{LAYER}{layer}" for layer in layers)]
    with torch.inference_mode():
        torch.onnx.export(
            Whole().eval(),
            (read["input_ids"], read["attention_mask"]),
            str(into / _UNFUSED),
            input_names=list(INPUTS),
            output_names=names,
            dynamic_axes={
                **{name: {0: "texts", 1: "pieces"} for name in (*INPUTS, *names[1:])},
                VECTOR: {0: "texts"},
            },
            opset_version=_OPSET,
            dynamo=False,
        )
    fuse(into / _UNFUSED, into / NETWORK)


def _measured(network: Network, layers: Sequence[int]) -> list[Vectors]:
    """What a network computes of the probes: vectors for either purpose, and hidden states."""
    vectors = [network.encode(_PROBES, purpose) for purpose in _PURPOSES]
    if not layers:
        return vectors
    read = [pieces.ids for pieces in network.pieces(_PROBES, marked=True)]
    return vectors + [np.concatenate(states, axis=1) for states in network.hidden(read, layers)]


def _compare(original: Sequence[Vectors], exported: Sequence[Vectors]) -> None:
    """Raise NotExported where the two computed something else."""
    for ours, theirs in zip(exported, original, strict=True):
        far = float(np.abs(ours - theirs).max()) if ours.shape == theirs.shape else float("inf")
        if not far <= _TOLERANCE * max(1.0, float(np.abs(theirs).max())):
            raise NotExported(f"what was exported gives other vectors, off by {far:.1g}")


def main() -> int:
    """Export as the arguments tell. Returns 0, NOT_EXPORTED with the reason on stdout, or 1 for no model at all."""
    parser = argparse.ArgumentParser(description="Export a sentence-transformers model to ONNX.")
    parser.add_argument("model", type=Path)
    parser.add_argument("hash")
    parser.add_argument("into", type=Path)
    parser.add_argument("layers", type=int, nargs="*")
    arguments = parser.parse_args()
    original = OriginalNetwork(arguments.model, arguments.hash)
    try:
        original.load()
    except EncoderError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        export(original, arguments.into, arguments.layers)
    except Exception as error:  # noqa: BLE001 - the exporter runs the model's own code, which may raise anything
        reason = str(error) if isinstance(error, NotExported) else f"{type(error).__name__}: {error}"
        print(" ".join(reason.split())[:_LONGEST_REASON])
        return NOT_EXPORTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
