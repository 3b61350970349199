"""Parsed paragraphs in, the places that name a person or an organisation out, each cleaned to the bare name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from embeddings.quotes.first_names import GENDERED, is_first_name
from embeddings.quotes.offices import ADDRESSES, PERSONAL, TITLES, is_occupation, is_somebody
from embeddings.types import EntityKind

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
_UNSURE = frozenset(("", "PRODUCT", "EVENT", "LANGUAGE"))  # what the parser may call a name that it does not know
_LONGEST = 4  # words of a name that only its neighbours tell
_NOBODY = ("ORG", "GPE", "FAC", "LOC")  # what the parser calls the names of what nobody can be
_WHERE = frozenset(re.findall(r"\w+", "in at near across into through outside inside within throughout along"))
_PARTICLES = frozenset(("do", "dos", "da", "das", "du", "de", "del", "di"))
_SORTS_OF_PLACES = frozenset(
    re.findall(
        r"\w+",
        "town city village river lake county district province region state port island valley bay borough parish"
        " municipality suburb neighbourhood neighborhood coast banks",
    )
)
_HONOURS = frozenset(("phd", "md", "kc", "qc", "mp", "obe", "cbe", "mbe", "esq"))
_SUFFIXES = GENERATIONS | _HONOURS
_PERHAPS_A_COMPANY = frozenset(
    re.findall(r"\w+", "owner developer agent organiser organizer guest tenant source supporter critic expert host")
)
_RELATIVES = frozenset(
    re.findall(
        r"\w+",
        "brother sister father mother son daughter husband wife uncle aunt cousin widow widower niece nephew",
    )
)
_THINGS = frozenset(
    re.findall(
        r"\w+",
        "chain restaurant company firm network website newspaper paper magazine app platform hashtag brand bank agency"
        " group club team band ship boat vessel ferry yacht trawler town city village river island mountain lighthouse"
        " rock hotel pub bar cafe shop store supermarket school college university hospital station airport bridge dam"
        " mine film movie song album novel book memoir play series show programme program operation project storm"
        " hurricane typhoon drug vaccine horse dog cat cow party charity",
    )
)
"""What bears a name of its own, as a person does."""
_LINKS = _PARTICLES | frozenset(re.findall(r"\w+", "der van von la le al el bin ibn of the and for in on at to a"))
_NAME_WORD = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w.'’-]*$")
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


def mentions(docs: Sequence[Doc]) -> list[Mention]:
    """All mentions, in order. Of a name whose sort the parser tells differently at different places, most decide."""
    found = [
        mention
        for number, doc in enumerate(docs)
        for mention in sorted((*_of_paragraph(number, doc), *_unknown(number, doc)), key=attrgetter("first"))
    ]
    headlines = {number for number, doc in enumerate(docs) if _is_headline(doc)}
    known = {word for mention in found if mention.paragraph not in headlines for word in mention.words}
    found = [mention for mention in found if mention.paragraph not in headlines or known.issuperset(mention.words)]
    votes: defaultdict[tuple[str, ...], Counter[EntityKind]] = defaultdict(Counter)
    for mention in found:
        votes[mention.words][mention.kind] += 2 if mention.title in PERSONAL else 1
    places = _places(docs, found)
    people = {words for words, kinds in votes.items() if _is_person(words, kinds) and words not in places}
    alone = {words[0] for words in votes if len(words) == 1}
    titled = {mention.words for mention in found if mention.title in PERSONAL}
    people |= {words for words in votes if _is_likely_person(words, votes[words], alone, words in titled)}
    people |= {mention.words for mention in found if _is_introduced(docs[mention.paragraph], mention)}
    people |= {mention.words for mention in found if _is_first_name_of(docs[mention.paragraph], mention, people)}
    surnames = {words[-1] for words in people}
    found = sorted((*found, *_surnames_alone(docs, found, people)), key=attrgetter("paragraph", "first"))
    settled = []
    for mention in found:
        kind = votes[mention.words].most_common(1)[0][0] if mention.words in votes else mention.kind
        surname = len(mention.words) == 1 and mention.words[0] in surnames
        if mention.words in people or surname or _is_full_name(mention.words, surnames):
            kind = "person"
        elif mention.words in places:
            kind = "organisation"
        words = mention.words
        if kind == "person" and len(words) == 2 and len(words[0]) == 1:
            words = words[1:]  # a stray letter; an initial has its full stop
        if kind == "person" and len(words) > 1 and words[-1].casefold() in _HONOURS:
            words = words[:-1]
        settled.append(Mention(mention.paragraph, mention.first, mention.last, words, kind, mention.title))
    return settled


def _is_person(words: tuple[str, ...], kinds: Counter[EntityKind]) -> bool:
    return 2 * kinds["person"] >= kinds.total() and len(words) <= 5 and words[0] not in ("The", "the")


def _is_likely_person(words: tuple[str, ...], kinds: Counter[EntityKind], alone: set[str], has_title: bool) -> bool:
    """Whether the parser missed a person: a last name that also stands alone, after a title or a first name."""
    is_called_so = len(words) in (2, 3) and kinds["person"] == 0 and words[-1] in alone
    return is_called_so and (has_title or is_first_name(words[0]))


def _is_introduced(doc: Doc, mention: Mention) -> bool:
    """Whether what stands beside a name tells that it is a person's: "her brother, Alasdair", "Nadia Petrescu, who …".

    By what may be an organisation, too, "the owner, Ada Holdings", only where it begins with a first name.
    """
    head = doc[mention.first : mention.last].root
    if head.dep_ == "appos" and head.head.lower_ in _RELATIVES and doc[mention.first - 1].text == ",":
        return True
    if not _may_be_person(doc, mention):
        return False
    is_likely = head.dep_ != "pobj" and (len(mention.words) > 1 or is_first_name(mention.words[0]))
    if doc[mention.last - 1].lower_ in _HONOURS or (is_likely and _has_who_or_age_behind(doc, mention.last)):
        return True
    if len(mention.words) > 1 and is_first_name(mention.words[0]) and _has_own(doc, head):
        return True
    beside = doc[mention.first - 1] if mention.first else head
    noun = told_of(head) if head.dep_ == "appos" and beside.text == "," else beside
    if noun.i >= mention.first or noun.pos_ != "NOUN" or not is_somebody(noun.text):
        return False
    return noun.lower_ not in _PERHAPS_A_COMPANY or (len(mention.words) > 1 and is_first_name(mention.words[0]))


def _has_own(doc: Doc, name: Token) -> bool:
    """Whether a name does something to what is his or hers, and is the first person to be named there: "X opened her
    first shop"."""
    owned = (child for child in name.head.children if child.dep_ == "dobj" and name.dep_ == "nsubj")
    owners = [token for one in owned for token in one.children if token.dep_ == "poss" and token.lower_ in GENDERED]
    return bool(owners) and not any(token.ent_type_ == "PERSON" for token in doc[: owners[0].i])


