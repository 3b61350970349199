"""What the Bot API says when it refuses: an error with its exact text, and beside each text where the text comes from.

Sources: "Client.cpp", "ClientManager.cpp" and "WebhookActor.cpp" are files of tdlib/telegram-bot-api; "TDLib" is
tdlib/td; "MTProto" is the list of errors under core.telegram.org/method; "TELEGRAM.md" is the project's own list.
*Unsure* marks what was not read in a source: the refusal is right to expect, its wording may differ.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A request that Telegram refuses.

    `code` is both the HTTP status and `error_code`; `parameters` holds `retry_after` or `migrate_to_chat_id`.
    """

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})


def bad_request(text: str) -> Refusal:
    """400 with `text`, its first letter made small unless the second is a capital or an underscore (Client.cpp)."""
    if not (len(text) > 1 and (text[1] == "_" or "A" <= text[1] <= "Z")):
        text = text[:1].lower() + text[1:]
    return Refusal(400, f"Bad Request: {text}")


def forbidden(text: str) -> Refusal:
    """403 with `text`."""
    return Refusal(403, f"Forbidden: {text}")


def too_many_requests(seconds: int) -> Refusal:
    """429, to be tried again after `seconds` (TELEGRAM.md; Query::set_retry_after_error)."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def migrated(chat_id: int) -> Refusal:
    """400 of a group that became the supergroup `chat_id` (Client.cpp, check_chat_access)."""
    upgraded = bad_request("group chat was upgraded to a supergroup chat")
    return Refusal(upgraded.code, upgraded.description, {"migrate_to_chat_id": chat_id})


# TELEGRAM.md
UNAUTHORIZED = "Unauthorized"
NOT_FOUND = "Not Found"

# Client.cpp, abort_long_poll and process_get_updates_query
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
POLL_ENDED_BY_WEBHOOK = "Conflict: terminated by setWebhook request"
POLL_WHILE_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

# Client.cpp, check_chat, check_chat_access and fail_query_with_error; TELEGRAM.md for a private chat that the user
# never opened
CHAT_ID_EMPTY = "chat_id is empty"
CHAT_NOT_FOUND = "chat not found"
USER_DEACTIVATED = "user is deactivated"
KICKED = {
    "group": "bot was kicked from the group chat",
    "supergroup": "bot was kicked from the supergroup chat",
    "channel": "bot was kicked from the channel chat",
}
NO_MEMBER = {
    "group": "bot is not a member of the group chat",
    "supergroup": "bot is not a member of the supergroup chat",
    "channel": "bot is not a member of the channel chat",
}
BLOCKED = "bot was blocked by the user"
NEVER_STARTED = "bot can't initiate conversation with a user"

# Client.cpp, get_input_message_text, and get_formatted_text for what is over 32,768 bytes as it was sent
TEXT_EMPTY = "message text is empty"
TEXT_TOO_BIG = "text is too long"
UNSUPPORTED_PARSE_MODE = "unsupported parse_mode"
# TELEGRAM.md
TEXT_BLANK = "text must be non-empty"
TEXT_TOO_LONG = "message is too long"
# unsure (MTProto, messages.sendMessage)
ENTITIES_TOO_LONG = "ENTITIES_TOO_LONG"

# Client.cpp, get_inline_keyboard_button
BUTTON_WITHOUT_TYPE = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
# TELEGRAM.md; MTProto, messages.sendMessage
BUTTON_DATA_INVALID = "BUTTON_DATA_INVALID"
# Client.cpp maps REPLY_MARKUP_TOO_LONG to this; that it is what 101 buttons, or nine in a row, get is unsure
MARKUP_TOO_LONG = "reply markup is too long"
# unsure (TDLib, get_inline_keyboard_button)
BUTTON_TEXT_EMPTY = "inline keyboard button text must be non-empty"

# Client.cpp, check_message and TdOnCheckMessageCallback: "<what> not found"
REPLY_NOT_FOUND = "message to be replied not found"
EDIT_NOT_FOUND = "message to edit not found"
DELETE_NOT_FOUND = "message to delete not found"
REACT_NOT_FOUND = "message to react not found"
# Client.cpp, TdOnCheckMessageThreadCallback
THREAD_NOT_FOUND = "message thread not found"
# MTProto, messages.sendMessage; that the Bot API hands it on unchanged, and that a quote over 1,024 characters gets
# the same, is unsure
QUOTE_INVALID = "QUOTE_TEXT_INVALID"
# Client.cpp, fail_query_with_error
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
CANNOT_DELETE = "message can't be deleted"
# unsure (TDLib, edit_message_text)
CANNOT_EDIT = "message can't be edited"
# unsure (Client.cpp, get_inline_message_id; MTProto, messages.editInlineBotMessage)
MESSAGE_ID_MISSING = "message identifier is not specified"
INLINE_MESSAGE_INVALID = "MESSAGE_ID_INVALID"

# Client.cpp, fail_query_with_error, for QUERY_ID_INVALID
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
# unsure (MTProto, messages.setBotCallbackAnswer: MESSAGE_TOO_LONG)
ANSWER_TOO_LONG = "MESSAGE_TOO_LONG"
# Client.cpp, get_inline_query_results
TOO_MANY_RESULTS = "too many inline query results specified"
# unsure (MTProto, messages.setInlineBotResults)
RESULT_ID_DUPLICATE = "RESULT_ID_DUPLICATE"
RESULT_ID_EMPTY = "RESULT_ID_EMPTY"
RESULT_ID_INVALID = "RESULT_ID_INVALID"
NEXT_OFFSET_INVALID = "NEXT_OFFSET_INVALID"
START_PARAM_EMPTY = "START_PARAM_EMPTY"
START_PARAM_INVALID = "START_PARAM_INVALID"
START_PARAM_TOO_LONG = "START_PARAM_TOO_LONG"

# unsure (Client.cpp, check_remote_file_id)
FILE_ID_INVALID = "invalid file_id"
# Client.cpp, do_get_file; MAX_DOWNLOAD_FILE_SIZE is 20 MB there
FILE_TOO_BIG = "file is too big"

# Client.cpp, process_send_chat_action_query
WRONG_ACTION = "wrong parameter action in request"
# unsure (MTProto, messages.sendReaction)
REACTION_INVALID = "REACTION_INVALID"
# Client.cpp, TdOnGetChatMemberCallback; the second is unsure (process_get_chat_administrators_query)
USER_NOT_FOUND = "user not found"
NO_ADMINISTRATORS = "there are no administrators in the private chat"
# unsure (MTProto, bots.setBotCommands; TDLib may refuse lengths in words of its own)
COMMAND_INVALID = "BOT_COMMAND_INVALID"
COMMAND_DESCRIPTION_INVALID = "BOT_COMMAND_DESCRIPTION_INVALID"
COMMANDS_TOO_MUCH = "BOT_COMMANDS_TOO_MUCH"
# unsure (MTProto, bots.setBotInfo, has no list of these)
ABOUT_TOO_LONG = "ABOUT_TOO_LONG"

# WebhookActor.cpp, as reported in tdlib/telegram-bot-api#91 and home-assistant/core#6472
WEBHOOK_NEEDS_HTTPS = "bad webhook: HTTPS url must be provided for webhook"
WEBHOOK_PORT = "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
# Client.cpp, do_set_webhook
WEBHOOK_URL_INVALID = "invalid webhook URL specified"
SECRET_TOO_LONG = "secret token is too long"
SECRET_INVALID = "secret token contains unallowed characters"
