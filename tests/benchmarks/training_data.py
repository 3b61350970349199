"""Files of questions in, articles with their questions out, described and encoded, for the training of what ranks.

SQuAD's files hold their articles and questions. Ours ask more: `squad_questions/training.jsonl` the articles of SQuAD
1.1, which has no questions without an answer; `news_questions/training.jsonl` articles of PolNeAR's training split,
which are no part of the project; and those in `written_articles/`, whose articles were written for it. Half of them or
more are near misses, each with the sentences that tempt. A tenth as many questions again are strangers, put to an
article that was not asked them.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bot.passages.candidates import gather
from bot.passages.features import NAMES
from embeddings.articles import make_article
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.reader import LONGEST_QUESTION, LONGEST_SENTENCE
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Article, Encoded, EncodedQuestion
from tests.benchmarks.quality import add_half, kept_apart, read_lines

NEWS_QUESTIONS = Path(__file__).parent / "news_questions" / "training.jsonl"
SQUAD_QUESTIONS = Path(__file__).parent / "squad_questions" / "training.jsonl"
WRITTEN = Path(__file__).parent / "written_articles"
UNSEEN = Path(__file__).parent / "unseen_articles"
PIECES = 56  # of a sentence, in training


class StatesEncoder(SentenceTransformerEncoder):
    """The default encoder without a head, which keeps the hidden states that a head is trained on."""

    _head = None

    def __init__(self) -> None:
        super().__init__()
        self.sentence_states: list[np.ndarray] = []
        self.lower_states: list[np.ndarray] = []
        self.states: np.ndarray = np.empty(0)
        self.lower: np.ndarray = np.empty(0)

    def encode_sentences(self, title: str, blocks: Sequence[Sequence[str]]) -> Encoded:
        vectors, states, self.lower_states = self.encode_in_context(title, blocks)
        self.sentence_states = [rows[:PIECES].astype(np.float16) for rows in states]
        return Encoded(vectors)

    def encode_question(self, text: str) -> EncodedQuestion:
        vector, self.states, self.lower = self.question_states(text)
        return EncodedQuestion(vector)


@dataclass
class Asked:
    """A question with its pool: features by candidate, which candidates answer, and its pieces' hidden states.

    `neighbours` tells, for the sentence before and the one after, whether it is in the candidate's paragraph. `lower`
    are the hidden states for the reader; `spans` tell which pieces of which sentence answer, as the file has it, and
    `tempting` which sentences only seem to.
    """

    text: str
    features: torch.Tensor
    positions: torch.Tensor
    neighbours: torch.Tensor
    answers: torch.Tensor
    states: torch.Tensor
    lower: np.ndarray
    spans: dict[int, tuple[int, int]]
    tempting: list[int]
    is_stranger: bool
    drawn: bool
    answerable: bool


@dataclass
class Told:
    """An article: the hidden states of its sentences, padded, with a mask, those for the reader, and its questions."""

    id: str
    file: int
    sentences: list[str]
    lower: list[np.ndarray]
    states: torch.Tensor
    mask: torch.Tensor
    asked: list[Asked]


@dataclass(frozen=True)
class Posed:
    """A question of a file: where it is answered, half-open offsets into the article's text, none where it is not.

    The `places` are the answering words, or whole sentences where it does not have `has_words`; `tempting` are
    sentences that look like an answer and are none. A stranger was asked of another article. `drawn` tells whether
    score_passages.py asks it.
    """

    text: str
    places: list[tuple[int, int]]
    has_words: bool = True
    tempting: Sequence[tuple[int, int]] = ()
    is_stranger: bool = False
    drawn: bool = False


def read_squad(path: Path) -> Iterator[tuple[Article, list[Posed]]]:
    """The articles of a file in SQuAD's format, as score_passages.py asks them, and which questions it draws.

    Our own on these articles are among the questions.
    """
    ours = _by_article(SQUAD_QUESTIONS)
    random.seed(7)
    for fields in json.loads(path.read_text(encoding="utf-8"))["data"]:
        pool = [(p["context"], q) for p in fields["paragraphs"] for q in p["qas"] if q.get("answers")]
        drawn = {q["id"] for _, q in random.sample(pool, min(60, len(pool)))}
        text = "\n\n".join([fields["title"].replace("_", " "), *(p["context"] for p in fields["paragraphs"])])
        article = make_article(fields["title"], text, {})
        yield (
            article,
            [
                Posed(q["question"].strip(), _places(article.text, p["context"], q), drawn=q["id"] in drawn)
                for p in fields["paragraphs"]
                for q in p["qas"]
            ]
            + [_posed(question) for question in ours.get(article.id, ())],
        )


def read_news(path: Path, questions: Path) -> Iterator[tuple[Article, list[Posed]]]:
    """The articles of PolNeAR that a file of `questions` asks; `path` holds their texts."""
    return _with_questions(json.loads(path.read_text(encoding="utf-8")), questions)


def read_written(folder: Path = WRITTEN) -> Iterator[tuple[Article, list[Posed]]]:
    """The articles that were written for training, or those that are `UNSEEN` by it, with their questions."""
    return _with_questions(read_lines(folder / "articles.jsonl"), folder / "questions.jsonl")


def _with_questions(items: Sequence[dict[str, Any]], questions: Path) -> Iterator[tuple[Article, list[Posed]]]:
    asked = _by_article(questions)
    for item in items:
        if item["id"] in asked:
            yield make_article(item["id"], item["text"], {}), [_posed(question) for question in asked[item["id"]]]


def _posed(fields: dict[str, Any]) -> Posed:
    """A question of our own: where it is answered, in words or only in sentences, or what tempts."""
    places = fields.get("answer") or fields.get("right", [])
    return Posed(fields["question"], places, "answer" in fields, fields.get("tempting", ()))


def _by_article(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The questions of a file of JSON lines, by the article that they ask."""
    found: dict[str, list[dict[str, Any]]] = {}
    for fields in read_lines(path):
        found.setdefault(fields["article"], []).append(fields)
    return found


