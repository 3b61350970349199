"""Train what tells whether a quote is about a topic, from PolNeAR's attributions.

usage: python tests/benchmarks/train_on_topic.py polnear_train.json [--articles 150]

A topic is one to three neighbouring content words: of the quote itself, or of the text right before it (the quote is
about it), or of what somebody else says elsewhere in the article, or of another article (it is not, unless a word of
it is in the quote). Prints, out of fold by article, how often a topic that somebody spoke on is answered, with a
quote of the right place first, and how often one that nobody of the name spoke on is refused; then the weights.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from bot.speakers.on_topic import FEATURES, ON_TOPIC, describe
from bot.stems import content_words, has_content, stems_of
from embeddings.articles import make_article
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Article, Quote, Sentence


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic asked of one speaker: `own` is the number of the quote that is about it, None where none is."""

    text: str
    quotes: list[Quote]
    own: int | None
    kind: str


def main() -> None:
    """Read, describe, train, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=150)
    arguments = parser.parse_args()
    rng = random.Random(7)
    told = rng.sample(json.loads(arguments.file.read_text(encoding="utf-8")), arguments.articles)
    rows: list[list[float]] = []
    labels: list[bool] = []
    groups: list[int] = []
    asked: list[tuple[Topic, int, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        library = Library(EmbeddedStore(Path(folder)), SentenceTransformerEncoder(), lambda *_: ((), ()))
        elsewhere = ""
        for group, fields in enumerate(told):
            article = make_article(f"a{group}", fields["text"], {})
            if article.text.find(fields["text"][-200:]) < 0:
                continue
            library.put(article)
            sentences = library.store.sentences(article.id)
            by_speaker = quotes_by_speaker(fields, article, sentences)
            for topic in topics(by_speaker, article, sentences, elsewhere, rng):
                described = describe(topic.text, topic.quotes, library, [article.id])
                asked.append((topic, len(rows), len(described)))
                for number, row in enumerate(described):
                    rows.append(row)
                    labels.append(number == topic.own)
                    groups.append(group)
            elsewhere = article.text
        library.store.close()
    report(np.array(rows), np.array(labels), np.array(groups), asked)


def quotes_by_speaker(fields: dict, article: Article, sentences: list[Sentence]) -> dict[str, list[Quote]]:  # type: ignore[type-arg]
    """The quotes of each source with a name, by its last word."""
    shift = article.text.find(fields["text"][-200:]) - (len(fields["text"]) - 200)
    found: dict[str, list[Quote]] = {}
    for attribution in fields["annotations"][0]["attributions"]:
        for source, content in zip(attribution["source"][:1], attribution["content"][:1], strict=False):
            name = re.findall(r"[A-Z][\w’'-]+", source["text"])
            start, end = content["spans"][0][0] + shift, content["spans"][-1][1] + shift
            within = [s for s in sentences if s.end > start and s.start < end]
            if not name or not within or len(within) > 4:
                continue
            text = article.text[start:end]
            places = (within[0].paragraph, within[0].position, within[-1].position)
            quote = Quote(article.id, 0, *places, start, end, text, "direct", "explicit", name[-1], 0)
            found.setdefault(name[-1], []).append(quote)
    return found


def topics(
    by_speaker: dict[str, list[Quote]], article: Article, sentences: list[Sentence], elsewhere: str, rng: random.Random
) -> list[Topic]:
    """A few topics for each speaker of two quotes or more."""
    made = []
    for name, quotes in by_speaker.items():
        if len(quotes) < 2:
            continue
        said = frozenset().union(*(stems_of(quote.text) for quote in quotes))
        for number, quote in rng.sample(list(enumerate(quotes)), min(3, len(quotes))):
            before = article.text[max(0, sentences[max(0, quote.first_sentence - 1)].start) : quote.start]
            for kind, text in (("own", quote.text), ("near", before)):
                words = some_words(text, rng)
                if words:
                    made.append(Topic(words, quotes, number, kind))
        others = [q.text for other, own in by_speaker.items() if other != name for q in own]
        for kind, texts in (("other speaker", others), ("other article", [elsewhere])):
            for text in rng.sample(texts, min(2, len(texts))):
                words = some_words(text, rng)
                if words and not any(stems_of(word) & said for word in content_words(words)):
                    made.append(Topic(words, quotes, None, kind))
    return made


def some_words(text: str, rng: random.Random) -> str:
    """One to three neighbouring words, the first and the last of them with content."""
    words = re.findall(r"[\w’'-]+", text)
    runs = [
        words[i : i + size]
        for size in (1, 2, 3)
        for i in range(len(words) - size + 1)
        if all(has_content(word) and len(word) > 3 for word in (words[i], words[i + size - 1]))
    ]
    return " ".join(rng.choice(runs)) if runs else ""


def report(rows: np.ndarray, labels: np.ndarray, groups: np.ndarray, asked: list[tuple[Topic, int, int]]) -> None:
    """Print the figures and the weights."""
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000)
    chances = cross_val_predict(model, rows, labels, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    kinds: dict[str, list[tuple[bool, bool]]] = {}
    for topic, start, count in asked:
        own = chances[start : start + count]
        kinds.setdefault(topic.kind, []).append((bool(own.max() >= ON_TOPIC), int(own.argmax()) == topic.own))
    for kind, outcomes in kinds.items():
        answered, first = np.array(outcomes).mean(axis=0)
        print(f"{kind}: {len(outcomes)} topics, answered {answered:.3f}, the right quote first {first:.3f}")
    for name in ("cosine", "match"):
        column = rows[:, FEATURES.index(name)]
        for own in (True, False):
            best = [column[start : start + count].max() for topic, start, count in asked if (topic.own is None) != own]
            print(
                f"best {name}, on topic {own}: {np.quantile(best, (0.05, 0.25, 0.5, 0.9, 0.95, 0.98, 0.99)).round(3)}"
            )
    model.fit(rows, labels)
    print({"bias": round(float(model.intercept_[0]), 3)})
    print({name: round(float(w), 3) for name, w in zip(FEATURES, model.coef_[0], strict=True)})


if __name__ == "__main__":
    main()
