"""Whole small articles through the default model and the parser: who said what, and how one knows."""

from __future__ import annotations

import pytest

from embeddings.articles import make_article
from embeddings.quotes import read_quotes
from embeddings.quotes.parsing import parse
from embeddings.quotes.runs import Run, whole_cue
from embeddings.sentences import split_sentences
from embeddings.types import Entity, Quote

HARBOUR = """Old harbour crane to be saved

PORT ELLEN — The last steam crane of the harbour will stay where it is, the council decided on Monday.

"It has stood here for 120 years," said Martha Quill, head of the Harbour Trust. "You do not sell your grandmother."

Tom Brandt, the council's treasurer, disagreed. "Rust costs money," he said.

According to Brandt, repairs will cost 90,000 pounds a year.

The crane, known as "Old Bess," loaded its last ship in 1974. Quill said that volunteers would paint it in May.

"We need forty people.

"And we need them soon," she added.
"""
NAMESAKES = """Two Okafors on the ballot

LINTON — Grace Okafor and her brother-in-law Daniel Okafor both want to be mayor.

"I have run a clinic for nine years," Grace Okafor told reporters on Tuesday.

Daniel Okafor said he would cut the bus fares. "Nobody should walk to work in the rain," he said.

Mrs. Okafor called the plan "a bus to nowhere."
"""


def read(text: str) -> tuple[dict[str, Quote], dict[str, Entity]]:
    """The quotes of an article by their text, and its entities by name; what every quote must hold is checked."""
    article = make_article("small", text, {})
    sentences = split_sentences(article)
    quotes, entities = read_quotes(article, sentences)
    for quote in quotes:
        assert article.text[quote.start : quote.end] == quote.text
        assert (quote.speaker is None) == (quote.attribution == "unknown")
        assert sentences[quote.first_sentence].paragraph == quote.paragraph
    for entity in entities:
        assert all(article.text[span.start : span.end] for span in entity.mentions)
    return {" ".join(quote.text.split()): quote for quote in quotes}, {entity.name: entity for entity in entities}


@pytest.fixture(scope="module")
def harbour() -> tuple[dict[str, Quote], dict[str, Entity]]:
    return read(HARBOUR)


@pytest.fixture(scope="module")
def namesakes() -> tuple[dict[str, Quote], dict[str, Entity]]:
    return read(NAMESAKES)


@pytest.mark.parametrize(
    ("text", "kind", "speaker", "attribution", "cue"),
    [
        ('"It has stood here for 120 years,"', "direct", "Martha Quill", "explicit", "said"),
        ('"You do not sell your grandmother."', "direct", "Martha Quill", "carried", "said"),
        ('"Rust costs money,"', "direct", "Tom Brandt", "resolved", "said"),
        ("repairs will cost 90,000 pounds a year", "indirect", "Tom Brandt", "explicit", "According to"),
        ("that volunteers would paint it in May", "indirect", "Martha Quill", "explicit", "said"),
        ('"And we need them soon,"', "direct", "Martha Quill", "resolved", "added"),
    ],
)
def test_who_said_what(
    harbour: tuple[dict[str, Quote], dict[str, Entity]],
    text: str,
    kind: str,
    speaker: str,
    attribution: str,
    cue: str,
) -> None:
    """Direct and indirect speech has its speaker, named beside it, carried on, or traced from a pronoun."""
    quote = harbour[0][text]
    assert (quote.kind, quote.speaker, quote.attribution, quote.cue) == (kind, speaker, attribution, cue)


def test_the_name_of_a_thing_is_no_quote(harbour: tuple[dict[str, Quote], dict[str, Entity]]) -> None:
    """Marks around a nickname are nobody's words."""
    assert not [text for text in harbour[0] if "Old Bess" in text]


def test_a_role_is_kept_with_its_person(harbour: tuple[dict[str, Quote], dict[str, Entity]]) -> None:
    """Whoever is introduced once has the role with every quote, and the place that states it."""
    quill = harbour[1]["Martha Quill"]
    assert (quill.role, quill.aliases) == ("head of the Harbour Trust", ("Martha Quill", "Quill"))
    assert quill.role_span is not None
    assert HARBOUR[quill.role_span.start : quill.role_span.end] == "head of the Harbour Trust"
    assert harbour[0]["that volunteers would paint it in May"].role == "head of the Harbour Trust"


