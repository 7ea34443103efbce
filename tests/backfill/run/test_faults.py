"""What goes wrong in a bulk job: every letter still ends somewhere, the counts add up, and nothing is paid twice."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import event

from summarizer.backfill.inputs.listing import list_inputs
from summarizer.backfill.kept import State
from summarizer.backfill.ledger.opening import open_ledger
from summarizer.backfill.ledger.recipes import recipe_id
from summarizer.backfill.recipe import recipe_of
from summarizer.backfill.run.enlisting import enlist_all
from summarizer.backfill.run.job import Brake, Job
from summarizer.backfill.run.local import run
from summarizer.engine import Engine
from summarizer.errors import StoreError, StoreFull, StoreLocked
from summarizer.loading.source import Limits
from tests.backfill.made import counted, environment, folder_of, ran, series, started, stored, treatments
from tests.llm.server import Seen, Server, Step, serving
from tests.llm.sound import sound

JOB = Job(Engine.RULES, Limits(), workers=1)
_SERIES = re.compile(r"series (\d+)")


def asking(url: str, *more: str) -> tuple[str, ...]:
    return ("--model", "some-model", "--base-url", url, "--concurrency", "4", *more)


def killed(run: subprocess.Popen[str]) -> None:
    """Kill a run and all its processes, if it did not end before."""
    with suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    run.communicate()


def asked_about(server: Server) -> Counter[str]:
    """How often each letter was asked about."""

    def letter(seen: Seen) -> str:
        found = _SERIES.search(seen.raw.decode())
        assert found
        return found[1]

    return Counter(letter(seen) for seen in server.seen if seen.method == "POST")


def test_killed_at_ten_random_moments_no_letter_is_lost_and_none_is_paid_for_twice(tmp_path: Path) -> None:
    letters, store, chance = folder_of(tmp_path / "letters", 160), tmp_path / "imr.db", random.Random(5)
    cache = {"IMR_CACHE": str(tmp_path / "answers.sqlite3")}
    with serving(Step(answer=sound, delay=0.1)) as server:
        for _ in range(10):
            begun = server.count
            run = started(letters, "--store", store, *asking(server.url), **cache)
            end = time.monotonic() + 60
            while server.count == begun and run.poll() is None and time.monotonic() < end:
                time.sleep(0.01)  # nothing is at stake before the first request
            time.sleep(chance.uniform(0, 0.3))
            killed(run)
        ran(letters, "--store", store, *asking(server.url), **cache)
        asked = asked_about(server)
    found = stored(store)
    assert sorted(treatments(found)) == series(160)
    assert counted(store).total == 160
    assert len(asked) == 160
    # In flight: sent and not answered when the process died, or answered in the very moment.
    again = sum(times - 1 for times in asked.values())
    assert again <= 10 * 4, f"{again} of 160 letters were asked about again"


def test_killed_at_random_moments_the_rules_lose_nothing_either(tmp_path: Path) -> None:
    letters, store, chance = folder_of(tmp_path / "letters", 500), tmp_path / "imr.db", random.Random(6)
    for _ in range(3):
        run = started(letters, "--store", store)
        time.sleep(chance.uniform(0.5, 3))
        killed(run)
    ran(letters, "--store", store)
    assert sorted(treatments(stored(store))) == series(500)


def test_a_server_that_is_down_for_half_a_minute_costs_no_letter(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 40), tmp_path / "imr.db"
    with serving(Step(answer=sound)) as server:
        up_again = [0.0]

        def answer(_: bytes) -> Step:
            now = time.monotonic()
            if server.count == 10:
                up_again[0] = now + 30
            down = server.count >= 10 and now < up_again[0]
            return Step(status=503, error={"code": "down"}) if down else Step(answer=sound)

        server.choose = answer
        ran(letters, "--store", store, *asking(server.url))
        assert time.monotonic() >= up_again[0] > 0
    counts = counted(store)
    assert counts[State.FAILED] == 0
    assert sorted(treatments(stored(store))) == series(40)


def test_one_in_ten_requests_refused_costs_no_letter(tmp_path: Path) -> None:
    letters, store, chance = folder_of(tmp_path / "letters", 80), tmp_path / "imr.db", random.Random(7)
    with serving(Step()) as server:
        server.choose = lambda _: Step(status=503) if chance.random() < 0.1 else Step(answer=sound)
        ran(letters, "--store", store, *asking(server.url))
        assert server.count > 80
    assert counted(store)[State.FAILED] == 0
    assert sorted(treatments(stored(store))) == series(80)


def test_a_full_disk_ends_the_run_keeps_what_was_recorded_and_is_gone_on_from(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 300), tmp_path / "imr.db"
    with closing(open_ledger(str(store))) as ledger:
        number = recipe_id(ledger, recipe_of(Engine.RULES, Limits()))
        enlist_all(ledger, number, list_inputs([str(letters)]), Brake(), lambda _: None)

        def full(connection: sqlite3.Connection, _: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 12}")

        ledger.engine.dispose()
        event.listen(ledger.engine, "connect", full)
        with pytest.raises(StoreFull, match=r"imr\.db"):
            run(ledger, number, JOB, Brake(), lambda _: None)
    counts = counted(store)
    assert counts.total == 300
    recorded = counts[State.DONE] + counts[State.NEEDS_REVIEW]
    assert 0 < recorded < 300
    assert len(stored(store)) == recorded
    ran(letters, "--store", store)
    assert sorted(treatments(stored(store))) == series(300)


def test_a_store_that_another_process_locks_is_waited_for_and_given_up_with_a_reason(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 3), tmp_path / "imr.db"
    ran(letters, "--store", store, "--limit", "1")
    with closing(sqlite3.connect(store, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(open_ledger(str(store), patience=0.2)) as ledger:
            number = 1
            with pytest.raises(StoreLocked, match=r"imr\.db"):
                run(ledger, number, JOB, Brake(), lambda _: None)
        threading.Timer(2, lambda: other.execute("ROLLBACK")).start()
        ran("--store", store)
    assert sorted(treatments(stored(store))) == series(3)


def test_a_clock_that_jumps_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letters, store, chance = folder_of(tmp_path / "letters", 60), tmp_path / "imr.db", random.Random(8)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + chance.choice([-1e8, -3600, 0, 3600, 1e8]))
    with closing(open_ledger(str(store))) as ledger:
        number = recipe_id(ledger, recipe_of(Engine.RULES, Limits()))
        enlist_all(ledger, number, list_inputs([str(letters)]), Brake(), lambda _: None)
        standing = run(ledger, number, JOB, Brake(), lambda _: None)
    assert standing.taken == 60
    assert sorted(treatments(stored(store))) == series(60)


POISON = """
import os, sys, time
import summarizer.backfill.run.reading as reading
from summarizer.cli.app import main

