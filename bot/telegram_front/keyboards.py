"""An Answer in, the buttons under it out; and what a tapped button asks for.

A button's data is a word and a number, and nothing of the question: `page:3` is the page from the fourth one on.
An article's number is made of its id (links.py), so that an old button never means another one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ChatType

from bot.render.wording import next_offset, one_line, shortened
from bot.telegram_front.memory import ChatSettings
from bot.types import Answer
from bot.words import LANGUAGES, say

PAGE, CLOSEST, CONTEXT, SHOW, IN_CHAT, UP, DOWN = "page", "closest", "context", "show", "in_chat", "up", "down"
UNADDRESSED, LANGUAGE, MEMBERS_ADD, INDEX_POSTS = "unaddressed", "language", "members_add", "index_posts"
ARTICLES, REMOVABLE, ONLY, REMOVE = "articles", "removable", "only", "remove"
SETTINGS, LISTS = (UNADDRESSED, LANGUAGE, MEMBERS_ADD, INDEX_POSTS), (ARTICLES, REMOVABLE, ONLY, REMOVE)
_KINDS = (PAGE, CLOSEST, CONTEXT, SHOW, IN_CHAT, UP, DOWN, *SETTINGS, ARTICLES, REMOVABLE)
_DATA = re.compile(rf"(?:({'|'.join(_KINDS)}):(\d{{1,6}})|({ONLY}|{REMOVE}):(\d{{1,19}}))", re.ASCII)
_BUTTON = 60  # UTF-16 units of a title


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a button asks for: its kind, and a number that depends on it."""

    kind: str
    number: int


def tapped(data: str | None) -> Tapped | None:
    """What the button with `data` asks for; None where it is none of ours."""
    match = _DATA.fullmatch(data or "")
    return Tapped(match[1] or match[3], int(match[2] or match[4])) if match else None


def _button(text: str, kind: str, number: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=f"{kind}:{number}")


def _switch(text: str, kind: str, is_on: bool) -> InlineKeyboardButton:
    return _button(f"✓ {text}" if is_on else text, kind, int(not is_on))


def under_answer(answer: Answer, top_k: int, *, in_chat: bool = False) -> InlineKeyboardMarkup | None:
    """Pages, context and thumbs under an answer; `in_chat` where a message of this chat brought what it cites."""
    if answer.closest:
        return InlineKeyboardMarkup([[_button(say("tg_closest_button"), CLOSEST)]])
    if not answer.passages:
        return None
    turn = []
    if answer.offset:
        turn.append(_button(say("tg_back_button"), PAGE, max(0, answer.offset - top_k)))
    following = next_offset(answer)
    if following is not None:
        turn.append(_button(say("tg_more_quotes_button" if answer.quotes else "tg_more_button"), PAGE, following))
    look = [_button(say("tg_context_button"), CONTEXT, answer.offset)]
    if in_chat:
        look.append(_button(say("tg_in_chat_button"), IN_CHAT, answer.offset))
    return InlineKeyboardMarkup([turn + look, [_button("👍", UP), _button("👎", DOWN)]])


def under_context(offset: int) -> InlineKeyboardMarkup:
    """The way back from a passage in its paragraph to the answer."""
    return InlineKeyboardMarkup([[_button(say("tg_back_button"), PAGE, offset)]])


def show_again() -> InlineKeyboardMarkup:
    """For an answer that may have been lost on the way."""
    return InlineKeyboardMarkup([[_button(say("tg_show_button"), SHOW)]])


def under_settings(chosen: ChatSettings, chat_type: str) -> InlineKeyboardMarkup:
    """One button a setting that a chat of `chat_type` has; it holds the value that a tap would set."""
    rows = []
    if chat_type in (ChatType.GROUP, ChatType.SUPERGROUP):
        rows.append([_switch(say("tg_unaddressed_button"), UNADDRESSED, chosen.unaddressed)])
        rows.append([_switch(say("tg_members_add_button"), MEMBERS_ADD, chosen.members_add)])
    elif chat_type == ChatType.CHANNEL:
        rows.append([_switch(say("tg_index_posts_button"), INDEX_POSTS, chosen.index_posts)])
    names = [say("tg_any_language_button"), *(say(f"language_names.{code}") for code in LANGUAGES)]
    chosen_at = 0 if chosen.language not in LANGUAGES else 1 + LANGUAGES.index(chosen.language)
    marked = [("✓ " if number == chosen_at else "") + name for number, name in enumerate(names)]
    rows.append([_button(name, LANGUAGE, number) for number, name in enumerate(marked)])
    return InlineKeyboardMarkup(rows)


def under_list(
    kind: str, numbered: Sequence[tuple[str, int]], *, back: int | None, more: int | None, everything: bool = False
) -> InlineKeyboardMarkup:
    """A button an article, of those `numbered` by title and number, and the way to other pages of a list of `kind`.

    `everything` where all articles can be asked again.
    """
    one = ONLY if kind == ARTICLES else REMOVE
    rows = [[_button(shortened(one_line(title), _BUTTON) or "–", one, number)] for title, number in numbered]
    turns = [("tg_back_button", back), ("tg_more_button", more)]
    turn = [_button(say(key), kind, start) for key, start in turns if start is not None]
    rows += [turn] if turn else []
    rows += [[_button(say("tg_ask_all_button"), ONLY)]] if everything else []
    return InlineKeyboardMarkup(rows)
