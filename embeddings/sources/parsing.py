"""Bytes of a kind in, Drafts out, on a connection: what `parser.py` starts as a process of its own.

Files of these kinds come from anywhere and their libraries are large: here one that loops or swells ends nothing but
this process. It runs as `python -m embeddings.sources.parsing`, with limits on its memory and its time that it sets
itself before it reads a byte.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any

from embeddings.errors import ArticleError
from embeddings.sources import Draft, Kind


def parse(kind: Kind, data: bytes, charset: str | None) -> list[Draft]:
    """What `data` holds. Raises ArticleError, and whatever a library raises on a damaged file."""
    match kind:
        case "html":
            from embeddings.sources.formats.pages import read_page

            return [read_page(data, charset)]
        case "pdf":
            from embeddings.sources.formats.pdf import read_pdf

            return [read_pdf(data)]
        case "docx":
            from embeddings.sources.formats.word import read_word

            return [read_word(data)]
        case "json" | "jsonl":
            from embeddings.sources.formats.records import read_json, read_json_lines

            return read_json(data) if kind == "json" else read_json_lines(data)
        case "feed":
            from embeddings.sources.formats.feeds import read_feed

            return read_feed(data)
        case "md":
            from embeddings.sources.formats.plain import read_markdown

            return [read_markdown(data)]
        case "txt":
            raise ValueError("plain text is read by the other side")


def answer(kind: Kind, data: bytes, charset: str | None) -> dict[str, Any]:
    """What is sent back: "drafts", or the "fault"; "spent" tells that this process is fit for no other file."""
    try:
        return {"drafts": [asdict(draft) for draft in parse(kind, data, charset)]}
    except ArticleError as error:
        return {"fault": str(error)}
    except MemoryError:
        return {"fault": "it takes too much memory to read: split it, or save it in a simpler form", "spent": True}
    except Exception as error:  # noqa: BLE001 - a library may raise anything on a file that is damaged
        return {"fault": f"it is damaged ({type(error).__name__}): save it anew, or in another form"}


def main() -> int:
    """Answer files until the other side hangs up: each is three messages, its kind, its charset, its bytes."""
    descriptor, memory, seconds = (int(argument) for argument in sys.argv[1:])
    with suppress(ValueError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable()  # libraries complain of damaged files at length
    connection = Connection(descriptor)
    while True:
        try:
            kind, charset, data = (connection.recv_bytes() for _ in range(3))
        except EOFError:
            return 0
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))  # should nobody be left to end it
        named: Kind = kind.decode()  # type: ignore[assignment]
        connection.send_bytes(json.dumps(answer(named, data, charset.decode() or None)).encode())


if __name__ == "__main__":
    sys.exit(main())
