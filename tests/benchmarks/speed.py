"""News in; how fast saidwhat is beside a plain script and txtai, as its library grows, and beside what is possible.

    python tests/benchmarks/speed.py
    python tests/benchmarks/speed.py --sizes 1000 10000 100000 1000000 --plot growth.svg
    python tests/benchmarks/speed.py --txtai /path/to/venv/bin/python --json > speed.jsonl

On two cores the comparison takes some fifteen minutes, half an hour beside txtai; a library of a million sentences
takes ten to make, and 9 GB.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.timing.figures import Figures
from tests.benchmarks.timing.growth import measure_growth
from tests.benchmarks.timing.kept import Kept
from tests.benchmarks.timing.news import DataError
from tests.benchmarks.timing.processes import ROOT, ProcessError
from tests.benchmarks.timing.side_by_side import compare, contestants
from tests.benchmarks.timing.tables import draw_growth, tables

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main() -> int:
    """Measure, and print."""
    arguments = parser().parse_args()
    sizes = sorted(set(arguments.sizes))
    figures = Figures()
    try:
        kept = Kept(arguments.kept, arguments.data.resolve())
        corpus = kept.corpus(arguments.sentences)
        if not arguments.only_growth:
            every = list(contestants(kept, corpus, [*arguments.txtai, sys.executable]))
            compare(every, corpus, arguments.sentences, arguments.runs, figures, indexing=not arguments.no_indexing)
        if sizes:
            measure_growth(kept, corpus, sizes, arguments.runs, figures)
    except (DataError, ProcessError) as error:
        print(error, file=sys.stderr)
        return 2
    for line in figures.json_lines() if arguments.json else tables(figures, arguments.sentences, sizes):
        print(line, flush=True)
    if arguments.plot and sizes:
        draw_growth(figures, sizes, arguments.plot)
    return 0


def parser() -> argparse.ArgumentParser:
    """What can be said on the command line."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, parents=[folders()]
    )
    made.add_argument("--sentences", type=int, default=10_000, help="in the comparison; default 10000")
    made.add_argument(
        "--sizes", type=int, nargs="*", default=SIZES, help="of the libraries that grow; none without any"
    )
    made.add_argument("--only-growth", action="store_true", help="no comparison")
    made.add_argument("--no-indexing", action="store_true", help="in the comparison, which takes the longest")
    made.add_argument("--runs", type=int, default=5, help="that are counted, of each; default 5")
    made.add_argument("--txtai", nargs="*", default=[], metavar="PYTHON", help="an interpreter that has txtai")
    made.add_argument("--json", action="store_true", help="print a JSON object a line instead of tables")
    made.add_argument("--plot", type=Path, metavar="FILE", help="draw growth with size (.png, .svg)")
    return made


def folders() -> argparse.ArgumentParser:
    """The options that name where the data are, and where what is made of them stays."""
    made = argparse.ArgumentParser(add_help=False)
    data = Path(os.environ.get("SAIDWHAT_DATA") or ROOT.parent / "shared" / "data")
    made.add_argument("--data", type=Path, default=data, help="the folder of PolNeAR and SQuAD, else $SAIDWHAT_DATA")
    own = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]  # two checkouts never share what they keep
    kept = Path(tempfile.gettempdir()) / f"saidwhat-speed-{own}"
    made.add_argument("--kept", type=Path, default=kept, help=f"where libraries stay for the next run; {kept}")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
