"""A question that goes on from earlier ones in, the question in full out: "and McConnell?", "when was that?".

Pronouns get the name or the thing they stand for, and what is left out is filled in from the question before. What
stands for itself is left as it is, so that no new topic is bent to an old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from bot.features import content_words, has_content
from bot.question import bare_line
from bot.question_parts import (
    IT,
    QUESTION_WORDS,
    THEY,
    Pointing,
    asking_phrase,
    asks_for_deed,
    asks_for_subject,
    beginning,
    doer_and_companion,
    is_asking,
    is_part_of_verb,
    is_plural,
    is_time,
    is_verb,
    only_asks,
    points_as,
    possessive,
    same_preposition,
    with_names,
    without_possessive,
    without_question_word,
    without_stranded,
)
from bot.speaker_patterns import speaker_question
from bot.types import Answer, Passage
from embeddings.name_words import name_words
from embeddings.people import Person
from embeddings.quotes.first_names import GENDERED, gender_of, is_first_name
from embeddings.quotes.names import is_somebody, office
from embeddings.quotes.parsing import parse
from embeddings.stores import Store
from embeddings.types import Scope

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_READINGS = 3  # most ways in which one follow-up is read
_FEW = 3  # words with content; a question of no more may leave out what it asks about
_REMEMBERED = 3  # turns back in which a pronoun's name is looked for
_LEAD = re.compile(r"(?:(?:and|but|so|or|also|then|ok(?:ay)?|well)[, ]+)+(?=\w)", re.IGNORECASE)
_FRAGMENT_LEAD = re.compile(r"(?:what|how)(?: about|'s about| of) ", re.IGNORECASE)
_ON_IT = re.compile(r" (?:about|on|to) (?:it|that|this)(?=\?$)", re.IGNORECASE)
_MORE = re.compile(
    r"(?:what|anything|something|who|where)(?: \w+)? else|else|(?:any |some |tell me |show me )?more|go on|continue"
    r"|(?:and )?what next|next",
    re.IGNORECASE,
)
_ELSE = re.compile(r"\belse\b|\bmore(?=\W*$| (?:about|on)\b)", re.IGNORECASE)
SHORT = re.compile(
    r"(?!who (?:is|was|are|were) (?:he|she|they)$)"
    r"(?P<asked>why(?: not| so)?|when(?: and where)?|where(?: and when)?|how(?: come| so| and why)?|who|whom"
    r"|(?:by|with|to|for|from|against) whom|who (?:by|with|to|for|from|against)"
    r"|(?:since|until|till|by|from) when|for how long|by how (?:much|many)"
    r"|what (?:year|day|date|time)|(?:in|on|at) (?:what|which) (?:year|day|date|place|city|country)|which one"
    r"|how (?:many|much|long|often|far))"
    r"(?: (?:is|was|were|are|did|does|do) (?:that|this|it|he|she|they)"
    r"(?: (?:happen|happening|so|be|do (?:that|it)))?)?",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|does|did|will|would) it (?:true|possible|likely|take|rain"
    r"|(?:matter|mean) (?:that|if|whether|who|what|when|how))|(?:is|was) it to|it (?:is|was) \w+ that)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"how many(?= (?:is|are|was|were|do|does|did|have|has|had|will|would|can|could|since|in|after|before|from)\b|$)",
    re.IGNORECASE,
)
_ELSE_WORD = re.compile(r"\belse\b ?", re.IGNORECASE)
_ADDED = re.compile(r"\? \([^()]*\)\??$")
_CURLY = re.compile("[‘’]")
_CAPITALS = re.compile(r"[A-Z][\w'’.-]*(?: (?:(?:of|the|de|von|van|al|bin) )?[A-Z][\w'’.-]*)*")
_TO_THE_BOT = re.compile(r"\b(?:you|your|i|me|my)\b", re.IGNORECASE)
_TWO = re.compile(r"\b(?:(?:those|these|the) two(?: of them)?|both of them)\b(?! \w+s\b)", re.IGNORECASE)
_WORD = re.compile(r"\w[\w'’.-]*")
_POINTS_BACK = re.compile(rf"\b(?:{'|'.join((*GENDERED, *THEY, *IT, 'there'))})\b", re.IGNORECASE)
_NAMED = ("PERSON", "ORG", "GPE", "NORP")  # what the parser calls those who can do or say something
_LONGEST_NAME = 6  # words; more capitals are a headline, or a shout
_ABOUT = ("about", "on", "regarding", "concerning")
_TOPIC_LEAD = re.compile(rf"(?:{'|'.join(_ABOUT)}) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question in full. `more` where what was already shown is not asked for again.

    `article` is the only one that is asked, and `beside` a passage that may tell it, too.
    """

    text: str
    more: bool = False
    article: str | None = None
    beside: Passage | None = None


