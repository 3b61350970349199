"""The command `saidwhat`, run in this process: what it prints, where, and its exit status."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.cli import main
from bot.settings import Settings
from embeddings.sources import Fetch, FetchRules
from embeddings.sources.fetching import Fetcher
from embeddings.types import Article, Sentence
from tests.hand_made import TALKS, hand_made
from tests.news_site import FEED, Site, html, page, sent, serving
from tests.postgres_server import PostgresServer

SEED = "000_cfde4ec61eda1862"
QUESTION = "How many million euros did the bridge cost?"


class Done(NamedTuple):
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


def _read_by_hand(article: Article, sentences: Sequence[Sentence], kept_in: Path) -> Any:
    return hand_made(article, sentences)


@pytest.fixture
def run(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs a command on an own library with the tiny model."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr("bot.asking.read_quotes", _read_by_hand)  # the real one has tests of its own
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAIDWHAT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EMBEDDING_MODEL", str(tiny_model))
    monkeypatch.setenv("SURE_THRESHOLD", "0")  # the tiny model is never sure
    monkeypatch.setenv("LOG_LEVEL", "ERROR")  # below is that the tiny model cannot be exported, once for each library

    def command(*arguments: str | Path, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as exit_:  # argparse
            status = int(exit_.code or 0)
        return Done(status, *capsys.readouterr())

    yield command
    logging.getLogger().setLevel(logging.WARNING)  # which a command sets for the whole process


@pytest.fixture
def indexed(run: Run, articles: Path) -> Run:
    """The same, with the two articles in the library."""
    assert run("index", articles).status == 0
    return run


def test_index_reports_what_it_did(run: Run, articles: Path) -> None:
    """Each article that is added or updated is named, then the counts; unchanged ones are only counted."""
    done = run("index", articles)
    assert done == (0, "added bridge (4 sentences)\nadded school (2 sentences)\n2 added\n", "")
    (articles / "school.txt").write_text("School\n\nThe school stays closed.\n", encoding="utf-8")
    assert run("index", articles).out == "updated school (1 sentence)\n1 unchanged, 1 updated\n"


def test_index_goes_on_past_bad_files(run: Run, articles: Path) -> None:
    """A bad file is one sentence on stderr and exit status 1; with nothing indexed it is 2."""
    (articles / "empty.txt").write_text(" \n", encoding="utf-8")
    done = run("index", articles)
    assert done.status == 1
    assert done.out == "added bridge (4 sentences)\nadded school (2 sentences)\n2 added, 1 left out\n"
    assert done.err == f"saidwhat: {articles}/empty.txt was left out: it is empty: there is no text to search.\n"
    assert run("index", articles / "empty.txt").status == 2
    assert run("index").err == "saidwhat: index needs a file, a folder or a link: `saidwhat index PATH_OR_URL…`.\n"
    assert run("index", "") == (2, "", "saidwhat: an empty path names nothing: name a file, a folder or a link.\n")
    assert run("index", "example.org/2021/bridge").err == (
        "saidwhat: example.org/2021/bridge was left out: there is no such file or folder: check the path, or write"
        " https://example.org/2021/bridge for a page on the web.\n"
    )


def test_index_keeps_an_article_of_another_file(indexed: Run, tmp_path: Path) -> None:
    """A file of the same name elsewhere is refused with both paths and the remedy, which works."""
    other = tmp_path / "other" / "bridge.txt"
    other.parent.mkdir()
    other.write_text("Another bridge\n\nThe bridge fell.", encoding="utf-8")
    assert indexed("index", other) == (
        2,
        "1 left out\n",
        f"saidwhat: {other} was left out: its name gives the same id as {tmp_path}/articles/bridge.txt, which the"
        " library holds with another text: rename it, or index it with --replace to put it in the place of that"
        " article.\n",
    )
    assert indexed("index", "--replace", other).status == 0


def test_index_tells_of_a_date_that_it_cannot_read(run: Run, tmp_path: Path) -> None:
    """What is no date, or could be two, is not dropped silently; the one that the text states is taken."""
    (tmp_path / "ferry.md").write_text("---\ndate: 5/6/2020\n---\n# Ferry\n\nThe ferry ends.\n", encoding="utf-8")
    done = run("index", "ferry.md")
    assert done == (
        0,
        "added ferry (1 sentence)\n1 added\n",
        "saidwhat: ferry.md states a date that cannot be read, “5/6/2020”: write it as in 2021-04-12.\n",
    )
    assert run("index", "ferry.md") == (0, "1 unchanged\n", "")


def test_index_as_json(run: Run, articles: Path) -> None:
    """With --json there is one object a file."""
    assert run("index", "--json", articles / "bridge.txt").lines == [
        {
            "source": str(articles / "bridge.txt"),
            "status": "added",
            "article": "bridge",
            "sentences": 4,
            "message": "",
        }
    ]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site on this machine, from which the command may fetch."""

    def here_too(rules: FetchRules) -> Fetch:
        return Fetcher(replace(rules, networks=("127.0.0.0/8",), pause=0.0)).fetch

    monkeypatch.setattr("bot.asking.fetch_by", here_too)
    with serving({"/ferry": html(page())}) as running:
        monkeypatch.setenv("LINK_PORTS", f"443, {running.port}")
        yield running


