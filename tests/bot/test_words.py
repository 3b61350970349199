"""The bot's own texts: the same in every language, all of them in use, and spoken in the language that is set."""

from __future__ import annotations

import ast
import asyncio
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from bot.about import written_date
from bot.questions.line import read_question
from bot.render.wording import citation_line, plain_text, quote_line
from bot.retrieval import answer
from bot.types import Answer, Citation, CitedQuote, Passage
from bot.words import LANGUAGES, language_for, say, say_all, speaking
from embeddings.library import Library
from embeddings.types import Quote, Span

BOT = Path(__file__).parents[2] / "bot"
SOURCES = sorted(BOT.rglob("*.py"))


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str | list[str]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


TEXTS = {
    language: dict(_flat(tomllib.loads((BOT / "words" / f"{language}.toml").read_text(encoding="utf-8"))))
    for language in LANGUAGES
}


def _placeholders(text: str | list[str]) -> set[str]:
    texts = [text] if isinstance(text, str) else text
    return {name for one in texts for _, name, _, _ in Formatter().parse(one) if name is not None}


def _said() -> Iterator[ast.expr]:
    """What the sources say the text of: the first argument of every say and say_all."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "say_all"):
                yield node.args[0]


def test_english_comes_first() -> None:
    """There is a language for every file of texts; English is the first."""
    assert LANGUAGES == ("en", "ru")
    assert set(LANGUAGES) == {file.stem for file in (BOT / "words").glob("*.toml")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_texts(language: str) -> None:
    """The same keys, the same placeholders, lists of the same length, the same markup, and nothing empty."""
    assert list(TEXTS[language]) == list(TEXTS["en"])
    for key, text in TEXTS[language].items():
        english = TEXTS["en"][key]
        assert _placeholders(text) == _placeholders(english), key
        assert len(text) == len(english) if isinstance(english, list) else isinstance(text, str), key
        assert re.findall(r"</?\w+>", str(text)) == re.findall(r"</?\w+>", str(english)), key
        assert all(text), key
    assert {key.partition(".")[2] for key in TEXTS[language] if key.startswith("language_names.")} == set(LANGUAGES)


def test_every_text_is_used() -> None:
    """Each key stands in the sources; those of a table are reached by the table's name and a dot."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for key in TEXTS["en"]:
        table, dot, _ = key.partition(".")
        assert f'"{key}"' in source or f"'{key}'" in source or (dot and f'say(f"{table}.{{' in source), key


def test_every_text_that_is_said_is_there() -> None:
    """No source says a key that no file has."""
    keys = TEXTS["en"].keys()
    for said in _said():
        literal = [node.value for node in ast.walk(said) if isinstance(node, ast.Constant)]
        if isinstance(said, ast.Constant):
            assert said.value in keys, said.value
        elif isinstance(said, ast.IfExp):
            assert {node.value for node in (said.body, said.orelse) if isinstance(node, ast.Constant)} <= keys, literal
        elif isinstance(said, ast.JoinedStr):
            assert any(key.startswith(str(literal[0])) for key in keys), literal


def test_nothing_is_left_in_english() -> None:
    """What Russian has in Latin letters is a placeholder, markup, a command, or a name."""
    proper = {"saidwhat", "Telegram", "BotFather", "X"}
    for key, text in TEXTS["ru"].items():
        if key == "tg_example" or key.startswith("language_names."):
            continue  # a question is in the articles' language, a language's name in its own
        bare = re.sub(r"\{\w+\}|</?\w+>|/\w+(?: all)?", " ", str(text))
        assert set(re.findall("[A-Za-z]+", bare)) <= proper, key
        assert re.search("[а-яё]", bare) or key in ("date", "date_and_time", "of_article"), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_where_telegram_shows_them(language: str) -> None:
    """Telegram takes 120 characters of short description, 512 of description and 256 of a command's."""
    with speaking(language):
        assert len(say("tg_short_description")) <= 120
        assert len(say("tg_description")) <= 512
    assert max(len(text) for key, text in TEXTS[language].items() if key.startswith("commands.")) <= 256


@pytest.mark.parametrize(
    ("code", "language"),
    [("ru", "ru"), ("ru-RU", "ru"), ("RU_ru", "ru"), ("en-GB", "en"), ("uk", "en"), ("", "en"), (None, "en")],
)
def test_the_language_of_a_tag(code: str | None, language: str) -> None:
    """The part before the region counts; what there is no language of is spoken to in English."""
    assert language_for(code) == language


def test_speaking_nests() -> None:
    """Inside the language is the one that was set last; after it, and after a failure, the one before."""
    assert say("header") == "header"
    with speaking("ru"):
        assert say("header") == "заголовок"
        with speaking("en"):
            assert say("paragraph", number=3) == "paragraph 3"
        assert say("paragraph", number=3) == "абзац 3"
        with pytest.raises(ZeroDivisionError), speaking("en"):
            raise ZeroDivisionError
        assert say_all("months")[2] == "марта"
    assert say_all("months")[2] == "March"


