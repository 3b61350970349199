"""What reads and what writes in, both done at once, in threads, out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def read_while_written(read: Callable[[], None], readers: int, writes: Sequence[Callable[[], None]]) -> None:
    """`read` again and again in so many threads, for as long as `writes` take, each in a thread of its own.

    Raises what any of them raised.
    """
    done = threading.Event()

    def read_on() -> None:
        while not done.is_set():
            read()

    with ThreadPoolExecutor(readers + len(writes)) as threads:
        reading = [threads.submit(read_on) for _ in range(readers)]
        writing = [threads.submit(write) for write in writes]
        try:
            for one in writing:
                one.result()
        finally:
            done.set()
        for one in reading:
            one.result()
