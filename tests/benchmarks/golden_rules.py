"""Score the sentence splitter on pySBD's golden rules as published, beside pySBD itself.

usage: python tests/benchmarks/golden_rules.py
The 48 rules are taken from the source distribution of pySBD on PyPI, since they are not ours to keep a copy of.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import pysbd

from embeddings.sentences import sentence_spans

_RELEASE = "pysbd==0.3.3"  # the last one with a source distribution
_FILE = "pysbd-0.3.3/benchmarks/english_golden_rules.py"

Rule = tuple[str, list[str]]


def published_rules() -> list[Rule]:
    """The rules: a text, and the sentences it should be split into."""
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*download, "--dest", folder, _RELEASE], check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as files:
            member = files.extractfile(_FILE)
            assert member
            source = member.read().decode()
    (assignment,) = (node for node in ast.parse(source).body if isinstance(node, ast.Assign))
    rules: list[Rule] = ast.literal_eval(assignment.value)
    return rules


def main() -> None:
    rules = published_rules()
    segmenter = pysbd.Segmenter(language="en", clean=False)
    splitters: dict[str, Callable[[str], list[str]]] = {
        "saidwhat": lambda text: [text[span.start : span.end] for span in sentence_spans(text)],
        "pySBD": lambda text: [segment.strip() for segment in segmenter.segment(text)],
    }
    for name, split in splitters.items():
        missed = [text for text, expected in rules if split(text) != expected]
        print(f"{name:10} {len(rules) - len(missed)} of {len(rules)} golden rules")
        for text in missed:
            print(f"{'':10} missed: {text}")


if __name__ == "__main__":
    main()