def test_the_evidence_of_a_pronoun_is_the_name_before_it(harbour: tuple[dict[str, Quote], dict[str, Entity]]) -> None:
    """A resolved attribution says where the text names the speaker."""
    evidence = harbour[0]['"Rust costs money,"'].evidence
    assert evidence is not None
    assert HARBOUR[evidence.start : evidence.end] == "Tom Brandt"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('"I have run a clinic for nine years,"', "Grace Okafor"),
        ("he would cut the bus fares", "Daniel Okafor"),
        ('"Nobody should walk to work in the rain,"', "Daniel Okafor"),
        ('"a bus to nowhere."', "Grace Okafor"),
    ],
)
def test_namesakes_stay_apart(namesakes: tuple[dict[str, Quote], dict[str, Entity]], text: str, speaker: str) -> None:
    """Two people of one surname are told by first name, title and pronoun."""
    assert namesakes[0][text].speaker == speaker


def test_touching_sentences_are_read_apart() -> None:
    """A full stop without a space after it does not glue one speaker to another's words."""
    quotes, _ = read(
        "Rail plan divides towns\n\nThe line is needed by 2030, according to Ella Voss.Marcus Thorne said the money"
        " should go to schools.\n"
    )
    assert {quote.speaker for quote in quotes.values()} == {"Ella Voss", "Marcus Thorne"}
    assert quotes["the money should go to schools"].speaker == "Marcus Thorne"


def test_nobody_is_guessed() -> None:
    """A pronoun without a name before it leaves the speaker empty."""
    quotes, _ = read('Lights out\n\nThe lamps went out at nine. "I saw nothing," he said.\n')
    quote = quotes['"I saw nothing,"']
    assert (quote.speaker, quote.attribution, quote.entity, quote.evidence) == (None, "unknown", None, None)


def test_a_signature_names_the_speaker() -> None:
    """A name after a dash at the end of the line is the speaker of the quotation before it."""
    quotes, _ = read(
        "Readers write\n\nWe asked readers about the tunnel.\n\n“It is dark and far too long.” ― Ida Holm\n"
    )
    assert quotes["“It is dark and far too long.”"].speaker == "Ida Holm"


def test_the_subject_before_a_pronoun_is_meant() -> None:
    """ "He" after a quotation is the last main subject of the paragraph, not whoever was quoted before."""
    quotes, _ = read(
        'Mill owners split\n\n"The mill is finished," said Peter Vance, who ran it for years. Peter Vance sold his'
        ' share.\n\nOliver Stamp hinted at another plan on Friday. "There is a buyer in Leeds," he said.\n'
    )
    assert quotes['"There is a buyer in Leeds,"'].speaker == "Oliver Stamp"


def test_a_quotation_inside_another_sentence_is_not_carried_on() -> None:
    """Words quoted in the middle of a later sentence are not given to whoever spoke before."""
    quotes, _ = read(
        'Tower to open\n\n"We built it for everyone," said Anna Reed. The tower was chosen as the prettiest of the'
        ' county because it is "a candle of glass and brick above the old market square."\n'
    )
    said = {text for text, quote in quotes.items() if quote.speaker == "Anna Reed"}
    assert said == {'"We built it for everyone,"'}


def test_a_relative_clause_introduces_a_person() -> None:
    """ "Who leads …" serves as the role of somebody who is given no other."""
    _, entities = read(
        'Nets stay dry\n\n"We cannot pay this," said Petter Lund, 54, who leads the local fishing association.\n'
    )
    assert entities["Petter Lund"].role == "who leads the local fishing association"


def test_a_role_may_stand_before_a_name_in_commas() -> None:
    """Whoever "her lawyer, X," names has that role, without what points at its owner; a place has none."""
    quotes, entities = read(
        'Sand to appeal\n\nIn Vell, Norway, Ruth Sand was fined. "We will appeal," her lawyer, Petter Lund, said.'
        " The head of the union, Elena Dorn, said nothing.\n"
    )
    assert entities["Petter Lund"].role == "lawyer"
    assert entities["Elena Dorn"].role == "head of the union"
    assert (entities["Norway"].role, entities["Ruth Sand"].role) == (None, None)
    assert quotes['"We will appeal,"'].role == "lawyer"


