"""A library and words in, the people out who are named so, whose role it is, or who are quoted.

Entities that are named alike share one row of `namings`, and the words of this row stand in `naming_words`: looking
somebody up costs what is named so, not all that is named. One person has all namings of one full name; those by a
surname alone are the person's whose surname it is, if only one has it. Each shelf has namings of its own.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal

from embeddings.name_words import name_words
from embeddings.people import MOST_FOUND, MOST_QUOTED, Naming, Person, full_name, initials, person_of, surname
from embeddings.stores.scopes import OpenShelves, SeenScope, among
from embeddings.stores.sql import Database, Row
from embeddings.stores.stems import Stemmer
from embeddings.types import Entity, Quote

_LONGEST_KEY = 300  # characters; an entry of PostgreSQL's b-trees holds two in no more than 2,704 bytes
_NAMING = "id, told, full_name, surname"
_Part = Literal["name", "initials", "description"]


# --- writing ---------------------------------------------------------------------------------------------------------


def add_namings(
    database: Database, stemmer: Stemmer, shelf: int, entities: Sequence[Entity], quotes: Sequence[Quote]
) -> dict[int, int]:
    """Note how an article names its entities, and how often it quotes them; the naming of each entity's number."""
    numbers = {entity.number: _number(database, stemmer, shelf, entity) for entity in entities}
    quoted = Counter(numbers.get(quote.entity) for quote in quotes if quote.entity is not None)
    database.executemany("UPDATE namings SET quotes = quotes + ? WHERE id = ?", [(n, i) for i, n in quoted.items()])
    return numbers


def remove_namings(database: Database, stemmer: Stemmer, article: str) -> None:
    """Forget how an article, whose entities and quotes are still there, names and quotes them."""
    counted = "SELECT count(*), naming FROM quotes WHERE article = ? AND naming IS NOT NULL GROUP BY naming"
    quoted = database.execute(counted, (article,)).fetchall()
    database.executemany("UPDATE namings SET quotes = quotes - ? WHERE id = ?", quoted)
    rows = database.execute(
        f"SELECT {_NAMING} FROM namings WHERE id IN (SELECT naming FROM entities WHERE article = ?)"
        " AND NOT EXISTS (SELECT 1 FROM entities WHERE naming = namings.id AND article != ?)",
        (article, article),
    )
    for naming in map(naming_of, rows.fetchall()):
        words = [(word, part, naming.number) for word, part in _words(stemmer, naming)]
        database.executemany("DELETE FROM naming_words WHERE word = ? AND part = ? AND naming = ?", words)
        database.execute("DELETE FROM namings WHERE id = ?", (naming.number,))


def lists_people(database: Database, stemmer: Stemmer) -> bool:
    """Whether words and numbers of quotes are those of the namings, and each naming is somebody's."""
    (wrong,) = database.execute(
        "SELECT EXISTS (SELECT 1 FROM namings WHERE quotes != (SELECT count(*) FROM quotes WHERE naming = namings.id)"
        " OR NOT EXISTS (SELECT 1 FROM entities WHERE naming = namings.id))"
        " OR EXISTS (SELECT 1 FROM naming_words LEFT JOIN namings ON id = naming"
        " WHERE id IS NULL OR naming_words.shelf != namings.shelf)"
    ).fetchone()
    held: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for word, part, number in database.execute("SELECT word, part, naming FROM naming_words"):
        held[number].add((word, part))
    namings = map(naming_of, database.execute(f"SELECT {_NAMING} FROM namings"))
    return not wrong and all(held[naming.number] == set(_words(stemmer, naming)) for naming in namings)


def _number(database: Database, stemmer: Stemmer, shelf: int, entity: Entity) -> int:
    told = json.dumps((entity.kind, entity.name, entity.aliases, entity.role))
    held = database.execute("SELECT id FROM namings WHERE told = ? AND shelf = ?", (told, shelf)).fetchone()
    if held:
        return int(held[0])
    row = (shelf, told, _key(entity.kind, *full_name(entity.kind, entity.name)), _surname(entity))
    sql = "INSERT INTO namings (shelf, told, full_name, surname) VALUES (?, ?, ?, ?) RETURNING id"
    naming = naming_of((*database.execute(sql, row).fetchone(), told))
    words = [(word, part, naming.number, shelf) for word, part in _words(stemmer, naming)]
    database.executemany("INSERT INTO naming_words (word, part, naming, shelf) VALUES (?, ?, ?, ?)", words)
    return naming.number


