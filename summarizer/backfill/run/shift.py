"""A runner's time at a ledger: what it claims, what it records, and the lease that it renews."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from threading import Lock
from typing import TYPE_CHECKING, Final

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.claims import admit, claim, lot_limit, release, state_of
from summarizer.backfill.ledger.counts import counts, remaining
from summarizer.backfill.ledger.outcomes import record
from summarizer.backfill.ledger.rows import Claim, Result, Runner
from summarizer.backfill.ledger.runners import LEASE, RENEW_EVERY, Watch, leave, register, renew
from summarizer.backfill.ledger.spending import begin_run, note_spent
from summarizer.backfill.run.job import Brake, Standing
from summarizer.llm.question import Spent

if TYPE_CHECKING:
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.backfill.run.job import Job

_AT_ONCE: Final = 64
"""Inputs claimed in one transaction."""
_UNRECORDED: Final = 0.5
"""Seconds that a result by rules may wait for others to be recorded with it."""
_ENDED: Final = (State.DONE, State.NEEDS_REVIEW, State.FAILED, State.DUPLICATE)


class Shift:
    """One runner at one ledger. Claims may be drawn in another thread than the one that records."""

    def __init__(self, ledger: Ledger, recipe: int, job: Job, brake: Brake, tell: Callable[[Standing], object]) -> None:
        """Sign in; ``tell`` hears how far the run is, several times a second."""
        self.ledger = ledger
        self.recipe = recipe
        self.brake = brake
        self.spent: Callable[[], Spent] = Spent
        """What the run has cost so far."""
        self.paid: Callable[[], Spent] = Spent
        """What of it was paid for requests that were answered at once."""
        self._tell = tell
        self._signing = Lock()
        self._runner = register(ledger)
        self._watch = Watch(ledger)
        self._watch.free_dead(self._runner)
        self._lots = None if job.sample is None else lot_limit(ledger, recipe, job.sample)
        self._limit = self._most = job.most
        self._waiting: list[Result] = []
        self._settled: deque[State] = deque()
        """States of claims that were not admitted, until they are counted; filled in the thread that draws claims."""
        self._run = begin_run(ledger, recipe)
        self._noted = Spent()
        self._began = self._renewed = self._recorded = time.monotonic()
        self._taken = self._failed = 0
        self._states = dict(counts(ledger, recipe).by_state)
        self._ahead = self._may_take()

    @property
    def runner(self) -> Runner:
        """As the ledger knows it."""
        return self._runner

    def claims(self) -> Iterator[Claim]:
        """Inputs to read, claimed as they are drawn, until none is free, enough are, or the brake is pulled."""
        while most := self._room():
            runner = self._runner
            claimed = claim(self.ledger, runner, self.recipe, most, self._lots)
            if not claimed and runner == self._runner and not self._was_taken_for_dead():
                return
            if self._most is not None:
                self._most -= len(claimed)
            yield from takewhile(lambda _: not self.brake.pulled, claimed)

    def admitted(self, one: Claim, sha256: str) -> bool:
        """Whether these bytes are for this claim to judge, and not another input's already."""
        if admit(self.ledger, self._runner, one, sha256):
            return True
        self._settled.append(state_of(self.ledger, one.work))
        return False

    def take(self, result: Result, *, now: bool = False) -> None:
        """Record ``result``, with the others that came at about the same time unless it is to be ``now``."""
        self._waiting.append(result)
        if now or time.monotonic() - self._recorded >= _UNRECORDED:
            self._record()
        self._renew()

    def copied(self) -> None:
        """Count an input that was not admitted: mostly a copy, else whatever became of it."""
        self._count([self._settled.popleft()])

    def give_back(self, one: Claim) -> None:
        """Let a claim wait for another run."""
        release(self.ledger, self._runner, [one.work])

    def meanwhile(self) -> None:
        """What is due about once a second while no letter comes."""
        self._record()
        self._renew()

    def others_died(self) -> bool:
        """Whether work of a runner that is gone became free; waits for as long as that takes to be known."""
        until = time.monotonic() + LEASE + 1
        while not self.brake.pulled and remaining(self.ledger, self.recipe, self._lots) and self._most != 0:
            if self._watch.free_dead(self._runner):
                return True
            if time.monotonic() > until or not self._watch.undecided:
                return False
            time.sleep(0.5)
            self.meanwhile()
        return False

    def close(self) -> None:
        """Record what is there, give back what was not begun, and sign out."""
        try:
            self._record()
        finally:
            leave(self.ledger, self._runner)
        self._states = dict(counts(self.ledger, self.recipe).by_state)

    @property
    def standing(self) -> Standing:
        """How far the run is."""
        seconds = time.monotonic() - self._began
        return Standing(self._states, self._taken, self._failed, self._ahead, self.spent(), seconds)

    def _room(self) -> int:
        """Inputs that may be claimed at once now."""
        if self.brake.pulled:
            return 0
        return _AT_ONCE if self._most is None else min(_AT_ONCE, self._most)

    def _record(self) -> None:
        self._recorded = time.monotonic()
        if self._waiting:
            # Forgotten only when written down: where that fails, or is interrupted, closing tries once more.
            self._count(record(self.ledger, self._runner, self._waiting))
            self._waiting = []
        if (paid := self.paid()) != self._noted:
            note_spent(self.ledger, self._run, paid)
            self._noted = paid
        self._tell(self.standing)

    def _count(self, states: list[State]) -> None:
        for state in states:
            if state in _ENDED:
                self._taken += 1
                self._failed += state is State.FAILED
                self._ahead = max(0, self._ahead - 1)
                self._states[state] += 1
                self._states[State.PENDING] = max(0, self._states[State.PENDING] - 1)

    def _renew(self) -> None:
        if time.monotonic() - self._renewed < RENEW_EVERY:
            return
        self._was_taken_for_dead()
        self._watch.free_dead(self._runner)
        self._states = dict(counts(self.ledger, self.recipe).by_state)
        self._ahead = self._may_take()

    def _was_taken_for_dead(self) -> bool:
        """Renew the lease. A process that slept for so long that others took it for dead becomes a new runner."""
        with self._signing:
            self._renewed = time.monotonic()
            if renew(self.ledger, self._runner):
                return False
            self._runner = register(self.ledger)
            return True

    def _may_take(self) -> int:
        free = remaining(self.ledger, self.recipe, self._lots)
        return free if self._limit is None else min(free, self._limit - self._taken)


@contextmanager
def shift_at(
    ledger: Ledger, recipe: int, job: Job, brake: Brake, tell: Callable[[Standing], object]
) -> Iterator[Shift]:
    """A shift that is signed out of whatever happens."""
    shift = Shift(ledger, recipe, job, brake, tell)
    try:
        yield shift
    finally:
        shift.close()
