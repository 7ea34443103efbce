"""Who has which input: claimed by one runner, admitted before a model is paid, released where it was not read."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, update

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.rows import Claim, Runner
from summarizer.backfill.ledger.standing import NO_OUTCOME, Bid, Seen, note_bytes, stand
from summarizer.backfill.ledger.tables import inputs, runners, work

FREE: dict[str, object] = {"state": State.PENDING.value, "runner_id": None, **NO_OUTCOME}
"""Columns of a work that nobody has any more and that is still to be read."""


def claim(ledger: Ledger, runner: Runner, recipe_id: int, most: int, lots_below: int | None = None) -> list[Claim]:
    """Take up to ``most`` pending works, the first listed first; of the inputs with a lot below ``lots_below`` only.

    None where nothing is pending, and none where ``runner`` was taken for dead meanwhile: ``renew`` tells.
    """
    asked = (
        select(work.c.id, inputs.c.address, work.c.attempts)
        .join(inputs, inputs.c.id == work.c.input_id)
        .where(work.c.recipe_id == recipe_id, work.c.state == State.PENDING.value, *_sampled(lots_below))
        .order_by(work.c.input_id)
        .limit(most)
        .with_for_update(of=work, skip_locked=True)
    )
    with ledger.transaction(queued=False) as connection:
        alive = select(runners.c.id).where(runners.c.id == runner.id).with_for_update(read=True, key_share=True)
        if connection.execute(alive).scalar() is None:
            return []
        rows = connection.execute(asked).all()
        if rows:
            taken = {"state": State.RUNNING.value, "runner_id": runner.id, "attempts": work.c.attempts + 1}
            connection.execute(update(work).where(work.c.id.in_([row.id for row in rows])).values(taken))
    return [Claim(number, address, attempts + 1) for number, address, attempts in rows]


def admit(ledger: Ledger, runner: Runner, claim: Claim, sha256: str) -> bool:
    """Whether the bytes of ``claim`` are to be read: ask before a model is paid.

    From then on this work stands for them, across restarts too. Otherwise the claim is settled: a duplicate where
    another work stands for these bytes, done where their answer is there already, pending again where the file
    changed meanwhile, and somebody else's where ``runner`` was taken for dead.
    """
    columns = (work.c.state, work.c.runner_id, work.c.outdated, work.c.recipe_id, work.c.input_id, inputs.c.sha256)
    this = work.c.id == claim.work
    now = time.time()
    with ledger.transaction() as connection:
        row = connection.execute(select(*columns).join(inputs).where(this)).one()
        if row.state != State.RUNNING.value or row.runner_id != runner.id:
            return False
        if row.outdated:
            connection.execute(update(work).where(this).values({**FREE, "attempts": 0}))
            return False
        note_bytes(connection, [Seen(claim.work, row.input_id, row.sha256, sha256)])
        [state] = stand(connection, [Bid(claim.work, row.recipe_id, sha256)], now)
        if state is None:
            return True
        connection.execute(update(work).where(this).values({**FREE, "state": state.value, "finished": now}))
        return False


def state_of(ledger: Ledger, number: int) -> State:
    """The state of one work."""
    with ledger.reading() as connection:
        return State(connection.execute(select(work.c.state).where(work.c.id == number)).scalar_one())


def release(ledger: Ledger, runner: Runner, works: Sequence[int] | None = None) -> int:
    """Give back what ``runner`` has and did not read, by default all of it; tells how many works that were."""
    mine: list[ColumnElement[bool]] = [
        work.c.runner_id == runner.id,
        work.c.state == State.RUNNING.value,
        work.c.held_by_batch.is_(None),
    ]
    if works is not None:
        mine.append(work.c.id.in_(works))
    with ledger.transaction() as connection:
        return connection.execute(update(work).where(*mine).values(FREE)).rowcount


def lot_limit(ledger: Ledger, recipe_id: int, sample: int) -> int | None:
    """The lot below which ``sample`` inputs of this recipe lie; ``None`` where there are no more than that."""
    asked = (
        select(inputs.c.lot)
        .join(work, (work.c.input_id == inputs.c.id) & (work.c.recipe_id == recipe_id))
        .order_by(inputs.c.lot)
        .offset(sample)
        .limit(1)
    )
    with ledger.reading() as connection:
        lot = connection.execute(asked).scalar()
    return None if lot is None else int(lot)


def remaining_in(ledger: Ledger, recipe_id: int, lots_below: int | None) -> int:
    """Works pending or running, of the inputs with a lot below ``lots_below`` only."""
    states = [State.PENDING.value, State.RUNNING.value]
    counted = select(func.count()).select_from(work)
    asked = counted.where(work.c.recipe_id == recipe_id, work.c.state.in_(states), *_sampled(lots_below))
    with ledger.reading() as connection:
        return int(connection.execute(asked).scalar_one())


def _sampled(lots_below: int | None) -> tuple[ColumnElement[bool], ...]:
    """That an input belongs to the sample."""
    if lots_below is None:
        return ()
    return (work.c.input_id.in_(select(inputs.c.id).where(inputs.c.lot < lots_below)),)
