"""The batches of a ledger: who sees to each, how far it is, and which works it holds."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select, update

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.claims import FREE
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.rows import Claim, Runner
from summarizer.backfill.ledger.tables import batch_requests, batches, inputs, recipes, runners, work
from summarizer.errors import StoreError


class BatchState(StrEnum):
    """How far a batch of ours is."""

    PREPARING = "preparing"
    """Its file is being written; nothing was sent, and what comes of a dead runner's is begun anew."""
    UPLOADED = "uploaded"
    """Its file is at the provider, who may have made a batch of it already: look before one is made."""
    SUBMITTED = "submitted"
    """The provider works on it."""
    COLLECTED = "collected"
    """What it brought is in the ledger; letters that it still holds are to be read on."""
    FAILED = "failed"
    """It brought nothing, and its letters are pending again."""


_OPEN: Final = (BatchState.PREPARING.value, BatchState.UPLOADED.value, BatchState.SUBMITTED.value)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as the ledger has it."""

    id: int
    """Its number here."""
    uuid: str
    """Its number at the provider, in the metadata."""
    state: BatchState
    """How far it is."""
    input_file: str | None
    """The provider's name of its file."""
    provider_batch: str | None
    """The provider's name of it."""
    requests: int
    """Requests in it."""
    at_most_usd: float | None
    """Most dollars it may cost; ``None`` where the price is not known."""
    created: float
    """When it was begun, in seconds since 1970."""


def begin_batch(ledger: Ledger, runner: Runner, recipe_id: int) -> BatchRow:
    """A new batch that ``runner`` sees to."""
    row = {
        "recipe_id": recipe_id,
        "uuid": uuid.uuid4().hex,
        "state": BatchState.PREPARING.value,
        "runner_id": runner.id,
        "created": time.time(),
    }
    with ledger.transaction() as connection:
        key = connection.execute(insert(batches).values(row)).inserted_primary_key
        assert key is not None
        return _row(connection.execute(_asked().where(batches.c.id == key[0])).one())


def open_batches(ledger: Ledger, recipe_id: int) -> list[BatchRow]:
    """Batches of this recipe that are not at their end, whoever sees to them, the oldest first."""
    asked = _asked().where(batches.c.recipe_id == recipe_id, batches.c.state.in_(_OPEN)).order_by(batches.c.id)
    with ledger.reading() as connection:
        return [_row(row) for row in connection.execute(asked)]


def see_to(ledger: Ledger, runner: Runner, recipe_id: int) -> list[BatchRow]:
    """Have ``runner`` see to every open batch that no living runner sees to; all that it sees to, the oldest first."""
    mine = (batches.c.recipe_id == recipe_id, batches.c.state.in_(_OPEN), batches.c.runner_id == runner.id)
    free = or_(batches.c.runner_id.is_(None), batches.c.runner_id.not_in(select(runners.c.id)))
    with ledger.transaction() as connection:
        alive = connection.execute(select(runners.c.id).where(runners.c.id == runner.id)).scalar()
        if alive is None:
            return []  # taken for dead meanwhile: another may see to them
        taken = update(batches).where(batches.c.recipe_id == recipe_id, batches.c.state.in_(_OPEN), free)
        connection.execute(taken.values(runner_id=runner.id))
        return [_row(row) for row in connection.execute(_asked().where(*mine).order_by(batches.c.id))]


def uploaded(ledger: Ledger, runner: Runner, batch: BatchRow, file: str) -> BatchRow:
    """Note that the file of ``batch`` is at the provider as ``file``."""
    return _moved(ledger, runner, batch, state=BatchState.UPLOADED.value, input_file_id=file)


def submitted(ledger: Ledger, runner: Runner, batch: BatchRow, provider_batch: str) -> BatchRow:
    """Note that the provider has made ``provider_batch`` of it."""
    values = {"state": BatchState.SUBMITTED.value, "provider_batch_id": provider_batch, "submitted": time.time()}
    return _moved(ledger, runner, batch, **values)


def to_be_made_again(ledger: Ledger, runner: Runner, batch: BatchRow, code: str) -> BatchRow:
    """Note that the provider took none of it, for ``code``, and may take the same file later."""
    return _moved(ledger, runner, batch, state=BatchState.UPLOADED.value, provider_batch_id=None, code=code)


def collected(ledger: Ledger, runner: Runner, batch: BatchRow, code: str | None = None) -> BatchRow:
    """Note that all it brought is in the ledger; ``code`` says why that was not all, where it was not."""
    return _moved(
        ledger, runner, batch, state=BatchState.COLLECTED.value, collected=time.time(), code=code, runner_id=None
    )


