"""Which sentence tells who somebody is."""

from __future__ import annotations

import pytest

from bot.introductions import introductions
from embeddings.articles import make_article
from embeddings.library import Library

MENTION = "Later Dahl left the quay."


@pytest.mark.parametrize(
    "sentence",
    [
        "This is sad, said Elin Dahl, head of the guild.",
        "Elin Dahl, 71, who worked in the cafe, cried.",
        "Elin Dahl, a cook, cried.",
        "Elin Dahl was the first cook.",
        "He met the local cook Elin Dahl at noon.",
        "They greeted Mayor Elin Dahl.",
        "Dr. Dahl came.",
    ],
)
def test_an_introduction_comes_first(library: Library, sentence: str) -> None:
    """A sentence with a role beside the name is taken, wherever it stands, and those without are not."""
    library.put(make_article("ferry", f"The ferry\n\n{MENTION}\n\n{sentence}", {}))
    assert [found.sentence.text for found in introductions("Dahl", library, ["ferry"])] == [sentence]


@pytest.mark.parametrize(
    "sentence",
    ["Elin Dahl, seeking work, left.", "Elin Dahl, said the mayor, left.", "Elin Dahl and others left.", MENTION],
)
def test_a_mention_is_no_introduction(library: Library, sentence: str) -> None:
    """What a person does is not who the person is; such sentences have a low score, in the order of the article."""
    library.put(make_article("ferry", f"The ferry\n\n{sentence}\n\nAt last Dahl slept.", {}))
    found = introductions("Elin Dahl", library, ["ferry"])
    assert found[0].sentence.text == sentence
    assert {each.score for each in found} == {0.1}


def test_a_namesake_is_nobody(library: Library) -> None:
    """Somebody of another first name, or whom nobody names, is not found."""
    library.put(make_article("ferry", f"The ferry\n\nAt noon Elin Dahl, a cook, left.\n\n{MENTION}", {}))
    assert introductions("Ivar Dahl", library, ["ferry"]) == []
    assert introductions("Dahlberg", library, ["ferry"]) == []
