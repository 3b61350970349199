"""A question and what was told before it in, whether the article of the last answer is to answer it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.follow_ups.conversations import article_at_hand
from bot.follow_ups.naming import Naming
from bot.follow_ups.on_the_article import is_in
from bot.follow_ups.pronouns import points_back
from bot.questions.speaker_patterns import is_description
from bot.stems import names_in
from bot.types import Answer, Question
from embeddings.library import Library
from embeddings.types import Scope, fixed

_THE = re.compile(r"\bthe (\w+)", re.IGNORECASE)
_AS_LIKELY = 0.1  # by how much less likely an answer may be, of the article at hand, than that of another


def may_mean_what_is_at_hand(question: Question) -> bool:
    """Whether a question that stands for itself names nothing, so that it may be on what was just spoken of."""
    is_on_something = question.intent == "passage" or question.speaker or question.topic  # not "who is quoted?"
    return bool(is_on_something) and not names_in(question.text)


def article_to_ask(question: Question, earlier: Sequence[Answer], library: Library, scope: Scope) -> str | None:
    """The article of the last of the answers `earlier`, if it is to be asked before others: not where a speaker is
    asked for by name, nor where nothing else is in scope."""
    article = article_at_hand(earlier)
    by_name = question.speaker is not None and not is_description(question.speaker)
    if article is None or by_name or fixed(scope) == (article,):
        return None
    return article if is_in(article, scope, library.store) else None


@dataclass(frozen=True)
class AtHand:
    """What the `article` of the last answer has `told` to a question that the asker put as `text`.

    `goes_on` tells that it was read from the turns before; what goes on and names nobody new is not to be answered from
    an article on other people.
    """

    told: Answer
    article: str
    text: str
    goes_on: bool
    sure: float
    library: Library
    scope: Scope

    def is_enough(self) -> bool:
        """Whether no other article need be asked."""
        if self.told.status != "answered":
            return False
        if points_back(self.told.question.text) or self._stays:
            return True
        return self.goes_on and self.told.confidence >= self.sure and self._tells_of(self.text)

    def is_better_than(self, elsewhere: Answer) -> bool:
        """Whether it counts rather than what is answered from all articles, about as likely or of other people."""
        is_likely = self.told.status == "answered" and self.told.confidence >= elsewhere.confidence - _AS_LIKELY
        if is_likely and self._tells_of(self.told.question.text):
            return True
        return self._stays and not self._is_on_the_same(elsewhere)

    @cached_property
    def _stays(self) -> bool:
        """Whether the question goes on and leads nowhere else: to nobody by name, to no "ferry" that is not told of."""
        if not self.goes_on:
            return False
        names = names_in(self.text) or Naming(self.library.store, self.scope).named_in(self.text)
        return not names and self._tells_of(self.text)

    def _tells_of(self, text: str) -> bool:
        """Whether the article has "the ferry", and the names, that `text` asks for."""
        words = [*(word.casefold() for word in _THE.findall(text)), *names_in(text)]
        return not words or all(self.library.store.frequencies(words, [self.article])[0])

    def _is_on_the_same(self, elsewhere: Answer) -> bool:
        """Whether what was found elsewhere is of an article that names somebody whom this one names, too."""
        return bool(elsewhere.article) and not self._named(self.article).isdisjoint(self._named(elsewhere.article))

    def _named(self, article: str | None) -> set[str]:
        """The names of people, and those of organisations that have more than one word, as most places have not."""
        entities = self.library.store.entities([article]) if article else []
        return {
            one.name for one in entities if one.kind == "person" or (one.kind == "organisation" and " " in one.name)
        }
