"""What a test reads: messages, answers, requests, what waits and what the bot did wrong."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.world import Impossible, Post, Question, Rules

Json = dict[str, Any]


def messages(fake: Fake, chat: int) -> Json:
    """All messages of a chat, deleted ones too, in order."""
    posts = fake.world.chat(chat).posts
    return {"messages": [post_json(fake, posts[key]) for key in sorted(posts)]}


def inline_message(fake: Fake, inline_id: str) -> Json:
    """A message that was sent via the bot, or by it as a guest."""
    if inline_id not in fake.world.inline_posts:
        raise Impossible(f"There is no inline message {inline_id}.")
    return post_json(fake, fake.world.inline_posts[inline_id])


def post_json(fake: Fake, post: Post) -> Json:
    """A message as a test sees it, which is more than the bot does."""
    return {
        "message_id": post.message_id,
        "chat": post.chat_id,
        "sender": post.sender,
        "sender_chat": post.sender_chat,
        "by_bot": post.by_bot,
        "via_bot": post.via_bot,
        "text": post.text,
        "html": post.html,
        "entities": post.entities,
        "markup": post.markup,
        "reply_to": post.reply_to,
        "quote": post.quote,
        "thread": post.thread,
        "in_topic": post.in_topic,
        "date": post.date,
        "edit_date": post.edit_date,
        "history": [
            {"text": one.text, "entities": one.entities, "markup": one.markup, "until": one.until}
            for one in post.history
        ],
        "deleted": post.deleted,
        "inline_id": post.inline_id,
        "link_preview_options": post.link_preview_options,
        "reaction": post.reaction,
        "service": post.service,
    }


def question(fake: Fake, id: str) -> Json:
    """A query to the bot: when it was asked, handed over and answered, and the answer."""
    found = fake.world.question(id)
    return {f.name: getattr(found, f.name) for f in fields(Question) if f.name != "post"}


def profile(fake: Fake) -> Json:
    """The commands, names and descriptions that the bot has set."""
    return fake.profile.as_json()


def requests(fake: Fake, method: str | None = None, after: int = 0) -> Json:
    """The log of requests, of one method perhaps, with numbers above `after`."""
    chosen = [
        entry.as_json()
        for entry in fake.journal.entries
        if entry.number > after and (method is None or entry.method.lower() == method.lower())
    ]
    for entry in chosen:
        entry["params"] = {name: _plain(value) for name, value in entry["params"].items()}
    return {"requests": chosen}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else repr(value)


def pending(fake: Fake) -> Json:
    """The updates that the bot has not confirmed."""
    return {"updates": fake.updates.pending()}


def handed_over(fake: Fake) -> Json:
    """When each update was first given to the bot: pairs of its id and seconds since the epoch."""
    return {"updates": list(fake.handed_over.items())}


def unanswered(fake: Fake, older_than: float | None = None) -> Json:
    """The queries that the bot was given and did not answer in time."""
    return {"unanswered": fake.unanswered(older_than)}


def violations(fake: Fake) -> Json:
    """All that the bot did wrong, queries left unanswered included."""
    late = [
        {
            "kind": "unanswered",
            "text": f"{one['kind']} query {one['id']} ({one['text']!r}) without an answer for {one['seconds']:.0f} s",
            "method": None,
            "request": None,
            "at": None,
        }
        for one in fake.unanswered()
    ]
    return {"violations": [*fake.journal.violations, *late]}


def forgive(fake: Fake) -> Json:
    """Empties the journal of violations, for a test that provoked them. Returns what it held."""
    held = list(fake.journal.violations)
    fake.journal.violations.clear()
    return {"violations": held}


def rules(fake: Fake, **changes: Any) -> Json:
    """Sets some of Telegram's behaviour and returns all of it."""
    known = {f.name for f in fields(Rules)}
    if not known.issuperset(changes):
        raise Impossible(f"There is no rule {', '.join(sorted(set(changes) - known))}; there are {sorted(known)}.")
    for name, value in changes.items():
        setattr(fake.world.rules, name, value)
    return {name: getattr(fake.world.rules, name) for name in sorted(known)}


def fault(fake: Fake, **what: Any) -> Json:
    """Schedules a fault; see `faults.Fault`."""
    fake.plan.add(**what)
    return {}


def faults(fake: Fake) -> Json:
    """The faults that are still to strike."""
    return {
        "faults": [
            {"kind": one.kind, "method": one.method, "left": one.left, "struck": one.struck} for one in fake.plan.faults
        ]
    }


def no_faults(fake: Fake) -> Json:
    """Drops all faults."""
    fake.plan.faults.clear()
    return {}


def raw_update(fake: Fake, update: Json) -> Json:
    """Queues any object as an update, unchecked."""
    return {"update_id": fake.updates.add_raw(update)}


def repeat_update(fake: Fake, update_id: int) -> Json:
    """Hands an update over again, under the same id."""
    if update_id not in fake.updates.past:
        raise Impossible(f"There was no update {update_id}.")
    fake.updates.repeat(update_id)
    return {}
