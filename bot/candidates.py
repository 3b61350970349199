"""A question in, the sentences that either search finds out, with what ranking goes by: one row of features each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.features import Candidate, content_words, features
from bot.types import Place
from embeddings.late_interaction import match
from embeddings.library import Library
from embeddings.types import EncodedQuestion, Hit, Scope, Sentence

_POOL = 32  # hits taken from each search


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The sentences that either search found, and their features, one row each."""

    asked: EncodedQuestion
    sentences: list[Sentence]
    features: npt.NDArray[np.float64]
    has_matches: bool


def gather(
    question: str,
    library: Library,
    scope: Scope = None,
    among: Sequence[Sentence] | None = None,
    without: Collection[Place] = (),
) -> Pool:
    """Search by meaning and by words, and describe what was found; or describe the sentences `among`."""
    asked = library.encode_question(question)
    words = content_words(question)
    if among is None:
        hits: Sequence[Hit] = (
            *library.store.search_by_meaning(asked.vector, _POOL, scope),
            *library.store.search_by_words(words, _POOL, scope),
        )
        among = [hit.sentence for hit in hits]
    sentences = [s for s in dict.fromkeys(among) if (s.article, s.start, s.end) not in without]
    around = library.store.neighbours(sentences, 1)
    every = list(dict.fromkeys(sentence for near in around for sentence in near))
    encoded = library.store.encoded(every)
    cosines = dict(zip(every, encoded.vectors @ asked.vector if every else (), strict=True))
    matches: dict[Sentence, float] = {}
    if asked.tokens is not None and encoded.tokens:
        matches = dict(zip(every, match(asked.tokens, list(encoded.tokens)).tolist(), strict=True))
    candidates = []
    for sentence, near in zip(sentences, around, strict=True):
        by_place = {s.position - sentence.position: s for s in near if s.paragraph == sentence.paragraph}
        trio = [by_place.get(place) for place in (0, -1, 1)]
        text, previous, following = (s.text if s else "" for s in trio)
        near_cosines = [float(cosines[s]) if s else 0.0 for s in trio]
        near_matches = [matches.get(s, 0.0) if s else 0.0 for s in trio]
        candidates.append(Candidate(text, previous, following, _trio(near_cosines), _trio(near_matches)))
    frequencies, total = library.store.frequencies(words, scope)
    return Pool(asked, sentences, features(question, candidates, frequencies, total), bool(matches))


def _trio(values: list[float]) -> tuple[float, float, float]:
    return values[0], values[1], values[2]
