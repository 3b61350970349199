"""A line that asks nothing of the articles in, what to say to it out: greetings, thanks, questions about the bot."""

from __future__ import annotations

import re

_WHAT_IT_DOES = "Ask me about the articles, and I show the sentences that answer."
_REPLIES = {
    _WHAT_IT_DOES: r"""
        hi|hello|hey|hiya|yo|greetings|good (?:morning|day|afternoon|evening|night)|how are you|what's up|how's it going
        |help|test|ping|start
        |what can (?:you|i) (?:do|ask)|what do you do|how do(?:es)? (?:you|this|it) work|can you help
    """,
    f"You are welcome. {_WHAT_IT_DOES}": r"""
        (?:many )?thanks|thank you|thx|ty|cheers|much appreciated|ok|okay|great|nice|cool|perfect|good bot|well done
        |(?:good)?bye|see you|спасибо
    """,
    "I am saidwhat, a bot without opinions: I show the sentences of the articles that answer a question, word for word,"
    " and write nothing myself.": r"""
        who are you|what are you|what(?:'s| is) your name
        |are you (?:a bot|an? ai|a robot|human|real|a person|chatgpt|there)
        |who (?:made|built|wrote|created|programmed|trained|owns|runs) you
        |(?:which|what) (?:ai )?model (?:are you|do you use)
        |where (?:are you|do you come) from|how old are you|do you (?:sleep|like me|have (?:a name|feelings|opinions))
        |can (?:i|we) trust you|do you (?:lie|make things up|hallucinate|understand (?:me|russian|english))
    """,
}  # fmt: skip
_AFTER = r"(?: (?:there|bot|all|everyone|so much|very much|a lot|you|again|me|then|today|please|man))*"
_PATTERNS = {  # re.VERBOSE would drop the blanks that are meant
    reply: re.compile("(?:" + "".join(line.strip() for line in lines.splitlines()) + ")" + _AFTER, re.IGNORECASE)
    for reply, lines in _REPLIES.items()
}


def small_talk(bare: str) -> str | None:
    """What to say to `bare`, a line without its closing marks; None where it may ask something of the articles."""
    if not re.search(r"[^\W\d_]", bare):
        return _WHAT_IT_DOES
    return next((reply for reply, pattern in _PATTERNS.items() if pattern.fullmatch(bare)), None)