plain = reading.read_alone

def poisoned(limits, source):
    if source.name == "0007.txt":
        os.abort()
    if source.name == "0011.txt":
        raise RuntimeError("words of the letter")
    return plain(limits, source)

reading.read_alone = poisoned
main(["backfill", *sys.argv[1:]])
"""


def test_a_crash_and_a_defect_cost_their_letters_alone(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 30), tmp_path / "imr.db"
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(POISON), str(letters), "--store", str(store)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert counted(store)[State.FAILED] == 2
    listed = ran("failures", "--store", store).stdout
    assert listed.count("reader_crashed") == 2
    assert "SIGABRT" in listed
    assert "words of the letter" not in listed + done.stderr
    assert len(stored(store)) == 28


def test_the_same_letter_under_another_name_is_read_and_paid_for_once(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 10), tmp_path / "imr.db"
    for number in range(10):
        for copy in "abc":
            (letters / f"{copy}{number}.txt").write_bytes((letters / f"{number:04}.txt").read_bytes())
    with serving(Step(answer=sound, delay=0.05)) as server:
        ran(letters, "--store", store, *asking(server.url))
        assert server.count == 10
    counts = counted(store)
    assert counts.total == 40
    assert counts[State.DUPLICATE] == 30
    assert sorted(treatments(stored(store))) == series(10)
    assert {one.copies for one in stored(store)} == {4}


def test_a_store_that_is_something_else_is_left_untouched(tmp_path: Path) -> None:
    letters, store = folder_of(tmp_path / "letters", 1), tmp_path / "notes.db"
    with closing(sqlite3.connect(store)) as other:
        other.execute("CREATE TABLE notes (text)")
    before = store.read_bytes()
    told = ran(letters, "--store", store, code=3)
    assert "notes.db" in told.stderr
    assert store.read_bytes() == before
    with pytest.raises(StoreError):
        open_ledger(str(tmp_path / "nowhere.db"), create=False)
