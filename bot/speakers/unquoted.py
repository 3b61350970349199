"""A question about speakers that no quote answers in, whether a passage answers it instead out.

"What did Rubio think of the idea?" where a sentence tells what he called it; "who was Cyrus?", where it tells in
passing; "what won't save her image, in the actor's opinion?", where nobody is called so. Of one who is only mentioned
nothing is told: what was asked for is what they said.
"""

from __future__ import annotations

import re

from bot.citations import text_around
from bot.questions.speaker_patterns import is_description, is_pronoun
from bot.speakers.quotations import quotes_within
from bot.stems import content_stems, has_content, stems_of
from bot.types import Answer, Question
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.types import Sentence

_LONGEST_NAME = 3  # words; more are no name, if one of them is none that names have
_IN_NAMES = frozenset(("the", "a", "an", "of", "and"))


def may_stand_unquoted(question: Question, refused: Answer) -> bool:
    """Whether a passage could tell what was asked, where `refused` says that no quote does."""
    name = question.speaker or ""
    if not name_words(name) or question.quoted or is_foreign(question.text) or is_pronoun(name):
        return False
    is_quoted_otherwise = bool(question.topic and refused.closest)
    return is_quoted_otherwise or question.intent == "who" or _is_no_name(name, refused)


def tells_unquoted(question: Question, refused: Answer, sentence: Sentence, library: Library) -> bool:
    """Whether a sentence tells what was asked: it introduces who was asked about, or is on the topic, near their name.

    Of what is no name, but a part of the question, nothing more is asked.
    """
    name = question.speaker or ""
    if _is_no_name(name, refused):
        return True
    if question.intent == "who":
        return _introduces(name, sentence.text)
    topic = content_stems(question.topic or "")
    is_near = name_words(refused.speaker or name)[-1] in name_words(text_around(sentence, library))
    return is_near and not topic.isdisjoint(stems_of(sentence.text))


def is_anothers(description: str, sentence: Sentence, library: Library) -> bool:
    """Whether a sentence has nothing but the words of somebody named, and tells nothing of who was described."""
    quotes = quotes_within(sentence.article, sentence.start, sentence.end, library)
    speakers = [library.store.speaker_of(quote, [sentence.article]) for quote in quotes]
    told = stems_of(" ".join([sentence.text, *(speaker.titled for speaker in speakers if speaker)]))
    is_named = not is_description(description)  # an organisation may be described by whoever speaks for it
    is_somebody_else = all(speaker and (speaker.kind == "person" or is_named) for speaker in speakers)
    return bool(speakers) and is_somebody_else and content_stems(description).isdisjoint(told)


def _introduces(name: str, text: str) -> bool:
    """Whether `text` says who somebody is: "X was a king", "X, 15, from …", "one of them was X"."""
    words = name_words(name)
    last = re.escape(words[-1])
    said = (
        rf"\b{last}(?:,? who)? (?:is|was) (?:an?|the|one)\b|\b{last}, (?:an?|the|\d+)\b|\b(?:is|was) (?:\w+ )?{last},"
    )
    return set(words) <= set(name_words(text)) and bool(re.search(said, text, re.IGNORECASE))


def _is_no_name(name: str, refused: Answer) -> bool:
    """Whether what was taken for a name is a part of the question: "missing from the ticket, in the writer"."""
    words = [word for word in name_words(name) if word not in _IN_NAMES]
    has_others = "," in name or any(not has_content(word) for word in words)
    return refused.speaker is None and len(words) > _LONGEST_NAME and has_others
