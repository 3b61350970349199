"""Names as they were found in, what each names out: a person, an organisation or a document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from operator import attrgetter
from typing import TYPE_CHECKING

from embeddings.quotes.first_names import GENDERED, is_first_name
from embeddings.quotes.names import HONOURS, LONGEST, NAME_WORD, Mention, bare, found_names, has_who_or_age_behind
from embeddings.quotes.offices import PERSONAL, RELATIVES, TITLES, is_somebody
from embeddings.types import EntityKind

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_NOBODY = ("ORG", "GPE", "FAC", "LOC")  # what the parser calls the names of what nobody can be
_WHERE = frozenset(re.findall(r"\w+", "in at near across into through outside inside within throughout along"))
_SORTS_OF_PLACES = frozenset(
    re.findall(
        r"\w+",
        "town city village river lake county district province region state port island valley bay borough parish"
        " municipality suburb neighbourhood neighborhood coast banks",
    )
)
_PERHAPS_A_COMPANY = frozenset(
    re.findall(r"\w+", "owner developer agent organiser organizer guest tenant source supporter critic expert host")
)
_THINGS = frozenset(
    re.findall(
        r"\w+",
        "chain restaurant company firm network website newspaper paper magazine app platform hashtag brand bank agency"
        " group club team band ship boat vessel ferry yacht trawler town city village river island mountain lighthouse"
        " rock hotel pub bar cafe shop store supermarket school college university hospital station airport bridge dam"
        " mine film movie song album novel book memoir play series show programme program operation project storm"
        " hurricane typhoon drug vaccine horse dog cat cow party charity operator maker"
        " manufacturer carrier retailer airline",
    )
)
"""What bears a name of its own, as a person does."""
_STORMS = frozenset(("Storm", "Hurricane", "Typhoon", "Cyclone"))
_CLUBS = frozenset(
    re.findall(r"\w+", "town city united rovers rangers wanderers athletic albion county fc afc hotspur")
)
"""How sports clubs are called after their town."""


def mentions(docs: Sequence[Doc]) -> list[Mention]:
    """All mentions, in order. Of a name whose sort the parser tells differently at different places, most decide."""
    found = found_names(docs)
    votes: defaultdict[tuple[str, ...], Counter[EntityKind]] = defaultdict(Counter)
    for mention in found:
        votes[mention.words][mention.kind] += 2 if mention.title in PERSONAL else 1
    introduced = {mention.words for mention in found if _is_introduced(docs[mention.paragraph], mention)}
    things = {mention.words for mention in found if _is_named_thing(docs, mention)} - introduced
    places = _places(docs, found) | things
    people = {words for words, kinds in votes.items() if _is_person(words, kinds) and words not in places}
    alone = {words[0] for words in votes if len(words) == 1}
    titled = {mention.words for mention in found if mention.title in PERSONAL}
    people |= {words for words in votes if _is_likely_person(words, votes[words], alone, words in titled)}
    people |= introduced
    people |= {mention.words for mention in found if _is_first_name_of(docs[mention.paragraph], mention, people)}
    people -= things
    surnames = {words[-1] for words in people}
    found = sorted((*found, *_alone(docs, found, people)), key=attrgetter("paragraph", "first"))
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
        if kind == "person" and len(words) > 1 and words[-1].casefold() in HONOURS:
            words = words[:-1]
        settled.append(Mention(mention.paragraph, mention.first, mention.last, words, kind, mention.title))
    return settled


def _is_person(words: tuple[str, ...], kinds: Counter[EntityKind]) -> bool:
    return 2 * kinds["person"] >= kinds.total() and len(words) <= 5 and words[0] not in ("The", "the")


def _is_likely_person(words: tuple[str, ...], kinds: Counter[EntityKind], alone: set[str], has_title: bool) -> bool:
    """Whether the parser missed a person: a last name that also stands alone, after a title or a first name."""
    is_called_so = len(words) in (2, 3) and kinds["person"] == 0 and words[-1] in alone
    return is_called_so and (has_title or is_first_name(words[0]))


def _is_named_thing(docs: Sequence[Doc], mention: Mention) -> bool:
    """Whether the words of a name tell that it is nobody's: "Storm Brigid", "Harwick Town", "the Hexley Herons"."""
    if len(mention.words) != 2 or mention.title:
        return False
    first, last = mention.words
    is_plural = docs[mention.paragraph][mention.last - 1].tag_ == "NNPS" and not is_first_name(first)
    return first in _STORMS or last.casefold() in _CLUBS or is_plural


