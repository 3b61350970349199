"""The one seam for storage: what every store must do, whatever keeps the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from embeddings.people import Person
from embeddings.types import (
    Article,
    ArticleSummary,
    Encoded,
    Entity,
    Entry,
    Found,
    Hit,
    Quote,
    Scope,
    Sentence,
    Stamp,
    States,
    Vectors,
)


class Store(Protocol):
    """Articles with their sentences, vectors, entities and quotes.

    Every method raises StoreError where the data cannot be read or written; a search or list whose scope names an
    article that is not held raises UnknownArticle. To a scope of shelves, all is as if nothing else were held, scores
    too; what names an article itself, beside no scope, finds it on any shelf. A library of an older format is only
    listed, read article by article and rebuilt; all else raises StampError, which names the command. Scores are higher
    for better.
    """

    def stamp(self) -> Stamp | None:
        """What the vectors were made with; None before the first article."""
        ...

    def add(self, entry: Entry, stamp: Stamp) -> None:
        """Put an article in, wholly or not at all; one of the same id is replaced, its text kept among the former.

        Raises StampError where `stamp` does not fit the store's.
        """
        ...

    def rebuild(self, entries: Iterable[Entry], stamp: Stamp) -> Iterator[Entry]:
        """Put `entries` in the place of all that is held, under a new stamp; each is given back when it was taken.

        The library changes all at once, when all were taken; until then, and for good where that is broken off, it
        stays as it was. Raises StoreError where it was changed by others meanwhile.
        """
        ...

    def remove(self, article_id: str) -> None:
        """Take an article out of everything. Raises UnknownArticle."""
        ...

    def is_new(self) -> bool:
        """Whether no article was ever put in."""
        ...

    def revision(self) -> str | None:
        """What changes with every change of what is held, so that more can be kept in memory; None before the first."""
        ...

    def articles(self, scope: Scope = None) -> list[ArticleSummary]:
        """The articles in scope, each once: in the order named, or by id."""
        ...

    def article(self, article_id: str) -> Article:
        """One article. Raises UnknownArticle."""
        ...

    def shelves_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The name of the shelf of each of the articles, empty where it is common to all; without those not held."""
        ...

    def rename_shelf(self, old: str, new: str) -> None:
        """All articles on the shelf `old` are on `new` from now on, beside what is there.

        Their digests stay, so that one that is put in again is taken for changed.
        """
        ...

    def former_texts(self, article_id: str) -> list[str]:
        """The texts that an article had before, the latest first; none where it is not held."""
        ...

    def digest(self, article_id: str) -> str | None:
        """The digest that an article was added with, or None where it is not held."""
        ...

    def entry(self, article_id: str) -> Entry:
        """One article with all that was put in with it. Raises UnknownArticle."""
        ...

    def sentences(self, article_id: str) -> list[Sentence]:
        """The sentences of one article, in order. Raises UnknownArticle."""
        ...

    def entities(self, scope: Scope = None) -> list[Entity]:
        """Everybody who is named in the articles, groups too, in the order of articles and numbers."""
        ...

    def quotes(self, scope: Scope = None) -> list[Quote]:
        """All quotes, in the order of articles and of their text."""
        ...

    def named(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        """Everybody in whose names all of `words` occur, as `name_words` gives them; or whose initials they are.

        Of very many who are named so, only some are found, here as below; each in all articles of the scope.
        """
        ...

    def described(self, words: Sequence[str], scope: Scope = None) -> list[Person]:
        """Everybody in whose role, and groups and documents in whose name, all of `words` occur, by stem."""
        ...

    def quoted(self, scope: Scope = None) -> list[tuple[Person, int]]:
        """Who is quoted, with the number of quotes, those with most first."""
        ...

    def speaker_of(self, quote: Quote, scope: Scope = None) -> Person | None:
        """Who said it, under all names in scope; None where the article does not tell."""
        ...

    def words_of_names(self, scope: Scope = None) -> frozenset[str]:
        """Every word of a name of somebody, as `name_words` gives them."""
        ...

    def entities_of(self, people: Sequence[Person], scope: Scope = None) -> list[Entity]:
        """The entities that are one of `people`, in the order of articles and numbers."""
        ...

    def quotes_of(self, people: Sequence[Person], scope: Scope = None) -> list[Quote]:
        """The quotes whose speaker is one of `people`, in the order of articles and of their text."""
        ...

    def neighbours(self, sentences: Sequence[Sentence], reach: int) -> list[list[Sentence]]:
        """Each sentence with up to `reach` sentences of its article before and after it, in order."""
        ...

    def encoded(self, sentences: Sequence[Sentence]) -> Encoded:
        """The vectors, and the token vectors where there are any, that `sentences` were added with."""
        ...

    def states(self, sentences: Sequence[Sentence]) -> list[States]:
        """The hidden states that `sentences` were added with, in order; without pieces where there are none."""
        ...

    def frequencies(self, words: Sequence[str], scope: Scope = None) -> tuple[list[int], int]:
        """In how many sentences each of `words` occurs, by stem; and how many sentences there are in scope."""
        ...

    def search_by_meaning(self, vector: Vectors, count: int, scope: Scope = None) -> list[Hit]:
        """The `count` sentences nearest to a unit vector of shape (dimension,); scores are cosines."""
        ...

    def search_by_words(self, words: Sequence[str], count: int, scope: Scope = None) -> list[Hit]:
        """The `count` sentences that best match any of `words`, by stem; scores are BM25, above zero."""
        ...

    def search(self, vector: Vectors, words: Sequence[str], count: int, scope: Scope = None) -> Found:
        """What both searches find, with what `encoded` and `frequencies` tell of it, in less time than one by one."""
        ...

    def refresh(self) -> None:
        """Bring what is derived up to date now, so that the next search need not. Due after many changes.

        A search finds all that is held without it; only over a large library it then takes longer.
        """
        ...

    def check(self) -> list[str]:
        """What is wrong inside the store, a sentence each; empty where all is well."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