def test_index_a_link(run: Run, site: Site) -> None:
    """A page is an article under its address, can be asked about, and is no file that could have changed."""
    article_id = f"127.0.0.1:{site.port}/ferry"
    assert run("index", site.url("/ferry")) == (0, f"added {article_id} (4 sentences)\n1 added\n", "")
    (told,) = run("articles", "--json").lines
    assert (told["id"], told["url"], told["title"]) == (article_id, site.url("/ferry"), "Ferry to stay")
    assert run("ask", "--article", article_id, "When was the ferry built?").status == 0
    assert run("verify") == (0, "1 article, all well.\n", "")
    assert run("index", site.url("/ferry")).out == "1 unchanged\n"


def test_index_a_feed(run: Run, site: Site) -> None:
    """A feed's new pages are articles, and one that has none says so."""
    item = f"<item><link>{site.url('/ferry')}</link></item>"
    site.pages["/feed"] = sent(FEED.format(site=site.url(""), items=item).encode(), "application/rss+xml")
    added = f"added 127.0.0.1:{site.port}/ferry (4 sentences)\n1 added\n"
    assert run("index", "--feed", site.url("/feed")) == (0, added, "")
    assert run("index", "--feed", site.url("/feed")) == (0, "", f"saidwhat: {site.url('/feed')} names nothing new.\n")


@pytest.mark.parametrize(
    ("link", "why"),
    [
        (
            "http://127.0.0.1/ferry",
            "its site 127.0.0.1 has no address of the public internet: save the page and index the file",
        ),
        ("http://localhost:8080/", "it leads to port 8080, and only 80 and 443 may be used: LINK_PORTS allows others"),
        ("file:///etc/passwd", "only http and https links can be fetched, and this one is file"),
        ("HTTP://", "it names no site: check the link"),
        (
            "www.example.org/ferry",
            "there is no such file or folder: check the path, or write https://www.example.org/ferry for a page on the"
            " web",
        ),
        ("ferry.txt", "there is no such file or folder: check the path"),
    ],
)
def test_links_that_are_refused(run: Run, link: str, why: str) -> None:
    """A link that is not fetched is one sentence, and status 2."""
    assert run("index", link) == (2, "1 left out\n", f"saidwhat: {link} was left out: {why}.\n")


def test_verify_files_of_many(run: Run, tmp_path: Path) -> None:
    """A file with several articles is compared article by article."""
    file = tmp_path / "news.jsonl"
    file.write_text('{"text": "The ferry stays."}\n{"text": "The bridge opens."}\n')
    assert run("index", file).out.endswith("2 added\n")
    assert run("verify").out == "2 articles, all well.\n"
    file.write_text('{"text": "The ferry stays."}\n{"text": "The bridge is shut."}\n')
    assert run("verify").out == (
        "2 articles checked, 1 fault.\n"
        f"news.jsonl/2: its file {file} has changed since it was indexed: run `saidwhat index {file}`.\n"
    )


def test_ask(indexed: Run) -> None:
    """An answer is the sentence over its citation, with exit status 0."""
    done = indexed("ask", QUESTION)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(
        "It cost 14 million euros, two million more than planned.\n"
        "— Harbour bridge to open in June · 12 April 2021, 09:30 · paragraph 2 · characters 145–201\n"
    )


