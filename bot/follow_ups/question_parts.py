"""A parsed question in, its parts out: what asks in it, which words point back, and what replaces what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from embeddings.quotes.first_names import GENDERED

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

THEY = frozenset(("they", "them", "their", "theirs", "themselves"))
IT = frozenset(("it", "its", "itself", "that", "this", "those", "these"))
QUESTION_WORDS = frozenset(("WDT", "WP", "WP$", "WRB"))
"""As the parser tags them."""

_THERE_IS = re.compile(r"\bhow (?:many|much)\b.* (?:is|are|was|were) there$", re.IGNORECASE)

_WHERE = ("in", "at", "on", "near")

Pointing = Literal["he", "she", "they", "it", "there"]


def asking_phrase(doc: Doc) -> Span | None:
    """The words that ask: "who", "how many people", "by how much", "which of his relatives"."""
    word = next((token for token in doc if token.tag_ in QUESTION_WORDS), None)
    if word is None:
        return None
    head = word
    while head.dep_ in ("det", "advmod", "amod", "poss", "nummod", "predet", "quantmod") and head.head.i != head.i:
        if is_verb(head.head):
            break
        head = head.head
    last = head.i
    if head.i != word.i or word.tag_ == "WDT":
        last = max((token.i for token in head.subtree if not is_verb(token)), default=head.i)
    start = word.i - 1 if word.i and doc[word.i - 1].pos_ == "ADP" else word.i
    verb = next((token.i for token in doc[word.i :] if is_verb(token)), len(doc))
    return doc[start : min(last + 1, verb) if verb > word.i else word.i + 1]


def asks_for_subject(doc: Doc) -> bool:
    """Whether who did it, or to whom it was done, is asked for: "Which Democrat is ahead?", "Who was hurt?"."""
    phrase = asking_phrase(doc)
    if phrase is None or phrase.root.dep_ not in ("nsubj", "nsubjpass"):
        return False
    return doc[phrase.end : phrase.end + 1].text not in ("do", "does", "did")


def without_stranded(asked: Span) -> Span:
    """The words that ask on without a preposition at their end whose object is asked for: "of" of "what … warn of"."""
    last = asked[-1]
    is_stranded = len(asked) > 1 and last.dep_ == "prep" and not any(last.rights)
    return asked[:-1] if is_stranded else asked


def asks_for_deed(doc: Doc) -> bool:
    """Whether who it was is asked for, with a verb at once behind "was" or the like: "Who was hurt?"."""
    phrase = asking_phrase(doc)
    after = doc[phrase.end + 1 : phrase.end + 2] if phrase is not None and asks_for_subject(doc) else ()
    return any(token.pos_ in ("VERB", "ADJ", "ADV") for token in after)


def is_asking(chunk: Span) -> bool:
    """Whether a noun phrase is what is asked for: "which senator", "how many people"."""
    return any(token.tag_ in QUESTION_WORDS for token in chunk)


def without_question_word(chunk: Span) -> Span:
    """A noun phrase without what asks for it: "men" of "how many men" or "what about men", nothing of "who"."""
    kept = (token.i for token in chunk if not only_asks(token) and token.pos_ != "ADP")
    return chunk.doc[next(kept, chunk.end) : chunk.end]


def only_asks(token: Token) -> bool:
    return token.tag_ in QUESTION_WORDS or token.lower_ in ("many", "much")


def same_preposition(doc: Doc, fragment: Doc) -> Span | None:
    """The last phrase of `doc` that begins with the preposition with which `fragment` does."""
    place = _is_place(fragment[0])  # "and on the ferry?" after "… at the dam?"
    for token in reversed(doc):
        is_same = token.lower_ == fragment[0].lower_ or (place and _is_place(token))
        if is_same and token.pos_ in ("ADP", "SCONJ"):
            if fragment[-1].tag_ == "POS":  # "of Alabama's": the votes stay
                owner = next((t for t in token.subtree if t.tag_ == "POS"), None)
                if owner is not None:
                    return doc[token.i : owner.i + 1]
            return doc[token.i : max(t.i for t in token.subtree) + 1]
    return None


def _is_place(preposition: Token) -> bool:
    """Whether a preposition tells where something is, and not when."""
    what = next((token for token in preposition.rights if token.dep_ == "pobj"), None)
    return preposition.lower_ in _WHERE and what is not None and what.ent_type_ not in ("DATE", "TIME", "MONEY")


def doer_and_companion(doc: Doc) -> Iterator[tuple[Span, Span]]:
    """Who does something, and with whom: "Ann" and "the mayor" of "How long did Ann talk with the mayor?"."""
    chunks = [chunk for chunk in doc.noun_chunks if not is_asking(chunk)]
    doing = [chunk for chunk in chunks if chunk.root.dep_ == "nsubj"]
    beside = [chunk for chunk in chunks if chunk.root.dep_ == "pobj" and chunk.root.head.lower_ == "with"]
    return zip(doing[:1], beside[:1], strict=False)


def is_part_of_verb(chunk: Span) -> bool:
    """Whether a noun only tells what is done, as in "take part": one that is alone, and of which there is one."""
    return len(chunk) == 1 and chunk.root.tag_ == "NN" and chunk.root.dep_ == "dobj"


def is_plural(token: Token) -> bool:
    return token.tag_ in ("NNS", "NNPS")


def is_verb(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX")


def is_time(chunk: Span) -> bool:
    return chunk.root.ent_type_ in ("DATE", "TIME", "CARDINAL", "PERCENT", "ORDINAL")


def points_as(token: Token) -> Pointing | None:
    """As what a word points back, if it does."""
    word = token.lower_
    if word in GENDERED and token.pos_ == "PRON":
        return GENDERED[word]
    if word in THEY:
        return "they"
    is_thing = token.pos_ == "PRON" or token.dep_ in ("dobj", "pobj")  # "that" of "who asked him that"
    if word in IT and is_thing and token.tag_ not in QUESTION_WORDS and token.dep_ not in ("det", "mark", "expl"):
        return "it"
    if word == "there" and token.dep_ == "advmod" and not _THERE_IS.search(token.doc[: token.i + 1].text):
        return "there"
    return None


def with_names(doc: Doc, named: Iterable[tuple[Token, str]]) -> str:
    """The text of `doc` as a question, with names for pronouns; their first letter is a capital as it was."""
    by_place = {token.i: name for token, name in named}
    words: list[str] = []
    told: set[str] = set()
    for token in doc:
        name = by_place.get(token.i)
        if name is None or (name in told and token.tag_ == "PRP$"):  # "How did Ann lose her son?"
            words.append(token.text_with_ws)
            continue
        told.add(name)
        name = possessive(name) if token.tag_ == "PRP$" or token.lower_ in ("hers", "theirs", "his") else name
        words.append(name + token.whitespace_)
    return f"{beginning(''.join(words))}?"


def beginning(text: str) -> str:
    """A text as it stands at the beginning of a sentence: its first letter is a capital."""
    return f"{text[0].upper()}{text[1:]}"


def possessive(name: str) -> str:
    return name if name.endswith(("'s", "’s")) else f"{name}'s"


def without_possessive(text: str) -> str:
    """A name without a possessive's ending."""
    return re.sub(r"(?:'s|’s)$", "", text)
