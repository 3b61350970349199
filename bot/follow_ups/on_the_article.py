"""A question about the article of the answer just given in, it in full out: "who wrote it?", "when was that?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.follow_ups.readings import Reading
from bot.follow_ups.turns import SHORT, without_lead
from bot.passages.kinds import tells_when
from bot.questions.line import asked_of, bare_line, read_question
from bot.types import Answer, Fact
from embeddings.name_words import name_words
from embeddings.stores import Store
from embeddings.types import Scope, Shelves

_SAID = re.compile(
    r"(?:when|(?:on |in )?(?:what|which) (?:day|date|year|month))"
    r" (?:(?:was|were) (?:that|this|it|those) said"
    r"|(?:did|has|had) (?P<who>.+?) (?:say|said|tell|told|state|claim|announce|warn|mention|write|note|explain|promise)"
    r"(?:(?: \w+)? (?:that|this|it|so|those))?)",
    re.IGNORECASE,
)
_QUOTED_IN_IT = re.compile(
    r"(?:and )?who (?:else )?(?:(?:is|are|was|were|gets?) (?:quoted|cited|speaking|interviewed)|speaks|talks|spoke"
    r"|talked|is|are) (?:in (?:it|this|that|there|(?:this|that|the) (?:article|story|piece|text|news))|there)",
    re.IGNORECASE,
)
_THEM = ("he", "she", "they", "it")
_IS = re.compile(r"\bis\b", re.IGNORECASE)  # "when is it?": an article has been published
_TIME = re.compile(r"when|(?:(?:in|on|at) )?(?:what|which) (?:year|day|date|time|month)", re.IGNORECASE)


def on_the_article(text: str, earlier: Sequence[Answer], store: Store, scope: Scope) -> Reading | None:
    """How `text` asks for a fact of the article that the last of the answers `earlier` speaks of, if it may do so.

    None where it does not, or where that article is not in `scope`. A time that is asked for may be that of what was
    asked before, too.
    """
    told = next((turn for turn in reversed(earlier) if turn.article and turn.status == "answered"), None)
    if told and told.article and _QUOTED_IN_IT.fullmatch(bare_line(text)):
        return Reading("Who is quoted?", article=told.article) if is_in(told.article, scope, store) else None
    asked = _fact(text, told) if told and (told is earlier[-1] or not is_for_a_time(text)) else None
    if told is None or told.article is None or asked is None or not is_in(told.article, scope, store):
        return None
    title = store.article(told.article).title
    spoken = told.passages[0] if told.passages and read_question(text).intent != "about" else None
    beside = spoken if spoken and tells_when(spoken.text) else None  # "… said on Tuesday"
    return Reading(asked_of(text, asked, title), article=told.article, beside=beside)


def is_for_a_time(text: str) -> bool:
    """Whether `text` asks for a time and no more: "when was that?"."""
    short = SHORT.fullmatch(without_lead(bare_line(text)))
    return bool(short and _TIME.fullmatch(short["asked"]))


def _fact(text: str, told: Answer) -> Fact | None:
    question = read_question(text)
    if question.intent == "about":
        return None if question.topic or question.fact == "articles" else question.fact
    if is_for_a_time(text):
        return None if _IS.search(text) else "published"
    said = _SAID.fullmatch(without_lead(bare_line(text)))
    if said is None:
        return None
    who = said["who"]
    return "published" if who is None or who.casefold() in _THEM or _is_heard(who, told) else None


def _is_heard(who: str, told: Answer) -> bool:
    """Whether `who` is one whom an answer names."""
    heard = " ".join([told.speaker or "", *(passage.context_text for passage in told.passages)])
    return set(name_words(who)) <= set(name_words(heard))


def is_in(article: str, scope: Scope, store: Store) -> bool:
    """Whether an article is held, and in scope."""
    shelf = store.shelves_of([article]).get(article)
    if shelf is None:
        return False
    return scope is None or (scope.shows(shelf) if isinstance(scope, Shelves) else article in scope)