def _may_be_person(doc: Doc, mention: Mention) -> bool:
    """Whether a name that was taken for an organisation is written as a person's, and no place's or people's."""
    words = [word for word in mention.words if word.casefold() not in _HONOURS]
    is_written_so = len(words) < _LONGEST and all(_NAME_WORD.match(word) and not word.isupper() for word in words)
    is_place = any(token.ent_type_ in ("GPE", "LOC", "NORP") for token in doc[mention.first : mention.last])
    return is_written_so and not is_place


def _has_who_or_age_behind(doc: Doc, last: int) -> bool:
    """Whether ", who" follows, or an age: ", 31,"."""
    following = [token.text for token in doc[last : last + 3]]
    is_age = len(following) > 2 and following[1].isdigit() and following[2] == ","
    return following[:1] == [","] and (following[1:2] == ["who"] or is_age)


def _is_first_name_of(doc: Doc, mention: Mention, people: Set[tuple[str, ...]]) -> bool:
    """Whether a name that was taken for an organisation is the first name of one person, and not where one may be."""
    if len(mention.words) > 1 or mention.kind == "person" or not _may_be_person(doc, mention):
        return False
    called = {words for words in people if len(words) > 1 and words[0] == mention.words[0]}
    name = doc[mention.last - 1]
    is_where = name.dep_ == "pobj" and name.head.lower_ in _WHERE
    return len(called) == 1 and not is_where


def told_of(name: Token) -> Token:
    """What a person's name is an apposition to: no organisation, but whose noun that tells of, "a lawyer for Acme"."""
    noun = name.head
    while noun.ent_type_ in (*_NOBODY, "NORP") and noun.dep_ == "pobj" and noun.head.head.i < noun.i:
        noun = noun.head.head
    return noun


