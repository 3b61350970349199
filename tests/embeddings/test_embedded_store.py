"""What is particular to the store in a folder: its files lost, damaged, shared, replaced, full, read-only, killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import Encoder
from embeddings.errors import StampError, StoreError, UnknownArticle
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.vector_index import Limits
from embeddings.types import Article, Encoded, Entry, Hit, Sentence, Span, Stamp
from tests.hand_made import hand_made

ROOT = Path(__file__).parents[2]


def entry(encoder: Encoder, article_id: str, text: str) -> Entry:
    """An article of one sentence."""
    article = Article(article_id, article_id, text, (Span(0, len(text)),))
    sentence = Sentence(article_id, 0, 1, 0, len(text), text)
    return Entry(article, "digest", (sentence,), encoder.encode_sentences("", [[text]]))


def ids(store: EmbeddedStore) -> list[str]:
    return [summary.id for summary in store.articles()]


@pytest.fixture
def home(tmp_path: Path, library: Library) -> Path:
    """The folder of the library with the two articles of tests/conftest.py, closed."""
    library.store.close()
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(home)
    yield opened
    opened.close()


def ask(store: EmbeddedStore, encoder: Encoder) -> list[Hit]:
    return store.search_by_meaning(encoder.encode_question("bridge price in euros").vector, 6)


# --- the FAISS file --------------------------------------------------------------------------------------------------

LARGE = Limits(newer=2, scope=1)
"""Under these limits the library of two articles is a large one, with an index file."""


@pytest.fixture
def large(home: Path) -> Iterator[EmbeddedStore]:
    """The library under LARGE, with its index written."""
    opened = EmbeddedStore(home, LARGE)
    opened.refresh()
    yield opened
    opened.close()


def index_file(home: Path) -> Path:
    """The one index in the folder."""
    (found,) = home.glob("*.faiss*")
    return found


def other_index(path: Path) -> None:
    import faiss

    index = faiss.IndexFlatIP(7)
    index.add(np.eye(7, dtype=np.float32))
    faiss.write_index(index, str(path))


def flip(place: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[place] ^= 0x01
        path.write_bytes(content)

    return damage


def truncate(part: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(path.stat().st_size * part))


def garbage(path: Path) -> None:
    path.write_bytes(random.Random(7).randbytes(2_000))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(Path.unlink, id="lost"),
        pytest.param(truncate(0), id="empty"),
        pytest.param(truncate(0.5), id="cut in half"),
        pytest.param(truncate(0.99), id="without its last bytes"),
        pytest.param(garbage, id="garbage"),
        pytest.param(flip(4), id="another dimension"),
        pytest.param(flip(60), id="a number of the structure changed by one bit"),
        pytest.param(flip(-1), id="a checksum changed by one bit"),
        pytest.param(other_index, id="an index of another kind"),
    ],
)
def test_a_damaged_index_is_built_anew(
    home: Path, large: EmbeddedStore, encoder: Encoder, damage: Callable[[Path], None]
) -> None:
    """Whatever happens to the FAISS file, the results stay the same, and a refresh writes it as it was before."""
    before = ask(large, encoder)
    assert [hit.sentence.text for hit in before[:2]] == [
        "It cost 14 million euros, two million more than planned.",
        "The new bridge over the Orne will open in June, the town council said on Monday.",
    ]
    large.close()
    path = index_file(home)
    sound = path.read_bytes()
    damage(path)
    again = EmbeddedStore(home, LARGE)
    assert ask(again, encoder) == before
    again.refresh()
    assert path.read_bytes() == sound
    assert ask(again, encoder) == before
    assert again.check() == []
    again.close()


def test_check_finds_a_changed_byte(home: Path, large: EmbeddedStore, encoder: Encoder) -> None:
    """An id that changed by one bit is not found, which is a fault until the next refresh, and harms no other."""
    before = ask(large, encoder)
    large.close()
    flip(-60)(index_file(home))
    assert [hit for hit in before if hit not in ask(large, encoder)] == [before[3]]
    assert large.check() == ["The FAISS index does not hold the library's sentences."]
    large.refresh()
    assert large.check() == []


def test_an_index_of_another_library_is_not_used(
    tmp_path: Path, home: Path, large: EmbeddedStore, encoder: Encoder
) -> None:
    """A rebuilt library, whose ids begin again, does not use the old index, and removes it when it writes its own."""
    old, kept = index_file(home), index_file(home).read_bytes()
    texts = ("Bridge: the price in euros.", "The ferry ends.", "A storm.")
    made = [entry(encoder, f"a{number}", text) for number, text in enumerate(texts)]
    list(large.rebuild(made, encoder.stamp()))
    assert [hit.sentence.article for hit in ask(large, encoder)] == ["a0", "a1", "a2"]
    assert index_file(home) == old
    large.refresh()
    new = index_file(home)
    assert new != old
    old.write_bytes(kept)
    again = EmbeddedStore(home, LARGE)
    assert [hit.sentence.article for hit in ask(again, encoder)] == ["a0", "a1", "a2"]
    again.close()


def test_an_index_half_written_is_cleared_away(home: Path, large: EmbeddedStore, encoder: Encoder) -> None:
    """What a crash left of an index is removed when the next one is written."""
    (home / "vectors-0123456789abcdef.faiss.part").write_bytes(b"half")
    for number in range(3):
        large.add(entry(encoder, f"tolls {number}", "Bridge: the price in euros."), encoder.stamp())
    large.refresh()
    assert index_file(home).suffix == ".faiss"


def test_the_index_is_written_when_it_is_due(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """A library of up to `newer` sentences has no index; a large one gets another when as many have come since.

    Also when more than one in four of its sentences is gone; and none again once the library is small.
    """
    store.refresh()
    assert list(home.glob("*.faiss*")) == []
    large = EmbeddedStore(home, LARGE)
    ask(large, encoder)
    assert list(home.glob("*.faiss*")) == []
    large.refresh()
    first = index_file(home).read_bytes()
    for number in range(2):
        large.add(entry(encoder, f"tolls {number}", "A price."), encoder.stamp())
    large.refresh()
    assert index_file(home).read_bytes() == first
    large.add(entry(encoder, "tolls 2", "A price."), encoder.stamp())
    large.refresh()
    second = index_file(home).read_bytes()
    assert second != first
    large.remove("tolls 0")
    large.refresh()
    assert index_file(home).read_bytes() == second
    large.remove("tolls 1")
    large.remove("bridge")
    large.refresh()
    assert index_file(home).read_bytes() != second
    large.remove("school")
    large.refresh()
    assert list(home.glob("*.faiss*")) == []
    assert [hit.sentence.article for hit in ask(large, encoder)] == ["tolls 2"]
    large.close()


def test_another_store_writes_the_index(home: Path, encoder: Encoder) -> None:
    """A store that is open while another one writes the index goes on with it, and finds the same."""
    open_one, other = EmbeddedStore(home, LARGE), EmbeddedStore(home, LARGE)
    before = ask(open_one, encoder)
    other.refresh()
    assert ask(open_one, encoder) == before
    flip(4)(index_file(home))
    assert ask(open_one, encoder) == before
    open_one.close()
    other.close()


# --- two at once -----------------------------------------------------------------------------------------------------


def test_two_stores_in_one_folder(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """What one store adds, replaces and removes, another that is open in the same folder finds at its next search."""
    other = EmbeddedStore(home)
    assert ask(other, encoder) == ask(store, encoder)
    store.add(entry(encoder, "tolls", "Bridge: the price in euros."), encoder.stamp())
    assert ask(other, encoder)[0].sentence.text == "Bridge: the price in euros."
    assert other.search_by_words(["price"], 9)[0].sentence.article == "tolls"
    other.add(entry(encoder, "tolls", "A storm came."), encoder.stamp())
    assert "price" not in ask(store, encoder)[0].sentence.text
    assert store.search_by_words(["price"], 9) == []
    other.remove("tolls")
    assert ids(store) == ["bridge", "school"]
    with pytest.raises(UnknownArticle):
        store.search_by_words(["storm"], 9, ["tolls"])
    assert (store.check(), other.check()) == ([], [])
    other.close()


def test_a_change_during_a_rebuild(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """A rebuild during which another store changed the library leaves it as that store did, and nothing else."""
    other = EmbeddedStore(home)
    files = sorted(home.iterdir())
    rebuilding = other.rebuild([entry(encoder, "ferry", "The ferry ends.")], encoder.stamp())
    next(rebuilding)
    store.remove("school")
    with pytest.raises(
        StoreError, match=r"was changed while it was read anew, .*: run `saidwhat index --rebuild` again"
    ):
        next(rebuilding)
    other.close()
    assert ids(store) == ids(other) == ["bridge"]
    assert sorted(home.iterdir()) == files


def test_a_library_replaced_while_another_waits_to_write(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """What is added while a new file takes the library's place goes into the new file."""
    other = EmbeddedStore(home)
    assert ids(other) == ["bridge", "school"]
    held = sqlite3.connect(home / "library.sqlite", isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    adding = threading.Thread(target=other.add, args=(entry(encoder, "ferry", "The ferry ends."), encoder.stamp()))
    adding.start()
    time.sleep(0.2)
    shutil.copy(home / "library.sqlite", home / "copy")
    (home / "copy").replace(home / "library.sqlite")
    held.execute("ROLLBACK")
    held.close()
    adding.join()
    other.close()
    assert ids(store) == ["bridge", "ferry", "school"]


def test_another_store_rebuilds_under_another_dimension(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """A store that is open while another one rebuilds searches with the new dimension from then on."""
    ask(store, encoder)
    other = EmbeddedStore(home)
    made = entry(encoder, "ferry", "The ferry ends.")
    vectors = np.array([[0.6, 0.8]], dtype=np.float32)
    list(other.rebuild([Entry(made.article, "d", made.sentences, Encoded(vectors))], Stamp("other", 2, "facade")))
    other.close()
    assert store.stamp() == Stamp("other", 2, "facade")
    (hit,) = store.search_by_meaning(np.array([0, 1], dtype=np.float32), 5)
    assert hit.sentence.article == "ferry"
    assert hit.score == pytest.approx(0.8)


def test_threads(store: EmbeddedStore, encoder: Encoder) -> None:
    """Four threads search and read while a fifth adds 20 articles, and each of them sees whole articles."""

    def look(_: int) -> set[int]:
        ask(store, encoder)
        store.search_by_words(["bridge"], 9)
        return {len(store.sentences("bridge")), len(store.article("school").paragraphs)}

    with ThreadPoolExecutor(5) as pool:
        looks = pool.map(look, range(40))
        adding = [
            pool.submit(store.add, entry(encoder, f"a{number}", "The bridge opens."), encoder.stamp())
            for number in range(20)
        ]
        assert [seen for seen in looks if seen != {4, 2}] == []
        assert [future.result() for future in adding] == [None] * 20
    assert len(ids(store)) == 22
    assert store.check() == []


def test_a_library_that_another_process_writes(
    home: Path, store: EmbeddedStore, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store waits for another writer, says so in one sentence when it waited too long, and goes on afterwards."""
    monkeypatch.setattr("embeddings.stores.sqlite_file._WAIT_SECONDS", 0.05)
    other = sqlite3.connect(home / "library.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    sentence = f"Another process has been writing to the library in {home} for 0.05 s: try again when it is done."
    with pytest.raises(StoreError) as reading:
        store.articles()
    with pytest.raises(StoreError) as writing:
        store.add(entry(encoder, "tolls", "A price."), encoder.stamp())
    assert (str(reading.value), str(writing.value)) == (sentence, sentence)
    other.close()
    assert ids(store) == ["bridge", "school"]


# --- library.sqlite replaced, damaged, newer -------------------------------------------------------------------------


def test_a_replaced_library_is_noticed(tmp_path: Path, home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """When another library file takes the place of the open one, the next call finds the other's articles."""
    ask(store, encoder)
    backup = EmbeddedStore(tmp_path / "backup")
    backup.add(entry(encoder, "tolls", "Bridge: the price in euros."), encoder.stamp())
    backup.close()
    (tmp_path / "backup" / "library.sqlite").replace(home / "library.sqlite")
    assert [hit.sentence.article for hit in ask(store, encoder)] == ["tolls"]
    assert ids(store) == ["tolls"]
    store.add(entry(encoder, "ferry", "The ferry ends."), encoder.stamp())
    assert ids(EmbeddedStore(home)) == ["ferry", "tolls"]


def test_a_removed_library_is_new_again(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """When the folder is deleted under an open store, the store is new, and a write makes the folder again."""
    ask(store, encoder)
    shutil.rmtree(home)
    assert store.is_new()
    assert ask(store, encoder) == []
    store.add(entry(encoder, "ferry", "The ferry ends."), encoder.stamp())
    assert ids(store) == ["ferry"]


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    """A store that is only read leaves nothing on the disk."""
    store = EmbeddedStore(tmp_path / "nowhere")
    assert store.is_new()
    assert store.articles() == []
    store.close()
    assert list(tmp_path.iterdir()) == []


def every_call(store: EmbeddedStore, encoder: Encoder) -> list[Callable[[], object]]:
    return [
        store.stamp,
        store.is_new,
        store.revision,
        store.articles,
        store.entities,
        store.quotes,
        store.quoted,
        store.words_of_names,
        lambda: store.named(["dahl"]),
        lambda: store.described(["teacher"]),
        store.refresh,
        store.check,
        lambda: store.article("bridge"),
        lambda: store.digest("bridge"),
        lambda: store.sentences("bridge"),
        lambda: ask(store, encoder),
        lambda: store.search_by_words(["bridge"], 3),
        lambda: store.remove("bridge"),
        lambda: store.add(entry(encoder, "ferry", "The ferry ends."), encoder.stamp()),
        lambda: list(store.rebuild([], encoder.stamp())),
    ]


def zeros(path: Path) -> None:
    path.write_bytes(bytes(10_000))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        pytest.param(garbage, "file is not a database", id="garbage"),
        pytest.param(zeros, "file is not a database", id="zeros"),
        pytest.param(truncate(0.5), "database disk image is malformed", id="cut in half"),
        pytest.param(lambda path: os.truncate(path, 16_384), "database disk image is malformed", id="its first page"),
    ],
)
def test_a_damaged_library(home: Path, encoder: Encoder, damage: Callable[[Path], None], reason: str) -> None:
    """Every call on a damaged library is one sentence with the remedy, and the file is left as it is."""
    path = home / "library.sqlite"
    damage(path)
    damaged = path.read_bytes()
    store = EmbeddedStore(home)
    for call in every_call(store, encoder):
        with pytest.raises(StoreError) as caught:
            call()
        assert str(caught.value) == (
            f"The library file {path} is damaged or no library ({reason}):"
            " move it away and run `saidwhat index` on your articles again."
        )
    store.close()
    assert path.read_bytes() == damaged


def test_check_finds_a_damaged_page(home: Path, store: EmbeddedStore) -> None:
    """A table whose page was overwritten is a fault that SQLite names, or a sentence with the remedy."""
    path = home / "library.sqlite"
    with sqlite3.connect(path) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sentences'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged or no library \(database disk image is malformed\)"):
        store.sentences("bridge")


def test_a_library_of_a_newer_format(home: Path, encoder: Encoder) -> None:
    """A library of a newer saidwhat is refused by every call, with the way out."""
    with sqlite3.connect(home / "library.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    store = EmbeddedStore(home)
    for call in every_call(store, encoder):
        with pytest.raises(StampError) as caught:
            call()
        assert str(caught.value) == (
            f"The library in {home} has format 99, and this saidwhat knows formats up to 6:"
            " update saidwhat, or name another folder with --home."
        )
    store.close()


def make_format_1(home: Path) -> None:
    """Turn the library back into what the first saidwhat wrote."""
    with sqlite3.connect(home / "library.sqlite") as database:
        database.execute("DROP TABLE quotes")
        database.execute("DROP TABLE entities")
        database.execute("CREATE TABLE old AS SELECT * FROM articles JOIN texts ON article = id")
        database.execute("DROP TABLE texts")
        database.execute("DROP TABLE articles")
        database.execute("ALTER TABLE old RENAME TO articles")
        database.execute("PRAGMA user_version = 1")
    database.close()


def test_a_library_of_the_first_format(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """A library without quotes lists and reads its articles; all else is one sentence with the command that mends."""
    make_format_1(home)
    assert not store.is_new()
    assert ids(store) == ["bridge", "school"]
    assert store.article("bridge").title == "Harbour bridge to open in June"
    calls: list[Callable[[], object]] = [
        store.stamp,
        store.entities,
        store.quotes,
        store.check,
        lambda: store.digest("bridge"),
        lambda: ask(store, encoder),
        lambda: store.add(entry(encoder, "ferry", "The ferry ends."), encoder.stamp()),
    ]
    for call in calls:
        with pytest.raises(StampError) as caught:
            call()
        assert str(caught.value) == (
            f"The library in {home} was made by an older saidwhat, which did not read quotes:"
            " read its articles anew with `saidwhat index --rebuild`."
        )


def test_a_library_of_the_third_format(home: Path, store: EmbeddedStore) -> None:
    """A library of the format before says so, names the command, and still lists and reads its articles."""
    make_format_1(home)
    with sqlite3.connect(home / "library.sqlite") as database:
        database.execute("PRAGMA user_version = 3")
    database.close()
    assert ids(store) == ["bridge", "school"]
    assert store.article("school").title == "Pupils return to flooded school"
    with pytest.raises(StampError) as caught:
        store.stamp()
    assert str(caught.value) == (
        f"The library in {home} was made by an older saidwhat, which kept what it reads in another way:"
        " read its articles anew with `saidwhat index --rebuild`."
    )


def test_a_library_from_before_publishers(home: Path, encoder: Encoder) -> None:
    """A library without the column of publishers gets it when it is opened, and keeps all it has."""
    with sqlite3.connect(home / "library.sqlite") as database:
        database.execute("ALTER TABLE articles DROP COLUMN publisher")
    database.close()
    store = EmbeddedStore(home)
    assert [(summary.id, summary.publisher) for summary in store.articles()] == [("bridge", None), ("school", None)]
    store.add(entry(encoder, "ferry", "The ferry ends."), encoder.stamp())
    assert ids(store) == ["bridge", "ferry", "school"]
    assert store.check() == []


def test_rebuild_brings_the_first_format_up_to_date(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """After a rebuild an old library has the present tables, its articles as they were, and their quotes."""
    make_format_1(home)
    before = [store.article(article_id) for article_id in ids(store)]
    library = Library(store, encoder, hand_made)
    assert [outcome.status for outcome in library.rebuild()] == ["updated", "updated"]
    assert [store.article(article_id) for article_id in ids(store)] == before
    assert [quote.speaker for quote in store.quotes()] == ["the town council", "Ines Kader", "Tom Okafor"]
    assert store.check() == []
    assert [outcome.status for outcome in library.index([home.parent / "articles"])] == ["unchanged", "unchanged"]


def test_an_emptied_library_of_the_first_format(home: Path, store: EmbeddedStore, encoder: Encoder) -> None:
    """An old library without articles needs no rebuild: the next article goes in."""
    store.remove("bridge")
    store.remove("school")
    store.close()
    make_format_1(home)
    assert not store.is_new()
    assert (store.articles(), store.quotes(), store.digest("bridge")) == ([], [], None)
    store.add(entry(encoder, "ferry", "The ferry ends."), encoder.stamp())
    assert ids(store) == ["ferry"]
    assert store.check() == []


def test_a_file_in_the_place_of_the_folder(tmp_path: Path, encoder: Encoder) -> None:
    """A home that is a file is one sentence with the remedy, for reading and for writing."""
    (tmp_path / "home").write_text("not a folder")
    store = EmbeddedStore(tmp_path / "home")
    calls: list[tuple[Callable[[], object], str]] = [
        (store.articles, "Not a directory"),
        (lambda: store.add(entry(encoder, "ferry", "The ferry ends."), encoder.stamp()), "File exists"),
    ]
    for call, reason in calls:
        with pytest.raises(StoreError) as caught:
            call()
        assert str(caught.value) == (
            f"The library in {tmp_path / 'home'} cannot be used ({reason}):"
            " check the folder's permissions and space, or name another with --home."
        )


# --- disks -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "saidwhat-test", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for block in (4096, 1):
            try:
                while True:
                    file.write(bytes(block))
            except OSError:
                continue
    return filler


def test_a_read_only_library(disk: Path, home: Path, encoder: Encoder) -> None:
    """A library on a read-only file system answers as before, also without its index, and refuses every write."""
    opened = EmbeddedStore(home)
    before, found = ask(opened, encoder), opened.search_by_words(["euros"], 9)
    opened.close()
    shutil.copytree(home, disk / "home", ignore=shutil.ignore_patterns("*.faiss"))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    store = EmbeddedStore(disk / "home")
    assert ask(store, encoder) == before
    assert store.search_by_words(["euros"], 9) == found
    assert store.check() == []
    writes: list[Callable[[], object]] = [
        lambda: store.add(entry(encoder, "tolls", "A price."), encoder.stamp()),
        lambda: store.remove("bridge"),
        lambda: list(store.rebuild([], encoder.stamp())),
    ]
    for write in writes:
        with pytest.raises(
            StoreError, match=r" cannot be (opened or written|used) \(.*\): check the folder's permissions"
        ):
            write()
    assert ids(store) == ["bridge", "school"]
    store.close()


def test_no_library_on_a_read_only_file_system(disk: Path, encoder: Encoder) -> None:
    """Where no folder can be made, the first article is refused with the system's reason."""
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    store = EmbeddedStore(disk / "home")
    assert store.is_new()
    with pytest.raises(StoreError) as caught:
        store.add(entry(encoder, "tolls", "A price."), encoder.stamp())
    assert str(caught.value) == (
        f"The library in {disk / 'home'} cannot be used (Read-only file system):"
        " check the folder's permissions and space, or name another with --home."
    )


def test_a_full_disk(disk: Path, home: Path, encoder: Encoder) -> None:
    """On a full disk an article is refused in one sentence, nothing is lost, and it goes in once there is space."""
    shutil.copytree(home, disk / "home")
    store = EmbeddedStore(disk / "home")
    before = ask(store, encoder)
    filler = fill(disk)
    long = entry(encoder, "tolls", "Bridge: the price in euros. " * 2_000)
    writes: list[Callable[[], object]] = [
        lambda: store.add(long, encoder.stamp()),
        lambda: store.remove("bridge"),
        lambda: list(store.rebuild([long], encoder.stamp())),
    ]
    for write in writes:
        with pytest.raises(StoreError, match=r": free some space; nothing was lost\.$") as caught:
            write()
        assert str(caught.value).startswith(f"The disk that holds the library in {disk / 'home'} is full or failing (")
    assert ids(store) == ["bridge", "school"]
    assert ask(store, encoder) == before
    assert store.check() == []
    again = EmbeddedStore(disk / "home")
    assert ask(again, encoder) == before
    again.close()
    filler.unlink()
    store.add(long, encoder.stamp())
    assert ids(store) == ["bridge", "school", "tolls"]
    assert store.check() == []
    store.close()


def test_no_space_for_the_index(disk: Path, home: Path, encoder: Encoder) -> None:
    """Where the index cannot be written all is compared in memory, and no file that looks like one is left."""
    shutil.copytree(home, disk / "home")
    filler = fill(disk)
    store = EmbeddedStore(disk / "home", LARGE)
    store.refresh()
    before = ask(store, encoder)
    assert before[0].sentence.text == "It cost 14 million euros, two million more than planned."
    assert list((disk / "home").glob("*.faiss")) == []
    filler.unlink()
    store.refresh()
    assert ask(store, encoder) == before
    assert index_file(disk / "home").suffix == ".faiss"
    store.close()


# --- killed ----------------------------------------------------------------------------------------------------------

SENTENCES = 20
WRITER = """
import itertools, sys
from pathlib import Path
import numpy as np
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.vector_index import Limits
from embeddings.types import Article, Encoded, Entry, Sentence, Span, Stamp

store = EmbeddedStore(Path(sys.argv[1]), Limits(newer=20, scope=5))
first, count = int(sys.argv[2]), int(sys.argv[3])
for version in itertools.count(first):
    name = f"article-{version % 5}"
    text, sentences = "", []
    for position in range(count):
        line = f"Version{version} of the story, sentence {position}."
        sentences.append(Sentence(name, position, 1, len(text), len(text) + len(line), line))
        text += line + " "
    vectors = np.tile(np.eye(7, dtype=np.float32)[version % 7], (count, 1))
    article = Article(name, name, text, (Span(0, len(text)),))
    store.add(Entry(article, str(version), tuple(sentences), Encoded(vectors)), Stamp("m", 7, "h"))
    if version % 3 == 0:
        store.refresh()
    if version % 11 == 0:
        store.remove(name)
    if version == first:
        print("writing", flush=True)
"""


def assert_whole(store: EmbeddedStore) -> None:
    """Each article has all sentences of one version, and each search finds them."""
    held = ids(store)
    for article_id in held:
        version = store.digest(article_id)
        lines = [f"Version{version} of the story, sentence {position}." for position in range(SENTENCES)]
        assert [sentence.text for sentence in store.sentences(article_id)] == lines
        assert store.article(article_id).text == " ".join([*lines, ""])
        assert len(store.search_by_words([f"Version{version}"], 99)) == SENTENCES
        vector = np.eye(7, dtype=np.float32)[int(version or 0) % 7]
        assert [hit.score for hit in store.search_by_meaning(vector, 99, [article_id])] == [1.0] * SENTENCES
    assert len(store.search_by_words(["story"], 999)) == SENTENCES * len(held)
    assert store.check() == []


def test_killed_while_it_writes(tmp_path: Path) -> None:
    """Killed at any moment, a writer leaves each article whole, in its old version or its new one, or absent."""
    moments = random.Random(2017)
    for kill in range(15):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path, str(1 + kill * 100_000), str(SENTENCES)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        time.sleep(moments.uniform(0, 0.15))
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        store = EmbeddedStore(tmp_path)
        assert_whole(store)
        store.close()
