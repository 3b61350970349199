"""Files in, articles out: headline, date, byline and paragraphs found, and every bad file refused in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embeddings.articles import make_article, unread_date
from embeddings.errors import ArticleError
from embeddings.sources.arriving import count_articles, read_article
from embeddings.sources.files import MAX_TEXT, article_files
from embeddings.types import Article, Span

SEED = Path(__file__).parents[2] / "seeds" / "000_cfde4ec61eda1862.txt"


def paragraphs(article: Article) -> list[str]:
    return [article.text[paragraph.start : paragraph.end] for paragraph in article.paragraphs]


def read(folder: Path, content: str | bytes, name: str = "ferry.txt") -> Article:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_article(file)


# --- the seed article ------------------------------------------------------------------------------------------------


def test_the_seed_article() -> None:
    """The seed article has its headline, its date from the line of the repeated headline, and 16 paragraphs."""
    article = read_article(SEED)
    assert article.id == "000_cfde4ec61eda1862"
    assert article.title == "Spotlight: Putin's Central Asian tour to cement alliances amid challenges"
    assert article.title_span == Span(0, 73)
    assert article.published == "2017-03-02T13:20"
    assert article.published_span is not None
    assert article.text[article.published_span.start : article.published_span.end] == "02.03.2017 13:20"
    assert (article.byline, article.url, article.source) == (None, None, str(SEED.resolve()))
    assert len(article.paragraphs) == 16


def test_the_seed_articles_paragraphs() -> None:
    """Neither navigation nor the headline nor its date is among the seed article's paragraphs."""
    found = paragraphs(read_article(SEED))
    assert found[0].startswith("According to them, Putin's diplomatic flurry")
    assert found[-1].endswith("the Belt and Road Initiative as well as the connection of them.")
    assert not [text for text in found if "Back" in text or "Spotlight" in text or "02.03.2017" in text]


# --- how the text stands ---------------------------------------------------------------------------------------------


def test_wrapped_lines_are_one_paragraph(tmp_path: Path) -> None:
    """Lines broken at a column belong together, and an empty line ends the paragraph."""
    first = (
        "The ferry between Orne and Vell will make its last crossing in\n"
        "October, the shipping company announced on Tuesday, because too few\n"
        "people use it in winter."
    )
    second = '"It is a sad day for both towns," said Lena Brandt, who has been\nits captain for eleven years and more.'
    article = read(tmp_path, f"Ferry line to end in autumn\n\n{first}\n\n{second}\n")
    assert article.title == "Ferry line to end in autumn"
    assert paragraphs(article) == [first, second]


def test_a_paragraph_a_line(tmp_path: Path) -> None:
    """Without empty lines each line is a paragraph, and the first the headline."""
    article = read(tmp_path, "Ferry line to end\nThe ferry makes its last crossing in October.\nToo few use it.\n")
    assert article.title == "Ferry line to end"
    assert paragraphs(article) == ["The ferry makes its last crossing in October.", "Too few use it."]


def test_no_headline(tmp_path: Path) -> None:
    """A text whose first block is long has no headline: the file's name stands in for it."""
    lead = "The ferry makes its last crossing in October, " * 6 + "it was announced."
    article = read(tmp_path, f"{lead}\n\nToo few use it.", "ferry-line_2019.txt")
    assert (article.title, article.title_span) == ("ferry line 2019", None)
    assert paragraphs(article) == [lead, "Too few use it."]


def test_one_line_alone_is_a_paragraph(tmp_path: Path) -> None:
    """A file of one line is searched, since the line is all there is."""
    article = read(tmp_path, "Ferry line to end")
    assert (article.title, article.title_span) == ("ferry", None)
    assert paragraphs(article) == ["Ferry line to end"]


