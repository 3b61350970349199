"""Questions with known answers in, figures out."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.checks.evaluation import (
    Case,
    EvaluationError,
    Outcome,
    draw,
    evaluate,
    figures,
    outcome,
    read_cases,
    reliability,
    risk_and_coverage,
    table,
)
from bot.questions.line import read_question
from bot.retrieval import answer
from bot.types import Answer
from embeddings.articles import make_article
from embeddings.errors import UnknownArticle
from embeddings.library import Library
from embeddings.types import Span

ARTICLE = make_article("a", "Title\n\nOne two. Three four.", {})


def _outcomes(*rows: tuple[float, bool, float, bool]) -> list[Outcome]:
    """From rank, is refused, confidence, and whether the articles answer at all."""
    return [
        Outcome(Case("?", ARTICLE, "test", (Span(0, 1),) if answerable else ()), rank, refused, confidence)
        for rank, refused, confidence, answerable in rows
    ]


def test_the_figures() -> None:
    """Ranks count whether refused or not; refusals and answers are shares of those that should not be."""
    found = figures(
        "test",
        _outcomes(
            (1, False, 0.9, True), (2, False, 0.5, True), (math.inf, True, 0.1, True), (1, True, 0.25, True),
            (math.inf, False, 0.5, False), (math.inf, True, 0.05, False),
        ),
    )  # fmt: skip
    assert (found.questions, found.hit_at_1, found.hit_at_3, found.mrr) == (6, 0.5, 0.75, 0.625)
    assert (found.answerable_refused, found.unanswerable_answered) == (0.5, 0.5)
    assert found.auroc == pytest.approx((1 + 0.5 + 0 + 0 + 4) / 8)
    assert found.calibration_error == pytest.approx((0.1 + 1.0 + 0.1 + 0.75 + 0.05) / 6)


def test_nothing_to_count_is_null() -> None:
    """Without questions that have no answer there is no rate of false answers, and no AUROC."""
    (row,) = table([figures("all", _outcomes((1, False, 0.9, True)))])
    assert (row["hit_at_1"], row["unanswerable_answered"], row["auroc"]) == (1.0, None, None)
    (row,) = table([figures("all", [])])
    assert row["calibration_error"] is None


def test_reliability_and_risk() -> None:
    """Confidence in tenths against how often it is right; the wrong share of what is answered, the surest first."""
    some = _outcomes((1, False, 0.92, True), (2, False, 0.98, True), (1, False, 0.31, True))
    assert np.array(reliability(some)) == pytest.approx(np.array([[0.31, 1.0, 1], [0.95, 0.5, 2]]))
    assert np.array(risk_and_coverage(some)) == pytest.approx(np.array([[1 / 3, 1.0], [2 / 3, 0.5], [1.0, 1 / 3]]))


def _lines(folder: Path, *lines: Any) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


COST = "It cost 14 million euros, two million more than planned."


def test_json_lines(tmp_path: Path, library: Library) -> None:
    """Articles by id or by file; a passage, a speaker or none is expected."""
    (tmp_path / "own.txt").write_text("Own title\n\nThe storm took 3 boats.\n", encoding="utf-8")
    path = _lines(
        tmp_path,
        {"question": "How many million euros did the bridge cost?", "article": "bridge", "passage": COST},
        {"question": "Who said it?", "article": "bridge", "speaker": "Ines Kader", "split": "tune"},
        {"question": "What did the storm take?", "article": "own.txt", "passage": ["The storm took 3 boats."]},
        {"question": "Who won the match?", "article": "bridge", "passage": None},
    )
    cases = read_cases(path, library)
    assert [case.is_answerable for case in cases] == [True, True, True, False]
    assert [case.article.id for case in cases] == ["bridge", "bridge", "own", "bridge"]
    assert cases[1].split == "tune"

    def ask(case: Case) -> Answer:
        return answer(read_question(case.question), library, scope=[case.article.id], threshold=0.12)

    found = list(evaluate(cases, library, ask, 3))
    assert [one.rank for one in found[:3:2]] == [1.0, 1.0]
    assert found[3].rank == math.inf


def test_a_speaker_is_right_by_surname(talks: Library) -> None:
    """Where a speaker is expected, whoever the answer names counts."""
    article = talks.store.article("talks")
    told = answer(read_question("Who said it about boats and nets?"), talks)
    named = answer(read_question("What did Zhalnin say?"), talks)
    assert outcome(Case("?", article, "test", speaker="Mr Zhalnin"), named, 3).rank == 1
    assert outcome(Case("?", article, "test", speaker="Elena Horn"), named, 3).rank == math.inf
    assert outcome(Case("?", article, "test", speaker="Nobody"), told, 3).rank == math.inf


def test_squad(tmp_path: Path, library: Library) -> None:
    """SQuAD's articles come with the file; the sentence where an answer begins is expected."""
    context = "The boat was built in Gdansk. It was sold in Aske."
    asked = [
        {"question": "Where was it sold?", "answers": [{"text": "Aske", "answer_start": context.index("Aske")}]},
        {"question": "Who sold it?", "is_impossible": True, "answers": []},
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "The_boat", "paragraphs": [{"context": context, "qas": asked}]}]}))
    first, second = read_cases(path, library)
    assert (first.article.id, first.article.title) == ("The_boat", "The boat")
    assert first.article.text[first.places[0].start :].startswith("Aske")
    assert first.split == second.split
    assert not second.is_answerable


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: it is no JSON object"),
        ({"article": "bridge"}, 'line 1: it must be an object whose "question" is a string, and not empty.'),
        ({"question": "?"}, 'line 1: its "article" must be an id or a file name.'),
        ({"question": "?", "article": "bridge", "passage": "Not there."}, "“Not there.” does not stand in the article"),
        ({"question": "?", "article": "bridge", "speaker": 3}, 'its "speaker" must be a string.'),
    ],
)
def test_a_bad_line_is_one_sentence(tmp_path: Path, library: Library, line: Any, message: str) -> None:
    """What is wrong with a line is named with its number."""
    with pytest.raises(EvaluationError, match="questions") as raised:
        read_cases(_lines(tmp_path, line), library)
    assert message in str(raised.value)


def test_a_bad_file_is_one_sentence(tmp_path: Path, library: Library) -> None:
    """A file that is missing, or not what it seems, is named; so is an article that the library does not hold."""
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_cases(tmp_path / "none.json", library)
    odd = tmp_path / "odd.json"
    odd.write_text('{"data": [{"title": "x"}]}')
    with pytest.raises(EvaluationError, match="is not in SQuAD's format"):
        read_cases(odd, library)
    with pytest.raises(UnknownArticle):
        read_cases(_lines(tmp_path, {"question": "?", "article": "nowhere"}), library)


def test_the_picture(tmp_path: Path) -> None:
    """The picture is written in the format of its name; where that is none, one sentence says so."""
    some = _outcomes((1, False, 0.92, True), (2, False, 0.4, True))
    draw(some, tmp_path / "figures.svg")
    assert "<svg" in (tmp_path / "figures.svg").read_text(encoding="utf-8")
    with pytest.raises(EvaluationError, match="cannot be written"):
        draw(some, tmp_path / "figures.nonsense")
