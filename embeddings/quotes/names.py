"""Parsed paragraphs in, the places that name a person or an organisation out, each cleaned to the bare name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from embeddings.quotes.first_names import is_first_name
from embeddings.quotes.offices import ADDRESSES, PERSONAL, TITLES, is_occupation, is_origin, is_somebody
from embeddings.types import EntityKind

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
_UNSURE = frozenset(("", "PRODUCT", "EVENT", "LANGUAGE"))  # what the parser may call a name that it does not know
LONGEST = 4
"""Words of a name that only its neighbours tell."""
_SHORTEST_DOING = 5  # letters; "King" is a name
_PARTICLES = frozenset(("do", "dos", "da", "das", "du", "de", "del", "di"))
HONOURS = frozenset(("phd", "md", "kc", "qc", "mp", "obe", "cbe", "mbe", "esq"))
_SUFFIXES = GENERATIONS | HONOURS
_LINKS = _PARTICLES | frozenset(re.findall(r"\w+", "der van von la le al el bin ibn of the and for in on at to a"))
NAME_WORD = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w.'’-]*$")
_NICKNAMED = re.compile(
    r"\b(?P<first>[A-ZÀ-ÞĀ-Ž]\w+) [\"“‘'](?:The )?[A-ZÀ-ÞĀ-Ž]\w+(?: [A-ZÀ-ÞĀ-Ž]\w+)?[\"”’']"
    r" (?P<last>[A-ZÀ-ÞĀ-Ž][\w'’-]+)"
)
_DAY = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|(?:Sept|Nov|Dec)ember|October"
    r"|Jan|Feb|Sept?|Oct|Nov|Dec"
)
_KINDS: dict[str, EntityKind] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "organisation", "NORP": "organisation",
    "FAC": "organisation", "LOC": "organisation", "WORK_OF_ART": "document", "LAW": "document",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands: words `first` to `last` (excluded) of the paragraph with the index `paragraph`.

    `words` is the name without title and possessive. `title` is the title before it, in lower case, or empty.
    """

    paragraph: int
    first: int
    last: int
    words: tuple[str, ...]
    kind: EntityKind
    title: str = ""


def found_names(docs: Sequence[Doc]) -> list[Mention]:
    """All that is written as a name, in order, of the kind that the parser tells at each place.

    In a headline all words have capitals: only what is made of words of other names is one there.
    """
    found = [
        mention
        for number, doc in enumerate(docs)
        for mention in sorted(_with_nicknames(number, doc), key=attrgetter("first"))
    ]
    headlines = {number for number, doc in enumerate(docs) if _is_headline(doc)}
    known = {word for mention in found if mention.paragraph not in headlines for word in mention.words}
    return [mention for mention in found if mention.paragraph not in headlines or known.issuperset(mention.words)]


def _with_nicknames(number: int, doc: Doc) -> Iterator[Mention]:
    """The names in a paragraph; one with another in quotation marks inside is one name: Petra "The Hammer" Voll."""
    nicknamed = []
    for match in _NICKNAMED.finditer(doc.text):
        name = doc.char_span(*match.span(), alignment_mode="expand")
        if name is not None and is_first_name(match["first"]):
            nicknamed.append(Mention(number, name.start, name.end, (match["first"], match["last"]), "person"))
    within = {at for one in nicknamed for at in range(one.first, one.last)}
    yield from nicknamed
    for mention in (*_of_paragraph(number, doc), *_unknown(number, doc)):
        if within.isdisjoint(range(mention.first, mention.last)):
            yield mention


def has_who_or_age_behind(doc: Doc, last: int) -> bool:
    """Whether ", who" follows, or an age: ", 31,"."""
    following = [token.text for token in doc[last : last + 3]]
    is_age = len(following) > 2 and following[1].isdigit() and following[2] == ","
    return following[:1] == [","] and (following[1:2] == ["who"] or is_age)


def _is_headline(doc: Doc) -> bool:
    """Whether most words have capitals, so that capitals tell nothing; no verb of a sentence is without."""
    if any(token.tag_ in ("VBD", "VBZ", "VBP") and len(token) > 2 and token.text.islower() for token in doc):
        return False
    words = [token for token in doc if token.is_alpha and len(token) > 3]
    return len(words) > 2 and sum(word.text[0].isupper() for word in words) > 0.7 * len(words)


