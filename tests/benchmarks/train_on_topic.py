"""Train what tells whether a quote is about a topic, by questions on articles of PolNeAR's training split.

usage: python tests/benchmarks/train_on_topic.py polnear_train.json

`on_topic/questions.jsonl` asks a speaker about a topic, in words of the asker's own, and tells which quotes are about
it: none where others speak of it, or only the reporter does. To these come as many topics of other articles, of whose
words an article has none. Prints, out of fold by article, how often a topic that somebody spoke on is answered, with a
quote on it first, and how often the others are refused; then the weights.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from bot.asking import open_library
from bot.settings import load_settings
from bot.speakers.on_topic import FEATURES, describe
from bot.speakers.topics import plain_topic
from bot.stems import content_stems, stems_of
from embeddings.articles import make_article
from embeddings.library import Library

QUESTIONS = Path(__file__).parent / "on_topic" / "questions.jsonl"
STRANGE = "of another article"
_STRANGE_WEIGHT = 0.5  # there are as many of them as of all others
_ASKED_FOR = 1.0  # log-odds: who asks about a topic mostly knows that there is something on it
_FOLDS = 8


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic asked of the quotes of one speaker: `rows` describes them, shape (quotes, features), `about` labels."""

    article: str
    text: str
    kind: str
    rows: npt.NDArray[np.float64]
    about: npt.NDArray[np.bool_]


def main() -> None:
    """Read, describe, train, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    texts = {item["id"]: item["text"] for item in json.loads(arguments.file.read_text(encoding="utf-8"))}
    asked = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(saidwhat_home=Path(home)).model_copy(update={"saidwhat_store": None})
        library = open_library(settings)
        with closing(library.store):
            for name in dict.fromkeys(one["article"] for one in asked):
                library.put(make_article(name, texts[name], {}))
            topics = [described(one, library) for one in (*asked, *strange(asked, library))]
    report([topic for topic in topics if len(topic.rows)])


def described(asked: dict, library: Library) -> Topic:  # type: ignore[type-arg]
    """One topic; without rows where nobody of the name is quoted."""
    article, text = asked["article"], asked["topic"]
    quotes = [quote for quote in library.store.quotes([article]) if quote.speaker == asked["speaker"]]
    rows = describe(plain_topic(text, library, [article]) or text, quotes, library, [article])
    about = [any(quote.start < end and start < quote.end for start, end in asked["about"]) for quote in quotes]
    kind = asked.get("kind") or ("spoken on" if asked["about"] else "of others")
    return Topic(article, text, kind, np.array(rows).reshape(-1, len(FEATURES)), np.array(about, dtype=bool))


def strange(asked: Sequence[dict], library: Library) -> list[dict]:  # type: ignore[type-arg]
    """For each question a topic of another article, none of whose words this article has."""
    dice = random.Random(5)
    held = {one["article"]: stems_of(library.store.article(one["article"]).text) for one in asked}
    made = {}
    for one in asked:
        others = [other for other in asked if not content_stems(other["topic"]) & held[one["article"]]]
        topic = dice.choice(others)["topic"]
        made[one["article"], one["speaker"], topic] = {**one, "topic": topic, "about": [], "kind": STRANGE}
    return list(made.values())


def trained(topics: Sequence[Topic]) -> Pipeline:
    """The model: a speaker of many quotes counts for more than one of few, but not in proportion."""
    rows = np.concatenate([topic.rows for topic in topics])
    about = np.concatenate([topic.about for topic in topics])
    weights = [(_STRANGE_WEIGHT if topic.kind == STRANGE else 1.0) / len(topic.rows) ** 0.5 for topic in topics]
    each = np.repeat(weights, [len(topic.rows) for topic in topics])
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    return model.fit(rows, about, logisticregression__sample_weight=each)


def report(topics: Sequence[Topic]) -> None:
    """Print the figures and the weights."""
    outcomes: dict[str, list[tuple[bool, bool]]] = {}
    for train, test in GroupKFold(_FOLDS).split(topics, groups=[topic.article for topic in topics]):
        model = trained([topics[number] for number in train])
        for topic in (topics[number] for number in test):
            odds = model.decision_function(topic.rows) + _ASKED_FOR
            is_answered = bool(odds.max() >= 0.0)
            outcomes.setdefault(topic.kind, []).append((is_answered, is_answered and topic.about[odds.argmax()]))
    for kind, found in outcomes.items():
        answered, right = np.mean(found, axis=0)
        print(f"{kind}: {len(found)} topics, answered {answered:.3f}, a quote on it first {right:.3f}")
    scaler, model = trained(topics).named_steps.values()
    weights = model.coef_[0] / scaler.scale_
    print({"bias": round(float(model.intercept_[0] - weights @ scaler.mean_) + _ASKED_FOR, 3)})
    print({name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=True)})


if __name__ == "__main__":
    main()