def test_a_role_may_stand_right_before_a_name() -> None:
    """Whoever "her Danish counterpart X" names has that role."""
    _, entities = read("Talks in Vell\n\nThe minister spoke after talks with her Danish counterpart Petter Lund.\n")
    assert entities["Petter Lund"].role == "Danish counterpart"


def test_a_title_tells_a_person_that_the_parser_does_not_know() -> None:
    """The words in capitals after "Mayor" are a person's name, whom "she" then means, and not the town."""
    quotes, entities = read(
        """Footbridge over the Orne delayed

The footbridge over the Orne will not open before autumn, the town council of Vell said on Tuesday.

Mayor Ines Kader said the steel had arrived late. "A bridge that nobody can trust is no bridge," she said.
"""
    )
    assert (entities["Ines Kader"].kind, entities["Ines Kader"].role) == ("person", "Mayor")
    assert quotes["the steel had arrived late"].speaker == "Ines Kader"
    said = quotes['"A bridge that nobody can trust is no bridge,"']
    assert (said.speaker, said.attribution) == ("Ines Kader", "resolved")


def test_a_pronoun_means_no_place() -> None:
    """What has "the town of" or "in" before it is a place, though the parser takes it for a person: nobody is named."""
    quotes, entities = read(
        """Ferry ends

The ferry over the Orne ends in May. The town of Orne will wait for a bridge.

"It is a shame," she said.
"""
    )
    assert entities["Orne"].kind == "organisation"
    assert (quotes['"It is a shame,"'].speaker, quotes['"It is a shame,"'].attribution) == (None, "unknown")


def test_what_a_name_does_tells_a_person_that_the_parser_does_not_know() -> None:
    """Two words in capitals that say something, or of which a clause with "who" tells, are a person's name."""
    for introduced in ("The town of Orne waits. Ines Kader", "In Orne, Ines Kader, who runs the bakery,"):
        quotes, entities = read(
            f'Bridge late\n\n{introduced} said the steel had arrived late. "Nobody can trust it," she said.\n'
        )
        assert {name: entity.kind for name, entity in entities.items()} == {
            "Ines Kader": "person",
            "Orne": "organisation",
        }
        assert quotes['"Nobody can trust it,"'].speaker == "Ines Kader"


def test_what_nobody_can_be_is_no_role() -> None:
    """In a list of things that a person is the first of, the second is no role of that one."""
    _, entities = read(
        "Forty years of a firm\n\nIt is the firm of Steve Jobs, innovation, and design. It is Steve Jobs, innovation.\n"
    )
    assert entities["Steve Jobs"].role is None


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Hydrologist Wen Zhao called the wall too low.", "Wen Zhao", "Hydrologist"),
        ("Librarian Oddny Brekke said the books were wet.", "Oddny Brekke", "Librarian"),
        ("Photographer Kwame Asante said he had seen it.", "Kwame Asante", "Photographer"),
        ("Oddny Lindquist said the books were wet.", "Oddny Lindquist", None),
    ],
)
def test_what_somebody_does_is_no_part_of_the_name(text: str, name: str, role: str | None) -> None:
    """A word before a first and a last name that by its ending is an occupation is the role."""
    _, entities = read(f"Flood in Kesh\n\n{text}\n")
    assert [(one.name, one.role) for one in entities.values() if one.kind == "person"] == [(name, role)]


def test_a_title_and_a_surname_alone_tell_a_person_taken_for_an_organisation() -> None:
    """The parser takes "Magnus Feld" for an organisation here; "Feld" is the same one."""
    quotes, entities = read(
        "Harbour strike enters second week\n\n"
        "Chief executive Magnus Feld told reporters that nobody would be dismissed before 2027.\n\n"
        '"The cranes will make the work safer," Feld said.\n'
    )
    assert {quote.speaker for quote in quotes.values()} == {"Magnus Feld"}
    assert entities["Magnus Feld"].role == "Chief executive"


