"""A run on this machine: processes open the letters, an event loop asks the model, this thread records."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from summarizer.backfill.kept import Failure, Kept
from summarizer.backfill.ledger.rows import Claim, Result
from summarizer.backfill.run.job import Brake, Job, Standing
from summarizer.backfill.run.judging import Copy, End, Letter, judged, kept_of
from summarizer.backfill.run.reading import open_letter_of, prepare, read_whole
from summarizer.backfill.run.shift import Shift, shift_at
from summarizer.engine import Engine
from summarizer.errors import InputError, ModelError
from summarizer.isolation import Dismissal, run_isolated
from summarizer.stages import Draft

if TYPE_CHECKING:
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.backfill.run.reading import Opened


def run(ledger: Ledger, recipe: int, job: Job, brake: Brake, tell: Callable[[Standing], object]) -> Standing:
    """Read what is pending in ``ledger`` for ``recipe``; ``tell`` hears how far it is. How far it came in the end.

    Ends where nothing is free any more, the brake is pulled, or the model cannot be asked: then the brake says why,
    and what was not judged waits for another run.

    Raises:
        StoreError: the ledger cannot be written any more. What was recorded stays.
        ModelMisconfigured: the model cannot be asked.
    """
    prepare()
    read = _by_rules if job.engine is Engine.RULES else _by_model
    with shift_at(ledger, recipe, job, brake, tell) as shift:
        read(shift, job)
    return shift.standing


def _by_rules(shift: Shift, job: Job) -> None:
    """Each letter wholly in a worker process; this one only records."""
    reading = partial(read_whole, job.limits)
    while True:
        answers = run_isolated(
            reading, shift.claims(), job.workers, in_order=False, meanwhile=shift.meanwhile, longest=job.longest
        )
        with closing(answers):
            for claim, answer in answers:
                shift.take(answer if isinstance(answer, Result) else _failed(claim, None, answer))
        if not shift.others_died():
            return


def _by_model(shift: Shift, job: Job) -> None:
    """Letters opened in worker processes, judged side by side, recorded as they are finished.

    What is paid for is on disk before it may wait to be recorded with others: without a cache nothing waits.
    """
    from summarizer.pipeline import Summarizer

    # Forked before there are threads, and before the libraries of the model are imported.
    opened, dismissal = _opened(shift, job)
    # One for the whole run: its limit of dollars is the run's.
    with Summarizer(job.engine, job.limits, job.settings) as summarizer:
        shift.spent = shift.paid = lambda: summarizer.spent
        while True:
            ends = judged(summarizer.run, opened, shift.admitted, shift.brake, shift.meanwhile, dismissal.say)
            with closing(ends):
                for letter, end in ends:
                    _take(shift, letter, end, now=summarizer.run.connection.cache is None)
            if not shift.others_died():
                return
            opened, dismissal = _opened(shift, job)


def _opened(shift: Shift, job: Job) -> tuple[Generator[tuple[Claim, Opened | InputError]], Dismissal]:
    """The letters claimed, as they are opened, and what ends that."""
    dismissal = Dismissal()
    opening = partial(open_letter_of, job.engine, job.limits)
    opened = run_isolated(
        opening, shift.claims(), job.workers, dismissal=dismissal, in_order=False, longest=job.longest
    )
    return opened, dismissal


def _take(shift: Shift, letter: Letter, end: End, *, now: bool) -> None:
    """Record what came of one letter."""
    if end is None:
        shift.give_back(letter.claim)
    elif isinstance(end, Copy):
        shift.copied()
    elif isinstance(end, Draft):
        kept = kept_of(letter, end)
        if isinstance(kept, Kept):
            shift.take(Result(letter.claim.work, letter.sha256, kept=kept), now=now)
        else:
            shift.take(_failed(letter.claim, letter.sha256, kept), now=now)
    else:
        shift.take(_failed(letter.claim, letter.sha256, end), now=now)


def _failed(claim: Claim, sha256: str | None, error: InputError | ModelError) -> Result:
    return Result(claim.work, sha256, failure=Failure.of(error))
