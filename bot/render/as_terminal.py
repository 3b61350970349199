"""An Answer in, text for a terminal out: the sentence that answers stands out, its context stands back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.render.wording import (
    answering_words,
    offers_closest,
    one_line,
    page_line,
    passage_line,
    plain_text,
    quote_line,
    shown_passages,
    shown_quotes,
    stands_alone,
)
from bot.types import Answer, Citation, CitedQuote, Passage
from bot.words import say


def print_answer(answer: Answer, console: Console, *, closest: bool = False) -> None:
    """Print to a terminal, wrapped to its width; to a file or a pipe, the plain text."""
    if not console.is_terminal:
        console.file.write(plain_text(answer, closest=closest) + "\n")
        return
    if answer.remark:
        console.print(Text(answer.remark, style="bold" if answer.status == "answered" else "yellow"))
    if offers_closest(answer, closest):
        console.print(Text(say("closest"), style="yellow"))
    for passage, previous in shown_passages(answer, closest=closest):
        if previous or answer.remark:
            console.print()
        console.print(Padding(_passage_text(passage, previous), (0, 0, 0, 2)))
    for cited, passage, previous in shown_quotes(answer):
        if previous or answer.remark:
            console.print()
        console.print(Padding(_quote_text(cited, passage, previous), (0, 0, 0, 2)))
    if page_line(answer):
        console.print(Text(f"\n{page_line(answer)}", style="dim"))


def _passage_text(passage: Passage, previous: Citation | None) -> Text:
    with_context = previous is None  # of the first passage only
    text = Text(one_line(passage.text), style="bold green" if with_context else "bold")
    words = answering_words(passage)
    if words:
        text.stylize("underline", *words)
    if with_context:
        at = passage.citation.start - passage.context.start
        text = _within(text, passage.context_text[:at], passage.context_text[at + len(passage.text) :])
    return Text("\n").join([text, Text("— " + passage_line(passage, previous), style="cyan")])


def _quote_text(cited: CitedQuote, passage: Passage, previous: Citation | None) -> Text:
    """The quote; one that is only part of a sentence stands within it."""
    at = cited.quote.start - passage.citation.start
    text = Text(one_line(cited.quote.text), style="bold green" if previous is None else "bold")
    if not stands_alone(cited.quote):
        text = _within(text, passage.text[:at], passage.text[at + len(cited.quote.text) :])
    return Text("\n").join([text, Text("— " + quote_line(cited, previous), style="cyan")])


def _within(text: Text, before: str, after: str) -> Text:
    """`text` between what stands around it, dimmed, with a blank where the article has one."""
    gap_before, gap_after = " " * before[-1:].isspace(), " " * after[:1].isspace()
    return Text.assemble((one_line(before) + gap_before, "dim"), text, (gap_after + one_line(after), "dim"))


def print_suggestions(questions: Sequence[str], console: Console) -> None:
    """Questions that the articles do answer."""
    if questions:
        lines = [say("suggested"), *(f"  {question}" for question in questions)]
        console.print(Text("\n".join(lines), style="dim"), soft_wrap=True)


def print_figures(rows: Sequence[dict[str, Any]], console: Console) -> None:
    """Figures of an evaluation as a table, a column a split."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for row in rows:
        table.add_column(row["split"], justify="right")
    for name, label in _FIGURES.items():
        table.add_row(label, *(_figure(row[name]) for row in rows))
    console.print(table)


_FIGURES = {
    "questions": "questions",
    "hit_at_1": "hit@1",
    "hit_at_3": "hit@3",
    "mrr": "MRR",
    "answerable_refused": "answerable, refused",
    "unanswerable_answered": "not answerable, answered",
    "auroc": "AUROC of the confidence",
    "calibration_error": "expected calibration error",
}


def _figure(value: float | int | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