async def test_speaking_carries_into_threads() -> None:
    """Each of several tasks speaks its own language, in its threads as well."""

    async def said_in(language: str) -> str:
        with speaking(language):
            await asyncio.sleep(0)
            return await asyncio.to_thread(say, "header")

    said = await asyncio.gather(said_in("ru"), said_in("en"), said_in("ru"))
    assert list(said) == ["заголовок", "header", "заголовок"]
    assert await asyncio.to_thread(say, "header") == "header"


@pytest.mark.parametrize("wrong", ["no such key", "commands", "commands.dance", "months"])
def test_an_unknown_key_fails_at_once(wrong: str) -> None:
    """A key that is not there, a table and a list have no text; a text is no list; a language must be there."""
    for language in LANGUAGES:
        with speaking(language), pytest.raises(KeyError):
            say(wrong)
    with pytest.raises(KeyError):
        say("paragraph")
    with pytest.raises(KeyError):
        say_all("header")
    with pytest.raises(KeyError), speaking("eo"):
        pass


def test_dates() -> None:
    """A date is written with its month's name in the language."""
    assert written_date("2017-03-02T13:20") == written_date("2017-03-02T13:20+05:00") == "2 March 2017, 13:20"
    assert written_date("2017-03-02T13:20+00:00") == "2 March 2017, 13:20 UTC"
    with speaking("ru"):
        assert written_date("2017-03-02T13:20") == "2 марта 2017, 13:20"
        assert written_date("2017-12-31") == "31 декабря 2017"


def test_an_answer_in_russian(library: Library) -> None:
    """The same question is answered in whatever language is set; the article's words stay as they are."""
    greeting, question = read_question("привет!"), read_question("What did Lev Antipov say?")
    assert (greeting.intent, question.intent) == ("smalltalk", "quotes")
    assert answer(greeting, library).remark == (
        "Ask me about the articles, and I show the sentences that answer."
        " They cover “Harbour bridge to open in June” and 1 more."
    )
    with speaking("ru"):
        assert answer(greeting, library).remark == (
            "Спросите меня о статьях, и я покажу предложения, в которых есть ответ."
            " Статьи: «Harbour bridge to open in June» и ещё 1."
        )
        assert answer(question, library).remark.startswith("Lev Antipov: в статьях нет упоминаний. Цитируются: ")
        told = answer(read_question("When was this article published?"), library, scope=["bridge"])
        assert told.remark == "«Harbour bridge to open in June»: Дата публикации: 12 апреля 2021, 09:30."


CITATION = Citation("bridge", "Harbour bridge", "2021-04-12T09:30", None, 2, 10, 20)


def test_an_answer_is_shown_in_russian() -> None:
    """Citation lines, quote lines and headings are in the language."""
    passage = Passage(1, CITATION, "It cost 14", Span(0, 30), "The start It cost 14 and more.", 1.25)
    refused = Answer(read_question("Why?"), "not_found", 0.1, closest=(passage,), remark="–")
    with speaking("ru"):
        assert plain_text(refused, closest=True) == (
            "–\n\nБлижайшие места, ответа в них нет:\n\n"
            "It cost 14\n— Harbour bridge · 12 апреля 2021, 09:30 · абзац 2 · знаки 10–20"
        )
        quote = Quote("bridge", 0, 2, 0, 0, 10, 20, "It cost 14", "direct", "unknown", cue="said")
        assert quote_line(CitedQuote(quote, CITATION), CITATION) == "автор слов не назван, said · абзац 2 · знаки 10–20"
        assert citation_line(CITATION, CITATION, offsets=False) == "абзац 2"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Привет, бот!", "smalltalk.greeting"),
        ("что ты умеешь?", "smalltalk.greeting"),
        ("Спасибо большое", "smalltalk.thanks"),
        ("кто ты?", "smalltalk.who_are_you"),
        ("Как тебя зовут?", "smalltalk.who_are_you"),
    ],
)
def test_small_talk_in_russian(text: str, key: str) -> None:
    """Greetings, thanks and questions to the bot are known in Russian, too, whatever language it speaks."""
    assert read_question(text).reply_key == key


@pytest.mark.parametrize("text", ["кто такой Грозин?", "Что сказал Грозин?", "привет Грозину"])
def test_questions_in_russian_are_no_small_talk(text: str) -> None:
    """What names somebody is for the articles."""
    assert read_question(text).intent != "smalltalk"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_taken_for_another_stands_last(language: str) -> None:
    """The Telegram front reads it again from the end of the line."""
    assert all(str(TEXTS[language][key]).endswith(" {question}") for key in ("taken_as", "more_on"))
