"""Who and what there is on this Telegram: users, chats with their members and messages, questions to the bot."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup", "channel"]

GENERAL_TOPIC = 1
GROUP_ANONYMOUS_BOT = 1087968824  # who an anonymous administrator's messages are "from"
CHANNEL_BOT = 136817688  # who a message sent in the name of a channel is "from"
TELEGRAM = 777000  # who a channel's post, forwarded to its discussion group, is "from"


class Impossible(Exception):
    """What a test asks for cannot happen on Telegram, such as a tap on a button that is not there."""


@dataclass(slots=True)
class User:
    """A user or a bot; `started` says that they opened the private chat with the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Version:
    """What a message was before an edit."""

    text: str
    entities: list[Json]
    markup: Json | None
    until: float


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent; bots get it by `id`, and its bytes from `path`."""

    id: str
    unique_id: str
    path: str
    name: str
    data: bytes


@dataclass(slots=True)
class Post:
    """A message. `thread` is what `message_thread_id` shows; `in_topic` says that it is a topic of a forum."""

    chat_id: int
    message_id: int
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    sender: int | None = None
    sender_chat: int | None = None
    by_bot: bool = False
    markup: Json | None = None
    reply_to: int | None = None
    quote: Json | None = None
    thread: int | None = None
    in_topic: bool = False
    edit_date: int | None = None
    history: list[Version] = field(default_factory=list)
    deleted: bool = False
    service: Json = field(default_factory=dict)
    origin: Json | None = None
    automatic: bool = False
    via_bot: bool = False
    inline_id: str | None = None
    guest_caller: int | None = None
    link_preview_options: Json | None = None
    signature: str | None = None
    html: str | None = None
    reaction: list[Json] = field(default_factory=list)
    document: Upload | None = None


@dataclass(slots=True)
class Chat:
    """A chat; `members` holds statuses by user, the bot's own under its id; `topics` names by thread."""

    id: int
    type: ChatType
    title: str | None = None
    username: str | None = None
    is_forum: bool = False
    linked: int | None = None
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    last_message_id: int = 0

    @property
    def is_group(self) -> bool:
        return self.type in ("group", "supergroup")


@dataclass(slots=True)
class Question:
    """A callback, inline or guest query: asked, perhaps handed to the bot, perhaps answered."""

    id: str
    kind: Literal["callback", "inline", "guest"]
    user: int
    text: str
    asked: float = field(default_factory=time.time)
    handed_over: float | None = None
    answered: float | None = None
    answer: Json | None = None
    chat: int | None = None
    post: Post | None = None


@dataclass(slots=True)
class Rules:
    """What of Telegram's behaviour a test may set; lifetimes in seconds, limits in requests."""

    can_read_all_group_messages: bool = False
    mentions_delivered: bool = True
    inline_feedback: bool = True
    callback_lifetime: float = 15.0
    inline_lifetime: float = 10.0
    strict_flood: bool = True
    flood: bool = False
    group_limit: int = 20
    second_limit: int = 30
    latency: float = 0.0


class World:
    """Everything that is the case. Message ids count up in each supergroup and channel, and over all other chats."""

    def __init__(self, bot_id: int, username: str, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.bot = User(bot_id, "SaidWhat", username, is_bot=True)
        self.users: dict[int, User] = {
            bot_id: self.bot,
            GROUP_ANONYMOUS_BOT: User(GROUP_ANONYMOUS_BOT, "Group", "GroupAnonymousBot", is_bot=True),
            CHANNEL_BOT: User(CHANNEL_BOT, "Channel", "Channel_Bot", is_bot=True),
            TELEGRAM: User(TELEGRAM, "Telegram"),
        }
        self.chats: dict[int, Chat] = {}
        self.inline_posts: dict[str, Post] = {}
        self.questions: dict[str, Question] = {}
        self.uploads: dict[str, Upload] = {}
        self._account_messages = 0
        self._next = 0

    def fresh(self) -> int:
        """A number that was not given out before."""
        self._next += 1
        return self._next

    def user(self, user_id: int) -> User:
        """Raises `Impossible` where a test did not make that user."""
        try:
            return self.users[user_id]
        except KeyError:
            raise Impossible(f"There is no user {user_id}: make one with user().") from None

    def chat(self, chat_id: int) -> Chat:
        """Raises `Impossible` where there is no such chat."""
        try:
            return self.chats[chat_id]
        except KeyError:
            raise Impossible(f"There is no chat {chat_id}: make one with user() or chat().") from None

    def post(self, chat_id: int, message_id: int) -> Post:
        """Raises `Impossible` where there is no such message, or it was deleted."""
        post = self.chat(chat_id).posts.get(message_id)
        if post is None or post.deleted:
            raise Impossible(f"There is no message {message_id} in chat {chat_id}.")
        return post

    def question(self, question_id: str) -> Question:
        """Raises `Impossible` where nobody asked that."""
        try:
            return self.questions[question_id]
        except KeyError:
            raise Impossible(f"There is no query {question_id}.") from None

    def add(self, post: Post) -> Post:
        """Puts a message into its chat; `message_id` 0 asks for the next one."""
        chat = self.chats[post.chat_id]
        if not post.message_id:
            if chat.type in ("supergroup", "channel"):
                chat.last_message_id += 1
                post.message_id = chat.last_message_id
            else:
                self._account_messages += 1
                post.message_id = self._account_messages
        chat.posts[post.message_id] = post
        return post

    def revise(self, post: Post, text: str, entities: list[Json], markup: Json | None) -> None:
        """Edits a message in place and keeps what it was."""
        post.history.append(Version(post.text, post.entities, post.markup, time.time()))
        post.text, post.entities, post.markup, post.edit_date = text, entities, markup, int(time.time())

    def bot_status(self, chat: Chat) -> str:
        return chat.members.get(self.bot.id, "left")

    def thread_of_reply(self, chat: Chat, replied: Post | None) -> tuple[int | None, bool]:
        """The thread that a reply falls into, and whether it is a forum's topic.

        In a supergroup the thread is the first message of the chain of replies, shown without `is_topic_message`. That
        this holds in a forum's General topic too is unsure.
        """
        if replied is None or chat.type != "supergroup":
            return None, False
        if replied.in_topic:
            return replied.thread, True
        return replied.thread or replied.message_id, False

    def reads(self, chat: Chat, post: Post) -> bool:
        """Whether the bot is shown a message: it is a member, and privacy mode lets the message through.

        Privacy mode (core.telegram.org/bots/features#privacy-mode; mentions are unsure, so they can be switched off)
        lets through service messages, commands that open a message, replies to the bot and what was sent via it.
        """
        if chat.type == "private":
            return True
        status = self.bot_status(chat)
        if status in ("left", "kicked"):
            return False
        if chat.type == "channel" or status == "administrator" or self.rules.can_read_all_group_messages:
            return True
        if post.service or post.via_bot:
            return True
        replied = chat.posts.get(post.reply_to or 0)
        if replied is not None and replied.by_bot:
            return True
        return any(self._calls_bot(post, entity) for entity in post.entities)

    def _calls_bot(self, post: Post, entity: Json) -> bool:
        said = post.text.encode("utf-16-le")[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])]
        words = said.decode("utf-16-le").lower()
        me = f"@{self.bot.username}".lower()
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            return "@" not in words or words.endswith(me)
        return entity["type"] == "mention" and self.rules.mentions_delivered and words == me