@pytest.mark.parametrize("headline", ["Will the ferry line end?", "The ferry line ends.", "“It is over.”"])
def test_a_headline_that_ends_like_a_sentence_stays_searchable(tmp_path: Path, headline: str) -> None:
    """A first line that ends like a sentence may be the lead, so it is headline and paragraph."""
    article = read(tmp_path, f"{headline}\n\nToo few use it.")
    assert article.title == headline
    assert paragraphs(article) == [headline, "Too few use it."]


def test_a_repeated_headline_is_left_out(tmp_path: Path) -> None:
    """The headline is not searched where it is repeated, whatever its case and marks."""
    article = read(tmp_path, "Ferry line: the end\n\nFERRY LINE – THE END\n\nToo few use it.")
    assert paragraphs(article) == ["Too few use it."]


@pytest.mark.parametrize(
    ("line", "published", "stated"),
    [
        ("3 May 2019", "2019-05-03", "3 May 2019"),
        ("03.05.2019 12:20", "2019-05-03T12:20", "03.05.2019 12:20"),
        ("Updated: Friday, May 3, 2019 at 4:05 p.m.", "2019-05-03T16:05", "May 3, 2019 at 4:05 p.m."),
        ("Published on 2 May 2019, last updated 3 May 2019", "2019-05-02", "2 May 2019"),
        ("Ferry line to end 2019-05-03T12:20:00Z", "2019-05-03T12:20+00:00", "2019-05-03T12:20:00Z"),
    ],
)
def test_a_line_that_only_states_a_date(tmp_path: Path, line: str, published: str, stated: str) -> None:
    """A date line below the headline gives the date and its place, and is not searched."""
    article = read(tmp_path, f"Ferry line to end\n\n{line}\n\nThe ferry makes its last crossing on 1 October 2019.")
    assert article.published == published
    assert article.published_span is not None
    assert article.text[article.published_span.start : article.published_span.end] == stated
    assert paragraphs(article) == ["The ferry makes its last crossing on 1 October 2019."]


def test_a_date_line_above_the_headline(tmp_path: Path) -> None:
    """A date line that opens the file is the date, and the line after it the headline."""
    article = read(tmp_path, "03.05.2019 12:20\nFerry line to end\nThe ferry was old.\nToo few used it.")
    assert (article.title, article.published) == ("Ferry line to end", "2019-05-03T12:20")
    assert (article.title_span, article.published_span) == (Span(17, 34), Span(0, 16))
    assert paragraphs(article) == ["The ferry was old.", "Too few used it."]


def test_a_date_in_a_paragraph_is_not_the_articles(tmp_path: Path) -> None:
    """A date that stands in a sentence says when something happened, not when the article was published."""
    article = read(tmp_path, "Ferry line to end\n\nThe ferry sank on 3 May 2019.")
    assert (article.published, article.published_span) == (None, None)


def test_a_date_far_down_is_not_the_articles(tmp_path: Path) -> None:
    """A date line is looked for only in the first eight blocks."""
    lines = [f"Sentence {number} of the story." for number in range(1, 8)]
    article = read(tmp_path, "\n\n".join(["Ferry line to end", *lines, "3 May 2019"]))
    assert article.published is None
    assert paragraphs(article) == [*lines, "3 May 2019"]


def test_a_date_right_below_the_headline(tmp_path: Path) -> None:
    """Two lines are a headline and its date, and no paragraph that is wrapped."""
    headline = "Hundreds of flights cancelled as ground staff walk out at Kastrand airport"
    article = read(tmp_path, f"{headline}\n2023-05-16\n\nThe ferry was old.")
    assert (article.title, article.published) == (headline, "2023-05-16")
    assert paragraphs(article) == ["The ferry was old."]


