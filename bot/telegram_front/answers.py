"""Messages in, answers under them out: questions, commands that stand for questions, edits, and talk in groups."""

from __future__ import annotations

import logging
from datetime import timedelta
from html import escape

from telegram import Chat, Message, Update
from telegram.constants import ChatType

from bot.asking import taken_as
from bot.questions.line import asks_for_speech
from bot.render.as_html import answer_html
from bot.telegram_front.asked import addressed, asker_of, question_in
from bot.telegram_front.desk import Context
from bot.telegram_front.keyboards import under_answer
from bot.telegram_front.links import passage_link, source_of
from bot.telegram_front.sending import Reply, edit, send
from bot.types import Answer
from bot.words import say

log = logging.getLogger(__name__)

_AFTERTHOUGHT = timedelta(minutes=2)  # in which an edit can make a message a question to the bot


async def ask_command(update: Update, context: Context) -> None:
    """/ask with a question, or in reply to somebody's."""
    message = update.effective_message
    if message is None:
        return
    asked, to = question_in(message, context.bot), message
    if not asked and message.reply_to_message:
        asked, to = message.reply_to_message.text or "", message.reply_to_message
    if asked:
        await _answer(context, asked, to, message)
    else:
        await _show(context, Reply(say("tg_ask_what", example=say("tg_example"))), message, message)


async def question_command(update: Update, context: Context) -> None:
    """/quotes and /who, which stand for questions."""
    message = update.effective_message
    if message:
        await _answer(context, question_in(message, context.bot), message, message)


async def text(update: Update, context: Context) -> None:
    """Plain text: a question in a private chat; elsewhere only where it is addressed to the bot, or surely answered."""
    message = update.effective_message
    if message is None or not message.text:
        return
    to_bot, question = addressed(message, context.bot)
    if to_bot or message.chat.type == ChatType.PRIVATE:
        await _answer(context, question, message, message)
    elif message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
        await _overhear(context, question, message)


async def edited(update: Update, context: Context) -> None:
    """An edited question: its answer is edited. One that was no question, or of the bot's time before, is let be."""
    message = update.effective_message
    if message is None or not message.text:
        return
    desk = context.desk
    told = await desk.kept(desk.conversations.told, asker_of(message), message.message_id)
    since = (message.edit_date or message.date) - message.date
    if told is None and (since > _AFTERTHOUGHT or message.date.timestamp() < desk.started):
        return  # it may have been answered, in a message that is not known any more
    if message.text.startswith("/"):
        command = message.text.split()[0][1:].casefold()
        name, _, of = command.partition("@")
        if name not in ("ask", "quotes", "who") or (of and of != context.bot.username.casefold()):
            return
        asked = question_in(message, context.bot)
    else:
        to_bot, asked = addressed(message, context.bot)
        if not (told or to_bot or message.chat.type == ChatType.PRIVATE):
            return
    if asked:
        await _answer(context, asked, message, message)


async def _answer(context: Context, question: str, to: Message, by: Message) -> None:
    """Answer in reply to the message `to`, which holds the question: there the buttons look for it again."""
    desk, asker = context.desk, asker_of(by)
    earlier = await desk.kept(desk.conversations.earlier, asker, before=to.message_id)
    only = await desk.kept(desk.conversations.only, asker)
    log.debug("asked: %s", question)
    answered = await desk.asked(question, to.chat.id, only=only, earlier=earlier)
    if answered is None:
        await _show(context, Reply(say("tg_sorry")), to, by)
    else:
        await _show(context, await reply_of(context, answered, to.chat, only=only), to, by, answered)


async def _overhear(context: Context, question: str, to: Message) -> None:
    """Answer "what did X say?" that was asked in a group, but not of the bot: where its admins chose so, and surely.

    Only quotes answer there.
    """
    desk = context.desk
    if not (await desk.chat(to.chat.id)).unaddressed or not asks_for_speech(question):
        return
    answered = await desk.asked(question, to.chat.id)
    if answered is None or not answered.quotes or desk.pacing.is_busy(to.chat.id):
        return
    if answered.confidence >= max(desk.settings.unaddressed_threshold, desk.settings.answer_threshold):
        await _show(context, await reply_of(context, answered, to.chat), to, to, answered)


async def reply_of(
    context: Context, answered: Answer, chat: Chat, *, closest: bool = False, only: str | None = None
) -> Reply:
    """An answer as it is shown in `chat`, with its buttons; a refusal with questions that would be answered.

    `only` is the one article that was asked, if it was one.
    """
    desk = context.desk
    html = answer_html(
        answered, closest=closest, link=lambda passage: passage_link(passage, context.bot.username, chat)
    )
    if answered.status == "not_found" and not closest:
        suggested = await desk.suggested(chat.id, only)
        if suggested:
            html += f"\n\n{say('suggested')}\n{listed(suggested)}"
    source = source_of(answered.passages[0].citation) if answered.passages else None
    in_chat = source is not None and source.is_in(chat)
    buttons = None if closest else under_answer(answered, desk.settings.top_k, in_chat=in_chat)
    marker = escape(taken_as(answered.question), quote=False)
    return Reply(html, buttons, answers=True, marker=marker)


def listed(questions: tuple[str, ...]) -> str:
    """Questions in Telegram's HTML, one a line."""
    return "\n".join(f"• <i>{escape(question, quote=False)}</i>" for question in questions)


async def _show(context: Context, reply: Reply, to: Message, by: Message, answered: Answer | None = None) -> None:
    """Reply to the message `to`, or edit the reply that it has; an answer is kept for what its asker asks next."""
    desk, asker = context.desk, asker_of(by)
    before = await desk.kept(desk.conversations.shown_in, asker, to.message_id)
    if before is None or not await edit(context.bot, reply.html, reply.buttons, to.chat.id, before):
        before = await send(context.bot, to, reply)
    if answered:
        await desk.kept(desk.conversations.add, asker, to.message_id, answered, before)
        desk.monitor.answers.labels(answered.status).inc()
