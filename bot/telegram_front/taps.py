"""Taps on buttons in, the message under which they stand changed out. Every tap is answered, whatever it asks for."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, Update

from bot.asking import taken_as
from bot.citations import in_paragraph
from bot.questions.line import read_question
from bot.render.as_html import context_html
from bot.telegram_front import keyboards, listing
from bot.telegram_front.answers import reply_of
from bot.telegram_front.asked import asked_again, asker_of
from bot.telegram_front.chat_settings import choose
from bot.telegram_front.desk import Context
from bot.telegram_front.gate import is_allowed
from bot.telegram_front.keyboards import tapped
from bot.telegram_front.links import passage_link, source_of
from bot.telegram_front.memory import question_hash
from bot.telegram_front.sending import Reply, Tap, acknowledge, edit, send
from bot.types import Answer, Question
from bot.words import say


async def tap(update: Update, context: Context) -> None:
    """Do what a button asks for; a short word to whoever tapped, where it cannot be done or nothing is seen of it."""
    query = update.callback_query
    if query is None:
        return
    asked = tapped(query.data)
    is_ours = isinstance(query.message, Message) and is_allowed(update, context.desk.settings.allowed_chats)
    if asked is None or not isinstance(query.message, Message) or not is_ours:
        await acknowledge(query)
        return
    done = Tap(query, query.message, asked)
    try:
        await _do(done, context)
    finally:
        await done.answer()


async def _do(tap: Tap, context: Context) -> None:
    """What the message itself does not show is told to whoever tapped."""
    kind, message = tap.asked.kind, tap.message
    if kind in keyboards.SETTINGS:
        await choose(tap, context)
        return
    if kind in keyboards.LISTS:
        await listing.tapped(tap, context)
        return
    question = await _question_of(message, context)
    if question is None:
        await tap.answer(say("tg_gone"))
        return
    if kind in (keyboards.UP, keyboards.DOWN):
        await tap.answer(await _vote(tap, question, context))
        return
    desk = context.desk
    answered = await desk.paged(question, message.chat.id, await _told(message, context), tap.asked.number)
    if answered is None:
        await tap.answer(say("tg_sorry"))
    elif kind == keyboards.CONTEXT:
        await _show_context(answered, tap, context)
    elif kind == keyboards.IN_CHAT:
        await _show_in_chat(answered, tap, context)
    else:
        reply = await reply_of(context, answered, message.chat, closest=kind == keyboards.CLOSEST)
        await tap.answer()
        await edit(context.bot, reply.html, reply.buttons, message.chat.id, message.message_id)


async def _question_of(message: Message, context: Context) -> Question | None:
    """The question that the bot's `message` answers: as it was read, or, where that is not kept, read again."""
    told = await _told(message, context)
    if told:
        return told.question
    text, is_follow_up = asked_again(message, context.bot)
    question = read_question(text)
    return replace(question, typed=text) if text and is_follow_up else question if text else None


async def _told(message: Message, context: Context) -> Answer | None:
    """What the bot's `message` tells, as long as that is kept."""
    asked = message.reply_to_message
    desk = context.desk
    return await desk.kept(desk.conversations.told, asker_of(asked), asked.message_id) if asked else None


async def _show_context(answered: Answer, tap: Tap, context: Context) -> None:
    desk, message = context.desk, tap.message
    place = answered.passages[0].citation.place if answered.passages else None
    shown = await desk.done(in_paragraph, place, desk.library) if place else None
    if shown is None:
        await tap.answer(say("tg_gone"))
        return
    await tap.answer()
    link = passage_link(shown, context.bot.username, message.chat)
    html = context_html(shown, link, taken_as(answered.question))
    await edit(context.bot, html, keyboards.under_context(answered.offset), message.chat.id, message.message_id)


async def _show_in_chat(answered: Answer, tap: Tap, context: Context) -> None:
    """Reply to the message that brought the article, quoting the passage: a tap on the quote leads there."""
    message, passage = tap.message, answered.passages[0] if answered.passages else None
    source = source_of(passage.citation) if passage else None
    if passage is None or source is None or not source.is_in(message.chat):
        await tap.answer(say("tg_gone"))
        return
    await tap.answer()
    shown = message.chat.id, message.message_id, 0
    if await context.desk.kept(context.desk.taps.swap, shown, passage.text) != passage.text:
        brought = Message(source.message_id, message.date, message.chat)
        await send(context.bot, brought, Reply(say("tg_it_says_here"), quote=passage.text))


async def _vote(tap: Tap, question: Question, context: Context) -> str:
    """Count a thumb; the other one of the same person takes its place."""
    kind, desk = tap.asked.kind, context.desk
    ballot = tap.message.chat.id, tap.message.message_id, tap.query.from_user.id
    before = await desk.kept(desk.taps.swap, ballot, kind)  # at once: a second tap comes while the first is counted
    if before != kind:
        counts = {kind: 1} | ({before: -1} if before else {})
        if not await desk.done(desk.memory.vote, question_hash(question.text), **counts):
            await desk.kept(desk.taps.swap, ballot, before or "")
            return say("tg_sorry")
    return say("tg_voted")
