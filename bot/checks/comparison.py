"""Two libraries in, what is otherwise in the second out: article by article, and in the answers to the same questions.

Three things may be otherwise in answers that are still alike. Equals change places, as passages of equal score do: a
store puts the older first, and after a move others may be older. Where a library has more sentences than are compared
one by one, its index by meaning is approximate, so that each of two finds now and then what the other does not. And of
very many who are named alike a store looks at the oldest only.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bot.asking import ask, suggest
from bot.settings import Settings
from bot.stems import content_words, has_content
from bot.types import Answer, Passage
from embeddings.errors import SaidwhatError, StoreError
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.people import MOST_FOUND
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.stores.vector_index import Limits
from embeddings.types import Entry, FixedScope, Hit, Vectors

LEAST_IN_COMMON = 0.8
"""The share of their hits that searches by meaning have in common at least, where an index is approximate."""

_QUESTIONS, _SAID, _WHO = 100, 20, 10  # in all, and of these on what somebody said, and on who somebody is
_LONGEST, _WORDS = 200, 6  # characters of a sentence that is asked, or its words
_HITS = 32  # of a search, as an answer takes them
_VECTORS, _COSINES, _SCORES = 1e-6, 1e-5, 1e-4  # up to which numbers are the same

Likeness = Literal["alike", "ties", "approximate", "many", "otherwise"]


@dataclass(frozen=True, slots=True)
class Compared:
    """An article: the names of what is `otherwise` in the second library, or which of the two alone `holds` it."""

    article: str
    otherwise: tuple[str, ...] = ()
    holds: Literal["both", "first", "second"] = "both"

    @property
    def is_alike(self) -> bool:
        return self.holds == "both" and not self.otherwise


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, how like the answers are, and the share of the hits by meaning that are the same."""

    question: str
    likeness: Likeness
    first: Answer
    second: Answer
    in_common: float


def open_beside(name: str, library: Library) -> Library:
    """The library at `name`, a folder or a postgresql:// address, to be asked as `library` is.

    Raises SaidwhatError where there is none.
    """
    store: Store
    if name.startswith(("postgresql://", "postgres://")):
        from embeddings.stores.postgres import postgres_store

        try:
            store = postgres_store(name)
            is_new = store.is_new()
        except StoreError as error:
            raise StoreError(str(error).replace("SAIDWHAT_STORE", "--beside")) from error
    else:
        store = EmbeddedStore(Path(name).expanduser())
        is_new = store.is_new()
    if is_new:
        store.close()
        raise SaidwhatError(
            "--beside names a place where no library is: name a folder as SAIDWHAT_HOME does, or an address as"
            " SAIDWHAT_STORE does."
        )
    return Library(store, library.encoder, reranker=library.reranker)


# --- articles --------------------------------------------------------------------------------------------------------


def compare_articles(first: Store, second: Store) -> Iterator[Compared]:
    """Every article that either holds, by id."""
    held, held_there = ({summary.id for summary in store.articles()} for store in (first, second))
    for article in sorted(held | held_there):
        if article not in held_there:
            yield Compared(article, holds="first")
        elif article not in held:
            yield Compared(article, holds="second")
        else:
            yield Compared(article, tuple(_otherwise(first.entry(article), second.entry(article))))


def _otherwise(one: Entry, other: Entry) -> Iterator[str]:
    for name in ("article", "digest", "sentences", "quotes", "entities", "former"):
        if getattr(one, name) != getattr(other, name):
            yield _PARTS.get(name, name)
    if not _are_near(one.encoded.vectors, other.encoded.vectors):
        yield "vectors"
    for name in ("tokens", "states"):
        rows, others = getattr(one.encoded, name), getattr(other.encoded, name)
        if len(rows) != len(others) or not all(map(np.array_equal, rows, others)):
            yield name


_PARTS = {"article": "text", "former": "former texts"}


def _are_near(vectors: Vectors, others: Vectors) -> bool:
    return vectors.shape == others.shape and bool(np.allclose(vectors, others, rtol=0, atol=_VECTORS))


# --- answers ---------------------------------------------------------------------------------------------------------