def _of_paragraph(number: int, doc: Doc) -> Iterator[Mention]:
    done = 0
    for entity in doc.ents:
        if entity.end - entity.start == 1 and entity.root.tag_ == "NN" and entity.root.is_sent_start:
            continue  # "Turnout was 71 per cent"
        kind = _KINDS.get(entity.label_)
        if all(token.lower_ in HONOURS for token in entity):
            continue
        if kind is None or entity.start < done:  # of a name that the parser took for two
            continue
        asks = doc[entity.start].pos_ == "AUX" and entity.sent.text.rstrip().endswith("?")  # "Will Cruz win?"
        start = entity.start + (asks and len(entity) > 1)
        first, last = _unbroken(doc, start, entity.end)
        done = last
        if last - first > 1 and bare(doc[first]) in ADDRESSES:
            kind = "person"
        # a headline in capitals and a list are no name
        while last > first and not _may_end_name(doc, last - 1):
            last -= 1
        title = ""
        while first < last and (
            bare(doc[first]) in TITLES
            or _is_occupation(doc, first, last)
            or _is_origin(doc, first, last)
            or not NAME_WORD.match(doc[first].text)
            or (doc[first].is_sent_start and _is_no_name(doc[first]))  # "Beyond Trump's plan", "Sentencing Purcell"
        ):
            if kind != "person" and NAME_WORD.match(doc[first].text):
                break
            is_title = NAME_WORD.match(doc[first].text) and not _is_origin(doc, first, last)
            title = bare(doc[first]) if is_title else title
            first += 1
        if first == last:
            continue
        if first and not title and bare(doc[first - 1]) in TITLES:
            title = bare(doc[first - 1])
        if kind == "person":
            yield from _people(number, doc, first, last, title)
        else:
            words = tuple(doc[first:last].text.split())
            if all(NAME_WORD.match(word) or not word.isalpha() or word in _LINKS for word in words):
                yield Mention(number, first, last, words, kind, title)


def _may_end_name(doc: Doc, at: int) -> bool:
    """Whether a name may end with a word: one with a capital, or what a hyphen joins to one, as in "Park Ji-won"."""
    return bool(NAME_WORD.match(doc[at].text)) or (doc[at].is_alpha and _glued(doc, at))


def _is_no_name(word: Token) -> bool:
    """Whether a word that begins a sentence has its capital from that: a preposition, or what ends in "-ing"."""
    is_doing = word.text.endswith("ing") and len(word) > _SHORTEST_DOING and not is_first_name(word.text)
    return word.pos_ in ("ADP", "SCONJ", "CCONJ") or (is_doing and word.i + 1 < len(word.doc))


def _unknown(number: int, doc: Doc) -> Iterator[Mention]:
    """The names that the parser did not know for such, and that what stands beside them tells: "Mayor Ines Kader"."""
    last = 0
    for token in doc:
        first = token.i
        if first < last or not _is_name_word(doc, first):
            continue
        last = first + 1
        while last - first < LONGEST and _is_name_word(doc, last):
            last += 1
        title = bare(doc[first - 1]) if first and bare(doc[first - 1]) in PERSONAL else ""
        if not title and _is_occupation(doc, first, last):
            title, first = bare(doc[first]), first + 1
        if (title or _is_person_by_deed(doc, first, last)) and not doc[first:last].text.isupper():
            yield from _people(number, doc, first, last, title)


def _is_occupation(doc: Doc, first: int, last: int) -> bool:
    """Whether a first and a last name follow what somebody is: "Hydrologist Wen Zhao", "Prosecutor Ann Poe"."""
    if last - first < 3:
        return False
    word = doc[first].text
    return is_occupation(word) or (is_somebody(word) and is_first_name(doc[first + 1].text))


def _is_origin(doc: Doc, first: int, last: int) -> bool:
    """Whether a first and a last name follow what tells from where somebody is: "Slovak Lena Vasko"."""
    return last - first > 2 and is_origin(doc[first].text) and is_first_name(doc[first + 1].text)


def _is_person_by_deed(doc: Doc, first: int, last: int) -> bool:
    """Whether words in capitals are a first and a last name, of one "who" did something or who said it."""
    words, root = doc[first:last], doc[first:last].root
    if len(words) not in (2, 3) or words[-1].tag_ != "NNP" or (first and doc[first - 1].pos_ == "DET"):
        return False
    is_between = first and doc[first - 1].text == "," and last < len(doc) and doc[last].text == ","
    is_apposition = is_between and root.dep_ == "appos" and is_first_name(words[0].text)
    speaks = root.dep_ == "nsubj" and root.head.lemma_ in ("say", "tell", "add")
    return speaks or is_apposition or has_who_or_age_behind(doc, last)


