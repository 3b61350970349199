"""Articles in, what the reader is taught with out: questions, with sentences that answer and others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from tests.benchmarks.train_ranking import Matching
from tests.benchmarks.training_data import Told
from tests.benchmarks.unanswerable import Unanswerable

CANDIDATES = 8  # best ranked sentences that negatives are drawn from
MADE_SHARE = 0.7  # of the questions made to have no answer, how many are shown in an epoch


@dataclass
class Example:
    """A question of article `told`: its best candidates by the ranking, numbers in its pool, and all its scores."""

    told: int
    asked: int
    candidates: list[int]
    scores: np.ndarray
    right: list[bool]


Made = list[dict[int, list[str]]]
"""For each article and question with an answer, questions made from it that have none."""


@dataclass(frozen=True)
class Drawn:
    """Sentence number `sentence`, and whether it answers: the example's question, or the one made from it, `made`."""

    sentence: int
    answers: bool
    made: int | None = None


def examples(articles: Sequence[Told], ranking: Matching) -> list[Example]:
    """Every question with its candidates as `ranking` ranks them."""
    found = []
    for number, article in enumerate(articles):
        with torch.no_grad():
            every = ranking(article, article.asked)
        for place, (asked, scores) in enumerate(zip(article.asked, every, strict=True)):
            order = scores.argsort(descending=True, stable=True).tolist()
            kept = [c for rank, c in enumerate(order) if rank < CANDIDATES or asked.answers[c]]
            right = [bool(asked.answers[c]) for c in kept]
            found.append(Example(number, place, kept, scores.numpy().astype(float), right))
    return found


def made_questions(articles: Sequence[Told]) -> Made:
    """Questions without an answer from those that have one."""
    every = []
    for number, article in enumerate(articles):
        own = [place for place, asked in enumerate(article.asked) if asked.answers.any()]
        answering = [
            article.sentences[int(asked.positions[int(asked.answers.nonzero()[0])])]
            for asked in (article.asked[place] for place in own)
        ]
        texts = [article.asked[place].text for place in own]
        made = Unanswerable(article.sentences, number).made_from(texts, answering)
        every.append(dict(zip(own, made, strict=True)))
        print(f"{sum(map(len, made))} questions made for article {number + 1} of {len(articles)}", flush=True)
    return every


def drawn(example: Example, article: Told, made: int, dice: random.Random) -> list[Drawn]:
    """A sentence that answers, where there is one, likely ones that do not, and it again for some of those `made`."""
    asked = article.asked[example.asked]
    positions = [int(asked.positions[c]) for c in example.candidates]
    right = [p for p, answers in zip(positions, example.right, strict=True) if answers]
    wrong = [p for p, answers in zip(positions, example.right, strict=True) if not answers][:6]
    found = []
    if right:
        found.append(Drawn(dice.choice(right), answers=True))
    count = 1 if asked.is_stranger or asked.tempting else 2
    if asked.tempting:
        tempting = dice.choice(asked.tempting)
        found.append(Drawn(tempting, answers=False))
        wrong = [p for p in wrong if p != tempting]
    for _ in range(min(count, len(wrong))):
        worth = [2.0, *(1 / (1 + 0.3 * rank) for rank in range(1, len(wrong)))]
        found.append(Drawn(wrong.pop(dice.choices(range(len(wrong)), worth)[0]), answers=False))
    if right:
        for number in dice.sample(range(made), min(2, made)):
            if dice.random() < MADE_SHARE:
                found.append(Drawn(found[0].sentence, answers=False, made=number))
    return found
