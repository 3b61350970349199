"""What was brought in, Drafts out: read in a process of its own, within limits of memory and time.

Only plain text is read here: nothing in it can loop or swell.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import asdict, dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Event, Timer

from embeddings.decoding import without_controls
from embeddings.errors import ArticleError
from embeddings.sources import Brought, Draft
from embeddings.sources.formats.plain import read_text

MEMORY = 768 * 1024 * 1024
"""How much memory, in bytes of address space, the reading of one file may take."""
SECONDS = 30
"""How long it may take."""
_LONGEST_FACT = 2000  # characters; a longer title or address is none
_LONGEST_ANSWER = 100 * 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Child:
    """The process that parses, and the connection to it."""

    process: subprocess.Popen[bytes]
    connection: Connection

    @classmethod
    def started(cls, memory: int, seconds: int) -> Child:
        """A new one. Raises OSError."""
        ours, theirs = Pipe()
        with theirs:
            limits = [str(number) for number in (theirs.fileno(), memory, seconds)]
            process = subprocess.Popen(  # noqa: S603 - this program itself; -P: and no module of the present folder
                [sys.executable, "-P", "-m", "embeddings.sources.parsing", *limits],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if log.isEnabledFor(logging.DEBUG) else subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the command, which then ends this
            )
        return cls(process, ours)

    def end(self) -> None:
        """Hang up, and end what does not end by itself."""
        self.connection.close()
        try:
            self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Parser:
    """Reads one file after the other, as a context manager; its process is started anew after one that failed."""

    def __init__(self, memory: int = MEMORY, seconds: int = SECONDS) -> None:
        self.child: Child | None = None
        self._memory = memory
        self._seconds = seconds

    def __enter__(self) -> Parser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, brought: Brought) -> list[Draft]:
        """The articles that `brought` holds, or its feed's entries. Raises ArticleError."""
        if brought.kind == "txt":
            return [_draft(**asdict(read_text(brought.data)))]
        told = json.loads(self._asked(brought))
        if told.get("spent"):
            self.close()
        if "fault" in told:
            raise ArticleError(told["fault"])
        return [_draft(**draft) for draft in told["drafts"]]

    def close(self) -> None:
        """End the process, if there is one."""
        if self.child:
            self.child.end()
        self.child = None

    def _asked(self, brought: Brought) -> bytes:
        try:
            child = self.child = self.child or Child.started(self._memory, self._seconds)
        except OSError as error:
            raise ArticleError(
                f"this machine cannot start what reads it ({error.strerror}): try again later"
            ) from error
        late = Event()

        def end() -> None:
            late.set()
            child.process.kill()

        timer = Timer(self._seconds, end)
        timer.start()
        try:
            for part in (brought.kind.encode(), (brought.charset or "").encode(), brought.data):
                child.connection.send_bytes(part)
            return child.connection.recv_bytes(_LONGEST_ANSWER)
        except (EOFError, OSError) as error:
            child.process.kill()
            self.close()
            if late.is_set():
                raise ArticleError(
                    f"it takes more than {self._seconds} seconds to read: split it, or save it in a simpler form"
                ) from error
            raise ArticleError("it is damaged, or takes too much memory to read: save it in a simpler form") from error
        finally:
            timer.cancel()
            if late.is_set():  # perhaps only just
                self.close()


def _draft(text: str, metadata: dict[str, object], fault: str) -> Draft:
    """A Draft whose texts can be stored, whatever a file had in them."""
    return Draft(without_controls(text), {name: _clean(value) for name, value in metadata.items()}, fault)


def _clean(value: object) -> object:
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, str):
        return without_controls(value) if len(value) <= _LONGEST_FACT else None
    return value
