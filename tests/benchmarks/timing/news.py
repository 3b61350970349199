"""Files of news and of questions in; articles of exactly so many sentences, and questions that they are asked, out.

The articles are PolNeAR's and the paragraphs of SQuAD's, eight to an article, in a drawn order. Three questions in four
are SQuAD's about paragraphs that were taken, with an answer or without; the others ask "what did X say about Y?", where
PolNeAR's annotators marked X as the source and Y is a word of what X said.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.articles import make_article
from embeddings.errors import ArticleError
from embeddings.sentences import split_sentences
from embeddings.types import Article

NEWS = ("polnear_train.json", "polnear_dev.json")
SQUAD = ("squad1_train_part.json", "squad2_tune.json")
QUESTIONS = 200
SPARE = 4  # articles that are left out, to be added one by one

_PARAGRAPHS = 8  # of SQuAD's to an article, which makes them as long as news
_SAID = 4  # one question in so many asks what somebody said
_SEED = 11
_NAME = re.compile(r"(?:[A-Z][a-z]+ ){1,2}[A-Z][a-z]+")
_TOPIC = re.compile(r"\b[a-z]{6,}\b")


class DataError(Exception):
    """The data to measure with is missing, or there is too little of it."""


@dataclass(frozen=True, slots=True)
class News:
    """Articles that have so many sentences together, some that are not among them, and questions."""

    articles: tuple[Article, ...]
    spare: tuple[Article, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    article: Article
    asked: tuple[str, ...]
    said: tuple[str, ...]


def read_news(data: Path, sentences: int) -> News:
    """News of exactly `sentences` sentences from the files in `data`. Raises DataError."""
    sources = [*_news(data), *_squad(data)]
    dice = random.Random(_SEED)
    dice.shuffle(sources)
    spare = [source.article for source in sources if not source.asked][:SPARE]  # news, not SQuAD's
    articles, taken = _exactly(sentences, [source for source in sources if source.article not in spare])
    asked = [question for source in taken for question in source.asked]
    said = [question for source in taken for question in source.said]
    questions = _drawn(said, QUESTIONS // _SAID, dice)
    questions += _drawn(asked, QUESTIONS - len(questions), dice)
    dice.shuffle(questions)
    return News(tuple(articles), tuple(spare), tuple(questions))


def _exactly(sentences: int, sources: Sequence[_Source]) -> tuple[list[Article], list[_Source]]:
    """Articles in order until `sentences` is reached, the last one cut; and the sources that are there whole."""
    articles: list[Article] = []
    taken: list[_Source] = []
    missing = sentences
    for source in sources:
        found = split_sentences(source.article)
        if len(found) <= missing:
            articles.append(source.article)
            taken.append(source)
            missing -= len(found)
        else:
            cut = make_article(source.article.id, source.article.text[: found[missing - 1].end], {})
            if len(split_sentences(cut)) == missing:  # where a cut changes what comes before, the next one is tried
                articles.append(cut)
                missing = 0
        if not missing:
            return articles, taken
    raise DataError(f"The data have {sentences - missing:,} sentences: ask for no more with --sentences.")


def _drawn(questions: Sequence[str], count: int, dice: random.Random) -> list[str]:
    return dice.sample(questions, min(count, len(questions)))


def _news(data: Path) -> Iterator[_Source]:
    for name in NEWS:
        for item in _read(data / name):
            said = [
                question
                for annotation in item["annotations"][:1]
                for attribution in annotation["attributions"]
                if (question := _what_was_said(attribution))
            ]
            yield from _sources(item["id"], item["text"], (), said)


def _what_was_said(attribution: dict[str, Any]) -> str | None:
    speaker = " ".join(part["text"] for part in attribution["source"])
    topics = _TOPIC.findall(" ".join(part["text"] for part in attribution["content"]))
    if not topics or not _NAME.fullmatch(speaker):
        return None
    return f"What did {speaker} say about {max(topics, key=len)}?"


def _squad(data: Path) -> Iterator[_Source]:
    for name in SQUAD:
        for entry in _read(data / name)["data"]:
            title = entry["title"].replace("_", " ")
            for at in range(0, len(entry["paragraphs"]), _PARAGRAPHS):
                part = entry["paragraphs"][at : at + _PARAGRAPHS]
                text = "\n\n".join([title, *(paragraph["context"] for paragraph in part)])
                asked = [" ".join(asked["question"].split()) for paragraph in part for asked in paragraph["qas"]]
                yield from _sources(f"{title} {at // _PARAGRAPHS + 1}", text, asked, ())


def _sources(name: str, text: str, asked: Sequence[str], said: Sequence[str]) -> Iterator[_Source]:
    try:
        yield _Source(make_article(name, text, {}), tuple(asked), tuple(said))
    except ArticleError:
        return  # a headline and nothing else


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}): name the folder of the data with --data."
        ) from error
