"""Reading a question: its intent, whom it asks about, which fact of the article it wants."""

from __future__ import annotations

import pytest

from bot.questions.line import bare_line, read_question
from bot.types import Question


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("When was this article published?", "published"),
        ("when was it written", "published"),
        ("What’s the date of the article?", "published"),
        ("publication date", "published"),
        ("What is the title of the story?", "title"),
        ("headline?", "title"),
        ("Where is this article from?", "source"),
        ("Who wrote this?", "author"),
        ("Who is the author of the article?", "author"),
        ("What is this about?", "gist"),
        ("Please summarise the article", "gist"),
        ("tl;dr", "gist"),
        ("When was the ferry article published?", "published"),
        ("Who wrote the article about the old ferry?", "author"),
        ("What is the Orne Post article about?", "gist"),
        ("When was the article bridge published?", "published"),
        ("Who wrote the article example.org/2021/bridge?", "author"),
        ("Who wrote the article “Who wrote this?”?", "author"),
        ("Which newspaper published this?", "source"),
        ("Where did it appear?", "source"),
        ("in which paper was that published?", "source"),
        ("Who is the publisher of the article?", "source"),
        ("Which article is that from?", "title"),
        ("which articles do you have?", "articles"),
        ("How many articles?", "articles"),
        ("what stories can I ask about?", "articles"),
        ("list all articles", "articles"),
        ("Сколько у вас статей?", "articles"),
        ("When was it reported?", "published"),
    ],
)
def test_questions_about_the_article(text: str, fact: str) -> None:
    """A question about the article itself names the fact that it wants."""
    question = read_question(text)
    assert (question.intent, question.fact) == ("about", fact)


@pytest.mark.parametrize(
    "text",
    [
        "What is the deal about?",
        "When was the base published as a target?",
        "Who wrote the letter?",
        "Who wrote the report on the bridge?",
        "What is the love story about?",
        "Who is the author of the open letter on the article?",
        "What is the title of the minister?",
        "When was the bridge opened?",
        "Where is the harbour?",
        "Who was elected?",
        "Who paid for the bridge?",
        "What is the name of the bridge that leads to Vell?",
        "What is the state bird of Montana?",
        "What is the largest bridge in the United States?",
        "What does the article say about the bridge?",
        "What did it say?",
        "When did Kader say that?",
        "How many articles did Kader write?",
        "Which articles of the law were changed?",
        "Who did Kader meet?",
        "What did Kader open in Vell?",
    ],
)
def test_questions_about_the_content(text: str) -> None:
    """What only resembles a question about the article is a question about what it tells."""
    assert read_question(text).intent == "passage"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Who is Ines Kader?", "Ines Kader"),
        ("who is ines kader", "ines kader"),
        ("Who's Kader?", "Kader"),
        ("Tell me who is Jean-Luc O’Neil", "Jean-Luc O'Neil"),
    ],
)
def test_questions_for_a_person(text: str, name: str) -> None:
    """ "Who is X" asks for a person, whatever the case of the letters."""
    question = read_question(text)
    assert (question.intent, question.speaker) == ("who", name)


@pytest.mark.parametrize("text", ["Hi", "hello there!", "Thanks a lot", "???", "😀", "what can you do?", "", "  "])
def test_smalltalk(text: str) -> None:
    """Greetings, thanks, marks without letters and questions to the bot are no questions to an article."""
    assert read_question(text).intent == "smalltalk"


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("good morning", "Ask me about the articles"),
        ("thank you so much!", "You are welcome. Ask me about"),
        ("Who made you?", "I am saidwhat, a bot without opinions"),
        ("are you ChatGPT?", "I am saidwhat, a bot without opinions"),
        ("are you sure?", "I show the articles' own sentences, and can neither judge nor explain them"),
        ("hmm ok", "I show the articles' own sentences, and can neither judge nor explain them"),
    ],
)
def test_smalltalk_is_replied_to_in_kind(text: str, reply: str) -> None:
    """A greeting, a word of thanks and a question about the bot each get their own line."""
    assert read_question(text).reply.startswith(reply)


