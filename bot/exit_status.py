"""The exit statuses that scripts rely on."""

ANSWERED = 0
NOT_FOUND = 1
WRONG = 2
