"""A line that asks nothing of the articles in, the key of its reply out: greetings, thanks, questions about the bot."""

from __future__ import annotations

import re

_GREETING = "smalltalk.greeting"
_ASKED = {
    _GREETING: r"""
        hi|hello|hey|hiya|yo|greetings|good (?:morning|day|afternoon|evening|night)|how are you|what's up|how's it going
        |help|test|ping|start
        |what can (?:you|i) (?:do|ask)|what do you do|how do(?:es)? (?:you|this|it) work|can you help
        |привет|приветик|здравствуй(?:те)?|добр(?:ый день|ый вечер|ое утро)|доброй ночи|как дела
        |помощь|помоги(?:те)?|что (?:ты|вы) (?:умее|може|делае)(?:шь|те)
        |(?:о чём|о чем|что) можно (?:тебя |вас )?(?:спросить|спрашивать)|как (?:ты|это|бот) работае(?:шь|т)
    """,
    "smalltalk.thanks": r"""
        (?:many )?thanks|thank you|thx|ty|cheers|much appreciated|ok|okay|great|nice|cool|perfect|good bot|well done
        |(?:good)?bye|see you
        |(?:большое )?спасибо|спс|благодарю|ок|окей|хорошо|отлично|супер|класс|понятно|ясно|пока|до свидания
    """,
    "smalltalk.no_judge": r"""
        are you sure|really|(?:is (?:that|it|this) )?(?:true|correct|so)
        |(?:can you )?(?:repeat|say) (?:that|it)(?: again)?
        |i (?:don't|do not|didn't) (?:understand|get it)|what do you mean|what did you say
        |(?:that|this)(?:'s| is) (?:wrong|false|not (?:true|right|what i (?:asked|meant)))|(?:you're |you are )?wrong
        |yes|no|yeah|yep|nope|hm+|huh|lol|haha(?:ha)*|wow|sorry|never ?mind|i(?:'m| am) bored|i love you
        |(?:ты|вы) уверен[аы]?|правда|(?:я )?не понимаю|что ты имеешь в виду|это (?:не так|неправда|неверно)
        |да|нет|хм+|ха-?ха|извини(?:те)?|ого
    """,
    "smalltalk.who_are_you": r"""
        who are you|what are you|what(?:'s| is) your name
        |are you (?:a bot|an? ai|a robot|(?:a )?human|real|a person|chatgpt|there)
        |who (?:made|built|wrote|created|programmed|trained|owns|runs) you
        |(?:which|what) (?:ai )?model (?:are you|do you use)
        |where (?:are you|do you come) from|how old are you|do you (?:sleep|like me|have (?:a name|feelings|opinions))
        |can (?:i|we) trust you|do you (?:lie|make things up|hallucinate|understand (?:me|russian|english))
        |кто (?:ты|вы)(?: так(?:ой|ая|ие))?|ты кто|как (?:тебя|вас) зовут|кто (?:тебя|вас) (?:сделал|создал|написал)
        |ты (?:бот|робот|человек|ии|нейросеть|понимаешь по-русски)|тебе можно (?:верить|доверять)
    """,
}
_AFTER = (
    r"(?:,? (?:there|ok|okay|bot|all|everyone|so much|very much|a lot|you|again|me|then|today|please|man"
    r"|бот|всем|тебе|вам|большое|огромное|ещё раз|пожалуйста))*"
)
_PATTERNS = {  # re.VERBOSE would drop the blanks that are meant
    key: re.compile("(?:" + "".join(line.strip() for line in lines.splitlines()) + ")" + _AFTER, re.IGNORECASE)
    for key, lines in _ASKED.items()
}


def small_talk(bare: str) -> str | None:
    """The key of the reply to `bare`, a line without its closing marks; None where it may be one for the articles."""
    if not re.search(r"[^\W_]", bare):
        return _GREETING
    return next((key for key, pattern in _PATTERNS.items() if pattern.fullmatch(bare)), None)
