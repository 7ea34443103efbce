"""A worker of the cluster: reads one batch of letters after the other and writes what came of them as parts."""

from __future__ import annotations

import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from summarizer.backfill.beyond.apart import Apart
from summarizer.backfill.beyond.gate import BEAT, Written
from summarizer.backfill.beyond.reading import Letters, rows_by_model, rows_by_rules
from summarizer.backfill.kept import State
from summarizer.backfill.parts.folder import Folder
from summarizer.backfill.parts.part import Row, part_bytes
from summarizer.backfill.parts.plan import Batch, Planned, read_batch
from summarizer.backfill.parts.store import addresses_in, parts_of
from summarizer.backfill.run.job import Brake
from summarizer.backfill.run.reading import open_letter_of, read_whole
from summarizer.engine import Engine
from summarizer.errors import RunEnding, StoreError
from summarizer.llm.question import Spent

if TYPE_CHECKING:
    from summarizer.backfill.recipe import Recipe
    from summarizer.backfill.run.job import Job
    from summarizer.llm.run import ModelRun

_ROWS_AT_ONCE: Final = 32
"""Letters judged by a model that are written together."""
_UNWRITTEN: Final = 5.0
"""Seconds that a letter judged by a model may wait for others to be written with it; by rules all of a batch do."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What every worker of a run is told."""

    store: str
    """Address of the store."""
    run: str
    """What names of the run's files begin with."""
    recipe: Recipe
    """By which letters are read."""
    job: Job
    """How; without the model's settings, which hold a key and are asked of the gate."""


class Reader:
    """Made once a worker; called with one batch at a time."""

    def __init__(self, gate: Any, errand: Errand) -> None:
        """``gate``: handle of the run's ``Gate``. Raises ``SummarizerError``."""
        import ray

        # Processes are spawned here, where there are threads, and import the main module: Ray's own, for seconds.
        vars(sys.modules["__main__"]).pop("__file__", None)
        self._errand = errand
        self._folder = Folder(errand.store)
        self._brake = Brake()
        self._line = GateLine(gate, ray.get_runtime_context().get_actor_id() or secrets.token_hex(8))
        settings = self._line.now("settings")
        self._run: ModelRun | None = None
        if errand.job.engine is Engine.RULES:
            self._rows: Callable[[Letters], Generator[Row]] = self._by_rules()
        else:
            from summarizer.backfill.beyond.far import go_by
            from summarizer.llm.run import ModelRun

            self._run = ModelRun(settings)
            go_by(self._line, self._run.connection)
            self._rows = self._by_model(self._run)
        self._beat()
        self._over = Event()
        Thread(target=self._live, daemon=True).start()

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[int]]:
        """Read the batches that ``batch`` names, by columns; how many letters were written."""
        named = zip(batch["file"], batch["group"], batch["inputs"], strict=True)
        return {"written": [self._read(Batch(str(file), int(group), int(inputs))) for file, group, inputs in named]}

    def _by_rules(self) -> Callable[[Letters], Generator[Row]]:
        job = self._errand.job
        apart = Apart(partial(read_whole, job.limits), job.longest)
        return lambda letters: rows_by_rules(letters, apart)

    def _by_model(self, run: ModelRun) -> Callable[[Letters], Generator[Row]]:
        job = self._errand.job
        apart = Apart(partial(open_letter_of, job.engine, job.limits), job.longest)
        admitted = partial(self._line.now, "admit")
        return lambda letters: rows_by_model(letters, apart, run, admitted, self._brake)

    def _read(self, batch: Batch) -> int:
        """Read one batch, unless the run ends."""
        if self._brake.pulled:
            return 0
        try:
            name = f"{self._errand.run}-{batch.file.rpartition('-')[2].partition('.')[0]}-{batch.group:03d}"
            letters = Letters(self._left(batch, name), self._brake)
            with closing(self._rows(letters)) as rows:
                written = sum(self._write(name, some) for some in self._together(rows))
        except StoreError as error:  # all workers have the same store
            self._brake.pull(str(error))
            self._line.tell_all("end", str(error), error)
            return 0
        self._beat()
        return written

    def _left(self, batch: Batch, name: str) -> list[Planned]:
        """The letters of ``batch`` without those that a worker had written before it died."""
        planned = read_batch(self._folder, batch)
        parts = parts_of(self._errand.recipe)
        done: set[str] = set()
        for file in self._folder.names(parts, name):
            done.update(addresses_in(self._folder, f"{parts}/{file}"))
        return [one for one in planned if one.input.address not in done]

    def _together(self, rows: Iterable[Row]) -> Generator[list[Row]]:
        """Rows that are written as one part."""
        waiting: list[Row] = []
        since = time.monotonic()
        for row in rows:
            waiting.append(row)
            due = len(waiting) >= _ROWS_AT_ONCE or time.monotonic() - since >= _UNWRITTEN
            if due and self._run is not None:
                yield waiting
                waiting, since = [], time.monotonic()
        if waiting:
            yield waiting

    def _write(self, name: str, rows: list[Row]) -> int:
        """Write one part, whole or not at all, and say so."""
        path = f"{parts_of(self._errand.recipe)}/{name}-{time.time_ns():020d}-{secrets.token_hex(3)}.parquet"
        self._folder.write(path, part_bytes(rows, self._errand.recipe))
        states = Counter(row.state for row in rows)
        judged = tuple(row.sha256 for row in rows if row.sha256 and row.state is not State.DUPLICATE)
        self._line.tell("written", Written(dict(states), () if self._run is None else judged))
        return len(rows)

    def _live(self) -> None:
        """Say every second that this worker lives, and hear whether the run is ending."""
        from ray.exceptions import RayError

        while not self._over.wait(BEAT):
            try:
                self._beat()
            except RayError:
                self._brake.pull("the process that leads the run is gone")
                return

    def _beat(self) -> None:
        why = self._line.now("alive", Spent() if self._run is None else self._run.spent, self._brake.why)
        if why:
            self._brake.pull(why)
        if self._run is not None:
            self._run.connection.ending = self._brake.pulled


class GateLine:
    """The way from this worker to the gate."""

    def __init__(self, gate: Any, worker: str) -> None:
        """Sign in; ``worker`` stays the same when Ray replaces this process, the life does not."""
        self._gate = gate
        self.life = secrets.token_hex(8)
        """Of this process."""
        self.now("sign_in", worker)

    async def ask(self, method: str, *values: object) -> object:
        """What the gate answers. Raises ``RunEnding`` where it is gone."""
        from ray.exceptions import RayError

        try:
            return await getattr(self._gate, method).remote(self.life, *values)
        except RayError:
            raise RunEnding("the model", "the process that leads the run is gone", "start the run again") from None

    def now(self, method: str, *values: object) -> Any:
        """What the gate answers, for callers that wait. Raises ``ray.exceptions.RayError`` where it is gone."""
        import ray

        return ray.get(getattr(self._gate, method).remote(self.life, *values))

    def tell(self, method: str, *values: object) -> None:
        """Say something that needs no answer."""
        getattr(self._gate, method).remote(self.life, *values)

    def tell_all(self, method: str, *values: object) -> None:
        """Say something in nobody's name."""
        getattr(self._gate, method).remote(*values)
