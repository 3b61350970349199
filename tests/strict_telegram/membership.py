"""Who is where: users, chats and topics come up, members join and leave, groups become supergroups."""

from __future__ import annotations

import time
from typing import Any

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.rendering import member_json, membership_json, user_json
from tests.strict_telegram.world import GROUP_ANONYMOUS_BOT, Chat, ChatType, Impossible, Post, User

Json = dict[str, Any]

PRESENT = ("creator", "administrator", "member")


def user(
    fake: Fake,
    id: int | None = None,
    first_name: str = "Ada",
    username: str | None = None,
    language_code: str | None = "en",
    started: bool = False,
) -> Json:
    """Makes a user, with a private chat of the same id that they have yet to open unless `started`."""
    user_id = id or 5000 + fake.world.fresh()
    fake.world.users[user_id] = User(user_id, first_name, username, language_code, started=started)
    fake.world.chats[user_id] = Chat(
        user_id, "private", username=username, members={user_id: "member", fake.world.bot.id: "member"}
    )
    return {"id": user_id}


def chat(
    fake: Fake,
    type: ChatType,
    id: int | None = None,
    title: str = "Readers",
    username: str | None = None,
    is_forum: bool = False,
    bot_status: str | None = None,
    members: dict[str, str] | None = None,
    linked: int | None = None,
) -> Json:
    """Makes a group, supergroup or channel that the bot is in: as a member, in a channel as an administrator.

    `members` holds statuses by user id; `linked` is the discussion group of a channel. No updates come of it.
    """
    if type == "private":
        raise Impossible("A private chat comes with its user().")
    if is_forum and type != "supergroup":
        raise Impossible("Only supergroups are forums.")
    number = fake.world.fresh()
    chat_id = id or (-4_000_000 - number if type == "group" else -1_002_000_000_000 - number)
    if chat_id >= 0 or (type == "group") == (chat_id < -1_000_000_000_000):
        raise Impossible(f"{chat_id} is no id of a {type}: supergroups' and channels' begin with -100.")
    # the first message of supergroups and channels is that they were created, which no bot gets
    made = Chat(chat_id, type, title, username, is_forum, linked, last_message_id=int(type != "group"))
    made.members[fake.world.bot.id] = bot_status or ("administrator" if type == "channel" else "member")
    made.members |= {fake.world.user(int(user_id)).id: status for user_id, status in (members or {}).items()}
    if linked is not None:
        fake.world.chat(linked).linked = chat_id
    fake.world.chats[chat_id] = made
    return {"id": chat_id}


def link(fake: Fake, channel: int, group: int | None = None) -> Json:
    """A supergroup becomes the discussion group of a channel, which then has no other; None is none.

    That bots get no update of it is unsure.
    """
    there = fake.world.chat(channel)
    if there.type != "channel" or (group is not None and fake.world.chat(group).type != "supergroup"):
        raise Impossible("A channel is linked to a supergroup.")
    for other in fake.world.chats.values():
        if other.linked in (channel, group) and other.linked is not None:
            other.linked = None
    there.linked = group
    if group is not None:
        fake.world.chat(group).linked = channel
    return {}


def topic(fake: Fake, chat: int, name: str, by: int | None = None) -> Json:
    """Somebody opens a topic in a forum, an anonymous administrator unless told. Returns its thread's id."""
    there = fake.world.chat(chat)
    if not there.is_forum:
        raise Impossible(f"Chat {chat} is no forum.")
    post = _service(fake, there, {"forum_topic_created": {"name": name, "icon_color": 7322096}}, by, tell=False)
    post.thread, post.in_topic = post.message_id, True
    there.topics[post.message_id] = name
    fake.tell(post)
    return {"thread": post.message_id}


def close_topic(fake: Fake, chat: int, thread: int) -> Json:
    """Somebody deletes a topic with its messages."""
    there = fake.world.chat(chat)
    if there.topics.pop(thread, None) is None:
        raise Impossible(f"Chat {chat} has no topic {thread}.")
    for post in there.posts.values():
        post.deleted = post.deleted or (post.in_topic and post.thread == thread)
    return {}


def member(fake: Fake, chat: int, status: str, user: int | None = None, by: int | None = None) -> Json:
    """Gives a user, or the bot where none is named, another status in a chat, with the updates that come of it."""
    there = fake.world.chat(chat)
    who = fake.world.bot.id if user is None else fake.world.user(user).id
    old, was = member_json(fake.world, there, who), there.members.get(who, "left")
    there.members[who] = status
    new = member_json(fake.world, there, who)
    who_did = by or who if user is not None else by or _somebody(fake, there)
    change = membership_json(fake.world, there, who_did, old, new)
    if user is None:
        fake.emit("my_chat_member", change)
    elif fake.world.bot_status(there) == "administrator":
        fake.emit("chat_member", change)
    if there.is_group and (status in PRESENT) != (was in PRESENT):
        shown = user_json(fake.world.users[who])
        said = {"new_chat_members": [shown]} if status in PRESENT else {"left_chat_member": shown}
        _service(fake, there, said, who_did)
    return {}


def _somebody(fake: Fake, chat: Chat) -> int:
    people = [who for who in chat.members if who != fake.world.bot.id]
    return people[0] if people else GROUP_ANONYMOUS_BOT


def _service(fake: Fake, chat: Chat, said: Json, by: int | None, *, tell: bool = True) -> Post:
    sender = by or GROUP_ANONYMOUS_BOT
    post = Post(chat.id, 0, int(time.time()), sender=sender, service=said)
    post.sender_chat = chat.id if sender == GROUP_ANONYMOUS_BOT else None
    fake.world.add(post)
    if tell:
        fake.tell(post)
    return post


def block(fake: Fake, user: int, blocked: bool = True) -> Json:
    """A user blocks the bot, or unblocks it."""
    there = fake.world.chat(user)
    old = member_json(fake.world, there, fake.world.bot.id)
    fake.world.user(user).blocked = blocked
    there.members[fake.world.bot.id] = "kicked" if blocked else "member"
    new = member_json(fake.world, there, fake.world.bot.id)
    fake.emit("my_chat_member", membership_json(fake.world, there, user, old, new))
    return {}


def deactivate(fake: Fake, user: int) -> Json:
    """A user deletes their account."""
    fake.world.user(user).deactivated = True
    return {}


def migrate(fake: Fake, chat: int, memberships: bool = False) -> Json:
    """A group becomes a supergroup, told by a service message on either side. Returns the new chat's id.

    `memberships` adds the bot's leaving the one and joining the other as `my_chat_member` updates, which come from
    real groups too; whether always is unsure.
    """
    old = fake.world.chat(chat)
    if old.type != "group" or old.migrated_to:
        raise Impossible(f"Chat {chat} is no group that can become a supergroup.")
    new = Chat(-1_002_000_000_000 - fake.world.fresh(), "supergroup", old.title, members=dict(old.members))
    fake.world.chats[new.id] = new
    bot = fake.world.bot.id
    present, gone = member_json(fake.world, new, bot), {"status": "left", "user": user_json(fake.world.bot)}
    by = _somebody(fake, old)
    if memberships:
        fake.emit("my_chat_member", membership_json(fake.world, old, by, present, gone))
        fake.emit("my_chat_member", membership_json(fake.world, new, by, gone, present))
    _service(fake, old, {"migrate_to_chat_id": new.id}, by)
    old.migrated_to = new.id
    _service(fake, new, {"migrate_from_chat_id": old.id}, GROUP_ANONYMOUS_BOT)
    return {"id": new.id}