def test_the_possessive_of_many_ends_no_role_and_its_owner_is_not_its_holder() -> None:
    """A role goes on after "Workers'", and "the union" is the one of that name, not whoever is its secretary."""
    quotes, _ = read(
        "Dockers walk out\n\n"
        '"We will not go back," said Joanna Petrakis, secretary of the Harbour Workers\' Union.\n\n'
        "The union said the strike would last a week. The secretary said the pay was low.\n"
    )
    said = {text: (quote.speaker, quote.role) for text, quote in quotes.items()}
    assert said['"We will not go back,"'] == ("Joanna Petrakis", "secretary of the Harbour Workers' Union")
    assert said["the strike would last a week"][0] == "Harbour Workers' Union"
    assert said["the pay was low"][0] == "Joanna Petrakis"


def test_a_source_ends_with_its_sentence() -> None:
    """Who speaks in the next sentence is somebody else."""
    quotes, _ = read(
        'LINTON — "We are deeply sorry," said Northfield spokesman Daniel Pruitt. A spokeswoman for the Treasury said'
        " that the ministry was aware of the matter.\n"
    )
    assert quotes['"We are deeply sorry,"'].speaker == "Daniel Pruitt"
    assert quotes["that the ministry was aware of the matter"].speaker == "A spokeswoman for the Treasury"


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (
            "Officials kept silent, but a lawyer for Home Owners United, Victor Hale, said the group would sue.",
            "Victor Hale",
            "lawyer for Home Owners United",
        ),
        (
            "A spokeswoman for the Alder Coast Realtors Association, Maria Holt, said the group would sue.",
            "Maria Holt",
            "spokeswoman for the Alder Coast Realtors Association",
        ),
    ],
)
def test_a_person_is_no_organisation(text: str, name: str, role: str) -> None:
    """Whom the parser puts beside the organisation is beside whoever speaks for it; a first name tells one."""
    quotes, people = read(f"{text}\n")
    assert [quote.speaker for quote in quotes.values()] == [name]
    assert (people[name].kind, people[name].role) == ("person", role)


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        (
            'A spokesman for the Treasury said the ministry knew. "It is a scandal," he said.',
            '"It is a scandal,"',
            "A spokesman",
        ),
        ('"He is happy," his brother said. "He has a son," he added.', '"He has a son,"', "his brother"),
        ('A Treasury official told Daniel Pruitt no. "I disagree," he said.', '"I disagree,"', "Daniel Pruitt"),
        ('A spokeswoman said she knew. "It is a scandal," he said.', '"It is a scandal,"', "Daniel Pruitt"),
        ('A study said stocks fell. "It is a scandal," he said.', '"It is a scandal,"', "Daniel Pruitt"),
    ],
)
def test_a_pronoun_means_who_spoke_last_without_a_name(text: str, said: str, speaker: str) -> None:
    """Where that is one person, who may be he or she, and nobody was named since; else it is the one named before."""
    quotes, _ = read(f"Daniel Pruitt, the manager, came late. {text}\n")
    assert (quotes[said].speaker or "").startswith(speaker)
    assert quotes[said].attribution == "resolved"


def test_a_name_beside_a_subject_is_one() -> None:
    """ "Silva's widow, Carla Silva, walked out": "she" in the next sentence is the widow, not who spoke before."""
    quotes, _ = read(
        'Defense attorney Lucille Grant told jurors about it. "He changed his story four times," Grant said.\n\n'
        "Mateus Silva drowned. Silva's widow, Carla Silva, walked out before the end. \"There is no justice for people"
        ' who gut fish," she said.\n'
    )
    assert quotes['"There is no justice for people who gut fish,"'].speaker == "Carla Silva"


SILO = """Silo to be a concert hall

VELL — The old silo will be a concert hall by May, Mayor Ada Finch told a news conference. Asked whether the roof\
 would hold, she said: "It will. We had it tested."

Asked by council member Ken Marsh if the seats would be new, she paused. "Some of them," she said.

Captain Rob Finch of the fire brigade said the stairs were too steep. His brother Neil Finch, a baker, told the\
 council that he would sell bread there. "Nobody else will feed them," said the 39-year-old Norwegian.

Captain Finch wants two more doors.

In a statement, Energia do Sul said that it would pay for the paint. The tests were "careless", according to Ingrid\
 Holm of the University of Tarn.

Prosecutor Daniel Whitfield KC said that the owner had lied. "Mrs Whitfield was there," he added.
"""


