"""A process that leads runs over one local Ray, as the tests start it: a list of them as JSON on its command line.

It prints what came of each as one line of JSON. With ``kill`` it kills a worker, or itself, as soon as something is
written. With ``delay`` it asks a model that answers after as many seconds, on loopback in this process.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

import psutil

from summarizer.backfill.beyond import driver
from summarizer.backfill.beyond.cluster import cluster
from summarizer.backfill.beyond.driver import run_on_ray
from summarizer.backfill.recipe import recipe_of
from summarizer.backfill.run.job import Brake, Job, Standing
from summarizer.engine import Engine
from summarizer.llm.settings import ModelSettings, Prices
from summarizer.loading.source import Limits
from tests.llm.server import Step, serving
from tests.llm.sound import sound

KEY = "sk-a-key-that-nobody-may-see"
USAGE = {"prompt_tokens": 100, "completion_tokens": 1_000, "total_tokens": 1_100}
"""A thousandth of a dollar at the price of these tests."""


def main() -> None:
    with cluster(None, 2) as ray:  # it takes seconds to start, and is the same for every run
        driver.cluster = lambda *_: nullcontext(ray)  # type: ignore[assignment]
        for told in json.loads(sys.argv[1]):
            result = lead(told)
            print(json.dumps(result), file=sys.__stdout__)


def lead(told: dict[str, Any]) -> dict[str, Any]:
    """One run."""
    with ExitStack() as opened:
        settings, server = None, None
        if "delay" in told:
            server = opened.enter_context(serving(Step(answer=sound, usage=USAGE, delay=told["delay"])))
            settings = ModelSettings(
                model="m", base_url=server.url, api_key=KEY, prices=Prices(0.0, 1.0), **told["settings"]
            )
        engine = Engine.RULES if settings is None else Engine.HYBRID
        job = Job(engine, Limits(), workers=2, settings=settings)
        watched = _Watched(told.get("kill"))
        brake = Brake()
        recipe = recipe_of(engine, Limits(), settings)
        standing = run_on_ray([told["letters"]], told["store"], recipe, job, None, brake, watched.tell)
    return {
        "states": {state.value: number for state, number in standing.states.items()},
        "taken": standing.taken,
        "spent": standing.spent.requests,
        "why": brake.why,
        "killed": watched.killed,
        "leaked": watched.leaked,
        "asked": server and server.count,
        "under_way": server and server.most_under_way,
    }


class _Watched:
    """Sees how far the run is, and kills when there is something to lose."""

    def __init__(self, kill: str | None) -> None:
        self.killed: int | None = None
        self.leaked: list[str] = []
        self._kill = kill

    def tell(self, standing: Standing) -> None:
        if not standing.taken:
            return
        self.leaked += [str(path) for path in _files() if KEY.encode() in path.read_bytes()]
        if self._kill == "driver":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._kill == "worker" and self.killed is None:
            self.killed = _worker()
            os.kill(self.killed, signal.SIGKILL)


def _worker() -> int:
    found = [one for one in psutil.Process().children(recursive=True) if "MapWorker" in " ".join(_command(one))]
    return max(found, key=psutil.Process.create_time).pid  # those of the last run may not all be gone


def _command(process: psutil.Process) -> list[str]:
    try:
        command: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return command


def _files() -> list[Any]:
    """What Ray writes to its temporary folder."""
    return [path for path in Path(tempfile.gettempdir()).glob("imr-*/ray/session_*/logs/**/*") if path.is_file()]


if __name__ == "__main__":
    main()