def abandon(ledger: Ledger, runner: Runner, batch: BatchRow, code: str) -> None:
    """Give a batch up that brought nothing: its requests are forgotten, and its letters pending again."""
    with ledger.transaction() as connection:
        mine = (batches.c.id == batch.id, batches.c.runner_id == runner.id)
        given_up = {"state": BatchState.FAILED.value, "runner_id": None, "code": code[:64]}
        if connection.execute(update(batches).where(*mine).values(given_up)).rowcount != 1:
            raise _lost(ledger)
        connection.execute(delete(batch_requests).where(batch_requests.c.batch_id == batch.id))
        held = (work.c.held_by_batch == batch.id, work.c.state == State.RUNNING.value)
        connection.execute(update(work).where(*held).values({**FREE, "held_by_batch": None}))


def reclaim(ledger: Ledger, runner: Runner, recipe_id: int, most: int) -> list[Claim]:
    """Take up to ``most`` works whose batch is at its end, and that nobody has, to read them on.

    They stay held: where ``runner`` dies, another reclaims them, and nobody asks again what is answered.
    """
    ended = select(batches.c.id).where(batches.c.recipe_id == recipe_id, batches.c.state.not_in(_OPEN))
    asked = (
        select(work.c.id, inputs.c.address, work.c.attempts)
        .join(inputs, inputs.c.id == work.c.input_id)
        .where(
            work.c.recipe_id == recipe_id,
            work.c.held_by_batch.in_(ended),
            work.c.state == State.RUNNING.value,
            work.c.runner_id.is_(None),
        )
        .order_by(work.c.input_id)
        .limit(most)
        .with_for_update(of=work, skip_locked=True)
    )
    with ledger.transaction() as connection:
        alive = select(runners.c.id).where(runners.c.id == runner.id).with_for_update(read=True, key_share=True)
        if connection.execute(alive).scalar() is None:
            return []
        rows = connection.execute(asked).all()
        taken = update(work).where(work.c.id.in_([row.id for row in rows]))
        if rows:
            connection.execute(taken.values(runner_id=runner.id))
    return [Claim(number, address, attempts) for number, address, attempts in rows]


def let_go(ledger: Ledger, runner: Runner) -> None:
    """Leave the works that ``runner`` reclaimed and did not read to their batches."""
    mine = (work.c.runner_id == runner.id, work.c.held_by_batch.is_not(None), work.c.state == State.RUNNING.value)
    with ledger.transaction() as connection:
        connection.execute(update(work).where(*mine).values(runner_id=None))


def settled_elsewhere(ledger: Ledger, works: Collection[int]) -> None:
    """No batch holds ``works`` any more that have got another state meanwhile."""
    done = (work.c.id.in_(works), work.c.state != State.RUNNING.value, work.c.held_by_batch.is_not(None))
    with ledger.transaction() as connection:
        connection.execute(update(work).where(*done).values(held_by_batch=None))


def put_back(ledger: Ledger, runner: Runner, works: Collection[int]) -> None:
    """Make ``works`` of ``runner`` pending, held by no batch."""
    mine = (work.c.id.in_(works), work.c.runner_id == runner.id, work.c.state == State.RUNNING.value)
    with ledger.transaction() as connection:
        connection.execute(update(work).where(*mine).values({**FREE, "held_by_batch": None}))


def most_that_went(ledger: Ledger, recipe_id: int, full: Sequence[str]) -> int | None:
    """Half of the smallest batch that was refused, with one of the codes ``full``, while nothing else waited."""
    refused = (batches.c.recipe_id == recipe_id, batches.c.state == BatchState.FAILED.value, batches.c.code.in_(full))
    with ledger.reading() as connection:
        least = connection.execute(select(func.min(batches.c.requests)).where(*refused)).scalar()
    return None if least is None else max(1, int(least) // 2)


def fingerprint_of(ledger: Ledger, recipe_id: int) -> str:
    """The fingerprint of a recipe."""
    with ledger.reading() as connection:
        return str(connection.execute(select(recipes.c.fingerprint).where(recipes.c.id == recipe_id)).scalar_one())


def _moved(ledger: Ledger, runner: Runner, batch: BatchRow, **values: object) -> BatchRow:
    """``batch`` with new values; ``StoreError`` where another runner sees to it."""
    mine: tuple[ColumnElement[bool], ...] = (batches.c.id == batch.id, batches.c.runner_id == runner.id)
    with ledger.transaction() as connection:
        if connection.execute(update(batches).where(*mine).values(values)).rowcount != 1:
            raise _lost(ledger)
        return _row(connection.execute(_asked().where(batches.c.id == batch.id)).one())


def _lost(ledger: Ledger) -> StoreError:
    what = "this run was silent for so long that another one sees to its batches"
    return StoreError(ledger.address, what, "let the other one go on, or run again when it has ended")


def _asked() -> Select[Any]:
    columns = batches.c
    return select(
        columns.id, columns.uuid, columns.state, columns.input_file_id, columns.provider_batch_id, columns.requests,
        columns.at_most_usd, columns.created,
    )  # fmt: skip


def _row(row: Row[Any]) -> BatchRow:
    return BatchRow(
        row.id, row.uuid, BatchState(row.state), row.input_file_id, row.provider_batch_id, row.requests,
        row.at_most_usd, row.created,
    )  # fmt: skip
