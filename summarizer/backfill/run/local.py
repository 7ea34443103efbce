"""A run on this machine: processes open the letters, an event loop asks the model, this thread records."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from summarizer.backfill.kept import Failure, packed
from summarizer.backfill.ledger.rows import Claim, Result
from summarizer.backfill.run.job import Brake, Job, Standing
from summarizer.backfill.run.reading import Opened, open_letter_of, prepare, read_whole
from summarizer.backfill.run.shift import Shift, shift_at
from summarizer.engine import Engine
from summarizer.errors import InputError, ModelError, ModelUnreachable, RunEnding, SummarizerError
from summarizer.isolation import Dismissal, run_isolated
from summarizer.stages import Begun, Draft

if TYPE_CHECKING:
    from summarizer.backfill.ledger.opening import Ledger

_GONE_AFTER: Final = 2
"""Times as many letters as may be under way at once that find the server gone, one after the other, end a run."""


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
        while shift.others_died():
            read(shift, job)
    return shift.standing


def _by_rules(shift: Shift, job: Job) -> None:
    """Each letter wholly in a worker process; this one only records."""
    reading = partial(read_whole, job.limits)
    answers = run_isolated(
        reading, shift.claims(), job.workers, in_order=False, meanwhile=shift.meanwhile, longest=job.longest
    )
    with closing(answers):
        for claim, answer in answers:
            shift.take(answer if isinstance(answer, Result) else _failed(claim, None, answer))


@dataclass(frozen=True, slots=True)
class _Letter:
    """A claim on its way through the model."""

    claim: Claim
    sha256: str | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.claim.name

    @property
    def light(self) -> bool:
        """As the claim."""
        return self.claim.light


class _Copy(SummarizerError):
    """Another input with the same bytes is judged already."""


def _by_model(shift: Shift, job: Job) -> None:
    """Letters opened in worker processes, judged side by side, recorded one by one as they are finished."""
    from summarizer.many import finish_many
    from summarizer.pipeline import Summarizer

    dismissal = Dismissal()
    opening = partial(open_letter_of, job.engine, job.limits)
    # Forked before there are threads, and before the libraries of the model are imported.
    opened = run_isolated(
        opening, shift.claims(), job.workers, dismissal=dismissal, in_order=False, longest=job.longest
    )
    with Summarizer(job.engine, job.limits, job.settings) as summarizer:
        run = summarizer.run
        before = shift.spent()
        shift.spent = shift.paid = lambda: before + summarizer.spent

        def meanwhile() -> None:
            run.connection.ending = shift.brake.pulled
            shift.meanwhile()

        ends = finish_many(run, _begun(shift, opened), dismissal.say, in_order=False, meanwhile=meanwhile)
        with closing(ends):
            outage = _Outage(shift.brake, _GONE_AFTER * run.connection.settings.concurrency)
            for letter, end in ends:
                if run.connection.stopped is not None:
                    shift.brake.pull(str(run.connection.stopped))
                run.connection.ending = shift.brake.pulled
                _take(shift, letter, end)
                outage.heard(end)


def _begun(
    shift: Shift, opened: Generator[tuple[Claim, Opened | InputError]]
) -> Generator[tuple[_Letter, Begun | SummarizerError]]:
    """The letters to judge; a copy of one is told apart before it is paid for."""
    with closing(opened):
        for claim, one in opened:
            if isinstance(one, InputError):
                yield _Letter(claim), one
            elif isinstance(one.begun, Begun) and not shift.admitted(claim, one.sha256):
                yield _Letter(claim, one.sha256), _Copy()
            else:
                yield _Letter(claim, one.sha256), one.begun


def _take(shift: Shift, letter: _Letter, end: Draft | SummarizerError) -> None:
    """Record what came of one letter. What the rules judged in a model's place is never stored."""
    failure = end.failure if isinstance(end, Draft) else end
    if isinstance(failure, _Copy):
        shift.copied()
    elif isinstance(failure, ModelError) and (failure.concerns_all or isinstance(failure, RunEnding)):
        shift.give_back(letter.claim)
    elif isinstance(failure, InputError | ModelError):
        shift.take(_failed(letter.claim, letter.sha256, failure), now=True)
    else:
        assert isinstance(end, Draft)
        shift.take(Result(letter.claim.work, letter.sha256, kept=packed(end.summary().determination)), now=True)


def _failed(claim: Claim, sha256: str | None, error: InputError | ModelError) -> Result:
    return Result(claim.work, sha256, failure=Failure.of(error))


class _Outage:
    """Pulls the brake where one letter after the other finds no server."""

    def __init__(self, brake: Brake, most: int) -> None:
        self._brake = brake
        self._most = most
        self._in_a_row = 0

    def heard(self, end: Draft | SummarizerError) -> None:
        """Count how ``end`` came to be."""
        failure = end.failure if isinstance(end, Draft) else end
        if isinstance(failure, ModelUnreachable):
            self._in_a_row += 1
            if self._in_a_row >= self._most:
                self._brake.pull(str(failure))
        elif isinstance(end, Draft):
            self._in_a_row = 0
