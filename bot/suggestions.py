"""A library in, a few questions that its articles do answer out; each was tried first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from bot.stems import has_content
from bot.types import Answer
from embeddings.library import Library
from embeddings.quotes.parsing import DASHES, parse
from embeddings.types import FixedScope, Scope, Sentence, fixed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

MOST = 3
_ARTICLES, _SENTENCES = 3, 25  # looked at: the newest articles, the first sentences of each
_LONGEST_REST = 5  # words after the head of an object
_LONGEST = 80  # characters of a question
_ASKS_FOR = {"DATE": "When", "MONEY": "How much", "GPE": "Where"}

Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class _Try:
    """How a question is tried; all ways count as one, as a library has one."""

    ask: Ask = field(compare=False)


def suggestions(library: Library, scope: Scope, ask: Ask) -> tuple[str, ...]:
    """Up to MOST questions on the newest articles in `scope`, of different kinds, that `ask` answers."""
    newest = nlargest(_ARTICLES, library.store.articles(scope), key=lambda summary: summary.published or "")
    digests = tuple(library.store.digest(summary.id) for summary in newest)
    return _tried(library, tuple(summary.id for summary in newest), digests, fixed(scope), _Try(ask))


@lru_cache(maxsize=256)
def _tried(
    library: Library, newest: tuple[str, ...], digests: tuple[str | None, ...], scope: FixedScope, trial: _Try
) -> tuple[str, ...]:
    """Kept for as long as the newest articles are these, and have these digests: others come and go meanwhile."""
    ask = trial.ask
    kinds = [_on_people(library, newest)]
    for article_id in newest:
        kinds.append(_on_facts(library.store.sentences(article_id)[:_SENTENCES], ask))
    kept: list[str] = []
    for question in filter(None, chain.from_iterable(zip_longest(*kinds))):
        if len(kept) == MOST:
            break
        if question not in kept and ask(question).status == "answered":
            kept.append(question)
    return tuple(kept)


def _on_people(library: Library, articles: Sequence[str]) -> Iterator[str]:
    """What those who are quoted most said."""
    for person, _ in library.store.quoted(articles):
        if person.kind == "person":
            yield f"What did {person.name} say?"


def _on_facts(sentences: Sequence[Sentence], ask: Ask) -> Iterator[str]:
    """When, where and for how much something was done: only questions whose first passage is the sentence itself."""
    told = [sentence for sentence in sentences if has_content(sentence.text)]
    for sentence, doc in zip(told, parse([sentence.text for sentence in told]), strict=True):
        for question in _asked_of(doc):
            answer = ask(question)
            if answer.passages and answer.passages[0].citation.place == (
                sentence.article,
                sentence.start,
                sentence.end,
            ):
                yield question


def _asked_of(doc: Doc) -> Iterator[str]:
    """Questions for what a plain statement tells: "When did the council open the bridge?"."""
    for entity in doc.ents:
        word = _ASKS_FOR.get(entity.label_)
        verb = _verb_over(entity.root)
        if word is None or verb is None:
            continue
        subject = next((token for token in verb.lefts if token.dep_ == "nsubj"), None)
        if subject is None or subject.pos_ not in ("NOUN", "PROPN"):
            continue
        about = next((token for token in verb.rights if token.dep_ == "dobj"), None)
        if (word == "How much") != (about is not None and about.i in range(entity.start, entity.end)):
            continue
        if word != "How much" and about is None:
            continue
        parts = [token for part in filter(None, (subject, about)) for token in part.subtree]
        if any(token.tag_ in ("PRP", "PRP$") for token in parts):
            continue  # "its ferry": whose?
        if any(token.text in DASHES for token in parts) or (about is not None and about.pos_ == "NUM"):
            continue  # a dateline; "voted 31 to 26"
        named = [_phrase(subject, doc), verb.lemma_]
        if word != "How much" and about is not None:
            if about.right_edge.i - about.i > _LONGEST_REST:
                continue
            named.append(f"{_phrase(about, doc)} {doc[about.i + 1 : about.right_edge.i + 1].text}".strip())
        question = f"{word} did {' '.join(named)}?"
        if len(question) <= _LONGEST and '"' not in question:
            yield question


def _verb_over(token: Token) -> Token | None:
    """The verb in the past tense of a main clause that a time, a place or a sum belongs to."""
    head = token.head if token.dep_ in ("npadvmod", "dobj", "pobj") else None
    if head is not None and head.dep_ == "prep":
        head = head.head
    plain = head is not None and head.tag_ == "VBD" and head.dep_ == "ROOT" and head.pos_ == "VERB"
    if head is None or not plain or any(child.dep_ in ("neg", "aux", "ccomp") for child in head.children):
        return None
    return head


def _phrase(token: Token, doc: Doc) -> str:
    """The noun phrase of `token`, its first letter small unless it is a name."""
    words = doc[token.left_edge.i : token.i + 1]
    text = words.text
    return text if words[0].pos_ == "PROPN" else text[0].lower() + text[1:]
