"""The library: only what changed is encoded, one bad file stops nothing, and two models never mix."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from embeddings.articles import make_article
from embeddings.encoder import Encoder
from embeddings.errors import StampError, UnknownArticle
from embeddings.library import Library
from embeddings.networks import Places
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Encoded, EncodedQuestion, Hit, Outcome, Scope, Stamp


class CountingEncoder(Encoder, Protocol):
    """What tests/conftest.py's encoder does besides: it counts the sentences that it encoded."""

    encoded: int


class OtherEncoder:
    """Another model, of three dimensions: every sentence has the same vector."""

    def stamp(self) -> Stamp:
        return Stamp("other", 3, "facade")

    def encode_sentences(self, title: str, blocks: Sequence[Sequence[str]]) -> Encoded:
        return Encoded(np.tile(self.encode_question("").vector, (sum(map(len, blocks)), 1)))

    def encode_question(self, text: str) -> EncodedQuestion:
        return EncodedQuestion(np.array([0, 0.6, 0.8], dtype=np.float32))

    def pieces(self, text: str) -> Places:
        return np.empty((0, 2), dtype=np.int64)

    def words(self) -> frozenset[str]:
        return frozenset()


class FailingEncoder(OtherEncoder):
    """A model that breaks down at its second article."""

    def __init__(self) -> None:
        self.calls = 0

    def encode_sentences(self, title: str, blocks: Sequence[Sequence[str]]) -> Encoded:
        self.calls += 1
        if self.calls == 2:
            raise KeyboardInterrupt
        return super().encode_sentences(title, blocks)


def nearest(library: Library, question: str, count: int, scope: Scope = None) -> list[Hit]:
    return library.store.search_by_meaning(library.encode_question(question).vector, count, scope)


@pytest.fixture
def empty(tmp_path: Path, encoder: Encoder) -> Iterator[Library]:
    """A library in which nothing was ever put."""
    held = Library(EmbeddedStore(tmp_path / "empty"), encoder)
    yield held
    held.store.close()


def ids(library: Library) -> list[str]:
    return [summary.id for summary in library.store.articles()]


# --- indexing --------------------------------------------------------------------------------------------------------


def test_outcomes(empty: Library, articles: Path) -> None:
    """Each file is one outcome with its path, its article and the number of its sentences."""
    assert list(empty.index([articles])) == [
        Outcome(str(articles / "bridge.txt"), "added", "bridge", 4),
        Outcome(str(articles / "school.txt"), "added", "school", 2),
    ]
    assert ids(empty) == ["bridge", "school"]


def test_outcomes_come_as_they_are_done(empty: Library, articles: Path, encoder: CountingEncoder) -> None:
    """The first article is in the library before the second is read."""
    outcomes = empty.index([articles])
    assert next(outcomes).article == "bridge"
    assert (ids(empty), encoder.encoded) == (["bridge"], 4)
    assert next(outcomes).article == "school"
    assert (ids(empty), encoder.encoded) == (["bridge", "school"], 6)


def test_what_is_unchanged_is_not_encoded_again(library: Library, articles: Path, encoder: CountingEncoder) -> None:
    """A second index over the same files encodes nothing."""
    assert encoder.encoded == 6
    assert [(outcome.status, outcome.sentences) for outcome in library.index([articles])] == [
        ("unchanged", 0),
        ("unchanged", 0),
    ]
    assert encoder.encoded == 6


def test_only_what_changed_is_encoded(library: Library, articles: Path, encoder: CountingEncoder) -> None:
    """A changed file replaces its article, and the other is left alone."""
    (articles / "school.txt").write_text("School stays shut\n\nThe school in Vell stays shut.\n\nA pupil wept.\n\nWhy?")
    assert list(library.index([articles])) == [
        Outcome(str(articles / "bridge.txt"), "unchanged", "bridge"),
        Outcome(str(articles / "school.txt"), "updated", "school", 3),
    ]
    assert encoder.encoded == 9
    assert [sentence.text for sentence in library.store.sentences("school")] == [
        "The school in Vell stays shut.",
        "A pupil wept.",
        "Why?",
    ]
    assert library.store.search_by_words(["okafor"], 9) == []


def test_a_changed_fact_is_a_change(library: Library, articles: Path) -> None:
    """An article whose front matter alone changed is updated."""
    text = (articles / "school.txt").read_text()
    (articles / "school.txt").write_text(f"---\nurl: https://example.org/school\n---\n{text}")
    assert [outcome.status for outcome in library.index([articles / "school.txt"])] == ["updated"]
    assert library.store.article("school").url == "https://example.org/school"


