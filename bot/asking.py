"""A line of text in, an Answer out: the one road that every front takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.citations import cited_quotes
from bot.follow_ups.at_hand import AtHand, article_to_ask, may_mean_what_is_at_hand
from bot.follow_ups.on_the_article import is_for_a_time, on_the_article
from bot.follow_ups.readings import Reading, readings
from bot.follow_ups.said_so import said_so
from bot.passages.kinds import tells_when
from bot.questions.line import bare_line, read_question
from bot.questions.speaker_patterns import is_description
from bot.retrieval import answer
from bot.settings import Settings
from bot.speakers.inquiry import Inquiry
from bot.spelling.typos import without_typos
from bot.suggestions import suggestions
from bot.types import Answer, Question
from bot.words import say
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.library import Library
from embeddings.quotes import read_quotes
from embeddings.reranker import CrossEncoderReranker
from embeddings.sources import FetchRules
from embeddings.sources.when_asked import fetch_by
from embeddings.stores import Store
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Outcome, Scope, fixed


def open_library(settings: Settings) -> Library:
    """The library that the settings name. Nothing is read or loaded before its first use."""
    home = settings.saidwhat_home
    encoder = SentenceTransformerEncoder(settings.embedding_model, kept_in=home)
    reranker = CrossEncoderReranker(settings.reranker_model) if settings.reranker_model else None
    fetch = fetch_by(FetchRules(ports=tuple(settings.link_ports)))
    return Library(_store(settings), encoder, partial(read_quotes, kept_in=home), reranker, fetch)


def _store(settings: Settings) -> Store:
    if settings.saidwhat_store is None:
        return EmbeddedStore(settings.saidwhat_home)
    from embeddings.stores.postgres import postgres_store

    standby = settings.saidwhat_store_read.get_secret_value() if settings.saidwhat_store_read else None
    return postgres_store(settings.saidwhat_store.get_secret_value(), standby)


def ask(
    text: str,
    library: Library,
    settings: Settings,
    *,
    scope: Scope = None,
    first: Sequence[str] = (),
    earlier: Sequence[Answer] = (),
) -> Answer:
    """Answer one question, which may go on from what the asker was told `earlier`, oldest first.

    The articles `first` are asked before all that are in scope. Where the question goes on from an answer, the article
    that this came from is asked before them, and then those in which it was sought. Where it can be read in several
    ways, the first that the articles answer counts. Raises SaidwhatError, whose message is meant for the user.
    """
    whose = said_so(text, earlier, library, settings.top_k, scope)
    if whose:
        return whose
    answers = []
    on_it = on_the_article(text, earlier, library.store, scope)
    is_timed = on_it is not None and is_for_a_time(text)  # of what was asked before, or else of the article
    for reading in _readings(text, earlier, on_it, library.store, scope):
        question = _question(reading, text, earlier, library, scope)
        answered = _told(reading, question, text, earlier, library, settings, scope, first)
        if reading.beside and answered.passages:
            beside = replace(reading.beside, rank=len(answered.passages) + 1, score=answered.passages[-1].score)
            answered = replace(answered, passages=(*answered.passages, beside))
        answers.append(answered)
        tells_time = any(tells_when(passage.text) for passage in answered.passages[:1])
        is_weak = question.intent == "quotes" and not answered.quotes and answered.confidence < settings.sure_threshold
        if answered.status == "answered" and not is_weak and (reading is on_it or tells_time or not is_timed):
            return answered
    told = next((answered for answered in answers if answered.status == "answered"), answers[0])
    return answers[-1] if on_it else told


def _question(reading: Reading, text: str, earlier: Sequence[Answer], library: Library, scope: Scope) -> Question:
    question = read_question(reading.text)
    if question.intent in ("passage", "quotes"):
        name = question.speaker if question.speaker and not is_description(question.speaker) else ""
        meant = without_typos(question.text, library, scope, name)
        question = question if meant == question.text else read_question(meant)
    if not _is_same(question.text, text):
        question = replace(question, typed=text)
    if reading.more:
        question = replace(question, shown=frozenset(place for told in earlier for place in told.shown))
    return question


def _is_same(one: str, other: str) -> bool:
    return bare_line(one).casefold() == bare_line(other).casefold()


def _followed(earlier: Sequence[Answer]) -> Iterator[Scope]:
    """The articles in which the last answer was sought, if not all were; the one that was just at hand is no such."""
    if earlier and earlier[-1].scope and earlier[-1].scope != (earlier[-1].article,):
        yield earlier[-1].scope


def _told(
    reading: Reading,
    question: Question,
    text: str,
    earlier: Sequence[Answer],
    library: Library,
    settings: Settings,
    scope: Scope,
    first: Sequence[str],
) -> Answer:
    """The answer to one `reading` of `text`: of the article at hand, that of the last answer, where that tells; else of
    all in scope."""
    goes_on = reading.article is None and not _is_same(reading.text, text)
    is_near = goes_on or (reading.article is None and may_mean_what_is_at_hand(question))
    article = article_to_ask(question, earlier, library, scope) if is_near else None
    at_hand = None
    if article:
        told = page(question, library, settings, scopes=[[article]])
        at_hand = AtHand(told, article, text, goes_on, settings.sure_threshold, library, scope)
        if at_hand.is_enough():
            return told
    before = [*(_followed(earlier) if goes_on else ()), *filter(None, [first])]
    scopes = [[reading.article]] if reading.article else list(dict.fromkeys(map(fixed, [*before, scope])))
    elsewhere = page(question, library, settings, scopes=scopes)
    return at_hand.told if at_hand and at_hand.is_better_than(elsewhere) else elsewhere


def _readings(
    text: str, earlier: Sequence[Answer], on_it: Reading | None, store: Store, scope: Scope
) -> Iterator[Reading]:
    """What `text` can mean, likeliest first; `on_it` is how it asks for a fact of the article spoken of, if it does."""
    if not earlier:
        yield Reading(text)
    elif on_it is None or (is_for_a_time(text) and earlier[-1].question.intent in ("passage", "quotes")):
        yield from readings(text, earlier, store, scope)
    if on_it:
        yield on_it


def page(
    question: Question, library: Library, settings: Settings, *, scopes: Sequence[Scope] = (None,), offset: int = 0
) -> Answer:
    """Answer a question that was read before, with the passages or quotes from `offset` on.

    The `scopes` are asked one after the other, until one answers; a quote in a later one counts more than a passage in
    place of a quote. Raises SaidwhatError.
    """
    if question.fact == "articles":  # all that can be asked, and not what is asked first
        scopes = scopes[-1:]
    unquoted: list[tuple[Answer, Scope]] = []
    for scope in scopes:
        told = answer(
            question, library, scope=scope, top_k=settings.top_k, threshold=settings.answer_threshold, offset=offset
        )
        if told.status == "answered" and (told.quotes or told.question.intent != "quotes"):
            break
        if told.status == "answered":
            unquoted.append((told, scope))
    else:
        if unquoted:
            told, scope = unquoted[0]
    is_unsure = told.status == "answered" and told.confidence < settings.sure_threshold
    remarks = (taken_as(told.question), told.remark, say("unsure") if is_unsure else "")
    return replace(told, remark="\n".join(filter(None, remarks)), scope=fixed(scope))


def taken_as(question: Question) -> str:
    """How the answer to a follow-up begins: with the question in full. Empty for one that stands alone."""
    if question.typed is None:
        return ""
    return say("more_on" if question.shown else "taken_as", question=question.text)


def ask_after(texts: Sequence[str], library: Library, settings: Settings, scope: Scope = None) -> list[Answer]:
    """The questions `texts` answered one after the other, as in a conversation. Raises SaidwhatError."""
    told: list[Answer] = []
    for text in texts:
        told.append(ask(text, library, settings, scope=scope, earlier=told))
    return told


def suggest(library: Library, settings: Settings, scope: Scope = None) -> tuple[str, ...]:
    """A few questions that the articles do answer, surely. Raises SaidwhatError."""
    least = max(settings.answer_threshold, settings.sure_threshold)
    surely = settings.model_copy(update={"answer_threshold": least})
    return suggestions(library, scope, lambda text: ask(text, library, surely, scope=scope))


def asked_by_command(command: str, rest: str) -> str:
    """The question that a front's command stands for: `/quotes NAME`, `/quotes`, `/who`, `/who NAME`, `/ask …`."""
    if command == "quotes":
        return f"quotes by {rest}" if rest else "quotes"
    if command == "who":
        return f"who is {rest}" if rest else "who is quoted?"
    return rest


