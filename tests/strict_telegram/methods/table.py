"""The methods of the Bot API that this fake plays: a name in any case in, its parameters' model and its handler out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import methods
from aiogram.methods import TelegramMethod

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.methods import about, answers, chats, files, messages, receiving

Handler = Callable[[Fake, Any, Entry], Awaitable[Any]]

_PLAYED: tuple[tuple[type[TelegramMethod[Any]], Handler], ...] = (
    (methods.GetMe, about.get_me),
    (methods.GetUpdates, receiving.get_updates),
    (methods.SetWebhook, receiving.set_webhook),
    (methods.DeleteWebhook, receiving.delete_webhook),
    (methods.GetWebhookInfo, receiving.get_webhook_info),
    (methods.SendMessage, messages.send_message),
    (methods.EditMessageText, messages.edit_message_text),
    (methods.EditMessageReplyMarkup, messages.edit_message_reply_markup),
    (methods.DeleteMessage, messages.delete_message),
    (methods.SetMessageReaction, messages.set_message_reaction),
    (methods.AnswerCallbackQuery, answers.answer_callback_query),
    (methods.AnswerInlineQuery, answers.answer_inline_query),
    (methods.AnswerGuestQuery, answers.answer_guest_query),
    (methods.GetFile, files.get_file),
    (methods.SendChatAction, chats.send_chat_action),
    (methods.GetChat, chats.get_chat),
    (methods.GetChatMember, chats.get_chat_member),
    (methods.GetChatAdministrators, chats.get_chat_administrators),
    (methods.SetMyCommands, about.set_my_commands),
    (methods.GetMyCommands, about.get_my_commands),
    (methods.DeleteMyCommands, about.delete_my_commands),
    (methods.SetMyName, about.set_my_name),
    (methods.GetMyName, about.get_my_name),
    (methods.SetMyDescription, about.set_my_description),
    (methods.GetMyDescription, about.get_my_description),
    (methods.SetMyShortDescription, about.set_my_short_description),
    (methods.GetMyShortDescription, about.get_my_short_description),
)
PLAYED: dict[str, tuple[type[TelegramMethod[Any]], Handler]] = {
    model.__api_method__.lower(): (model, handler) for model, handler in _PLAYED
}
KNOWN = {
    model.__api_method__.lower()
    for model in vars(methods).values()
    if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
}
