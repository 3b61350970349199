"""answerCallbackQuery, answerInlineQuery and answerGuestQuery: a query to the bot, answered once and in time."""

from __future__ import annotations

import re
import time
from typing import Any

from aiogram import types
from aiogram.methods import AnswerCallbackQuery, AnswerGuestQuery, AnswerInlineQuery

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.keyboards import shown_markup
from tests.strict_telegram.methods.messages import preview, read_text
from tests.strict_telegram.methods.unimplemented import Unimplemented
from tests.strict_telegram.refusals import (
    ANSWER_TOO_LONG,
    NEXT_OFFSET_INVALID,
    QUERY_TOO_OLD,
    RESULT_ID_DUPLICATE,
    RESULT_ID_EMPTY,
    RESULT_ID_INVALID,
    START_PARAM_EMPTY,
    START_PARAM_INVALID,
    START_PARAM_TOO_LONG,
    TOO_MANY_RESULTS,
    bad_request,
)
from tests.strict_telegram.rendering import checked
from tests.strict_telegram.world import Post, Question

Json = dict[str, Any]

MOST_ANSWERED = 200
MOST_RESULTS = 50
MOST_ID_BYTES = 64


def _open_question(fake: Fake, kind: str, question_id: str, lifetime: float) -> Question:
    question = fake.world.questions.get(question_id)
    if (
        question is None
        or question.kind != kind
        or question.answered is not None
        or time.time() - question.asked > lifetime
    ):
        raise bad_request(QUERY_TOO_OLD)
    return question


def _close(question: Question, answer: Json) -> bool:
    question.answered, question.answer = time.time(), answer
    return True


async def answer_callback_query(fake: Fake, call: AnswerCallbackQuery, entry: Entry) -> bool:
    """Shows the user a note, or only ends the wait on the button."""
    question = _open_question(fake, "callback", call.callback_query_id, fake.world.rules.callback_lifetime)
    if len(call.text or "") > MOST_ANSWERED:
        raise bad_request(ANSWER_TOO_LONG)
    if call.url and not call.url.startswith(f"https://t.me/{fake.world.bot.username}?start="):
        raise bad_request("URL_INVALID")  # unsure (MTProto, messages.setBotCallbackAnswer)
    answer = {"text": call.text, "show_alert": bool(call.show_alert), "url": call.url, "cache_time": call.cache_time}
    return _close(question, answer)


async def answer_inline_query(fake: Fake, call: AnswerInlineQuery, entry: Entry) -> bool:
    """Shows the user results to choose from."""
    if len(call.results) > MOST_RESULTS:
        raise bad_request(TOO_MANY_RESULTS)
    button = _button(call)
    results = [read_result(fake, result, entry) for result in call.results]
    question = _open_question(fake, "inline", call.inline_query_id, fake.world.rules.inline_lifetime)
    ids = [result["id"] for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request(RESULT_ID_DUPLICATE)
    if len((call.next_offset or "").encode()) > MOST_ID_BYTES:
        raise bad_request(NEXT_OFFSET_INVALID)
    answer = {
        "results": results,
        "button": button,
        "next_offset": call.next_offset,
        "cache_time": 300 if call.cache_time is None else call.cache_time,
        "is_personal": bool(call.is_personal),
    }
    return _close(question, answer)


def _button(call: AnswerInlineQuery) -> Json | None:
    if call.button is not None:
        if call.button.web_app is not None:
            raise Unimplemented("a Web App's button above inline results")
        text, parameter = call.button.text, call.button.start_parameter
        if parameter is None:
            # Client.cpp, get_inline_query_results_button
            raise bad_request(
                "can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field"
            )
    elif call.switch_pm_text:
        text, parameter = call.switch_pm_text, call.switch_pm_parameter or ""
    else:
        return None
    if not parameter:
        raise bad_request(START_PARAM_EMPTY)
    if len(parameter) > 64:
        raise bad_request(START_PARAM_TOO_LONG)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", parameter):
        raise bad_request(START_PARAM_INVALID)
    return {"text": text, "start_parameter": parameter}


def read_result(fake: Fake, result: types.InlineQueryResultUnion, entry: Entry) -> Json:
    """An article of text, ready to be sent: id, title, description, text, entities, markup.

    Raises:
        Refusal: Telegram does not take it.
        Unimplemented: it is no article of text.
    """
    if not isinstance(result, types.InlineQueryResultArticle):
        raise Unimplemented(f"an inline result of type {result.type}")
    content = result.input_message_content
    if not isinstance(content, types.InputTextMessageContent):
        raise Unimplemented(f"an inline result with {type(content).__name__}")
    if not result.id:
        raise bad_request(RESULT_ID_EMPTY)
    if len(result.id.encode()) > MOST_ID_BYTES:
        raise bad_request(RESULT_ID_INVALID)
    if not result.title.strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")  # unsure (MTProto, messages.setInlineBotResults)
    formatted = read_text(fake, content.message_text, content.parse_mode, content.entities, entry)
    return {
        "id": result.id,
        "title": result.title,
        "description": result.description,
        "text": formatted.text,
        "entities": formatted.entities,
        "markup": shown_markup(result.reply_markup),
        "link_preview_options": preview(content.link_preview_options, content.disable_web_page_preview),
    }


async def answer_guest_query(fake: Fake, call: AnswerGuestQuery, entry: Entry) -> Json:
    """Puts the bot's answer into a chat that it is no member of; that it replies to the question there is unsure."""
    result = read_result(fake, call.result, entry)
    question = _open_question(fake, "guest", call.guest_query_id, fake.world.rules.callback_lifetime)
    if question.chat is None or question.post is None:
        raise bad_request(QUERY_TOO_OLD)
    post = fake.world.add(
        Post(
            question.chat,
            0,
            int(time.time()),
            result["text"],
            result["entities"],
            sender=fake.world.bot.id,
            by_bot=True,
            markup=result["markup"],
            reply_to=question.post.message_id,
            thread=question.post.thread,
            in_topic=question.post.in_topic,
            inline_id=f"guest-{fake.world.fresh()}",
            guest_caller=question.user,
            link_preview_options=result["link_preview_options"],
        )
    )
    inline_id = post.inline_id or ""
    fake.world.inline_posts[inline_id] = post
    _close(question, result)
    return checked(types.SentGuestMessage, {"inline_message_id": inline_id})
