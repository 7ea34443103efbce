"""Inputs that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from summarizer.backfill.kept import Failure, State
from summarizer.backfill.ledger.claims import FREE
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.rows import FailedInput
from summarizer.backfill.ledger.tables import inputs, work

_PAGE: Final = 1_000


def failures(ledger: Ledger, recipe_id: int, code: str | None = None) -> Iterator[FailedInput]:
    """Inputs that failed, of one kind or of all, in the order they were first listed in; memory stays flat."""
    columns = (work.c.input_id, inputs.c.address, work.c.code, work.c.message, work.c.attempts)
    asked = select(*columns).join(inputs).where(*_failed(recipe_id, () if code is None else (code,)))
    last = -1
    while True:
        with ledger.reading() as connection:
            page = connection.execute(asked.where(work.c.input_id > last).order_by(work.c.input_id).limit(_PAGE)).all()
        for _, address, kind, message, attempts in page:
            yield FailedInput(address, Failure(kind or "", message or ""), attempts)
        if len(page) < _PAGE:
            return
        last = page[-1].input_id


def failure_kinds(ledger: Ledger, recipe_id: int) -> dict[str, int]:
    """Failed inputs by kind of failure, the most frequent kind first."""
    asked = select(work.c.code, func.count()).where(*_failed(recipe_id)).group_by(work.c.code)
    with ledger.reading() as connection:
        kinds = [(str(kind or ""), int(number)) for kind, number in connection.execute(asked)]
    return dict(sorted(kinds, key=lambda kind: (-kind[1], kind[0])))


def retry(ledger: Ledger, recipe_id: int, codes: Sequence[str] = ()) -> int:
    """Have failed inputs read again, of the kinds ``codes`` or of all; tells how many those are."""
    with ledger.transaction() as connection:
        return connection.execute(update(work).where(*_failed(recipe_id, codes)).values(FREE)).rowcount


def _failed(recipe_id: int, codes: Sequence[str] = ()) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [work.c.recipe_id == recipe_id, work.c.state == State.FAILED.value]
    return [*where, work.c.code.in_(codes)] if codes else where
