"""Sentences, one a line, in; the three that txtai finds for a question out: as plain_script.py, on txtai's Embeddings.

    python tests/benchmarks/txtai_script.py index SENTENCES FOLDER --model FOLDER [--hybrid]
    python tests/benchmarks/txtai_script.py ask FOLDER QUESTION
    python tests/benchmarks/txtai_script.py serve FOLDER --askers 1 2 8 < QUESTIONS

As txtai's documentation has it: texts kept beside the vectors, its default FAISS index (from 5,000 sentences on an
approximate one), with --hybrid its search by words too. Runs under any Python that has txtai.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

from txtai import Embeddings

from tests.benchmarks.timing.askers import script_parser, serve

SHOWN = 3


def main() -> None:
    """Do what the first argument says."""
    parser, index = script_parser(__doc__ or "")
    index.add_argument("--model", required=True)
    index.add_argument("--hybrid", action="store_true")
    arguments = parser.parse_args()
    if arguments.command == "index":
        embeddings = Embeddings(path=arguments.model, content=True, hybrid=arguments.hybrid)
        print(json.dumps(make_index(embeddings, arguments.sentences, arguments.folder)))
        return
    embeddings = Embeddings()
    embeddings.load(str(arguments.folder))

    lock = threading.Lock()  # its database has one cursor, which two threads cannot use at once

    def answer(question: str) -> list[str]:
        with lock:
            return [found["text"] for found in embeddings.search(question, SHOWN)]

    if arguments.command == "ask":
        print("\n".join(answer(arguments.question)))
    else:
        serve(answer, arguments.askers)


def make_index(embeddings: Any, path: Path, folder: Path) -> dict[str, float]:
    """Encode and store the sentences; how many, and in how many seconds, the loading of the model apart."""
    embeddings.batchtransform(["A first one, with which the model is loaded."])
    start = time.perf_counter()
    sentences = path.read_text(encoding="utf-8").splitlines()
    embeddings.index(sentences)
    embeddings.save(str(folder))
    return {"sentences": len(sentences), "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    main()
