"""The runs that a store has seen: one file each, which says who works on it and whether that one still lives.

As in a ledger, no clock is compared with another: a run counts its ``beat`` up, and whoever wants to begin
watches by its own clock whether it still changes.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from summarizer.backfill.ledger.processes import Process, has_ended, this_process
from summarizer.backfill.parts.folder import Folder
from summarizer.backfill.recipe import Recipe
from summarizer.errors import StoreError, StoreLocked
from summarizer.llm.question import Spent

_FOLDER: Final = "runs"
LEASE: Final = 30.0
"""Seconds without a beat after which a run of another machine is taken for dead."""
RENEW_EVERY: Final = 10.0
"""Seconds between beats."""
_LOOK_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run over a store."""

    number: int
    """From 1; later ones are higher."""
    recipe: Recipe
    """What it reads by."""
    process: Process
    """Who drives it."""
    token: str
    """Drawn at random: names of files begin with it, so that two runs never write the same one."""
    beat: int = 0
    """Goes up for as long as it lives."""
    ended: bool = False
    """Whether nobody works on it any more."""
    spent: Spent = field(default_factory=Spent)
    """What it has cost so far."""

    @property
    def name(self) -> str:
        """What names of its files begin with; sorted by name, later runs come later."""
        return f"{self.number:06d}-{self.token}"


def begin_run(folder: Folder, recipe: Recipe, lease: float = LEASE, clock: Callable[[], float] = time.monotonic) -> Run:
    """A new run, the only one that works on the store.

    Raises:
        StoreLocked: another run works on it.
        StoreError: the store cannot be used.
    """
    folder.make(_FOLDER)
    while True:
        number = max((_number(name) for name in folder.names(_FOLDER)), default=0) + 1
        run = Run(number, recipe, this_process(), secrets.token_hex(4))
        if folder.take(_path(run), _told(run)):
            break
    try:
        _outlive(folder, run, lease, clock)
    except BaseException:
        save(folder, replace(run, ended=True))
        raise
    return run


def save(folder: Folder, run: Run) -> None:
    """Tell others of ``run`` as it is now. Raises ``StoreError``."""
    folder.write(_path(run), _told(run))


def renew(folder: Folder, run: Run) -> Run | None:
    """``run`` with one more beat; ``None`` where another took it for dead, and may work in its place."""
    seen = _read(folder, _path(run).rpartition("/")[2])
    if seen is None or seen.ended:
        return None
    run = replace(run, beat=run.beat + 1)
    save(folder, run)
    return run


def all_runs(folder: Folder) -> list[Run]:
    """Every run there was, oldest first. Raises ``StoreError``."""
    return [run for name in folder.names(_FOLDER) if (run := _read(folder, name)) is not None]


def _outlive(folder: Folder, mine: Run, lease: float, clock: Callable[[], float]) -> None:
    """Wait until each earlier run is known to be dead. Raises ``StoreLocked`` where one is seen to live."""
    seen = {run.number: run for run in all_runs(folder) if run.number < mine.number and not run.ended}
    since = clock()
    while seen:
        for run in tuple(seen.values()):
            now = _read(folder, _path(run).rpartition("/")[2])
            if now is None or now.ended:
                del seen[run.number]
            elif has_ended(now.process) or clock() - since >= lease:
                save(folder, replace(now, ended=True))
                del seen[run.number]
            elif now.beat != run.beat or _is_near(now.process):
                what = f"run {now.number} works on it (process {now.process.pid} of {now.process.host})"
                raise StoreLocked(folder.name, what, "wait until it has ended, or name another folder")
        if seen:
            time.sleep(min(_LOOK_EVERY, lease / 4))


def _is_near(process: Process) -> bool:
    """Whether this machine would know if it had ended."""
    me = this_process()
    return (process.host, process.boot) == (me.host, me.boot)


def _path(run: Run) -> str:
    return f"{_FOLDER}/{run.number:06d}.json"


def _number(name: str) -> int:
    digits = name.partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def _told(run: Run) -> bytes:
    values = {
        **{name: getattr(run, name) for name in ("number", "token", "beat", "ended")},
        "recipe": {"label": run.recipe.label, "parts": dict(run.recipe.parts)},
        "process": asdict(run.process),
        "spent": asdict(run.spent),
    }
    return json.dumps(values, sort_keys=True).encode("ascii")


def _read(folder: Folder, name: str) -> Run | None:
    """The run that a file tells of; ``None`` where it tells nothing, as after a crash of its machine."""
    data = folder.read(f"{_FOLDER}/{name}")
    if not data:
        return None
    try:
        told: Mapping[str, Any] = json.loads(data)
        recipe = Recipe(told["recipe"]["label"], told["recipe"]["parts"])
        process, spent = Process(**told["process"]), Spent(**told["spent"])
        return Run(told["number"], recipe, process, told["token"], told["beat"], told["ended"], spent)
    except (ValueError, KeyError, TypeError):
        what = f"{_FOLDER}/{name} is none of ours, or of a newer release"
        raise StoreError(folder.name, what, "name the folder that --store named, or update imr-summarizer") from None
