"""The letters that were read, one a content hash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select

from summarizer.backfill.kept import State, Stored
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.tables import inputs, work
from summarizer.backfill.ledger.tables import letters as rows

_PAGE: Final = 500
"""Letters held at a time."""


def letters(ledger: Ledger, recipe_id: int) -> Iterator[Stored]:
    """Letters that have an answer and an input that stands for them, in the order those were first listed in.

    Memory stays flat, and no transaction is open while the caller works.
    """
    asked = (
        select(work.c.input_id, rows.c.sha256, inputs.c.address, work.c.state, rows.c.packed)
        .join(rows, rows.c.work_id == work.c.id)
        .join(inputs, inputs.c.id == work.c.input_id)
        .where(work.c.recipe_id == recipe_id, rows.c.finished.is_not(None))
        .order_by(work.c.input_id)
        .limit(_PAGE)
    )
    last = -1
    while True:
        with ledger.reading() as connection:
            page = connection.execute(asked.where(work.c.input_id > last)).all()
            copied = (
                select(inputs.c.sha256, func.count().label("number"))
                .join(work, (work.c.input_id == inputs.c.id) & (work.c.recipe_id == recipe_id))
                .where(inputs.c.sha256.in_([row.sha256 for row in page]), work.c.state == State.DUPLICATE.value)
                .group_by(inputs.c.sha256)
            )
            copies = {row.sha256: row.number for row in connection.execute(copied)} if page else {}
        for _, sha256, address, state, packed in page:
            yield Stored(sha256, address, 1 + copies.get(sha256, 0), State(state), packed)
        if len(page) < _PAGE:
            return
        last = page[-1].input_id
