"""An ONNX file in, a session of onnxruntime out; the only file that imports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from onnxruntime import SessionOptions


class Session(Protocol):
    """A network ready to run."""

    def run(self, outputs: Sequence[str] | None, inputs: Mapping[str, Any]) -> list[Any]:
        """The arrays named by `outputs`, all of them for None, from `inputs` by name."""
        ...


_SLOWER = ["SkipLayerNormFusion"]  # what it fuses takes three times as long: a sixth of the reader's time

_threads = 0  # as many as the processor has cores


def think_in_one_thread() -> None:
    """Let each thread that asks a network do so alone: for a program that has one for each processor itself.

    It counts for the sessions opened from now on, and for PyTorch, which original networks run on.
    """
    global _threads
    _threads = 1


def thinks_in_one_thread() -> bool:
    """Whether `think_in_one_thread` was called."""
    return _threads == 1


def open_session(network: Path) -> Session:
    """A session on the network in a file. Raises whatever onnxruntime raises, its own kinds of RuntimeError."""
    import onnxruntime

    session: Session = onnxruntime.InferenceSession(
        str(network), _options(), providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
    )
    return session


def fuse(network: Path, into: Path) -> None:
    """Write the network in a file to the file `into`, its operators fused, and its weights to a file beside that.

    Only such operators as every processor has; those for the one at hand are chosen when a session is opened.
    """
    import onnxruntime

    options = _options()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(into)
    weights = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{weights}_file_name", into.with_suffix(".bin").name)
    options.add_session_config_entry(f"{weights}_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])


def _options() -> SessionOptions:
    """How all sessions run: their threads wait for work by spinning, but only as long as a question takes."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads
    options.add_session_config_entry("session.force_spinning_stop", "1")
    options.enable_mem_pattern = False  # which it would keep for every length of a question
    options.log_severity_level = 3  # errors; they are raised as well
    return options