def test_bad_files_are_one_sentence_each(empty: Library, articles: Path) -> None:
    """A file that cannot be an article is a failed outcome with the reason, and all others are added."""
    (articles / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00")
    (articles / "c.md").write_text("")
    (articles / "d.txt").symlink_to("nowhere")
    missing, page = articles / "missing.txt", articles / "page.rtf"
    page.write_text("x")
    outcomes = list(empty.index([missing, articles, page]))
    assert [(Path(outcome.source).name, outcome.status) for outcome in outcomes] == [
        ("missing.txt", "failed"),
        ("a.txt", "failed"),
        ("bridge.txt", "added"),
        ("c.md", "failed"),
        ("d.txt", "failed"),
        ("school.txt", "added"),
        ("page.rtf", "failed"),
    ]
    assert [outcome.message for outcome in outcomes if outcome.status == "failed"] == [
        f"{missing} was left out: there is no such file or folder: check the path.",
        f"{articles / 'a.txt'} was left out: it is not text: save the article as plain text or Markdown.",
        f"{articles / 'c.md'} was left out: it is empty: there is no text to search.",
        f"{articles / 'd.txt'} was left out: it is not a regular file, or its link leads nowhere.",
        f"{page} was left out: only .txt, .md, .html, .pdf, .docx, .json and .jsonl files can be read:"
        " save the article as one of these.",
    ]
    assert ids(empty) == ["bridge", "school"]


def test_a_folder_without_articles(empty: Library, tmp_path: Path) -> None:
    """An empty folder is one failed outcome."""
    folder = tmp_path / "nothing"
    folder.mkdir()
    assert list(empty.index([folder])) == [
        Outcome(
            str(folder),
            "failed",
            message=f"{folder} was left out: the folder holds no article:"
            " .txt, .md, .html, .pdf, .docx, .json and .jsonl files are read.",
        )
    ]


def test_two_files_of_one_name(empty: Library, articles: Path) -> None:
    """Of two files that give the same id the first is taken, and the second is named with the first."""
    (articles / "more").mkdir()
    twin = articles / "more" / "bridge.md"
    twin.write_text("# Another bridge\n\nThe bridge fell.")
    outcomes = list(empty.index([articles]))
    assert [(outcome.article, outcome.status) for outcome in outcomes] == [
        ("bridge", "added"),
        (None, "failed"),
        ("school", "added"),
    ]
    assert outcomes[1].message == (
        f"{twin} was left out: its name gives the same id as {articles / 'bridge.txt'}: rename one of the two."
    )
    assert empty.store.article("bridge").title == "Harbour bridge to open in June"


def test_a_file_of_a_name_that_is_taken(library: Library, articles: Path, tmp_path: Path) -> None:
    """A file of another folder does not take the place of one that still lies there, and the rest go on."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "bridge.txt").write_text("Another bridge\n\nThe bridge fell.")
    (other / "ferry.txt").write_text("Ferry\n\nThe ferry ends.")
    refused, added = library.index([other])
    assert (refused.status, added.status) == ("failed", "added")
    assert refused.message == (
        f"{other / 'bridge.txt'} was left out: its name gives the same id as {articles / 'bridge.txt'}, which the"
        " library holds with another text: rename it, or index it with --replace to put it in the place of that"
        " article."
    )
    assert library.store.article("bridge").title == "Harbour bridge to open in June"
    both = list(library.index([other / "bridge.txt", articles / "bridge.txt"]))  # the refused one takes no name
    assert [outcome.status for outcome in both] == ["failed", "unchanged"]
    (replaced,) = library.index([other / "bridge.txt"], replacing=True)
    assert (replaced.status, replaced.message) == ("updated", "")
    assert library.store.article("bridge").title == "Another bridge"


def test_a_file_that_was_moved_and_edited(library: Library, articles: Path, tmp_path: Path) -> None:
    """Where the old file is gone the new one updates its article, and that is told where the text is another one."""
    old, new = articles / "bridge.txt", tmp_path / "bridge.txt"
    old.rename(new)
    (moved,) = library.index([new])
    assert (moved.status, moved.message, library.store.article("bridge").source) == ("updated", "", str(new))
    new.rename(old)
    old.write_text("Harbour bridge to open in July\n\nThe new bridge over the Orne will open in July.")
    (edited,) = library.index([old])
    assert (edited.status, edited.message) == (
        "updated",
        f"{old} took the place of the article bridge from {new}, which is no longer there.",
    )


def test_one_file_by_another_path(
    library: Library, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path, one from another working directory, one through a link, and a copy are no other article."""
    file = articles / "bridge.txt"
    monkeypatch.chdir(articles)
    assert [outcome.status for outcome in library.index([Path("bridge.txt")])] == ["unchanged"]
    (tmp_path / "link").symlink_to(articles)
    file.write_text("Bridge\n\nThe bridge stays shut.")
    assert [outcome.status for outcome in library.index([tmp_path / "link" / "bridge.txt"])] == ["updated"]
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "bridge.txt").write_text(file.read_text())
    assert [outcome.status for outcome in library.index([tmp_path / "copy" / "bridge.txt"])] == ["updated"]


