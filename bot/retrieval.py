"""A Question and a library in, an Answer out: the sentences that answer, with where they stand.

Pure and synchronous: what it reads comes from the library, and it sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.about import about_answer, articles_answer, called
from bot.citations import passages_of
from bot.passages.belonging import Whose, named_for_age, whose
from bot.passages.ranking import Ranked, rank
from bot.same_words import together
from bot.speakers.claims import asks_who_claimed, has_all_words, says_so
from bot.speakers.inquiry import Inquiry
from bot.speakers.quotations import quotes_within
from bot.speakers.unquoted import is_anothers, may_stand_unquoted, tells_unquoted
from bot.stems import has_content
from bot.types import Answer, Passage, Question
from bot.words import say
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.types import ArticleSummary, Scope, Sentence

_MAX_QUESTION = 1000  # characters; what is longer is no question
_MOST = 10  # passages that one question is shown, page by page
_OF_ANOTHER = 0.5  # of the confidence is left where the words are those of somebody else than was described
_TOLD_OF: dict[Whose | None, float] = {"another's": 0.5, "unclear": 0.6, "nobody's": 0.2}
"""What is left of it where an age, or a coach, is told of somebody else, or of nobody."""
_OWN_AGE = 0.75  # confidence in an age that stands beside the name
_SURE_OF_SPEECH = 0.5  # confidence from which a passage answers what somebody said, or who said something


def answer(
    question: Question,
    library: Library,
    *,
    scope: Scope = None,
    top_k: int = 3,
    threshold: float = 0.0,
    offset: int = 0,
) -> Answer:
    """Answer `question` from the articles in `scope` with up to `top_k` passages, best first.

    The passages are those from `offset` on, counted from 0. Below `threshold` in confidence the answer is a refusal;
    where a quote was asked for, a passage that is none takes more. Raises StoreError or EncoderError where the store or
    the model fails, UnknownArticle for an id in `scope` that the library does not hold.
    """
    within = called(question.within, library, scope) if question.within else []
    if within:
        scope = [summary.id for summary in within]
    if question.intent == "smalltalk":
        return _refusal(question, question.reply, library, scope)
    if question.fact == "articles":
        return articles_answer(question, library.store.articles(scope))
    if question.intent == "about" and question.fact:
        summaries = called(question.topic, library, scope)
        if summaries:
            return about_answer(question, question.fact, library, summaries, top_k)
        question = replace(question, intent="passage", fact=None, topic=None)
    if asks_who_claimed(question):
        return _claimed(question, library, scope, top_k, threshold, offset)
    described = None
    if question.intent in ("quotes", "who"):
        told = Inquiry(question, library, scope, top_k, offset).answer()
        if told and told.status == "not_found":
            return _unquoted(question, told, library, scope, top_k, threshold, offset)
        if told:
            return told
        described = question.speaker
        question = replace(question, intent="passage", speaker=None)
    if not has_content(question.text):
        return _refusal(question, say("no_content"), library, scope)
    ranked, sure = _ranked(question, library, scope, top_k)
    if described and ranked and is_anothers(described, ranked[0].sentence, library):
        sure *= _OF_ANOTHER
    if not ranked or sure < threshold:
        remark = say("other_language" if is_foreign(question.text) else "not_said")
        return _refusal(question, remark, library, scope, sure, passages_of(ranked[:top_k], library))
    return _page(question, ranked, sure, library, top_k, offset)


def _claimed(question: Question, library: Library, scope: Scope, top_k: int, threshold: float, offset: int) -> Answer:
    """Who said what the question tells: whoever is quoted in the sentence that answers it, else that sentence.

    Where no sentence surely does, whoever is quoted with all its words.
    """
    inquiry = Inquiry(question, library, scope, top_k, offset)
    ranked, sure = _ranked(question, library, scope, top_k)
    first = ranked[0].sentence if ranked else None
    quotes = quotes_within(first.article, first.start, first.end, library) if first else []
    if first is None or sure < max(threshold, _SURE_OF_SPEECH) or not says_so(question, first, quotes, library):
        told = inquiry.answer()
        if told and told.quotes and has_all_words(question, told.quotes[0].quote):
            return told
        remark = f"{say('nobody_said')} {inquiry.quoted_are()}"
        closest = _unmarked(passages_of(ranked[:top_k], library))
        return Answer(question, "not_found", sure, closest=closest, remark=remark)
    if quotes:
        return replace(inquiry.whose(quotes), confidence=sure)
    return _page(replace(question, intent="passage"), ranked, sure, library, top_k, offset)


def _unquoted(
    question: Question, refused: Answer, library: Library, scope: Scope, top_k: int, threshold: float, offset: int
) -> Answer:
    """The answer to a question about speakers that no quote answers: what the articles tell besides, else `refused`."""
    summaries = library.store.articles(scope)
    written = _written_by(question.speaker, summaries) if question.intent == "who" else []
    if written:
        return about_answer(question, "author", library, written, top_k)
    if question.intent == "who" or not summaries:
        refused = replace(refused, remark=f"{refused.remark} {_covered(summaries)}")
    if not may_stand_unquoted(question, refused):
        return refused
    ranked, sure = _ranked(question, library, scope, top_k)
    least = threshold if question.intent == "who" else max(threshold, _SURE_OF_SPEECH)
    if not ranked or sure < least or not tells_unquoted(question, refused, ranked[0].sentence, library):
        return refused
    told = _page(question, ranked, sure, library, top_k, offset)
    remark = say("unquoted") if question.intent == "quotes" else ""
    return replace(told, remark=remark, speaker=refused.speaker)


def _ranked(question: Question, library: Library, scope: Scope, top_k: int) -> tuple[list[Ranked], float]:
    """What `rank` finds, copies put to the first of them; what is told of somebody else than was asked for counts less.

    Where somebody's age is asked for, and told of that one, that is the answer.
    """
    text = question.text[:_MAX_QUESTION]
    found, sure = rank(text, library, scope, question.shown, top_k)
    told = [whose(text, one.sentence.text) for one in found]
    if named_for_age(text) and "own" in told:
        found.insert(0, found.pop(told.index("own")))
        sure = max(sure, _OWN_AGE)
    elif told:
        sure *= _TOLD_OF.get(told[0], 1.0)
    return [
        replace(one, also=tuple(other.sentence for other in others)) for one, *others in together(found, _sentence)
    ], sure


def _page(
    question: Question, ranked: Sequence[Ranked], sure: float, library: Library, top_k: int, offset: int
) -> Answer:
    most = min(len(ranked), max(_MOST, top_k))
    offset = offset if 0 <= offset < most else 0
    passages = passages_of(ranked[offset : min(offset + top_k, most)], library, offset + 1)
    return Answer(question, "answered", sure, passages, offset=offset, found=most)


def _written_by(name: str | None, summaries: Sequence[ArticleSummary]) -> list[ArticleSummary]:
    """The articles that somebody of this name wrote: an author is named in no sentence."""
    words = set(name_words(name or ""))
    return [one for one in summaries if words and words <= set(name_words(one.byline or ""))]


def _sentence(ranked: Ranked) -> Sentence:
    return ranked.sentence


def _refusal(
    question: Question,
    sentence: str,
    library: Library,
    scope: Scope,
    sure: float = 0.0,
    closest: tuple[Passage, ...] = (),
) -> Answer:
    nearest = closest[0].citation.title if closest else None
    remark = f"{sentence} {_covered(library.store.articles(scope), nearest)}"
    return Answer(question, "not_found", sure, closest=_unmarked(closest), remark=remark)


def _unmarked(closest: Sequence[Passage]) -> tuple[Passage, ...]:
    """Passages that do not answer, without words that do."""
    return tuple(replace(passage, highlight=None) for passage in closest)


def _covered(summaries: Sequence[ArticleSummary], nearest: str | None = None) -> str:
    """One sentence on what there is to ask about, the title of the `nearest` article first."""
    if not summaries:
        return say("no_articles")
    titles = {summary.title for summary in summaries}  # copies have the same
    if len(titles) == 1:
        return say("cover_one", title=summaries[0].title)
    return say("cover_more", title=nearest or summaries[0].title, count=len(titles) - 1)