def questions_on(library: Library, settings: Settings, scope: FixedScope = None) -> list[str]:
    """Up to a hundred questions on the articles in `scope`, always the same: suggested, on people, and of sentences."""
    store, asked = library.store, dict.fromkeys(suggest(library, settings, scope))
    quoted = sorted(store.quoted(scope), key=lambda pair: (-pair[1], pair[0].name))
    asked |= dict.fromkeys(f"What did {person.name} say?" for person, _ in quoted[:_SAID])
    asked |= dict.fromkeys(f"Who is {person.name}?" for person, _ in quoted[:_WHO])
    dice = random.Random(0)  # noqa: S311 - to be the same each time
    articles = [summary.id for summary in store.articles(scope)]
    dice.shuffle(articles)
    taken = [sentences for article in articles[:_QUESTIONS] if (sentences := store.sentences(article))]
    every = [sentence.text for sentences in taken for sentence in sentences if has_content(sentence.text)]
    for number, text in enumerate(dice.sample(every, min(_QUESTIONS, len(every)))):
        if len(asked) >= _QUESTIONS:
            break
        asked[text[:_LONGEST] if number % 2 else f"{' '.join(content_words(text)[:_WORDS])}?"] = None
    return list(asked)


def compare_answers(
    questions: Sequence[str], first: Library, second: Library, settings: Settings, scope: FixedScope = None
) -> Iterator[Asked]:
    """Both answers to each question. Raises SaidwhatError."""
    is_approximate = sum(summary.sentences for summary in first.store.articles(scope)) > Limits().newer
    for question in questions:
        answers = [ask(question, library, settings, scope=scope) for library in (first, second)]
        vector = first.encode_question(question).vector
        found = [library.store.search_by_meaning(vector, _HITS, scope) for library in (first, second)]
        likeness = _likeness(*answers)
        if likeness == "otherwise" and any(map(_is_on_many, answers, (first, second), (scope, scope))):
            likeness = "many"
        elif likeness == "otherwise" and not any(answer.quotes for answer in answers):
            text = answers[0].question.text
            by_words = [one.store.search_by_words(content_words(text), _HITS, scope) for one in (first, second)]
            likeness = _excused(found, by_words, is_approximate=is_approximate)
        yield Asked(question, likeness, answers[0], answers[1], _in_common(*found))


def _likeness(one: Answer, other: Answer) -> Likeness:
    if (one.status, _names(one)) != (other.status, _names(other)):
        return "otherwise"
    if [quote.citation.place for quote in one.quotes] != [quote.citation.place for quote in other.quotes]:
        return "otherwise"
    shown = [(one.passages, other.passages), (one.closest, other.closest)]
    if one.speaker == other.speaker and all(_places(here) == _places(there) for here, there in shown):
        return "alike"
    scores = [([passage.score for passage in here], [passage.score for passage in there]) for here, there in shown]
    return "ties" if all(_same(here, there, _SCORES) for here, there in scores) else "otherwise"


def _names(answer: Answer) -> list[str]:
    """The words of the names of whom an answer is about, who may come in another order."""
    return sorted(re.findall(r"\w+", (answer.speaker or "").casefold()))


def _is_on_many(answer: Answer, library: Library, scope: FixedScope) -> bool:
    """Whether it is asked about more who are named alike than a store looks at."""
    names = [words for name in re.split(r",|\band\b", answer.question.speaker or "") if (words := name_words(name))]
    found = [library.store.named(words, scope) for words in names]
    return any(sum(len(person.namings) for person in people) >= MOST_FOUND for people in found)


def _excused(by_meaning: Sequence[list[Hit]], by_words: Sequence[list[Hit]], *, is_approximate: bool) -> Likeness:
    """How like answers are that are otherwise: "otherwise" unless all the reason is what the searches may find so."""
    excuse: Likeness = "otherwise"
    for hits, others in (by_words, by_meaning):
        if [hit.sentence for hit in hits] == [hit.sentence for hit in others]:
            continue
        if _same([hit.score for hit in hits], [hit.score for hit in others], _COSINES):
            excuse = "ties" if excuse == "otherwise" else excuse
        elif hits is by_meaning[0] and is_approximate and _scored_alike(hits, others):
            excuse = "approximate"
        else:
            return "otherwise"
    return excuse


def _scored_alike(hits: Sequence[Hit], others: Sequence[Hit]) -> bool:
    scores = {hit.sentence: hit.score for hit in hits}
    return all(math.isclose(scores.get(hit.sentence, hit.score), hit.score, abs_tol=_COSINES) for hit in others)


def _in_common(hits: Sequence[Hit], others: Sequence[Hit]) -> float:
    """The share of hits that are the same, or as near."""
    if not hits or not others:
        return float(len(hits) == len(others))
    least = max(hits[-1].score, others[-1].score) + _COSINES
    every, every_there = ({hit.sentence for hit in found if hit.score > least} for found in (hits, others))
    return len(every & every_there) / len(every | every_there) if every | every_there else 1.0


def _places(passages: Sequence[Passage]) -> list[object]:
    return [passage.citation.place for passage in passages]


def _same(numbers: Sequence[float], others: Sequence[float], within: float) -> bool:
    return len(numbers) == len(others) and bool(np.allclose(numbers, others, rtol=within, atol=within))
