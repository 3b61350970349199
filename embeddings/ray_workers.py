"""What is due in, entries out, read and encoded by the workers of a Ray cluster.

A worker is an actor with one processor. It gets its model from here, by Ray's object store, and articles in small
batches; this process brings articles in and writes entries, which takes a fortieth of the time that making them does.
A store that many machines can write to could be written by the workers: `Worker.entries` would put in what it made.

Ray Data is not used: it takes all items at once or has its workers read files, and cannot stream from a generator of
this process; and it tries a batch whose worker dies again without end, so that one article could hold up all others.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.entries import make_entry
from embeddings.errors import ArticleError, ClusterError, SaidwhatError
from embeddings.models import DEFAULT_MODEL
from embeddings.networks.loading import keep_sent, load_network, sent_exports
from embeddings.networks.sessions import think_in_one_thread
from embeddings.quotes import read_quotes
from embeddings.ray_cluster import connected, failure
from embeddings.types import Article, Due, Entry, Outcome, Stamp

if TYPE_CHECKING:
    from embeddings.indexing import Made, Work

_BATCH = 4
"""Articles: what a worker that dies takes with it, some two seconds of work."""
_GIVEN = 2
"""Batches that a worker has at a time, so that it need not wait for this process."""
_LIVES = 3
"""How many workers an article may take with it before it is left out, and how many may die while they start."""
_PATIENCE = 120.0
"""Seconds to wait for a first worker, or for another after the last: as long as a cluster takes to get a machine."""

log = logging.getLogger(__name__)


class Worker:
    """What runs on the cluster: makes entries in one thread, with a model that it was sent."""

    def load(self, model: str, exports: Mapping[str, bytes]) -> tuple[str, Stamp]:
        """Get ready. Returns saidwhat's version and the model's stamp. Raises EncoderError."""
        think_in_one_thread()
        os.environ["TOKENIZERS_PARALLELISM"] = "false"  # which is read at each call; the node's other cores are taken
        with tempfile.TemporaryDirectory(prefix="saidwhat-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            keep_sent(exports, folder)
            for each in {model, DEFAULT_MODEL}:  # the default model finds quotes; both are then in memory
                load_network(each, folder).encode(["All of it is read from the disk."], "document")
            self._encoder = SentenceTransformerEncoder(model, kept_in=folder)
            self._read_quotes = partial(read_quotes, kept_in=folder)
            return version("saidwhat"), self._encoder.stamp()

    def entries(self, articles: Sequence[Article]) -> list[Entry]:
        """What is put in of each article."""
        return [make_entry(article, self._encoder, self._read_quotes) for article in articles]


@contextmanager
def ray_workers(address: str, model: str, kept_in: Path) -> Iterator[Work]:
    """A Work on the Ray cluster at `address`, as `ray.init` takes it, for the library in the folder `kept_in`.

    Workers start when something is due, one for each processor of the cluster, and end with the context. One that dies
    is replaced as soon as the cluster has a processor for it. Raises ClusterError where there is no such cluster; the
    Work does so where it has no workers or these have another model, and EncoderError.
    """
    with connected(address) as ray:
        yield Crew(ray, address, model, kept_in).work


def _batches(arriving: Iterable[Due | Outcome]) -> Iterator[list[Due] | Outcome]:
    batch: list[Due] = []
    for one in arriving:
        if isinstance(one, Outcome):
            yield one
            continue
        batch.append(one)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(eq=False, slots=True)
class _Hand:
    """A worker, as this process knows it: what it has to do, by the references of the results, oldest first."""

    actor: Any
    loading: Any
    ready: bool = False
    given: dict[Any, list[Due]] = field(default_factory=dict)

    def references(self) -> list[Any]:
        return list(self.given) if self.ready else [self.loading]


class Crew:
    """All workers of the cluster that `ray` is connected to, and what they have to do."""

    def __init__(self, ray: Any, address: str, model: str, kept_in: Path) -> None:
        self._ray = ray
        self._address = address
        self._model = model
        self._kept_in = kept_in
        self._queue: deque[list[Due]] = deque()
        self._hands: list[_Hand] = []
        self._deaths: Counter[str] = Counter()  # of workers, by the id of the article that they were at
        self._stillborn = 0  # workers, one after the other, that died while they started

    def work(self, arriving: Iterable[Due | Outcome]) -> Iterator[Made | Outcome]:
        """The Work. Raises ClusterError and EncoderError."""
        for one in _batches(arriving):
            if isinstance(one, Outcome):
                yield one
                continue
            if not self._hands:
                self._start()
            self._queue.append(one)
            self._hand_out()
            yield from self._done(wait=False)
            while self._queue:  # there is no room for it yet
                yield from self._done(wait=True)
        while self._queue or any(hand.given for hand in self._hands):
            yield from self._done(wait=True)

    def _start(self) -> None:
        """Hire a worker for each processor."""
        self._expected = version("saidwhat"), SentenceTransformerEncoder(self._model, self._kept_in).stamp()
        load_network(DEFAULT_MODEL, self._kept_in)
        self._exports = self._ray.put(sent_exports((self._model, DEFAULT_MODEL), self._kept_in))
        self._actor = self._ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Worker)
        processors = int(self._ray.cluster_resources().get("CPU", 0))
        if not processors:
            raise ClusterError(
                f"The Ray cluster at {self._address} has no processors: add a machine with"
                f" `ray start --address={self._address}`."
            )
        self._hands = [self._hired() for _ in range(processors)]

    def _hired(self) -> _Hand:
        actor = self._actor.remote()
        return _Hand(actor, actor.load.remote(self._model, self._exports))

    def _hand_out(self) -> None:
        """Give what is queued to those who have least to do."""
        ready = [hand for hand in self._hands if hand.ready]
        while self._queue and (free := min(ready, key=lambda hand: len(hand.given), default=None)):
            if len(free.given) == _GIVEN:
                break
            batch = self._queue.popleft()
            free.given[free.actor.entries.remote([due.article for due in batch])] = batch

    def _done(self, *, wait: bool) -> Iterator[Made]:
        """What the next worker to finish something has made."""
        owners = {reference: hand for hand in self._hands for reference in hand.references()}
        any_ready = any(hand.ready for hand in self._hands)
        timeout = (None if any_ready else _PATIENCE) if wait else 0
        try:
            finished, _ = self._ray.wait(list(owners), num_returns=1, timeout=timeout)
        except OSError as error:
            raise failure(self._address, error) from error
        if not finished and timeout:
            raise ClusterError(
                f"No worker of the Ray cluster at {self._address} was free for {_PATIENCE:.0f} seconds:"
                " add machines, or try again when it has less to do."
            )
        for reference in finished:
            yield from self._received(reference, owners[reference])

    def _received(self, reference: Any, hand: _Hand) -> Iterator[Made]:
        try:
            result = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:  # what our own code raised there
            raise error.cause if isinstance(error.cause, SaidwhatError) else error from None
        except self._ray.exceptions.RayError as error:  # it died, or what it made was lost with its machine
            log.info("a worker was lost: %s", error)
            yield from self._lost(hand)
            return
        except OSError as error:
            raise failure(self._address, error) from error
        if hand.ready:
            batch = hand.given.pop(reference)
            self._hand_out()
            yield from zip(batch, result, strict=True)
        else:
            self._check(*result)
            hand.ready, self._stillborn = True, 0
            self._hand_out()

    def _check(self, release: str, stamp: Stamp) -> None:
        """Raise ClusterError where a worker would make other entries than this process."""
        own_release, own_stamp = self._expected
        if stamp.model_hash != own_stamp.model_hash:
            raise ClusterError(
                f"The model {self._model!r} is another one on the workers of the Ray cluster at {self._address}:"
                " put the same files on all machines."
            )
        if release != own_release or not stamp.fits(own_stamp):
            raise ClusterError(
                f"The workers of the Ray cluster at {self._address} have another version of saidwhat ({release}) than"
                f" this machine ({own_release}): install the same on all machines."
            )

    def _lost(self, hand: _Hand) -> Iterator[Made]:
        """Give what a worker had to others; what it was at one by one, so that an article that killed it is found."""
        self._hands.remove(hand)
        with suppress(self._ray.exceptions.RayError):
            self._ray.kill(hand.actor)
        if not hand.ready:
            self._stillborn += 1
            if self._stillborn == _LIVES:
                raise ClusterError(
                    f"The workers of the Ray cluster at {self._address} die while they start: install this version of"
                    " saidwhat on all machines, and give each worker 1 GB of memory."
                )
        self._hands.append(self._hired())
        under_way, *behind = hand.given.values() or ([],)
        self._queue.extendleft(reversed(behind))
        for due in under_way:
            self._deaths[due.article.id] += 1
            if self._deaths[due.article.id] == _LIVES:
                yield due, ArticleError(f"{_LIVES} workers died while they read it: give them more memory, or split it")
            else:
                self._queue.appendleft([due])
        self._hand_out()
