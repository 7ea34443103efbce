"""The requests in a ledger's batches: what is asked about which letter, and what came back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, delete, func, insert, select, update

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.rows import Runner
from summarizer.backfill.ledger.tables import batch_requests, batches, work
from summarizer.llm.batch_lines import MOST_ID, PASSING, Line, error_of, spent_on_line
from summarizer.llm.question import Spent
from summarizer.llm.replay import Recorded, Wanted

if TYPE_CHECKING:
    from summarizer.backfill.batch.batches import BatchRow
    from summarizer.llm.tariff import Tariff

_PREFIX: Final = "imr-"
_AT_ONCE: Final = 1_000
"""Lines named in one statement: databases take no more than some thousands."""
LOST: Final = 410
"""The status of a request whose answer the provider does not have any more, though it was worked on."""


class RequestState(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    """Nothing came back yet."""
    ANSWERED = "answered"
    """An answer came back."""
    FAILED = "failed"
    """An error did."""
    USED = "used"
    """Its letter has an outcome; asked again, it is asked anew."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger knows of the requests about one letter."""

    series: int
    """How often the letter came to an outcome before."""
    recorded: Mapping[tuple[str, int], Recorded]
    """What came back, by identity and attempt."""
    waiting: Mapping[tuple[str, int], int]
    """Batches that are still to answer, by identity and attempt."""


@dataclass(frozen=True, slots=True)
class Held:
    """A letter that is to wait for a batch, and what is asked about it."""

    work: int
    """Its work."""
    sha256: str
    """Its bytes."""
    series: int
    """As ``Told`` has it."""
    wanted: Sequence[tuple[str, Wanted]]
    """Each request with its ``custom_id``."""


def custom_id_of(letter: str, recipe: str, series: int, wanted: Wanted) -> str:
    """The name of a request, the same in every run: of at most 64 characters, as providers want it."""
    parts = json.dumps([letter, recipe, series, wanted.identity, wanted.attempt])
    return (_PREFIX + sha256(parts.encode("ascii")).hexdigest())[:MOST_ID]


def told_of(ledger: Ledger, recipe_id: int, letter: str) -> Told:
    """What the ledger knows of the requests about the bytes ``letter``."""
    columns = batch_requests.c
    asked = select(
        columns.state, columns.series, columns.identity, columns.attempt, columns.batch_id,
        columns.question, columns.status, columns.answer,
    ).where(columns.recipe_id == recipe_id, columns.sha256 == letter)  # fmt: skip
    series, recorded, waiting = 0, {}, {}
    with ledger.reading() as connection:
        for state, number, identity, attempt, batch, question, status, answer in connection.execute(asked):
            if state == RequestState.USED.value:
                series = max(series, number + 1)
            elif state == RequestState.WAITING.value:
                waiting[identity, attempt] = batch
            else:
                recorded[identity, attempt] = Recorded(question, status, zlib.decompress(answer))
    return Told(series, recorded, waiting)


def hold(ledger: Ledger, runner: Runner, batch: BatchRow, letters: Sequence[Held], first: int) -> None:
    """Have ``batch`` hold the works of ``letters`` that are still the runner's, with their requests.

    ``first`` is the line of the first request. Lines of a work that is another's by now are asked in vain: it must
    have been silent for the time of a lease.
    """
    recipe = select(batches.c.recipe_id).where(batches.c.id == batch.id)
    with ledger.transaction() as connection:
        recipe_id = connection.execute(recipe).scalar_one()
        rows: list[dict[str, object]] = []
        for letter in letters:
            for name, wanted in letter.wanted:
                rows.append(
                    {
                        "custom_id": name,
                        "batch_id": batch.id,
                        "recipe_id": recipe_id,
                        "work_id": letter.work,
                        "sha256": letter.sha256,
                        "series": letter.series,
                        "question": wanted.question,
                        "identity": wanted.identity,
                        "attempt": wanted.attempt,
                        "place": first + len(rows),
                        "state": RequestState.WAITING.value,
                    }
                )
        connection.execute(insert(batch_requests), rows)
        mine = (work.c.id.in_([letter.work for letter in letters]), _runners(runner))
        connection.execute(update(work).where(*mine).values(held_by_batch=batch.id, runner_id=None))


def hold_by_another(ledger: Ledger, runner: Runner, number: int, batch: int) -> None:
    """Have a batch hold a work whose bytes it asks about already, for another work."""
    with ledger.transaction() as connection:
        mine = (work.c.id == number, _runners(runner))
        connection.execute(update(work).where(*mine).values(held_by_batch=batch, runner_id=None))


