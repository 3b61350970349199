"""A folder that `exporting` wrote in, a Network on onnxruntime and tokenizers alone out: ready in a tenth of a second.

The weights lie in a file of their own that is mapped into memory: what a question does not touch costs none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.errors import EncoderError
from embeddings.networks import Pieces, Purpose, by_length
from embeddings.networks.sessions import Session, open_session
from embeddings.types import Vectors

if TYPE_CHECKING:
    from tokenizers import Encoding

NETWORK, TOKENIZER, DESCRIPTION = "network.onnx", "tokenizer.json", "model.json"
QUESTION_NETWORK = "questions.onnx"
INPUTS, VECTOR, LAYER = ("input_ids", "attention_mask"), "vector", "layer_"
_PIECES_AT_ONCE = 256  # larger batches are padded more, and leave the processor's caches


@dataclass(frozen=True, slots=True)
class Description:
    """What is to know of an exported model beside network and tokenizer.

    `question_block` is how many weights share a scale in the network for questions, see rounding.py; 0 where there is
    none.
    """

    hash: str
    dimension: int
    longest: int
    query_prompt: str
    document_prompt: str
    lower_case: bool
    question_block: int

    def write(self, folder: Path) -> None:
        (folder / DESCRIPTION).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Description:
        """Raises OSError, ValueError or TypeError where it is missing or damaged."""
        return cls(**json.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))


class ExportedNetwork:
    """A Network from the files in a folder."""

    def __init__(self, folder: Path, description: Description) -> None:
        from tokenizers import Tokenizer

        self._is = description
        self._folder = folder
        if description.question_block:
            self._question_session = open_session(folder / QUESTION_NETWORK)
        else:
            self._question_session = self._session
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))

    @classmethod
    def open(cls, folder: Path) -> ExportedNetwork:
        """Raises whatever onnxruntime and tokenizers raise where a file is missing or damaged."""
        return cls(folder, Description.read(folder))

    @property
    def hash(self) -> str:
        return self._is.hash

    @property
    def dimension(self) -> int:
        return self._is.dimension

    @property
    def rounds_questions(self) -> bool:
        """Whether questions have a network of their own, see rounding.py."""
        return self._is.question_block > 0

    @property
    def longest(self) -> int:
        return self._is.longest

    def encode(self, texts: Sequence[str], purpose: Purpose) -> Vectors:
        prompt = self._is.query_prompt if purpose == "query" else self._is.document_prompt
        read = self._tokenizer.encode_batch_fast(
            [self._cased(prompt + text) for text in texts], add_special_tokens=False
        )
        ids = [self._marked(one).ids for one in read]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in by_length(ids, _PIECES_AT_ONCE):
            vectors[batch] = _run(self._session, [ids[number] for number in batch], [VECTOR])[0]
        return vectors

    def pieces(self, texts: Sequence[str], *, marked: bool) -> list[Pieces]:
        cased = [self._cased(text) for text in texts]
        if len(cased) == 1:  # without waking the threads that a batch is divided among
            read = [self._tokenizer.encode(cased[0], add_special_tokens=False)]
        else:
            read = self._tokenizer.encode_batch(cased, add_special_tokens=False)
        kept = [self._marked(one) if marked else one for one in read]
        return [Pieces(one.ids, np.array(one.offsets, dtype=np.int64).reshape(-1, 2)) for one in kept]

    def hidden(
        self, texts: Sequence[Sequence[int]], layers: Sequence[int], purpose: Purpose = "document"
    ) -> list[list[Vectors]]:
        session = self._question_session if purpose == "query" else self._session
        names = [f"{LAYER}{layer}" for layer in layers]
        found: list[list[Vectors]] = [[] for _ in texts]
        for batch in by_length(texts, _PIECES_AT_ONCE):
            states = _run(session, [texts[number] for number in batch], names)
            for row, number in enumerate(batch):
                found[number] = [rows[row, : len(texts[number])] for rows in states]
        return found

    def vocabulary(self) -> list[str]:
        return list(self._tokenizer.get_vocab())

    def _cased(self, text: str) -> str:
        return text.lower() if self._is.lower_case else text

    def _marked(self, read: Encoding) -> Encoding:
        """What was read of a text, cut to what the network takes, with the marks around it."""
        read.truncate(self.longest - self._tokenizer.num_special_tokens_to_add(is_pair=False))
        return self._tokenizer.post_process(read)

    @cached_property
    def _session(self) -> Session:
        """The whole network; where questions have their own, it is not needed before there is an article to encode."""
        try:
            return open_session(self._folder / NETWORK)
        except Exception as error:  # onnxruntime has no kinds of its own for damaged files
            raise EncoderError(
                f"The model kept in {self._folder} cannot be used: remove that folder, and it is made anew."
            ) from error


def _run(session: Session, texts: Sequence[Sequence[int]], outputs: list[str]) -> list[Vectors]:
    """`outputs` of a batch, one row a text; what is padded is masked."""
    ids = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    found: list[Vectors] = session.run(outputs, dict(zip(INPUTS, (ids, mask), strict=True)))
    return found
