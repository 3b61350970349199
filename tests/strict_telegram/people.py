"""What people do on the fake Telegram, and what goes wrong there, as plain methods."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.strict_telegram.process import FakeProcess
from tests.strict_telegram.seen import Seen

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a message: `delivered` says whether the bot is told of it, `discussed_as` is its auto-forward."""

    chat: int
    message_id: int
    update_id: int | None
    delivered: bool
    discussed_as: int | None = None


class People(FakeProcess):
    """Users, chats and what happens in them. Chats are named by their id; a private chat has its user's."""

    def user(
        self,
        id: int | None = None,
        first_name: str = "Ada",
        username: str | None = None,
        language_code: str | None = "en",
        *,
        started: bool = False,
    ) -> int:
        """Makes a user; the bot can write to them once they wrote to it, or if `started`."""
        made = self.do(
            "user", id=id, first_name=first_name, username=username, language_code=language_code, started=started
        )
        return int(made["id"])

    def chat(
        self,
        type: str = "group",
        id: int | None = None,
        title: str = "Readers",
        *,
        username: str | None = None,
        is_forum: bool = False,
        bot_status: str | None = None,
        members: Mapping[int, str] | None = None,
        linked: int | None = None,
    ) -> int:
        """Makes a group, supergroup or channel that the bot is in; `linked` is a channel's discussion group."""
        made = self.do(
            "chat",
            type=type,
            id=id,
            title=title,
            username=username,
            is_forum=is_forum,
            bot_status=bot_status,
            members={str(user): status for user, status in (members or {}).items()},
            linked=linked,
        )
        return int(made["id"])

    def link(self, channel: int, group: int | None) -> None:
        """Makes `group` the discussion group of a channel; None undoes that."""
        self.do("link", channel=channel, group=group)

    def topic(self, chat: int, name: str, by: int | None = None) -> int:
        """Opens a topic in a forum and returns its thread."""
        return int(self.do("topic", chat=chat, name=name, by=by)["thread"])

    def close_topic(self, chat: int, thread: int) -> None:
        """Deletes a topic with its messages."""
        self.do("close_topic", chat=chat, thread=thread)

    def member(self, chat: int, status: str, user: int | None = None, by: int | None = None) -> None:
        """Gives a user, or the bot where none is named, the status creator, administrator, member, left or kicked."""
        self.do("member", chat=chat, status=status, user=user, by=by)

    def block(self, user: int) -> None:
        """The user blocks the bot."""
        self.do("block", user=user, blocked=True)

    def unblock(self, user: int) -> None:
        """The user unblocks the bot."""
        self.do("block", user=user, blocked=False)

    def deactivate(self, user: int) -> None:
        """The user deletes their account."""
        self.do("deactivate", user=user)

    def migrate(self, chat: int, *, memberships: bool = False) -> int:
        """Makes a group a supergroup and returns the new id; `memberships` adds updates about the bot's."""
        return int(self.do("migrate", chat=chat, memberships=memberships)["id"])

    def say(
        self,
        chat: int,
        text: str,
        user: int | None = None,
        *,
        reply_to: int | None = None,
        quote: str | None = None,
        thread: int | None = None,
        sender_chat: int | None = None,
        anonymous: bool = False,
        signature: str | None = None,
        age: float = 0.0,
        forward_from: int | None = None,
    ) -> Said:
        """Somebody writes, `age` seconds ago. In a group name the `user`, or the `sender_chat`, or say `anonymous`."""
        told = self.do(
            "say",
            chat=chat,
            text=text,
            user=user,
            reply_to=reply_to,
            quote=quote,
            thread=thread,
            sender_chat=sender_chat,
            anonymous=anonymous,
            signature=signature,
            age=age,
            forward_from=forward_from,
        )
        return Said(**told)

    def send_document(
        self,
        chat: int,
        name: str,
        data: bytes,
        user: int | None = None,
        *,
        reply_to: int | None = None,
        forward_from: int | None = None,
        caption: str = "",
    ) -> Said:
        """Somebody sends a file. In a group name the `user`."""
        told = self.do(
            "send_document",
            chat=chat,
            name=name,
            data=base64.b64encode(data).decode(),
            user=user,
            reply_to=reply_to,
            forward_from=forward_from,
            caption=caption,
        )
        return Said(**told)

    def edit(self, chat: int, message_id: int, text: str) -> Said:
        """Whoever wrote a message changes it: its text, or a document's caption, which may be empty."""
        return Said(**self.do("edit", chat=chat, message_id=message_id, text=text))

    def delete(self, chat: int, message_id: int) -> None:
        """Deletes a message, the bot's too."""
        self.do("delete", chat=chat, message_id=message_id)

    def tap(self, message: Seen | str, button: str, user: int | None = None, *, stale: bool = False) -> str:
        """Taps the button with that text on a message, or, given an inline message's id, there; returns the query's id.

        In a private chat the user goes without saying. `stale` also finds buttons that an edit has taken away.
        """
        if isinstance(message, str) or message.inline_id:
            where: Json = {"inline_id": message if isinstance(message, str) else message.inline_id}
        else:
            where = {"chat": message.chat, "message_id": message.message_id}
            user = user if user is not None or message.chat < 0 else message.chat
        assert user is not None, "Tell which user taps."
        return str(self.do("tap", button=button, user=user, stale=stale, **where)["id"])

    def inline(self, user: int, query: str, *, chat_type: str = "private", offset: str = "") -> str:
        """Types an inline query and returns its id; `chat_type` is "sender" in the chat with the bot itself."""
        return str(self.do("inline", user=user, query=query, chat_type=chat_type, offset=offset)["id"])

    def choose(self, query_id: str, result_id: str, chat: int) -> Json:
        """Sends an inline result into a chat; returns its message_id, and its inline_id if it has a keyboard."""
        return self.do("choose", query_id=query_id, result_id=result_id, chat=chat)

    def guest(self, user: int, chat: int, text: str, *, reply_to: int | None = None) -> str:
        """Mentions the bot in a group that it is not in (`bot_status="left"`); returns the guest query's id."""
        return str(self.do("guest", user=user, chat=chat, text=text, reply_to=reply_to)["id"])

    def raw_update(self, update: Mapping[str, Any]) -> int:
        """Queues any object as an update, unchecked, and returns its id."""
        return int(self.do("raw_update", update=dict(update))["update_id"])

    def repeat_update(self, update_id: int) -> None:
        """Hands an update over again under the same id."""
        self.do("repeat_update", update_id=update_id)

    def fault(
        self,
        kind: str,
        method: str = "*",
        *,
        chat: int | None = None,
        count: int | None = None,
        period: float | None = None,
        skip: int | None = None,
        retry_after: int | None = None,
        status: int | None = None,
        description: str | None = None,
        seconds: float | None = None,
        effect: bool | None = None,
    ) -> None:
        """Lets the next request of a method fail, or the next `count`, or all for `period` seconds.

        `kind` is flood, status, html, reset, lost, hang, slow, or for updates duplicate and reverse; `faults.py` says
        what each does. "*" is any method but getUpdates.
        """
        self.do(
            "fault",
            kind=kind,
            method=method,
            chat=chat,
            count=count,
            period=period,
            skip=skip,
            retry_after=retry_after,
            status=status,
            description=description,
            seconds=seconds,
            effect=effect,
        )

    def faults(self) -> list[Json]:
        """The faults still to strike, with how often each has struck."""
        return list(self.do("faults")["faults"])

    def no_faults(self) -> None:
        """Ends all faults."""
        self.do("no_faults")

    def rules(self, **changes: object) -> Json:
        """Sets some of `world.Rules`, such as can_read_all_group_messages, strict_flood, flood or callback_lifetime."""
        return self.do("rules", **changes)
