"""Mentions in, the entities of an article out: one person under all names, namesakes apart, with their roles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings.quotes.first_names import GENDERED, HE, SHE, Gender, gender_of
from embeddings.quotes.name_kinds import told_of
from embeddings.quotes.names import Mention
from embeddings.quotes.offices import ADDRESSES, is_somebody
from embeddings.types import EntityKind, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_MALE = re.findall(
    r"\w+",
    "mr sir lord king prince congressman chairman spokesman businessman father husband son brother pope actor"
    " alderman councilman assemblyman policeman salesman frontman widower uncle grandfather nephew",
)
_FEMALE = re.findall(
    r"\w+",
    "mrs ms miss lady dame queen princess congresswoman chairwoman spokeswoman businesswoman mother wife daughter"
    " sister actress alderwoman councilwoman assemblywoman policewoman saleswoman widow aunt grandmother niece heroine",
)
_GENDER_WORDS = dict.fromkeys(_MALE, HE) | dict.fromkeys(_FEMALE, SHE)
_KNIGHTED = ("sir", "dame")  # what stands before a first name, too
_PEERS = ("lord", "lady")
_NO_PERSON = re.compile(r"\w{3,}(?:ation|ution|ction|ition|ity|ism|ment|logy|ness)s?")
"""Nouns of what nobody can be: in "Jobs, innovation and growth" they are no role."""
_NONETHELESS = frozenset(("relation", "witness", "celebrity"))
_FEW = 2  # words of a relative clause that tell nothing: "who said", "who is"
_ROLE_LIMIT = 160  # characters


@dataclass(slots=True, eq=False)
class Figure:
    """An entity while the article is read. `places` are its mentions, in order."""

    number: int
    words: tuple[str, ...]
    kind: EntityKind
    places: list[Mention] = field(default_factory=list)
    gender: Gender | None = None
    role: str | None = None
    role_span: Span | None = None

    @property
    def name(self) -> str:
        return " ".join(self.words)


class Registry:
    """The figures of an article, and who is meant by each mention."""

    def __init__(self, docs: Sequence[Doc], paragraphs: Sequence[Span], found: Sequence[Mention]) -> None:
        self._docs, self._paragraphs = docs, paragraphs
        self.figures: list[Figure] = []
        self.of_mention: dict[tuple[int, int], Figure] = {}
        people = [mention for mention in found if mention.kind == "person"]
        self._add_full_names([mention for mention in people if len(mention.words) > 1])
        latest: dict[str, Figure] = {}
        for mention in found:
            figure = self._full(mention) if mention.kind == "person" else self._organisation(mention)
            if figure is None:
                figure = self._short(mention, latest)
            figure.places.append(mention)
            for position in range(mention.first, mention.last):
                self.of_mention[mention.paragraph, position] = figure
            if len(mention.words) > 1 and mention.kind == "person":
                latest[mention.words[-1]] = figure
        for figure in self.figures:
            self._describe(figure)

    def new(self, words: tuple[str, ...], kind: EntityKind) -> Figure:
        figure = Figure(len(self.figures), words, kind)
        if kind == "person" and len(words) > 1:
            figure.gender = gender_of(words[0])
        elif kind == "group":
            figure.gender = next((_GENDER_WORDS[word] for word in words if word in _GENDER_WORDS), None)
        self.figures.append(figure)
        return figure

    def span(self, mention: Mention) -> Span:
        """Where a mention stands in the article's text."""
        return self.words_span(mention.paragraph, mention.first, mention.last)

    def words_span(self, paragraph: int, first: int, last: int) -> Span:
        doc, start = self._docs[paragraph], self._paragraphs[paragraph].start
        end = doc[last - 1]
        return Span(start + doc[first].idx, start + end.idx + len(end))

    def words_text(self, paragraph: int, first: int, last: int) -> str:
        """Words of a paragraph, in one line."""
        return " ".join(self._docs[paragraph][first:last].text.split())

    def _add_full_names(self, found: Sequence[Mention]) -> None:
        counts = Counter(mention.words for mention in found)
        for words, _ in sorted(counts.items(), key=lambda item: (-len(item[0]), -item[1], item[0])):
            if not self._matching(words):
                self.new(words, "person")

    def _matching(self, words: tuple[str, ...]) -> list[Figure]:
        return [figure for figure in self.figures if figure.kind == "person" and _same_person(figure.words, words)]

    def _full(self, mention: Mention) -> Figure | None:
        if len(mention.words) < 2:
            return None
        same = self._matching(mention.words)
        return next((figure for figure in same if figure.words == mention.words), same[0] if same else None)

    def _organisation(self, mention: Mention) -> Figure:
        words = mention.words[1:] if mention.words[0] in ("The", "the") and len(mention.words) > 1 else mention.words
        for figure in self.figures:
            if figure.kind != "person" and (figure.words == words or _is_acronym(words, figure.words)):
                return figure
        return self.new(words, mention.kind)

    def _short(self, mention: Mention, latest: dict[str, Figure]) -> Figure:
        """Who is meant by a surname or a first name alone."""
        word = mention.words[-1]
        people = [figure for figure in self.figures if figure.kind == "person"]
        named = [figure for figure in people if figure.words[-1] == word]
        may_be_first = not mention.title or mention.title in _KNIGHTED
        named = named or [figure for figure in people if figure.words[0] == word and may_be_first]
        gender = _GENDER_WORDS.get(mention.title) or self._said_of(mention)
        if mention.title and gender and all(figure.gender not in (None, gender) for figure in named):
            named = []  # "Mrs Hale" is not Desmond Hale
        if mention.title in _PEERS and len(named) > 1:  # "Lord Hale" is neither Ann nor Peter
            named = [figure for figure in named if any(place.title in _PEERS for place in figure.places)]
        if gender:
            for figure in named:
                if figure.gender is None and len(named) == 1:
                    figure.gender = gender
            named = [figure for figure in named if figure.gender in (None, gender)] or named
        if mention.title:  # "Captain Keane" is no other Keane
            named = [figure for figure in named if mention.title in (place.title for place in figure.places)] or named
        if not named:
            is_peer = mention.title in _PEERS
            figure = self.new((mention.title.title(), *mention.words) if is_peer else mention.words, "person")
            figure.gender = gender
            return figure
        if len(named) > 1 and latest.get(word) in named:
            recent = latest[word]
            if recent.places[-1].paragraph == mention.paragraph:
                return recent
            return max(named, key=lambda figure: len(figure.places))
        return named[0]

    def _said_of(self, mention: Mention) -> Gender | None:
        """The gender that the clause which a name governs tells of it: "Pryce said he …"."""
        name = self._docs[mention.paragraph][mention.last - 1]
        if name.dep_ != "nsubj":
            return None
        clauses = (child for child in name.head.children if child.dep_ == "ccomp" and child.i > name.i)
        subjects = (token for clause in clauses for token in clause.children if token.dep_ in ("nsubj", "nsubjpass"))
        return next((GENDERED[token.lower_] for token in subjects if token.lower_ in GENDERED), None)

    def _describe(self, figure: Figure) -> None:
        """Role and gender, from what stands beside the mentions."""
        if figure.kind != "person":
            return
        for mention in figure.places:
            doc = self._docs[mention.paragraph]
            is_label = mention.first == 0 and mention.last < len(doc) and doc[mention.last].text == ":"
            if figure.role is None and not is_label:
                place = _role_words(doc, mention)
                if place is None and mention is figure.places[0]:
                    place = _right_before(doc, mention)
                if place and not _is_no_person(doc, *place) and not _is_age(doc, *place):
                    figure.role_span = self.words_span(mention.paragraph, *place)
                    figure.role = self.words_text(mention.paragraph, *place)
            if figure.gender is None:
                words = [mention.title, *(doc[i].lower_ for i in range(max(0, mention.first - 3), mention.first))]
                found = [_GENDER_WORDS[word] for word in words if word in _GENDER_WORDS]
                figure.gender = found[0] if found else None
        if figure.gender is None and figure.role:
            found = [_GENDER_WORDS[word] for word in re.findall(r"\w+", figure.role.lower()) if word in _GENDER_WORDS]
            figure.gender = found[0] if found else None


