"""Where a citation's link leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_front.links import Source, link_to, passage_link, payload_of, place_in, source_of, with_text_fragment
from bot.types import Citation, Passage
from embeddings.types import ArticleSummary, Span

CITATION = Citation("bridge", "Harbour bridge", None, None, 2, 10, 20)
SUMMARY = ArticleSummary("bridge", "Harbour bridge", None, None, None, None, "bridge.txt", 4)


@dataclass(frozen=True)
class _Chat:
    id: int
    username: str | None = None


def _passage(url: str | None, text: str = "It opens in June.") -> Passage:
    return Passage(1, replace(CITATION, url=url), text, Span(10, 20), text, 1.0)


def test_a_page_is_opened_at_the_sentence() -> None:
    """The directive names a short sentence in full, and a longer one by its ends; it keeps the page's own fragment."""
    assert with_text_fragment("https://a.org/b?c=d", "It opens in June.") == (
        "https://a.org/b?c=d#:~:text=It%20opens%20in%20June."
    )
    longer = "The new bridge over the Orne, a well-known river, will open in June, the town council said on Monday."
    assert with_text_fragment("https://a.org/b#top", longer) == (
        "https://a.org/b#top:~:text=The%20new%20bridge%20over%20the,town%20council%20said%20on%20Monday."
    )


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_a_fragment_has_nothing_that_would_end_it(text: str) -> None:
    """Commas, hyphens and ampersands, which divide the parts of a directive, are percent-encoded in the text."""
    directive = with_text_fragment("https://a.org/", text).partition(":~:text=")[2]
    assert not set(directive) & set("-& #,\n")
    assert unquote(directive) == " ".join(text.split())


def test_without_a_page_the_bot_shows_the_passage() -> None:
    """The link starts the bot with the place; files and other addresses that nobody can open count as no page."""
    for url in (None, "ftp://a.org/b", "/home/ada/b.txt"):
        link = passage_link(_passage(url), "saidwhat_bot", _Chat(5))
        assert link == f"https://t.me/saidwhat_bot?start={payload_of(CITATION)}"


def test_what_a_chat_brought_is_shown_by_the_bot_in_private_only() -> None:
    """In a group, or where the reader is not known, the bot would not show it: then there is no link, but to a page."""
    brought = replace(_passage(None), citation=replace(CITATION, shelf="5"))
    link = f"https://t.me/saidwhat_bot?start={payload_of(brought.citation)}"
    assert passage_link(brought, "saidwhat_bot", _Chat(5)) == link
    for elsewhere in (None, _Chat(-5)):
        assert passage_link(brought, "saidwhat_bot", elsewhere) is None
        page = replace(brought, citation=replace(brought.citation, url="https://a.org/b"))
        assert (passage_link(page, "saidwhat_bot", elsewhere) or "").startswith("https://a.org/b#:~:text=")


def test_a_private_channel_s_post_is_linked_in_groups() -> None:
    """What a channel posted is shown in its discussion group, too, whose members follow it; not to who knows whom."""
    post = "https://t.me/c/1234567890/5"
    brought = replace(_passage(post), citation=replace(CITATION, url=post, shelf="-1001234567890"))
    assert passage_link(brought, "saidwhat_bot", _Chat(-5)) == post
    assert passage_link(brought, "saidwhat_bot", None) is None


@pytest.mark.parametrize(
    ("chat", "name", "link"),
    [
        (-1001234567890, None, "https://t.me/c/1234567890/5"),
        (-1001234567890, "orne", "https://t.me/orne/5"),
        (-5, None, None),
        (7, "ada", None),
    ],
)
def test_messages_have_links(chat: int, name: str | None, link: str | None) -> None:
    """Those of channels and supergroups, and only those; they are read as they are written."""
    assert link_to(_Chat(chat, name), 5) == link
    assert link is None or source_of(replace(CITATION, url=link)) == Source(name or chat, 5)


def test_a_link_that_is_too_long_leads_to_the_page_alone() -> None:
    """Telegram takes no endless links: then the page is opened at its top."""
    long = _passage("https://a.org/b", "漢" * 80)
    assert ":~:text=" in (passage_link(long, "saidwhat_bot", None) or "")
    page = "https://a.org/" + "b" * 800
    assert passage_link(_passage(page, "漢" * 80), "saidwhat_bot", None) == page


@given(st.text(min_size=1), st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_place_survives_its_link(article: str, start: int, length: int) -> None:
    """What follows ?start= is what Telegram takes, and is read as the place that it was made of."""
    payload = payload_of(replace(CITATION, article=article, start=start, end=start + length))
    assert len(payload) <= 64
    assert set(payload) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert place_in(payload, [SUMMARY, replace(SUMMARY, id=article)]) == (article, start, start + length)


@pytest.mark.parametrize("payload", ["", "ask", "0123456789abcdef-1-2", "x" * 64, "--", "0123456789abcdef-1"])
def test_other_payloads_name_no_place(payload: str) -> None:
    """What is no link of ours, or names an article that is gone, leads nowhere."""
    assert place_in(payload, [SUMMARY]) is None


def test_an_article_that_a_message_brought() -> None:
    """Such an article is cited by its message: in the chat where that is, and everywhere if the chat is public."""
    private, public = "https://t.me/c/1234567890/5", "https://t.me/Newsroom/7"
    assert passage_link(_passage(private), "saidwhat_bot", _Chat(-1001234567890)) == private
    for elsewhere in (None, _Chat(5)):
        shown = passage_link(_passage(private), "saidwhat_bot", elsewhere) or ""
        assert shown.startswith("https://t.me/saidwhat_bot?start=")
        assert passage_link(_passage(public), "saidwhat_bot", elsewhere) == public
    assert source_of(replace(CITATION, url=private)) == Source(-1001234567890, 5)
    assert source_of(replace(CITATION, url="https://t.me/c/77/3/9")) == Source(-1000000000077, 9)
    assert source_of(replace(CITATION, url="https://t.me/c/77/9?thread=3")) == Source(-1000000000077, 9)
    source = source_of(replace(CITATION, url=public))
    assert source == Source("newsroom", 7)
    assert source.is_in(_Chat(-5, "Newsroom"))
    assert not source.is_in(_Chat(-5))
    assert source_of(replace(CITATION, url="https://example.org/t.me/c/1/2")) is None