def test_ask_json(indexed: Run) -> None:
    """The JSON answer's passage stands in the stored text at its offsets, and so does its context."""
    (answer,) = indexed("ask", "--json", "--article", "bridge", "--top-k", "1", QUESTION).lines
    assert (answer["id"], answer["status"], answer["intent"]) == (None, "answered", "passage")
    (passage,) = answer["passages"]
    texts = {line["id"]: line["text"] for line in indexed("articles", "--json", "--text").lines}
    assert texts["bridge"][passage["start"] : passage["end"]] == passage["text"]
    context = passage["context"]
    assert texts["bridge"][context["start"] : context["end"]] == context["text"]
    assert passage["text"] in context["text"]


def test_ask_about_the_article(indexed: Run) -> None:
    """The date is answered from the article's data, cited where the text states it."""
    (answer,) = indexed("ask", "--json", "--article", "bridge", "When was this article published?").lines
    assert (answer["status"], answer["intent"]) == ("answered", "about")
    assert answer["text"].startswith(
        "“Harbour bridge to open in June”: Published 12 April 2021, 09:30.\n\n12.04.2021 09:30\n"
    )
    done = indexed("ask", "--article", "school", "When was this article published?")
    assert done == (1, "“Pupils return to flooded school”: The article does not state a date.\n", "")


def test_ask_for_a_person(indexed: Run) -> None:
    """Who somebody is, is answered by the sentence that introduces the person; a stranger is not in the articles."""
    done = indexed("ask", "who is ines kader")
    assert done.status == 0
    assert done.out.startswith('"We are three months late, and I am sorry for it," said Mayor Ines Kader')
    stranger = indexed("ask", "Who is Olga Kader?")
    assert stranger.status == 1
    assert stranger.out.startswith("The articles do not mention Olga Kader. They cover “Harbour bridge")


@pytest.fixture
def talks(indexed: Run, articles: Path) -> Run:
    """The same, with a third article, in which several people speak."""
    (articles / "talks.txt").write_text(TALKS, encoding="utf-8")
    assert indexed("index", articles / "talks.txt").status == 0
    return indexed


def test_quotes_of_one_speaker(talks: Run) -> None:
    """The quotes of one person are listed in the order of the article, with role, cue and how the speaker is known."""
    role = "Viktor Zhalnin, head of the Northern Fishing Institute"
    assert talks("quotes", "zhalnin") == (
        0,
        '"We will not send a single boat home,"\n'
        f"— {role}, said · Fishing talks end without a deal · 19 May 2020 · paragraph 3 · characters 124–162\n\n"
        "The sea, he added, feeds eleven villages.\n"
        f"— {role}, added · resolved from “he” · paragraph 3 · characters 224–265\n\n"
        '"The winter was hard. Nobody asked us. "Now they ask for half of our nets,"\n'
        f"— {role}, said · resolved from “he” · paragraph 4 · characters 267–343\n",
        "",
    )


def test_quotes_as_json(talks: Run) -> None:
    """A line is one quote by the contract, in the order of the articles."""
    lines = talks("quotes", "--json", "--article", "bridge", "--article", "talks").lines
    assert [line["article"] for line in lines] == ["bridge"] * 2 + ["talks"] * 8
    assert lines[1] == {
        "speaker": "Ines Kader",
        "role": "Mayor",
        "cue": "said",
        "text": '"We are three months late, and I am sorry for it,"',
        "start": 261,
        "end": 311,
        "kind": "direct",
        "attribution": "explicit",
        "article": "bridge",
        "paragraph": 3,
    }


def test_quotes_of_nobody(talks: Run) -> None:
    """Who is not quoted is one honest sentence and exit status 1; an unknown article is wrong."""
    quoted = "Quoted are: Viktor Zhalnin, Elena Dorn, Ines Kader, the town council and 3 more."
    assert talks("quotes", "Lev", "Antipov") == (
        1,
        f"The articles mention Lev Antipov but do not quote Lev Antipov. {quoted}\n",
        "",
    )
    assert talks("quotes", "--json", "Obama") == (1, "", f"The articles do not mention Obama. {quoted}\n")
    assert talks("quotes", "voters") == (1, f"The articles do not mention voters. {quoted}\n", "")
    assert talks("quotes", "pupils") == (1, f"The articles do not quote pupils. {quoted}\n", "")
    assert talks("quotes", "--article", "ferry").status == 2


