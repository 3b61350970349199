"""Inline queries and guest messages in, answers as results out: `@bot what did Grozin say` in any chat."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.render.as_html import answer_html
from bot.render.wording import citation_line, one_line, shortened, shown_passages, shown_quotes
from bot.telegram_front.asked import addressed
from bot.telegram_front.desk import Context
from bot.telegram_front.gate import is_allowed
from bot.telegram_front.links import passage_link
from bot.telegram_front.sending import NO_PREVIEW
from bot.types import Answer
from bot.words import say

log = logging.getLogger(__name__)

_CACHED = 60  # seconds that Telegram may give the same results to the same query; none where there is a shelf
_MOST = 50  # results that Telegram takes
_TITLE, _DESCRIPTION = 80, 120  # UTF-16 units


async def inline(update: Update, context: Context) -> None:
    """Offer each passage or quote that answers as a result; without a question, answers to questions that have one."""
    query = update.inline_query
    if query is None:
        return
    desk, person = context.desk, query.from_user.id  # whose private chat has the same number
    questions: tuple[str, ...] = ()
    if is_allowed(update, desk.settings.allowed_chats):
        questions = (query.query,) if query.query.strip() else await desk.suggested(person)
    results: dict[str, InlineQueryResultArticle] = {}
    for question in questions:
        answered = await desk.asked(question, person)
        if answered and answered.status == "answered":
            for one in _apart(answered):
                result = _result(one, context)
                results.setdefault(result.id, result)
    button = None if results else InlineQueryResultsButton(say("tg_not_in_articles_button"), start_parameter="ask")
    try:
        cached = 0 if await desk.done(desk.shelving.shelves.of, person) else _CACHED
        await query.answer(list(results.values())[:_MOST], cache_time=cached, is_personal=True, button=button)
    except TelegramError as error:
        log.info("an inline query could not be answered: %s", error)


async def guest(update: Update, context: Context) -> None:
    """Answer a message that mentions the bot in a chat where it is no member, from the articles common to all."""
    message = update.guest_message
    if message is None or not message.guest_query_id:
        return
    desk = context.desk
    _, question = addressed(message, context.bot)
    if not question and message.reply_to_message:
        question = message.reply_to_message.text or ""
    answered = await desk.asked(question, None) if question else None
    if answered:
        result = _result(answered, context)
    else:
        html = say("tg_sorry") if question else say("tg_ask_what", example=say("tg_example"))
        result = InlineQueryResultArticle("none", "saidwhat", _content(html))
    try:
        await context.bot.answer_guest_query(message.guest_query_id, result)
    except TelegramError as error:
        log.info("a guest message could not be answered: %s", error)


def _apart(answered: Answer) -> list[Answer]:
    """Each passage or quote of the first page as an answer of its own."""
    if answered.quotes:
        alone = [
            replace(answered, passages=(passage,), quotes=(cited,), remark="")
            for cited, passage, _ in shown_quotes(answered)
        ]
    else:
        alone = [replace(answered, passages=(passage,)) for passage, _ in shown_passages(answered, closest=False)]
    return alone if answered.passages else [answered]


def _result(answered: Answer, context: Context) -> InlineQueryResultArticle:
    """One result: its message names the question, as nothing above it does."""
    message = answer_html(answered, link=lambda passage: passage_link(passage, context.bot.username, None), asked=True)
    first = answered.passages[0] if answered.passages else None
    cited = answered.quotes[0].quote.text if answered.quotes else first.text if first else answered.remark
    return InlineQueryResultArticle(
        hashlib.sha256(message.encode("utf-8", "replace")).hexdigest()[:32],
        shortened(one_line(cited), _TITLE) or "saidwhat",
        _content(message),
        description=shortened(citation_line(first.citation, offsets=False), _DESCRIPTION) if first else None,
    )


def _content(html: str) -> InputTextMessageContent:
    return InputTextMessageContent(html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW)
