"""A question about speakers that no quote answers in, whether a passage may answer it instead out.

"What did Rubio think of the idea?" where a sentence tells what he called it; "who was Cyrus?", where it tells in
passing; "what won't save her image, in the actor's opinion?", where nobody is called so. Of one who is only mentioned
nothing is told: what was asked for is what they said.
"""

from __future__ import annotations

from bot.features import defines
from bot.speaker_patterns import is_pronoun
from bot.types import Answer, Question
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.types import Sentence

_LONGEST_NAME = 3  # words; more are no name, but a part of the question
_ARTICLES = frozenset(("the", "a", "an"))


def may_stand_unquoted(question: Question, refused: Answer) -> bool:
    """Whether a passage could tell what was asked, where `refused` says that no quote does."""
    name = question.speaker or ""
    if question.quoted or question.shown or is_foreign(question.text) or is_pronoun(name):
        return False
    if question.intent == "who":
        return bool(name)
    is_quoted_otherwise = bool(question.topic) and bool(refused.closest or not name)
    return is_quoted_otherwise or len(_words(name)) > _LONGEST_NAME


def tells_of(question: Question, sentence: Sentence, library: Library) -> bool:
    """Whether a sentence, or one beside it, holds at least half the name of whom the question asks about.

    What tells who somebody is defines something besides, and holds all of it.
    """
    words = _words(question.speaker or "")
    if not words or len(words) > _LONGEST_NAME:
        return True
    (around,) = library.store.neighbours([sentence], 1)
    near = set(name_words(" ".join(one.text for one in around)))
    held = sum(word in near for word in words) / len(words)
    return held == 1 and defines(sentence.text) if question.intent == "who" else held >= 0.5


def _words(name: str) -> list[str]:
    return [word for word in name_words(name) if word not in _ARTICLES]
