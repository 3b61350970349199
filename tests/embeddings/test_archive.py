"""A library in one file: written, read back as it was, and damaged in every way."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.archive import open_archive, write_archive
from embeddings.encoder import Encoder
from embeddings.errors import ArchiveError, StampError
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Encoded, Entry, Stamp
from tests.conftest import ConceptEncoder
from tests.hand_made import hand_made


@pytest.fixture
def archive(library: Library, tmp_path: Path) -> Path:
    """The two articles in one file."""
    path = tmp_path / "library.zip"
    assert list(write_archive(library.store, path)) == ["bridge", "school"]
    return path


@pytest.fixture
def other(tmp_path: Path, encoder: Encoder) -> Iterator[Library]:
    """Another library, without an article."""
    made = Library(EmbeddedStore(tmp_path / "other"), encoder, hand_made)
    yield made
    made.store.close()


def taken(library: Library, path: Path) -> list[tuple[str, str | None]]:
    with open_archive(path) as archive:
        return [(outcome.status, outcome.article) for outcome in library.take_over(archive)]


def plain(entry: Entry) -> tuple[object, ...]:
    encoded = entry.encoded
    arrays = [encoded.vectors.tolist(), *([row.tolist() for row in rows] for rows in (encoded.tokens, encoded.states))]
    return (entry.article, entry.digest, entry.sentences, entry.quotes, entry.entities, *map(str, arrays))


def test_everything_comes_back(
    library: Library, other: Library, archive: Path, encoder: ConceptEncoder, articles: Path
) -> None:
    """A library taken over holds what the first one holds, without encoding anything, and knows its files again."""
    encoded = encoder.encoded
    assert taken(other, archive) == [("added", "bridge"), ("added", "school")]
    assert encoder.encoded == encoded
    assert other.store.articles() == library.store.articles()
    assert other.store.stamp() == library.store.stamp()
    for article in ("bridge", "school"):
        assert plain(other.store.entry(article)) == plain(library.store.entry(article))
    assert [name for name, _ in other.store.quoted()] == [name for name, _ in library.store.quoted()]
    assert other.store.check() == []
    assert [outcome.status for outcome in other.index([articles])] == ["unchanged", "unchanged"]


def test_pieces_come_back(library: Library, other: Library, tmp_path: Path, encoder: Encoder) -> None:
    """Token vectors and hidden states of any number of pieces, none among them, survive."""
    entry = library.store.entry("bridge")
    dice = np.random.default_rng(3)
    pieces = [tuple(dice.integers(-127, 127, (n, 4), dtype=np.int8) for n in (3, 1, 0, 5)) for _ in range(2)]
    library.store.add(replace(entry, encoded=Encoded(entry.encoded.vectors, *pieces)), encoder.stamp())
    list(write_archive(library.store, tmp_path / "pieces.zip"))
    taken(other, tmp_path / "pieces.zip")
    assert plain(other.store.entry("bridge")) == plain(library.store.entry("bridge"))


def test_taken_over_twice(library: Library, other: Library, archive: Path) -> None:
    """What is there is left as it is; what was changed since is put back, and what is elsewhere stays."""
    taken(other, archive)
    assert taken(other, archive) == [("unchanged", "bridge"), ("unchanged", "school")]
    entry = other.store.entry("school")
    other.store.add(replace(entry, digest="changed"), other.encoder.stamp())
    other.store.remove("bridge")
    assert taken(other, archive) == [("added", "bridge"), ("updated", "school")]


def test_another_model_encodes_anew(tmp_path: Path, archive: Path, library: Library) -> None:
    """Articles of a library that another model made are encoded with the present one."""
    encoder = ConceptEncoder("concepts 2", "facade")
    other = Library(EmbeddedStore(tmp_path / "other"), encoder, hand_made)
    assert taken(other, archive) == [("added", "bridge"), ("added", "school")]
    assert (encoder.encoded, other.store.stamp()) == (6, Stamp("concepts 2", 7, "facade"))
    assert other.store.article("bridge") == library.store.article("bridge")
    other.store.close()
    with pytest.raises(StampError, match="The library was made with the model 'concepts 2'"):
        taken(Library(other.store, library.encoder), archive)


def test_an_empty_library_is_not_written(other: Library, tmp_path: Path) -> None:
    """There is nothing to export, and no file."""
    with pytest.raises(ArchiveError, match=r"^The library holds no article"):
        list(write_archive(other.store, tmp_path / "empty.zip"))
    assert not (tmp_path / "empty.zip").exists()


def test_what_is_there_is_not_overwritten(library: Library, archive: Path) -> None:
    """A file in the way stays as it is."""
    before = archive.read_bytes()
    with pytest.raises(ArchiveError, match=r"library\.zip is there already: remove it, or name another file\.$"):
        list(write_archive(library.store, archive))
    assert archive.read_bytes() == before


def test_a_folder_that_is_not_there(library: Library, tmp_path: Path) -> None:
    """What cannot be written is one sentence."""
    with pytest.raises(ArchiveError, match=r"cannot be written \(No such file or directory\): name another file\.$"):
        list(write_archive(library.store, tmp_path / "nowhere" / "library.zip"))


def test_an_export_that_is_broken_off(library: Library, tmp_path: Path) -> None:
    """A file is there whole or not at all."""
    writing = write_archive(library.store, tmp_path / "library.zip")
    next(writing)
    writing.close()
    assert list(tmp_path.glob("library.zip*")) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, r"cannot be read \(No such file or directory\): check the path\.$"),
        (b"", r"is no archive of a library: `saidwhat export` writes one\.$"),
        (b"The bridge opens in June.", r"is no archive of a library"),
    ],
)
def test_no_archive(other: Library, tmp_path: Path, content: bytes | None, told: str) -> None:
    """What is no archive is one sentence."""
    if content is not None:
        (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(ArchiveError, match=told):
        taken(other, tmp_path / "x.zip")


def rewritten(path: Path, name: str, content: bytes | None) -> Path:
    """A copy of an archive in which one of its files has other content, or is missing."""
    made = path.with_name("rewritten.zip")
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(made, "w") as written:
        for each in read.namelist():
            if each != name or content is not None:
                written.writestr(each, content if each == name and content is not None else read.read(each))
    return made


def changed(path: Path, name: str, **fields: object) -> bytes:
    with zipfile.ZipFile(path) as read:
        return json.dumps(json.loads(read.read(name)) | fields).encode()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("saidwhat.json", {"format": 2}),
        ("saidwhat.json", {"articles": 3}),
        ("saidwhat.json", {"stamp": None}),
        ("0.json", {"digest": 7}),
        ("0.json", {"entities": []}),
        ("0.json", {"sentences": []}),
        ("0.json", {"article": {"id": "bridge"}}),
    ],
)
def test_an_archive_that_tells_something_else(
    other: Library, archive: Path, name: str, fields: dict[str, object]
) -> None:
    """A file in it with other fields, or with what does not belong together, is one sentence; nothing wrong goes in."""
    with pytest.raises(ArchiveError, match=r"is damaged or was not written by `saidwhat export` \(.+\): export "):
        taken(other, rewritten(archive, name, changed(archive, name, **fields)))
    assert other.store.check() == []


@pytest.mark.parametrize("name", ["saidwhat.json", "1.json", "1.npz"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"PK"])
def test_a_part_that_is_missing_or_wrong(other: Library, archive: Path, name: str, content: bytes | None) -> None:
    """The articles before it are taken; then there is one sentence."""
    with pytest.raises(ArchiveError, match=r"is damaged or was not written by"):
        taken(other, rewritten(archive, name, content))
    assert [summary.id for summary in other.store.articles()] == ([] if name == "saidwhat.json" else ["bridge"])
    assert other.store.check() == []


def test_damaged_at_random(other: Library, archive: Path, tmp_path: Path) -> None:
    """Cut off or with bytes flipped anywhere, an archive is refused in a sentence or gives what was written."""
    whole, dice = archive.read_bytes(), random.Random(5)
    for number in range(200):
        content = bytearray(whole)
        if number % 2:
            del content[dice.randrange(len(content)) :]
        for _ in range(number % 5 or 1):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8) if content else 0
        (tmp_path / "x.zip").write_bytes(content)
        try:
            taken(other, tmp_path / "x.zip")
        except ArchiveError:
            continue
    assert other.store.check() == []
