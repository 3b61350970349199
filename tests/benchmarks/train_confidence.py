"""Fit the confidence on questions about news, asked as every front asks: after train_reader.py.

    python tests/benchmarks/train_confidence.py --news polnear_train.json --squad squad1_train_part.json [--write]

The tables "topic" and "answers" are fitted on every second article of `news_questions/training.jsonl`, which the reader
was trained on too, on strangers, questions put to another article, and on junk. The reader is surer of what it was
trained on: "right" is therefore fitted on articles that nothing was trained on, the questions of
`news_questions/questions.jsonl` that are for tuning and the harder ones of `unseen_articles/`, which weigh alike.
"scope" corrects the first where several articles are asked at once: it is fitted on the questions of every second
article put to all of these, against as many about Wikipedia's articles, the other tables as they are. Prints how well
the confidence tells answerable questions from others, also on what nothing was fitted on, and each table; --write puts
them into bot/passages/ranking.json. Half an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.passages.confidence import EVIDENCE, Tables, answered_logit, confidence, topic_logit
from bot.passages.ranking import WEIGHTS_FILE, evidence_of, weigh
from embeddings.library import Library
from embeddings.types import Article
from tests.benchmarks.quality import NEWS_QUESTIONS, bench, read_lines
from tests.benchmarks.training_data import NEWS_QUESTIONS as TRAINING
from tests.benchmarks.training_data import UNSEEN, Posed, read_news, read_squad, read_written, with_strangers

NEWTON_STEPS = 25
SMALL_WORDS = sorted(ENGLISH_STOP_WORDS)


@dataclass(frozen=True)
class Labelled:
    """What is known of the first sentence for a question, and what would be right to say of it."""

    evidence: np.ndarray
    is_answerable: bool
    is_stranger: bool
    is_right: bool
    spread: float = 0.0
    absent: float = 0.0


def asked(articles: Sequence[tuple[Article, list[Posed]]], library: Library) -> Iterator[Labelled]:
    """Every question asked of its article."""
    for article, posed in articles:
        library.put(article)
        yield from (_labelled(question, article.id, library, [article.id]) for question in posed)


def asked_of_all(
    articles: Sequence[tuple[Article, list[Posed]]], strangers: Sequence[str], library: Library
) -> Iterator[Labelled]:
    """What is answered in some article asked of all, which the library has, and as many of `strangers`, questions about
    other things."""
    every = [article.id for article, _ in articles]
    answered = [(article.id, question) for article, posed in articles for question in posed if question.places]
    for article_id, question in answered:
        yield _labelled(question, article_id, library, every)
    for text in random.Random(3).sample(strangers, len(answered)):
        yield _labelled(Posed(text, [], is_stranger=True), "", library, every)


def _labelled(question: Posed, article: str, library: Library, scope: Sequence[str]) -> Labelled:
    weighed = weigh(question.text, library, scope)
    first = weighed.pool.sentences[weighed.order[0]]
    right = first.article == article and any(first.start < end and start < first.end for start, end in question.places)
    found, pool = evidence_of(question.text, weighed, library), weighed.pool
    return Labelled(found, bool(question.places), question.is_stranger, right, pool.spread, pool.absent)


def with_junk(
    articles: Sequence[tuple[Article, list[Posed]]], share: float = 0.1
) -> Iterator[tuple[Article, list[Posed]]]:
    """The articles with what asks nothing among their questions, a tenth as many: letters, marks and small words."""
    dice = random.Random(11)
    for article, posed in articles:
        junk = [
            dice.choice(
                (
                    "".join(dice.choices(string.ascii_lowercase, k=dice.randint(2, 8))),
                    dice.choice(string.punctuation) * dice.randint(1, 4),
                    " ".join(dice.sample(SMALL_WORDS, dice.randint(1, 3))),
                )
            )
            for _ in range(math.ceil(share * len(posed)))
        ]
        yield article, [*posed, *(Posed(text, [], is_stranger=True) for text in junk)]


def with_others(every: Iterable[tuple[Article, list[Posed]]]) -> list[tuple[Article, list[Posed]]]:
    """The articles with strangers and junk among their questions."""
    return list(with_junk(list(with_strangers(list(every)))))


def fit_answered(found: Sequence[Labelled]) -> dict[str, dict[str, float]]:
    """The tables that tell strangers and junk, and near misses, from questions that are answered."""
    return {
        "topic": _fitted([one for one in found if one.is_answerable or one.is_stranger]),
        "answers": _fitted([one for one in found if not one.is_stranger]),
    }


def fit_right(sets: Sequence[Sequence[Labelled]], tables: Tables) -> dict[str, float]:
    """The table that makes of both the probability that the first sentence is right, on sets that weigh alike."""
    found = [one for each in sets for one in each]
    logits = np.array([[answered_logit(one.evidence, tables)] for one in found])
    weights = [len(found) / len(each) for each in sets for _ in each]
    model = LogisticRegression(C=100.0).fit(logits, [one.is_right for one in found], sample_weight=weights)
    return {"bias": float(model.intercept_[0]), "answered": float(model.coef_[0, 0])}


def fit_scope(found: Sequence[Labelled], tables: Tables) -> dict[str, float]:
    """What corrects the table "topic" where several articles are asked: a logistic regression beside its log-odds."""
    told = np.array([topic_logit(one.evidence, tables) for one in found])
    rows = np.array([(one.spread, one.spread * one.absent) for one in found])
    answered = np.array([one.is_answerable for one in found])
    weights = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        likely = 1 / (1 + np.exp(-(told + rows @ weights)))
        curvature = rows.T @ (rows * (likely * (1 - likely))[:, None])
        weights += np.linalg.solve(curvature, rows.T @ (answered - likely))
    spread, absent = weights
    return {"spread": float(spread), "absent": float(absent)}


def _fitted(found: Sequence[Labelled]) -> dict[str, float]:
    """What tells answerable questions from the others."""
    rows = np.array([one.evidence for one in found])
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(max_iter=3000).fit((rows - middle) / spread, [one.is_answerable for one in found])
    weights = model.coef_[0] / spread
    return {
        "bias": float(model.intercept_[0] - middle @ weights),
        **dict(zip(EVIDENCE, weights.tolist(), strict=True)),
    }


def write(tables: Tables) -> None:
    """Put the tables into bot/passages/ranking.json."""
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    for name, table in tables.items():
        stored[name] = {feature: round(value, 4) for feature, value in table.items()}
    WEIGHTS_FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Ask, fit, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=Path, required=True, help="PolNeAR's training split")
    parser.add_argument("--squad", type=Path, required=True, help="questions that are no article's, in SQuAD's format")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = read_lines(NEWS_QUESTIONS)
    splits = {fields["article"]: fields["split"] for fields in lines}
    off_topic = {(fields["article"], fields["question"]) for fields in lines if fields["kind"] in ("off_topic", "junk")}
    unseen = [
        (article, [replace(question, is_stranger=(article.id, question.text) in off_topic) for question in posed])
        for article, posed in read_news(arguments.news, NEWS_QUESTIONS)
    ]
    strangers = [question.text for _, posed in read_squad(arguments.squad) for question in posed]
    with bench() as (library, _):
        every_second = with_others(islice(read_news(arguments.news, TRAINING), None, None, 2))
        training = list(asked(every_second, library))
        of_all = list(asked_of_all(every_second, strangers, library))
        tuning = list(asked([pair for pair in unseen if splits[pair[0].id] == "tune"], library))
        harder = list(asked(with_others(read_written(UNSEEN)), library))
        testing = list(asked([pair for pair in unseen if splits[pair[0].id] == "test"], library))
    tables = fit_answered(training)
    tables["scope"] = fit_scope(of_all, tables)
    tables["right"] = fit_right([tuning, harder], tables)
    for name, found in (("trained on", training), ("tuning", tuning), ("harder", harder), ("unseen", testing)):
        told = [(one.is_answerable, confidence(one.evidence, tables)) for one in found if not one.is_stranger]
        print(f"{name}: {len(told)} questions, AUROC {roc_auc_score(*zip(*told, strict=True)):.4f}")
    print(json.dumps(tables, indent=2))
    if arguments.write:
        write(tables)


if __name__ == "__main__":
    main()
