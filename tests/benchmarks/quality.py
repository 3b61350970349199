"""Files of questions in, README's table of quality out, floors beside it.

    python tests/benchmarks/quality.py --squad squad2_tune.json --news polnear_train.json

Asks, through the one road that every front takes, each question of its own article. What ranks and reads was trained on
none of them: of the file in SQuAD's format they are every second one. The floors: the first sentence by meaning alone
(cosine), by words alone (BM25) and by the sum of both as z-scores, on the same library; the cosine as confidence.

`news_questions/questions.jsonl` and `conversations/conversations.jsonl` ask articles of PolNeAR's training split, which
are no part of the project; train_confidence.py fits one scale on those for tuning. About five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bot.asking import ask, ask_after, open_library
from bot.checks.evaluation import Case, Figures, Outcome, evaluate, figures, read_cases
from bot.settings import Settings, load_settings
from bot.stems import content_words
from bot.types import Answer
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.types import Article, Span

HERE = Path(__file__).parent
NEWS_QUESTIONS = HERE / "news_questions" / "questions.jsonl"
CONVERSATIONS = HERE / "conversations" / "conversations.jsonl"
PER_ARTICLE = 60  # questions of a SQuAD article that are asked, as score_passages.py draws them
SHOWN = 3
Thing = TypeVar("Thing")
_POOL = 40  # hits of each search whose scores the floor adds up


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, help="the file in SQuAD's format that a half of is kept apart")
    parser.add_argument("--news", type=Path, help="PolNeAR's training split")
    add_half(parser)
    arguments = parser.parse_args()
    with bench() as (library, settings):
        if arguments.squad:
            print_passages(arguments.squad, arguments.half, library, settings)
        if arguments.news:
            items = {item["id"]: item["text"] for item in json.loads(arguments.news.read_text(encoding="utf-8"))}
            print_refusals(items, library, settings)
            for split in ("tune", "test"):
                print_follow_ups(split, items, library, settings)


@contextmanager
def bench() -> Iterator[tuple[Library, Settings]]:
    """An empty library of the default model, and the default settings."""
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(saidwhat_home=Path(home), top_k=SHOWN).model_copy(update={"saidwhat_store": None})
        library = open_library(settings)
        with closing(library.store):
            yield library, settings


def outcomes_of(cases: Sequence[Case], library: Library, settings: Settings) -> list[Outcome]:
    """Each case asked of its own article."""
    return list(
        evaluate(cases, library, lambda case: ask(case.question, library, settings, scope=[case.article.id]), SHOWN)
    )


# --- the right passage first -----------------------------------------------------------------------------------------


def add_half(parser: argparse.ArgumentParser) -> None:
    """Let a command be told which half of a file's articles is kept apart from training."""
    parser.add_argument("--half", type=int, choices=(0, 1), default=0, help="kept apart; 1 to cross-validate")


def kept_apart(articles: Sequence[Thing], half: int = 0) -> list[Thing]:
    """Those of a file's articles, in its order, that nothing is trained on: every second one."""
    return list(articles[half::2])


def print_passages(path: Path, half: int, library: Library, settings: Settings) -> None:
    """hit@1, hit@3, MRR and AUROC on the articles of one file that are kept apart."""
    every = read_cases(path, library)
    apart = kept_apart(list({case.article.id: case.article for case in every}.values()), half)
    for article in apart:
        library.put(article)
    cases = drawn([case for case in every if case.article in apart])
    print(f"\n| {path.name}, {len(cases)} questions | hit@1 | hit@3 | MRR | AUROC |\n|---|---|---|---|---|")
    for name, how in (("meaning alone", (1.0, 0.0)), ("words alone", (0.0, 1.0)), ("both, as z-scores", (1.0, 1.0))):
        print_row(name, figures("", [floor(case, library, *how) for case in cases]))
    print_row("saidwhat", figures("", outcomes_of(cases, library, settings)))


_COLUMNS = ("hit_at_1", "hit_at_3", "mrr", "auroc")


def print_row(name: str, found: Figures) -> None:
    """One line of the table."""
    print(f"| {name} | {' | '.join(f'{getattr(found, column):.3f}' for column in _COLUMNS)} |", flush=True)


def drawn(cases: Sequence[Case]) -> list[Case]:
    """Up to PER_ARTICLE questions of each article."""
    dice = random.Random(7)
    by_article: dict[str, list[Case]] = {}
    for case in cases:
        by_article.setdefault(case.article.id, []).append(case)
    return [case for own in by_article.values() for case in dice.sample(own, min(PER_ARTICLE, len(own)))]


def floor(case: Case, library: Library, meaning: float, words: float) -> Outcome:
    """What comes of a case where hits are ranked by a weighted sum of z-scores; the best cosine is the confidence."""
    scope = [case.article.id]
    asked = library.encode_question(case.question)
    near = {hit.sentence: hit.score for hit in library.store.search_by_meaning(asked.vector, _POOL, scope)}
    same = {
        hit.sentence: hit.score for hit in library.store.search_by_words(content_words(case.question), _POOL, scope)
    }
    sentences = list(near | same)
    score = sum(
        weight * _standard(np.array([scores.get(sentence, 0.0) for sentence in sentences]))
        for weight, scores in ((meaning, near), (words, same))
    )
    order = np.argsort(-np.asarray(score), kind="stable")
    ranks = [
        rank
        for rank, place in enumerate(order, 1)
        if any(sentences[place].start < own.end and own.start < sentences[place].end for own in case.places)
    ]
    return Outcome(case, ranks[0] if ranks else float("inf"), False, max(near.values(), default=0.0))


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-9) if len(values) else values


