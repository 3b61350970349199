"""A SQLite library of an older format in, the same with what came to its articles since out: publishers and shelves.

Format 5 becomes format 6 by this. An older one still can only be listed, read article by article, and rebuilt; then its
articles keep their shelves.
"""

from __future__ import annotations

from embeddings.stores.schema import FORMAT, NAMINGS, SHELVES, statements
from embeddings.stores.sqlite_database import SqliteDatabase
from embeddings.stores.stems import Stemmer
from embeddings.stores.word_index import count_words

LOST = "lost"
"""The shelf of what chats brought before there were shelves: nobody's, since it does not tell which chat that was."""

_LOST_NUMBER = 1
_BROUGHT = f"*#{'[0-9a-f]' * 16}"  # such ids were given to what chats brought, and to nothing else


def bring_up_to_date(database: SqliteDatabase) -> None:
    """Give a library of any format what it lacks, if it can be had without reading its articles anew."""
    if not database.has_table("articles") or not _lacks_something(database):
        return
    database.execute("BEGIN IMMEDIATE")
    with database:
        if not _has_column(database, "articles", "publisher"):
            database.execute("ALTER TABLE articles ADD COLUMN publisher TEXT")
        if not database.has_table("shelves"):  # another process may have been faster
            _add_shelves(database)


def _lacks_something(database: SqliteDatabase) -> bool:
    return not database.has_table("shelves") or not _has_column(database, "articles", "publisher")


def _has_column(database: SqliteDatabase, table: str, column: str) -> bool:
    return bool(database.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (table, column)).fetchone())


def _add_shelves(database: SqliteDatabase) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    lost = bool(database.execute("SELECT 1 FROM articles WHERE id GLOB ? LIMIT 1", (_BROUGHT,)).fetchone())
    _run(database, SHELVES)
    database.execute("ALTER TABLE articles ADD COLUMN shelf INTEGER NOT NULL DEFAULT 0")
    if lost:
        database.execute("INSERT INTO shelves (number, name) VALUES (?, ?)", (_LOST_NUMBER, LOST))
        database.execute("UPDATE articles SET shelf = ? WHERE id GLOB ?", (_LOST_NUMBER, _BROUGHT))
    if version == FORMAT - 1:
        for table in ("entities", "quotes", "naming_words"):
            database.execute(f"ALTER TABLE {table} ADD COLUMN shelf INTEGER NOT NULL DEFAULT 0")
        _make_namings_again(database)
        _run(database, "CREATE INDEX articles_by_shelf ON articles (shelf, first_sentence, sentence_count);")
        _run(database, "UPDATE shelves SET (sentences, words) = (SELECT sentences, words FROM word_counts);")
        if lost:
            _run(database, "UPDATE shelves SET sentences = 0, words = 0 WHERE number != 0;")
            _move_lost(database)
        database.execute(f"PRAGMA user_version = {FORMAT}")


def _make_namings_again(database: SqliteDatabase) -> None:
    """What is told of somebody is no longer unique, but once on each shelf."""
    database.execute("ALTER TABLE namings RENAME TO old_namings")
    for index in ("namings_by_full_name", "namings_by_surname", "namings_by_quotes"):
        database.execute(f"DROP INDEX {index}")
    _run(database, NAMINGS)
    columns = "id, told, full_name, surname, quotes"
    database.execute(f"INSERT INTO namings ({columns}) SELECT {columns} FROM old_namings")
    database.execute("DROP TABLE old_namings")


def _move_lost(database: SqliteDatabase) -> None:
    """Give the shelf of lost articles, which are marked, what it counts and how it names people."""
    rows = database.execute("SELECT text FROM sentences WHERE article IN (SELECT id FROM articles WHERE shelf = 1)")
    stems = Stemmer().of_texts([text for (text,) in rows])
    words = sum(map(len, stems))
    count_words(database, 0, -len(stems), -words)
    count_words(database, _LOST_NUMBER, len(stems), words)
    _run(
        database,
        """
        UPDATE entities SET shelf = 1 WHERE article IN (SELECT id FROM articles WHERE shelf = 1);
        UPDATE quotes SET shelf = 1 WHERE article IN (SELECT id FROM articles WHERE shelf = 1);
        INSERT INTO namings (shelf, told, full_name, surname) SELECT 1, told, full_name, surname FROM namings
            WHERE id IN (SELECT naming FROM entities WHERE shelf = 1);
        CREATE TEMP TABLE moved AS SELECT old.id AS old, new.id AS new FROM namings new JOIN namings old USING (told)
            WHERE new.shelf = 1 AND old.shelf = 0;
        INSERT INTO naming_words (word, part, naming, shelf) SELECT word, part, new, 1 FROM naming_words
            JOIN moved ON naming = old;
        UPDATE entities SET naming = (SELECT new FROM moved WHERE old = naming) WHERE shelf = 1;
        UPDATE quotes SET naming = (SELECT new FROM moved WHERE old = naming) WHERE shelf = 1;
        UPDATE namings SET quotes = (SELECT count(*) FROM quotes WHERE naming = namings.id)
            WHERE id IN (SELECT old FROM moved UNION SELECT new FROM moved);
        DELETE FROM naming_words WHERE naming IN (SELECT old FROM moved)
            AND NOT EXISTS (SELECT 1 FROM entities WHERE entities.naming = naming_words.naming);
        DELETE FROM namings WHERE id IN (SELECT old FROM moved)
            AND NOT EXISTS (SELECT 1 FROM entities WHERE naming = namings.id);
        DROP TABLE moved;
        """,
    )


def _run(database: SqliteDatabase, script: str) -> None:
    for statement in statements(script):
        database.execute(statement)