def with_strangers(
    every: Sequence[tuple[Article, list[Posed]]], share: float = 0.1
) -> Iterator[tuple[Article, list[Posed]]]:
    """The articles with questions put to other ones among theirs, which they do not answer: a tenth as many."""
    dice = random.Random(5)
    for number, (article, posed) in enumerate(every):
        others = [q for at, (_, own) in enumerate(every) if at != number for q in own]
        strangers = dice.sample(others, min(len(others), math.ceil(share * len(posed))))
        yield article, [*posed, *(Posed(question.text, [], is_stranger=True) for question in strangers)]


def told(article: Article, posed: Sequence[Posed], number: int) -> Told:
    """An article of file `number` in a library of its own, with its questions."""
    with tempfile.TemporaryDirectory() as folder:
        encoder = StatesEncoder()
        library = Library(EmbeddedStore(Path(folder)), encoder, lambda *_: ((), ()))
        library.put(article)
        states, mask = padded(encoder.sentence_states)
        asked = [_asked(library, encoder, question) for question in posed]
        sentences = library.store.sentences(article.id)
        lower = [rows[:LONGEST_SENTENCE].astype(np.float16) for rows in encoder.lower_states]
        library.store.close()
    print(f"{article.id}: {len(mask)} sentences, {len(asked)} questions", flush=True)
    return Told(article.id, number, [sentence.text for sentence in sentences], lower, states, mask, asked)


def _places(text: str, context: str, question: dict[str, Any]) -> list[tuple[int, int]]:
    base = text.find(context)
    if base < 0 or question.get("is_impossible"):
        return []
    starts = [(base + answer["answer_start"], len(answer["text"])) for answer in question["answers"]]
    return [(start, start + length) for start, length in starts]


def _asked(library: Library, encoder: StatesEncoder, posed: Posed) -> Asked:
    pool = gather(posed.text, library)
    tempting = {(start, end) for start, end in posed.tempting}
    spans: dict[int, tuple[int, int]] = {}
    for start, end in posed.places if posed.has_words else ():
        for sentence in pool.sentences:
            if sentence.start <= start < sentence.end:
                places = encoder.pieces(sentence.text) + sentence.start
                own = np.flatnonzero((places[:, 1] > start) & (places[:, 0] < end))
                if len(own):
                    spans.setdefault(sentence.position, (int(own[0]), int(own[-1])))
    return Asked(
        posed.text,
        torch.from_numpy(pool.features).float(),
        torch.tensor([sentence.position for sentence in pool.sentences]),
        torch.from_numpy(
            pool.features[:, [NAMES.index("cosine of previous"), NAMES.index("cosine of following")]] != 0
        ),
        torch.tensor([any(s.start <= start < s.end for start, _ in posed.places) for s in pool.sentences]),
        torch.from_numpy(encoder.states[:32].astype(np.float16)),
        encoder.lower[:LONGEST_QUESTION].astype(np.float16),
        spans,
        [s.position for s in library.store.sentences(pool.sentences[0].article) if (s.start, s.end) in tempting],
        posed.is_stranger,
        posed.drawn,
        bool(posed.places),
    )


def padded(states: Sequence[np.ndarray | torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Hidden states of shape (pieces, 384) each as one float16 tensor with zeros at the ends, and which are none."""
    rows = [torch.as_tensor(each) for each in states]
    length = max(len(each) for each in rows)
    mask = torch.zeros(len(rows), length, dtype=torch.bool)
    filled = torch.zeros(len(rows), length, 384, dtype=torch.float16)
    for i, each in enumerate(rows):
        filled[i, : len(each)], mask[i, : len(each)] = each, True
    return filled, mask


def read_arguments(description: str) -> tuple[argparse.Namespace, list[Told]]:
    """The command's arguments, and the articles: of SQuAD's files, then the news, then those written for training."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="files in SQuAD's format")
    parser.add_argument("--news", type=Path, required=True, help="PolNeAR's training split, for news_questions/")
    parser.add_argument("--articles", type=int, help="only the first of each file, to try the script")
    parser.add_argument("--write", action="store_true")
    add_half(parser)
    args = parser.parse_args()
    sources = [*map(read_squad, args.files), read_news(args.news, NEWS_QUESTIONS), read_written()]
    return args, [
        told(article, posed, number)
        for number, source in enumerate(sources)
        for article, posed in with_strangers(list(islice(source, args.articles)))
    ]


def divided(articles: Sequence[Told], half: int = 0) -> tuple[list[Told], list[Told]]:
    """Those to train on, and those to measure on: `kept_apart` of the first file."""
    apart = kept_apart([article for article in articles if article.file == 0], half)
    ids = {article.id for article in apart}
    return [article for article in articles if article.file or article.id not in ids], apart
