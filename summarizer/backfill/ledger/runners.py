"""Processes that work on a ledger, and what becomes of the work of those that died.

No clock of one machine is ever compared with another's, nor with itself at another time of day: a runner counts
its ``beat`` up, and whoever watches measures by a monotonic clock of its own for how long it has not changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.claims import FREE
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.processes import Process, has_ended, lives, this_process
from summarizer.backfill.ledger.rows import Runner
from summarizer.backfill.ledger.tables import runners, work

LEASE: Final = 30.0
"""Seconds without a renewal after which a runner is taken for dead."""
RENEW_EVERY: Final = 10.0
"""Seconds between renewals."""


def register(ledger: Ledger) -> Runner:
    """Make this process a runner."""
    me = this_process()
    row = {"host": me.host, "boot": me.boot, "pid": me.pid, "started": me.started, "beat": 0, "renewed": time.time()}
    with ledger.transaction(queued=False) as connection:
        key = connection.execute(insert(runners).values(row)).inserted_primary_key
    assert key is not None
    return Runner(int(key[0]))


def renew(ledger: Ledger, runner: Runner) -> bool:
    """Say that ``runner`` lives; ``False`` where others took it for dead and have its work: then register anew."""
    alive = update(runners).where(runners.c.id == runner.id)
    with ledger.transaction(queued=False) as connection:
        return connection.execute(alive.values(beat=runners.c.beat + 1, renewed=time.time())).rowcount == 1


def leave(ledger: Ledger, runner: Runner) -> None:
    """Give back what ``runner`` has, and be none any more."""
    with ledger.transaction() as connection:
        _free(connection, runner.id)


class Watch:
    """What one process has seen of the others; keep it for as long as the process runs."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds and never goes back."""
        self._ledger = ledger
        self._clock = clock
        self._beats: dict[int, tuple[int, float]] = {}
        """Beat of each runner, and when it was first seen at that."""
        self.undecided = False
        """Whether a runner may be dead and it is not known yet."""

    def free_dead(self, runner: Runner) -> int:
        """Free the work of runners that died, ``runner`` itself not being asked; tells how many works that were.

        A process of this machine is dead when it has ended; any other, and one that hangs, when it has not renewed
        its lease for ``LEASE`` seconds.
        """
        with self._ledger.reading() as connection:
            others = connection.execute(select(runners).where(runners.c.id != runner.id)).all()
        now = self._clock()
        self.undecided = False
        seen, dead = {}, []
        for row in others:
            beat, since = self._beats.get(row.id, (None, now))
            seen[row.id] = (row.beat, since if row.beat == beat else now)
            late = now - seen[row.id][1] >= LEASE
            if late or has_ended(Process(row.host, row.boot, row.pid, row.started)):
                dead.append((row.id, row.beat))
            elif row.beat == beat or beat is None:
                self.undecided = self.undecided or not lives(Process(row.host, row.boot, row.pid, row.started))
        self._beats = seen
        return sum(self._bury(*one) for one in dead)

    def _bury(self, number: int, beat: int) -> int:
        """Free the work of one runner, unless it renewed its lease after all."""
        still = select(runners.c.id).where(runners.c.id == number, runners.c.beat == beat).with_for_update()
        with self._ledger.transaction() as connection:
            if connection.execute(still).scalar() is None:
                return 0
            return _free(connection, number)


def _free(connection: Connection, number: int) -> int:
    """Give back what a runner has and delete it; what a provider's batch holds stays there."""
    mine = work.c.runner_id == number
    unread = (mine, work.c.state == State.RUNNING.value, work.c.held_by_batch.is_(None))
    freed = connection.execute(update(work).where(*unread).values(FREE)).rowcount
    connection.execute(update(work).where(mine).values(runner_id=None))
    connection.execute(delete(runners).where(runners.c.id == number))
    return freed
