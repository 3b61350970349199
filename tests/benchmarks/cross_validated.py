"""saidwhat as two working copies, each asked of the articles that it was not trained on: what score_passages.py drives.

    SAIDWHAT="python tests/benchmarks/cross_validated.py squad2_tune.json CLONE" \
        python score_passages.py squad2_tune.json --refusal

CLONE is a working copy whose ranking and reader were trained with `--half 1`, on the articles of the file that this one
keeps apart. Each has a library of its own, with all articles.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.checks.evaluation import squad_id
from tests.benchmarks.quality import kept_apart

HERE = Path(__file__).parents[2]


def main() -> int:
    """Run one command of saidwhat."""
    path, clone, *arguments = sys.argv[1:]
    copies = (HERE, Path(clone))
    if arguments[0] != "ask":
        said = [run(copy, half, arguments) for half, copy in enumerate(copies)]
        print(said[0], end="")
        return 0
    titles = [article["title"] for article in json.loads(Path(path).read_text(encoding="utf-8"))["data"]]
    halves = {squad_id(title): half for half in (0, 1) for title in kept_apart(titles, half)}
    lines = sys.stdin.read().splitlines()
    asked = [halves[json.loads(line)["articles"][0]] for line in lines]
    told = []
    for half, copy in enumerate(copies):
        own = "".join(f"{line}\n" for line, asked_of in zip(lines, asked, strict=True) if asked_of == half)
        told.append(iter(run(copy, half, arguments, own).splitlines()))
    for half in asked:
        print(next(told[half]))
    return 0


def run(copy: Path, half: int, arguments: Sequence[str], stdin: str | None = None) -> str:
    """What a working copy prints, on its own library in SAIDWHAT_HOME."""
    home = Path(os.environ["SAIDWHAT_HOME"]) / str(half)
    environment = os.environ | {"SAIDWHAT_HOME": str(home), "PYTHONPATH": str(copy)}
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, text=True, cwd=copy, env=environment)
    if done.returncode not in (0, 1):
        sys.exit(done.returncode)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
