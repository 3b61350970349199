"""What people ask of the bot other than by messages: taps on its buttons, inline queries, calls as a guest."""

from __future__ import annotations

import time
from typing import Any

from tests.strict_telegram import texts
from tests.strict_telegram.fake import Fake
from tests.strict_telegram.rendering import message_json, user_json
from tests.strict_telegram.world import Impossible, Post, Question

Json = dict[str, Any]

FIRST_QUERY_ID = 4_382_000_000_000_000_000
LONGEST_QUERY = 256


def _ask(fake: Fake, question: Question) -> Question:
    fake.world.questions[question.id] = question
    return question


def _query_id(fake: Fake) -> str:
    return str(FIRST_QUERY_ID + fake.world.fresh())


def tap(
    fake: Fake,
    user: int,
    button: str,
    chat: int | None = None,
    message_id: int | None = None,
    inline_id: str | None = None,
    stale: bool = False,
) -> Json:
    """A user taps a button, named by its text, that the message shows now; `stale` allows one that it showed before.

    Returns the id of the callback query.
    """
    asker = fake.world.user(user)
    if inline_id is not None:
        if inline_id not in fake.world.inline_posts:
            raise Impossible(f"There is no inline message {inline_id}.")
        post = fake.world.inline_posts[inline_id]
    elif chat is not None and message_id is not None:
        post = fake.world.post(chat, message_id)
    else:
        raise Impossible("Tell the chat and the message, or the inline message, whose button is tapped.")
    markups = [post.markup, *(version.markup for version in reversed(post.history))] if stale else [post.markup]
    buttons = [one for markup in markups if markup for row in markup["inline_keyboard"] for one in row]
    found = next((one for one in buttons if one["text"] == button), None)
    if found is None:
        raise Impossible(f"The message shows no button {button!r}; it shows {[one['text'] for one in buttons]}.")
    if "callback_data" not in found:
        raise Impossible(f"A tap on {button!r} opens {found.get('url', 'something else')} and tells the bot nothing.")
    question = _ask(fake, Question(_query_id(fake), "callback", user, found["callback_data"], chat=chat, post=post))
    query: Json = {
        "id": question.id,
        "from": user_json(asker),
        "chat_instance": str(7_000_000_000_000_000_000 - abs(post.chat_id)),
        "data": found["callback_data"],
    }
    if post.inline_id:
        query["inline_message_id"] = post.inline_id
    else:
        query["message"] = message_json(fake.world, post)
    return {"id": question.id, "update_id": fake.emit("callback_query", query)}


def inline(fake: Fake, user: int, query: str, chat_type: str = "private", offset: str = "") -> Json:
    """A user types after the bot's name in some chat. Returns the id of the inline query."""
    asker = fake.world.user(user)
    if len(query) > LONGEST_QUERY:
        raise Impossible(f"An inline query has at most {LONGEST_QUERY} characters.")
    question = _ask(fake, Question(_query_id(fake), "inline", user, query))
    shown = {
        "id": question.id,
        "from": user_json(asker),
        "query": query,
        "offset": offset,
        "chat_type": chat_type,
    }
    return {"id": question.id, "update_id": fake.emit("inline_query", shown)}


def choose(fake: Fake, query_id: str, result_id: str, chat: int) -> Json:
    """The user who asked picks a result, which they then send into a chat, via the bot.

    The message has an `inline_message_id`, by which the bot can edit it, if there is a keyboard under it.
    """
    question = fake.world.question(query_id)
    results = (question.answer or {}).get("results", [])
    result = next((one for one in results if one["id"] == result_id), None)
    if result is None:
        raise Impossible(f"The bot offered no result {result_id!r}; it offered {[one['id'] for one in results]}.")
    there = fake.world.chat(chat)
    if there.is_group:
        there.members.setdefault(question.user, "member")
    post = Post(
        chat,
        0,
        int(time.time()),
        result["text"],
        result["entities"],
        sender=question.user,
        markup=result["markup"],
        via_bot=True,
        link_preview_options=result["link_preview_options"],
        inline_id=f"inline-{fake.world.fresh()}" if result["markup"] else None,
    )
    fake.world.add(post)
    chosen: Json = {
        "result_id": result_id,
        "from": user_json(fake.world.user(question.user)),
        "query": question.text,
    }
    if post.inline_id:
        fake.world.inline_posts[post.inline_id] = post
        chosen["inline_message_id"] = post.inline_id
    if fake.world.rules.inline_feedback:
        fake.emit("chosen_inline_result", chosen)
    fake.tell(post)
    return {"chat": chat, "message_id": post.message_id, "inline_id": post.inline_id}


def guest(fake: Fake, user: int, chat: int, text: str, reply_to: int | None = None) -> Json:
    """A user mentions the bot in a group that it is no member of. Returns the id of the guest query."""
    asker = fake.world.user(user)
    there = fake.world.chat(chat)
    if fake.world.bot_status(there) not in ("left", "kicked"):
        raise Impossible("The bot is a member there, so it is no guest.")
    formatted = texts.said(text)
    me = f"@{fake.world.bot.username}".lower()
    mentions = [texts.cut(formatted.text, one["offset"], one["length"]).lower() for one in formatted.entities]
    if me not in mentions:
        raise Impossible(f"A guest is called by its name: {me}.")
    there.members.setdefault(user, "member")
    replied = fake.world.post(chat, reply_to) if reply_to else None
    post = Post(
        chat,
        0,
        int(time.time()),
        formatted.text,
        formatted.entities,
        sender=asker.id,
        reply_to=reply_to,
    )
    post.thread, post.in_topic = fake.world.thread_of_reply(there, replied)
    fake.world.add(post)
    question = _ask(fake, Question(_query_id(fake), "guest", user, formatted.text, chat=chat, post=post))
    shown = {**message_json(fake.world, post), "guest_query_id": question.id}
    return {
        "id": question.id,
        "message_id": post.message_id,
        "update_id": fake.emit("guest_message", shown),
    }