def seal(ledger: Ledger, batch: BatchRow, requests: int, at_most_usd: float | None) -> None:
    """Note what is in a batch that is about to be sent."""
    values = {"requests": requests, "at_most_usd": at_most_usd}
    with ledger.transaction() as connection:
        connection.execute(update(batches).where(batches.c.id == batch.id).values(values))


def take_lines(ledger: Ledger, batch: BatchRow, lines: Sequence[Line], prices: Tariff | None) -> Spent:
    """Write down what came back; what each line cost that was not known before.

    Lines that are no request of this batch, or that came before, change nothing: reading a file twice counts once.
    """
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(line.custom_id, line)
    waiting = (batch_requests.c.batch_id == batch.id, batch_requests.c.state == RequestState.WAITING.value)
    named = batch_requests.c.custom_id.in_(first)
    total, rows = Spent(), list[dict[str, object]]()
    with ledger.transaction() as connection:
        for (name,) in connection.execute(select(batch_requests.c.custom_id).where(*waiting, named)):
            line = first[name]
            spent = spent_on_line(prices, line)
            total += spent
            rows.append({"_named": name, **_under(_outcome(line)), **_under(_cost(spent, line))})
        if rows:
            which = update(batch_requests).where(batch_requests.c.custom_id == bindparam("_named"))
            values: dict[str, BindParameter[object]] = {key[1:]: bindparam(key) for key in rows[0] if key != "_named"}
            connection.execute(which.values(values), rows)
    return total


def fail_waiting(ledger: Ledger, batch: BatchRow, status: int, code: str, places: Collection[int] = ()) -> int:
    """Write an error down for what is still waiting, all of it or the lines ``places``; tells for how many."""
    failing = update(batch_requests).where(*_waiting(batch)).values(_outcome(Line("", status, error_of(code), code)))
    with ledger.transaction() as connection:
        if not places:
            return connection.execute(failing).rowcount
        known = sorted(places)
        some = (known[begin : begin + _AT_ONCE] for begin in range(0, len(known), _AT_ONCE))
        return sum(connection.execute(failing.where(batch_requests.c.place.in_(part))).rowcount for part in some)


def expire_waiting(ledger: Ledger, batch: BatchRow, code: str) -> int:
    """Write down that what is still waiting was not worked on; tells how much that is."""
    return fail_waiting(ledger, batch, PASSING, code)


def forget_waiting(ledger: Ledger, batch: BatchRow, names: Collection[str] | None = None) -> int:
    """Forget requests that were not worked on, as if they had not been sent; all by default. Tells how many."""
    which: list[ColumnElement[bool]] = [*_waiting(batch)]
    if names is not None:
        which.append(batch_requests.c.custom_id.in_(names))
    with ledger.transaction() as connection:
        return connection.execute(delete(batch_requests).where(*which)).rowcount


def waiting_in(ledger: Ledger, batch: BatchRow) -> int:
    """Requests of a batch of which nothing came back."""
    asked = select(func.count()).select_from(batch_requests).where(*_waiting(batch))
    with ledger.reading() as connection:
        return int(connection.execute(asked).scalar_one())


def use_up(ledger: Ledger, recipe_id: int, letters: Collection[str]) -> None:
    """Let go of what came back for ``letters``: they have an outcome. What it cost stays."""
    came_back = [RequestState.ANSWERED.value, RequestState.FAILED.value]
    theirs = and_(batch_requests.c.recipe_id == recipe_id, batch_requests.c.sha256.in_(letters))
    used = update(batch_requests).where(theirs, batch_requests.c.state.in_(came_back))
    with ledger.transaction() as connection:
        connection.execute(used.values(state=RequestState.USED.value, answer=None))


def _runners(runner: Runner) -> ColumnElement[bool]:
    return and_(work.c.runner_id == runner.id, work.c.state == State.RUNNING.value)


def _waiting(batch: BatchRow) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (batch_requests.c.batch_id == batch.id, batch_requests.c.state == RequestState.WAITING.value)


def _outcome(line: Line) -> dict[str, object]:
    state = RequestState.ANSWERED if line.status < 300 else RequestState.FAILED
    return {
        "state": state.value,
        "status": line.status,
        "code": line.code and line.code[:64],
        "answer": zlib.compress(line.body, 1),
    }


def _under(values: Mapping[str, object]) -> dict[str, object]:
    """Named so that they are not taken for columns."""
    return {f"_{name}": value for name, value in values.items()}


def _cost(spent: Spent, line: Line) -> dict[str, object]:
    return {
        "input_tokens": spent.input_tokens,
        "cached_input_tokens": spent.cached_input_tokens,
        "output_tokens": spent.output_tokens,
        "cost_usd": 0.0 if line.status >= 300 else spent.cost_usd,
    }
