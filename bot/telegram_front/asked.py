"""A Telegram message in, what it asks and of whom out."""

from __future__ import annotations

from telegram import Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.ext import ExtBot

from bot.asking import asked_by_command
from bot.telegram_front.lately import Asker
from bot.words import LANGUAGES, say, speaking


def topic_of(message: Message) -> int | None:
    """The forum topic of `message`; None in General, and in other chats, where a thread is but a chain of replies."""
    return message.message_thread_id if message.is_topic_message else None


def asker_of(message: Message) -> Asker:
    """Who asks, where: a person, or a channel that posts for itself, in one topic of a chat."""
    sender = message.sender_chat or message.from_user
    return message.chat.id, topic_of(message), sender.id if sender else None


def question_in(message: Message, bot: ExtBot[None]) -> str:
    """The question that a message asks: what follows /ask, what another command stands for, or its text."""
    _, text = addressed(message, bot)
    if not text.startswith("/"):
        return text
    command, _, rest = text.partition(" ")
    return asked_by_command(command[1:].partition("@")[0].casefold(), rest)


def is_to_bot(message: Message, bot: ExtBot[None]) -> bool:
    """Whether `message` speaks to the bot: in a private chat, as a command, or addressed."""
    is_command = bool(message.text and message.text.startswith("/"))
    return message.chat.type == ChatType.PRIVATE or is_command or addressed(message, bot)[0]


def addressed(message: Message, bot: ExtBot[None]) -> tuple[bool, str]:
    """Whether a message speaks to the bot by reply or mention; and its text without the mention."""
    text = message.text or ""
    replied = message.reply_to_message
    to_bot = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    for entity in message.entities:
        if entity.type not in (MessageEntity.MENTION, MessageEntity.TEXT_MENTION):
            continue
        mentioned = text_of(entity, message.text or "")
        by_id = entity.user is not None and entity.user.id == bot.id
        if by_id or mentioned.casefold() == f"@{bot.username}".casefold():
            to_bot = True
            text = text.replace(mentioned, " ", 1)
    return to_bot, " ".join(text.split())


def text_of(entity: MessageEntity, text: str) -> str:
    """The part of a message's `text` that an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")


def asked_again(answer: Message, bot: ExtBot[None]) -> tuple[str, bool]:
    """The question that the bot's message `answer` answers, and whether it is a follow-up written out in full.

    It is read from what is seen; empty where it is not.

    A follow-up's answer begins with what it was taken for; any other is a reply to its question.
    """
    first = (answer.text or "").partition("\n")[0]
    for language in LANGUAGES:
        with speaking(language):
            for key in ("taken_as", "more_on"):
                label = say(key, question="")
                if first.startswith(label):
                    return first.removeprefix(label), True
    return question_in(answer.reply_to_message, bot) if answer.reply_to_message else "", False


def language_code(update: Update) -> str | None:
    """The language of whoever caused `update`, as Telegram tells it."""
    return update.effective_user.language_code if update.effective_user else None