def _words(stemmer: Stemmer, naming: Naming) -> Iterator[tuple[str, _Part]]:
    """By which words a naming is found, each once."""
    words = {word for name in (naming.name, *naming.aliases) for word in name_words(name)}
    yield from ((word, "name") for word in words)
    if naming.kind != "person" and initials(naming.name):
        yield initials(naming.name), "initials"
    described = [naming.role or "", naming.name if naming.kind in ("group", "document") else ""]
    stems = stemmer.of_texts([" ".join(name_words(" ".join(described)))])[0] if any(described) else ()
    yield from ((stem, "description") for stem in set(stems))


# --- looking up ------------------------------------------------------------------------------------------------------


def named(database: Database, words: Collection[str], scope: SeenScope) -> list[Person]:
    """Everybody in whose names all of `words` occur; or whose initials they are."""
    return _found(database, words, ("name", "initials"), scope)


def described(database: Database, stemmer: Stemmer, words: Sequence[str], scope: SeenScope) -> list[Person]:
    """Everybody in whose role, and groups and documents in whose name, all of `words` occur, by stem."""
    stems = {stem for found in stemmer.of_words(words) for stem in found}
    return _found(database, stems, ("description",), scope)


def quoted(database: Database, scope: SeenScope) -> list[tuple[Person, int]]:
    """Who is quoted, with the number of quotes, those with most first."""
    if scope is None or isinstance(scope, OpenShelves):
        seen, values = _in_scope(scope)
        sql = f"SELECT id, quotes FROM namings WHERE quotes > 0{seen} ORDER BY quotes DESC, id DESC LIMIT ?"
        most = Counter(dict(database.execute(sql, (*values, MOST_QUOTED)).fetchall()))
        people = _most_quoted(database, most, scope)
        sql = "SELECT id, quotes FROM namings WHERE id IN ?"
        numbers = [naming.number for person in people for naming in person.namings]
        counts = Counter(dict(database.execute(sql, (numbers,)).fetchall()))
    else:
        counts = _quotes_by_naming(database, scope)
        people = _most_quoted(database, counts, scope)
    counted = [(person, sum(counts[naming.number] for naming in person.namings)) for person in people]
    return sorted(counted, key=lambda pair: -pair[1])


def speaker_of(database: Database, quote: Quote, scope: SeenScope) -> Person | None:
    """Who said it."""
    seen, values = _on_shelves(scope, "quotes")
    sql = f"SELECT naming FROM quotes WHERE article = ? AND position = ? AND naming IS NOT NULL{seen}"
    rows = database.execute(sql, (quote.article, quote.position, *values))
    numbers = [number for (number,) in rows]
    people = _whole(database, _of_numbers(database, numbers), scope)
    return next(iter(people), None)


def words_of_names(database: Database, scope: SeenScope) -> frozenset[str]:
    """Every word of a name."""
    seen, values = _on_shelves(scope, "naming_words")
    if scope is not None and not isinstance(scope, OpenShelves):
        condition, values = among(scope, "entities")
        seen = f" AND naming IN (SELECT naming FROM entities WHERE {condition})"
    rows = database.execute(f"SELECT DISTINCT word FROM naming_words WHERE part = 'name'{seen}", values)
    return frozenset(word for (word,) in rows)


def of_people(people: Iterable[Person], scope: SeenScope, table: str) -> tuple[str, list[Any]]:
    """The condition that holds a list of what is in `table` to `people` and the scope; its values."""
    numbers = [naming.number for person in people for naming in person.namings]
    condition, values = among(scope, table)
    return f"naming IN ?{condition and f' AND {condition}'}", [numbers, *values]


def naming_of(row: Row) -> Naming:
    """A naming from its number, what is told of it, and whatever follows."""
    number, told, *_ = row
    kind, name, aliases, role = json.loads(told)
    return Naming(number, kind, name, tuple(aliases), role)