def test_what_has_no_topic_that_a_search_could_look_for_is_asked_for_a_passage() -> None:
    """Of all that somebody said, one sentence tells what they called it."""
    assert read_question("What did Kader call it?").intent == "passage"
    assert read_question("What did Kader call the storm?").intent == "quotes"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Whats new?", "What's new"),
        ("itll last, wont it", "it'll last, won't it"),
        ("who’s there??", "who's there"),
        ("the cats and the hints", "the cats and the hints"),
    ],
)
def test_apostrophes_are_put_back(typed: str, written: str) -> None:
    """A contraction is read alike with its apostrophe and without."""
    assert bare_line(typed) == written


@pytest.mark.parametrize("text", ["who was sent off?", "who was left out?"])
def test_what_was_done_to_somebody_is_no_name(text: str) -> None:
    """ "Who was sent off?" asks for whoever it was, and not who a "Sent Off" is."""
    assert read_question(text).intent == "passage"


@pytest.mark.parametrize(
    ("text", "speaker"), [("any reaction?", None), ("Any comment from the company?", "the company")]
)
def test_reactions_are_what_is_said(text: str, speaker: str | None) -> None:
    """ "Any reaction?" asks for quotes, of somebody or of all."""
    question = read_question(text)
    assert (question.intent, question.speaker) == ("quotes", speaker)


@pytest.mark.parametrize("text", ["who wrote this report on nets", "Where do you find cod?", "asdf", "helpers"])
def test_what_only_looks_like_smalltalk(text: str) -> None:
    """A question that begins like one about the bot is one for the articles."""
    assert read_question(text).intent == "passage" or read_question(text).certainty == "if found"


def test_blanks_are_evened_out() -> None:
    """Line breaks and runs of blanks count as one blank."""
    assert read_question("  When does\n the bridge   open? ").text == "When does the bridge open?"


@pytest.mark.parametrize(
    ("text", "speaker", "topic", "certainty"),
    [
        ("What did Kader say?", "Kader", None, "sure"),
        ("what did kader say about the bridge?", "kader", "the bridge", "sure"),
        ("WHAT HAS INES KADER SAID ON THE COST", "INES KADER", "THE COST", "sure"),
        ("What did Kader say in Vell?", "Kader", "in Vell", "sure"),
        ("what did Kader say herself?", "Kader", None, "sure"),
        ("What did Kader herself say about the bridge?", "Kader", "the bridge", "sure"),
        ("What did Kader say about herself?", "Kader", "herself", "sure"),
        ("What did Kader say in the article?", "Kader", None, "sure"),
        ("waht did kader say", "kader", None, "sure"),
        ("tell me what Kader said about it", "Kader", None, "if found"),
        ("quotes by Kader", "Kader", None, "sure"),
        ("show me all quotes from Kader about money", "Kader", "money", "sure"),
        ("quote Kader", "Kader", None, "if found"),
        ("Kader on the bridge", "Kader", "the bridge", "if found"),
        ("Kader's view of the bridge", "Kader", "the bridge", "if found"),
        ("What is Kader’s opinion on the storm?", "Kader", "the storm", "sure"),
        ("what does Kader think of the council", "Kader", "the council", "sure"),
        ("what does Cameron think of Obama's comments", "Cameron", "Obama's comments", "sure"),
        ("What does Kader want?", "Kader", None, "if said"),
        ("What did Kader think of the talk with the council?", "Kader", "the talk with the council", "sure"),
        ("whats Kader's view on the bridge", "Kader", "the bridge", "sure"),
        ("what was kader's answer?", "kader", None, "sure"),
        ("According to Kader, when does it open?", "Kader", "when does it open", "if found"),
        ("Why is it late, according to Kader?", "Kader", "Why is it late", "if found"),
        ("Did Kader mention the storm?", "Kader", "the storm", "sure"),
        ("did kader say anything about the storm", "kader", "the storm", "sure"),
        ("How did Kader react to the storm?", "Kader", "the storm", "if said"),
        ("Why did Kader criticise the council?", "Kader", "the council", "if said"),
        ("Kader?", "Kader", None, "if found"),
        ("what did the mayor say", "the mayor", None, "sure"),
        ("что сказала Кадер?", "Кадер", None, "sure"),
        ("ЧТО ГОВОРИТ КАДЕР О МОСТЕ", "КАДЕР", "МОСТЕ", "sure"),
        ("что Кадер сказала о мосте?", "Кадер", "мосте", "sure"),
        ("что думает Кадер о мосте", "Кадер", "мосте", "sure"),
        ("цитаты Кадер", "Кадер", None, "sure"),
        ("упоминала ли Кадер о буре", "Кадер", "буре", "sure"),
        ("по словам Кадер, когда откроется мост", "Кадер", "когда откроется мост", "if found"),
        ("как Кадер отреагировала на бурю", "Кадер", "бурю", "if said"),
    ],
)
def test_questions_for_quotes(text: str, speaker: str, topic: str | None, certainty: str) -> None:
    """What somebody said, thinks or wants asks for quotes, in English or Russian, with a topic or without."""
    question = read_question(text)
    assert (question.intent, question.speaker, question.topic) == ("quotes", speaker, topic)
    assert question.certainty == certainty


