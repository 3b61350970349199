"""Files of questions with what answers them in, figures out: how often the right passage comes first, and how honest
the refusals and the confidence are.

Files are in SQuAD's format, whose articles are in them, or JSON lines: `question`, `article` (an id of the library or
the name of a file beside the questions), and `passage` (a text or several), `speaker`, or neither where there is none.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.types import Answer
from embeddings.articles import make_article
from embeddings.errors import SaidwhatError, unreadable
from embeddings.library import Library
from embeddings.name_words import name_words
from embeddings.sources.arriving import read_article
from embeddings.types import Article, Span

_BINS = 10  # of equal width, for the calibration error


class EvaluationError(SaidwhatError):
    """A file of questions cannot be used."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what is expected: a passage that overlaps one of `places`, or a `speaker`, or a refusal."""

    question: str
    article: Article
    split: str
    places: tuple[Span, ...] = ()
    speaker: str | None = None

    @property
    def is_answerable(self) -> bool:
        return bool(self.places or self.speaker)

    def is_right(self, answer: Answer, number: int) -> bool:
        """Whether passage `number` of an answer, or of the closest to a refusal, is one that was expected."""
        if self.speaker:
            named = answer.speaker or (answer.quotes[0].quote.speaker if answer.quotes else None)
            return named is not None and name_words(named)[-1:] == name_words(self.speaker)[-1:]
        passages = answer.passages or answer.closest
        if number >= len(passages):
            return False
        cited = passages[number].citation
        return any(cited.start < place.end and place.start < cited.end for place in self.places)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: the rank of the first right passage, infinity where none is, and the confidence."""

    case: Case
    rank: float
    is_refused: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures over questions of one split; shares, 0 to 1, or nan where there is nothing to count.

    hit@k and MRR are over answerable questions, refused or not. `calibration_error` is the expected one (Naeini et al.
    2015), of the confidence that the first passage is right; `auroc` tells answerable questions from others by it.
    """

    split: str
    questions: int
    hit_at_1: float
    hit_at_3: float
    mrr: float
    answerable_refused: float
    unanswerable_answered: float
    auroc: float
    calibration_error: float


def read_cases(path: Path, library: Library) -> list[Case]:
    """The cases of one file. Raises EvaluationError; UnknownArticle for an id that `library` does not hold."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{path} cannot be read ({unreadable(error)}): give a UTF-8 file of questions."
        ) from error
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and "data" in whole:
        try:
            return list(_squad(whole["data"]))
        except (KeyError, TypeError, AttributeError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else "something is of another kind"
            raise EvaluationError(f"{path} is not in SQuAD's format: {what}.") from error
    cases = []
    articles: dict[str, Article] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                cases.append(_case(json.loads(line), path.parent, library, articles))
            except json.JSONDecodeError as error:
                raise EvaluationError(f"{path}, line {number}: it is no JSON object ({error.msg}).") from error
            except (KeyError, TypeError, ValueError) as error:
                raise EvaluationError(f"{path}, line {number}: {error}") from error
    return cases


def _squad(data: Sequence[dict[str, Any]]) -> Iterator[Case]:
    for entry in data:
        title = entry["title"].replace("_", " ")
        text = "\n\n".join([title, *(paragraph["context"] for paragraph in entry["paragraphs"])])
        article = make_article(squad_id(entry["title"]), text, {})
        for paragraph in entry["paragraphs"]:
            base = article.text.find(paragraph["context"])
            for asked in paragraph["qas"]:
                answers = () if asked.get("is_impossible") or base < 0 else asked["answers"]
                starts = [base + answer["answer_start"] for answer in answers]
                places = tuple(Span(start, start + 1) for start in starts)  # the sentence where an answer begins
                yield Case(asked["question"].strip(), article, _split(article.id), places)


def _case(fields: Any, folder: Path, library: Library, articles: dict[str, Article]) -> Case:
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str) or not fields["question"].strip():
        raise TypeError('it must be an object whose "question" is a string, and not empty.')
    name = fields.get("article")
    if not isinstance(name, str):
        raise TypeError('its "article" must be an id or a file name.')
    if name not in articles:
        file = folder / name
        articles[name] = read_article(file) if file.is_file() else library.store.article(name)
    article = articles[name]
    passages, speaker = fields.get("passage") or [], fields.get("speaker")
    passages = [passages] if isinstance(passages, str) else passages
    if not isinstance(passages, list) or not all(isinstance(passage, str) for passage in passages):
        raise TypeError('its "passage" must be a string or a list of strings.')
    places = tuple(_place(article, passage) for passage in passages)
    if speaker is not None and not isinstance(speaker, str):
        raise TypeError('its "speaker" must be a string.')
    split = fields.get("split") or _split(article.id)
    if not isinstance(split, str):
        raise TypeError('its "split" must be a string.')
    return Case(fields["question"], article, split, places, speaker)


def _place(article: Article, passage: str) -> Span:
    start = article.text.find(passage)
    if start < 0:
        raise ValueError(f"its passage “{passage[:60]}” does not stand in the article {article.id}.")
    return Span(start, start + len(passage))


def squad_id(title: str) -> str:
    """The id of an article of that title in a file in SQuAD's format."""
    return "".join(character if character.isalnum() else "_" for character in title)


