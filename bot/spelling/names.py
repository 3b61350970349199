"""Two words in, whether they are one name out: in another script or case, in other spellings, or with a slip."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

# letters that are written in several ways when a name changes its script, in the order in which they are replaced
_SOUNDS = (
    ("dzh", "j"), ("shch", "sh"), ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("ck", "k"), ("ph", "f"), ("tz", "ts"),
    ("x", "ks"), ("w", "v"), ("qu", "k"), ("q", "k"), ("c(?=[eiy])", "s"), ("c(?!h)", "k"), ("th", "t"),
    ("[yj]([aeou])", r"\1"), ("i([aeou])", r"\1"), ("[yj]", "i"), (r"(.)\1+", r"\1"),
)  # fmt: skip
_SKELETON = (("(?<=[aeiou])h", ""), ("h$", ""), ("[aeiou]+", "."))

# Russian endings of names, and what may stand in their place in the nominative
_CASES = (
    ("ого", ("ий", "ой", "ый")), ("ому", ("ий", "ой", "ый")), ("ским", ("ский",)), ("ском", ("ский",)),
    ("ской", ("ская",)), ("скую", ("ская",)), ("ом", ("", "о")), ("ым", ("",)), ("ем", ("й", "ь", "")),
    ("ой", ("а", "")),
    ("ей", ("я", "а", "")), ("ию", ("ия", "ий")), ("ии", ("ия",)), ("ия", ("ий",)), ("а", ("", "о")), ("у", ("", "а")),
    ("е", ("", "а", "я", "й", "ь")), ("ы", ("а", "")), ("и", ("а", "я", "ь", "")), ("ю", ("й", "ь", "я")),
    ("я", ("й", "ь")),
)  # fmt: skip


def is_same_across_scripts(asked: str, name: str, *, loosely: bool) -> bool:
    """Whether `asked`, in another script and perhaps in an oblique case, is `name`.

    Not `loosely`, the sounds must be the same; else vowels may differ a little, as they do where a name came into
    the other script by ear ("Tramp" for Trump).
    """
    name_key = _key(name)
    for form in _forms(asked):
        key = _key(form)
        if key == name_key:
            return True
        if loosely and min(len(key), len(name_key)) >= 4 and _skeleton(key) == _skeleton(name_key):
            return OSA.distance(key, name_key, score_cutoff=2) <= 2
    return False


def is_same_forename(asked: str, name: str) -> bool:
    """Whether two forenames are one: of the same sounds, an initial, or cut short ("Tim" and "Timothy")."""
    short, long = sorted((asked, name), key=len)
    return (len(short) != 2 and long.startswith(short)) or _key(asked) == _key(name)


def is_near(asked: str, name: str) -> bool:
    """Whether `asked` may be `name` mistyped: one edit in five letters, two in eight, the first letter right."""
    edits = 2 if len(asked) >= 8 else 1 if len(asked) >= 5 else 0
    if asked == name or not edits or len(name) < 4 or asked[0] != name[0]:
        return False
    return OSA.distance(asked, name, score_cutoff=edits) <= edits


@lru_cache(maxsize=1024)
def _forms(asked: str) -> tuple[str, ...]:
    """`asked`, and what it may be in the nominative."""
    forms = [asked]
    for ending, bases in _CASES:
        if asked.endswith(ending) and len(asked) - len(ending) >= 3:
            forms += [asked.removesuffix(ending) + base for base in bases]
    return tuple(forms)


@lru_cache(maxsize=65536)
def _key(name: str) -> str:
    """How a name sounds, roughly, whatever script it is written in."""
    key = re.sub("[^a-z]", "", anyascii(name).casefold())
    for letters, sound in _SOUNDS:
        key = re.sub(letters, sound, key)
    return key


def _skeleton(key: str) -> str:
    for letters, mark in _SKELETON:
        key = re.sub(letters, mark, key)
    return re.sub(r"(.)\1+", r"\1", key)
