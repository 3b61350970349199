"""What the workers of a cluster are given and what comes of it, on a Ray whose workers die as a test says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import count, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from embeddings.articles import make_article
from embeddings.encoder import SentenceTransformerEncoder
from embeddings.entries import digest_of
from embeddings.errors import ArticleError, ClusterError, EncoderError
from embeddings.indexing import Made
from embeddings.models import DEFAULT_MODEL
from embeddings.ray_workers import Crew, ray_workers
from embeddings.sentences import split_sentences
from embeddings.types import Article, Due, Encoded, Entry, Outcome, Stamp
from tests.conftest import BRIDGE

OWN = version("saidwhat")


class RayError(Exception):
    """What a worker's death is told by."""


class RayTaskError(RayError):
    """What a worker raised."""

    def __init__(self, cause: Exception) -> None:
        self.cause = cause


@dataclass(eq=False)
class Reference:
    """A result that is worked out when it is fetched."""

    actor: Actor
    result: Callable[[], Any]


@dataclass(eq=False)
class Actor:
    """A worker, which dies of the articles in `deadly`."""

    ray: FakeRay
    dead: bool = False

    def __post_init__(self) -> None:
        self.load = SimpleNamespace(remote=lambda model, exports: Reference(self, self.ray.load))
        self.entries = SimpleNamespace(remote=lambda articles: Reference(self, lambda: self.made(articles)))

    def made(self, articles: Sequence[Article]) -> list[Entry]:
        if any(article.id in self.ray.deadly for article in articles):
            self.dead = True
            raise RayError
        self.ray.made.append([article.id for article in articles])
        return [entry_of(article) for article in articles]


@dataclass
class FakeRay:
    """As much of Ray as is used, on which results are ready in the order in which they were asked for."""

    load: Callable[[], Any]
    processors: int = 2
    deadly: Sequence[str] = ()
    free: bool = True
    hired: int = 0
    made: list[list[str]] = field(default_factory=list)
    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self.processors} if self.processors else {}

    def put(self, value: object) -> object:
        return value

    def remote(self, **options: int) -> Callable[[type], Any]:
        assert options == {"num_cpus": 1, "max_restarts": 0, "max_task_retries": 0}
        return lambda worker: SimpleNamespace(remote=self.hire)

    def hire(self) -> Actor:
        self.hired += 1
        return Actor(self)

    def wait(
        self, references: list[Reference], num_returns: int, timeout: float | None
    ) -> tuple[list[Reference], list[Reference]]:
        ready = references[:num_returns] if self.free and timeout != 0 else []
        return ready, references[len(ready) :]

    def get(self, reference: Reference) -> Any:
        if reference.actor.dead:
            raise RayError
        return reference.result()

    def kill(self, actor: Actor) -> None:
        actor.dead = True


def entry_of(article: Article) -> Entry:
    sentences = split_sentences(article)
    return Entry(article, digest_of(article), sentences, Encoded(np.ones((len(sentences), 1), dtype=np.float32)))


def due(name: str) -> Due:
    return Due(name, make_article(name, BRIDGE, {}), "added")


def made_of(results: Iterable[Made | Outcome]) -> dict[str, Entry | ArticleError]:
    return {one[0].name: one[1] for one in results if not isinstance(one, Outcome)}


def crew(ray: FakeRay, kept_model: Path) -> Crew:
    return Crew(ray, "the-head:6379", DEFAULT_MODEL, kept_model)


@pytest.fixture
def stamp(kept_model: Path) -> Stamp:
    return SentenceTransformerEncoder(DEFAULT_MODEL, kept_model).stamp()


@pytest.fixture
def ray(stamp: Stamp) -> FakeRay:
    """Two workers that have what this process has."""
    return FakeRay(lambda: (OWN, stamp))


def test_everything_due_is_made_and_outcomes_pass(ray: FakeRay, kept_model: Path) -> None:
    """Nine articles are three batches, and what is no work passes at once."""
    told = Outcome("a file", "unchanged", "a")
    results = list(crew(ray, kept_model).work([*map(due, "bcdefg"), told, *map(due, "hij")]))
    assert ray.made == [["b", "c", "d", "e"], ["f", "g", "h", "i"], ["j"]]
    assert results[0] == told
    assert list(made_of(results)) == list("bcdefghij")


def test_where_nothing_is_due_nobody_is_hired(ray: FakeRay, kept_model: Path) -> None:
    """A second run over what is held costs no start of a worker."""
    told = Outcome("a file", "unchanged", "a")
    assert list(crew(ray, kept_model).work([told, told])) == [told, told]
    assert ray.hired == 0


def test_no_more_is_taken_than_there_is_room_for(ray: FakeRay, kept_model: Path) -> None:
    """Of endless articles a worker holds two batches of four, and a third waits."""
    ray.processors = 1
    taken: list[str] = []

    def endless() -> Iterator[Due]:
        for number in count():
            taken.append(str(number))
            yield due(str(number))

    results = crew(ray, kept_model).work(endless())
    assert len(list(islice(results, 1))) == 1
    assert len(taken) == 12


