"""A way to answer and questions in; how long each took, with one asker and with several at once, out as JSON lines.

It is what the scripts that are compared have in common, and needs nothing but Python.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_WARM_UP = 5  # questions that are asked before any is timed


def script_parser(described: str) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """What the scripts that are compared take: `index`, `ask` and `serve`; and the parser of `index`, to add to."""
    parser = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    index = commands.add_parser("index")
    index.add_argument("sentences", type=Path)
    index.add_argument("folder", type=Path)
    asking = commands.add_parser("ask")
    asking.add_argument("folder", type=Path)
    asking.add_argument("question")
    serving = commands.add_parser("serve")
    serving.add_argument("folder", type=Path)
    serving.add_argument("--askers", type=int, nargs="+", default=[1])
    return parser, index


def serve(answer: Callable[[str], object], askers: Sequence[int]) -> None:
    """Answer the questions on standard input, one a line, once with each number of askers; print a line for each.

    A line tells `askers`, the `seconds` of each question, the `elapsed` seconds of all, and the `resident` and `peak`
    memory of the process until then, in bytes.
    """
    questions = sys.stdin.read().splitlines()
    for question in questions[:_WARM_UP]:
        answer(question)
    for count in askers:
        seconds, elapsed = asked_at_once(answer, questions, count)
        told = {"askers": count, "seconds": seconds, "elapsed": elapsed}
        print(json.dumps(told | {"resident": memory("VmRSS"), "peak": memory("VmHWM")}), flush=True)


def asked_at_once(answer: Callable[[str], object], questions: Sequence[str], askers: int) -> tuple[list[float], float]:
    """The seconds of each answer and of all together; each of `askers` threads asks as soon as it has its answer."""
    waiting, lock = iter(questions), threading.Lock()
    seconds: list[float] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            while not failed:
                with lock:
                    question = next(waiting, None)
                if question is None:
                    return
                start = time.perf_counter()
                answer(question)
                seconds.append(time.perf_counter() - start)
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits, which raises it
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(askers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return seconds, time.perf_counter() - start


def memory(name: str) -> int:
    """What the kernel tells of this process' memory, in bytes: VmRSS, in use now, or VmHWM, the most until now.

    The `ru_maxrss` that `os.wait4` gives counts the process that started this one too, as it was then.
    """
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
