"""What can go wrong on the library side. Every message is one sentence or two: what happened, and the remedy.

SaidwhatError
├── ArchiveError    a library cannot be written to or read from one file
├── ArticleError    a file or page cannot become an article
├── ClusterError    the workers on other machines cannot be had or used
├── EncoderError    the embedding model cannot be had or used
└── StoreError      the library cannot be read or written
    ├── StampError      it was made with another model or format
    ├── StoreUnreached  its server does not answer, and may in a moment
    └── UnknownArticle  it holds no article of that id
"""

from __future__ import annotations


class SaidwhatError(Exception):
    """Any failure whose message is meant for the user."""


class ArchiveError(SaidwhatError):
    """A library cannot be written to one file, or read from it."""


class ArticleError(SaidwhatError):
    """A file or page cannot become an article."""


class ClusterError(SaidwhatError):
    """The workers on other machines cannot be had or used."""


class EncoderError(SaidwhatError):
    """The embedding model cannot be had or used."""


class StoreError(SaidwhatError):
    """The library cannot be read or written."""


class StampError(StoreError):
    """The library was made with another model or another format."""


class StoreUnreached(StoreError):
    """The server that holds the library does not answer; it may in a moment."""


class UnknownArticle(StoreError):
    """The library holds no article of that id."""

    @classmethod
    def named(cls, article_id: str) -> UnknownArticle:
        """The error with its sentence."""
        return cls(f"There is no article {article_id!r} in the library: `saidwhat articles` lists the ids.")


def unreadable(error: OSError | UnicodeDecodeError) -> str | None:
    """Why a text file cannot be read."""
    return error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
