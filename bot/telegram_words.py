"""What the Telegram bot says of itself: greetings, help, commands and apologies, in Telegram's HTML."""

from __future__ import annotations

START = (
    "Ask me about the articles, and I answer with the very sentences that say it, and where they stand."
    " I write nothing of my own, so you can check every answer.\n\n"
    "Try:\n{examples}\n\n"
    "/articles lists what you can ask about, /help says more."
)
HELP = (
    "Send a question in plain words. In a group use /ask, reply to one of my messages, or mention me.\n\n"
    "/ask <i>question</i> – answer a question\n"
    "/quotes <i>name</i> – what somebody said\n"
    "/who – who is quoted\n"
    "/articles – what you can ask about\n"
    "/forget – forget what you asked before\n"
    "/privacy – what I keep\n"
    "/help – this message\n\n"
    "I show the article's own sentences with paragraph and position. Where the articles do not answer, I say so."
)
PRIVACY = (
    "I store nothing about you: no messages, no names, no questions. So that you can ask on (“and why?”), I keep your"
    " last questions and my answers in memory for half an hour; /forget drops them at once. Only the articles that the"
    " operator gave me are stored."
)
ASK_WHAT = "What would you like to know? Send /ask with your question, for example: /ask {example}"
EXAMPLE = "What is this article about?"
FORGOTTEN = "Forgotten. Your next question stands for itself."
GONE = "I no longer see the question. Please ask it again."
SORRY = "Sorry, something went wrong on my side. Please try again in a moment."

COMMANDS = {
    "ask": "Ask a question about the articles",
    "quotes": "What somebody said, or all quotes",
    "who": "Who is quoted",
    "articles": "What you can ask about",
    "forget": "Forget what you asked before",
    "help": "How to ask",
    "privacy": "What is kept about you",
}
