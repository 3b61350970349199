"""A question that tells what was said in, whether it asks who said so out, and whether a sentence tells.

"Who told the board to resign?" is answered by the one sentence that answers all of it. Quotes that are only near what
was said, as those are that `quotations.py` finds for "who talked about the board?", answer another question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.citations import text_around
from bot.questions.line import bare_line
from bot.stems import content_stems, stems_of
from bot.types import Question
from embeddings.library import Library
from embeddings.name_words import is_foreign
from embeddings.types import Quote, Sentence

_SAID = re.compile(r"who (?:else )?(?:has |is |was )?(?:said|says?|saying|stated|remarked)\b", re.IGNORECASE)
_BEFORE_TOPIC = r"\b(?:about|on|of|upon|regarding)\s+"


def asks_who_claimed(question: Question) -> bool:
    """Whether a question tells what somebody said, and asks who; not one for who talked about something."""
    if question.intent != "quotes" or question.speaker or question.quoted or not question.topic:
        return False
    is_topic = re.search(_BEFORE_TOPIC + re.escape(question.topic), bare_line(question.text), re.IGNORECASE)
    return not is_topic and not is_foreign(question.text)


def says_so(question: Question, sentence: Sentence, quotes: Sequence[Quote], library: Library) -> bool:
    """Whether a sentence, in which `quotes` stand, may answer who claimed something.

    "Who said that …?" wants somebody's words, and most of the claim's words in them or beside them; "who told him …?"
    may be answered by any sentence.
    """
    if not _SAID.match(question.text.strip()):
        return True
    claimed = content_stems(question.topic or "")
    near = stems_of(text_around(sentence, library))
    return bool(quotes) and 2 * len(claimed & near) > len(claimed)


def has_all_words(question: Question, quote: Quote) -> bool:
    """Whether a quote has all words with content of what was claimed: "who called it a synchronization of watches?"."""
    return content_stems(question.topic or "") <= stems_of(quote.text)