@pytest.mark.parametrize("place", ["STOCKHOLM,", "SANTA BÁRBARA DO VALE, Brazil,", "New York –"])
def test_a_dateline_below_the_headline(tmp_path: Path, place: str) -> None:
    """A place and a date alone are no paragraph; further down, behind a paragraph, they are."""
    article = read(tmp_path, f"Ferry line to end\n\nBy Jane Doe\n{place} 3 May 2019\n\nThe ferry was old.")
    assert (article.published, paragraphs(article)) == ("2019-05-03", ["The ferry was old."])
    article = read(tmp_path, f"Ferry line to end\n\nThe ferry was old.\n\n{place} 3 May 2019\n\nIt sank.")
    assert paragraphs(article) == ["The ferry was old.", f"{place} 3 May 2019", "It sank."]


@pytest.mark.parametrize(
    ("line", "byline", "published"),
    [
        ("By Jane Doe", "Jane Doe", None),
        ("By Jane Doe and Max Roe", "Jane Doe and Max Roe", None),
        ("by: Jane Doe | 3 May 2019", "Jane Doe", "2019-05-03"),
        ("3 May 2019 | By Jane Doe", "Jane Doe", "2019-05-03"),
        ("Published on 3 May 2019 by Jane Doe", "Jane Doe", "2019-05-03"),
    ],
)
def test_bylines(tmp_path: Path, line: str, byline: str, published: str | None) -> None:
    """A byline below the headline gives the authors, with the date where it holds one, and is not searched."""
    article = read(tmp_path, f"Ferry line to end\n\n{line}\n\nThe ferry was old.")
    assert (article.byline, article.published) == (byline, published)
    assert paragraphs(article) == ["The ferry was old."]


@pytest.mark.parametrize(
    "line",
    [
        "By October it is gone.",
        "By the time that the last ferry leaves the harbour of Orne nobody will be there to see it",
    ],
)
def test_sentences_that_begin_like_a_byline(tmp_path: Path, line: str) -> None:
    """A line that begins with "By" and ends like a sentence, or goes on for long, is a paragraph."""
    article = read(tmp_path, f"Ferry line to end\n\n{line}\n\nThe ferry was old.")
    assert article.byline is None
    assert paragraphs(article) == [line, "The ferry was old."]


@pytest.mark.parametrize(
    "line",
    [
        "« Back",
        "Next »",
        "← Previous story",
        "Home | Menu | Search",
        "Share on Facebook",
        "READ MORE",
        "Advertisement",
        "* * *",
        "☰",
        "E-mail / Print",
        "Back to top",
    ],
)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_navigation_is_left_out(tmp_path: Path, line: str, place: str) -> None:
    """A page's navigation is neither headline nor paragraph, wherever it stands."""
    blocks = {
        "first": [line, "Ferry line to end", "The ferry was old."],
        "middle": ["Ferry line to end", line, "The ferry was old."],
        "last": ["Ferry line to end", "The ferry was old.", line],
    }[place]
    article = read(tmp_path, "\n\n".join(blocks))
    assert article.title == "Ferry line to end"
    assert paragraphs(article) == ["The ferry was old."]


@pytest.mark.parametrize(
    "line", ["Back in May nobody believed it", "Home.", "Print is dead", "Next year brings change"]
)
def test_lines_that_only_sound_like_navigation(tmp_path: Path, line: str) -> None:
    """A short line with more than a navigation word in it is a paragraph."""
    assert paragraphs(read(tmp_path, f"Ferry line to end\n\n{line}\n\nIt was old.")) == [line, "It was old."]


# --- front matter ----------------------------------------------------------------------------------------------------


def test_front_matter(tmp_path: Path) -> None:
    """Title, authors, date and url come from the front matter, which is no part of the text."""
    article = read(
        tmp_path,
        "---\ntitle: Ferry line to end\nauthors: [Jane Doe, Max Roe]\ndate: 2019-05-03\n"
        "url: https://example.org/ferry\n---\nThe ferry was old.\n\nToo few used it.\n",
    )
    assert article.title == "Ferry line to end"
    assert article.byline == "Jane Doe, Max Roe"
    assert (article.published, article.published_span) == ("2019-05-03", None)
    assert article.url == "https://example.org/ferry"
    assert article.text == "The ferry was old.\n\nToo few used it."
    assert paragraphs(article) == ["The ferry was old.", "Too few used it."]


