"""A citation in, the link that leads a reader to it out."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urldefrag

from bot.types import Citation, Passage
from embeddings.types import ArticleSummary

_WORDS = 5  # at either end of a longer sentence; enough to find it on a page
_LONGEST = 900  # characters of a link; Telegram takes about 9,500 bytes of links in a message
_WHOLE = 80  # characters of a sentence that is named in full
_TEXT_MESSAGE = re.compile(
    r"https://t\.me/(?:c/(?P<number>\d+)|(?P<name>\w+))(?:/\d+)?/(?P<message>\d+)(?:\?[^#]*)?"  # "?single", "?thread=3"
)
_FIRST_NUMBER = -(10**12)  # supergroups and channels are numbered downwards from here
_PAYLOAD = re.compile(r"([0-9a-f]{16})-([0-9a-z]{1,8})-([0-9a-z]{1,8})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def passage_link(passage: Passage, bot_name: str, chat: Place | None) -> str | None:
    """Where a reader in `chat` finds the passage: on the page that the article is from; in the message that brought it,
    if that is in this chat or in a public one; else shown by the bot itself, in a private chat. `chat` is None where it
    is not known. None where the bot would not show it: it shows what a chat brought in that chat only; but in a group a
    private channel's post is linked, for those who discuss the channel there read it."""
    citation, source = passage.citation, source_of(passage.citation)
    if source and (isinstance(source.chat, str) or (chat and source.is_in(chat))):
        return citation.url or ""
    if source or citation.url is None or not re.match(r"https?://", citation.url):
        if citation.shelf and (chat is None or chat.id < 0):
            return citation.url if source and chat else None
        return f"https://t.me/{bot_name}?start={payload_of(citation)}"
    whole = with_text_fragment(citation.url, passage.text)
    return whole if len(whole) <= _LONGEST else citation.url


def with_text_fragment(url: str, text: str) -> str:
    """`url` with the directive by which a browser scrolls to `text` and marks it.

    Source: https://wicg.github.io/scroll-to-text-fragment/.
    """
    words = text.split()
    ends = [" ".join(words)] if len(text) <= _WHOLE else [" ".join(words[:_WORDS]), " ".join(words[-_WORDS:])]
    directive = ",".join(quote(end, safe="", errors="replace").replace("-", "%2D") for end in ends)
    page, fragment = urldefrag(url)
    return f"{page}#{fragment}:~:text={directive}"


class Place(Protocol):
    """What is asked of a chat: its number, and its public name, if it has one."""

    @property
    def id(self) -> int: ...
    @property
    def username(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """The message that brought an article; its chat is known by number or by public name."""

    chat: int | str
    message_id: int

    def is_in(self, chat: Place) -> bool:
        """Whether `chat` is where the message stands."""
        return self.chat in (chat.id, (chat.username or "").casefold())


def source_of(citation: Citation) -> Source | None:
    """The message that brought the cited article; None where it is from elsewhere."""
    match = _TEXT_MESSAGE.fullmatch(citation.url or "")
    if match is None:
        return None
    chat = _FIRST_NUMBER - int(match["number"]) if match["number"] else match["name"].casefold()
    return Source(chat, int(match["message"]))


def link_to(chat: Place, message_id: int) -> str | None:
    """The link to a message, as `source_of` reads it; None where there is none: in private chats and small groups."""
    number = _FIRST_NUMBER - chat.id
    return f"https://t.me/{chat.username or f'c/{number}'}/{message_id}" if number > 0 else None


def payload_of(citation: Citation) -> str:
    """What follows `?start=` in the link to a passage: up to 64 of A-Za-z0-9_-."""
    return f"{_hash(citation.article)}-{_base36(citation.start)}-{_base36(citation.end)}"


def place_in(payload: str, held: list[ArticleSummary]) -> tuple[str, int, int] | None:
    """The place that `payload` names, in one of the articles `held`; None where there is no such article."""
    match = _PAYLOAD.fullmatch(payload)
    article = next((summary.id for summary in held if match and _hash(summary.id) == match[1]), None)
    return (article, int(match[2], 36), int(match[3], 36)) if match and article else None


def number_of(article: str) -> int:
    """A number by which a button names an article, of up to 19 digits."""
    return int(_hash(article)[:15], 16) + 1


def _hash(article: str) -> str:
    return hashlib.sha256(article.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
