"""Whom names and pronouns mean where the parser does not know a name, or where several could be meant."""

from __future__ import annotations

import pytest

from embeddings.articles import make_article
from embeddings.quotes import read_quotes
from embeddings.sentences import split_sentences
from embeddings.types import Entity, Quote

MILL = """Peers quarrel over the mill at Tarn

The mill will be sold, the county decided on Friday. Lord Ashby of Tarn said that he would vote against it. "It feeds\
 nobody," Lord Ashby said.

His nephew, Edward Ashby, the member for Tarn, said that the roof would fall in. Ann Ashby, who owns the mill, was\
 away.

Sir Rupert Kane's widow, Lady Kane, laughed. "Rupert would have burned it down," Lady Kane told the peers. Sir Rupert\
 died in May.

The historian Oluchi Adebanjo, who wrote a book on the mill, believes that it is older. "It stood there in 1400," she\
 said.

Her brother, Alasdair, thought otherwise. The old house, he said, had been waiting for a new roof for forty years.

The families' barrister, Tomi Nwosu KC, called the sale "a theft". It was not, he said, a story of one bad roof.

Anneli Roth replaced Karsten Frey in March. Roth has not spoken since.

In a letter, however, she told the workers that nobody would lose a job.

"Sold?" he was asked.

The harbour company Velbro said that it had no plans. None of the others said that they would come.

A porter, who asked not to be named because he was new, said that the lorry was late. The ferry Patient Margaret\
 brought it.

The interior minister, Radu Belcan, rejected the charge. The mill, he said, belonged to the county.
"""


@pytest.fixture(scope="module")
def mill() -> tuple[list[Quote], dict[str, Entity]]:
    article = make_article("mill", MILL, {})
    quotes, entities = read_quotes(article, split_sentences(article))
    return list(quotes), {entity.name: entity for entity in entities}


@pytest.mark.parametrize(
    ("said", "speaker"),
    [
        ("he would vote against it", "Lord Ashby"),
        ("It feeds nobody", "Lord Ashby"),
        ("the roof would fall in", "Edward Ashby"),
        ("Rupert would have burned it down", "Lady Kane"),
        ("It stood there in 1400", "Oluchi Adebanjo"),
        ("waiting for a new roof", "Alasdair"),
        ("a theft", "Tomi Nwosu"),
        ("a story of one bad roof", "Tomi Nwosu"),
        ("nobody would lose a job", "Anneli Roth"),
        ("it had no plans", "Velbro"),
        ("belonged to the county", "Radu Belcan"),
    ],
)
def test_who_said_it(mill: tuple[list[Quote], dict[str, Entity]], said: str, speaker: str) -> None:
    """Namesakes are told apart by title, and those whom the parser took for companies by what stands beside them."""
    assert {quote.speaker for quote in mill[0] if said in quote.text} == {speaker}


@pytest.mark.parametrize("said", ["Sold?", "not to be named"])
def test_what_is_put_or_asked_for_is_nobodys(mill: tuple[list[Quote], dict[str, Entity]], said: str) -> None:
    """ "He was asked" tells whom, not who; that a name is to stay out is no quote."""
    assert {quote.speaker for quote in mill[0] if said in quote.text} <= {None}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Rupert Kane", "person"),
        ("Lady Kane", "person"),
        ("Oluchi Adebanjo", "person"),
        ("Alasdair", "person"),
        ("Tomi Nwosu", "person"),
        ("Velbro", "organisation"),
        ("Patient Margaret", "organisation"),
    ],
)
def test_who_is_a_person(mill: tuple[list[Quote], dict[str, Entity]], name: str, kind: str) -> None:
    """By a relative's or a trade's word, "who", an age, or honours behind the name; a ferry is none."""
    assert mill[1][name].kind == kind


def test_a_first_name_behind_sir(mill: tuple[list[Quote], dict[str, Entity]]) -> None:
    """ "Sir Rupert" is Sir Rupert Kane, and not his widow."""
    assert "Rupert" in mill[1]["Rupert Kane"].aliases
    assert "Rupert" not in mill[1]
