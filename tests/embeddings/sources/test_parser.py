"""The process that parses: its limits, and that what ends it ends nothing else."""

from __future__ import annotations

import os
import signal

import pytest

from embeddings.errors import ArticleError
from embeddings.sources import Brought
from embeddings.sources.parser import Parser
from tests.news_site import page

PAGE = Brought("a.html", page().encode(), "html")
LIST = Brought("a.json", b'{"text": "%s"}' % (b"\\n" * 30_000_000), "json")


def test_memory() -> None:
    """What needs more memory than there may be is one sentence, and the next file is read."""
    with Parser(memory=120 * 1024 * 1024) as parser:
        with pytest.raises(ArticleError, match=r"^it takes too much memory to read: split it, or save it in"):
            parser.read(LIST)
        assert parser.read(PAGE)[0].metadata["title"] == "Ferry to stay"


def test_time() -> None:
    """What takes longer than it may is one sentence, and the next file is read."""
    with Parser(seconds=1) as parser:
        with pytest.raises(ArticleError, match=r"^it takes more than 1 seconds to read: split it, or save it"):
            parser.read(Brought("a.md", b"[" * 2_000_000 + b"x", "md"))
        assert parser.read(PAGE)


def test_a_process_that_dies() -> None:
    """A process that ends by itself is started anew."""
    with Parser() as parser:
        parser.read(PAGE)
        assert parser.child
        os.kill(parser.child.process.pid, signal.SIGSEGV)
        parser.child.process.wait()
        with pytest.raises(ArticleError, match=r"^it is damaged, or takes too much memory to read: save it"):
            parser.read(PAGE)
        assert parser.read(PAGE)


def test_one_process_for_many_files() -> None:
    """One process reads one file after the other, and ends with the parser."""
    with Parser() as parser:
        parser.read(PAGE)
        child = parser.child
        assert child
        parser.read(PAGE)
        assert parser.child is child
    assert child.process.poll() == 0


def test_text_that_cannot_be_stored() -> None:
    """Halves of characters and control characters, which JSON can spell, are replaced or left out."""
    with Parser() as parser:
        (draft,) = parser.read(Brought("a.json", rb'{"text": "A\ud800\u0000b\u2028c", "title": "T\udfff"}', "json"))
        (front,) = parser.read(Brought("a.txt", b'---\ntitle: "T\\udfff"\n---\nText.', "txt"))
    assert front.metadata == {"title": "T\ufffd"}
    assert (draft.text, draft.metadata) == ("A\ufffdb\nc", {"title": "T\ufffd"})


def test_facts_without_end() -> None:
    """A title that is as long as an article is none."""
    with Parser() as parser:
        (draft,) = parser.read(Brought("a.json", b'{"text": "A.", "title": "%s"}' % (b"x" * 3000), "json"))
    assert draft.metadata == {"title": None}
