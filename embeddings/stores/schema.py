"""The tables of the SQLite library.

Format 2 added entities and quotes, format 3 the hidden states of sentences; format 4 keeps what is read apart apart:
texts, vectors, tokens and states in tables of their own, and the lists of words in the place of FTS5's. Since format 5
an entity refers to a naming, which it may share with others: see people_index.py. Format 6 has shelves: a library of
format 5 becomes one when it is opened, see upgrading.py; an older one can only be listed, read article by article, and
rebuilt.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator

from embeddings.stores.rows import set_meta
from embeddings.stores.sql import Database
from embeddings.stores.sqlite_database import SqliteDatabase

FORMAT = 6

SHELVES = """
CREATE TABLE shelves (  -- 0 was made for what is common to all; several are one where they have one name
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, sentences INTEGER NOT NULL DEFAULT 0,
    words INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX shelves_by_name ON shelves (name);
INSERT INTO shelves (number, name) VALUES (0, '');
"""
NAMINGS = """
CREATE TABLE namings (  -- see people_index.py; kind, name, aliases and role are JSON: they are one where all are alike
    id INTEGER PRIMARY KEY, told TEXT NOT NULL, full_name TEXT NOT NULL, surname TEXT,
    quotes INTEGER NOT NULL DEFAULT 0, shelf INTEGER NOT NULL DEFAULT 0, UNIQUE (told, shelf)
);
CREATE INDEX namings_by_full_name ON namings (full_name);
CREATE INDEX namings_by_surname ON namings (surname, full_name) WHERE surname NOT NULL;
CREATE INDEX namings_by_quotes ON namings (quotes) WHERE quotes > 0;
"""
_SCHEMA = f"""{SHELVES}{NAMINGS}
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, first_sentence INTEGER NOT NULL, sentence_count INTEGER NOT NULL,
    title TEXT NOT NULL, byline TEXT, published TEXT, url TEXT, source TEXT, title_span TEXT, published_span TEXT,
    publisher TEXT, shelf INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX articles_by_shelf ON articles (shelf, first_sentence, sentence_count);
CREATE TABLE texts (  -- apart, so that a look at some article does not have to pass the texts of others
    article TEXT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, paragraphs TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE former_texts (  -- of articles that were replaced; `age` counts from the latest, which has 0
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, age INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (article, age)
);
CREATE INDEX articles_by_sentence ON articles (first_sentence, sentence_count);
CREATE TABLE sentences (  -- ids are never used twice, and those of one article stand in a row, in order
    id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL, position INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE TABLE vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE tokens (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, pieces BLOB NOT NULL);
CREATE TABLE states (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, pieces BLOB NOT NULL);
CREATE TABLE postings (  -- see word_index.py
    stem TEXT NOT NULL, block INTEGER NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (stem, block)
) WITHOUT ROWID;
CREATE TABLE word_counts (only INTEGER PRIMARY KEY, sentences INTEGER NOT NULL, words INTEGER NOT NULL);
CREATE TABLE naming_words (
    word TEXT NOT NULL, part TEXT NOT NULL, naming INTEGER NOT NULL, shelf INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (word, part, naming)
) WITHOUT ROWID;
CREATE TABLE entities (  -- mentions and role_span are JSON: they are read whole
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, number INTEGER NOT NULL, naming INTEGER NOT NULL,
    mentions TEXT NOT NULL, role_span TEXT, shelf INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE INDEX entities_by_naming ON entities (naming, article);
CREATE TABLE quotes (
    article TEXT NOT NULL REFERENCES articles ON DELETE CASCADE, position INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, attribution TEXT NOT NULL,
    speaker TEXT, entity INTEGER, naming INTEGER, role TEXT, cue TEXT, evidence TEXT, source TEXT,
    shelf INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article, position), CHECK ((entity IS NULL) = (naming IS NULL))
) WITHOUT ROWID;
CREATE INDEX quotes_by_naming ON quotes (naming, article, position) WHERE naming NOT NULL;
"""
_TABLES = (  # of all formats; those that are referred to come last
    *("words", "quotes", "entities", "naming_words", "namings", "postings", "word_counts", "states", "tokens"),
    *("vectors", "sentences", "texts", "former_texts", "articles", "shelves", "meta"),
)


def make_tables(database: SqliteDatabase) -> None:
    """Make the tables of the present format, in the place of whatever tables there are."""
    for table in _TABLES:
        database.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in statements(_SCHEMA):
        database.execute(statement)
    new_lineage(database)
    database.execute(f"PRAGMA user_version = {FORMAT}")


def new_lineage(database: Database) -> None:
    """Tell whoever derived something from ids and vectors that from now on they may mean something else."""
    set_meta(database, "lineage", secrets.token_hex(8))


def statements(script: str) -> Iterator[str]:
    """The single statements of an SQL script: `executescript` would commit the transaction they belong to."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
