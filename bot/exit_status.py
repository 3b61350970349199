"""The exit statuses that scripts rely on."""

ANSWERED = 0
NOT_FOUND = 1
WRONG = 2
TRY_AGAIN = 75
"""Nothing is wrong here, but Telegram is not to be reached: sysexits.h's EX_TEMPFAIL."""
