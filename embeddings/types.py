"""The words of the library side: what an article, a paragraph, a sentence and a hit are.

All offsets are half-open character offsets into the article's stored text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""float32; one unit vector of shape (dimension,), or one a row in shape (n, dimension)."""

TokenVectors = npt.NDArray[np.int8]
"""int8, shape (tokens, size); what is kept of a sentence's word pieces for late interaction, 127 standing for 1."""

States = npt.NDArray[np.int8]
"""int8, shape (pieces, size); what is kept of the hidden states of a sentence's word pieces, for the reader."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """The articles that are common to all, and those on the shelves of these names, each of which may hold none."""

    names: tuple[str, ...] = ()

    def shows(self, shelf: str) -> bool:
        """Whether what is on `shelf`, or common to all where that is empty, is among them."""
        return not shelf or shelf in self.names


Scope = Sequence[str] | Shelves | None
"""What a search may look at: articles by their ids, or shelves; None is all articles of all shelves."""

FixedScope = tuple[str, ...] | Shelves | None


def fixed(scope: Scope) -> FixedScope:
    """The same scope as a value that can be a key."""
    return scope if scope is None or isinstance(scope, Shelves) else tuple(scope)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article's stored text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as it is stored.

    `paragraphs` are the stretches of `text` that are searched, in order: navigation and the headline are left out.
    `published` is ISO 8601, a date or a date and time without a zone unless the source gives one.
    `title_span` and `published_span` say where in `text` these facts stand; None where the text does not hold them.
    `shelf` is the name of the shelf that it is on, and empty where it is common to all.
    """

    id: str
    title: str
    text: str
    paragraphs: tuple[Span, ...]
    byline: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    source: str | None = None
    title_span: Span | None = None
    published_span: Span | None = None
    shelf: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article; `article.text[start:end] == text` holds always.

    `position` counts the article's sentences from 0, `paragraph` its searched paragraphs from 1.
    """

    article: str
    position: int
    paragraph: int
    start: int
    end: int
    text: str

    def __hash__(self) -> int:
        return hash((self.article, self.start))  # a third of the time that all fields take, for many a key


EntityKind = Literal["person", "organisation", "document", "group"]
QuoteKind = Literal["direct", "mixed", "indirect"]
Attribution = Literal["explicit", "carried", "resolved", "unknown"]


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something in an article that can speak, under all the names the article gives it.

    `number` counts the article's entities from 0. `name` is the fullest name, `aliases` are all ways it is written,
    `name` among them, without titles. `role` is what the article calls it ("head of the Central Asia Department"),
    stated at `role_span`. `mentions` are the places that name it, in order; pronouns are not among them.
    A "group" has no name of its own: "officials", "a person close to the campaign".
    """

    article: str
    number: int
    name: str
    kind: EntityKind
    aliases: tuple[str, ...]
    mentions: tuple[Span, ...]
    role: str | None = None
    role_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that an article gives as somebody's; `article.text[start:end] == text` holds always.

    `position` counts the article's quotes from 0 in the order of their text; the text lies in the sentences at the
    positions `first_sentence` to `last_sentence`, both included. The text of a direct quote has its quotation marks,
    but not in a transcript. `speaker` is the name of the article's entity `entity`; both are None where the
    attribution is "unknown". `cue` is the word that reports it ("said"), None for one carried on and in a transcript.
    `evidence` is where the text names the speaker: beside the cue (explicit), or earlier (carried, resolved);
    `source` is what stands beside the cue ("he").
    """

    article: str
    position: int
    paragraph: int
    first_sentence: int
    last_sentence: int
    start: int
    end: int
    text: str
    kind: QuoteKind
    attribution: Attribution
    speaker: str | None = None
    entity: int | None = None
    role: str | None = None
    cue: str | None = None
    evidence: Span | None = None
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence found by a search. `score` is higher for better: a cosine (by meaning) or BM25 (by words)."""

    sentence: Sentence
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What both searches find for a question: `by_meaning` and `by_words`, each best first.

    `sentences` are those of both, each once; `cosines` theirs with the question, and `tokens` theirs too, empty where
    the model has none. `frequencies` tell in how many of `total` sentences in scope each word occurs that was searched
    for, by stem.
    """

    by_meaning: list[Hit]
    by_words: list[Hit]
    sentences: list[Sentence]
    cosines: list[float]
    tokens: tuple[TokenVectors, ...]
    frequencies: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article without its text, for lists."""

    id: str
    title: str
    byline: str | None
    publisher: str | None
    published: str | None
    url: str | None
    source: str | None
    sentences: int
    shelf: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a library was made with; vectors of two models never meet in one library.

    `head_hash` is that of the late-interaction head and the reader, empty where the model has none.
    """

    model: str
    dimension: int
    model_hash: str
    head_hash: str = ""

    def fits(self, other: Stamp) -> bool:
        """Whether vectors of both can be compared; the name may differ, as a folder and a hub name do."""
        return replace(self, model="") == replace(other, model="")


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Sentences as vectors, one row a sentence; `tokens` and `states` likewise, empty where the model has none."""

    vectors: Vectors
    tokens: tuple[TokenVectors, ...] = ()
    states: tuple[States, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class EncodedQuestion:
    """A question as a vector of shape (dimension,).

    `tokens` are its word pieces for late interaction, float32 of shape (pieces, size), each as long as it weighs;
    `states` are hidden states of all its pieces, with the marks at both ends, float32 of shape (pieces, d), for the
    reader. Both are None where the model has no head and no reader.
    """

    vector: Vectors
    tokens: Vectors | None = None
    states: Vectors | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An article with all that is searched and told of it, `encoded` in the order of `sentences`.

    `digest` is the SHA-256 of the article, by which an unchanged one is known. `former` are the texts that it had
    before, the latest first, by which what was cited from them can still be checked.
    """

    article: Article
    digest: str
    sentences: tuple[Sentence, ...]
    encoded: Encoded
    quotes: tuple[Quote, ...] = ()
    entities: tuple[Entity, ...] = ()
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What indexing one source came to; `message` is one sentence where it failed or there is more to know."""

    source: str
    status: Literal["added", "updated", "unchanged", "failed"]
    article: str | None = None
    sentences: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """An article that is new or has changed, so that an entry is to be made of it.

    `name` is that of its outcome, and `message` what else there is to know of it.
    """

    name: str
    article: Article
    status: Literal["added", "updated"]
    message: str = ""