def all_quotes(speaker: str | None, library: Library, scope: Scope = None) -> Answer:
    """Every quote, or every one of `speaker`. Raises SaidwhatError."""
    question = Question(asked_by_command("quotes", speaker or ""), "quotes", speaker)
    inquiry = Inquiry(question, library, scope, top_k=1)
    found = inquiry.find(speaker) if speaker else None
    quotes = library.store.quotes_of(found.people, scope) if found else library.store.quotes(scope)
    if quotes:
        cited = cited_quotes([[quote] for quote in quotes], library)
        remark = inquiry.told_of(found).strip() if found else ""
        return Answer(question, "answered", 1.0, remark=remark, quotes=cited, found=len(cited))
    if speaker is None:
        return Answer(question, "not_found", 1.0, remark=say("nobody_quoted"))
    return inquiry.answer() or Answer(
        question, "not_found", 0.0, remark=f"{say('not_quoted', name=speaker)} {inquiry.quoted_are()}"
    )


def take_in_seeds(library: Library) -> Iterator[Outcome]:
    """Index the articles that come with saidwhat, if nothing was ever put into the library."""
    if library.store.is_new():
        yield from library.index([seeds_folder()])


def seeds_folder() -> Path:
    """The folder `seeds`: inside the package when installed from a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "seeds"
    return installed if installed.is_dir() else package.parent / "seeds"