def readings(text: str, earlier: Sequence[Answer], store: Store, scope: Scope) -> Iterator[Reading]:
    """What `text` can mean after the answers `earlier`, oldest first, from the articles in scope; likeliest first.

    Where it goes on from nothing, `text` itself is the first. What has no sign of going on is not parsed for that.
    """
    turns = [turn for turn in earlier if _is_question(turn)][-_REMEMBERED:]
    bare = _TWO.sub("they", bare_line(text))
    stripped = without_lead(bare)
    if not turns or not stripped:
        yield Reading(text)
        return
    conversation = _Conversation(turns, store, scope)
    leads = (_FRAGMENT_LEAD, _TOPIC_LEAD, _COUNT)
    signs = (_MORE.fullmatch, SHORT.fullmatch, *(lead.match for lead in leads))
    may_go_on = stripped != bare or points_back(bare) or any(sign(bare) for sign in signs)
    found: list[Reading] = []
    for reading in conversation.readings(stripped, is_led=stripped != bare) if may_go_on else ():
        if reading not in found:
            found.append(reading)
            yield reading
        if len(found) == _READINGS:
            return
    if not found:
        yield Reading(text)
        yield from conversation.on_the_same(bare)


def points_back(text: str) -> bool:
    """Whether a pronoun, which may stand for what was spoken of, is among the words of `text`."""
    return bool(_POINTS_BACK.search(bare_line(text)))


