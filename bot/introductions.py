"""A person's name in, the sentences that introduce the person out."""

from __future__ import annotations

import re

from bot.ranking import Ranked
from embeddings.library import Library
from embeddings.types import Scope, Sentence

_TITLES = frozenset(
    re.findall(
        r"\w+",
        "mr mrs ms miss dr prof professor sir lord lady president minister prime chancellor senator sen representative"
        " rep governor gov general gen colonel captain king queen prince princess pope judge justice mayor secretary",
    )
)
_NO_ROLE = r"(?:said|says|told|and|but|or|which|in|on|at|\w+ing|\w+ed)"  # what else may follow a name and a comma
_MENTIONS = 200  # sentences that name the person, looked at for an introduction
_INTRODUCED, _MENTIONED = 0.9, 0.1  # confidence that a sentence tells who the person is


def introductions(name: str, library: Library, scope: Scope) -> list[Ranked]:
    """The sentences that tell who `name` is, best first; empty where nobody of that name occurs.

    News introduces a person once, mostly at the first mention and with a role beside the name: such a sentence
    is taken if there is one, else those that only mention the person. `score` is the confidence.
    """
    words = [word for word in _words(name) if word not in _TITLES] or _words(name)
    hits = library.store.search_by_words(words, _MENTIONS, scope)
    full = [hit for hit in hits if set(words) <= set(_words(hit.sentence.text))]
    if not full and len(words) > 1:
        # "Vladimir Putin" is asked for where the article says "Putin"; not where it says "Igor Putin"
        surname = words[-1]
        full = [hit for hit in hits if surname in _words(hit.sentence.text)]
        if any(forename not in words for hit in full for forename in _forenames(hit.sentence.text, surname)):
            return []
    ranked = [Ranked(hit.sentence, _INTRODUCED if _introduces(hit.sentence, words[-1]) else _MENTIONED) for hit in full]
    best = max((found.score for found in ranked), default=0.0)
    return sorted(
        (found for found in ranked if found.score == best),
        key=lambda found: (found.sentence.article, found.sentence.position),
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", text.casefold()))


def _introduces(sentence: Sentence, surname: str) -> bool:
    """Whether a role stands beside the name: "X, head of Y", "X is the Y", "Y counterpart X", "President X"."""
    name = rf"(?i:\b{re.escape(surname)}\b)"
    patterns = (
        rf"{name},\s+(?:\d+,\s+)?(?:who\s|(?:an?|the)\s|(?!{_NO_ROLE}\b)[a-z])",
        rf"{name}\s+(?:is|was|became|serves|served|works|worked)\s+(?:an?|the|as)\b",
        rf"\b[a-z]{{4,}}(?<!said)(?<!told)(?<!with)(?<!from)\s+(?:[A-Z][\w'’-]+\s+)+{name}",
        rf"\b(?i:{'|'.join(_TITLES)})\.?\s+(?:[A-Z][\w'’-]+\s+)*{name}",
    )
    return any(re.search(pattern, sentence.text) for pattern in patterns)


def _forenames(text: str, surname: str) -> set[str]:
    """Capitalised words right before `surname`, other than titles and the first word of the sentence."""
    found = re.findall(rf"(?<=\s)([A-Z][\w'’-]+)\s+(?i:{re.escape(surname)})\b", text)
    return {word.casefold() for word in found} - _TITLES