@pytest.mark.parametrize(
    ("text", "topic", "quoted"),
    [
        ("Who said that the bridge is late?", "the bridge is late", ()),
        ("who thinks the storm did it", "the storm did it", ()),
        ("who talked about the storm?", "the storm", ()),
        ("Who called it a “leaky bucket”?", "it a “leaky bucket”", ("leaky bucket",)),
        ("Did anyone mention the storm?", "the storm", ()),
        ("What was said about the storm?", "the storm", ()),
        ("кто сказал, что мост закрыт", "мост закрыт", ()),
        ("кто говорил о буре", "буре", ()),
        ("quotes", None, ()),
    ],
)
def test_questions_for_a_speaker(text: str, topic: str | None, quoted: tuple[str, ...]) -> None:
    """Who said something asks for quotes of anybody, on a topic; words between quotation marks are kept."""
    question = read_question(text)
    assert (question.intent, question.speaker) == ("quotes", None)
    assert (question.topic, question.quoted) == (topic, quoted)


@pytest.mark.parametrize("text", ["Who is quoted?", "who speaks in the article", "who said what?", "кого цитируют?"])
def test_questions_for_all_speakers(text: str) -> None:
    """Who is quoted asks for everybody."""
    question = read_question(text)
    assert (question.intent, question.speaker) == ("who", None)


def test_who_somebody_is_in_russian() -> None:
    """ "Кто такой X" asks for a person."""
    question = read_question("Кто такая Инес Кадер?")
    assert (question.intent, question.speaker) == ("who", "Инес Кадер")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Which article is about eels?", "eels"),
        ("what stories do you have on the harbour", "the harbour"),
        ("Is there an article about the bridge?", "the bridge"),
        ("have you got any stories about nets", "nets"),
    ],
)
def test_which_article_is_on_something(text: str, topic: str) -> None:
    """Its title is asked for."""
    question = read_question(text)
    assert (question.intent, question.fact, question.topic) == ("about", "title", topic)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("What did Zhalnin promise?", "promise"),
        ("what did the mayor warn of", "warn"),
        ("What does Dorn deny?", "deny"),
        ("What did Zhalnin say?", None),
        ("What did Zhalnin claim?", None),
    ],
)
def test_what_somebody_did_by_speaking(text: str, verb: str | None) -> None:
    """Some verbs ask only for the quotes that are reported so; "say" asks for any."""
    question = read_question(text)
    assert (question.intent, question.verb) == ("quotes", verb)


@pytest.mark.parametrize("text", ["9/11?", "2042"])
def test_a_number_is_no_smalltalk(text: str) -> None:
    """An article may hold it."""
    assert read_question(text).intent == "passage"


@pytest.mark.parametrize(
    ("text", "who"),
    [("Who is the mayor of Vell?", "the mayor of Vell"), ("Who is Kader's brother?", "Kader's brother")],
)
def test_who_holds_an_office_is_sought_among_the_people_first(text: str, who: str) -> None:
    assert read_question(text) == Question(text, "who", who, certainty="if found")


def test_a_question_in_an_article_that_is_named() -> None:
    asked = read_question("What did Kader say in the ferry article?")
    assert (asked.intent, asked.speaker, asked.within) == ("quotes", "Kader", "ferry")
    assert read_question("Who is quoted in the article about eels?").within == "eels"
    assert read_question("What is the ferry article about?").within is None
