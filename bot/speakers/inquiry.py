"""A Question about speakers in, an Answer out: what somebody said, who said something, who is quoted, who X is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from bot.citations import cited_quotes, passages_of, passages_of_quotes
from bot.passages.ranking import Ranked
from bot.questions.speaker_patterns import is_circumstance, is_description, is_pronoun
from bot.same_words import together
from bot.speakers.mentions import Mention, mention_of
from bot.speakers.people import Found, find_people, is_titled
from bot.speakers.quotations import about, in_order, near, newest_quotes
from bot.speakers.remarks import COMPARED, and_others, called, counted, how_often, listed, names_of, not_quoted, said_by
from bot.speakers.silence import silence_of
from bot.speakers.spoken_for import with_those_who_speak_for_it
from bot.speakers.topics import plain_topic
from bot.stems import content_stems, stem_of, stems_of
from bot.types import Answer, Question
from bot.words import say, say_all
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.people import GLUE
from embeddings.quotes.first_names import is_first_name
from embeddings.quotes.offices import is_somebody
from embeddings.types import Quote, Scope, Sentence

_SURE, _MENDED = 0.95, 0.75  # confidence that quotes are those of the one who was asked about
_PERHAPS = 0.4  # that they are those that were said when, where or to whom the question tells
_INTRODUCED, _MENTIONED = 0.9, 0.1  # confidence that a sentence tells who somebody is
_PLAIN = stems_of("say says said saying tell tells told")  # which tell nothing of how it was said
_NAMED = 5  # people named in a refusal
_LISTED = 50  # people in a list of who is quoted
_SEARCHED = 64  # sentences found by each search for words that somebody used


@dataclass(frozen=True)
class Inquiry:
    """A question about speakers, and what it is answered from: one page of up to `top_k` quotes from `offset` on."""

    question: Question
    library: Library
    scope: Scope
    top_k: int
    offset: int = 0

    def answer(self) -> Answer | None:
        """The answer; None where the question had better be asked for a passage."""
        if self.question.speaker is None:
            if self.question.intent == "who":
                return self._who_is_quoted()
            return self._who_said() if self.question.topic or self.question.quoted else self._all_quotes()
        if is_pronoun(self.question.speaker):
            asked_back = say("whom_do_you_mean", pronoun=self.question.speaker)
            return self._refusal(f"{asked_back} {self.quoted_are()}")
        found = self.find(self.question.speaker)
        if not found.people:
            return self._stranger(self.question.speaker, found)
        return self._who_is(found) if self.question.intent == "who" else self._what_was_said(found)

    def find(self, name: str) -> Found:
        """Whom `name` means; where an organisation's words are surely asked for, also those who speak for it."""
        found = find_people(name, self.library, self.scope)
        if self.question.intent != "quotes" or self.question.certainty != "sure":
            return found
        if name.casefold().startswith("the ") and not self.library.store.quotes_of(found.people, self.scope):
            found = self._retold(name, found) or found
        return with_those_who_speak_for_it(name, found, self.library, self.scope)

    def _retold(self, name: str, found: Found) -> Found | None:
        """Who is called so beside a quote, of an article with those `found`: "the Swede", who has a name elsewhere."""
        articles = sorted({entity.article for entity in self.library.store.entities_of(found.people, self.scope)})
        quotes = self.library.store.quotes(articles) if articles else []
        cited = cited_quotes([[quote] for quote in quotes], self.library)
        called = [one.quote for one in cited if _telling(one.source or "") == _telling(name)]
        speakers = dict.fromkeys(self.library.store.speaker_of(quote, self.scope) for quote in called)
        people = tuple(speaker for speaker in speakers if speaker)
        return Found(people) if people else None

    # --- what X said -------------------------------------------------------------------------------------------------

    def _what_was_said(self, found: Found) -> Answer | None:
        question, name = self.question, called(found)
        quotes = self.library.store.quotes_of(found.people, self.scope)
        unseen = [q for q in quotes if (q.article, q.start, q.end) not in question.shown]
        if quotes and not unseen:
            return self._refusal(say("all_was_shown", name=name), name)
        quotes = unseen
        if question.verb:
            quotes = [quote for quote in quotes if _does(question.verb, quote)]
        told, topic, sure = self.told_of(found), question.topic, _MENDED if found.mended else _SURE
        if not quotes:
            is_word = question.text.islower() and " " not in found.people[0].name  # "turnout?"
            is_thing = is_word or not _is_person(found)
            if question.certainty == "if said" or (question.certainty == "if found" and is_thing):
                return None
            if question.verb and unseen:
                return None  # a passage may tell it in other words
            silent = silence_of(found.people, self.library, self.scope)
            if silent:
                return self._silent(silent, name, told + not_quoted(name))
            several = len(names_of(found)) > 1
            mentioned = say("several_mentioned_not_quoted", names=name) if several else not_quoted(name)
            return self._refusal(f"{told}{mentioned} {self.quoted_are()}", name)
        heard = self._heard(found)
        if found.side_by_side:
            told += "".join(f"{not_quoted(one)}\n" for one in names_of(found) if one not in heard)
        if topic is None:
            asked = content_stems(question.text) - _PLAIN  # "what did X claim?": what he claimed comes first
            ordered = sorted(
                in_order(quotes, self.library), key=lambda quote: asked.isdisjoint(stems_of(quote.cue or ""))
            )
            return self._page(ordered, [sure] * len(ordered), told, name)
        words = plain_topic(topic, self.library, self.scope)
        if words is None:
            return self._refusal(f"{told}{say('other_script', topic=topic)} {how_often(heard, quotes)}", name, quotes)
        chosen, chances = about(words, quotes, question.quoted, self.library, self.scope)
        if chosen:
            return self._page(chosen, [chance * sure for chance in chances], told, name)
        if question.certainty == "if said":
            return None
        if is_circumstance(question.text, topic):
            ordered = in_order(quotes, self.library)
            return self._page(ordered, [_PERHAPS] * len(ordered), told, name)
        if _is_by_role(question.speaker or "", found):
            return None  # "the farmers" may be others
        told += how_often(heard, quotes, topic)
        wanted = content_stems(topic)
        silent = [one for one in silence_of(found.people, self.library, self.scope) if wanted <= stems_of(one.text)]
        return self._silent(silent, name, told) if silent else self._refusal(told, name, quotes)

    def _silent(self, sentences: Sequence[Sentence], name: str, remark: str) -> Answer:
        """That somebody is not quoted, or not on the topic, but would not speak."""
        passages = passages_of([Ranked(one, _SURE) for one in sentences[: self.top_k]], self.library)
        return Answer(self.question, "answered", _SURE, passages, remark=remark, speaker=name)

    def _heard(self, found: Found) -> Sequence[str]:
        """The names of those who are quoted, of whom at least one is."""
        names = names_of(found)
        if len(names) == 1:
            return names
        return [one.name for one in found.people if self.library.store.quotes_of([one], self.scope)]

    def told_of(self, found: Found) -> str:
        """What must be said of the one who was found, each on a line: that the name was mended, that there are two."""
        told = ""
        if found.mended:
            told = say("taken_for", asked=self.question.speaker, name=called(found)) + "\n"
        asked = name_words(self.question.speaker or "")
        if all(asked[-1:] == (word,) for person in found.people for word in name_words(person.name)) and len(asked) > 1:
            told += say("only_called", name=found.people[0].name) + "\n" if not is_titled(asked) else ""
        if found.spoken_for:
            told += say("spoken_for", name=found.spoken_for) + "\n"
        elif len(found.people) > 1 and not found.side_by_side:
            number = dict(enumerate(say_all("numbers_from_two"), 2)).get(len(found.people), len(found.people))
            people = "; ".join(person.titled for person in found.people)
            told += say("there_are", number=number, people=people) + "\n"
        return told

    # --- who said it, who is quoted, who is X ------------------------------------------------------------------------

    def _who_said(self) -> Answer | None:
        question = self.question
        topic = question.topic or " ".join(question.quoted)
        words = plain_topic(topic, self.library, self.scope)
        if words is None:
            return self._refusal(f"{say('other_script', topic=topic)} {self.quoted_are()}")
        if question.quoted:  # of many sentences with some of the words, few have them all
            quotes = near(" ".join(question.quoted), self.library, self.scope, _SEARCHED)
        else:
            quotes = near(words, self.library, self.scope)
        chosen, chances = about(words, quotes, question.quoted, self.library, self.scope)
        if not chosen:
            sure = question.certainty == "sure"
            return self._refusal(f"{say('nobody_said')} {self.quoted_are()}") if sure else None
        speaker = self.library.store.speaker_of(chosen[0], self.scope)
        return self._page(chosen, chances, said_by([speaker]), speaker.name if speaker else None)

    def whose(self, quotes: Sequence[Quote]) -> Answer:
        """Who said these `quotes`, which stand in one passage."""
        if not quotes:
            return self._refusal(say("nobody_quoted_there"))
        speakers = list(dict.fromkeys(self.library.store.speaker_of(quote, self.scope) for quote in quotes))
        first = speakers[0]
        return self._page(quotes, [_SURE] * len(quotes), said_by(speakers), first.name if first else None)

    def of_nothing(self) -> Answer:
        """To a question whose words something is, where nothing was shown."""
        return self._refusal(f"{say('nothing_was_shown')} {self.quoted_are()}")

    def _all_quotes(self) -> Answer:
        quotes, is_all = newest_quotes(self.library, self.scope)
        if not quotes:
            return self._refusal(say("nobody_quoted"))
        told = "" if is_all else say("newest_quotes", count=len(quotes))
        return self._page(in_order(quotes, self.library), [_SURE] * len(quotes), told)

    def _who_is_quoted(self) -> Answer:
        quoted = self.library.store.quoted(self.scope)
        if not quoted:
            return self._refusal(say("nobody_quoted"))
        said = {person: self.library.store.quotes_of([person], self.scope) for person, _ in quoted[:_LISTED]}
        listed = sorted(((person, counted(quotes)) for person, quotes in said.items()), key=lambda pair: -pair[1])
        lines = [
            say("one_quote_of" if count == 1 else "quotes_of", name=person.titled, count=count)
            for person, count in listed
        ]
        if len(quoted) > len(listed):
            lines.append(and_others([person for person, _ in quoted], len(listed)))
        first = [in_order(said[person], self.library)[0] for person, _ in listed]
        return self._page(first, [_SURE] * len(first), "\n".join(lines))

    def _who_is(self, found: Found) -> Answer | None:
        """The sentences that state the role; else those that first name the person, which hardly tell.

        None where these are all and it is not sure that a person was asked for.
        """
        entities = self.library.store.entities_of(found.people, self.scope)
        places = [(entity.article, entity.role_span) for entity in entities if entity.role_span]
        sure = _INTRODUCED if places else _MENTIONED
        places = places or [(entity.article, entity.mentions[0]) for entity in entities if entity.mentions]
        stated = (
            sentence
            for article, span in places
            for sentence in self.library.store.sentences(article)
            if span and sentence.start <= span.start < sentence.end
        )
        sentences = list(islice(stated, self.top_k))
        ranked = [Ranked(sentence, sure) for sentence in dict.fromkeys(sentences)]
        passages, name = passages_of(ranked, self.library), called(found)
        if sure == _INTRODUCED and passages:
            return Answer(self.question, "answered", sure, passages, remark=self.told_of(found).strip(), speaker=name)
        if self.question.certainty != "sure":
            return None
        remark = self.told_of(found) + say("mentioned_not_introduced", name=name)
        return Answer(self.question, "not_found", sure, closest=passages, remark=remark, speaker=name)

    # --- refusing ----------------------------------------------------------------------------------------------------

    def _stranger(self, name: str, found: Found) -> Answer | None:
        """What to say of one who is nobody among the articles' people; None where it may be no name at all."""
        if self.question.certainty != "sure" and not _is_full_name(name):
            return None
        name = listed(found.strangers or [name])
        mention = mention_of(name, self.library, self.scope)
        if self.question.intent == "who":
            if name.islower() and (mention is Mention.AS_A_WORD or " " not in name):
                return None  # "who was hurt", "who is sceptical": a passage may tell
            nowhere = mention is Mention.NOWHERE
            return self._refusal(say("not_mentioned" if nowhere else "mentioned_not_introduced", name=name))
        is_described = (is_description(name) or is_somebody(name.split()[-1])) and self._occurs(name)
        if mention is Mention.AS_A_WORD or is_described:
            return None  # "what do voters say", "what did the minister of health say": a passage may tell
        if is_foreign(name):
            return self._refusal(f"{say('nobody_called', name=name)} {self.quoted_are()}")
        known = not_quoted(name) if mention is Mention.AS_A_NAME else say("not_mentioned", name=name)
        return self._refusal(f"{known} {self.quoted_are()}")

    def _occurs(self, name: str) -> bool:
        """Whether one of the words of a description is anywhere in the articles: "the judge" of no court is not."""
        counts, _ = self.library.store.frequencies(_telling(name), self.scope)
        return any(counts)

    def quoted_are(self) -> str:
        """One sentence on who is quoted."""
        quoted = [person for person, _ in self.library.store.quoted(self.scope)]
        people = [person for person in quoted if person.kind != "group"] or quoted
        if not people:
            return say("nobody_quoted")
        names = [person.name for person in people]
        if len(names) > _NAMED:
            names = [*names[: _NAMED - 1], and_others(people, _NAMED - 1)]
        return say("quoted_are", names=listed(names)) if len(names) > 1 else say("quoted_is", name=names[0])

    def _refusal(self, remark: str, speaker: str | None = None, closest: Sequence[Quote] = ()) -> Answer:
        shown = in_order(closest, self.library)[: self.top_k]
        passages = passages_of_quotes(shown, [0.0] * len(shown), self.library)
        return Answer(self.question, "not_found", 0.0, (), passages, remark, speaker=speaker)

    def _page(
        self, quotes: Sequence[Quote], chances: Sequence[float], remark: str = "", speaker: str | None = None
    ) -> Answer:
        pairs = list(zip(quotes, chances, strict=True))
        groups = [*together(pairs[:COMPARED], itemgetter(0)), *([pair] for pair in pairs[COMPARED:])]
        kept = [group[0] for group in groups]
        offset = self.offset if 0 <= self.offset < len(kept) else 0
        shown = kept[offset : offset + self.top_k]
        passages = passages_of_quotes(
            [quote for quote, _ in shown], [chance for _, chance in shown], self.library, offset + 1
        )
        cited = cited_quotes([[quote for quote, _ in group] for group in groups], self.library)
        return Answer(
            self.question,
            "answered",
            chances[0],
            passages,
            remark=remark.strip(),
            quotes=cited,
            offset=offset,
            found=len(kept),
            speaker=speaker,
        )


def _telling(name: str) -> list[str]:
    """The words of a name or a description that tell whose it is."""
    return [word for word in name_words(name) if word not in GLUE]


def _does(verb: str, quote: Quote) -> bool:
    """Whether a quote is such that its speaker does this by it: as its cue tells, or by "I promise"."""
    said = re.search(rf"\b(?:I|[Ww]e)(?: \w+)? {re.escape(verb)}\b", quote.text)
    return bool(said) or stem_of(verb) in stems_of(quote.cue or "")


def _is_by_role(asked: str, found: Found) -> bool:
    """Whether those who were `found` are not called as they were asked for, but described so."""
    called = {word for person in found.people for alias in person.aliases for word in alias}
    return called.isdisjoint(name_words(asked)) and not found.mended


def _is_person(found: Found) -> bool:
    return any(person.kind == "person" for person in found.people)


def _is_full_name(text: str) -> bool:
    """Whether `text` is written as a person's name: words with capitals, the first one a first name."""
    words = text.split()
    return len(words) in (2, 3) and all(word[0].isupper() for word in words) and is_first_name(words[0])
