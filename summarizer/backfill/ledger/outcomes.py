"""Records what came of claims."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.rows import Result, Runner
from summarizer.backfill.ledger.standing import Bid, Seen, keep_for_later, note_bytes, stand, step_down
from summarizer.backfill.ledger.tables import inputs, work


@dataclass(frozen=True, slots=True)
class _Work:
    """A work as it stands before its result is recorded."""

    state: State
    runner: int | None
    outdated: bool
    recipe: int
    input: int
    sha256: str | None


def record(ledger: Ledger, runner: Runner, results: Sequence[Result]) -> list[State]:
    """Write down what came of claims of ``runner``, all or nothing; tells the state that each then has.

    An answer for bytes that another work stands for is not needed: that input is ``duplicate``. Of a claim that is
    no longer the runner's nothing is written, but for an answer that nobody else is at: it may have been paid for.
    Where the file changed since it was claimed, it is to be read again, and the answer waits for whoever comes with
    the same bytes.
    """
    if not results:
        return []
    now = time.time()
    with ledger.transaction() as connection:
        works = _works(connection, results)
        ours = [one for one in results if _is_wanted(one, works[one.work], runner)]
        outdated = [one for one in ours if works[one.work].outdated]
        keep_for_later(connection, [bid for one in outdated if (bid := _bid(one, works)) and bid.kept], now)
        settled = dict.fromkeys((one.work for one in outdated), State.PENDING)
        settled |= _settle(connection, [one for one in ours if not works[one.work].outdated], works, now)
        if settled:
            _write(connection, [one for one in results if one.work in settled], settled, now)
    return [settled.get(one.work, works[one.work].state) for one in results]


def _works(connection: Connection, results: Sequence[Result]) -> dict[int, _Work]:
    """The works that ``results`` are about."""
    columns = (
        work.c.id, work.c.state, work.c.runner_id, work.c.outdated, work.c.recipe_id, work.c.input_id, inputs.c.sha256,
    )  # fmt: skip
    asked = select(*columns).join(inputs).where(work.c.id.in_([one.work for one in results]))
    return {number: _Work(State(state), *rest) for number, state, *rest in connection.execute(asked)}


def _is_wanted(result: Result, its: _Work, runner: Runner) -> bool:
    """Whether the work is the runner's, or free since that was taken for dead, with this answer to its very bytes."""
    if its.state is State.RUNNING:
        return its.runner == runner.id
    return its.state is State.PENDING and result.kept is not None and its.sha256 == result.sha256


def _settle(connection: Connection, results: Sequence[Result], works: dict[int, _Work], now: float) -> dict[int, State]:
    """The state of each work that is still the runner's and up to date."""
    step_down(connection, [one.work for one in results if one.sha256 is None and works[one.work].sha256])
    known = [(one, bid) for one in results if (bid := _bid(one, works))]
    note_bytes(
        connection,
        [Seen(bid.work, works[bid.work].input, works[bid.work].sha256, bid.sha256) for _, bid in known],
    )
    stood = stand(connection, [bid for _, bid in known], now) if known else []
    states = {one.work: State.FAILED for one in results}
    states.update((bid.work, state) for (_, bid), state in zip(known, stood, strict=True) if state)
    return states


def _bid(result: Result, works: dict[int, _Work]) -> Bid | None:
    if result.sha256 is None:
        return None
    return Bid(result.work, works[result.work].recipe, result.sha256, result.kept)


def _write(connection: Connection, results: Sequence[Result], settled: dict[int, State], now: float) -> None:
    """Write the states, and why inputs failed."""
    rows: list[dict[str, object]] = []
    for one in results:
        state = settled[one.work]
        failure = one.failure if state is State.FAILED else None
        rows.append(
            {
                "_id": one.work,
                "_state": state.value,
                "_code": failure and failure.code,
                "_message": failure and failure.message,
                "_finished": None if state is State.PENDING else now,
            }
        )
    changes: dict[str, object] = {name: bindparam(f"_{name}") for name in ("state", "code", "message", "finished")}
    changes |= {"runner_id": None, "held_by_batch": None, "outdated": False}
    connection.execute(update(work).where(work.c.id == bindparam("_id")).values(changes), rows)
