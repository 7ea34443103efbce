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
from summarizer.errors import FileGone
from summarizer.llm.batch import ProviderBatch, Status, read_lines
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
_SHARED: Final = frozenset({"model", "url", "method", "endpoint"})
"""Words in codes about what all lines of a file have alike, though one line may be named."""


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

    ``stop`` hears in the end of an error after which nothing more need be asked; its requests are as if never sent.

    After a death at any moment it is done again from the beginning, and what is there already changes nothing.
    Raises as ``Provider.call``.
    """
    lost = False
    endings: list[ModelError] = []

    def take(raw: list[bytes]) -> None:
        lines = [line for one in raw if (line := line_in(one)) is not None]
        ending = {line.custom_id: error for line in lines if (error := concerning_all(model, line)) is not None}
        if ending:
            endings.extend(() if endings else list(ending.values())[:1])
            forget_waiting(ledger, batch, ending)
        spent(take_lines(ledger, batch, [line for line in lines if line.custom_id not in ending], prices))

    for file in (ended.output_file, ended.error_file):
        if file is None:
            continue
        try:
            provider.call(partial(read_lines, file=file, take=take, at_once=_AT_ONCE))
        except FileGone:
            lost = True
    for error in endings:  # not before all is read: a run that stops within a file never comes to its end
        stop(error)
    if not waiting_in(ledger, batch):
        return None
    return _rest(ledger, batch, ended, lost=lost or (ended.output_file is None and ended.completed > 0))


def refuse_lines(ledger: Ledger, batch: BatchRow, ended: ProviderBatch) -> bool:
    """Write down which lines of its file the provider refused; ``False`` where it is not for some of them alone."""
    refused = {problem.line: problem.code for problem in ended.problems if problem.line is not None}
    if any(_SHARED.intersection(code.lower().split("_")) for code in refused.values()):
        return False
    failed = 0
    for code in sorted(set(refused.values())):
        failed += fail_waiting(ledger, batch, _REFUSED, code, [line for line, why in refused.items() if why == code])
    if not failed:  # none of these lines is ours: the same file would be refused for ever
        return False
    forget_waiting(ledger, batch)
    return True


def give_up(ledger: Ledger, batch: BatchRow) -> str:
    """Write down that the provider knows a batch no more that it had taken: why, in a word."""
    fail_waiting(ledger, batch, LOST, "answer_lost")
    return "batch_gone"


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