@pytest.fixture(scope="module")
def silo() -> tuple[dict[str, Quote], dict[str, Entity]]:
    return read(SILO)


@pytest.mark.parametrize(
    ("said", "speaker", "cue", "attribution"),
    [
        ("The old silo will be a concert hall by May", "Ada Finch", "told", "explicit"),
        ('"It will. We had it tested."', "Ada Finch", "said", "resolved"),
        ("if the seats would be new", "Ken Marsh", "Asked", "explicit"),
        ('"Some of them,"', "Ada Finch", "said", "resolved"),
        ("that he would sell bread there", "Neil Finch", "told", "explicit"),
        ('"Nobody else will feed them,"', "Neil Finch", "said", "resolved"),
        ("that it would pay for the paint", "Energia do Sul", "said", "explicit"),
    ],
)
def test_who_said_it(
    silo: tuple[dict[str, Quote], dict[str, Entity]], said: str, speaker: str, cue: str, attribution: str
) -> None:
    """Behind dateline and whoever was told; by whom a question is put; "the Norwegian" is Neil."""
    quote = silo[0][said]
    assert (quote.speaker, quote.cue, quote.attribution) == (speaker, cue, attribution)


def test_a_question_put_is_not_said_by_who_answers_it(silo: tuple[dict[str, Quote], dict[str, Entity]]) -> None:
    """ "Asked whether the roof would hold, she said …": these are not her words."""
    assert not [text for text in silo[0] if text.startswith("whether")]


@pytest.mark.parametrize(
    ("name", "role", "aliases"),
    [
        ("Rob Finch", "Captain", ("Rob Finch", "Finch")),
        ("Neil Finch", "a baker", ("Neil Finch",)),
        ("Ingrid Holm", "of the University of Tarn", ("Ingrid Holm",)),
        ("Daniel Whitfield", "Prosecutor", ("Daniel Whitfield",)),
    ],
)
def test_names_and_roles(
    silo: tuple[dict[str, Quote], dict[str, Entity]], name: str, role: str, aliases: tuple[str, ...]
) -> None:
    """The captain is not his brother, nor Mrs Whitfield her husband; what one is, is no part of the name, nor "KC"."""
    entity = silo[1][name]
    assert (entity.role, entity.aliases) == (role, aliases)
    assert "Mrs Whitfield" not in silo[1]


def test_a_clause_has_its_subject() -> None:
    """Of "Sirens that should have warned the town did not sound" nothing is cut off."""
    quotes, _ = read(
        "A dam broke above the town. Sirens that should have warned residents did not sound because their batteries"
        " had been stolen in December, Mayor Otto Brandt said. He said that the theft had been reported.\n"
    )
    assert any(text.startswith("Sirens that should have warned residents did not sound") for text in quotes)


def test_a_trade_not_spoken_of_before_is_that_of_who_just_spoke() -> None:
    """ "The midfielder said" after what a player said; not where another one of that trade was named."""
    quotes, _ = read(
        'Okafor, who missed five games, said the players were to blame. "Eleven of us lost. One man lost his job,"'
        " the midfielder said. Jamal Okafor is the captain.\n"
    )
    assert quotes['"Eleven of us lost. One man lost his job,"'].speaker == "Jamal Okafor"
    quotes, _ = read(
        'A midfielder of theirs wept. Jamal Okafor said the players were to blame. "Eleven of us lost. One man lost'
        ' his job," the midfielder said.\n'
    )
    assert quotes['"Eleven of us lost. One man lost his job,"'].speaker == "the midfielder"


