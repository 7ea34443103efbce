"""Takes the inputs that were listed into the ledger."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Row, bindparam, insert, literal, select, update

from summarizer.backfill.input import Input
from summarizer.backfill.kept import State
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.rows import Enlisted
from summarizer.backfill.ledger.standing import Bid, read_again, stand
from summarizer.backfill.ledger.tables import inputs, work

_AT_ONCE: Final = 1_000
"""Inputs a transaction: others write in between."""


def enlist(ledger: Ledger, recipe_id: int, listed: Sequence[Input]) -> Enlisted:
    """See that each input listed has a work by this recipe, and that one whose stamp changed is read again by all.

    Where its bytes are known from another recipe, it is a duplicate at once if another stands for them, and has
    its answer if that is there.
    """
    total = Enlisted()
    for start in range(0, len(listed), _AT_ONCE):
        with ledger.transaction() as connection:
            total += _enlist(connection, recipe_id, listed[start : start + _AT_ONCE])
    return total


def _enlist(connection: Connection, recipe_id: int, listed: Sequence[Input]) -> Enlisted:
    by_address: dict[str, Input] = {}
    for one in listed:
        by_address.setdefault(one.address, one)
    known = _known(connection, recipe_id, by_address)
    changed = {row.id: by_address[row.address] for row in known if row.stamp != by_address[row.address].stamp}
    _note_changes(connection, changed)
    addresses = {row.address for row in known}
    new = [one for one in by_address.values() if one.address not in addresses]
    if new:
        now = time.time()
        connection.execute(insert(inputs), [{**_row(one, now), "address": one.address, "lot": one.lot} for one in new])
    if new or any(row.work is None for row in known):
        _add_work(connection, recipe_id, by_address)
    return Enlisted(len(new), len(changed), len(listed) - len(new) - len(changed))


def _known(
    connection: Connection, recipe_id: int, by_address: Mapping[str, Input]
) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """The inputs that have a row, with their work by this recipe, in the order they were first listed in."""
    here = (work.c.input_id == inputs.c.id) & (work.c.recipe_id == recipe_id)
    asked = (
        select(inputs.c.id, inputs.c.address, inputs.c.stamp, inputs.c.sha256, work.c.id.label("work"))
        .outerjoin(work, here)
        .where(inputs.c.address.in_(by_address))
        .order_by(inputs.c.id)
    )
    return connection.execute(asked).all()


def _note_changes(connection: Connection, changed: Mapping[int, Input]) -> None:
    """Forget what was known of files that changed."""
    if not changed:
        return
    now = time.time()
    values: dict[str, BindParameter[object]] = {name: bindparam(f"_{name}") for name in ("stamp", "size", "seen")}
    forgotten = update(inputs).where(inputs.c.id == bindparam("_id")).values(**values, sha256=None)
    rows = [{f"_{name}": value for name, value in _row(one, now).items()} for one in changed.values()]
    connection.execute(forgotten, [{**row, "_id": number} for row, number in zip(rows, changed, strict=True)])
    read_again(connection, list(changed))


def _add_work(connection: Connection, recipe_id: int, by_address: Mapping[str, Input]) -> None:
    """Give every input its work by this recipe."""
    workless = [row for row in _known(connection, recipe_id, by_address) if row.work is None]
    rows = [{"input_id": row.id, "recipe_id": recipe_id, "state": State.PENDING.value} for row in workless]
    connection.execute(insert(work), rows)
    if not any(row.sha256 for row in workless):
        return
    added = {row.id for row in workless}
    bids = [
        Bid(row.work, recipe_id, row.sha256)
        for row in _known(connection, recipe_id, by_address)
        if row.id in added and row.sha256 and row.work is not None
    ]
    now = time.time()
    settled = [(bid.work, state) for bid, state in zip(bids, stand(connection, bids, now), strict=True) if state]
    if settled:
        changes = {"state": bindparam("_state"), "finished": literal(now)}
        connection.execute(
            update(work).where(work.c.id == bindparam("_id")).values(changes),
            [{"_id": number, "_state": state.value} for number, state in settled],
        )


def _row(one: Input, now: float) -> dict[str, object]:
    return {"stamp": one.stamp, "size": one.size, "seen": now}