def test_ask_for_quotes_as_json(talks: Run) -> None:
    """An answer's quotes are all there are, best first, and its passages one page of them; they stand as cited."""
    done = talks("ask", "--json", "--top-k", "2", "What did Zhalnin say?")
    (answer,) = done.lines
    assert (done.status, answer["intent"], answer["speaker"]) == (0, "quotes", "Viktor Zhalnin")
    assert [quote["start"] for quote in answer["quotes"]] == [124, 224, 267]
    assert [passage["rank"] for passage in answer["passages"]] == [1, 2]
    assert answer["passages"][0]["highlight"] == [124, 162]
    assert answer["text"].endswith("\n\n1–2 of 3")
    Path("answers.jsonl").write_text(done.out, encoding="utf-8")
    assert talks("verify", "answers.jsonl") == (0, "2 passages, all as cited.\n", "")
    answer["quotes"][1]["start"] += 1
    Path("answers.jsonl").write_text(json.dumps(answer), encoding="utf-8")
    assert talks("verify", "answers.jsonl").status == 1


def test_quotes_in_the_console(talks: Run) -> None:
    """In a conversation /quotes and /who ask for quotes, and /more turns the page."""
    out = talks("chat", stdin=b"/quotes Zhalnin about nets\n/who\n/more\n/more\n/more\n").out
    assert out.startswith('"The winter was hard.')
    assert "\nViktor Zhalnin, head of the Northern Fishing Institute: 3 quotes\n" in out
    assert [line for line in out.splitlines() if " of 8" in line] == ["1–3 of 8", "4–6 of 8", "7–8 of 8"]
    assert out.endswith("There is no more.\n")


def test_an_old_library(indexed: Run, tmp_path: Path, articles: Path) -> None:
    """A library of the first format says how to mend it, and that mends it."""
    with sqlite3.connect(tmp_path / "home" / "library.sqlite") as database:
        database.execute("DROP TABLE quotes")
        database.execute("DROP TABLE entities")
        database.execute("PRAGMA user_version = 1")
    database.close()
    refused = indexed("ask", QUESTION)
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.endswith("which did not read quotes: read its articles anew with `saidwhat index --rebuild`.\n")
    assert indexed("index", "--rebuild").status == 0
    assert indexed("ask", QUESTION).status == 0
    assert indexed("quotes", "kader").status == 0


def test_a_library_moves(indexed: Run, run: Run, tmp_path: Path) -> None:
    """A library written to one file answers in another folder as it did; a file in the way is kept."""
    file, elsewhere = tmp_path / "kept.zip", ("--home", tmp_path / "elsewhere")
    assert indexed("export", file) == (0, f"2 articles written to {file}.\n", "")
    assert run(*elsewhere, "import", file).out == "added bridge (4 sentences)\nadded school (2 sentences)\n2 added\n"
    assert [line["status"] for line in run(*elsewhere, "import", file, "--json").lines] == ["unchanged", "unchanged"]
    assert run(*elsewhere, "ask", QUESTION, "--json").out == indexed("ask", QUESTION, "--json").out
    assert run(*elsewhere, "verify").status == 0
    again = indexed("export", file)
    assert (again.status, again.err) == (2, f"saidwhat: {file} is there already: remove it, or name another file.\n")
    assert run(*elsewhere, "import", tmp_path).err.startswith("saidwhat: ")