def test_a_link_that_leads_elsewhere_now(empty: Library, tmp_path: Path) -> None:
    """A link to a file is known by its own path: where it leads to another file, its article is updated."""
    for day in ("monday", "tuesday"):
        (tmp_path / f"{day}.txt").write_text(f"News\n\nIt is {day}.")
    link = tmp_path / "latest.txt"
    link.symlink_to("monday.txt")
    assert [outcome.status for outcome in empty.index([link])] == ["added"]
    link.unlink()
    link.symlink_to("tuesday.txt")
    assert [(outcome.status, outcome.message) for outcome in empty.index([link])] == [("updated", "")]


def test_an_article_of_which_no_file_is_known(library: Library, tmp_path: Path) -> None:
    """An article without a source, as older libraries have them, is updated by a file of its name, which is told."""
    library.put(make_article("ferry", "Ferry\n\nThe ferry ends.", {}))
    file = tmp_path / "ferry.txt"
    file.write_text("Ferry\n\nThe ferry goes on.")
    (outcome,) = library.index([file])
    assert (outcome.status, outcome.message) == (
        "updated",
        f"{file} took the place of the article ferry from a file that is not known any more.",
    )


def test_lines_of_two_files_of_one_name(empty: Library, tmp_path: Path) -> None:
    """Lines without an address are called by their file; those with one are the same page's, and update it."""
    for number, folder in enumerate(("a", "b"), 1):
        (tmp_path / folder).mkdir()
        lines = [
            {"text": f"The ferry number {number} ends."},
            {"text": f"Bridge {number} fell.", "url": "https://example.org/b"},
        ]
        (tmp_path / folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert [outcome.status for outcome in empty.index([tmp_path / "a"])] == ["added", "added"]
    told = list(empty.index([tmp_path / "b"]))
    assert [outcome.status for outcome in told] == ["failed", "updated"]
    assert "its name gives the same id as" in told[0].message
    assert empty.store.article("news.jsonl/1").text == "The ferry number 1 ends."


def test_one_file_named_twice(empty: Library, articles: Path) -> None:
    """The same file under two paths is no twin of itself."""
    file = articles / "bridge.txt"
    outcomes = list(empty.index([file, articles / ".." / "articles" / "bridge.txt"]))
    assert [outcome.status for outcome in outcomes] == ["added", "unchanged"]


def test_a_bad_file_takes_no_name(empty: Library, articles: Path) -> None:
    """A file that cannot be read does not stand in the way of another one of its name."""
    (articles / "bridge.md").write_text("")
    assert [(outcome.article, outcome.status) for outcome in empty.index([articles])] == [
        (None, "failed"),
        ("bridge", "added"),
        ("school", "added"),
    ]


def test_put_an_article_from_elsewhere(empty: Library) -> None:
    """An article without a file is added under its id, with the SHA-256 of all that is known of it as its digest."""
    article = make_article(
        "5f2a", "The bridge fell. Nobody was hurt.", {"title": "Bridge", "url": "https://example.org"}
    )
    assert empty.put(article) == Outcome("5f2a", "added", "5f2a", 2)
    assert empty.put(article) == Outcome("5f2a", "unchanged", "5f2a")
    assert empty.put(replace(article, title="The bridge")) == Outcome("5f2a", "updated", "5f2a", 2)
    stored = empty.store.article("5f2a")
    assert (stored.title, stored.url, stored.source) == ("The bridge", "https://example.org", None)
    facts = {name: value for name, value in asdict(stored).items() if name != "shelf"}  # of which it is on none
    assert empty.store.digest("5f2a") == hashlib.sha256(repr(facts).encode()).hexdigest()


# --- searching -------------------------------------------------------------------------------------------------------


def test_search_by_meaning(library: Library) -> None:
    """A question is encoded and the nearest sentence found: both speak of the cost alone, so their cosine is one."""
    (hit,) = nearest(library, "What was the price?", 1)
    assert hit.sentence.text == "It cost 14 million euros, two million more than planned."
    assert hit.score == pytest.approx(1.0)
    assert [hit.sentence.article for hit in nearest(library, "school?", 9, ["school"])] == ["school"] * 2


def test_search_by_words(library: Library) -> None:
    """Words go to the store as they are, with their scope."""
    (hit,) = library.store.search_by_words(["Okafor"], 9)
    assert hit.sentence.text == "Its 220 pupils were taught in the town hall for six weeks, teacher Tom Okafor said."
    assert library.store.search_by_words(["Okafor"], 9, ["bridge"]) == []
    with pytest.raises(UnknownArticle):
        library.store.search_by_words(["Okafor"], 9, ["ferry"])


# --- another model ---------------------------------------------------------------------------------------------------

ANOTHER_MODEL = (
    "The library was made with the model 'concepts' (7 dimensions), and the present one is 'other' (3):"
    " encode it anew with `saidwhat index --rebuild`, or set EMBEDDING_MODEL=concepts."
)


def test_another_model_is_named_with_the_remedy(library: Library, articles: Path) -> None:
    """With another model every call that needs vectors is refused in one sentence with the command that mends it."""
    other = Library(library.store, OtherEncoder())
    (articles / "ferry.txt").write_text("Ferry\n\nThe ferry ends.")
    for call in (
        other.check_stamp,
        lambda: nearest(other, "bridge", 1),
        lambda: list(other.index([articles / "ferry.txt"])),
    ):
        with pytest.raises(StampError) as caught:
            call()
        assert str(caught.value) == ANOTHER_MODEL
    assert ids(library) == ["bridge", "school"]


def test_another_head_is_told_apart(library: Library) -> None:
    """The same model with another late-interaction head needs the same command, and is not called another model."""

    class SameModel(OtherEncoder):
        def stamp(self) -> Stamp:
            return Stamp("concepts", 7, "c0ffee", "another head")

    with pytest.raises(StampError) as caught:
        Library(library.store, SameModel()).check_stamp()
    assert str(caught.value) == (
        "The library was encoded by another version of saidwhat: encode it anew with `saidwhat index --rebuild`."
    )


def test_another_model_still_finds_words(library: Library) -> None:
    """A search by words needs no model."""
    (hit,) = Library(library.store, OtherEncoder()).store.search_by_words(["Okafor"], 9)
    assert hit.sentence.article == "school"


def test_an_empty_library_takes_any_model(empty: Library) -> None:
    """A library without an article fits every model."""
    Library(empty.store, OtherEncoder()).check_stamp()


def test_rebuild_with_another_model(library: Library) -> None:
    """A rebuild encodes each stored article with the present model, tells of each, and keeps the articles."""
    before = [library.store.article(article_id) for article_id in ids(library)]
    other = Library(library.store, OtherEncoder())
    told = [(outcome.status, outcome.article, outcome.sentences) for outcome in other.rebuild()]
    assert told == [("updated", "bridge", 4), ("updated", "school", 2)]
    assert [other.store.article(article_id) for article_id in ids(other)] == before
    assert other.store.stamp() == Stamp("other", 3, "facade")
    assert [hit.score for hit in nearest(other, "anything", 9)] == pytest.approx([1.0] * 6)
    assert other.store.check() == []
    with pytest.raises(StampError):
        library.check_stamp()


def test_a_rebuilt_article_is_unchanged(library: Library, articles: Path, encoder: CountingEncoder) -> None:
    """After a rebuild the files are known as unchanged."""
    assert len(list(library.rebuild())) == 2
    assert encoder.encoded == 12
    assert [outcome.status for outcome in library.index([articles])] == ["unchanged", "unchanged"]
    assert encoder.encoded == 12


def test_a_rebuild_that_is_broken_off(library: Library, encoder: Encoder) -> None:
    """A rebuild that ends early leaves the library as it was."""
    with pytest.raises(KeyboardInterrupt):
        list(Library(library.store, FailingEncoder()).rebuild())
    assert library.store.stamp() == encoder.stamp()
    assert ids(library) == ["bridge", "school"]
    assert nearest(library, "price", 1)[0].score == pytest.approx(1.0)


def test_rebuild_of_nothing(empty: Library) -> None:
    """An empty library has nothing to rebuild, and stays new."""
    assert list(empty.rebuild()) == []
    assert empty.store.is_new()