def _same_person(full: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names of two words or more are one person's: the same surname, first names that agree."""
    if full[-1].casefold() != other[-1].casefold():
        return False
    one, two = full[0].rstrip(".").casefold(), other[0].rstrip(".").casefold()
    short, long = sorted((one, two), key=len)
    return one == two or (len(short) != 2 and long.startswith(short)) or two in (w.casefold() for w in full[:-1])


def _is_acronym(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    short, long = (words, name) if len(words) == 1 else (name, words)
    if len(short) != 1 or len(long) < 3 or not short[0].replace(".", "").isupper():
        return False
    return short[0].replace(".", "") == "".join(word[0] for word in long if word[0].isupper())


def _role_words(doc: Doc, mention: Mention) -> tuple[int, int] | None:
    """The words of a role beside a name: "X, head of …", "head of …, X", "pollster X", "X is a lawyer", "X, who …"."""
    head = doc[mention.first : mention.last].root
    for child in head.rights:
        if child.dep_ == "appos" and child.pos_ in ("NOUN", "PROPN") and child.i >= mention.last:
            noun = child.pos_ == "NOUN" or any(inner.pos_ == "NOUN" for inner in child.subtree)
            named = (one for one in (child, *child.children) if one.dep_ == "appos")
            is_another = any(one.ent_type_ == "PERSON" for one in named)  # in a list: "Ann Poe, the baker Tom Birch"
            if noun and not is_another and doc[mention.last].text in (",", "(", "-", "—", "–"):
                first = child.left_edge.i + (child.left_edge.tag_ == "PRP$")  # "its director": "director"
                return _clipped(doc, first, child.right_edge.i + 1)
    if place := _role_before(doc, mention, head):
        return place
    start = mention.first
    while (
        start
        and doc[start - 1].i >= head.sent.start
        and (
            doc[start - 1].dep_ in ("compound", "amod", "nmod", "poss", "case", "appos", "punct", "det", "npadvmod")
            and doc[start - 1].text not in ',.;:—"“”'
            and doc[start - 1].pos_ not in ("VERB", "AUX", "PRON")
        )
    ):
        start -= 1
    while start < mention.first and (doc[start].pos_ in ("DET", "PUNCT") or doc[start].text in ("'s", "’s")):
        start += 1
    if start < mention.first:
        before = doc[start : mention.first]
        if any(token.pos_ == "NOUN" and len(token) > 2 for token in before) or any(
            token.lower_.rstrip(".") not in ADDRESSES and is_somebody(token.text.rstrip(".")) for token in before
        ):
            end = mention.first
            if end - 1 > start and doc[end - 1].lower_.rstrip(".") in ADDRESSES and doc[end - 2].pos_ == "NOUN":
                end -= 1  # "lead author Dr"
            return start, end
    if head.dep_ == "nsubj" and head.head.lemma_ == "be" and head.head.pos_ in ("AUX", "VERB"):
        attribute = next((child for child in head.head.rights if child.dep_ == "attr" and child.pos_ == "NOUN"), None)
        if attribute is not None:
            return _clipped(doc, attribute.left_edge.i, attribute.right_edge.i + 1)
    clauses = (child for child in head.rights if child.dep_ == "relcl")
    clause = next((clause for clause in clauses if clause.left_edge.lower_ in ("who", "whose")), None)
    if clause is not None:
        first, last = _clipped(doc, clause.left_edge.i, clause.right_edge.i + 1)
        return (first, last) if last - first > _FEW else None
    return _where_from(doc, mention)


def _right_before(doc: Doc, mention: Mention) -> tuple[int, int] | None:
    """What somebody is, right before the name, though the parser has it otherwise: "the journalist Howard Arlen".

    Of where a name stands first; else it may be "the judge Ann Poe criticised".
    """
    at = mention.first - 1
    if at < 0 or doc[at].pos_ != "NOUN" or not is_somebody(doc[at].text):
        return None
    start = at
    while start and doc[start - 1].head.i == at and doc[start - 1].dep_ in ("amod", "compound"):
        start -= 1
    return start, at + 1


def _where_from(doc: Doc, mention: Mention) -> tuple[int, int] | None:
    """The words behind a name that tell whose somebody is: "of the Nordic Institute"."""
    if mention.last >= len(doc) or doc[mention.last].lower_ != "of":
        return None
    of = next((child.i for child in doc[mention.last].rights if child.dep_ == "pobj"), None)
    end = next((entity.end for entity in doc.ents if of in range(entity.start, entity.end)), None)
    return (mention.last, end) if of and end and doc[of].ent_type_ == "ORG" else None


def _role_before(doc: Doc, mention: Mention, head: Token) -> tuple[int, int] | None:
    """The words of a role before a name, "her lawyer, X,", "her counterpart X", without "her"; `head` is the name's.

    The parser takes the name for an apposition, or for one more subject beside the noun.
    """
    noun = told_of(head) if head.dep_ == "appos" else head.head
    told = doc[mention.first - 2] if mention.first > 1 and doc[mention.first - 1].text == "," else head
    if head.dep_ == "appos" and told in noun.subtree:
        told = noun
    is_one = told == noun or (told.head == head.head and told.dep_ == head.dep_)
    beside = mention.first if told.i == mention.first - 1 else None
    end = next((token.i for token in doc[told.i : mention.first] if token.text == ","), beside)
    if end is None or not is_one or told.pos_ != "NOUN":
        return None
    start = told.left_edge.i
    while doc[start].pos_ in ("DET", "PRON") or doc[start].lower_ == "one":
        start += 1
    return _clipped(doc, start, end)


def _is_age(doc: Doc, first: int, last: int) -> bool:
    return doc[first:last].text.endswith("year-old")


def _is_no_person(doc: Doc, first: int, last: int) -> bool:
    """Whether what a description describes is nobody, but something: "innovation", "the administration"."""
    word = doc[first:last].root.lower_
    return bool(_NO_PERSON.fullmatch(word)) and word not in _NONETHELESS


def _clipped(doc: Doc, first: int, last: int) -> tuple[int, int]:
    """Without a relative clause or a second apposition, not cut at a hyphen, and within a bound."""
    while last + 1 < len(doc) and doc[last].text == "-" and not doc[last - 1].whitespace_ and not doc[last].whitespace_:
        last += 2
    for token in doc[first:last]:
        is_mark = token.is_quote and token.tag_ != "POS"  # "the Workers' Union"
        after = doc[token.i + 1 : token.i + 2]
        goes_on = token.text == "," and any(word.tag_ in ("VBD", "VBZ") for word in after)  # "Ann, who wrote it, died"
        if token.i > first and (token.lower_ in ("who", "which", "said", "says", "told") or is_mark or goes_on):
            last = token.i
            break
    while last > first + 1 and (doc[last - 1].idx - doc[first].idx > _ROLE_LIMIT or doc[last - 1].is_punct):
        last -= 1
    return first, last
