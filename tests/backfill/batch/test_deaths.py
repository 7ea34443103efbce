"""A run that ends by SIGKILL at one step after the other, each going on from the last: each request is paid once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.backfill.batch.conftest import Setting
from tests.backfill.batch.server import BatchServer, Trouble
from tests.house.project import ROOT

KILLS = Trouble(done=True, kills=True)
DEATHS = (
    "begin_batch",
    "hold",
    "seal",
    "POST /files",
    "uploaded",
    "POST /batches",
    "submitted",
    "GET /batches/ID",
    "GET /files/ID/content",
    "take_lines",
    "collected",
    "DELETE /files/ID",
    "reclaim",
    "use_up",
)
"""In the order of a run: after a step of ours, or while the answer to a call that was carried out is on its way."""


@contextmanager
def mother() -> Iterator[subprocess.Popen[str]]:
    """A process that has loaded all and makes one of itself for every run: starting anew would take seconds."""
    command = [sys.executable, "-m", "tests.backfill.batch.desk"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def die(mother: subprocess.Popen[str], folder: Path, provider: BatchServer, after: str) -> int:
    """A run in a process of its own; the signal that ended it."""
    assert mother.stdin is not None
    assert mother.stdout is not None
    print(json.dumps([str(folder), provider.url, after]), file=mother.stdin, flush=True)
    provider.pid = int(mother.stdout.readline())
    print(file=mother.stdin, flush=True)
    return int(mother.stdout.readline())


def test_deaths_at_every_step_cost_nothing(setting: Setting, tmp_path: Path) -> None:
    desk, provider = setting(3)
    desk.close()
    desk.stores.clear()
    with mother() as process:
        for after in DEATHS:
            if "/" in after:
                provider.troubles[after] = [KILLS]
            ended = die(process, tmp_path, provider, "" if "/" in after else after)
            assert ended == signal.SIGKILL, f"{after} was not reached"
    assert desk.run() is None
    assert len(desk.read()) == 3
    assert Counter(provider.paid_bodies.values()) == {1: 3}
    assert sum(desk.states().values()) == 3