def test_a_deadly_article_is_left_out(ray: FakeRay, kept_model: Path) -> None:
    """What kills three workers is left out with a sentence, and all that they had besides is made by others."""
    ray.deadly = ["c"]
    made = made_of(crew(ray, kept_model).work(map(due, "abcdefghijklmnopqrst")))
    assert sorted(made) == list("abcdefghijklmnopqrst")
    fault = made.pop("c")
    assert isinstance(fault, ArticleError)
    assert str(fault) == "3 workers died while they read it: give them more memory, or split it"
    assert all(isinstance(result, Entry) and result.article.id == name for name, result in made.items())
    assert ray.hired == 2 + 3


def test_workers_that_die_while_they_start(ray: FakeRay, kept_model: Path) -> None:
    """Three in a row end it."""

    def die() -> None:
        raise RayError

    ray.load = die
    with pytest.raises(ClusterError) as raised:
        list(crew(ray, kept_model).work([due("a")]))
    assert str(raised.value) == (
        "The workers of the Ray cluster at the-head:6379 die while they start: install this version of saidwhat on all"
        " machines, and give each worker 1 GB of memory."
    )


def test_another_version_or_model(ray: FakeRay, kept_model: Path, stamp: Stamp) -> None:
    """Workers that would make other entries are refused before they make any."""
    ray.load = lambda: ("0.0.9", stamp)
    with pytest.raises(ClusterError) as raised:
        list(crew(ray, kept_model).work([due("a")]))
    assert str(raised.value) == (
        "The workers of the Ray cluster at the-head:6379 have another version of saidwhat (0.0.9) than this machine"
        f" ({OWN}): install the same on all machines."
    )
    ray.load = lambda: (OWN, replace(stamp, model_hash="facade"))
    with pytest.raises(ClusterError) as raised:
        list(crew(ray, kept_model).work([due("a")]))
    assert str(raised.value) == (
        "The model 'all-MiniLM-L6-v2' is another one on the workers of the Ray cluster at the-head:6379: put the same"
        " files on all machines."
    )
    assert ray.made == []


def test_a_model_that_workers_lack(ray: FakeRay, kept_model: Path) -> None:
    """What a worker raises of its own is raised here, as it is on one machine."""

    def lack() -> None:
        raise RayTaskError(EncoderError("The model 'x' is not there."))

    ray.load = lack
    with pytest.raises(EncoderError, match=r"^The model 'x' is not there\.$"):
        list(crew(ray, kept_model).work([due("a")]))


def test_no_processors_and_none_free(ray: FakeRay, kept_model: Path) -> None:
    """A cluster without processors is told at once, one that is busy with others after two minutes."""
    ray.processors = 0
    with pytest.raises(ClusterError) as raised:
        list(crew(ray, kept_model).work([due("a")]))
    assert str(raised.value) == (
        "The Ray cluster at the-head:6379 has no processors: add a machine with `ray start --address=the-head:6379`."
    )
    ray.processors, ray.free = 1, False
    with pytest.raises(ClusterError) as raised:
        list(crew(ray, kept_model).work([due("a")]))
    assert str(raised.value) == (
        "No worker of the Ray cluster at the-head:6379 was free for 120 seconds: add machines, or try again when it has"
        " less to do."
    )


def test_the_cluster_goes_away(ray: FakeRay, kept_model: Path) -> None:
    """What Ray raises where the head is gone is one sentence that says how to go on."""

    def gone() -> None:
        raise BrokenPipeError("Broken pipe")

    ray.load = gone
    with pytest.raises(ClusterError) as raised:
        list(crew(ray, kept_model).work([due("a")]))
    assert str(raised.value) == (
        "The Ray cluster at the-head:6379 failed (Broken pipe): see `ray status`, then run the same command again,"
        " which goes on from here."
    )


def test_ray_is_not_installed(kept_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one sentence with the command that installs it."""
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError) as raised, ray_workers("auto", DEFAULT_MODEL, kept_model):
        pass
    assert str(raised.value) == "Indexing on Ray needs the extra of that name: `pip install 'saidwhat[ray]'`."


def test_no_cluster_at_the_address(kept_model: Path) -> None:
    """Where nothing listens, that is told at once: Ray would try for minutes."""
    pytest.importorskip("ray", reason="indexing on Ray needs the extra: pip install 'saidwhat[ray]'")
    with pytest.raises(ClusterError) as raised, ray_workers("127.0.0.1:1", DEFAULT_MODEL, kept_model):
        pass
    assert str(raised.value) == (
        "The Ray cluster at 127.0.0.1:1 cannot be used ([Errno 111] Connection refused): start one with `ray start"
        " --head`, with the same versions of Ray and Python as here, and give the address that it tells."
    )
