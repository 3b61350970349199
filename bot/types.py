"""The words of the asking side: what a question, a passage and an answer are.

All offsets are half-open character offsets into the article's stored text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.words import say
from embeddings.types import FixedScope, Quote, Span

Intent = Literal["passage", "quotes", "who", "about", "smalltalk"]
Fact = Literal["title", "published", "source", "author", "gist", "articles"]
Status = Literal["answered", "not_found"]
Place = tuple[str, int, int]
"""An article's id, and half-open offsets in it."""
Certainty = Literal["sure", "if found", "if said"]
"""How surely a question asks for quotes: always; where its speaker is found; where its speaker says so, too."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `speaker` is the person asked about, `fact` what is asked about the article itself.

    `topic` is what the quotes asked for are about, None for all of them, or how the article asked about is called.
    `quoted` are words that the question has between quotation marks. A question that is not `certainty` "sure" is one
    for a passage where that does not hold. `reply_key` is the key, in bot.words, of the reply to a line that asks
    nothing of the articles.

    A question that goes on from an earlier one has its words in full in `text`, and the asker's in `typed`; `shown` is
    where the passages stand that the asker has seen, where more than these is asked for. `verb` is what the speaker is
    asked to have done by the quotes, "promise"; None where any quotes will do. `within` is how the article is called in
    which the answer is sought, None for all.
    """

    text: str
    intent: Intent = "passage"
    speaker: str | None = None
    fact: Fact | None = None
    topic: str | None = None
    quoted: tuple[str, ...] = ()
    certainty: Certainty = "sure"
    reply_key: str = ""
    typed: str | None = None
    shown: frozenset[Place] = frozenset()
    verb: str | None = None
    within: str | None = None

    @property
    def as_typed(self) -> str:
        """The asker's own words."""
        return self.text if self.typed is None else self.typed

    @property
    def reply(self) -> str:
        """What to say to a line that asks nothing of the articles, in the asker's language; empty for a question."""
        return say(self.reply_key) if self.reply_key else ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a passage stands. `paragraph` counts the article's paragraphs from 1; None is its headline or header.

    `shelf` is that of the article, empty where it is common to all.
    """

    article: str
    title: str
    published: str | None
    url: str | None
    paragraph: int | None
    start: int
    end: int
    publisher: str | None = None
    shelf: str = ""

    @property
    def place(self) -> Place:
        return self.article, self.start, self.end


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence that is shown as evidence, and the window of its neighbours around it.

    `highlight` is the shortest stretch that answers, or None. `score` is higher for better and compares passages
    of one answer only. `also` is where other articles say the same. `said_by` is who says it, with the role, where the
    text does not name the speaker beside the words: "He said …".
    """

    rank: int
    citation: Citation
    text: str
    context: Span
    context_text: str
    score: float
    highlight: Span | None = None
    also: tuple[Citation, ...] = ()
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A quote with its place, and where other articles have it.

    `source` is what stands for the speaker beside the cue where that is no name: "he".
    """

    quote: Quote
    citation: Citation
    source: str | None = None
    also: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or that they do not.

    `confidence` is the probability, 0 to 1, that the first passage answers. `closest` are the passages that a
    refusal could still offer; they are no answer. `remark` is what the bot says in its own words.

    `passages` are one page of `found` that could be shown, from the one numbered `offset` on. Where quotes are asked
    for, `quotes` are all that answer, best first: `passages[0]` goes with `quotes[offset]`. `speaker` is the full name
    of who was asked about, or who said it. `scope` are the articles in which it was sought; `about` is the one article
    of which a fact was asked.
    """

    question: Question
    status: Status
    confidence: float
    passages: tuple[Passage, ...] = ()
    closest: tuple[Passage, ...] = ()
    remark: str = ""
    quotes: tuple[CitedQuote, ...] = ()
    offset: int = 0
    speaker: str | None = None
    found: int = 0
    scope: FixedScope = None
    about: str | None = None

    @property
    def article(self) -> str | None:
        """The article that it speaks of: the one that comes first; None where there is none, or all alike are told."""
        if self.question.intent == "about":
            return self.about
        return self.passages[0].citation.article if self.passages else None

    @property
    def shown(self) -> frozenset[Place]:
        """Where the passages and the quotes of this page stand."""
        quotes = self.quotes[self.offset : self.offset + len(self.passages)]
        places = [passage.citation.place for passage in self.passages]
        return frozenset(places + [quote.citation.place for quote in quotes])