def _places(docs: Sequence[Doc], found: Sequence[Mention]) -> set[tuple[str, ...]]:
    """Names that the parser takes for people, where what stands before them rather tells of places, or of ships.

    Nobody of that name has a title; of a name of one word, nobody has a longer one. "The Orne" and "the town of Orne"
    tell more than "in Orne", which may be trust, and than a verb of which Orne is the subject.
    """
    people = [mention for mention in found if mention.kind == "person"]
    known = {word for mention in people if mention.title or len(mention.words) > 1 for word in mention.words}
    told: Counter[tuple[str, ...]] = Counter()
    named = {mention.words for mention in people} - {(word,) for word in known}
    titled = {mention.words for mention in people if mention.title}
    for mention in found:
        if mention.words in named - titled:
            tells = _tells_place(docs[mention.paragraph], mention)
            told[mention.words] += tells if len(mention.words) == 1 or tells > 1 else 0
    return {words for words, tells in told.items() if tells > (len(words) == 1 and is_first_name(words[0]))}


def _tells_place(doc: Doc, mention: Mention) -> int:
    """How much more a mention tells of a place, or the like, than of a person; below 0 for a person."""
    name = doc[mention.last - 1]
    before = doc[mention.first - 1] if mention.first else name
    if before.lower_ == "of" and doc[before.i - 1].lower_ in _SORTS_OF_PLACES:
        return 2
    noun = name.head if name.dep_ == "appos" and name.head.i < name.i else before
    if noun.lower_ in _THINGS and noun.i < mention.first:  # "her first restaurant, Ember", "the chain Fairholm"
        return 3
    is_where = name.dep_ == "pobj" and before.lower_ in _WHERE
    if mention.kind != "person":
        return 1 + is_where
    if name.dep_ in ("nsubj", "poss", "appos"):
        return -1
    if before.lower_ == "the":
        return 2 if name.tag_ == "NNP" and name.dep_ not in ("compound", "nmod", "amod") else 0
    return int(is_where)


def _is_headline(doc: Doc) -> bool:
    """Whether most words have capitals, so that capitals tell nothing; no verb of a sentence is without."""
    words = [token for token in doc if token.is_alpha and len(token) > 3]
    if any(word.tag_ in ("VBD", "VBZ", "VBP") and word.text.islower() for word in words):
        return False
    return len(words) > 2 and sum(word.text[0].isupper() for word in words) > 0.7 * len(words)


def _is_full_name(words: tuple[str, ...], surnames: set[str]) -> bool:
    """Whether a name that was taken for an organisation is one or two first names before a person's surname."""
    is_written_so = words[0] != "The" and all(_NAME_WORD.match(word) for word in words)
    return len(words) in (2, 3) and words[-1] in surnames and is_written_so


def _of_paragraph(number: int, doc: Doc) -> Iterator[Mention]:
    done = 0
    for entity in doc.ents:
        if entity.end - entity.start == 1 and entity.root.tag_ == "NN" and entity.root.is_sent_start:
            continue  # "Turnout was 71 per cent"
        kind = _KINDS.get(entity.label_)
        if kind is None or entity.start < done:  # of a name that the parser took for two
            continue
        asks = doc[entity.start].pos_ == "AUX" and entity.sent.text.rstrip().endswith("?")  # "Will Cruz win?"
        start = entity.start + (asks and len(entity) > 1)
        first, last = _unbroken(doc, start, entity.end)
        done = last
        if last - first > 1 and _bare(doc[first]) in ADDRESSES:
            kind = "person"
        # a headline in capitals and a list are no name
        while last > first and not _NAME_WORD.match(doc[last - 1].text):
            last -= 1
        title = ""
        while first < last and (
            _bare(doc[first]) in TITLES
            or _is_occupation(doc, first, last)
            or not _NAME_WORD.match(doc[first].text)
            or (doc[first].is_sent_start and doc[first].pos_ in ("ADP", "SCONJ", "CCONJ"))  # "Beyond Trump's plan"
        ):
            if kind != "person" and _NAME_WORD.match(doc[first].text):
                break
            title = _bare(doc[first]) if _NAME_WORD.match(doc[first].text) else title
            first += 1
        if first == last:
            continue
        if first and not title and _bare(doc[first - 1]) in TITLES:
            title = _bare(doc[first - 1])
        if kind == "person":
            yield from _people(number, doc, first, last, title)
        else:
            words = tuple(doc[first:last].text.split())
            if all(_NAME_WORD.match(word) or not word.isalpha() or word in _LINKS for word in words):
                yield Mention(number, first, last, words, kind, title)


def _unknown(number: int, doc: Doc) -> Iterator[Mention]:
    """The names that the parser did not know for such, and that what stands beside them tells: "Mayor Ines Kader"."""
    last = 0
    for token in doc:
        first = token.i
        if first < last or not _is_name_word(doc, first):
            continue
        last = first + 1
        while last - first < _LONGEST and _is_name_word(doc, last):
            last += 1
        title = _bare(doc[first - 1]) if first and _bare(doc[first - 1]) in PERSONAL else ""
        if not title and _is_occupation(doc, first, last):
            title, first = _bare(doc[first]), first + 1
        if (title or _is_person_by_deed(doc, first, last)) and not doc[first:last].text.isupper():
            yield from _people(number, doc, first, last, title)


