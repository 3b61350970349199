"""Nothing in; what this machine can do at most out: a matrix product and a read of memory, as numpy does them.

    python tests/benchmarks/timing/machine.py

Prints JSON: `flops`, floating-point operations a second, and `bytes`, bytes read a second, the best of some runs each.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np

_WEIGHTS = 10.6e6  # of all-MiniLM-L6-v2 that every token meets: those outside its table of embeddings
_LAYERS, _WIDTH = 6, 384
_SIDE = 3072  # of the matrices
_READ = 1 << 28  # float32 values, 1 GiB: more than any cache holds
_RUNS = 5


def encoding_flop(tokens: int) -> float:
    """The operations to encode a text of so many tokens with all-MiniLM-L6-v2: its products, and its attention."""
    return 2 * _WEIGHTS * tokens + 4 * _LAYERS * _WIDTH * tokens**2


def main() -> None:
    """Measure, and print."""
    square = np.random.default_rng(0).standard_normal((_SIDE, _SIDE), dtype=np.float32)
    flops = 2 * _SIDE**3 / shortest(lambda: square @ square)
    values = np.ones(_READ, dtype=np.float32)
    read = values.nbytes / shortest(lambda: np.dot(values, values))  # on all cores, one pass
    print(json.dumps({"flops": flops, "bytes": read}))


def shortest(work: Callable[[], object]) -> float:
    """The seconds of the shortest of some runs."""
    seconds = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
