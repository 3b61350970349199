"""A question that goes on from earlier ones in, the question in full out: "and McConnell?", "when was that?".

Pronouns get the name or the thing they stand for, and what is left out is filled in from the question before. What
stands for itself is left as it is, so that no new topic is bent to an old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from bot.follow_ups.last_question import ABOUT, LastQuestion
from bot.follow_ups.naming import Naming
from bot.follow_ups.pronouns import READINGS, Pronouns, points_back
from bot.follow_ups.question_parts import QUESTION_WORDS, asking_phrase, beginning, is_verb, without_possessive
from bot.follow_ups.turns import SHORT, Turns, is_question, without_lead
from bot.questions.line import bare_line
from bot.questions.smalltalk import small_talk
from bot.questions.speaker_patterns import ANY_REACTION, speaker_question
from bot.stems import content_words, has_content
from bot.types import Answer, Passage
from embeddings.quotes.parsing import parse
from embeddings.stores import Store
from embeddings.types import Scope

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FEW = 3  # words with content; a question of no more may leave out what it asks about
_REMEMBERED = 3  # turns back in which a pronoun's name is looked for
_FRAGMENT_LEAD = re.compile(r"(?:what|how)(?: about|'s about| of) ", re.IGNORECASE)
_ON_IT = re.compile(r" (?:about|on|to) (?:it|that|this)(?=\?$)", re.IGNORECASE)
_MORE = re.compile(
    r"(?:what|anything|something|who|where)(?: \w+)? else|else|(?:any |some |tell me |show me )?more|go on|continue"
    r"|(?:and )?what next|next",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:say|said|tell|told|mention(?:ed)?|talk(?:ed)?|speak|spoken?|comment(?:ed)?)\b", re.IGNORECASE)
_REACTION = re.compile(ANY_REACTION, re.IGNORECASE)
_ELSE = re.compile(r"\belse\b|\bmore(?=\W*$| (?:about|on)\b)", re.IGNORECASE)
_COUNT = re.compile(
    r"how many(?= (?:is|are|was|were|do|does|did|have|has|had|will|would|can|could|since|in|after|before|from)\b|$)",
    re.IGNORECASE,
)
_TO_THE_BOT = re.compile(r"\b(?:you|your|i|me|my)\b", re.IGNORECASE)
_TWO = re.compile(r"\b(?:(?:those|these|the) two(?: of them)?|both of them)\b(?! \w+s\b)", re.IGNORECASE)
_NAMED = ("PERSON", "ORG", "GPE", "NORP")  # what the parser calls those who can do or say something
_TOPIC_LEAD = re.compile(rf"(?:{'|'.join(ABOUT)}) ", re.IGNORECASE)


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
    turns = [turn for turn in earlier if is_question(turn)][-_REMEMBERED:]
    bare = _TWO.sub("they", bare_line(text))
    stripped = without_lead(bare)
    if not turns or not stripped or small_talk(bare):
        yield Reading(text)
        return
    conversation = _Conversation(Turns(turns, Naming(store, scope)))
    leads = (_FRAGMENT_LEAD, _TOPIC_LEAD, _COUNT)
    signs = (_MORE.fullmatch, _REACTION.fullmatch, SHORT.fullmatch, *(lead.match for lead in leads))
    may_go_on = stripped != bare or points_back(bare) or any(sign(bare) for sign in signs)
    found: list[Reading] = []
    for reading in conversation.readings(stripped, is_led=stripped != bare) if may_go_on else ():
        if reading not in found:
            found.append(reading)
            yield reading
        if len(found) == READINGS:
            return
    if not found:
        yield Reading(text)
        yield from conversation.on_the_same(bare)


@dataclass(frozen=True)
class _Conversation:
    """Earlier turns, oldest first, read for what the next question may leave out."""

    turns: Turns

    @cached_property
    def last_question(self) -> LastQuestion:
        return LastQuestion(self.turns, self.pronouns)

    @cached_property
    def pronouns(self) -> Pronouns:
        return Pronouns(self.turns)

    def readings(self, bare: str, *, is_led: bool) -> Iterator[Reading]:
        """`bare` has no closing marks and no "and" before it; `is_led` where it had."""
        short = SHORT.fullmatch(bare)
        if _REACTION.fullmatch(bare):
            yield Reading(f"{beginning(bare)}?", article=self.turns.last.article)
        elif _MORE.fullmatch(bare):
            others = self._of_others() if bare.casefold() == "who else" else None
            yield others or Reading(self.turns.last.question.text, more=True)
        elif short:
            if self.turns.is_on_speech() and _SAYS.search(self.turns.asked.text):
                yield from self._of_saying(short["asked"])
            elif any(is_verb(token) for token in self.turns.asked):
                yield Reading(self.last_question.with_other_question_word(short["asked"]))
        else:
            fragment = self._fragment(bare, is_led=is_led)
            yield from self._of_sentence(bare) if fragment is None else self._of_fragment(fragment)

    def _of_saying(self, word: str) -> Iterator[Reading]:
        """ "why?" and "where?" after "What did X say about Y?"."""
        question, speaker = self.turns.last.question, self.turns.last.speaker
        if word.casefold().startswith("why"):
            if question.topic:
                yield Reading(f"{beginning(word)}? ({speaker or question.speaker}, {question.topic})")
        elif speaker:
            yield Reading(f"{beginning(word)} did {speaker} say that?")

    def _of_others(self) -> Reading | None:
        """ "who else?" after what was asked of one person: "Who else was hurt?" after "Was Ann hurt?"."""
        question, phrase = self.turns.last.question, asking_phrase(self.turns.asked)
        if self.turns.is_on_speech():
            return Reading(f"Who else spoke about {question.topic}?", more=True) if question.topic else None
        doers = (chunk for chunk in self.turns.asked.noun_chunks if chunk.root.dep_ in ("nsubj", "nsubjpass"))
        doer = next((chunk for chunk in doers if self.turns.naming.named_in(chunk.text)), None)
        if doer is None or (phrase and phrase.root.lower_ in ("who", "whom")):
            return None
        asked = self.turns.asked[phrase.end if phrase else 0 : doer.start].text.lower()
        return Reading(f"Who else {asked} {self.turns.asked[doer.end :].text}?")

    def _fragment(self, bare: str, *, is_led: bool) -> Doc | None:
        """What is asked about, where that is all that `bare` tells: "the nets" of "(and) what about the nets"."""
        text = _FRAGMENT_LEAD.sub("", bare, count=1) if _FRAGMENT_LEAD.match(bare) else bare
        if not is_led and text == bare and not (_TOPIC_LEAD.match(bare) and self.turns.is_on_speech()):
            return None
        doc = parse([text])[0]
        is_on_topic = self.turns.is_on_speech() and doc[0].lower_ in ABOUT  # "and about those who came?"
        is_bare_word = text != bare and len(doc) == 1  # "what about pay?" is no verb
        return doc if is_on_topic or is_bare_word or not any(map(is_verb, doc)) else None

    def _of_fragment(self, fragment: Doc) -> Iterator[Reading]:
        """The last question with `fragment` in it; and then what else may be asked about that."""
        pointing = self.pronouns.pointing(fragment)  # "her campaign manager"
        is_topic = self.turns.is_on_speech() and fragment[0].lower_ in ABOUT
        speaker = self.turns.last.speaker or self.turns.last.question.speaker if is_topic else None
        for named in islice(self.pronouns.with_names(fragment, pointing), 1):
            if speaker is None or speaker not in named:  # "and about his future?": whoever is asked about
                fragment = parse([named.rstrip("?")])[0]
        is_whom = fragment[0].pos_ == "ADP" and fragment[-1].tag_ in QUESTION_WORDS  # "about whom?"
        if fragment[:].root.pos_ == "ADV" or is_whom:  # "and now?"
            return
        text, question = fragment.text, self.turns.last.question
        if speaker_question(f"what was {text}"):  # "Obama's answer"
            yield Reading(f"What was {text}?")
        speaks = not self.turns.is_on_speech() and self.turns.naming.is_heard(fragment)
        is_another = any(chunk.root.ent_type_ in _NAMED for chunk in self.turns.asked.noun_chunks)  # one after another
        topics = self.turns.topics()
        if speaks and not is_another:  # "and Vass?" after "Why did the price go up?"
            yield from (Reading(f"What did {text} say about {topic}?") for topic in topics[:1])
            yield Reading(f"What did {text} say?")
        if any(map(is_verb, self.turns.asked)):
            yield Reading(self.last_question.with_fragment(fragment))
        if speaks or (self.turns.is_on_speech() and self.turns.naming.is_person(fragment, is_on_speech=True)):
            yield Reading(f"What did {text} say?")
            if question.speaker and question.topic:  # or the same one on another
                yield Reading(self.last_question.with_topic(without_possessive(text)))
        elif question.speaker and self.turns.is_on_speech() and _may_speak(fragment):
            yield Reading(self.last_question.with_speaker(text))  # "the agency", "the union"

    def _of_sentence(self, bare: str) -> Iterator[Reading]:
        """`bare` with what it points at; or with what it counts, "how many were there?"."""
        counted = _COUNT.sub(lambda many: f"{many[0]} {self.last_question.counted()}", bare, count=1)
        if counted != bare and not points_back(bare):
            yield Reading(f"{beginning(counted)}?")
        doc = parse([counted])[0]
        pointing = self.pronouns.pointing(doc)
        named = list(self.pronouns.with_names(doc, pointing))
        if named and _ELSE.search(named[0]):  # when all of one was shown, no other is asked
            named = named[:1]
        if self.turns.is_on_speech() or any(map(speaker_question, named)):
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
        names = any(letter.isupper() or letter.isdigit() for letter in bare[1:]) or self.turns.naming.named_in(bare)
        if not is_short or self.turns.is_on_speech() or (names and not points_back(bare)):
            return
        doc = parse([bare])[0]
        if asking_phrase(doc) is None and doc[0].pos_ != "AUX":
            return
        yield Reading(f"{bare}? ({', '.join(self.turns.topics() or content_words(self.turns.asked.text))})")


def _may_speak(fragment: Doc) -> bool:
    """Whether a noun phrase may be of an organisation: in capitals, or "the" one."""
    is_one = fragment[0].lower_ == "the" and fragment[:].root.tag_ == "NN"
    return is_one or any(token.text[0].isupper() for token in fragment)