@pytest.mark.parametrize(
    ("text", "tagged", "whole"),
    [
        ("He told a news conference no.", "told a news", "told a news conference"),
        ("She said in a televised interview that it rains.", "said in a", "said in a televised interview"),
        ("They told an inquiry on Monday no.", "told an inquiry on", "told an inquiry"),
        ("He said no.", "said", "said"),
    ],
)
def test_a_cue_is_whole(text: str, tagged: str, whole: str) -> None:
    """It is not cut inside of what it names, and no loose preposition hangs on it."""
    (doc,) = parse([text])
    words = [token.text for token in doc]
    first = words.index(tagged.split()[0])
    cue = whole_cue(doc, Run(first, first + len(tagged.split())))
    assert doc[cue.first : cue.last].text == whole


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        (
            'The victim went back, according to the mayor of Santa Oliva, Teresa Lobo. "We begged him not to go," she'
            " said. Lobo wept.",
            '"We begged him not to go,"',
            "Teresa Lobo",
        ),
        (
            'Tom Hughes denied that he had been pressed. "Nobody rang me," the 29-year-old said.',
            '"Nobody rang me,"',
            "Tom Hughes",
        ),
        (
            '"We will win," Donald Trump added. Sean Hannity asked Trump how high the wall would be. "It could be 45'
            ' feet," he told Hannity.',
            '"It could be 45 feet,"',
            "Donald Trump",
        ),
        (
            "Growers disagree: the teachers' union NASW said that it had not been asked.",
            "that it had not been asked",
            "NASW",
        ),
    ],
)
def test_whom_a_source_means(text: str, said: str, speaker: str) -> None:
    """A name behind an office, who is called by age, and not whom "he" tells."""
    assert read(f"{text}\n")[0][said].speaker == speaker


def test_a_clause_ends_with_its_sentence() -> None:
    """What comes next has a source of its own."""
    quotes, _ = read(
        "The plane was grounded after The New York Times reported that its registration had expired in January. It is"
        " now cleared to fly again, according to the F.A.A.\n"
    )
    assert "that its registration had expired in January" in quotes


def test_a_source_is_not_within_what_is_told_of_it() -> None:
    """ "Acme, which employs 8,600 people, said": no people say it; "KC" after a name is none of its own."""
    quotes, entities = read(
        "Velmark to wait\n\nVelmark, which employs 8,600 people in 22 countries, said it would freeze hiring."
        " Prosecutor Owen Tait KC said that the money went on horses.\n"
    )
    assert quotes["it would freeze hiring"].speaker == "Velmark"
    assert quotes["that the money went on horses"].speaker == "Owen Tait"
    assert "KC" not in entities


def test_whoever_is_told_by_what_they_are_to_another_is_not_meant_later() -> None:
    """After "her daughter Catriona said" the next paragraph's "she" is the mother still."""
    quotes, entities = read(
        "Agnes Thorburn dies at 94\n\nAgnes Thorburn, the engineer, has died. Thorburn was 94.\n\n"
        "She died in her sleep, her daughter Catriona said. She had been ill.\n\n"
        'Born in Velby in 1930, she was the third of five. "They said it was not for girls," she told a paper.\n'
    )
    assert quotes['"They said it was not for girls,"'].speaker == "Agnes Thorburn"
    assert entities["Catriona"].role == "daughter"


def test_a_role_is_not_cut_at_a_hyphen_nor_ends_in_a_title() -> None:
    """A "co-author" is no "co", and the "lead author Dr Chanda" is the lead author."""
    _, entities = read(
        'Bats smell rain\n\n"We were surprised," said lead author Dr Mwila Chanda. Prof Anton Wit, a co-author, said'
        " that it could help.\n"
    )
    assert (entities["Mwila Chanda"].role, entities["Anton Wit"].role) == ("lead author", "a co-author")


def test_a_senator_is_called_so_where_the_title_is_short() -> None:
    """ "The senator" is Sen. Poe; that of another state than the one behind a name is somebody else."""
    quotes, _ = read(
        "Senators meet\n\nSen. Ann Poe, R-Iowa, met Sen. Tom Birch (D-S.C.) on Monday.\n\nThe South Carolina senator"
        " said he was glad. The Iowa senator said she was not. The Florida senator said nothing would come of it.\n"
    )
    speakers = [quotes[text].speaker for text in ("he was glad", "she was not", "nothing would come of it")]
    assert speakers == ["Tom Birch", "Ann Poe", "The Florida senator"]


def test_a_dateline_is_no_part_of_a_name_or_a_source() -> None:
    quotes, entities = read(
        "Engine maker cuts jobs\n\nHAMBURG - German engine maker Brandt & Kiel said it would cut 1,150 jobs.\n\n"
        "Brandt & Kiel employs 9,000 people.\n"
    )
    assert quotes["it would cut 1,150 jobs"].speaker == "Brandt & Kiel"
    assert not any(" - " in name for name in entities)


