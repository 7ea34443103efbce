"""Which work stands for which bytes: one for each content hash and recipe, and all others are its duplicates.

That is so after every transaction: a row of ``letters`` that names a work names one whose input has these bytes,
and each ``duplicate`` has such a row that names another work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, delete, false, insert, select, update

from summarizer.backfill.kept import Kept, State
from summarizer.backfill.ledger.tables import inputs, letters, recipes, work


@dataclass(frozen=True, slots=True)
class Bid:
    """A work whose bytes are known."""

    work: int
    """Number of the work."""
    recipe: int
    """Number of its recipe."""
    sha256: str
    """Its bytes."""
    kept: Kept | None = None
    """What was read from them, where that is known."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An input's bytes, as a work has found them."""

    work: int
    """Number of the work."""
    input: int
    """Number of its input."""
    known: str | None
    """The bytes that the ledger knew of."""
    sha256: str
    """The bytes found."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """A row of ``letters``."""

    work: int | None
    state: State | None
    """That of its answer, where it has one."""


def note_bytes(connection: Connection, found: Sequence[Seen]) -> None:
    """Write down what bytes inputs have; where those differ from the known ones, other recipes read them again."""
    fresh = [one for one in found if one.known != one.sha256]
    if not fresh:
        return
    noted = update(inputs).where(inputs.c.id == bindparam("number")).values(sha256=bindparam("bytes"))
    connection.execute(noted, [{"number": one.input, "bytes": one.sha256} for one in fresh])
    changed = [one for one in fresh if one.known is not None]
    if changed:
        works = [one.work for one in changed]
        step_down(connection, works)
        read_again(connection, [one.input for one in changed], but=works)


def stand(connection: Connection, bids: Sequence[Bid], now: float) -> list[State | None]:
    """Let each work stand for its bytes where no other does, in order; writes ``letters``, not ``work``.

    Gives the state that each then has: ``duplicate``; that of the answer, be it its own or one that was there;
    ``None`` where it stands and has no answer yet. ``now`` is the time of the answers, in seconds since 1970.
    """
    known = _letters_of(connection, bids)
    new: list[dict[str, object]] = []
    answered: list[dict[str, object]] = []
    taken_over: list[dict[str, object]] = []
    states: list[State | None] = []
    for bid in bids:
        letter = known.get((bid.sha256, bid.recipe))
        if letter is not None and letter.work not in (None, bid.work):
            states.append(State.DUPLICATE)
            continue
        state = letter.state if letter is not None else None
        if letter is None:
            new.append(_row(bid, bid.work, now))
            state = bid.kept.state if bid.kept else None
        elif state is None and bid.kept is not None:
            answered.append({f"_{name}": value for name, value in _row(bid, bid.work, now).items()})
            state = bid.kept.state
        elif letter.work is None:
            taken_over.append({"_sha256": bid.sha256, "_recipe_id": bid.recipe, "_work_id": bid.work})
        known[bid.sha256, bid.recipe] = _Letter(bid.work, state)
        states.append(state)
    if new:
        connection.execute(insert(letters), new)
    for rows in (answered, taken_over):
        if rows:
            changes: dict[str, BindParameter[object]] = {name[1:]: bindparam(name) for name in rows[0]}
            connection.execute(update(letters).where(*_this_letter()).values(changes), rows)
    return states


def keep_for_later(connection: Connection, bids: Sequence[Bid], now: float) -> None:
    """Keep answers for which no work can stand, unless there are some for these bytes: they were paid for."""
    if not bids:
        return
    known = _letters_of(connection, bids)
    rows = {(bid.sha256, bid.recipe): _row(bid, None, now) for bid in bids if bid.kept}
    new = [row for key, row in rows.items() if key not in known]
    if new:
        connection.execute(insert(letters), new)


def step_down(connection: Connection, works: Collection[int]) -> None:
    """Let ``works`` no longer stand for any bytes; the first duplicate takes each over, with the answer or pending.

    Where there is none, an answer is kept without a work.
    """
    if not works:
        return
    mine = select(letters.c.sha256, letters.c.recipe_id, letters.c.work_id, letters.c.needs_review, letters.c.finished)
    given_up = connection.execute(mine.where(letters.c.work_id.in_(works))).all()
    if not given_up:
        return
    heirs = _heirs(connection, {row.sha256 for row in given_up}, {row.recipe_id for row in given_up}, works)
    moved: list[dict[str, object]] = []
    called: list[dict[str, object]] = []
    dropped: list[dict[str, object]] = []
    for row in given_up:
        heir = heirs.get((row.sha256, row.recipe_id))
        which = {"_sha256": row.sha256, "_recipe_id": row.recipe_id}
        if heir is None and row.finished is None:
            dropped.append(which)
            continue
        moved.append({**which, "_work_id": heir})
        if heir is not None:
            state = State.PENDING if row.finished is None else _answer_state(row.needs_review)
            called.append({"number": heir, "new_state": state.value, "when": row.finished})
    if dropped:
        connection.execute(delete(letters).where(*_this_letter()), dropped)
    if moved:
        connection.execute(update(letters).where(*_this_letter()).values(work_id=bindparam("_work_id")), moved)
    if called:
        taken: dict[str, BindParameter[object]] = {"state": bindparam("new_state"), "finished": bindparam("when")}
        connection.execute(update(work).where(work.c.id == bindparam("number")).values(taken), called)


def read_again(connection: Connection, changed: Collection[int], but: Collection[int] = ()) -> None:
    """Have every work of the ``changed`` inputs read again, by whatever recipe, except the works ``but``.

    The inputs' ``sha256`` must say already what they are now.
    """
    mine = set(_works_of(connection, changed)).difference(but)
    rows = connection.execute(select(work.c.id, work.c.state).where(work.c.id.in_(mine)).with_for_update()).all()
    step_down(connection, [row.id for row in rows])
    anew = {"state": State.PENDING.value, "runner_id": None, "held_by_batch": None, "attempts": 0, **NO_OUTCOME}
    idle = [row.id for row in rows if row.state != State.RUNNING.value]
    if idle:
        connection.execute(update(work).where(work.c.id.in_(idle)).values(anew))
    running = [row.id for row in rows if row.state == State.RUNNING.value]
    if running:
        connection.execute(update(work).where(work.c.id.in_(running)).values(outdated=True))


NO_OUTCOME: dict[str, object] = {"outdated": false(), "code": None, "message": None, "finished": None}
"""Columns of a work that nothing came of yet."""


def _works_of(connection: Connection, of_inputs: Collection[int]) -> Iterator[int]:
    """Works of these inputs by all recipes."""
    # One recipe after another and from the inputs on: else SQLite looks at all works of a recipe.
    for recipe in connection.execute(select(recipes.c.id)).scalars().all():
        theirs = (work.c.input_id == inputs.c.id) & (work.c.recipe_id == recipe)
        found = select(work.c.id).select_from(inputs.outerjoin(work, theirs)).where(inputs.c.id.in_(of_inputs))
        yield from (number for number in connection.execute(found).scalars() if number is not None)


def _answer_state(needs_review: bool) -> State:
    return State.NEEDS_REVIEW if needs_review else State.DONE


def _letters_of(connection: Connection, bids: Sequence[Bid]) -> dict[tuple[str, int], _Letter]:
    """The rows of these bytes and recipes."""
    columns = (letters.c.sha256, letters.c.recipe_id, letters.c.work_id, letters.c.needs_review, letters.c.finished)
    asked = select(*columns).where(
        letters.c.sha256.in_({bid.sha256 for bid in bids}), letters.c.recipe_id.in_({bid.recipe for bid in bids})
    )
    return {
        (sha256, recipe): _Letter(standing, None if finished is None else _answer_state(needs_review))
        for sha256, recipe, standing, needs_review, finished in connection.execute(asked)
    }


def _row(bid: Bid, standing: int | None, now: float) -> dict[str, object]:
    """A row of ``letters``, without an answer where there is none."""
    kept = bid.kept or Kept(b"", needs_review=False)
    return {
        "sha256": bid.sha256,
        "recipe_id": bid.recipe,
        "work_id": standing,
        "needs_review": kept.needs_review,
        "requests": kept.requests,
        "input_tokens": kept.input_tokens,
        "cached_input_tokens": kept.cached_input_tokens,
        "output_tokens": kept.output_tokens,
        "cost_usd": kept.cost_usd,
        "finished": now if bid.kept else None,
        "packed": kept.packed if bid.kept else None,
    }


def _this_letter() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (letters.c.sha256 == bindparam("_sha256"), letters.c.recipe_id == bindparam("_recipe_id"))


def _heirs(
    connection: Connection, hashes: Collection[str], of_recipes: Collection[int], but: Collection[int]
) -> dict[tuple[str, int], int]:
    """For each content hash and recipe the duplicate that was listed first."""
    asked = (
        select(inputs.c.sha256, work.c.recipe_id, work.c.id)
        .join(work, work.c.input_id == inputs.c.id)
        .where(
            inputs.c.sha256.in_(hashes),
            work.c.recipe_id.in_(of_recipes),
            work.c.state == State.DUPLICATE.value,
            work.c.id.not_in(but),
        )
        .order_by(inputs.c.id)
    )
    heirs: dict[tuple[str, int], int] = {}
    for sha256, recipe, number in connection.execute(asked):
        heirs.setdefault((sha256, recipe), number)
    return heirs