@dataclass(frozen=True)
class _Conversation:
    """Earlier turns, oldest first, read for what the next question may leave out."""

    turns: Sequence[Answer]
    store: Store
    scope: Scope
    _known: dict[tuple[str, ...], list[Person]] = field(default_factory=dict)

    @cached_property
    def last(self) -> Answer:
        return self.turns[-1]

    @cached_property
    def asked(self) -> Doc:
        """The last question, parsed."""
        return self._parsed(self.last)

    def _parsed(self, turn: Answer) -> Doc:
        """A question, parsed, without what `on_the_same` added to it."""
        text = _ADDED.sub("", turn.question.text).rstrip(" ?.!")
        return parse([self._in_capitals(without_lead(text))])[0]

    def _in_capitals(self, text: str) -> str:
        """A text, its names in capitals, as the parser knows them, where it is all in small letters."""
        if not text[1:].islower():
            return text
        return _WORD.sub(lambda word: word[0].capitalize() if self._is_name(word[0]) else word[0], text)

    def _is_name(self, word: str) -> bool:
        return has_content(word) and bool(self._called(word))

    def readings(self, bare: str, *, is_led: bool) -> Iterator[Reading]:
        """`bare` has no closing marks and no "and" before it; `is_led` where it had."""
        short = SHORT.fullmatch(bare)
        if _MORE.fullmatch(bare):
            others = self._of_others() if bare.casefold() == "who else" else None
            yield others or Reading(self.last.question.text, more=True)
        elif short:
            is_whole = self.last.question.topic or not self._is_on_speech()  # not "Why did X say?"
            if is_whole and any(is_verb(token) for token in self.asked):
                yield Reading(self._with_other_question_word(short["asked"]))
        else:
            fragment = self._fragment(bare, is_led=is_led)
            yield from self._of_sentence(bare) if fragment is None else self._of_fragment(fragment)

    def _of_others(self) -> Reading | None:
        """ "who else?" after what was asked of one person: "Who else was hurt?" after "Was Ann hurt?"."""
        question, phrase = self.last.question, asking_phrase(self.asked)
        if self._is_on_speech():
            return Reading(f"Who else spoke about {question.topic}?", more=True) if question.topic else None
        doers = (chunk for chunk in self.asked.noun_chunks if chunk.root.dep_ in ("nsubj", "nsubjpass"))
        doer = next((chunk for chunk in doers if self._named_in(chunk.text)), None)
        if doer is None or (phrase and phrase.root.lower_ in ("who", "whom")):
            return None
        asked = self.asked[phrase.end if phrase else 0 : doer.start].text.lower()
        return Reading(f"Who else {asked} {self.asked[doer.end :].text}?")

    def _fragment(self, bare: str, *, is_led: bool) -> Doc | None:
        """What is asked about, where that is all that `bare` tells: "the nets" of "(and) what about the nets"."""
        text = _FRAGMENT_LEAD.sub("", bare, count=1) if _FRAGMENT_LEAD.match(bare) else bare
        if not is_led and text == bare and not (_TOPIC_LEAD.match(bare) and self._is_on_speech()):
            return None
        doc = parse([text])[0]
        is_on_topic = self._is_on_speech() and doc[0].lower_ in _ABOUT  # "and about those who came?"
        is_bare_word = text != bare and len(doc) == 1  # "what about pay?" is no verb
        return doc if is_on_topic or is_bare_word or not any(map(is_verb, doc)) else None

    def _of_fragment(self, fragment: Doc) -> Iterator[Reading]:
        """The last question with `fragment` in it; and then what else may be asked about that."""
        for named in islice(self._with_pronouns_named(fragment, self._pointing(fragment)), 1):  # "her campaign manager"
            fragment = parse([named.rstrip("?")])[0]
        text, question = fragment.text, self.last.question
        if speaker_question(f"what was {text}"):  # "Obama's answer"
            yield Reading(f"What was {text}?")
        speaks = not self._is_on_speech() and self._is_heard(fragment)
        is_another = any(chunk.root.ent_type_ in _NAMED for chunk in self.asked.noun_chunks)  # one after another
        topics = self._topics()
        if speaks and not is_another and topics:  # "and Vass?" after "Why did the price go up?"
            yield Reading(f"What did {text} say about {topics[0]}?")
        if any(map(is_verb, self.asked)):
            yield Reading(self._with_fragment(fragment))
        if speaks or (self._is_on_speech() and self._is_person(fragment)):
            yield Reading(f"What did {text} say?")
            if question.speaker and question.topic:  # or the same one on another
                yield Reading(self._with_topic(without_possessive(text)))
        elif question.speaker and self._is_on_speech() and any(token.text[0].isupper() for token in fragment):
            yield Reading(self._with_speaker(text))  # "the agency"

    def _of_sentence(self, bare: str) -> Iterator[Reading]:
        """`bare` with what it points at; or with what it counts, "how many were there?"."""
        counted = _COUNT.sub(lambda many: f"{many[0]} {self._counted()}", bare, count=1)
        if counted != bare and not points_back(bare):
            yield Reading(f"{beginning(counted)}?")
        doc = parse([counted])[0]
        pointing = self._pointing(doc)
        named = list(self._with_pronouns_named(doc, pointing))
        if named and _ELSE.search(named[0]):  # when all of one was shown, no other is asked
            named = named[:1]
        if self._is_on_speech() or any(map(speaker_question, named)):
            named = [_ON_IT.sub("", full) for full in named]  # it is nothing that was named
        yield from (Reading(full, more=bool(_ELSE.search(full))) for full in named)
        if any(kind == "it" for _, kind in pointing):  # perhaps at all that was asked, or at nothing
            yield from self.on_the_same(bare)
            yield Reading(f"{bare}?")

    def on_the_same(self, bare: str) -> Iterator[Reading]:
        """What hardly tells what it asks about, "who was at the wheel?", asked of what the last question was on.

        That is no question that names somebody, unless it points at something, too: "what did Ann call it?".
        """
        is_short = has_content(bare) and len(content_words(bare)) <= _FEW and not _TO_THE_BOT.search(bare)
        names = any(letter.isupper() or letter.isdigit() for letter in bare[1:]) or self._named_in(bare)
        if not is_short or self._is_on_speech() or (names and not points_back(bare)):
            return
        doc = parse([bare])[0]
        if asking_phrase(doc) is None and doc[0].pos_ != "AUX":
            return
        yield Reading(f"{bare}? ({', '.join(self._topics() or content_words(self.asked.text))})")

    def _topics(self) -> list[str]:
        """What the last question was on."""
        chunks = (chunk for chunk in self.asked.noun_chunks if chunk.root.pos_ != "PRON" and not is_asking(chunk))
        return [self._noun(chunk, self.last) for chunk in chunks]

    def _counted(self) -> str:
        """What the last question counted, or else what it spoke of, several at best."""
        phrase = asking_phrase(self.asked)
        of_asking = [token.text for token in phrase if not only_asks(token) and token.pos_ != "ADV"] if phrase else []
        chunks = sorted(self.asked.noun_chunks, key=lambda chunk: not is_plural(chunk.root))
        things = [[token.text for token in chunk if token.pos_ == "NOUN"] for chunk in chunks if not is_asking(chunk)]
        return " ".join(of_asking or next(filter(None, things), []))

    # --- what the last question asked, asked otherwise ---------------------------------------------------------------

    def _with_other_question_word(self, word: str) -> str:
        """ "why?" after "Who did Obama meet?": "Why did Obama meet?"; after "How many men left?": "Why men left?"."""
        subject, rest = self._subject_asked(), self._rest()
        auxiliary, _, others = rest.partition(" ")
        is_inverted = any(token.pos_ == "AUX" and token.text == auxiliary for token in self.asked) and others
        if is_inverted and not subject and asks_for_deed(self.asked):  # "Who was hurt?": whoever was told
            subject = next(self._persons(self.last, self.asked), "") if self.asked[0].lower_ == "who" else self._told()
        rest = f"{auxiliary} {subject} {others}" if is_inverted and subject else f"{subject} {rest}".strip()
        if not rest and self.asked[0].pos_ == "AUX":  # of "Did they pay?"
            end = next((chunk.end for chunk in self.asked.noun_chunks), 1)
            word, *denied = word.split(maxsplit=1) if word.lower() == "why not" else [word]
            rest = " ".join([self.asked[0].lower_, self.asked[1:end].text, *denied, self.asked[end:].text])
        if not rest or (not subject and asks_for_subject(self.asked)):  # "Why? (who opened the dam)"
            return f"{beginning(word)}? ({self.asked.text})"
        return f"{beginning(word)} {rest}?"

    def _told(self) -> str:
        """The few words that answered the last question, if they are known."""
        words = next((_answering(passage) for passage in self.last.passages[:1]), "")
        return words if len(words.split()) <= _LONGEST_NAME else ""

    def _rest(self) -> str:
        """The last question after the words that ask: "did Obama meet"."""
        phrase = asking_phrase(self.asked)
        if phrase is None:
            return ""
        after = self.asked[phrase.end :]
        rest = without_stranded(after).text if after else ""
        return _ELSE_WORD.sub("", f"{self.asked[: phrase.start].text} {rest}").strip()

    def _subject_asked(self) -> str:
        """The subject that the last question asks for, without what asks: "men" of "How many men left?"."""
        phrase = asking_phrase(self.asked)
        if phrase is None or not asks_for_subject(self.asked):
            return ""
        return " ".join(token.text for token in phrase if not only_asks(token))

    def _with_fragment(self, fragment: Doc) -> str:
        """The last question with `fragment` in the place of what it replaces; at its end, where it adds to it."""
        text, question = fragment.text, self.last.question
        if fragment[0].tag_ in QUESTION_WORDS:
            return f"{beginning(text)} {self._rest()}?"
        if self._is_on_speech() and question.topic and fragment[0].lower_ in _ABOUT and len(fragment) > 1:
            return self._with_topic(fragment[1:].text)
        if fragment[0].pos_ == "ADP":
            same = same_preposition(self.asked, fragment)
            return self._replaced(same, text) if same else f"{self.asked.text} {text}?"
        person = self._is_person(fragment)
        if self._is_on_speech() and question.speaker:
            if not person and not question.topic and question.intent == "quotes":
                return _ELSE_WORD.sub("", f"{question.text.rstrip(' ?')} about {text}?")
            if person or not question.topic:
                return _ELSE_WORD.sub("", self._with_speaker(text))
            told, about, rest = question.topic.partition(" about ")  # "Ann about the nets", in "What did X tell …?"
            return self._with_topic(f"{text}{about}{rest}" if self._named_in(told) else text)
        chunks = list(filter(None, (without_question_word(chunk) for chunk in self.asked.noun_chunks)))
        if text.endswith(("'s", "s'")):  # "and Alabama's?"
            owners = [token for token in self.asked if token.dep_ == "poss" and token.pos_ == "PROPN"]
            if owners:
                owner = owners[-1]
                return self._replaced(self.asked[owner.left_edge.i : owner.i + 2], text)
        persons = (chunk for chunk in chunks if chunk.root.pos_ == "PROPN" and self._called(chunk.text))
        first = next(persons, None) if person else None
        if first or self._called(text):
            return self._replaced(first, text)
        alike = [chunk for chunk in reversed(chunks) if chunk.root.pos_ in ("NOUN", "PROPN")]
        root = fragment[:].root
        return self._replaced(max(alike, key=lambda chunk: self._likeness(chunk, root), default=None), text)

    def _likeness(self, chunk: Span, root: Token) -> tuple[bool, bool, bool]:
        """How like a noun phrase is to another: whether both are of several, both names, and it is no person's."""
        same_number = is_plural(chunk.root) == is_plural(root)
        return same_number, chunk.root.pos_ == root.pos_, not self._called(chunk.text)

    def _is_on_speech(self) -> bool:
        """Whether the last question asked of a speaker."""
        return self.last.question.intent in ("quotes", "who") and bool(self.last.question.speaker)

    def _with_speaker(self, name: str) -> str:
        """The last question on speakers with another speaker; it is written as it was asked, quotation marks apart."""
        question = self.last.question
        text, old = (_CURLY.sub("'", one) for one in (question.text, question.speaker or ""))
        return text.replace(old, without_possessive(name), 1)

    def _with_topic(self, topic: str) -> str:
        """The same with another topic."""
        question = self.last.question
        text, old = (_CURLY.sub("'", one) for one in (question.text, question.topic or ""))
        at = max((found.start() for found in re.finditer(rf"\b{re.escape(old)}", text)), default=None)
        return f"{text.rstrip(' ?')} {topic}?" if at is None else f"{text[:at]}{topic}{text[at + len(old) :]}"

    def _replaced(self, old: Span | None, new: str) -> str:
        if old is None:  # "Will it rain? (the schools)"
            return f"{self.asked.text}? ({new})"
        return f"{self.asked[: old.start].text} {new} {self.asked[old.end :].text}".strip() + "?"

    # --- whom and what pronouns stand for ----------------------------------------------------------------------------

    def _with_pronouns_named(self, doc: Doc, pointing: Sequence[tuple[Token, Pointing]]) -> Iterator[str]:
        """`doc` with each pronoun that points out of it replaced by what it stands for, in every likely way."""
        kinds = list(dict.fromkeys(kind for _, kind in pointing))
        choices = {kind: list(dict.fromkeys(self._antecedents(kind))) for kind in kinds}
        if choices.get("he") and choices.get("she"):  # two who are talked of are not one
            choices["she"] = [name for name in choices["she"] if name != choices["he"][0]]
        for number in range(_READINGS):
            chosen = {
                kind: options[min(number, len(options) - 1)] if kind in ("he", "she") else options[0]
                for kind, options in choices.items()
                if options
            }
            if chosen:
                yield with_names(doc, [(token, chosen[kind]) for token, kind in pointing if kind in chosen])

    def _pointing(self, doc: Doc) -> list[tuple[Token, Pointing]]:
        """The pronouns of `doc` that stand for what it does not name itself."""
        expletive = _EXPLETIVE.search(doc.text)
        found = []
        for token in doc:
            kind = points_as(token)
            reflexive = token.lower_.endswith(("self", "selves"))
            stands_for_nothing = expletive and expletive.start() <= token.idx < expletive.end()
            if kind and not reflexive and not stands_for_nothing and not self._is_inside(token, kind):
                found.append((token, kind))
        return found

    def _is_inside(self, token: Token, kind: Pointing) -> bool:
        """Whether what the pronoun stands for is named, or asked for, before it in the same question."""
        if token.tag_ == "PRP$" and asks_for_subject(token.doc):
            return True  # "Which senator took back his support?"
        for chunk in token.doc[: token.i].noun_chunks if token.i else ():
            if chunk.root.pos_ == "PRON" or is_asking(chunk):
                continue
            called = [person.name for person in self._called(chunk.text)]
            person = bool(called) or (chunk.root.pos_ == "PROPN" and chunk.root.ent_type_ == "PERSON")
            if kind in ("he", "she") and person and any(_may_be(name, kind) for name in called or [chunk.text]):
                return True
            if kind == "it" and not person and chunk.root.dep_ in ("nsubj", "nsubjpass"):
                return True
            if kind == "they" and is_plural(chunk.root):
                return True
        return False

    def _antecedents(self, kind: Pointing) -> Iterator[str]:
        for turn in reversed(self.turns):
            doc = self.asked if turn is self.last else self._parsed(turn)
            if kind in ("he", "she"):
                yield from (name for name in self._persons(turn, doc) if _may_be(name, kind))
            elif kind == "they":
                yield from self._several(turn, doc)
            else:
                yield from self._things(doc, places=kind == "there")
        if kind in ("he", "she"):  # "Georgia's governor"
            chunks = [chunk for chunk in self.asked.noun_chunks if chunk.root.dep_ == "nsubj" and not is_asking(chunk)]
            yield from (self._noun(chunk, self.last) for chunk in chunks if is_somebody(chunk.root.text))

    def _persons(self, turn: Answer, doc: Doc) -> Iterator[str]:
        """Persons of a turn: who did what was asked, who was asked about, whom the question and the answer name."""
        in_question = self._named_in(doc.text)
        answered = [name for passage in turn.passages[:1] for name in self._named_in(_answering(passage))]
        answered += [name for passage in turn.passages[:1] for name in self._named_in(passage.text)]
        if asks_for_subject(doc) and doc[0].lower_ != "what" and turn.question.intent != "who":
            yield from (name for name in answered if name not in in_question)
        if turn.speaker and self._is_somebody(turn.speaker):
            yield turn.speaker
        yield from in_question
        yield from answered

    def _is_somebody(self, name: str) -> bool:
        """Whether a name or description is that of one person, not of an organisation or several people."""
        words = name.split()
        return bool(self._called(name)) or is_first_name(words[0]) or is_somebody(words[-1])

    def _several(self, turn: Answer, doc: Doc) -> Iterator[str]:
        for chunk in doc.noun_chunks:
            if is_plural(chunk.root) and not is_time(chunk):
                yield self._noun(without_question_word(chunk), turn)
        named = self._named_in(doc.text)
        if len(named) > 1:
            yield " and ".join(named[:2])
        yield from (f"{one.text} and {other.text}" for one, other in doer_and_companion(doc))
        yield from (chunk.text for chunk in doc.noun_chunks if chunk.root.ent_type_ in ("ORG", "NORP"))
        if turn.speaker:
            yield turn.speaker

    def _things(self, doc: Doc, *, places: bool) -> Iterator[str]:
        """What a question is about that is no person: its object rather than its subject."""
        ranks = {"dobj": 0, "pobj": 1, "nsubjpass": 2, "nsubj": 2, "attr": 2}
        chunks = [
            chunk
            for chunk in doc.noun_chunks
            if chunk.root.pos_ != "PRON" and not is_time(chunk) and not is_asking(chunk)
        ]
        things = [chunk for chunk in chunks if not self._called(chunk.text) and not is_part_of_verb(chunk)]
        for chunk in sorted(things, key=lambda chunk: (is_plural(chunk.root), ranks.get(chunk.root.dep_, 3))):
            if places:
                if chunk.root.ent_type_ in ("GPE", "LOC", "FAC") or chunk.root.head.lower_ in ("in", "at"):
                    yield f"in {chunk.text}"
            else:
                yield self._noun(chunk, self.last)

    def _noun(self, chunk: Span, turn: Answer) -> str:
        """A noun phrase with the owner's name in place of "his"."""
        first = chunk[0]
        kind = points_as(first)
        if first.tag_ == "PRP$" and kind:
            owners = (name for name in self._named_in(chunk.doc.text) if kind == "they" or _may_be(name, kind))
            owner = next(owners, turn.speaker)
            if owner:
                return f"{possessive(owner)} {chunk[1:].text}"
        return chunk.text

    def _named_in(self, text: str) -> list[str]:
        """The people that `text` names, by their full names, in order."""
        found: list[str] = []
        for match in _CAPITALS.finditer(self._in_capitals(text)):
            words = match[0].split()
            starts = range(len(words))
            parts = (words[i:j] for i in starts for j in range(min(len(words), i + _LONGEST_NAME), i, -1))
            called = next((people for part in parts if (people := self._called(" ".join(part)))), [])
            found += [person.name for person in called if person.name not in found]
        return found

    def _is_person(self, fragment: Doc) -> bool:
        """Whether a noun phrase names a person, or what one is: "her campaign manager"."""
        if self._called(fragment.text):
            return True
        words = [token.text for token in fragment if token.pos_ not in ("DET", "PRON", "PART")]
        is_noun = fragment[-1].pos_ == "NOUN" and fragment[-1].dep_ == "ROOT"
        if is_noun and self._is_on_speech() and is_somebody(words[-1]):
            return True
        described = self.store.described(words, self.scope) if is_noun else []
        return any(_stands_for(words[-1], person) for person in described)

    def _is_heard(self, fragment: Doc) -> bool:
        """Whether a noun phrase names a person, or what one is, or somebody else who is quoted: "the ministry"."""
        if self._is_person(fragment):
            return True
        words = tuple(word for word in name_words(without_possessive(fragment.text)) if word != "the")
        named = [one for one in self.store.named(words, self.scope) if words in one.aliases] if words else []
        return bool(named and self.store.quotes_of(named, self.scope))

    def _called(self, name: str) -> list[Person]:
        """Persons who are called just so, or by this surname."""
        words = name_words(name)
        if words not in self._known:
            named = [person for person in self.store.named(words, self.scope) if person.kind == "person"]
            self._known[words] = [p for p in named if words in (*p.aliases, name_words(p.name)[-1:])]
        return self._known[words]


# --- turns, and who is named in them ----------------------------------------------------------------------------------


def _is_question(turn: Answer) -> bool:
    """Whether a turn asked the articles something that stands for itself."""
    question = turn.question
    return question.intent not in ("smalltalk", "about") and not SHORT.fullmatch(bare_line(question.text))


def without_lead(text: str) -> str:
    """A question without "and" or the like before it."""
    return _LEAD.sub("", text, count=1) if _LEAD.match(text) else text


def _answering(passage: Passage) -> str:
    """The words of a passage that answer, "" where they are not known."""
    if passage.highlight is None:
        return ""
    start = passage.citation.start
    return passage.text[passage.highlight.start - start : passage.highlight.end - start]


def _stands_for(noun: str, person: Person) -> bool:
    """Whether a noun is what a person is, not what tells more of it: "head" of "head of a school", not "school"."""
    title = office(person.role or "").split()
    return person.kind == "person" and bool(title) and title[-1].casefold() == noun.casefold()


def _may_be(name: str, kind: Pointing) -> bool:
    """Whether a name, by its first name, can be that of a "he" or a "she"."""
    first, *others = name.split()
    return not others or gender_of(first) in (None, kind)
