"""A network in ONNX in, one that only reads questions out: its weights in 8 bits, in half the time of the other.

Each 64 weights have a scale of their own, and so have the numbers that come in (onnxruntime's MatMulNBits), which
leaves a question's vector where it was but for a cosine of 0.9994, or 0.996 where it is a single word. What that costs
in ranking is in README.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

BLOCK = 64  # weights with a scale of their own: of 16, a question takes a fifth longer, and no more are right
_BITS, _IN_INT8 = 8, 4
_LEAST_BYTES = 1024  # of what is not kept inside the graph


def round_weights(network: Path, into: Path, heads: int, size: int, outputs: Sequence[str], whole: Path) -> None:
    """Write what gives `outputs` of the BERT network in a file to the file `into`, and its weights beside that.

    `heads` and `size` are those of its attention and of its hidden states. What is not rounded, as the word
    embeddings, stays in the weights of `whole`, which `sessions.fuse` wrote of the same network into the same folder.
    """
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_model

    options = FusionOptions("bert")
    options.use_multi_head_attention = True  # the other kind has weights inside, which cannot be rounded
    options.enable_embed_layer_norm = options.enable_skip_layer_norm = options.enable_bias_skip_layer_norm = False
    fused = optimize_model(str(network), "bert", heads, size, options, opt_level=0)
    fused.prune_graph(list(outputs))
    _join(fused.model.graph)
    how = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=_IN_INT8, bits=_BITS)
    quantizer = MatMulNBitsQuantizer(fused.model, algo_config=how)
    quantizer.process()
    rounded = quantizer.model.model
    held = {one.name: one for one in onnx.load(str(whole), load_external_data=False).graph.initializer}
    for weights in rounded.graph.initializer:
        same = held.get(weights.name)
        if same and same.external_data and same.dims == weights.dims and same.data_type == weights.data_type:
            weights.CopyFrom(same)
    onnx.save_model(
        rounded,
        str(into),
        save_as_external_data=True,
        location=into.with_suffix(".bin").name,
        size_threshold=_LEAST_BYTES,
    )


def _join(graph: GraphProto) -> None:
    """Multiply by several weights at once what is multiplied by each: an attention's queries, keys and values.

    The products are the same, and a twelfth of a question's time is saved.
    """
    from onnx import helper, numpy_helper

    weights = {one.name: one for one in graph.initializer}
    together: dict[str, list[NodeProto]] = defaultdict(list)
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            together[node.input[0]].append(node)
    for input_name, (first, *others) in together.items():
        if others:
            nodes = [first, *others]
            name = f"{first.output[0]}_joined"
            parts = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
            sizes = np.array([part.shape[1] for part in parts], dtype=np.int64)
            joined = {f"{name}_weights": np.concatenate(parts, axis=1), f"{name}_sizes": sizes}
            graph.initializer.extend(numpy_helper.from_array(array, key) for key, array in joined.items())
            product = helper.make_node("MatMul", [input_name, f"{name}_weights"], [name], name)
            apart = [node.output[0] for node in nodes]
            split = helper.make_node("Split", [name, f"{name}_sizes"], apart, f"{name}_split", axis=-1)
            at = list(graph.node).index(first)
            for node in nodes:
                graph.node.remove(node)
            graph.node.insert(at, split)
            graph.node.insert(at, product)
