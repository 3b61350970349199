"""An address in, Ray connected to the cluster there out; the only file that imports it, which keeps it quiet."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from embeddings.errors import ClusterError

_CONNECTING = 5.0  # seconds

log = logging.getLogger(__name__)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """The module `ray`, connected as long as the context lasts.

    Raises ClusterError where Ray is not installed, where no cluster of the same versions is at `address`, and where the
    cluster fails meanwhile.
    """
    try:
        import ray
    except ImportError as error:
        raise ClusterError("Indexing on Ray needs the extra of that name: `pip install 'saidwhat[ray]'`.") from error
    _connect(ray, address)
    try:
        yield ray
    except ray.exceptions.RayTaskError:  # a fault of this program, which its trace tells best
        raise
    except ray.exceptions.RayError as error:
        raise failure(address, error) from error
    finally:
        ray.shutdown()


def failure(address: str, error: Exception) -> ClusterError:
    """What is said where the cluster goes away; for that Ray raises OSError, too, which others raise as well."""
    reason = str(error).partition("\n")[0] or type(error).__name__
    return ClusterError(
        f"The Ray cluster at {address} failed ({reason}): see `ray status`, then run the same command again, which goes"
        " on from here."
    )


def _connect(ray: Any, address: str) -> None:
    with suppress(AttributeError):  # what befalls machines: Ray has no setting that keeps it off the terminal
        ray._private.worker.print_to_stdstream = _untold
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # and what its C++ part thinks of that
    logging.getLogger("ray").setLevel(logging.ERROR)
    ended_by = signal.getsignal(signal.SIGTERM)
    try:
        _reach(address)
        with _nothing_on_stderr():  # where the C++ part would say that it read its log level
            ray.init(address, log_to_driver=False, configure_logging=False)
    except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
        reason = " ".join(str(error).split())
        raise ClusterError(
            f"The Ray cluster at {address} cannot be used ({reason}): start one with `ray start --head`, with the same"
            " versions of Ray and Python as here, and give the address that it tells."
        ) from error
    with suppress(ValueError):  # of a thread other than the main one, in which Ray leaves signals alone as well
        signal.signal(signal.SIGTERM, ended_by)  # Ray would print a trace


def _reach(address: str) -> None:
    """Raise OSError where nothing listens at an address that has a port: Ray would try for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), _CONNECTING).close()


def _untold(data: Mapping[str, Any], ignore_prefix: bool) -> None:
    log.debug("%s", data)


@contextmanager
def _nothing_on_stderr() -> Iterator[None]:
    """Let what is written to the descriptor, past Python, go nowhere."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
