"""A run that asks by batches: letters in rounds, each round a file at the provider, until none wants an answer.

Nothing of it is only in memory. A batch is in the ledger before anything of it is sent, and found again by its
number in the provider's metadata; answers are in the ledger as they were collected, and a letter is read on from
them. So a run that ended at any moment is gone on with by the next one, on any machine that has the ledger.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from summarizer.backfill.batch.batches import (
    BatchRow,
    BatchState,
    abandon,
    collected,
    fingerprint_of,
    most_that_went,
    open_batches,
    see_to,
    submitted,
    to_be_made_again,
    uploaded,
)
from summarizer.backfill.batch.collecting import collect, give_up, refuse_lines
from summarizer.backfill.batch.preparing import Preparing, Room, Round
from summarizer.backfill.batch.provider import Braked, Provider
from summarizer.backfill.batch.purse import Purse
from summarizer.backfill.run.job import Brake, Job, Standing
from summarizer.backfill.run.reading import prepare
from summarizer.backfill.run.shift import Shift, shift_at
from summarizer.errors import FileGone, ModelError, ModelMisconfigured, ModelUnreachable, QueueFull
from summarizer.llm.batch import (
    ProviderBatch,
    Status,
    create,
    delete_file,
    find,
    retrieve,
    upload,
)
from summarizer.llm.batch_lines import endpoint_of
from summarizer.llm.batch_price import WINDOW
from summarizer.llm.connection import Waits
from summarizer.llm.question import Spent
from summarizer.llm.replay import Replay
from summarizer.llm.settings import ModelSettings

if TYPE_CHECKING:
    from summarizer.backfill.ledger.opening import Ledger

POLL: Final = 60.0
"""Seconds between two looks at the provider, by default."""
_QUEUE_WAS_FULL: Final = "queue_full"
_LOOKS: Final = 3
"""Looks at a batch that says it has answers and names no file of them, before they are given up."""
_TICK: Final = 0.5


def submit_and_collect(
    ledger: Ledger,
    recipe: int,
    job: Job,
    brake: Brake,
    tell: Callable[[Standing], object],
    *,
    poll_seconds: float = POLL,
    wait: bool = True,
    room: Room | None = None,
    waits: Waits | None = None,
) -> Standing:
    """Read what is pending in ``ledger`` for ``recipe`` by a provider's batches. How far it came in the end.

    Ends where nothing more comes, with ``wait=False`` as soon as all that can be asked now is submitted, and where
    the brake is pulled or the provider cannot be asked: then the brake says why. Batches under way go on without it,
    and the next run collects them. ``room`` is what a file may hold, ``waits`` are those between attempts at a call.

    Raises:
        StoreError: the ledger cannot be used any more. What was recorded stays.
        ModelMisconfigured: no model can be asked, or a limit of dollars could not be kept.
    """
    if job.settings is None:
        raise ModelMisconfigured("model", "the engine asks none", "choose the engine hybrid or llm for batches")
    prepare()
    with shift_at(ledger, recipe, job, brake, tell) as shift:
        run = _Run(shift, job, job.settings, room or Room(), waits or Waits())
        shift.spent = lambda: run.spent
        try:
            while True:
                run.attend()
                run.ask()
                if brake.pulled or not wait or not run.under_way:
                    break
                run.pause(poll_seconds)
            run.tell_of_gone()
        except Braked:
            pass
        except ModelError as error:
            if isinstance(error, ModelMisconfigured):
                raise
            brake.pull(str(error))
        finally:
            run.tidy()
    return shift.standing


class _Run:
    """One run, with what only it knows: nothing that a next one would miss."""

    def __init__(self, shift: Shift, job: Job, settings: ModelSettings, room: Room, waits: Waits) -> None:
        self.spent = Spent()
        """What was collected in this run, whoever submitted it."""
        self._shift = shift
        self._job = job
        self._settings = settings
        self._room = room
        self._replay = Replay(settings)
        self._provider = Provider(shift, settings, waits)
        self._purse = Purse(settings.max_cost_usd, settings.model)
        self._prices = self._replay.prices
        self._endpoint = endpoint_of(self._replay.settings.shape)
        self._fingerprint = fingerprint_of(shift.ledger, shift.recipe)
        self._full = False
        """Whether the provider's queue was full at the last try, and nothing came out of it since."""
        self._reached = False
        self._looks: dict[int, int] = {}
        self._gone: set[int] = set()
        """Batches that the provider did not know, though it had taken them not long ago."""
        self._unknown_usd = 0.0
        """Most dollars of collected batches whose answers do not all say what they cost."""

    @property
    def under_way(self) -> bool:
        """Whether there is anything to wait for: a batch, or room for one."""
        return self._full or any(batch.id not in self._gone for batch in self._mine())

    def tell_of_gone(self) -> None:
        """Say why the run ends though there are batches under way."""
        if self._gone:
            self._shift.brake.pull(
                f"{self._settings.model}: the provider does not know {len(self._gone)} of its batches any more; if the "
                "key is that of another project, run again with the right one, else their letters fail a day after "
                "they were submitted, and a retry asks anew"
            )

    def attend(self) -> None:
        """See to every batch that is ours or nobody's: find it again, look how far it is, collect it."""
        batches = self._mine()
        if not any(batch.state is BatchState.SUBMITTED for batch in batches):
            self._full = False  # nothing of ours comes out of the queue: only a new try can tell
        for batch in batches:
            if self._shift.brake.pulled:
                return
            try:
                self._attend(batch)
                self._reached = True
            except ModelUnreachable:
                if not self._reached:
                    raise
                return  # it was there before; the batch goes on without us, and there is a next look

    def ask(self) -> None:
        """Read letters on, and submit what they want."""
        brake = self._shift.brake
        if brake.pulled or self._full:
            return
        self._provider.rest()
        spent = self.spent.known_usd + self._unknown_usd
        self._purse.count(spent, open_batches(self._shift.ledger, self._shift.recipe))
        preparing = Preparing(self._shift, self._job, self._replay, self._fingerprint, self._purse)
        with closing(preparing.rounds(self._room_now())) as rounds:
            for one in rounds:
                with closing(one.file):
                    took = self._submit(one)
                if not took:
                    break
        if self._purse.empty and not self.under_way:
            brake.pull(self._purse.why(spent))

    def pause(self, seconds: float) -> None:
        """Wait; the brake ends it."""
        self._provider.rest()
        until = time.monotonic() + seconds
        while not self._shift.brake.pulled and (left := until - time.monotonic()) > 0:
            time.sleep(min(_TICK, left))
            self._shift.meanwhile()

    def tidy(self) -> None:
        """Close, and give up what was prepared and not sent: it is quickly prepared again."""
        self._provider.rest()
        for batch in self._mine():
            if batch.state is BatchState.PREPARING:
                abandon(self._shift.ledger, self._shift.runner, batch, "not_sent")

    def _mine(self) -> list[BatchRow]:
        return see_to(self._shift.ledger, self._shift.runner, self._shift.recipe)

    def _room_now(self) -> Room:
        """What a file may hold: less than ever went into the provider's queue at once, where one did not."""
        most = most_that_went(self._shift.ledger, self._shift.recipe, (_QUEUE_WAS_FULL,))
        return self._room if most is None else Room(min(self._room.requests, most), self._room.size)

    def _submit(self, one: Round) -> bool:
        """Send a file, and have a batch made of it; ``False`` where the provider takes no more for now."""
        name = f"imr-{one.batch.uuid}.jsonl"
        file = self._provider.call(partial(upload, name=name, file=one.file))
        self._reached = True
        batch = uploaded(self._shift.ledger, self._shift.runner, one.batch, file)
        self._make(batch)
        return not self._full

    def _make(self, batch: BatchRow) -> None:
        """Have the provider make a batch of an uploaded file."""
        assert batch.input_file is not None
        work = partial(
            create, file=batch.input_file, endpoint=self._endpoint, number=batch.uuid, store=self._fingerprint[:16]
        )
        ledger, runner = self._shift.ledger, self._shift.runner
        try:
            made = self._provider.call(work)
        except QueueFull:
            self._wait_for_room(batch)
        except FileGone:
            abandon(ledger, runner, batch, "file_gone")
        except ModelUnreachable:
            raise  # it may have been made: it stays as it is, and is looked for before anything else
        except ModelError as error:
            abandon(ledger, runner, batch, error.code)
            raise
        else:
            submitted(ledger, self._shift.runner, batch, made.id)

    def _attend(self, batch: BatchRow) -> None:
        ledger, runner = self._shift.ledger, self._shift.runner
        if batch.state is BatchState.PREPARING:
            abandon(ledger, runner, batch, "not_sent")
        elif batch.state is BatchState.UPLOADED:
            found = self._provider.call(partial(find, number=batch.uuid))
            if found is not None:
                batch = submitted(ledger, runner, batch, found.id)
                self._look_at(batch, found)
            elif not self._full:
                self._make(batch)
        else:
            assert batch.provider_batch is not None
            try:
                told = self._provider.call(partial(retrieve, batch=batch.provider_batch))
            except FileGone:
                self._miss(batch)
            else:
                self._gone.discard(batch.id)
                self._look_at(batch, told)

    def _miss(self, batch: BatchRow) -> None:
        """Give up a batch that the provider does not know any more, unless another key may still find it."""
        self._gone.add(batch.id)
        if time.time() - batch.created > WINDOW.total_seconds():
            why = give_up(self._shift.ledger, batch)
            collected(self._shift.ledger, self._shift.runner, batch, why)
            self._gone.discard(batch.id)
            self._full = False

    def _look_at(self, batch: BatchRow, told: ProviderBatch) -> None:
        """Collect a batch that is at its end."""
        if not told.status.ended:
            return
        if told.status is Status.FAILED:
            self._refused(batch, told)
            return
        if self._look_again(batch, told):
            return
        ledger, unpriced = self._shift.ledger, self.spent.unpriced
        why = collect(ledger, self._provider, self._settings.model, batch, told, self._prices, self._spend, self._stop)
        if self.spent.unpriced > unpriced:
            self._unknown_usd += batch.at_most_usd or 0.0
        collected(ledger, self._shift.runner, batch, why)
        self._full = False
        self._delete(batch.input_file, told.output_file, told.error_file)
        if why == "cancelled":
            self._shift.brake.pull("a batch was cancelled at the provider; what it had answered is kept")

    def _look_again(self, batch: BatchRow, told: ProviderBatch) -> bool:
        """Whether answers that must be there may still come."""
        if told.output_file is not None or not told.completed:
            return False
        self._looks[batch.id] = self._looks.get(batch.id, 0) + 1
        return self._looks[batch.id] < _LOOKS

    def _refused(self, batch: BatchRow, told: ProviderBatch) -> None:
        """See to a batch whose file the provider did not take; it cost nothing."""
        ledger, runner = self._shift.ledger, self._shift.runner
        if told.queue_was_full:
            self._wait_for_room(batch)
        elif refuse_lines(ledger, batch, told):
            collected(ledger, runner, batch, "lines_refused")
            self._delete(batch.input_file, told.error_file)
        else:
            code = next((problem.code for problem in told.problems), "refused")
            shown = code if code.replace("_", "").isalnum() and len(code) <= 60 else "refused"
            abandon(ledger, runner, batch, shown)
            self._shift.brake.pull(
                f"{self._settings.model}: the provider refused the file of a batch ({shown}); nothing was asked, "
                "its letters are pending again"
            )
            self._delete(batch.input_file, told.error_file)

    def _wait_for_room(self, batch: BatchRow) -> None:
        """Let the same file be taken later; one that found the queue empty of ours is made smaller."""
        ledger, runner = self._shift.ledger, self._shift.runner
        self._full = True
        others = [one for one in open_batches(ledger, self._shift.recipe) if one.state is BatchState.SUBMITTED]
        if any(one.id != batch.id for one in others) or batch.requests <= 1:
            to_be_made_again(ledger, runner, batch, _QUEUE_WAS_FULL)
            return
        abandon(ledger, runner, batch, _QUEUE_WAS_FULL)
        self._delete(batch.input_file)

    def _delete(self, *files: str | None) -> None:
        """Delete files at the provider that nobody needs any more: they hold letters. One that stays costs nothing."""
        with suppress(ModelError):
            for file in filter(None, files):
                self._provider.call(partial(delete_file, file=file))

    def _spend(self, more: Spent) -> None:
        self.spent += more

    def _stop(self, error: ModelError) -> None:
        self._shift.brake.pull(str(error))
