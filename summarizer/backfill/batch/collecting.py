"""What a batch that is at its end has brought, written into the ledger."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from summarizer.backfill.batch.requests import (
    LOST,
    expire_waiting,
    fail_waiting,
    forget_waiting,
    take_lines,
    waiting_in,
)
from summarizer.llm.batch import FileGone, ProviderBatch, Status, read_lines
from summarizer.llm.batch_lines import concerning_all, line_in
from summarizer.llm.question import Spent

if TYPE_CHECKING:
    from summarizer.backfill.batch.batches import BatchRow
    from summarizer.backfill.batch.provider import Provider
    from summarizer.backfill.ledger.opening import Ledger
    from summarizer.errors import ModelError
    from summarizer.llm.tariff import Tariff

_AT_ONCE: Final = 200
"""Lines written in one transaction."""
_REFUSED: Final = 400


def collect(
    ledger: Ledger,
    provider: Provider,
    model: str,
    batch: BatchRow,
    ended: ProviderBatch,
    prices: Tariff | None,
    spent: Callable[[Spent], object],
    stop: Callable[[ModelError], object],
) -> str | None:
    """Write down what ``ended`` has brought; ``spent`` hears what that cost, once. Why it was not all, if it was not.

    ``stop`` hears of errors after which nothing more need be asked; their requests are as if never sent.

    After a death at any moment it is done again from the beginning, and what is there already changes nothing.
    Raises as ``Provider.call``.
    """
    lost = False

    def take(raw: list[bytes]) -> None:
        lines = [line for one in raw if (line := line_in(one)) is not None]
        ending = {line.custom_id: error for line in lines if (error := concerning_all(model, line)) is not None}
        for error in list(ending.values())[:1]:
            stop(error)
        if ending:
            forget_waiting(ledger, batch, ending)
        spent(take_lines(ledger, batch, [line for line in lines if line.custom_id not in ending], prices))

    for file in (ended.output_file, ended.error_file):
        if file is None:
            continue
        try:
            provider.call(partial(read_lines, file=file, take=take, at_once=_AT_ONCE))
        except FileGone:
            lost = True
    if not waiting_in(ledger, batch):
        return None
    return _rest(ledger, batch, ended, lost=lost or (ended.output_file is None and ended.completed > 0))


def refuse_lines(ledger: Ledger, batch: BatchRow, ended: ProviderBatch) -> bool:
    """Write down which lines of its file the provider refused; ``False`` where it names none."""
    refused = {problem.line: problem.code for problem in ended.problems if problem.line is not None}
    if not refused:
        return False
    for code in sorted(set(refused.values())):
        fail_waiting(ledger, batch, _REFUSED, code, [line for line, why in refused.items() if why == code])
    forget_waiting(ledger, batch)
    return True


def _rest(ledger: Ledger, batch: BatchRow, ended: ProviderBatch, *, lost: bool) -> str:
    """What becomes of requests of which nothing came back."""
    if lost:
        # They were worked on, and paid: whether to pay again is for a person to say, with a retry.
        fail_waiting(ledger, batch, LOST, "answer_lost")
        return "answers_lost"
    if ended.status is Status.CANCELLED:
        forget_waiting(ledger, batch)
        return "cancelled"
    code = "batch_expired" if ended.status is Status.EXPIRED else "no_answer"
    expire_waiting(ledger, batch, code)
    return code
