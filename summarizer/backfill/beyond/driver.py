"""The process that leads a run beyond one machine: lists what is to be read, has it read, and tells how far it is."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import chain, islice
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from summarizer.backfill.beyond.cluster import cluster, expect_same_readings
from summarizer.backfill.beyond.gate import Gate, News
from summarizer.backfill.beyond.worker import Errand, Reader
from summarizer.backfill.inputs.addresses import protocol_of
from summarizer.backfill.inputs.listing import list_inputs
from summarizer.backfill.kept import State
from summarizer.backfill.parts.folder import Folder
from summarizer.backfill.parts.index import Index
from summarizer.backfill.parts.plan import Batch, Planned, write_plans
from summarizer.backfill.parts.runs import RENEW_EVERY, Run, begin_run, renew, save
from summarizer.backfill.parts.store import parts_of, plans_of
from summarizer.backfill.run.job import Standing
from summarizer.engine import Engine
from summarizer.errors import ClusterFailed, InputError, ModelError, StoreError, SummarizerError
from summarizer.llm.question import Spent

if TYPE_CHECKING:
    from summarizer.backfill.input import Input
    from summarizer.backfill.recipe import Recipe
    from summarizer.backfill.run.job import Brake, Job

_LISTED_AT_ONCE: Final = 1_000
_MOST_BY_RULES: Final = 512
"""Letters of a batch: some seconds of work."""
_MOST_BY_MODEL: Final = 256
_BATCHES_A_WORKER: Final = 4
"""So that no worker has nothing to do while another has much; fewer letters make smaller batches."""
_LOOK_EVERY: Final = 0.5
_KNOWN_AT_ONCE: Final = 50_000
_CALLS_AT_ONCE: Final = 100_000
"""Requests of all workers that may wait at the gate."""


def run_on_ray(
    named: Sequence[str],
    store: str,
    recipe: Recipe,
    job: Job,
    ray_address: str | None,
    brake: Brake,
    tell: Callable[[Standing], object],
    *,
    retry: bool = False,
) -> Standing:
    """Read the letters that ``named`` names into the folder of parts at ``store``; how far it came in the end.

    Reads what no part of ``recipe`` has, and failed letters on ``retry``. On this machine with ``job.workers``
    workers, on the cluster at ``ray_address`` with one for each of its processors. ``tell`` hears how far it is. Where
    the brake is pulled, or the model cannot be asked, what is under way is finished and the rest waits for another run;
    then the brake says why.

    Raises:
        InputError: nothing is found under a name.
        StoreError: the folder cannot be used, another run works on it, or it is of another release.
        ClusterFailed: Ray cannot be started or reached, or its nodes read otherwise than this machine.
        ModelMisconfigured: the model cannot be asked.
        MissingExtra: an extra is not installed.
    """
    folder = Folder(store)
    if protocol_of(folder.address) == "memory":
        raise StoreError(folder.name, "memory is of one process alone", "name a folder that all workers reach")
    for path in (plans_of(recipe), parts_of(recipe)):
        folder.make(path)
    lead = _Lead(folder, begin_run(folder, recipe), recipe, job, brake, tell)
    try:
        lead.read(named, ray_address, retry=retry)
    finally:
        lead.close()
    return lead.standing


class _Lead:
    """One run, from its lists to its end."""

    def __init__(
        self, folder: Folder, run: Run, recipe: Recipe, job: Job, brake: Brake, tell: Callable[[Standing], object]
    ) -> None:
        self._folder = folder
        self._run = run
        self._recipe = recipe
        self._job = job
        self._brake = brake
        self._tell = tell
        self._began = self._renewed = time.monotonic()
        self._before: dict[State, int] = dict.fromkeys(State, 0)
        self._planned = 0
        self._news = News({}, Spent(), None, None, 0)
        self._ended: dict[State, int] | None = None

    @property
    def standing(self) -> Standing:
        """How far the run is."""
        taken = sum(self._news.states.values())
        states = self._ended or {state: self._before[state] + self._news.states.get(state, 0) for state in State}
        if self._ended is None:
            states[State.PENDING] = self._before[State.PENDING] + max(0, self._planned - taken)
        seconds = time.monotonic() - self._began
        failed = self._news.states.get(State.FAILED, 0)
        return Standing(states, taken, failed, max(0, self._planned - taken), self._news.spent, seconds)

    def read(self, named: Sequence[str], ray_address: str | None, *, retry: bool) -> None:
        """List, read, and count what is there in the end."""
        with closing(self._index()) as index:
            self._before = dict(index.counts().by_state)
            batches = list(self._plan(index, named, retry=retry))
            self._tell(self.standing)
            known: Iterator[str] = iter(())
            if self._job.engine is not Engine.RULES:  # to read a copy again costs time alone
                known = index.judged(retry=retry)
            if batches and not self._brake.pulled:
                with cluster(ray_address, self._job.workers) as ray, _explained(ray):
                    if ray_address is not None:
                        expect_same_readings(ray, self._recipe, self._job)
                    self._read(ray, batches, known, far=ray_address is not None)
        with closing(self._index()) as index:
            self._ended = dict(index.counts().by_state)
        self._tell(self.standing)

    def close(self) -> None:
        """Let others work on the store."""
        save(self._folder, replace(self._run, ended=True, spent=self._news.spent))

    def _index(self) -> Index:
        return Index(self._folder, plans_of(self._recipe), parts_of(self._recipe))

    def _plan(self, index: Index, named: Sequence[str], *, retry: bool) -> Iterator[Batch]:
        """Write the lists of what is to be read."""
        todo = islice(self._unread(index, named, retry=retry), self._job.most)
        most = _MOST_BY_RULES if self._job.engine is Engine.RULES else _MOST_BY_MODEL
        share = self._job.workers * _BATCHES_A_WORKER
        ahead = list(islice(todo, most * share))
        size = min(most, max(1, -(-len(ahead) // share)))
        for batch in write_plans(self._folder, f"{plans_of(self._recipe)}/{self._run.name}", chain(ahead, todo), size):
            self._planned += batch.inputs
            yield batch

    def _unread(self, index: Index, named: Sequence[str], *, retry: bool) -> Iterator[Planned]:
        inputs: Iterator[Input] = list_inputs(named)
        if self._job.sample is not None:
            inputs = iter(heapq.nsmallest(self._job.sample, inputs, key=lambda one: one.lot))
        while not self._brake.pulled and (some := list(islice(inputs, _LISTED_AT_ONCE))):
            yield from index.unread(some, retry=retry)
            self._renew()

    def _read(self, ray: Any, batches: list[Batch], known: Iterator[str], *, far: bool) -> None:
        """Let workers read ``batches`` until all are or the run is ending."""
        gate = ray.remote(Gate).options(num_cpus=0, max_concurrency=_CALLS_AT_ONCE).remote()
        ray.get(gate.prepare.remote(self._job.settings))
        while some := list(islice(known, _KNOWN_AT_ONCE)):
            ray.get(gate.know.remote(some))
        errand = Errand(self._folder.address, self._run.name, self._recipe, replace(self._job, settings=None))
        pool = _pool(ray, self._job.workers, len(batches), far=far)
        reading = _Reading(
            _dataset(ray, batches).map_batches(
                Reader,
                batch_size=1,
                batch_format="numpy",
                compute=pool,
                num_cpus=1,
                fn_constructor_args=(gate, errand),
            )
        )
        reading.start()
        told = False
        while reading.is_alive():
            reading.join(_LOOK_EVERY)
            if self._brake.pulled and not told:
                ray.get(gate.end.remote(str(self._brake.why)))
                told = True
            self._hear(ray.get(gate.news.remote()))
        self._hear(ray.get(gate.news.remote()))
        if self._news.error is not None:
            raise self._news.error
        reading.check()

    def _hear(self, news: News) -> None:
        self._news = news
        if news.why is not None:
            self._brake.pull(news.why)
        self._renew()
        self._tell(self.standing)

    def _renew(self) -> None:
        """Say that the run lives; where others took it for dead, it ends."""
        if time.monotonic() - self._renewed < RENEW_EVERY:
            return
        self._renewed = time.monotonic()
        run = renew(self._folder, replace(self._run, spent=self._news.spent))
        if run is None:
            self._brake.pull("another run took this one for dead and works on the store")
        self._run = run or self._run


class _Reading(Thread):
    """Draws the results of a dataset, which is what makes Ray work."""

    def __init__(self, results: Any) -> None:
        super().__init__(daemon=True)
        self._results = results
        self._error: BaseException | None = None

    def run(self) -> None:
        """Draw all."""
        try:
            for _ in self._results.iter_batches(batch_size=None):
                pass
        except BaseException as error:  # noqa: BLE001  # passed on to the thread that waits
            self._error = error

    def check(self) -> None:
        """Raise what went wrong: an error of ours as it is, of others only the name, for it may say anything."""
        if self._error is not None:
            ours = _ours_in(self._error)
            if ours is not None:
                raise ours
            raise _broken(self._error)


@contextmanager
def _explained(ray: Any) -> Iterator[None]:
    """Errors of Ray as ours, such as the death of the process that the gate is in."""
    try:
        yield
    except ray.exceptions.RayError as error:
        raise _ours_in(error) or _broken(error) from None


def _broken(error: BaseException) -> ClusterFailed:
    """What Ray says of itself stays unsaid, for it may hold anything."""
    return ClusterFailed(f"Ray broke down ({type(error).__name__}); what was written stays, run again to go on")


def _ours_in(error: BaseException) -> SummarizerError | None:
    """The error of this project that ``error`` was raised from, in a worker or here."""
    seen: list[object] = [error]
    for one in seen:
        if isinstance(one, InputError | ModelError | StoreError) and type(one).__module__ == StoreError.__module__:
            return one
        causes = (getattr(one, "cause", None), getattr(one, "__cause__", None))
        seen.extend(cause for cause in causes if isinstance(cause, BaseException) and cause not in seen)
    return None


def _dataset(ray: Any, batches: Iterable[Batch]) -> Any:
    """One row and one block a batch: where its list is."""
    rows = [{"file": batch.file, "group": batch.group, "inputs": batch.inputs} for batch in batches]
    return ray.data.from_items(rows, override_num_blocks=len(rows))


def _pool(ray: Any, workers: int, batches: int, *, far: bool) -> Any:
    """As many workers as there is work for: here as many as were asked for, on a cluster one a processor."""
    if far:
        most = max(1, min(batches, int(ray.cluster_resources().get("CPU", 1))))
        return ray.data.ActorPoolStrategy(min_size=1, max_size=most)
    return ray.data.ActorPoolStrategy(size=max(1, min(workers, batches)))