def test_where_somebody_is_from_is_no_part_of_the_name() -> None:
    quotes, entities = read(
        'Vasko wins\n\nUnseeded Slovak Lena Vasko beat Spain\'s Ines Carrasco. "I just hit it," Vasko said.\n'
    )
    assert quotes['"I just hit it,"'].speaker == "Lena Vasko"
    assert entities["Ines Carrasco"].kind == "person"


def test_whom_a_clause_around_the_cue_is_about_does_not_speak() -> None:
    """ "Mrs Mallory, she said, had loved horses": said by another; and the judge of the paragraph before is "she"."""
    quotes, _ = read(
        "Carer jailed\n\nJudge Helen Abara told him to stand. The court heard of Edith Mallory.\n\n"
        '"An old lady may be generous," his barrister, Fiona Grant, told the jury. Mrs Mallory, she said, had loved'
        " horses all her life.\n\nPurcell gave evidence.\n\nA clerk gave evidence, too.\n\nThe trial took a week.\n\n"
        "It rained.\n\nThe jury was out for a day.\n\nThe road was closed.\n\n"
        'Sentencing him, the judge said that a long sentence was due.\n\n"The horse never won a race," she added.\n'
    )
    assert quotes["had loved horses all her life"].speaker == "Fiona Grant"
    assert quotes['"The horse never won a race,"'].speaker == "Helen Abara"


def test_who_is_called_by_age_may_be_who_spoke_in_the_paragraph_before() -> None:
    quotes, _ = read(
        "Moreau out\n\nClaire Moreau led by a set. Lena Vasko won.\n\nMoreau said she had felt pain.\n\n"
        '"She deserved it," said the 28-year-old, who will rest.\n'
    )
    assert quotes['"She deserved it,"'].speaker == "Claire Moreau"


def test_a_name_behind_what_an_organisation_is_names_it() -> None:
    quotes, _ = read("Ferry sinks\n\nThe operator, Atlantic Lines, said the captain had seen the warning.\n")
    assert quotes["the captain had seen the warning"].speaker == "Atlantic Lines"


def test_storms_and_clubs_are_nobody() -> None:
    _, entities = read(
        "Storm hits the cup\n\nHarwick Town beat Milford Rovers before Storm Brigid came. Milford Rovers had led.\n"
    )
    people = {name for name, entity in entities.items() if entity.kind == "person"}
    assert not people


def test_what_somebody_declined_to_say_is_no_quote() -> None:
    quotes, _ = read("Vote\n\nThe mayor, Olive Grant, declined to say how she felt about the decision.\n")
    assert not quotes


def test_a_role_ends_where_its_sentence_goes_on() -> None:
    _, entities = read(
        "Photographer dies\n\nMiriam Castellan, who took pictures of four wars, died on Friday. She was"
        " married to the journalist Howard Arlen, who died in 2003.\n"
    )
    assert entities["Miriam Castellan"].role == "who took pictures of four wars"
    assert entities["Howard Arlen"].role == "journalist"


def test_a_surname_that_is_a_word_is_known_where_it_stands_alone() -> None:
    text = "Rovers lose\n\nRovers manager Gary Stokes wept.\n\nStokes, who was booked for it, refused to talk.\n"
    _, entities = read(text)
    assert len(entities["Gary Stokes"].mentions) == 2


def test_a_name_is_not_cut_at_a_hyphen() -> None:
    _, entities = read(
        "Plant\n\nDaesung chief executive Park Ji-won told me so. A spokeswoman, Kim Hye-jin, said it was true.\n"
    )
    assert {"Park Ji-won", "Kim Hye-jin"} <= set(entities)


def test_an_apposition_to_a_name_is_that_person() -> None:
    quotes, _ = read(
        "Protest\n\nPeople protested. Among them was Denise Ford, a mother of three, who said she would have to"
        " find 90 pounds a month.\n"
    )
    assert quotes["she would have to find 90 pounds a month"].speaker == "Denise Ford"


def test_a_trade_before_a_name_is_no_part_of_it() -> None:
    quotes, entities = read(
        "Market\n\nAnalyst Robert Quigley said the timing was risky. Police Superintendent Jonas Brandvik agreed.\n"
    )
    assert quotes["the timing was risky"].speaker == "Robert Quigley"
    assert "Police" not in entities
