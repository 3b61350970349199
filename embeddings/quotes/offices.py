"""A word or a description in, whether it is what somebody is out: a title, an office, a trade."""

from __future__ import annotations

import re

from embeddings.quotes.first_names import is_first_name

STYLES = frozenset(
    re.findall(
        r"\w+",
        "mr mrs ms miss dr prof professor sir lord lady dame president vice minister prime chancellor senator sen"
        " representative rep governor gov general gen colonel col captain king queen prince princess pope judge justice"
        " mayor secretary chairman chairwoman deputy former",
    )
)
"""What stands before a name and is no part of it, in lower case and without a full stop."""

ADDRESSES = frozenset(("mr", "mrs", "ms", "miss", "dr", "sir", "lord", "lady", "dame"))
"""What anybody may be addressed by; it tells nothing of what they do."""

TITLES = STYLES | frozenset(
    re.findall(
        r"\w+",
        "premier senators reps congressman congresswoman capt sergeant sgt lieutenant lt admiral adm major cardinal"
        " archbishop bishop rabbi imam sheikh reverend rev pastor speaker ambassador attorney chief director coach"
        " officer executive detective candidate nominee ex then house senate leader majority minority whip ceo cfo coo"
        " founder editor moderator host anchor pollster strategist councillor councilor councilman councilwoman"
        " alderman inspector superintendent commissioner constable sheriff corporal referee substitute goalkeeper"
        " striker midfielder defender actor actress author singer commander marshal brigadier",
    )
)
"""The same with the words that news puts before a name in capitals."""

PERSONAL = TITLES - {"house", "senate", "former", "ex", "then", "chief", "major", "general"}
"""Those that stand before nothing else than a person's name."""

RELATIVES = frozenset(
    re.findall(
        r"\w+",
        "brother sister father mother son daughter husband wife uncle aunt cousin widow widower niece nephew",
    )
)

SHORT_TITLES = {
    "senator": ("sen",), "governor": ("gov",), "representative": ("rep",), "general": ("gen",), "captain": ("capt",),
    "professor": ("prof",), "lieutenant": ("lt",), "sergeant": ("sgt",), "colonel": ("col",),
    "admiral": ("adm",), "reverend": ("rev",), "congressman": ("rep",), "congresswoman": ("rep",),
}  # fmt: skip
"""How news writes titles before a name, in lower case and without a full stop."""

_OCCUPATION = re.compile(r"\w{2,}(?:(?<!qu)(?<!qv)ist|ician|grapher|woman|[^\Waeiou]arian|torian)", re.IGNORECASE)
_WHERE_HELD = re.compile(r",|\b(?:of|for|at|in|on|to|from|with|without|among|by|under|over|against|since|who|which)\b")
_OWNER = re.compile(r"^.*(?:['’]s|s['’])\s")

_SOMEBODY = (
    TITLES
    | RELATIVES
    | frozenset(
        re.findall(
            r"\w+",
            "spokesman spokesperson official lawyer aide adviser advisor expert source insider witness juror"
            " resident voter delegate supporter critic activist protester demonstrator worker employee student"
            " teacher driver farmer doctor nurse soldier fisherman neighbor neighbour friend colleague relative"
            " survivor victim man woman person boy girl teenager guest fan passenger tenant owner prosecutor"
            " manager engineer butcher baker trader banker investigator organizer organiser photographer developer"
            " researcher lecturer agent predecessor successor boss analyst chair composer campaigner architect producer"
            " conductor coordinator chef pilot sailor",
        )
    )
)
"""What one who has no name is called."""


_ORIGINS = frozenset(
    re.findall(
        r"\w+",
        "Afghan African American Argentine Aussie Basque Briton Catalan Croat Cuban Czech Dane Dutch Dutchman"
        " Dutchwoman Englishman Englishwoman Filipina Filipino Finn French Frenchman Frenchwoman German Greek Iraqi"
        " Irishman Irishwoman Israeli Kazakh Kenyan Kiwi Korean Kurd Kuwaiti Kyrgyz Libyan Mexican Moroccan Nepali"
        " Pakistani Pole Qatari Roman Saudi Scot Scotsman Scotswoman Serb Slovak Slovene Spaniard Swede Swiss Tajik"
        " Thai Tibetan Tunisian Turk Ugandan Uzbek Welsh Welshman Welshwoman Yemeni",
    )
)
_OF_ORIGIN = re.compile(r"[A-Z]\w+(?:ian|ese|ish)")


def office(description: str) -> str:
    """What somebody is, without where, whose or what for: "head" of a "head of referees", or of "the bank's head"."""
    return _OWNER.sub("", _WHERE_HELD.split(description, maxsplit=1)[0]).strip()


def is_occupation(word: str) -> bool:
    """Whether a word, by its ending, is what somebody does, and nobody's first name."""
    return bool(_OCCUPATION.fullmatch(word)) and not is_first_name(word)


def is_origin(word: str) -> bool:
    """Whether a word tells from where somebody is: "Slovak", "Italian"."""
    return word in _ORIGINS or (bool(_OF_ORIGIN.fullmatch(word)) and not is_first_name(word))


def is_trade(word: str) -> bool:
    """Whether a word is what somebody is by office or trade."""
    return word.casefold() in TITLES or is_occupation(word)


def is_somebody(word: str) -> bool:
    """Whether a word is what one person is called who has no name: by office or trade, or as a "resident"."""
    return word.casefold() in _SOMEBODY or is_occupation(word)