def test_front_matter_with_a_mark_and_windows_line_ends(tmp_path: Path) -> None:
    """A byte order mark and CRLF line ends do not hide the front matter."""
    article = read(tmp_path, b"\xef\xbb\xbf---\r\nTitle: Ferry line to end\r\n---\r\nThe ferry was old.\r\n")
    assert article.title == "Ferry line to end"
    assert article.text == "The ferry was old."


def test_front_matter_goes_before_the_text(tmp_path: Path) -> None:
    """What the front matter states counts, and the headline that it repeats is not searched."""
    article = read(
        tmp_path,
        "---\ntitle: Ferry line to end\nauthor: Jane Doe\npublished: 2019-05-03 12:30:00\n---\n"
        "Ferry line to end\n\nBy Max Roe, 1 May 2019\n\nThe ferry was old.",
    )
    assert (article.byline, article.published, article.published_span) == ("Jane Doe", "2019-05-03T12:30", None)
    assert paragraphs(article) == ["The ferry was old."]


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("2019-05-03", "2019-05-03"),
        ("2019-05-03 12:30:00", "2019-05-03T12:30"),
        ("2019-05-03T12:30:00+02:00", "2019-05-03T12:30+02:00"),
        ("May 3rd, 2019", "2019-05-03"),
        ("03.05.2019", "2019-05-03"),
        ("20190503", "2019-05-03"),
        ("3/4/2019", None),
        ("2019", None),
        ("May 2019", None),
        ("yesterday", None),
    ],
)
def test_dates_in_front_matter(tmp_path: Path, stated: str, published: str | None) -> None:
    """A date in the front matter is read where it is a whole date with one reading, and is never guessed."""
    assert read(tmp_path, f"---\ndate: {stated}\n---\nThe ferry was old.").published == published


@pytest.mark.parametrize(
    ("front_matter", "problem"),
    [
        ("title: [unclosed", "expected ',' or ']', but got '<stream end>'"),
        ("title: Ferry: the end", "mapping values are not allowed here"),
        ("date: 2019-02-31", "unreadable value"),
        ("title: &a [x, x]\nauthor: *a", "aliases are not read"),
        (f"title: {'[' * 5000}", "unreadable value"),
        (
            "title: !!python/object/apply:os.getcwd []",
            "could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.getcwd'",
        ),
    ],
)
def test_broken_front_matter_is_named(tmp_path: Path, front_matter: str, problem: str) -> None:
    """Front matter that is no YAML is refused with YAML's own complaint, and no code in it is run."""
    with pytest.raises(ArticleError) as caught:
        read(tmp_path, f"---\n{front_matter}\n---\nThe ferry was old.")
    assert str(caught.value) == f"its front matter is not valid YAML ({problem}): mend or remove it"


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nThe ferry was old.\n\n---\n\nToo few used it.",
        "---\nThe ferry was old.\n---\nToo few used it.",
        "---\n- The ferry was old.\n---\nToo few used it.",
        "---\nThe ferry was old.\nToo few used it.",
        "--- The ferry was old. ---\n\nToo few used it.",
    ],
)
def test_dashes_that_are_no_front_matter(tmp_path: Path, text: str) -> None:
    """Three dashes at the top with no mapping after them are a rule, and all of the text stays."""
    article = read(tmp_path, text)
    assert article.text == text
    assert paragraphs(article)[-1] == "Too few used it."


# --- Markdown --------------------------------------------------------------------------------------------------------

MARKDOWN = """\
# Ferry line to *end*

The [ferry](https://example.org) makes its *last* **crossing** in `October`.
It was old.

![A picture of the ferry](ferry.jpg)

## Why it ends

- Too few people
- Too many repairs

```python
print("no part of the story")
```

> "It is sad," said Lena Brandt.

<div class="ad">Buy a boat</div>

Nets &amp; boats remain.
"""


