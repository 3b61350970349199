"""A library in, one file with all of it out; and such a file in, its entries out, as they were put in.

The file is a zip: `saidwhat.json` tells what it is, and each article has a JSON file with what is told of it beside an
`.npz` with what its sentences were encoded as, so that nothing is encoded again where the model is the same.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from embeddings.errors import ArchiveError
from embeddings.stores import Store
from embeddings.types import Article, Encoded, Entity, Entry, Quote, Sentence, Stamp

_MANIFEST = "saidwhat.json"
_ROWS = ("tokens", "states")
_DAMAGE = (ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
"""What `zipfile` and NumPy raise for a file that is damaged, encrypted or of another kind."""


@dataclass(frozen=True, slots=True)
class _Manifest:
    format: Literal[1]
    stamp: Stamp
    articles: int


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry without what its sentences were encoded as."""

    article: Article
    digest: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    entities: tuple[Entity, ...]
    former: tuple[str, ...]


_MANIFESTS, _ENTRIES = TypeAdapter(_Manifest), TypeAdapter(_Told)


def write_archive(store: Store, path: Path) -> Generator[str]:
    """Write all that `store` holds to the file `path`, which must not be there; the id of each article as it is done.

    Raises ArchiveError where the library is empty, or the file is there or cannot be written; nothing is left then.
    """
    stamp, held = store.stamp(), store.articles()
    if stamp is None:
        raise ArchiveError("The library holds no article, so there is nothing to export.")
    part = path.with_name(f"{path.name}.part")
    try:
        if path.exists():
            raise ArchiveError(f"{path} is there already: remove it, or name another file.")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            written.writestr(_MANIFEST, _MANIFESTS.dump_json(_Manifest(1, stamp, len(held))))
            for number, summary in enumerate(held):
                entry = store.entry(summary.id)
                told = _Told(entry.article, entry.digest, entry.sentences, entry.quotes, entry.entities, entry.former)
                written.writestr(f"{number}.json", _ENTRIES.dump_json(told))
                written.writestr(f"{number}.npz", _packed(entry.encoded), zipfile.ZIP_STORED)
                yield summary.id
        part.replace(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written ({error.strerror}): name another file.") from error
    finally:
        part.unlink(missing_ok=True)


class Archive:
    """A file that `write_archive` wrote, open for reading. Every method raises ArchiveError where it is damaged."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        self._path, self._file = path, file
        with self._explained():
            manifest = _MANIFESTS.validate_json(file.read(_MANIFEST))
        self.stamp, self.articles = manifest.stamp, manifest.articles

    def entries(self) -> Iterator[Entry]:
        """What each article was put in as, one after the other."""
        for number in range(self.articles):
            with self._explained():
                told = _ENTRIES.validate_json(self._file.read(f"{number}.json"))
                encoded = _unpacked(self._file.read(f"{number}.npz"), len(told.sentences), self.stamp.dimension)
                _check(told)
            yield Entry(told.article, told.digest, told.sentences, encoded, told.quotes, told.entities, told.former)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (*_DAMAGE, KeyError, OSError) as error:
            what = "of another form" if isinstance(error, ValidationError) else str(error)
            raise ArchiveError(
                f"{self._path} is damaged or was not written by `saidwhat export` ({what}): export the library again."
            ) from error


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The archive in the file `path`. Raises ArchiveError where it cannot be read or is none."""
    try:
        file = zipfile.ZipFile(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except _DAMAGE as error:
        raise ArchiveError(f"{path} is no archive of a library: `saidwhat export` writes one.") from error
    with file:
        yield Archive(path, file)


def _packed(encoded: Encoded) -> bytes:
    arrays: dict[str, npt.NDArray[np.generic]] = {"vectors": encoded.vectors}
    for name, rows in zip(_ROWS, (encoded.tokens, encoded.states), strict=True):
        if rows:
            arrays[name] = np.concatenate(rows)
            arrays[f"{name}_lengths"] = np.array([len(row) for row in rows], dtype=np.int32)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _unpacked(packed: bytes, sentences: int, dimension: int) -> Encoded:
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        vectors = arrays["vectors"]
        tokens, states = (_rows(arrays, name) for name in _ROWS)
    if vectors.shape != (sentences, dimension) or vectors.dtype != np.float32:
        raise ValueError(f"{sentences} sentences with vectors of shape {vectors.shape}")
    if {len(tokens), len(states)} - {0, sentences}:
        raise ValueError(f"{sentences} sentences with pieces of {len(tokens)} and {len(states)}")
    return Encoded(vectors, tokens, states)


def _rows(arrays: np.lib.npyio.NpzFile, name: str) -> tuple[npt.NDArray[np.int8], ...]:
    if name not in arrays:
        return ()
    every, lengths = arrays[name], arrays[f"{name}_lengths"]
    if every.dtype != np.int8 or every.ndim != 2 or lengths.ndim != 1 or lengths.sum() != len(every):
        raise ValueError(f"{name} of shape {every.shape}")
    return tuple(np.split(every, np.cumsum(lengths)[:-1]))


def _check(told: _Told) -> None:
    """Raises ValueError where sentences or quotes do not stand in the article's text, or a quote is nobody's."""
    text, named = told.article.text, {entity.number for entity in told.entities}
    parts: Sequence[Sentence | Quote] = (*told.sentences, *told.quotes)
    if any(text[part.start : part.end] != part.text for part in parts):
        raise ValueError(f"the sentences of {told.article.id} do not stand in its text")
    if any(one.article != told.article.id for one in (*parts, *told.entities)):
        raise ValueError(f"sentences of other articles stand among those of {told.article.id}")
    if [sentence.position for sentence in told.sentences] != list(range(len(told.sentences))):
        raise ValueError(f"sentences of {told.article.id} are missing")
    if {quote.entity for quote in told.quotes} - named - {None}:
        raise ValueError(f"a quote of {told.article.id} is nobody's")
