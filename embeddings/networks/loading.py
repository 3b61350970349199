"""A model's name and a library's folder in, the Network that answers out: exported once, and kept with the library.

models/<hash>/origin.json   which model and weight files it is of, or why that model cannot be exported
models/<hash>/…             what `exporting` wrote: description, network, weights, tokenizer
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from embeddings.models import (
    DEFAULT_MODEL,
    DEFAULT_MODEL_SHA256,
    local_folder,
    model_folder,
    weight_files,
    weights_hash,
)
from embeddings.networks import LAYERS, Network
from embeddings.networks.exported import ExportedNetwork
from embeddings.networks.original import OriginalNetwork

NOT_EXPORTED = 3
"""The exit status of `exporting` where the model is one that cannot be exported; the reason is on stdout."""

_ORIGIN = "origin.json"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Origin:
    """What an export is of: the model as it was named, its weight files, and their SHA-256.

    A file is its name, size and time, by which a change is seen without reading 90 MB; there are none where the export
    was sent here, which then counts for the model whatever is here of that name. `unfit` is why the model cannot be
    exported, empty where it was. `layers` are those whose hidden states it can tell.
    """

    model: str
    files: list[list[str | int]]
    hash: str
    unfit: str = ""
    layers: list[int] = field(default_factory=list)

    def is_of(self, model: str) -> bool:
        """Whether it is of `model` as it is now; a name on the model hub stands for what it did at the export."""
        folder = local_folder(model)
        if self.model != model or not (self.unfit or self.layers == _layers(self.hash)):
            return False
        return not self.files or folder is None or self.files == _stated(folder)


@lru_cache(maxsize=4)  # the encoder and the tagger of quotes share one network
def load_network(model: str, kept_in: Path | None = None) -> Network:
    """The network of `model`; in the library's folder `kept_in` its export is looked for, and made if need be.

    Without such a folder, or where it cannot be written, or the model cannot be exported, it is the original.
    Raises EncoderError where the model cannot be found, downloaded or loaded.
    """
    models = kept_in / "models" if kept_in else None
    for folder, origin in _kept(models) if models else ():
        if not origin.is_of(model):
            continue
        if origin.unfit:
            return OriginalNetwork(model_folder(model, "EMBEDDING_MODEL"), origin.hash)
        try:
            return ExportedNetwork.open(folder)
        except Exception:  # onnxruntime and tokenizers have no kinds of their own for damaged files
            log.info("the model in %s cannot be used", folder, exc_info=True)
    source = model_folder(model, "EMBEDDING_MODEL")
    weights = weights_hash(model, source)
    origin = _Origin(model, _stated(source), weights, layers=_layers(weights))
    original = OriginalNetwork(source, origin.hash)
    if models is None:
        return original
    try:
        return _exported(original, origin, models) or original
    except OSError as error:
        log.info("the model is not kept with the library: %s", error)
        return original


def sent_exports(models: Iterable[str], kept_in: Path) -> dict[str, bytes]:
    """The exports of `models` that the library's folder keeps, to be sent to another machine: files by their names.

    A model that cannot be exported is not among them: it must be on that machine itself. Raises OSError.
    """
    wanted = set(models)
    sent: dict[str, bytes] = {}
    for folder, origin in _kept(kept_in / "models"):
        if origin.unfit or not any(origin.is_of(model) for model in wanted):
            continue
        for file in folder.iterdir():
            sent[f"{folder.name}/{file.name}"] = file.read_bytes()
        sent[f"{folder.name}/{_ORIGIN}"] = json.dumps(asdict(replace(origin, files=[]))).encode()
    return sent


def keep_sent(exports: Mapping[str, bytes], kept_in: Path) -> None:
    """Keep exports that were sent in a library's folder, where `load_network` finds them. Raises OSError."""
    for name, data in exports.items():
        file = kept_in / "models" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _kept(models: Path) -> Iterator[tuple[Path, _Origin]]:
    """The exports in a folder, with what they are of."""
    for file in sorted(models.glob(f"[!.]*/{_ORIGIN}")):
        try:
            yield file.parent, _Origin(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            log.info("%s cannot be read", file, exc_info=True)


def _exported(original: OriginalNetwork, origin: _Origin, models: Path) -> Network | None:
    """Export a model, by a process of its own; None where that is in vain. Raises OSError.

    The folder appears whole or not at all. What is kept of another model than this one and the default one, which
    reads the quotes of any library, is cleared away.
    """
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=models, ignore_cleanup_errors=True) as name:
        new = Path(name) / "model"
        new.mkdir()
        origin = replace(origin, unfit=_export(original, new))
        if origin.unfit:
            log.warning(
                "The model %s cannot be prepared for quick answers (%s): it answers by itself, some seconds later.",
                origin.model,
                origin.unfit,
            )
        (new / _ORIGIN).write_text(json.dumps(asdict(origin)), encoding="utf-8")
        folder = models / origin.hash[:16]
        for other, of in _kept(models):
            if of.model == origin.model or DEFAULT_MODEL not in (of.model, origin.model):
                shutil.rmtree(other, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    return None if origin.unfit else ExportedNetwork.open(folder)


def _export(original: OriginalNetwork, into: Path) -> str:
    """Export a model into a folder. Returns why it cannot be, empty where it was. Raises OSError where that failed."""
    if not _is_transformer(original.folder):
        return "it is no transformer"
    arguments = [str(original.folder), original.hash, str(into), *map(str, _layers(original.hash))]
    done = subprocess.run(  # noqa: S603 - this program itself
        [sys.executable, "-m", "embeddings.networks.exporting", *arguments], capture_output=True, text=True
    )
    log.debug("exporting the model:\n%s", done.stderr)
    if done.returncode == NOT_EXPORTED:
        return done.stdout.strip() or "it gives no reason"
    if done.returncode:
        raise OSError(f"its export ended with status {done.returncode}")
    return ""


def _layers(weights: str) -> list[int]:
    """Whose hidden states are read of the model with that hash."""
    return list(LAYERS) if weights == DEFAULT_MODEL_SHA256 else []


def _is_transformer(folder: Path) -> bool:
    """Whether the model begins with a transformer, as far as its files tell: no other kind can be exported."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return str(modules[0]["type"]).endswith(".Transformer")
    except (OSError, ValueError, LookupError, TypeError):
        return True


def _stated(folder: Path) -> list[list[str | int]]:
    """The weight files in a model's folder, each as name, size and time."""
    stated = ((file, file.stat()) for file in weight_files(folder))
    return [[str(file.relative_to(folder)), status.st_size, status.st_mtime_ns] for file, status in stated]