def test_markdown(tmp_path: Path) -> None:
    """Markdown becomes plain text: the first heading is the title, links and emphasis are words, code is gone."""
    article = read(tmp_path, MARKDOWN, "ferry.md")
    assert (article.id, article.title, article.title_span) == ("ferry", "Ferry line to end", None)
    assert paragraphs(article) == [
        "The ferry makes its last crossing in October. It was old.",
        "Why it ends",
        "Too few people",
        "Too many repairs",
        '"It is sad," said Lena Brandt.',
        "Nets & boats remain.",
    ]
    assert article.text == "\n\n".join(paragraphs(article))


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    """The title of the front matter goes before the first heading's, and an empty one does not."""
    assert read(tmp_path, "---\ntitle: A\n---\n# B\n\nThe ferry was old.", "a.md").title == "A"
    assert read(tmp_path, "---\ntitle:\n---\n# B\n\nThe ferry was old.", "b.md").title == "B"


def test_markdown_without_a_heading_of_level_one(tmp_path: Path) -> None:
    """Without a first-level heading the first short block is the headline."""
    article = read(tmp_path, "## Ferry line to end\n\nThe ferry was old.", "ferry.MD")
    assert article.title == "Ferry line to end"
    assert paragraphs(article) == ["The ferry was old."]


def test_marks_in_plain_text_stay(tmp_path: Path) -> None:
    """A .txt file is not read as Markdown."""
    article = read(tmp_path, "# Ferry line to end\n\nThe *old* [ferry](x) ends.")
    assert paragraphs(article) == ["The *old* [ferry](x) ends."]


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ferry.txt", "ferry.md"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\t\n", b"***\n\n--- !!!", b"---\ntitle: A\n---\n"])
def test_empty_files(tmp_path: Path, name: str, content: bytes) -> None:
    """A file without a word in its text is empty."""
    with pytest.raises(ArticleError, match=r"^it is empty: there is no text to search$"):
        read(tmp_path, content, name)


@pytest.mark.parametrize(
    "text",
    ["« Back\n\nHome", "Ferry line to end\n\n3 May 2019", "Ferry line to end\n\nBy Jane Doe\n\nNext »", "3 May 2019"],
)
def test_headline_or_navigation_only(tmp_path: Path, text: str) -> None:
    """A file in which nothing is left to search is refused."""
    with pytest.raises(
        ArticleError, match=r"^it holds a headline or navigation only: there is no paragraph to search$"
    ):
        read(tmp_path, text)


