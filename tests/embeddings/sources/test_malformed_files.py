"""Files that are damaged in every way: each is an article or one sentence, within the limits of memory and time.

`pytest tests/embeddings/sources/test_malformed_files.py --malformed 1000` damages more of each kind.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings.errors import ArticleError
from embeddings.sources import Arrival, Brought, Document, FetchRules
from embeddings.sources.arriving import Intake
from embeddings.sources.parser import MEMORY, Parser
from embeddings.sources.when_asked import fetch_by
from tests.made_files import docx, paragraphs_pdf
from tests.news_site import COUNCIL, FEED, LONG, REASONS, STATED, VOTES, page

ITEMS = "".join(
    f"<item><title>Ferry {n}</title><link>https://example.org/{n}</link>"
    "<pubDate>Mon, 12 Apr 2021 09:30:00 +0200</pubDate></item>"
    for n in range(20)
)
WHOLE: dict[str, bytes] = {
    "txt": f"Ferry to stay\n\n12.04.2021 09:30\n\n{COUNCIL}\n\n“{REASONS}” – {VOTES}\n".encode(),
    "md": f"---\ntitle: Ferry\nauthor: [Ada]\ndate: 2021-04-12\n---\n# Old\n\n> {COUNCIL}\n\n- *{REASONS}*\n".encode(),
    "html": page(COUNCIL, LONG, VOTES, head=STATED).encode(),
    "pdf": paragraphs_pdf("Ferry to stay", [[COUNCIL], [REASONS[:50], REASONS[51:]], [VOTES]]),
    "docx": docx([("Title", "Ferry"), ("Normal", COUNCIL), ("Caption", "The ferry"), ("Normal", VOTES)], [["a", "7"]]),
    "json": b'{"title": "Ferry", "text": "The ferry stays.", "url": "https://a.org/f", "authors": [{"name": "A"}]}',
    "jsonl": b'{"text": "The ferry stays.", "date": "2021-04-12"}\n{"text": "It is old.", "title": "Ferry"}\n' * 3,
    "feed": FEED.format(site="https://example.org", items=ITEMS).encode(),
}


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def flipped(data: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(dice.choice((1, 3, 10, 100))):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def overwritten(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + dice.randbytes(dice.randrange(1, 200)) + data[start + dice.randrange(200) :]


def shuffled(data: bytes, dice: random.Random) -> bytes:
    cuts = sorted(dice.randrange(len(data)) for _ in range(6))
    parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    dice.shuffle(parts)
    return b"".join(parts)


def repeated(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + data[start : start + dice.randrange(1, 60)] * dice.choice((10, 1000)) + data[start:]


def other_numbers(data: bytes, dice: random.Random) -> bytes:
    """With lengths, places and counts that are none."""
    numbers = (b"0", b"-1", b"4294967296", b"99999999999999999999", b"1e999")
    return re.sub(rb"\d+", lambda found: dice.choice(numbers) if dice.random() < 0.1 else found[0], data)


def noise(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.choice((0, 4, 16))] + dice.randbytes(dice.randrange(2000))


def inside(data: bytes, dice: random.Random) -> bytes:
    """A DOCX file with one of its parts damaged, and the archive around it whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as packed:
        chosen = dice.choice([name for name in whole.namelist() if name.endswith((".xml", ".rels"))])
        for name in whole.namelist():
            part = whole.read(name)
            packed.writestr(name, dice.choice(DAMAGES)(part, dice) if name == chosen and part else part)
    return out.getvalue()


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut,
    flipped,
    overwritten,
    shuffled,
    repeated,
    other_numbers,
    noise,
)


def damaged(kind: str, number: int) -> bytes:
    dice = random.Random(f"{kind} {number}")
    damages = (*DAMAGES, inside, inside, inside) if kind == "docx" else DAMAGES
    return dice.choice(damages)(WHOLE[kind], dice)


@pytest.mark.parametrize("kind", WHOLE)
def test_damaged_files(kind: str, request: pytest.FixtureRequest) -> None:
    """A damaged file is read as far as it can be, or is one sentence; and the process that reads keeps its limit."""
    with Intake(fetch_by(FetchRules())) as intake:
        for number in range(request.config.getoption("--malformed")):
            data = damaged(kind, number)
            if kind == "feed":
                assert is_fit(read_as_feed(data, intake)), number
                continue
            arrivals = list(intake.arrivals(Document(f"ferry.{kind}", data)))
            assert arrivals, number
            assert all(is_fit(arrival) for arrival in arrivals), (number, arrivals)
        if intake.parser.child:
            assert peak(intake.parser.child.process.pid) <= MEMORY


