"""The words of the asking side: what a question, a passage and an answer are.

All offsets are half-open character offsets into the article's stored text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from embeddings.types import Span

Intent = Literal["passage", "quotes", "who", "about", "smalltalk"]
Fact = Literal["title", "published", "source", "author", "gist"]
Status = Literal["answered", "not_found"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `speaker` is the person asked about, `fact` what is asked about the article itself."""

    text: str
    intent: Intent = "passage"
    speaker: str | None = None
    fact: Fact | None = None
    previous: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a passage stands. `paragraph` counts the article's paragraphs from 1; None is its headline or header."""

    article: str
    title: str
    published: str | None
    url: str | None
    paragraph: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence that is shown as evidence, and the window of its neighbours around it.

    `highlight` is the shortest stretch that answers, or None. `score` is higher for better and compares passages
    of one answer only.
    """

    rank: int
    citation: Citation
    text: str
    context: Span
    context_text: str
    score: float
    highlight: Span | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or that they do not.

    `confidence` is the probability, 0 to 1, that the first passage answers. `closest` are the passages that a
    refusal could still offer; they are no answer. `remark` is one line in the bot's own words.
    """

    question: Question
    status: Status
    confidence: float
    passages: tuple[Passage, ...] = ()
    closest: tuple[Passage, ...] = ()
    remark: str = ""
