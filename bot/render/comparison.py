"""What a comparison of two libraries found in, lines for people and JSON objects for scripts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import numpy as np

from bot.checks.comparison import LEAST_IN_COMMON, Asked, Compared, Likeness
from bot.types import Answer

_ALLOWED: dict[Likeness, str] = {
    "ties": "{} but for the order of equals",
    "approximate": "{} as far as an approximate index allows",
    "many": "{} on more of one name than are looked at",
}


def is_alike(articles: Sequence[Compared], asked: Sequence[Asked]) -> bool:
    """Whether nothing is otherwise."""
    return (
        all(one.is_alike for one in articles)
        and all(one.likeness != "otherwise" for one in asked)
        and _in_common(asked) >= LEAST_IN_COMMON
    )


def told(articles: Sequence[Compared], asked: Sequence[Asked]) -> Iterator[str]:
    """Lines: of the articles, and what of them is otherwise; then of the questions."""
    otherwise = [one for one in articles if not one.is_alike]
    compared = f"{len(articles)} article{'s' * (len(articles) != 1)} compared"
    yield f"{compared}, {len(otherwise)} otherwise." if otherwise else f"{compared}, all alike."
    for one in otherwise:
        if one.holds == "both":
            yield f"{one.article}: otherwise there: {', '.join(one.otherwise)}."
        else:
            yield f"{one.article}: only {'here' if one.holds == 'first' else 'there'}."
    if not asked:
        yield "No article is alike, so nothing was asked."
        return
    counts = Counter(one.likeness for one in asked)
    parts = [f"{counts['alike']} answered alike" if counts["alike"] < len(asked) else "all answered alike"]
    parts += [text.format(counts[likeness]) for likeness, text in _ALLOWED.items() if counts[likeness]]
    parts += [f"{counts['otherwise']} otherwise"] if counts["otherwise"] else []
    of = " on the articles that are alike" if otherwise else ""
    yield f"{len(asked)} question{'s' * (len(asked) != 1)} asked{of}, {', '.join(parts)}."
    for each in asked:
        if each.likeness == "otherwise":
            yield f"“{each.question}”: here {_answered(each.first)}; there {_answered(each.second)}."
    if (share := _in_common(asked)) < 1:
        few = ", which is too few" if share < LEAST_IN_COMMON else ""
        yield f"Searches by meaning have {share:.1%} of their hits in common{few}."


def as_json(articles: Sequence[Compared], asked: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """An object for each article that is otherwise, one for each question, and at the end one with all numbers."""
    for one in articles:
        if not one.is_alike:
            yield {"article": one.article, "holds": one.holds, "otherwise": list(one.otherwise)}
    for each in asked:
        sides = {"first": _shown(each.first), "second": _shown(each.second)}
        yield {"question": each.question, "likeness": each.likeness, **sides}
    counts = Counter(one.likeness for one in asked)
    yield {
        "articles": len(articles),
        "articles_otherwise": sum(not one.is_alike for one in articles),
        "questions": len(asked),
        **{likeness: counts[likeness] for likeness in get_args(Likeness)},
        "hits_in_common": round(_in_common(asked), 4),
    }


def _in_common(asked: Sequence[Asked]) -> float:
    return float(np.mean([one.in_common for one in asked])) if asked else 1.0


def _answered(answer: Answer) -> str:
    """Where the first few passages of an answer stand."""
    if answer.status == "not_found":
        return "the articles do not answer"
    places = [f"{article} {start}–{end}" for article, start, end in _places(answer)]
    return f"by {', '.join(places[:3])}" if places else "without a passage"


def _shown(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "speaker": answer.speaker, "places": [list(place) for place in _places(answer)]}


def _places(answer: Answer) -> list[tuple[str, int, int]]:
    cited = answer.quotes or answer.passages or answer.closest
    return [one.citation.place for one in cited]