def _is_introduced(doc: Doc, mention: Mention) -> bool:
    """Whether what stands beside a name tells that it is a person's: "her brother, Alasdair", "Nadia Petrescu, who …".

    By what may be an organisation, too, "the owner, Ada Holdings", only where it begins with a first name.
    """
    head = doc[mention.first : mention.last].root
    if head.dep_ == "appos" and head.head.lower_ in RELATIVES and doc[mention.first - 1].text == ",":
        return True
    if not _may_be_person(doc, mention):
        return False
    is_likely = head.dep_ != "pobj" and (len(mention.words) > 1 or is_first_name(mention.words[0]))
    if doc[mention.last - 1].lower_ in HONOURS or (is_likely and has_who_or_age_behind(doc, mention.last)):
        return True
    has_first_name = len(mention.words) > 1 and is_first_name(mention.words[0])
    if has_first_name and (_has_own(doc, head) or _is_countrys(doc, mention)):
        return True
    beside = doc[mention.first - 1] if mention.first else head
    noun = told_of(head) if head.dep_ == "appos" and beside.text == "," else beside
    if noun.i >= mention.first or noun.pos_ != "NOUN" or not is_somebody(noun.text):
        return False
    return noun.lower_ not in _PERHAPS_A_COMPANY or has_first_name


def _is_countrys(doc: Doc, mention: Mention) -> bool:
    """Whether a name stands behind that of a country as its owner: "Spain's Ines Carrasco"."""
    at = mention.first
    return at > 1 and doc[at - 1].tag_ == "POS" and doc[at - 2].ent_type_ == "GPE"


def _has_own(doc: Doc, name: Token) -> bool:
    """Whether a name does something to what is his or hers, and is the first person to be named there: "X opened her
    first shop"."""
    owned = (child for child in name.head.children if child.dep_ == "dobj" and name.dep_ == "nsubj")
    owners = [token for one in owned for token in one.children if token.dep_ == "poss" and token.lower_ in GENDERED]
    return bool(owners) and not any(token.ent_type_ == "PERSON" for token in doc[: owners[0].i])


def _may_be_person(doc: Doc, mention: Mention) -> bool:
    """Whether a name that was taken for an organisation is written as a person's, and no place's or people's."""
    words = [word for word in mention.words if word.casefold() not in HONOURS]
    is_written_so = len(words) < LONGEST and all(NAME_WORD.match(word) and not word.isupper() for word in words)
    is_place = any(token.ent_type_ in ("GPE", "LOC", "NORP") for token in doc[mention.first : mention.last])
    has_both_names = len(words) == 2 and is_first_name(words[0])  # "its president, Vera Stanek"
    return is_written_so and (has_both_names or not is_place)


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


def _is_full_name(words: tuple[str, ...], surnames: set[str]) -> bool:
    """Whether a name that was taken for an organisation is one or two first names before a person's surname."""
    is_written_so = words[0] != "The" and all(NAME_WORD.match(word) for word in words)
    return len(words) in (2, 3) and words[-1] in surnames and is_written_so


def _alone(docs: Sequence[Doc], found: Sequence[Mention], people: Set[tuple[str, ...]]) -> Iterator[Mention]:
    """Where only the last or the first name of one of `people` stands, and the parser did not know it for a name."""
    full = [words for words in people if len(words) > 1]
    called = Counter(words[0] for words in full if is_first_name(words[0]))
    names = {words[-1] for words in full} | {name for name, bearers in called.items() if bearers == 1}
    taken = {(one.paragraph, at) for one in found for at in range(one.first, one.last)}
    for number, doc in enumerate(docs):
        for token in doc:
            is_noun = token.tag_ == "NNP" or (token.tag_ in ("NN", "NNS") and token.dep_ in ("nsubj", "nsubjpass"))
            if token.text not in names or not is_noun or (number, token.i) in taken:
                continue
            before = doc[token.i - 1] if token.i else token
            title = bare(before) if bare(before) in TITLES else ""
            is_part = token.dep_ == "compound" or (before.i < token.i and before.pos_ == "PROPN" and not title)
            if not is_part:
                yield Mention(number, token.i, token.i + 1, (token.text,), "person", title)
