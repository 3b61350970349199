"""A line of text in, a Question out: what kind of question it is, and whom or what it asks about."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.questions.smalltalk import small_talk
from bot.questions.speaker_patterns import may_speak, speaker_question
from bot.stems import has_content
from bot.types import Fact, Question

_NAMED_ARTICLE = r"(?:(?:this|that|the|your) (?:news )?(?:article|story|piece|report|text|news|post|page))"
_THE_ARTICLE = rf"(?:{_NAMED_ARTICLE}|it|this|that)"
_OF_THE_ARTICLE = rf"(?: (?:of|for|in) {_THE_ARTICLE})?"
_PUBLISHED = r"(?:published|posted|written|released|printed|reported|dated|from|come out|appear(?:ed)?)"
_ARTICLES = r"(?:articles|news|stories|texts|documents)"
_OUTLET = r"(?:newspaper|paper|website|site|magazine|agency|outlet|publication)"

_FACTS: dict[Fact, str] = {
    "published": rf"""
        when (was|is|did) {_THE_ARTICLE} {_PUBLISHED}
      | (on )?what (date|day) (was|is) {_THE_ARTICLE} {_PUBLISHED}
      | (what('s| is| was) )?(the )?((publication|publishing) )?date( of publication)?{_OF_THE_ARTICLE}
      | how old is {_NAMED_ARTICLE}
    """,
    "title": rf"""
        (what('s| is) )?(the )?(title|headline){_OF_THE_ARTICLE}
      | what('s| is) {_THE_ARTICLE} (called|titled|entitled)
      | (from |in )?(which|what) article (is|was|does|did) {_THE_ARTICLE} (from|in|come from|stand in)
    """,
    "source": rf"""
        (what('s| is) )?(the )?(source|link|url){_OF_THE_ARTICLE}
      | where (is|was|does|did) {_THE_ARTICLE} (come from|from|published|posted|printed|appear)
      | (who|(which|what) {_OUTLET}) (has )?(published|posted|printed) {_THE_ARTICLE}
      | (in |by |from )?(which|what) {_OUTLET} (is|was) {_THE_ARTICLE} (from|in|published( in| by)?)
      | (in |from )?(which|what) {_OUTLET} (does|did) {_THE_ARTICLE} (come from|appear( in)?)
      | (who('s| is| was) )?(the )?publisher{_OF_THE_ARTICLE}
      | by whom (is|was) {_THE_ARTICLE} published
    """,
    "author": rf"""
        who (wrote|has written) {_THE_ARTICLE}
      | who('s| is| was) {_THE_ARTICLE} (written )?by
      | by whom (is|was) {_THE_ARTICLE} written
      | (who('s| is| was| are) )?(the )?(authors?|writer|reporter|journalist){_OF_THE_ARTICLE}
    """,
    "gist": rf"""
        what('s| is| was) {_THE_ARTICLE} (all )?about
      | what does {_THE_ARTICLE} (say|talk about|tell( us)?|cover|deal with)
      | (summari[sz]e|sum up)( {_THE_ARTICLE})?( for me)?
      | (give me )?(a |the )?(short |brief )?(summary|gist|overview){_OF_THE_ARTICLE}
      | tl;?dr
    """,
    "articles": rf"""
        (which|what|how many) {_ARTICLES} (are there|have (you|we)( got| read)?|(do|can) (you|we) (have|know))
      | (which|what|how many) {_ARTICLES} (are|have been) (indexed|loaded|here|in (the library|here))
      | (which|what|how many) {_ARTICLES} (can|may) i (ask( you)?|read) about
      | how many {_ARTICLES}
      | (list|show|name)( me)?( all)?( the| your)? articles
      | (какие|сколько)( у (тебя|вас))?( есть)? (статьи|статей)( у (тебя|вас))?( есть)?
    """,
}
# one alternative a line; re.VERBOSE would drop the blanks that are meant
_FACT_PATTERNS = {
    fact: re.compile("|".join(line.strip().removeprefix("| ") for line in pattern.strip().splitlines()), re.IGNORECASE)
    for fact, pattern in _FACTS.items()
}

_IN_FULL: dict[Fact, str] = {
    "published": "When was {named} published?",
    "title": "What is {named} called?",
    "source": "Where was {named} published?",
    "author": "Who wrote {named}?",
    "gist": "What is {named} about?",
    "articles": "Which articles are there?",
}
_ARTICLE = r"(?:article|news (?:story|item|piece|report))"  # a report or a post alone may be one that is told of
_CALLED = re.compile(
    rf"\b(?:the|that|this|your)(?P<before>(?: (?!(?:on|of|in|about|by|to|for|from|the)\b)[\w'-]+){{1,4}}) {_ARTICLE}\b"
    rf"|\b(?:the|that|this|your) {_ARTICLE} (?:about|on) (?P<after>[\w'-]+(?: [\w'-]+){{0,5}}?)"
    r"(?= (?:written|published|posted|released|printed|about|from|by|say|called)\b|$)"
    rf"|\b(?:the|that|this|your) {_ARTICLE} (?:[“\"«](?P<title>.+)[”\"»]|(?P<id>[^\s“\"«]+))",
    re.IGNORECASE,
)

_IN = re.compile(r"(?P<question>.+) (?:in|of|from|by|according to) ", re.IGNORECASE)
_WHICH_ON = re.compile(
    r"(?:which|what) (?:articles?|story|stories) (?:is|are|was|were|do you have|have you got|talks?|writes?|tells?)"
    r" (?:about|on|of) (?P<topic>.+)"
    r"|(?:do you have|have you got|is there|are there) (?:an? |any |some )?(?:articles?|story|stories) (?:about|on)"
    r" (?P<also>.+)",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(
    r"\b((?:what|who|where|when|why|how|that|there|he|she)(?=s\b)|(?:it|they|you|that|there|who|what)(?=(?:ll|re|ve|d)\b)"
    r"|(?:do|does|did|is|was|are|were|has|have|had|wo|ca|would|could|should)n(?=t\b))",
    re.IGNORECASE,
)
"""The beginnings of "whats", "itll" and "didnt", which are written without their apostrophes."""

_POLITE_START = re.compile(
    r"^(?:please|so|and|ok(?:ay)?|well|(?:can you |could you )?tell me)[, ]+(?=\w)", re.IGNORECASE
)
_WHO_IS = re.compile(
    r"(?:who(?:'s|’s| is| was| are| were)|кто (?:такой|такая|такие|это|есть)) (?P<name>.+)", re.IGNORECASE
)
_OFFICE = re.compile(
    r"(?:the )?[a-z][\w-]*(?: [a-z][\w-]*){0,2} of (?:the )?\S+(?: \S+){0,3}|\S+(?: \S+)?['’]s [\w-]+(?: [\w-]+)?",
    re.IGNORECASE,
)
"""Who somebody is told to be to a place or the like: "the mayor of Larvund", "Vasko's coach"."""
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“„]([^\"“”„]{2,})[\"”“]|«([^«»]{2,})»|(?<!\w)'([^']{2,})'(?!\w)")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,4}")
_NO_NAME_START = re.compile(
    r"(?:the|a|an|this|that|these|those|some|any|his|her|their|its|your|my|our|not|it|he|she|they|you)\b", re.IGNORECASE
)
_NO_NAME_WORD = re.compile(
    r"\b(?:in|of|to|from|with|for|at|by|and|or|on|off|out|as|about|the|a|an|up|down|away|back|against|after|before|over"
    r"|under|into|than"
    r"|[a-z]{2,}ing|[a-z]{3,}ed)\b"
)


def bare_line(text: str) -> str:
    """A line with single blanks and all apostrophes, straight ones, without its closing marks."""
    line = re.sub(r"[\s?!.,;:…]+$", "", " ".join(text.split()).replace("’", "'"))
    return _CONTRACTED.sub(r"\1'", line)


def read_question(text: str) -> Question:
    """Read one question that stands alone."""
    text = " ".join(text.split())
    bare = _POLITE_START.sub("", bare_line(text))
    reply_key = small_talk(bare)
    if reply_key:
        return Question(text, "smalltalk", reply_key=reply_key)
    if fact := _fact_asked(bare):
        return Question(text, "about", fact=fact)
    on = _WHICH_ON.fullmatch(bare)
    if on:
        return Question(text, "about", fact="title", topic=on["topic"] or on["also"])
    called = _CALLED.search(bare)
    name = next(filter(None, called.groups()), "") if called else ""
    if called and (fact := _fact_asked(f"{bare[: called.start()]}the article{bare[called.end() :]}")):
        return Question(text, "about", fact=fact, topic=name)
    if called and called.end() == len(bare) and (asked_in := _IN.fullmatch(bare[: called.start()])):
        return replace(read_question(asked_in["question"]), text=text, within=name.strip())
    quoted = tuple(found for match in _QUOTED.findall(text) for found in match if found)
    asked = speaker_question(bare)
    if asked:
        topic = asked.topic if asked.topic and has_content(asked.topic) else None
        is_on_all = asked.speaker and asked.certainty != "if said"  # not "what did she call it?"
        if topic or quoted or not asked.topic or is_on_all:
            return Question(text, asked.intent, asked.speaker, None, topic, quoted, asked.certainty, verb=asked.verb)
    who = _WHO_IS.fullmatch(bare)
    if who and (_CYRILLIC.match(bare) or _is_name(who["name"])):
        return Question(text, "who", who["name"])
    if who and _OFFICE.fullmatch(who["name"]) and may_speak(who["name"]):
        return Question(text, "who", who["name"], certainty="if found")
    if _is_name(bare) and may_speak(bare):
        return Question(text, "quotes", bare, certainty="if found")
    return Question(text)


def asked_of(text: str, fact: Fact, title: str) -> str:
    """A question for a `fact` of the article just spoken of, with the article's `title` in the place of "it"."""
    named = f"the article “{title}”"
    words = re.search(rf"\b{_THE_ARTICLE}\b", bare_line(text), re.IGNORECASE)
    if fact == "title" or _fact_asked(bare_line(text)) != fact or words is None:
        return _IN_FULL[fact].format(named=named)
    full = f"{words.string[: words.start()]}{named}{words.string[words.end() :]}?"
    return f"{full[0].upper()}{full[1:]}"


def _fact_asked(bare: str) -> Fact | None:
    return next((fact for fact, pattern in _FACT_PATTERNS.items() if pattern.fullmatch(bare)), None)


def asks_for_speech(text: str) -> bool:
    """Whether a line in a group asks what somebody said, or who said something, though it is put to nobody."""
    question = read_question(text)
    return question.intent == "quotes" and question.certainty == "sure" and bool(question.speaker or question.topic)


def _is_name(text: str) -> bool:
    """Whether `text` can be a person's name, in capitals or not: one to five words, none that only links words."""
    named = bool(_NAME.fullmatch(text)) and not _NO_NAME_START.match(text) and not _NO_NAME_WORD.search(text)
    return named and not re.search(r"['’]s\s", text)  # "Chopin's physician" is to be found
