"""A network in ONNX in, one that only reads questions out: its weights in 8 bits, in half the time of the other.

Each 16 weights have a scale of their own, and so have the numbers that come in (onnxruntime's MatMulNBits), which
leaves a question's vector where it was but for a cosine of 0.9998, or 0.9986 where it is a single word. What that costs
in ranking is in README.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_BLOCK = 16  # weights with a scale of their own: 32 are no faster, and twice as far off
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
    how = DefaultWeightOnlyQuantConfig(block_size=_BLOCK, is_symmetric=True, accuracy_level=_IN_INT8, bits=_BITS)
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
