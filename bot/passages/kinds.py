"""A question in, the kind of thing that it asks for out; a text in, what it holds of each kind."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.stems import REMEMBERED, words_of

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
CONTENTS: dict[str, re.Pattern[str]] = {
    "date": re.compile(
        rf"\b(?:1\d|20)\d\ds?\b|\b(?:{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|\bcentur(?:y|ies)\b"
        r"|\b(?:yesterday|today|tomorrow|tonight|last (?:week|month|year|night))\b"
        r"|\b(?:years?|months?) (?:ago|later|earlier)\b"
    ),
    "number": re.compile(r"\d[\d.,]*"),
    "name": re.compile(r"(?<=\s)[A-Z]\w+"),
    "reason": re.compile(
        r"\b(?:because|since|due to|owing to|in order to|so that|as a result|result(?:s|ed|ing)? (?:in|of|from)"
        r"|reasons?|caus\w+|led to|to (?:avoid|prevent|protect|ensure|allow|reduce|help|provide|gain|increase)"
        r"|prevent\w*|allow\w*)\b",
    ),
    "money": re.compile(r"[$£€¥%]|\bper cent\b"),
    "span": re.compile(r"\b(?:centur|kilomet)\w+"),
    "quote": re.compile(r"[\"“”«»]"),
    "place": re.compile(r"\b(?:in|at|near|from|to|into|outside|between|across|around) (?:the )?[A-Z]\w+"),
    "definition": re.compile(r"\b(?:is|are|was|were) an?\b|\b(?:called|known as|named|refers? to|means|such as)\b"),
}
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b|\b\d{1,2}[:.]\d\d\b|\b(?:noon|midnight|o['’]clock)\b", re.IGNORECASE
)
_WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(re.findall(r"\w+", words))
    for kind, words in (
        (
            "number",
            "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty"
            " ninety hundred hundreds thousand thousands million millions billion billions trillion trillions dozen"
            " dozens half twice third quarter",
        ),
        ("money", "dollar dollars pound pounds euro euros ruble rubles yuan yen percent"),
        (
            "span",
            "year years month months week weeks day days hour hours minute minutes decade decades mile miles meter"
            " meters metre metres km feet acre acres ton tons degree degrees",
        ),
    )
}
"""What tells these contents, beside what their patterns find: to look words up takes a tenth of the time."""
HINTS: dict[str, tuple[str, ...]] = {
    "reason": (
        *("since", "due ", "owing", "order", "so that", "result", "reason", "caus", "led to", "prevent"),
        *("allow", "avoid", "protect", "ensure", "reduce", "help", "provide", "gain", "increase"),
    ),
    "money": ("$", "£", "€", "¥", "%", "per cent"),
    "span": ("centur", "kilomet"),
}
"""Without one of these there is nothing that these patterns find: to look for them takes a fifth of the time."""
_IN_SMALL_LETTERS = frozenset({"number", *HINTS})  # re.IGNORECASE takes three times as long
_NONE = frozenset[str]()
KINDS: dict[str, re.Pattern[str]] = {
    "when": re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century|time)\b", re.IGNORECASE),
    "how many": re.compile(r"\bhow (?:many|much|long|far|old|often|tall|high|large|big)\b|\bpercent", re.IGNORECASE),
    "how": re.compile(r"\bhow\b", re.IGNORECASE),
    "who": re.compile(
        r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|president|author|company)\b", re.IGNORECASE
    ),
    "where": re.compile(
        r"\bwhere\b|\b(?:what|which) (?:city|country|countries|state|place|town|region)\b", re.IGNORECASE
    ),
    "why": re.compile(r"\bwhy\b|\bwhat (?:caused|led|is the reason|was the reason)\b|\bpurpose\b", re.IGNORECASE),
    "name": re.compile(r"\bnames?\b|\bcalled\b|\bknown\b|\bterm\b|\btitle\b", re.IGNORECASE),
    "what": re.compile(""),
}


def tells_when(text: str) -> bool:
    """Whether `text` has a date, a day, a time of the day or the like in it."""
    return bool(
        _CLOCK.search(text) or CONTENTS["date"].search(text[:1].lower() + text[1:]) or CONTENTS["date"].search(text)
    )


def kind_of(question: str) -> str:
    """What a question asks for: the first of KINDS that it is of, "what" for any."""
    return next(kind for kind, pattern in KINDS.items() if pattern.search(question))


def contents_of(text: str) -> dict[str, frozenset[str]]:
    """What a text holds of each of CONTENTS, each thing as its words in small letters."""
    return dict(zip(CONTENTS, contents(text), strict=True))


@lru_cache(maxsize=REMEMBERED)
def contents(text: str) -> tuple[frozenset[str], ...]:
    """The same in the order of CONTENTS."""
    small, words = text.casefold(), words_of(text).folded
    held = []
    for name, pattern in CONTENTS.items():
        if name not in _IN_SMALL_LETTERS:
            held.append(frozenset(map(str.casefold, pattern.findall(text))))
            continue
        found = _WORDS.get(name, _NONE).intersection(words)
        if name not in HINTS or any(hint in small for hint in HINTS[name]):
            found = found.union(pattern.findall(small))
        held.append(found)
    return tuple(held)
