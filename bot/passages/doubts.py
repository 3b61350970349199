"""A question, a passage and the words of it that seem to answer in, what makes one doubt that they do out."""

from __future__ import annotations

from bot.passages.kinds import contents_of, kind_of
from bot.stems import content_stems, has_content, names_in, numbers_in, stem_of, stems_of

DOUBTS = ("names missing", "numbers missing", "repetition", "other kind")
"""How many of the question's names, and of its numbers, stand nowhere near; whether the words only repeat the question;
and whether they hold nothing of the kind that it asks for."""

_WANTED = {
    "when": ("date", "number", "span"),
    "how many": ("number", "money", "span"),
    "who": ("name",),
    "where": ("place", "name"),
}
"""What an answer holds, by the kind of question; to other kinds anything may be one."""


def doubts(question: str, around: str, words: str) -> tuple[float, float, float, float]:
    """In the order of DOUBTS: `around` is the passage with its neighbours, `words` are those that seem to answer."""
    near = stems_of(around)
    names = [name for name in names_in(question) if has_content(name) and not question.isupper()]
    return (
        float(sum(stem_of(name) not in near for name in names)),
        float(sum(stem_of(number) not in near for number in numbers_in(question))),
        float(_repeats(words, question)),
        float(_is_of_other_kind(words, question)),
    )


def _repeats(words: str, question: str) -> bool:
    """Whether all words with content are the question's own."""
    return has_content(words) and content_stems(words) <= stems_of(question)


def _is_of_other_kind(words: str, question: str) -> bool:
    wanted = _WANTED.get(kind_of(question), ())
    held = contents_of(f" {words}")  # a name is told by the blank before it
    return bool(wanted) and not any(held[content] for content in wanted)