def test_binary_files(tmp_path: Path) -> None:
    """An image with a .txt ending is no text."""
    with pytest.raises(ArticleError, match=r"^it is not text: save the article as plain text or Markdown$"):
        read(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00")


def test_the_largest_file(tmp_path: Path) -> None:
    """A file of MAX_TEXT is read, and one byte more is refused with both sizes."""
    file = tmp_path / "ferry.txt"
    file.write_bytes(b"Too few used it.".ljust(MAX_TEXT))
    assert paragraphs(read_article(file)) == ["Too few used it."]
    file.write_bytes(b"Too few used it.".ljust(MAX_TEXT + 1))
    with pytest.raises(ArticleError, match=r"^it is 2\.1 MB, and it may have 2\.1 MB: split it$"):
        read_article(file)


@pytest.mark.parametrize("name", ["ferry.doc", "ferry.rtf", "ferry", ".txt", "ferry.txt~"])
def test_other_endings(tmp_path: Path, name: str) -> None:
    """A file of another kind is refused with those that are read."""
    with pytest.raises(
        ArticleError,
        match=r"^only \.txt, \.md, \.html, \.pdf, \.docx, \.json and \.jsonl files can be read: save the article as",
    ):
        read(tmp_path, "Too few used it.", name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_unreadable_files(tmp_path: Path) -> None:
    """A file without the right to read it is refused with the system's reason."""
    file = tmp_path / "ferry.txt"
    file.write_text("Too few used it.")
    file.chmod(0)
    with pytest.raises(ArticleError, match=r"^it cannot be read \(Permission denied\): check its permissions$"):
        read_article(file)


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    """A broken link and a link to itself are listed, and refused when they are read."""
    for name, target in [("broken.txt", "nowhere.txt"), ("loop.txt", "loop.txt")]:
        link = tmp_path / name
        link.symlink_to(target)
        assert list(article_files(link)) == [link]
        with pytest.raises(ArticleError, match=r"^it is not a regular file, or its link leads nowhere$"):
            read_article(link)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe with a .txt ending is no regular file."""
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ArticleError, match=r"^it is not a regular file, or its link leads nowhere$"):
        read_article(tmp_path / "pipe.txt")


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    """A file whose name is no UTF-8 is refused: its id could neither be stored nor typed."""
    file = tmp_path / os.fsdecode(b"caf\xe9.txt")
    try:
        file.write_text("Too few used it.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    with pytest.raises(ArticleError, match=r"^its path is not valid UTF-8: rename it$"):
        read_article(file)


# --- paths -----------------------------------------------------------------------------------------------------------


def test_ids(tmp_path: Path) -> None:
    """An article's id is the file's name without its last ending, as it is written."""
    for name, article_id in [("a b.txt", "a b"), ("2019.05.ferry.md", "2019.05.ferry"), ("Fähre.TXT", "Fähre")]:
        assert read(tmp_path, "Ferry line\n\nToo few used it.", name).id == article_id


def test_files_of_a_folder(tmp_path: Path) -> None:
    """A folder stands for every file below it that can be read, by path, without hidden files and folders."""
    taken = ["a/c.TXT", "a/z.md", "b.txt", "c.HTM", "d.txt/inner.txt"]
    for name in [*taken, "e.rtf", ".hidden.txt", ".git/x.txt", "a/.b/y.md"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Too few used it.")
    found = [file.relative_to(tmp_path).as_posix() for file in article_files(tmp_path)]
    assert found == taken


def test_a_folder_inside_a_hidden_one(tmp_path: Path) -> None:
    """Only what is hidden below the folder is left out, not what lies above it."""
    folder = tmp_path / ".cache" / "news"
    folder.mkdir(parents=True)
    (folder / "ferry.txt").write_text("Too few used it.")
    assert list(article_files(folder)) == [folder / "ferry.txt"]


def test_a_file_stands_for_itself(tmp_path: Path) -> None:
    """A path to a file is that file, whatever its ending: reading it says what is wrong."""
    (tmp_path / "ferry.rtf").write_text("x")
    assert list(article_files(tmp_path / "ferry.rtf")) == [tmp_path / "ferry.rtf"]


def test_paths_without_articles(tmp_path: Path) -> None:
    """An empty folder, a missing path and one that no file system takes are refused, each in its own words."""
    with pytest.raises(ArticleError, match=r"^the folder holds no article: \.txt, .* and \.jsonl files are read$"):
        list(article_files(tmp_path))
    with pytest.raises(ArticleError, match=r"^there is no such file or folder: check the path$"):
        list(article_files(tmp_path / "missing.txt"))
    with pytest.raises(ArticleError, match=r"^it cannot be looked up \(File name too long\): check the path$"):
        list(article_files(tmp_path / ("x" * 300 + ".txt")))


def test_counting_files(tmp_path: Path) -> None:
    """What cannot be listed counts as one, since it will be reported as one."""
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "b.md").write_text("Two.")
    assert count_articles([tmp_path, tmp_path / "a.txt", tmp_path / "missing.txt"]) == 4


# --- articles from elsewhere -----------------------------------------------------------------------------------------


def test_an_article_from_its_parts() -> None:
    """What is known of a text goes into the article on one line each, under any of its names."""
    article = make_article(
        "ferry",
        "The ferry was old.",
        {
            "title": "Ferry\n  line",
            "byline": ("Jane Doe", "Max Roe"),
            "publisher": "The Orne\nPost",
            "link": "https://example.org",
            "date": "3 May 2019",
        },
    )
    assert article == Article(
        "ferry",
        "Ferry line",
        "The ferry was old.",
        (Span(0, 18),),
        byline="Jane Doe, Max Roe",
        publisher="The Orne Post",
        published="2019-05-03",
        url="https://example.org",
    )


def test_an_id_of_marks_only() -> None:
    """Where neither text nor metadata gives a title, the id does, as it is if it has no word."""
    assert make_article("___", "The ferry was old.", {}).title == "___"


def test_authors_one_a_line() -> None:
    """Several authors may be a list, or one a line; either way they are several names."""
    for stated in (["Jane Doe", "Max Roe"], "Jane Doe\nMax Roe\n", "Jane Doe\n\n  Max Roe"):
        assert make_article("ferry", "The ferry ends.", {"authors": stated}).byline == "Jane Doe, Max Roe"


@pytest.mark.parametrize(
    ("stated", "published", "unread"),
    [
        ("2020-06-05", "2020-06-05", None),
        ("5/6/2020", "2019-05-04", "5/6/2020"),
        ("last Tuesday", "2019-05-04", "last Tuesday"),
        (2020, "2019-05-04", "2020"),
        ("", "2019-05-04", None),
        (None, "2019-05-04", None),
    ],
)
def test_a_date_that_cannot_be_read(stated: object, published: str, unread: str | None) -> None:
    """A stated date that is none, or could be two, is told apart, and the one in the text counts."""
    metadata = {"date": stated}
    assert make_article("ferry", "Ferry\n\n4 May 2019\n\nThe ferry ends.", metadata).published == published
    assert unread_date(metadata) == unread


@pytest.mark.parametrize(
    ("header", "published", "byline"),
    [
        ("VELBY, 24 October 2024", "2024-10-24", None),
        ("Ada Lind in Velby\nMonday 19 August 2024", "2024-08-19", "Ada Lind in Velby"),
        ("Northern Wire, VELBY\nFeb. 11, 2025", "2025-02-11", "Northern Wire, VELBY"),
        ("By Ada Lind\nUpdated 11:42, 8 July 2025", "2025-07-08T11:42", "Ada Lind"),
        ("By Ada Lind\nVelby, 3 June 2024", "2024-06-03", "Ada Lind"),
    ],
)
def test_lines_right_under_a_long_headline_are_no_wrapped_paragraph(
    header: str, published: str, byline: str | None
) -> None:
    """Not where the paragraphs below stand on one line each; who wrote it stands above the date."""
    headline = "Fishermen of Velby vote to keep their boats at home for a month"
    lead = "The fishermen of Velby voted on Monday to keep all their boats at home until the quota is settled. " * 2
    article = make_article("velby", f"{headline}\n{header}\n\n{lead.strip()}\n\nNobody was against it.", {})
    assert (article.title, article.published, article.byline) == (headline, published, byline)
    assert article.text[article.paragraphs[0].start :].startswith("The fishermen")


@pytest.mark.parametrize(
    ("dateline", "published"),
    [
        ("SAN TELMO, Aug. 19, 2020 (Newsline) —", "2020-08-19"),
        ("VELBY, Norway, 3 March 2021 --", "2021-03-03"),
        ("VELBY (NL) —", None),
    ],
)
def test_the_date_in_a_dateline(dateline: str, published: str | None) -> None:
    """An agency's first words state the date; they stay in the paragraph. No later date counts."""
    text = f"Boats stay at home\n\n{dateline} The fishermen voted on it.\n\nThe quota is of 4 May 2019."
    article = make_article("velby", text, {})
    assert article.published == published
    assert article.text[article.paragraphs[0].start :].startswith(dateline)
