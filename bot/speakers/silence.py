"""Somebody who is not quoted in, the sentence that tells that they would say nothing out: "declined to comment"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from embeddings.library import Library
from embeddings.people import Person
from embeddings.types import Scope, Sentence

_SPEAK = (
    r"(?:comment|say|answer|discuss|elaborate|respond|reply|speak|talk|be (?:interviewed|drawn)"
    r"|give (?:an )?interviews?|return (?:\w+ ){0,3}(?:calls?|messages?|e-?mails?|requests?))"
)
_SILENT = re.compile(
    rf"\b(?:declin|refus)(?:e|es|ed|ing) to (?:immediately )?{_SPEAK}\b"
    rf"|\b(?:did|does|do|would|will)(?: not|n['’]t) (?:immediately |publicly |yet )?{_SPEAK}\b"
    r"|\b(?:has|have|had)(?: not|n['’]t) (?:immediately |publicly |yet )?(?:comment|respond|repli|answer|spok)e[dn]\b"
    r"|\bno (?:immediate )?comment\b|\b(?:not|un)(?: \w+)? ?available (?:for comment|to comment)\b"
    r"|\b(?:could|can)(?: not|n['’]t|not) (?:immediately )?(?:be reached|comment|discuss)\b"
    r"|\bwithout (?:comment|speaking to)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:He|She|They|It)\b")


def silence_of(people: Sequence[Person], library: Library, scope: Scope) -> list[Sentence]:
    """The sentences that tell that one of `people` would not speak: theirs, or of a "he" who is nobody else."""
    return list(dict.fromkeys(_silences(people, library, scope)))


def _silences(people: Sequence[Person], library: Library, scope: Scope) -> Iterator[Sentence]:
    for entity in library.store.entities_of(people, scope):
        sentences = library.store.sentences(entity.article)
        others = [one for one in library.store.entities([entity.article]) if one.kind == "person" and one != entity]
        named = [mention.start for other in others for mention in other.mentions]
        for mention in entity.mentions:
            own = next((one for one in sentences if one.start <= mention.start < one.end), None)
            if own is None:
                continue
            if _SILENT.search(own.text, mention.end - own.start):
                yield own
            for one in sentences[own.position + 1 :]:
                if one.paragraph != own.paragraph or any(mention.start < start < one.end for start in named):
                    break
                if _GOES_ON.match(one.text) and _SILENT.search(one.text):
                    yield one
