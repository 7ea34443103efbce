from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy import select, update

from summarizer.backfill.kept import State
from summarizer.backfill.ledger import processes, runners
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.processes import Process, has_ended, this_process
from summarizer.backfill.ledger.runners import LEASE, Watch, leave, register, renew
from summarizer.backfill.ledger.tables import runners as rows
from summarizer.backfill.ledger.tables import work
from tests.backfill.ledger.desk import Desk, check, result
from tests.backfill.ledger.readers import reading


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def of_another_host(desk: Desk) -> Desk:
    """Another runner, as if on another machine."""
    other = desk.other()
    with desk.ledger.transaction() as connection:
        connection.execute(update(rows).where(rows.c.id == other.runner.id).values(host="elsewhere"))
    return other


def test_a_machine_that_does_not_tell_when_it_started_has_processes_all_the_same(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert processes._boot.__wrapped__() == ""


def test_one_that_renews_lives_and_one_that_does_not_is_dead_after_its_lease(desk) -> None:
    desk.enlist("a", "b")
    lively, silent = of_another_host(desk), of_another_host(desk)
    lively.take(1), silent.take(1)
    clock = Clock()
    watch = Watch(desk.ledger, clock)
    assert watch.free_dead(desk.runner) == 0
    clock.now += LEASE - 0.1
    assert renew(desk.ledger, lively.runner)
    assert watch.free_dead(desk.runner) == 0
    clock.now += 0.1
    assert watch.free_dead(desk.runner) == 1
    check(desk.ledger)
    assert desk.states() == {"a": State.RUNNING, "b": State.PENDING}
    assert renew(desk.ledger, lively.runner)
    assert not renew(desk.ledger, silent.runner)


def test_what_a_runner_taken_for_dead_brings_later_is_not_written(desk) -> None:
    desk.enlist("a")
    silent = of_another_host(desk)
    [claim] = silent.take()
    clock = Clock()
    watch = Watch(desk.ledger, clock)
    watch.free_dead(desk.runner)
    clock.now += LEASE
    assert watch.free_dead(desk.runner) == 1
    assert record(desk.ledger, silent.runner, [result(claim, "text")]) == [State.PENDING]
    assert not silent.take()
    check(desk.ledger)


@pytest.mark.parametrize("jump", [-1e9, 1e9])
def test_a_wall_clock_that_jumps_kills_nobody_and_spares_nobody(desk, monkeypatch, jump) -> None:
    desk.enlist("a", "b")
    lively, silent = of_another_host(desk), of_another_host(desk)
    lively.take(1), silent.take(1)
    clock = Clock()
    watch = Watch(desk.ledger, clock)
    watch.free_dead(desk.runner)
    real = runners.time.time
    monkeypatch.setattr(runners.time, "time", lambda: real() + jump)
    renew(desk.ledger, lively.runner)
    clock.now += LEASE / 2
    assert watch.free_dead(desk.runner) == 0
    clock.now += LEASE / 2
    assert watch.free_dead(desk.runner) == 1
    assert desk.states() == {"a": State.RUNNING, "b": State.PENDING}


def test_one_that_renews_at_the_last_moment_is_not_buried(desk) -> None:
    desk.enlist("a")
    silent = of_another_host(desk)
    silent.take()

    class RenewsMeanwhile(Clock):
        def __call__(self) -> float:
            if self.now > 1000.0:
                renew(desk.ledger, silent.runner)
            return super().__call__()

    clock = RenewsMeanwhile()
    watch = Watch(desk.ledger, clock)
    watch.free_dead(desk.runner)
    clock.now += LEASE
    assert watch.free_dead(desk.runner) == 0
    assert desk.states() == {"a": State.RUNNING}


@pytest.mark.timeout(60)
def test_what_a_killed_process_had_is_free_at_once(place, desk) -> None:
    names = [f"{number}/x.pdf" for number in range(7)]
    desk.enlist(*names)
    watch = Watch(desk.ledger)
    with reading(place, "hold") as process:
        assert process.stdout is not None
        assert process.stdout.readline().split() == names
        assert watch.free_dead(desk.runner) == 0
        assert set(desk.states().values()) == {State.RUNNING}
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert watch.free_dead(desk.runner) == 7, "nobody has taken note of its end yet"
    check(desk.ledger)
    assert [one.attempts for one in desk.take()] == [2] * 7


def test_one_that_leaves_gives_all_back(desk) -> None:
    desk.enlist("a")
    other = desk.other()
    other.take()
    leave(desk.ledger, other.runner)
    assert desk.states() == {"a": State.PENDING}
    assert not renew(desk.ledger, other.runner)
    leave(desk.ledger, other.runner)
    check(desk.ledger)


def test_numbers_of_runners_are_not_given_twice(desk) -> None:
    gone = register(desk.ledger)
    leave(desk.ledger, gone)
    assert register(desk.ledger).id > gone.id


def test_what_a_batch_holds_stays_with_it_when_its_runner_dies(desk) -> None:
    desk.enlist("a", "b")
    other = of_another_host(desk)
    first, _ = other.take()
    with desk.ledger.transaction() as connection:
        connection.execute(update(work).where(work.c.id == first.work).values(held_by_batch=1))
    clock = Clock()
    watch = Watch(desk.ledger, clock)
    watch.free_dead(desk.runner)
    clock.now += LEASE
    assert watch.free_dead(desk.runner) == 1
    check(desk.ledger)
    assert desk.states() == {"a": State.RUNNING, "b": State.PENDING}
    with desk.ledger.reading() as connection:
        held = select(work.c.runner_id, work.c.held_by_batch).where(work.c.id == first.work)
        assert connection.execute(held).one() == (None, 1)


def test_a_process_is_told_from_a_later_one_of_the_same_number() -> None:
    me = this_process()
    assert not has_ended(me)
    assert has_ended(Process(me.host, me.boot, me.pid, "1"))
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert has_ended(Process(me.host, me.boot, child.pid, "1"))


def test_nothing_is_known_of_processes_elsewhere() -> None:
    me = this_process()
    assert not has_ended(Process("elsewhere", me.boot, me.pid, "1"))
    assert not has_ended(Process(me.host, "before", me.pid, "1"))


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has these files")
def test_a_hidden_process_is_not_taken_for_dead(monkeypatch, tmp_path) -> None:
    me = this_process()
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert not has_ended(Process(me.host, me.boot, me.pid, "1"))


def test_without_these_files_processes_are_told_apart_too(monkeypatch) -> None:
    monkeypatch.setattr(processes.sys, "platform", "darwin")
    processes._boot.cache_clear()
    try:
        me = this_process()
        assert not has_ended(me)
        assert has_ended(Process(me.host, me.boot, me.pid, "1.5"))
        with subprocess.Popen([sys.executable, "-c", ""]) as child:
            pass
        assert has_ended(Process(me.host, me.boot, child.pid, "1.5"))
    finally:
        processes._boot.cache_clear()