def _split(article: str) -> str:
    """Half of all articles each, by their ids: the same ones always."""
    return ("tune", "test")[hashlib.sha256(article.encode()).digest()[0] % 2]


def outcome(case: Case, answer: Answer, shown: int) -> Outcome:
    """What came of a case whose answer has up to `shown` passages."""
    rank = next((place + 1.0 for place in range(shown) if case.is_right(answer, place)), math.inf)
    return Outcome(case, rank, answer.status == "not_found", answer.confidence)


def figures(split: str, outcomes: Sequence[Outcome]) -> Figures:
    """The figures over `outcomes`."""
    yes = [one for one in outcomes if one.case.is_answerable]
    no = [one for one in outcomes if not one.case.is_answerable]
    return Figures(
        split,
        len(outcomes),
        _mean([one.rank == 1 for one in yes]),
        _mean([one.rank <= 3 for one in yes]),
        _mean([1 / one.rank for one in yes]),
        _mean([one.is_refused for one in yes]),
        _mean([not one.is_refused for one in no]),
        _auroc([one.confidence for one in yes], [one.confidence for one in no]),
        _calibration_error(outcomes),
    )


def reliability(outcomes: Sequence[Outcome]) -> list[tuple[float, float, int]]:
    """For each bin of confidence that is not empty its mean, the share of right first passages, and how many."""
    sure = np.array([one.confidence for one in outcomes])
    right = np.array([one.rank == 1 for one in outcomes])
    numbers = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return [
        (float(sure[own].mean()), float(right[own].mean()), int(own.sum()))
        for own in (numbers == number for number in range(_BINS))
        if own.any()
    ]


def risk_and_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """What share is answered, and how much of it wrongly, as the threshold falls (El-Yaniv and Wiener 2010)."""
    ordered = sorted(outcomes, key=lambda one: -one.confidence)
    wrong = np.cumsum([one.rank != 1 for one in ordered])
    return [((i + 1) / len(ordered), float(wrong[i]) / (i + 1)) for i in range(len(ordered))]


def _auroc(yes: Sequence[float], no: Sequence[float]) -> float:
    """How often one of `yes` is above one of `no`, ties counting half (Hanley and McNeil 1982)."""
    below = [np.searchsorted(np.sort(no), yes, side).sum() for side in ("left", "right")]
    return float(sum(below)) / (2 * len(yes) * len(no)) if yes and no else math.nan


def _calibration_error(outcomes: Sequence[Outcome]) -> float:
    if not outcomes:
        return math.nan
    return sum(abs(sure - right) * count for sure, right, count in reliability(outcomes)) / len(outcomes)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def table(every: Sequence[Figures]) -> list[dict[str, Any]]:
    """The figures as JSON has them, rounded; null where there is nothing to count."""
    return [
        {name: _rounded(value) if isinstance(value, float) else value for name, value in asdict(one).items()}
        for one in every
    ]


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def evaluate(cases: Sequence[Case], library: Library, ask: Callable[[Case], Answer], shown: int) -> Iterator[Outcome]:
    """Put the cases' articles into `library`, and ask each question in its own article."""
    held: set[str] = set()
    for case in cases:
        if case.article.id not in held:
            library.put(case.article)
            held.add(case.article.id)
        yield outcome(case, ask(case), shown)


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the reliability and the risk–coverage picture, in the format that the name of `path` tells."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise EvaluationError("--plot needs matplotlib: `pip install 'saidwhat[plot]'`.") from error
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    bins = reliability(outcomes)
    left.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    left.scatter([b[0] for b in bins], [b[1] for b in bins], s=[10 + 200 * b[2] / len(outcomes) for b in bins])
    left.set(xlabel="confidence", ylabel="first passage right", title="Reliability", xlim=(0, 1), ylim=(0, 1))
    curve = risk_and_coverage(outcomes)
    right.plot([point[0] for point in curve], [point[1] for point in curve])
    right.set(xlabel="answered", ylabel="of these wrong", title="Risk and coverage", xlim=(0, 1), ylim=(0, 1))
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise EvaluationError(f"The picture cannot be written to {path} ({error}).") from error