# --- an honest no ----------------------------------------------------------------------------------------------------

_KINDS = ("answerable", "near_miss", "off_topic", "junk")


def print_refusals(items: dict[str, str], library: Library, settings: Settings) -> None:
    """On questions about news: what is refused and what is answered, and how far the confidence can be trusted."""
    rows = read_lines(NEWS_QUESTIONS)
    articles = articles_of(rows, items)
    cases = [
        Case(row["question"], articles[row["article"]], "", tuple(Span(*span) for span in row.get("right", ())))
        for row in rows
    ]
    outcomes = outcomes_of(cases, library, settings)
    by_kind = {kind: [one for one, row in zip(outcomes, rows, strict=True) if row["kind"] == kind] for kind in _KINDS}
    yes = figures("", by_kind["answerable"])
    near = figures("", by_kind["answerable"] + by_kind["near_miss"])
    print(f"\n| news, {len(articles)} articles not trained on | questions | |\n|---|---|---|")
    count = len(by_kind["answerable"])
    print(f"| answerable: right first, among three | {count} | {yes.hit_at_1:.3f}, {yes.hit_at_3:.3f} |")
    print(f"| answerable, refused | {count} | {yes.answerable_refused:.3f} |")
    for kind in _KINDS[1:]:
        found = figures("", by_kind[kind])
        print(f"| {kind.replace('_', ' ')}, answered | {len(by_kind[kind])} | {found.unanswerable_answered:.3f} |")
    for kind in _KINDS[:2]:
        sure = np.mean([not one.is_refused and one.confidence >= settings.sure_threshold for one in by_kind[kind]])
        print(f"| {kind.replace('_', ' ')}, answered without reserve | {len(by_kind[kind])} | {sure:.3f} |")
    for article in articles.values():
        library.put(article)
    strangers = [case for case, row in zip(cases, rows, strict=True) if row["kind"] == "off_topic"]
    told = [ask(case.question, library, settings, scope=list(articles)) for case in strangers]
    answered = [answer.confidence for answer in told if answer.status == "answered"]
    surely = sum(confidence >= settings.sure_threshold for confidence in answered)
    shares = f"{len(answered) / len(told):.3f}, {surely / len(told):.3f}"
    asked_of = f"off topic, asked of all {len(articles)} articles at once"
    print(f"| {asked_of}: answered, without reserve | {len(told)} | {shares} |")
    print(f"| AUROC, answerable against near miss | | {near.auroc:.3f} |")
    print(f"| expected calibration error | {len(rows)} | {figures('', outcomes).calibration_error:.3f} |", flush=True)


# --- follow-ups ------------------------------------------------------------------------------------------------------


def print_follow_ups(split: str, items: dict[str, str], library: Library, settings: Settings) -> None:
    """On follow-ups: right as typed, right after resolution, and right where a person wrote the question in full."""
    conversations = [one for one in read_lines(CONVERSATIONS) if one["split"] == split]
    articles = articles_of(conversations, items)
    for article in articles.values():
        library.put(article)
    right: dict[str, list[list[bool]]] = {"as typed": [], "resolved": [], "written in full by hand": []}
    for conversation in conversations:
        article = articles[conversation["article"]]
        turns = conversation["turns"]
        for number, turn in enumerate(turns):
            if turn["kind"] != "follow_up":
                continue
            case = Case(turn["meant"], article, "", tuple(Span(*span) for span in turn["right"]))
            told = ask_after([t["question"] for t in turns[: number + 1]], library, settings, [article.id])[-1]
            right["resolved"].append(_right(case, told))
            right["as typed"].append(_right(case, ask(turn["question"], library, settings, scope=[article.id])))
            right["written in full by hand"].append(
                _right(case, ask(case.question, library, settings, scope=[article.id]))
            )
    print(
        f"\n| {split}: {len(right['resolved'])} follow-ups in {len(conversations)} conversations"
        " | right first | among three |"
    )
    print("|---|---|---|")
    for name, found in right.items():
        first, three = np.mean(found, axis=0)
        print(f"| {name} | {first:.3f} | {three:.3f} |", flush=True)


def _right(case: Case, answer: Answer) -> list[bool]:
    """Whether an answer's first passage is right, and whether one of its first three is; a refusal is neither."""
    told = replace(answer, closest=())
    hits = [case.is_right(told, number) for number in range(SHOWN)]
    return [hits[0], any(hits)]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def articles_of(rows: Sequence[dict[str, Any]], items: dict[str, str]) -> dict[str, Article]:
    """The articles that `rows` ask, by id."""
    return {name: make_article(name, items[name], {}) for name in dict.fromkeys(row["article"] for row in rows)}


if __name__ == "__main__":
    main()
