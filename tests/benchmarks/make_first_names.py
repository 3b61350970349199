"""Make embeddings/quotes/first_names.txt.gz of the names that `nomquamgender` has counted, all over the world.

    pip download --no-deps nomquamgender
    python tests/benchmarks/make_first_names.py nomquamgender-0.1.4-py3-none-any.whl

Its data (Van Buskirk, Clauset and Larremore 2023, "An Open-Source Cultural Consensus Approach to Name-Based Gender
Classification", MIT licence) tell of each name in how many sources it is found and which share of its bearers are
women. It is no dependency, for it brings pandas. A name counts that is in 8 sources, and no word that only links.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from zipfile import ZipFile

from bot.stems import has_content
from embeddings.quotes.first_names import TABLE

SOURCES = 8
CLEAR = 0.85  # share of a name's bearers from which it tells the gender


def main(wheel: Path) -> None:
    """Read the wheel, and write the names: a line of those of men, one of women, one of both."""
    counted = json.loads(ZipFile(wheel).read("nomquamgender/name_data.json"))
    lines: list[list[str]] = [[], [], []]
    for name, (sources, _, share_of_women, *_) in sorted(counted.items()):
        if sources >= SOURCES and name.isalpha() and len(name) > 1 and has_content(name):
            lines[0 if share_of_women <= 1 - CLEAR else 1 if share_of_women >= CLEAR else 2].append(name)
    text = "\n".join(" ".join(line) for line in lines)
    TABLE.write_bytes(gzip.compress(text.encode("ascii"), mtime=0))
    print(*map(len, lines), TABLE.stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
