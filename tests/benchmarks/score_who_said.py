"""Questions about speakers in, the shares of right speakers, right words and honest refusals out.

    python tests/benchmarks/score_who_said.py polnear_train.json [--show]

`who_said/questions.jsonl` holds 130 questions over 47 articles of PolNeAR's training split that nothing was trained
on, written with their right answers before anything was tuned on them; a third is about people who are only
mentioned. The articles are no part of the project: the file given must hold them. `right` are the spans that answer,
`ok_too` those that neither count for nor against; both are character offsets into an article's text.

A quote shown has the wrong speaker where the asked person is never quoted, or where the annotators give the words to
somebody else: a source that has names, none of them the asked person's.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.asking import ask, open_library
from bot.settings import load_settings
from bot.types import Answer
from embeddings.articles import make_article
from embeddings.types import Quote

QUESTIONS = Path(__file__).parent / "who_said" / "questions.jsonl"
Item = dict[str, Any]


def main() -> None:
    """Ask every question of its own article, and print the shares as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="PolNeAR's training split")
    parser.add_argument("--show", action="store_true", help="print every question that went wrong")
    arguments = parser.parse_args()
    items = {item["id"]: item for item in json.loads(arguments.file.read_text(encoding="utf-8"))}
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    missing = {question["article"] for question in questions} - set(items)
    if missing:
        sys.exit(f"{arguments.file} lacks {len(missing)} of the articles: give PolNeAR's training split.")
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(saidwhat_home=Path(home)).model_copy(update={"saidwhat_store": None})
        library = open_library(settings)
        for article_id in sorted({question["article"] for question in questions}):
            library.put(make_article(article_id, items[article_id]["text"], {}))
        for question in questions:
            answer = ask(question["question"], library, settings, scope=[question["article"]])
            faults = list(_judge(question, items[question["article"]], answer, counts))
            if arguments.show and faults:
                print(question["id"], question["case"], repr(question["question"]), "·", "; ".join(faults))
                print(
                    "    ", answer.status, [cited.quote.text[:80] for cited in answer.quotes[:3]], answer.remark[:120]
                )
    quoted, never = counts["quoted"], counts["never"]
    shares = {
        "questions": len(questions),
        "wrong_speaker": counts["wrong"] / max(1, counts["shown"]),
        "wrong_speaker_answers": counts["wrong answers"] / max(1, counts["answered"]),
        "refused_when_never_quoted": counts["refused"] / never,
        "refused_off_topic": counts["off topic refused"] / max(1, counts["off topic"]),
        "answered_when_quoted": counts["quoted answered"] / quoted,
        "right_first": counts["right first"] / quoted,
        "right_shown": counts["right shown"] / quoted,
    }
    print(json.dumps({name: round(value, 4) for name, value in shares.items()}))


def _judge(question: Item, item: Item, answer: Answer, counts: Counter[str]) -> Iterator[str]:
    shown = [cited.quote for cited in answer.quotes[: len(answer.passages)]]
    never = question["case"] in ("mentioned", "absent")
    counts["shown"] += len(shown)
    wrong = [quote for quote in shown if never or _of_another(quote, question, item)]
    counts["wrong"] += len(wrong)
    counts["answered"] += answer.status == "answered"
    counts["wrong answers"] += bool(wrong)
    if wrong:
        yield f"wrong speaker of {[quote.text[:60] for quote in wrong]}"
    if never:
        counts["never"] += 1
        counts["refused"] += answer.status == "not_found"
        if answer.status != "not_found":
            yield "answered"
    elif question["case"] == "off_topic":
        counts["off topic"] += 1
        counts["off topic refused"] += answer.status == "not_found"
        if answer.status != "not_found":
            yield "answered off topic"
    else:
        counts["quoted"] += 1
        counts["quoted answered"] += answer.status == "answered"
        hits = [_overlaps(quote, question["right"]) for quote in shown]
        counts["right first"] += bool(hits and hits[0])
        counts["right shown"] += any(hits)
        if not any(hits):
            yield "no right quote shown"


def _of_another(quote: Quote, question: Item, item: Item) -> bool:
    if _overlaps(quote, [*question["right"], *question.get("ok_too", [])]):
        return False
    asked = _names(question["speaker"] or "")
    for attribution in item["annotations"][0]["attributions"]:
        spans = [span for content in attribution["content"] for span in content["spans"]]
        source = _names(" ".join(part["text"] for part in attribution["source"]))
        if _overlaps(quote, spans):
            return bool(source) and not source & asked
    return False


def _overlaps(quote: Quote, spans: Iterable[Iterable[int]]) -> bool:
    """Whether a quote and any of the spans share half of the shorter one."""
    for start, end in spans:
        shared = min(quote.end, end) - max(quote.start, start)
        if shared > 0 and 2 * shared >= min(quote.end - quote.start, end - start):
            return True
    return False


def _names(text: str) -> set[str]:
    return set(re.findall(r"[A-Z][\w-]+", re.sub(r"['’]s\b", "", text))) - {
        "The",
        "Mr",
        "Mrs",
        "Ms",
        "Sen",
        "Rep",
        "Gov",
    }


if __name__ == "__main__":
    main()