def _is_name_word(doc: Doc, at: int) -> bool:
    """Whether a word may belong to a name that is in no entity."""
    if at >= len(doc):
        return False
    word = doc[at]
    is_name = word.pos_ == "PROPN" and bool(NAME_WORD.match(word.text)) and bare(word) not in TITLES
    return is_name and word.ent_type_ in _UNSURE


def _people(number: int, doc: Doc, first: int, last: int, title: str) -> Iterator[Mention]:
    """The names in an entity that the parser takes for one person; what has a comma or a dash inside is several."""
    start = first
    for at in range(first, last + 1):
        inside = at < last and (_glued(doc, at) or doc[at].is_quote or bare(doc[at]) in _LINKS)
        ends = at == last or not (inside or NAME_WORD.match(doc[at].text))
        is_title = at < last and bare(doc[at]) in TITLES and at + 1 < len(doc) and doc[at + 1].pos_ == "PROPN"
        nested = is_title and at > start  # else it is a name: "Andre Pope"
        if ends or nested:
            words = _name_words(doc, start, at)
            tells_title = nested and len(words) == 1  # "Police" of "Police Superintendent Jonas Brandvik"
            if (
                words
                and not tells_title
                and len(words) <= 5
                and not all(word.casefold() in TITLES for word in words)
                and any(len(word) > 1 for word in words)
            ):
                yield Mention(number, start, at, words, "person", title if start == first else bare(doc[start - 1]))
            start = at + 1


def _name_words(doc: Doc, first: int, last: int) -> tuple[str, ...]:
    """The words of a name, without marks, possessive and "Jr."; what a hyphen joins is one word."""
    kept = "".join(" " if doc[i].is_quote else doc[i].text_with_ws for i in range(first, last)).split()
    words = (re.sub(r"['’]s?$", "", word) for word in kept)
    return tuple(word for word in words if word and word.casefold().strip(".,") not in _SUFFIXES)


def _glued(doc: Doc, at: int) -> bool:
    """Whether a word stands in one with its neighbours, as the parts of "Lopez-Cantera" and "O'Malley" do."""
    before = at > 0 and not doc[at - 1].whitespace_
    return before and (doc[at].text in "-‐‑'’" or doc[at - 1].text in "-‐‑'’") and doc[at].text not in ("'s", "’s")


def _is_first_name(doc: Doc, at: int, first: int) -> bool:
    """Whether a word belongs to the name that begins at `first`, though the parser left it out."""
    word, name = doc[at], doc[first]
    hangs_on = word.head.i == first or (name.dep_ == "compound" and word.head.i == name.head.i)
    return (
        (word.pos_, word.dep_, word.ent_type_) == ("PROPN", "compound", "")
        and hangs_on
        and bool(NAME_WORD.match(word.text))
        and bare(word) not in TITLES | _SUFFIXES
        and not is_occupation(word.text)
    )


def _is_last_name(doc: Doc, at: int) -> bool:
    """Whether a word belongs to the person's name before it, though the parser took it for nothing, or for a date."""
    word, before = doc[at], doc[at - 1]
    is_name = word.pos_ == "PROPN" and word.ent_type_ not in _KINDS and bool(NAME_WORD.match(word.text))
    is_name = is_name and bare(word) not in TITLES and not _DAY.fullmatch(word.text)
    return is_name and before.ent_type_ == "PERSON" and before.dep_ == "compound" and before.head.i == at


def _unbroken(doc: Doc, first: int, last: int) -> tuple[int, int]:
    """The entity with all of a hyphenated name of which the parser took a part."""
    while first > 1 and doc[first - 1].text == "-" and _glued(doc, first) and doc[first - 2].text[:1].isupper():
        first -= 2
    if doc[first].ent_type_ == "PERSON" or (first and is_first_name(doc[first - 1].text)):
        while first and _is_first_name(doc, first - 1, first):
            first -= 1
    while last < len(doc) and _is_last_name(doc, last):
        last += 1
    while last < len(doc) and doc[last - 1].ent_type_ == "PERSON" and doc[last].lower_ in HONOURS:
        last += 1  # "Owen Tait KC"
    while last + 1 < len(doc) and doc[last].lower_ in _PARTICLES and NAME_WORD.match(doc[last + 1].text):
        last += 2  # "Energia do Sul"
    while last + 1 < len(doc) and doc[last].text == "-" and _glued(doc, last) and _glued(doc, last + 1):
        if not doc[last + 1].text[:1].isupper() and doc[first].ent_type_ != "PERSON":  # "Park Ji-won"
            break
        last += 2
    return first, last


def bare(token: Token) -> str:
    return token.lower_.rstrip(".").removesuffix("'s")