def read_as_feed(data: bytes, intake: Intake) -> Arrival:
    """A fault, or an arrival of nothing."""
    try:
        intake.parser.read(Brought("feed", data, "feed"))
    except ArticleError as error:
        return Arrival("feed", fault=str(error))
    return Arrival("feed", remark="it can be read")


def is_fit(arrival: Arrival) -> bool:
    """Whether it is a whole article that can be stored, or one sentence."""
    if arrival.article is None:
        return bool(arrival.remark) or is_one_sentence(arrival.fault)
    text = arrival.article.text
    text.encode()
    return not arrival.fault and all(text[one.start : one.end].strip() for one in arrival.article.paragraphs)


def is_one_sentence(fault: str) -> bool:
    return 20 < len(fault) < 300 and "\n" not in fault and "Traceback" not in fault and "damaged, or takes" not in fault


def peak(process: int) -> int:
    """The most address space, in bytes, that a process had so far."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmPeak:\s+(\d+) kB", status)[0]) * 1024


# --- files that are made to do harm ----------------------------------------------------------------------------------


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE["docx"])) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in whole.namelist():
            packed.writestr(name, bytes(150_000_000) if name == "word/document.xml" else whole.read(name))
    return out.getvalue()


def lying_zip_bomb() -> bytes:
    """An archive that says of its largest part that it is small."""
    data = bytearray(zip_bomb())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.find(mark)
        while start >= 0:
            if int.from_bytes(data[start + place : start + place + 4], "little") == 150_000_000:
                data[start + place : start + place + 4] = (1000).to_bytes(4, "little")
            start = data.find(mark, start + 1)
    return bytes(data)


def entities_docx() -> bytes:
    """Nine entities of ten of the next in a row: a billion laughs."""
    laughs = (
        '<!DOCTYPE x [<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
        + "]>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE["docx"])) as whole, zipfile.ZipFile(out, "w") as packed:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "word/document.xml":
                head, _, rest = part.partition(b"?>")
                part = head + b"?>" + laughs.encode() + rest.replace(COUNCIL.encode(), b"&a9;")
            packed.writestr(name, part)
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A stream of a gigabyte, packed twice."""
    packed = zlib.compress(zlib.compress(bytes(1_000_000_000), 1), 9)
    whole = WHOLE["pdf"]
    start, end = whole.index(b"<< /Length"), whole.index(b"\nendstream")
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s" % (len(packed), packed)
    return whole[:start] + stream + whole[end:]


HARMFUL: dict[str, Callable[[], bytes]] = {
    "zip-bomb.docx": zip_bomb,
    "lying-zip-bomb.docx": lying_zip_bomb,
    "entities.docx": entities_docx,
    "bomb.pdf": pdf_bomb,
    "nested.json": lambda: b"[" * 5_000_000,
    "nested.jsonl": lambda: b'{"text":' * 2_000_000,
    "nested.html": lambda: b"<div><p>x" * 1_000_000,
    "tables.html": lambda: b"<table><tr><td>" * 200_000,
    "attributes.html": lambda: b"<p " + b"a=1 " * 2_000_000 + b">" + COUNCIL.encode(),
    "long-word.html": lambda: page("x" * 5_000_000).encode(),
    "many.html": lambda: page(*[f"{COUNCIL} {n}" for n in range(100_000)]).encode(),
    "yaml.md": lambda: b"---\na: &a [x,x]\nb: &b [*a,*a]\nauthor: [*b,*b]\n---\nText.",
    "nested-yaml.md": lambda: b"---\ntitle: " + b"[" * 60_000 + b"\n---\nText.",
    "quotes.md": lambda: b">" * 1_000_000 + b" x",
    "brackets.md": lambda: b"[" * 2_000_000 + b"x",
    "dates.txt": lambda: b"Title\n\n" + b"12.04.2021 09:30 " * 100_000,
    "noise.txt": lambda: random.Random(7).randbytes(2_000_000),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_files_that_are_made_to_do_harm(name: str) -> None:
    """A file that would fill the memory, or be read for hours, is an article or one sentence after all."""
    with Intake(fetch_by(FetchRules()), parser=Parser(seconds=5)) as intake:
        (arrival,) = intake.arrivals(Document(name, HARMFUL[name]()))
        assert is_fit(arrival), arrival.fault
        (after,) = intake.arrivals(Document("ferry.pdf", WHOLE["pdf"]))
        assert after.article
        assert after.article.title == "Ferry to stay"