def _found(database: Database, words: Collection[str], parts: tuple[_Part, ...], scope: SeenScope) -> list[Person]:
    wanted = set(words)
    if not wanted:
        return []
    seen, values = _in_scope(scope)
    words_seen, words_values = _on_shelves(scope, "naming_words")
    sql = (
        f"SELECT {_NAMING} FROM namings WHERE id IN (SELECT naming FROM naming_words"
        f" WHERE word IN ? AND part IN ?{words_seen}"
        f" GROUP BY naming HAVING count(DISTINCT word) = ?){seen} ORDER BY id LIMIT {MOST_FOUND}"
    )
    rows = database.execute(sql, (sorted(wanted), list(parts), *words_values, len(wanted), *values))
    return _whole(database, rows, scope)


def _quotes_by_naming(database: Database, articles: Sequence[str]) -> Counter[int]:
    condition, values = among(articles, "quotes")
    of_each = f"SELECT naming, count(*) FROM quotes WHERE {condition} AND naming IS NOT NULL GROUP BY naming"
    return Counter(dict(database.execute(f"{of_each} ORDER BY 2 DESC, 1", values).fetchall()))


def _most_quoted(database: Database, counts: Counter[int], scope: SeenScope) -> list[Person]:
    """The people of the namings that are quoted most."""
    return _whole(database, _of_numbers(database, [number for number, _ in counts.most_common(MOST_QUOTED)]), scope)


def _of_numbers(database: Database, numbers: Sequence[int]) -> Iterable[Row]:
    sql = f"SELECT {_NAMING} FROM namings WHERE id IN ? ORDER BY id"
    return database.execute(sql, (list(numbers),))


def _in_scope(scope: SeenScope) -> tuple[str, list[Any]]:
    """A further condition that holds a list of namings to those in scope, and its values."""
    if scope is None or isinstance(scope, OpenShelves):
        return _on_shelves(scope, "namings")
    condition, values = among(scope, "entities")
    # those on other shelves are told at once, however many they are
    on_their_shelves = "namings.shelf IN (SELECT shelf FROM articles WHERE id IN ?)"
    is_named = f"EXISTS (SELECT 1 FROM entities WHERE naming = namings.id AND {condition})"
    return f" AND {on_their_shelves} AND {is_named}", [list(scope), *values]


def _on_shelves(scope: SeenScope, table: str) -> tuple[str, list[Any]]:
    """A further condition that holds what is in `table` to the shelves in scope, and its values; else empty."""
    if not isinstance(scope, OpenShelves):
        return "", []
    condition, values = among(scope, table)
    return f" AND {condition}", values


def _whole(database: Database, namings: Iterable[Row], scope: SeenScope) -> list[Person]:
    """The people of `namings` with all their others in scope, each person once, in the order of their first naming."""
    names = {full_name: surname for _, _, full_name, surname in namings}
    alone = {word: name for name in names if (word := _alone(name))}
    owners = _owners(database, {*alone, *filter(None, names.values())}, scope)
    wanted = {*names, *(owners[word] for word in alone if word in owners)}
    wanted |= {_key("person", word) for name, word in names.items() if word and owners.get(word) == name}
    seen, values = _in_scope(scope)
    sql = f"SELECT {_NAMING} FROM namings WHERE full_name IN ?{seen} ORDER BY id"
    people: defaultdict[str, list[Naming]] = defaultdict(list)
    for row in database.execute(sql, (sorted(wanted), *values)):
        people[owners.get(_alone(row[2]) or "", row[2])].append(naming_of(row))
    return [person_of(same) for same in people.values()]


def _owners(database: Database, surnames: Collection[str], scope: SeenScope) -> dict[str, str]:
    """The one full name of a person to each of `surnames`, where there is one."""
    seen, values = _in_scope(scope)
    sql = f"SELECT DISTINCT full_name FROM namings WHERE surname = ?{seen} LIMIT 2"
    words = list(surnames)
    found = zip(words, database.each(sql, [(word, *values) for word in words]), strict=True)
    return {word: rows[0][0] for word, rows in found if len(rows) == 1}


def _alone(name: str) -> str | None:
    """The one word of a person who is named by no other."""
    kind, *words = name.split()
    return words[0] if kind == "person" and len(words) == 1 else None


def _surname(entity: Entity) -> str | None:
    word = surname(entity.kind, entity.name)
    return word and word[:_LONGEST_KEY]


def _key(kind: str, *words: str) -> str:
    return " ".join((kind, *words))[:_LONGEST_KEY]
