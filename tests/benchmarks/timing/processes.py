"""A script and its arguments in; what it printed, and how long its process lived, out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).parent.parent
ROOT = SCRIPTS.parent.parent


class ProcessError(Exception):
    """A process that is measured failed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that came to its end: the seconds from its start until then, and what it printed."""

    seconds: float
    printed: str

    def rows(self) -> list[dict[str, Any]]:
        """The JSON lines that it printed."""
        return [json.loads(line) for line in self.printed.splitlines()]


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter that finds this checkout before any that is installed, offline, in the folder `folder`."""

    folder: Path
    program: str = sys.executable
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str | Path, stdin: str = "", right: Sequence[int] = (0,), tells: bool = False) -> Ended:
        """Run to the end. Raises ProcessError where the exit status is not one of `right`.

        What it writes to standard error is shown as it comes where it `tells` how far it is, else only where it fails.
        """
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        environment = os.environ | {"PYTHONPATH": path, "HF_HUB_OFFLINE": "1"} | self.settings
        for name in ("SAIDWHAT_STORE", "SAIDWHAT_STORE_READ"):
            environment.pop(name, None)  # what is measured is made in a folder of its own
        environment.pop("OPENBLAS_NUM_THREADS", None)  # saidwhat, imported here, keeps NumPy to one for itself alone
        start = time.perf_counter()
        done = subprocess.run(
            [self.program, *map(str, arguments)],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=None if tells else subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=environment,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode not in right:
            raise ProcessError(f"{' '.join(map(str, arguments[:3]))} … failed:\n{(done.stderr or '')[-2000:]}")
        return Ended(seconds, done.stdout)

    def can_import(self, module: str) -> bool:
        """Whether it has `module`."""
        try:
            self.run("-c", f"import {module}")
        except (ProcessError, OSError):
            return False
        return True
