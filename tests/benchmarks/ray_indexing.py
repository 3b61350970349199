"""News in; how fast saidwhat indexes it on Ray with one single-core worker, with two, and without Ray, in turn.

    python tests/benchmarks/ray_indexing.py polnear_train.json [--articles 120] [--rounds 3]

Every run is the whole command, its start and that of the workers with it, into a library of its own that has the
exported model. With two workers it shall be at least 1.6 times as fast as with one. Without Ray it uses all cores.
Three rounds of 120 articles take eight minutes on two cores, which nothing else should use.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.models import DEFAULT_MODEL
from embeddings.networks.loading import load_network

WANTED = 1.6
MEMORY = 300_000_000  # bytes of a node's object store


def main() -> int:
    """Measure, and print. Returns 1 where two workers are not so much faster as is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", type=Path, help="PolNeAR, or any list of {id, text} as JSON")
    parser.add_argument("--articles", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rates: dict[int, list[float]] = {0: [], 1: [], 2: []}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        write_news(arguments.news, arguments.articles, place / "news")
        load_network(DEFAULT_MODEL, place / "kept")
        for number in range(arguments.rounds):
            for workers in rates:
                home = shutil.copytree(place / "kept", place / f"{number}-{workers}", copy_function=os.link)
                rates[workers].append(arguments.articles / seconds(workers, place / "news", home))
            told = ", ".join(f"{rate[-1]:.2f} with {workers or 'no'} workers" for workers, rate in rates.items())
            print(f"round {number + 1}, load {os.getloadavg()[0]:.1f}: articles a second: {told}", flush=True)
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    ratio = statistics.median(ratios)
    print(f"two workers / one: {ratio:.2f} in the median of {min(ratios):.2f} to {max(ratios):.2f}; wanted {WANTED}")
    return int(ratio < WANTED)


def write_news(news: Path, count: int, folder: Path) -> None:
    """The first `count` articles, a file each."""
    folder.mkdir()
    for article in json.loads(news.read_text(encoding="utf-8"))[:count]:
        (folder / f"{article['id']}.txt").write_text(article["text"], encoding="utf-8")


def seconds(workers: int, folder: Path, home: Path) -> float:
    """How long the command takes."""
    with cluster(workers) as on_ray:
        command = [sys.executable, "-m", "bot", "--home", str(home), "index", *on_ray, str(folder)]
        start = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        took = time.perf_counter() - start
    if done.stderr or not done.stdout.endswith(f"\n{len(list(folder.iterdir()))} added\n"):
        raise SystemExit(f"not all was indexed: {done.stdout[-200:]} {done.stderr}")
    return took


@contextmanager
def cluster(workers: int) -> Iterator[list[str]]:
    """A cluster of a head and as many nodes of one processor; the arguments that name it. None for no workers."""
    if not workers:
        yield []
        return
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": MEMORY}
    started = Cluster(initialize_head=True, head_node_args=head)
    try:
        for _ in range(workers):
            started.add_node(num_cpus=1, object_store_memory=MEMORY)
        yield ["--ray", started.address]
    finally:
        started.shutdown()


if __name__ == "__main__":
    sys.exit(main())
