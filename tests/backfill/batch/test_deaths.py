"""Runs that end by SIGKILL between any two steps, and the run that goes on: each request is paid once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backfill.batch.conftest import Setting
from tests.backfill.batch.desk import DEATHS
from tests.backfill.batch.server import BatchServer, Trouble
from tests.house.project import ROOT

KILLS = Trouble(done=True, kills=True)
ASKED = ("POST /files", "POST /batches", "GET /batches/ID", "GET /files/ID/content")


@pytest.fixture(scope="module")
def mother() -> Iterator[subprocess.Popen[str]]:
    """A process that has loaded all and makes one of itself for every run: starting anew would take seconds."""
    command = [sys.executable, "-m", "tests.backfill.batch.desk"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def die(mother: subprocess.Popen[str], folder: Path, provider: BatchServer, after: str = "") -> int:
    """A run in a process of its own; the signal that ended it."""
    assert mother.stdin is not None
    assert mother.stdout is not None
    print(json.dumps([str(folder), provider.url, after]), file=mother.stdin, flush=True)
    provider.pid = int(mother.stdout.readline())
    print(file=mother.stdin, flush=True)
    return int(mother.stdout.readline())


@pytest.mark.parametrize("after", DEATHS)
def test_a_death_after_any_step_costs_nothing(
    mother: subprocess.Popen[str], setting: Setting, tmp_path: Path, after: str
) -> None:
    desk, provider = setting(3)
    desk.close()
    desk.stores.clear()
    assert die(mother, tmp_path, provider, after) == signal.SIGKILL
    assert desk.run() is None
    assert len(desk.read()) == 3
    assert Counter(provider.paid_bodies.values()) == {1: 3}
    assert sum(desk.states().values()) == 3


@pytest.mark.parametrize("call", ASKED)
def test_a_death_while_an_answer_is_on_its_way_costs_nothing(
    mother: subprocess.Popen[str], setting: Setting, tmp_path: Path, call: str
) -> None:
    desk, provider = setting(3, server={"troubles": {call: [KILLS]}})
    desk.close()
    desk.stores.clear()
    assert die(mother, tmp_path, provider) == signal.SIGKILL
    assert desk.run() is None
    assert len(desk.read()) == 3
    assert Counter(provider.paid_bodies.values()) == {1: 3}
