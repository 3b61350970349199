"""A question whose words an answer has just shown in, who said them out: "who said that?", "says who?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.follow_ups.on_the_article import is_in
from bot.questions.line import bare_line
from bot.speakers.inquiry import Inquiry
from bot.speakers.quotations import quotes_within
from bot.types import Answer, Passage, Question
from embeddings.library import Library
from embeddings.types import Quote, Scope, fixed

_THAT = r"(?:so|this|that|it|these|those|(?:these|those|the) words|such a thing)"
_SAYS = (
    r"(?:says?|said|has said|is saying|was saying|claims?|claimed|states?|stated|told(?: (?:us|them|you))?"
    r"|thinks?|thought)"
)
_WHOSE_WORDS = re.compile(
    rf"(?:(?:and|but|so|ok(?:ay)?|well),? )?(?:who (?:(?:is|was) it (?:that|who) )?{_SAYS}(?: {_THAT})?"
    r"|who(?:'s| is| was) (?:being )?quoted (?:there|here)|according to who(?:m)?|says who"
    r"|whose (?:words|claim|quote|statement|opinion|view) (?:is|was|are|were) (?:this|that|it|these|those|they)"
    r"|who (?:is|was) (?:the )?(?:speaker|speaking)(?: there| here)?"
    r"|(?:а )?(?:и )?кто (?:это |так |такое )?(?:сказала?|сказали|говорит|говорил|говорила|утверждает|заявила?)"
    r"(?: это| так| такое)?|(?:а )?чьи (?:это|это были) слова|по чьим словам)",
    re.IGNORECASE,
)


def said_so(text: str, earlier: Sequence[Answer], library: Library, top_k: int, scope: Scope) -> Answer | None:
    """Who is quoted in the passage that came first in the last of the answers `earlier`, if `text` asks for that.

    None where it does not. Where the passage quotes nobody, or none was shown of an article in `scope`, the answer says
    so. Raises StoreError or EncoderError where the store or the model fails.
    """
    if not _WHOSE_WORDS.fullmatch(bare_line(text)):
        return None
    told = next((turn for turn in reversed(earlier) if turn.question.intent != "smalltalk"), None)
    passage = told.passages[0] if told and told.passages else None
    if told is None or passage is None or not is_in(passage.citation.article, scope, library.store):
        nothing = Inquiry(Question(text, "quotes"), library, scope, top_k).of_nothing()
        return replace(nothing, scope=fixed(scope))
    quotes = _in_passage(passage, library)
    question = replace(told.question, intent="quotes", typed=text)  # from which "and the EEU?" still goes on
    inquiry = Inquiry(question, library, [passage.citation.article], top_k)
    return replace(inquiry.whose(quotes[:top_k]), scope=fixed(scope))


def _in_passage(passage: Passage, library: Library) -> list[Quote]:
    """The quotes that stand in a passage: where words of it answer, those with these words first."""
    within = quotes_within(*passage.citation.place, library)
    words = passage.highlight
    if words is None:
        return within
    return sorted(within, key=lambda quote: not (quote.start < words.end and words.start < quote.end))