def test_a_library_in_postgresql(
    indexed: Run, run: Run, postgres: PostgresServer, tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SAIDWHAT_STORE every command works on the library in the database, moved there and back without encoding."""
    file, back = tmp_path / "kept.zip", tmp_path / "back.zip"
    in_folder = indexed("ask", QUESTION, "--json").out
    indexed("export", file)
    monkeypatch.setenv("SAIDWHAT_STORE", postgres.url("commands"))
    assert run("import", file).out == "added bridge (4 sentences)\nadded school (2 sentences)\n2 added\n"
    assert run("ask", QUESTION, "--json").out == in_folder
    assert run("index", articles, "--rebuild").out == "2 unchanged\n"
    (articles / "school.txt").write_text("School\n\nThe school stays closed.\n", encoding="utf-8")
    assert run("index", articles).out == "updated school (1 sentence)\n1 unchanged, 1 updated\n"
    assert [line["id"] for line in run("articles", "--json").lines] == ["bridge", "school"]
    assert run("quotes", "kader").status == 0
    assert run("export", back).out == f"2 articles written to {back}.\n"
    assert run("remove", "school").out == "removed school\n"
    assert run("verify").out == "1 article, all well.\n"
    monkeypatch.delenv("SAIDWHAT_STORE")
    assert run("import", back).out == "updated school (1 sentence)\n1 unchanged, 1 updated\n"


def test_a_database_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of another kind, and one where nobody is, are one sentence and exit status 2, without the password."""
    monkeypatch.setenv("SAIDWHAT_STORE", "mysql://ada:hunter2@localhost/news")
    refused = run("articles")
    assert (refused.status, refused.err) == (
        2,
        "saidwhat: The setting SAIDWHAT_STORE cannot be used: value error, it must begin with postgresql://."
        " See .env.example.\n",
    )
    monkeypatch.setenv("SAIDWHAT_STORE", "postgresql://ada:hunter2@127.0.0.1:1/news")
    refused = run("articles")
    assert refused.status == 2
    assert refused.err.startswith("saidwhat: ")
    assert refused.err.count("\n") == 1
    assert "hunter2" not in refused.err


def test_ask_line_by_line(indexed: Run) -> None:
    """`ask -` answers one question a line in order, plain or JSON; a bad line is reported and the rest go on."""
    asked = [
        QUESTION.encode(),
        b"",
        json.dumps({"id": "x", "question": "Who is Tom Okafor?", "articles": ["school"], "previous": ["hi"]}).encode(),
    ]
    done = indexed("ask", "-", "--json", stdin=b"\n".join(asked))
    assert done.status == 0
    assert [(line["id"], line["status"]) for line in done.lines] == [(1, "answered"), ("x", "answered")]
    previous = {"question": "who wrote that?", "previous": [QUESTION]}
    (line,) = indexed("ask", "-", "--json", stdin=json.dumps(previous).encode()).lines
    assert line["text"].startswith(
        "Taken as: Who wrote the article “Harbour bridge to open in June”?\nBy Ada Lind.\n\nAda Lind\n— Harbour bridge"
    )
    bad = [
        b"\xff\xfe",
        b'{"question": 7}',
        b'{"question"',
        b'{"question": "x", "articles": "school"}',
        b'{"question": "x", "articles": ["nope"]}',
        b'{"question": "x", "id": []}',
        b'{"question": "\\ud800"}',
        b'{"question": ' + b"[" * 100_000,
        b'{"question": "x", "id": ' + b"7" * 5000 + b"}",
        QUESTION.encode(),
    ]
    done = indexed("ask", "-", "--json", stdin=b"\n".join(bad))
    assert done.status == 2
    assert [line["id"] for line in done.lines] == [10]
    assert [line.split(":")[1].strip() for line in done.err.splitlines()] == [f"line {n}" for n in range(1, 10)]
    assert "Traceback" not in done.err


def test_a_new_library_takes_in_the_seeds(run: Run) -> None:
    """The first question to an empty library is answered from `seeds/`; a removed seed does not come back."""
    done = run("ask", "When does the military base deal expire?")
    assert done.status == 0
    assert "2042" in done.out.splitlines()[0]
    assert re.fullmatch(r"saidwhat: A new library in \S+, with the article that comes with saidwhat.\n", done.err)
    assert run("ask", "When does the military base deal expire?").err == ""
    assert run("remove", SEED) == (0, f"removed {SEED}\n", "")
    gone = run("ask", "When does the military base deal expire?")
    assert (gone.status, gone.out) == (1, "The articles do not say. There are no articles yet.\n")


def test_remove(indexed: Run) -> None:
    """A removed article is out of every search and list; an unknown id is one sentence and status 2."""
    assert indexed("remove", "bridge").status == 0
    assert [line["id"] for line in indexed("articles", "--json").lines] == ["school"]
    assert all(p["article"] == "school" for p in indexed("ask", "--json", "--closest", QUESTION).lines[0]["passages"])
    done = indexed("remove", "bridge")
    assert done == (
        2,
        "",
        "saidwhat: There is no article 'bridge' in the library: `saidwhat articles` lists the ids.\n",
    )


def test_an_unknown_article_is_one_sentence(indexed: Run) -> None:
    """A scope that names an unknown id is refused whatever is asked."""
    for question in (QUESTION, "hi", "Who is Tom Okafor?", "what is this about?"):
        done = indexed("ask", "--article", "nope", question)
        assert (done.status, done.out) == (2, "")
        assert done.err == ("saidwhat: There is no article 'nope' in the library: `saidwhat articles` lists the ids.\n")


def test_another_model_is_one_sentence(indexed: Run, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library made with another model says so, with the command that mends it; and that command mends it."""
    monkeypatch.delenv("EMBEDDING_MODEL")
    done = indexed("ask", QUESTION)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        f"saidwhat: The library was made with the model '{tiny_model}' (32 dimensions), and the present one is"
        " 'all-MiniLM-L6-v2' (384): encode it anew with `saidwhat index --rebuild`, or set"
        f" EMBEDDING_MODEL={tiny_model}.\n"
    )
    assert indexed("index", "--rebuild") == (0, "", "2 articles encoded anew.\n")
    assert indexed("ask", QUESTION).status == 0


@pytest.mark.parametrize("name", ["/no/such/model", "nobody/no-such-model", "tests"])
def test_a_wrong_model_is_one_sentence(run: Run, articles: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is not there, or a folder that is none, is named, with what to set."""
    (Path.cwd() / "tests").mkdir()
    monkeypatch.setenv("EMBEDDING_MODEL", name)
    done = run("index", articles)
    assert done.status == 2
    assert len(done.err.splitlines()) == 1
    assert "set EMBEDDING_MODEL to the name or the folder of a sentence-transformers model" in done.err


def test_a_corrupt_library_is_one_sentence(indexed: Run, tmp_path: Path) -> None:
    """A library file that is none is named, with what to do."""
    (tmp_path / "home" / "library.sqlite").write_bytes(b"nothing like a library " * 100)
    for command in (("ask", QUESTION), ("articles",), ("remove", "bridge"), ("verify",), ("chat",)):
        done = indexed(*command)
        assert done.status == 2
        assert len(done.err.splitlines()) == 1
        assert "is damaged or no library" in done.err


def test_a_read_only_disk(run: Run, articles: Path, small_disk: Path) -> None:
    """A library on a read-only disk still answers; what would change it is one sentence and status 2."""
    home = ("--home", small_disk)
    assert run("index", *home, articles).status == 0
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert run("ask", *home, QUESTION).status == 0
    assert run("index", *home, articles).out == "2 unchanged\n"
    for command in (
        ("remove", *home, "bridge"),
        ("index", *home, "--rebuild"),
        ("index", "--home", small_disk / "b", articles),
    ):
        done = run(*command)
        assert (done.status, done.out) == (2, "")
        assert len(done.err.splitlines()) == 1
        assert "check the folder's permissions" in done.err
    assert len(run("articles", *home).out.splitlines()) == 4


def test_a_full_disk(run: Run, tmp_path: Path, small_disk: Path) -> None:
    """On a full disk indexing ends with one sentence and status 2; what was indexed before stays and still answers."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        text = "\n\n".join(f"The bridge number {number}.{i} cost {i} million euros in the town." for i in range(40))
        (folder / f"b{number:02}.txt").write_text(f"Bridges {number}\n\n{text}", encoding="utf-8")
    done = run("index", "--home", small_disk, folder)
    assert done.status == 2
    assert len(done.err.splitlines()) == 1
    assert "is full or failing" in done.err
    added = done.out.count("added b")
    assert 0 < added < 60
    assert len(run("articles", "--home", small_disk, "--json").lines) == added
    assert run("ask", "--home", small_disk, "How much did bridge number 0.7 cost?").status == 0
    assert run("verify", "--home", small_disk).status == 0


def test_a_missing_token_is_one_sentence(indexed: Run) -> None:
    """`saidwhat telegram` without a token says where to get one."""
    done = indexed("telegram")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("saidwhat: TELEGRAM_BOT_TOKEN is not set")


def test_a_bad_setting_is_one_sentence(indexed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option out of range is refused by name."""
    assert indexed("ask", "--top-k", "0", QUESTION).err == (
        "saidwhat: The argument --top-k cannot be used: input should be greater than or equal to 1.\n"
    )
    monkeypatch.setenv("TOP_K", "0")
    assert indexed("ask", QUESTION).err.startswith("saidwhat: The setting TOP_K cannot be used")


def test_verify_the_library(indexed: Run, articles: Path) -> None:
    """`verify` finds a file that changed or went since it was indexed."""
    assert indexed("verify") == (0, "2 articles, all well.\n", "")
    (articles / "bridge.txt").write_text("Bridge\n\nIt is gone.\n", encoding="utf-8")
    (articles / "school.txt").unlink()
    done = indexed("verify")
    assert done.status == 1
    assert done.out == (
        "2 articles checked, 2 faults.\n"
        f"bridge: its file {articles}/bridge.txt has changed since it was indexed: run `saidwhat index"
        f" {articles}/bridge.txt`.\n"
        f"school: its file {articles}/school.txt is gone; the library keeps its text.\n"
    )


def test_verify_beside_another_library(indexed: Run, run: Run, tmp_path: Path) -> None:
    """Two libraries that are alike are status 0, those that are not status 1, and what cannot be compared status 2."""
    other, file = tmp_path / "other", tmp_path / "kept.zip"
    indexed("export", file)
    assert run("import", file, "--home", other).status == 0
    done = run("verify", "--beside", other)
    assert (done.status, done.err) == (0, "")
    assert re.fullmatch(r"2 articles compared, all alike\.\n\d+ questions asked, all answered alike\.\n", done.out)
    run("remove", "school", "--home", other)
    done = run("verify", "--beside", other)
    assert done.status == 1
    assert done.out.startswith("2 articles compared, 1 otherwise.\nschool: only here.\n")
    lines = run("verify", "--beside", other, "--json").lines
    assert lines[0] == {"article": "school", "holds": "first", "otherwise": []}
    assert {line["likeness"] for line in lines[1:-1]} == {"alike"}
    total = {"articles": 2, "articles_otherwise": 1, "questions": len(lines) - 2, "alike": len(lines) - 2}
    assert lines[-1] == total | {"ties": 0, "approximate": 0, "many": 0, "otherwise": 0, "hits_in_common": 1.0}
    for wrong, told in (
        (("--beside", tmp_path / "nowhere"), "--beside names a place where no library is: "),
        (("--beside", other, "answers.jsonl"), "--beside compares libraries: leave out the files"),
        (("--json",), "--json goes with --beside: "),
    ):
        done = run("verify", *wrong)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"saidwhat: {told}")


def test_ask_lines_from_other_tools(indexed: Run) -> None:
    """A byte order mark is no part of a line, nor are a terminal's colours of a question; a list asks nothing."""
    line = b"\xef\xbb\xbf" + json.dumps({"id": "bom", "question": f"\x1b[31m{QUESTION}\x1b[0m"}).encode()
    done = indexed("ask", "-", "--json", stdin=line + b'\n[1, 2]\n{"id": true, "question": "x"}\n')
    assert [(one["id"], one["question"], one["status"]) for one in done.lines] == [("bom", QUESTION, "answered")]
    assert done.err == (
        "saidwhat: line 2: it begins like a JSON list: write one object a line.\n"
        'saidwhat: line 3: its "id" must be a string or a number.\n'
    )


@pytest.mark.parametrize("command", [("ask",), ("ask", QUESTION, "--article"), ("quotes",), ("remove",), ("feedback",)])
def test_what_is_typed_must_be_utf_8(indexed: Run, command: tuple[str, ...]) -> None:
    done = indexed(*command, "\udcff")
    assert done.status == 2
    assert re.fullmatch(r"saidwhat: The \w+ is not UTF-8: set the terminal's encoding to UTF-8.\n", done.err)


def test_verify_a_file_of_which_some_lines_are_no_articles(run: Run, articles: Path) -> None:
    """Its articles are compared with what they were; the other lines were left out before, too."""
    lines = articles / "more.jsonl"
    lines.write_text('{"title": "A", "text": "The ferry ends."}\n{"broken\n{"title": "B", "text": "It rains."}\n')
    assert run("index", lines).status == 1
    assert run("verify") == (0, "2 articles, all well.\n", "")
    lines.write_text('{"title": "A", "text": "The ferry ends."}\n{"broken\n{"title": "B", "text": "It pours."}\n')
    assert run("verify").out == (
        f"2 articles checked, 1 fault.\nmore.jsonl/3: its file {lines} has changed since it was indexed:"
        f" run `saidwhat index {lines}`.\n"
    )


def test_verify_answers(indexed: Run, articles: Path, tmp_path: Path) -> None:
    """Answers verify against the text that they cite; a moved, altered or removed passage is found."""
    answers = tmp_path / "answers.jsonl"
    answers.write_text(indexed("ask", "--json", "--top-k", "1", QUESTION).out, encoding="utf-8")
    assert indexed("verify", answers) == (0, "1 passage, all as cited.\n", "")
    assert indexed("verify", "-", stdin=answers.read_bytes()).status == 0
    text = (articles / "bridge.txt").read_text(encoding="utf-8")
    (articles / "bridge.txt").write_text(text.replace("Monday.\n", "Monday.\n\nMore."), encoding="utf-8")
    indexed("index", articles)
    changed = "line 1: bridge has changed since; the passage at 145–201 stands as cited in an earlier text.\n"
    assert indexed("verify", answers) == (0, f"1 passage, all as cited.\n{changed}", "")
    (articles / "bridge.txt").write_text(text.replace("14 million", "16 million"), encoding="utf-8")
    indexed("index", articles)
    gone = "line 1: the passage at 145–201 no longer stands in bridge: it stands as cited in an earlier text.\n"
    assert indexed("verify", answers) == (0, f"1 passage checked, 1 no longer in the present text.\n{gone}", "")
    (articles / "bridge.txt").write_text(text.replace("Monday.\n", "Monday.\n\nMore."), encoding="utf-8")
    indexed("index", articles)
    asked = json.loads(answers.read_text(encoding="utf-8"))
    for shift, told in (
        (1, "the passage stands at 151–207, not at 146–202."),
        (0, "stands as cited in an earlier text."),
    ):
        passage = asked["passages"][0]
        moved = {**passage, "start": passage["start"] + shift, "end": passage["end"] + shift}
        answers.write_text(json.dumps({**asked, "passages": [moved]}), encoding="utf-8")
        done = indexed("verify", answers)
        assert (done.status, told in done.out) == (shift, True)
    answers.write_text(json.dumps({**asked, "passages": [{**passage, "text": "Never said."}]}), encoding="utf-8")
    assert "is not in the article, and in no earlier text of it." in indexed("verify", answers).out
    indexed("remove", "bridge")
    assert "the article 'bridge' is not in the library." in indexed("verify", answers).out
    answers.write_text("[]\n", encoding="utf-8")
    assert indexed("verify", answers).status == 2
    assert indexed("verify", tmp_path / "nope").status == 2


def test_an_answer_that_may_be_none_says_so(indexed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below SURE_THRESHOLD it is an answer as any other, under a sentence of doubt."""
    sure = indexed("ask", QUESTION)
    monkeypatch.setenv("SURE_THRESHOLD", "1")
    assert indexed("ask", QUESTION) == (0, f"I am not sure that this answers it:\n\n{sure.out}", "")


def test_chat_from_a_pipe(indexed: Run) -> None:
    """Without a terminal `chat` reads lines and answers them; an unknown command is told."""
    done = indexed("chat", stdin=f"/articles\n\n{QUESTION}\n/closest\n/dance\n/quit\nnever read\n".encode())
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:3] == [
        "bridge: Harbour bridge to open in June",
        "school: Pupils return to flooded school",
        "It cost 14 million euros, two million more than planned.",
    ]
    assert lines[-1] == "There is no command /dance here; /help lists them."


def test_articles(indexed: Run) -> None:
    """The list has each id over its title, date and number of sentences; JSON has the data."""
    assert indexed("articles").out == (
        "bridge\n  Harbour bridge to open in June · 2021-04-12T09:30 · 4 sentences\n"
        "school\n  Pupils return to flooded school · 2 sentences\n"
    )
    (bridge, _) = indexed("articles", "--json").lines
    assert (bridge["id"], bridge["byline"], bridge["published"]) == ("bridge", "Ada Lind", "2021-04-12T09:30")


def test_python_dash_m() -> None:
    """`python -m bot` is the command, and --help needs no library, no model and no settings."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.stdout.startswith("usage: saidwhat [-h]")
    for command in ("ask", "index", "articles", "quotes", "remove", "verify", "evaluate", "chat", "telegram"):
        assert f"\n    {command} " in done.stdout


def test_evaluate(indexed: Run, tmp_path: Path) -> None:
    """`evaluate` prints a table or JSON, with a picture where one is asked for; a bad file is one sentence."""
    questions = tmp_path / "questions.jsonl"
    lines = [
        {"question": QUESTION, "article": "bridge", "passage": "It cost 14 million euros", "split": "test"},
        {"question": "Who won the match?", "article": "bridge", "split": "tune"},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)))
    done = indexed("evaluate", str(questions), "--json", "--plot", str(tmp_path / "picture.svg"))
    assert done.status == 0
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["split"], row["questions"]) for row in rows] == [("tune", 1), ("test", 1), ("all", 2)]
    assert rows[1]["unanswerable_answered"] is None
    assert (tmp_path / "picture.svg").stat().st_size > 0
    assert "hit@1" in indexed("evaluate", str(questions), "--split", "test").out
    assert indexed("evaluate", str(tmp_path / "none")).status == 2
    questions.write_text("")
    assert indexed("evaluate", str(questions)).err == "saidwhat: The files hold no questions of that split.\n"
