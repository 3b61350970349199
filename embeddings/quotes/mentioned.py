"""A place in an article in, who was mentioned before it out: last, as a main subject, outside of quotations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.quotes.contents import Content
from embeddings.quotes.entities import Figure, Registry
from embeddings.quotes.name_kinds import told_of
from embeddings.quotes.names import Mention

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(frozen=True)
class Mentioned:
    """The paragraphs of an article, its figures, and what is said in it."""

    docs: Sequence[Doc]
    registry: Registry
    contents: Sequence[Content]

    def last(self, before: tuple[int, int], fits: Callable[[Figure, Mention], bool]) -> tuple[Figure, Mention] | None:
        """The last mention that fits, of those before a paragraph and a word in it."""
        found = (
            (figure, mention)
            for figure in self.registry.figures
            for mention in figure.places
            if (mention.paragraph, mention.first) < before and fits(figure, mention)
        )
        return max(found, key=lambda pair: (pair[1].paragraph, pair[1].first), default=None)

    def main_subject_before(
        self, number: int, at: int, fits: Callable[[Figure], bool]
    ) -> tuple[Figure, Mention] | None:
        """The last main subject that fits, in the paragraph before a word, outside of quotations."""
        return self.last(
            (number, at),
            lambda figure, mention: (
                fits(figure)
                and mention.paragraph == number
                and not self.inside(number, mention.first)
                and (is_main_subject(self.head(mention)) or _opens(self.head(mention), self.docs[number][at - 1]))
            ),
        )

    def head(self, mention: Mention) -> Token:
        """The word by which a name, or what it is an apposition to, hangs in its sentence."""
        head = self.docs[mention.paragraph][mention.first : mention.last].root
        return told_of(head) if head.dep_ == "appos" else head

    def inside(self, paragraph: int, word: int) -> bool:
        """Whether a word is in somebody's marked words."""
        return any(
            content.paragraph == paragraph and content.first <= word < content.last and content.kind != "indirect"
            for content in self.contents
        )

    def told_in(self, said: Content | None) -> list[Figure]:
        """Whom a report names in its own words, but as an owner: "She said Ann was gone" is not Ann; "… Ann's cat was
        gone" may be."""
        if said is None:
            return []
        marked, told = False, list[Figure]()
        for token in self.docs[said.paragraph][said.first : said.last]:
            marked ^= token.is_quote and token.tag_ != "POS"
            figure = self.registry.of_mention.get((said.paragraph, token.i))
            if figure and not marked and token.dep_ not in ("poss", "compound", "case"):
                told.append(figure)
        return told


def is_main_subject(head: Token) -> bool:
    """Whether a word is the subject of a main clause."""
    return head.dep_ in ("nsubj", "nsubjpass") and head.head.dep_ in ("ROOT", "conj")


def _opens(head: Token, word: Token) -> bool:
    """Whether a subject is that of a clause before the main one of a word's sentence: "When Ann came, she said …"."""
    verb = head.head
    is_subject = head.dep_ in ("nsubj", "nsubjpass") and verb.dep_ == "advcl" and verb.sent == word.sent
    return is_subject and verb.head.i > verb.i and verb.head.i > word.i