def _surnames_alone(docs: Sequence[Doc], found: Sequence[Mention], people: Set[tuple[str, ...]]) -> Iterator[Mention]:
    """Where only the last name of one of `people` stands, and the parser did not know it for a name."""
    surnames = {words[-1] for words in people if len(words) > 1}
    taken = {(one.paragraph, at) for one in found for at in range(one.first, one.last)}
    for number, doc in enumerate(docs):
        for token in doc:
            is_noun = token.tag_ == "NNP" or (token.tag_ == "NN" and token.dep_ == "nsubj")
            if token.text not in surnames or not is_noun or (number, token.i) in taken:
                continue
            before = doc[token.i - 1] if token.i else token
            title = _bare(before) if _bare(before) in TITLES else ""
            is_part = token.dep_ == "compound" or (before.i < token.i and before.pos_ == "PROPN" and not title)
            if not is_part:
                yield Mention(number, token.i, token.i + 1, (token.text,), "person", title)


def _is_occupation(doc: Doc, first: int, last: int) -> bool:
    """Whether a first and a last name follow what somebody is: "Hydrologist Wen Zhao", "Prosecutor Ann Poe"."""
    if last - first < 3:
        return False
    word = doc[first].text
    return is_occupation(word) or (is_somebody(word) and is_first_name(doc[first + 1].text))


def _is_person_by_deed(doc: Doc, first: int, last: int) -> bool:
    """Whether words in capitals are a first and a last name, of one "who" did something or who said it."""
    words, root = doc[first:last], doc[first:last].root
    if len(words) not in (2, 3) or words[-1].tag_ != "NNP" or (first and doc[first - 1].pos_ == "DET"):
        return False
    is_between = first and doc[first - 1].text == "," and last < len(doc) and doc[last].text == ","
    is_apposition = is_between and root.dep_ == "appos" and is_first_name(words[0].text)
    speaks = root.dep_ == "nsubj" and root.head.lemma_ in ("say", "tell", "add")
    return speaks or is_apposition or _has_who_or_age_behind(doc, last)


def _is_name_word(doc: Doc, at: int) -> bool:
    """Whether a word may belong to a name that is in no entity."""
    if at >= len(doc):
        return False
    word = doc[at]
    is_name = word.pos_ == "PROPN" and bool(_NAME_WORD.match(word.text)) and _bare(word) not in TITLES
    return is_name and word.ent_type_ in _UNSURE


def _people(number: int, doc: Doc, first: int, last: int, title: str) -> Iterator[Mention]:
    """The names in an entity that the parser takes for one person; what has a comma or a dash inside is several."""
    start = first
    for at in range(first, last + 1):
        inside = at < last and (_glued(doc, at) or doc[at].is_quote or _bare(doc[at]) in _LINKS)
        ends = at == last or not (inside or _NAME_WORD.match(doc[at].text))
        is_title = at < last and _bare(doc[at]) in TITLES and at + 1 < len(doc) and doc[at + 1].pos_ == "PROPN"
        nested = is_title and at > start  # else it is a name: "Andre Pope"
        if ends or nested:
            words = _name_words(doc, start, at)
            if (
                words
                and len(words) <= 5
                and not all(word.casefold() in TITLES for word in words)
                and any(len(word) > 1 for word in words)
            ):
                yield Mention(number, start, at, words, "person", title if start == first else _bare(doc[start - 1]))
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
        and bool(_NAME_WORD.match(word.text))
        and _bare(word) not in TITLES | _SUFFIXES
        and not is_occupation(word.text)
    )


def _is_last_name(doc: Doc, at: int) -> bool:
    """Whether a word belongs to the person's name before it, though the parser took it for nothing, or for a date."""
    word, before = doc[at], doc[at - 1]
    is_name = word.pos_ == "PROPN" and word.ent_type_ not in _KINDS and bool(_NAME_WORD.match(word.text))
    is_name = is_name and _bare(word) not in TITLES and not _DAY.fullmatch(word.text)
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
    while last + 1 < len(doc) and doc[last].lower_ in _PARTICLES and _NAME_WORD.match(doc[last + 1].text):
        last += 2  # "Energia do Sul"
    while last + 1 < len(doc) and doc[last].text == "-" and _glued(doc, last + 1) and doc[last + 1].text[:1].isupper():
        last += 2
    return first, last


def _bare(token: Token) -> str:
    return token.lower_.rstrip(".").removesuffix("'s")
