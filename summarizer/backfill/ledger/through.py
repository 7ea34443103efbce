"""Which of some inputs a run would not read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import select

from summarizer.backfill.input import Input
from summarizer.backfill.kept import State
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.tables import inputs, recipes, work

_ANSWERED = (State.DONE, State.NEEDS_REVIEW, State.DUPLICATE)


def through_in(ledger: Ledger, fingerprint: str, *, failed: bool) -> Callable[[Sequence[Input]], Collection[str]]:
    """Gives of some inputs the addresses that the recipe of ``fingerprint`` is through with, as they are now.

    Those that ``failed`` are among them unless they are to be read again.
    """
    states = [state.value for state in (*_ANSWERED, *((State.FAILED,) if failed else ()))]
    asked = (
        select(inputs.c.address, inputs.c.stamp)
        .join(work, work.c.input_id == inputs.c.id)
        .join(recipes, recipes.c.id == work.c.recipe_id)
        .where(recipes.c.fingerprint == fingerprint, work.c.state.in_(states))
    )

    def through(some: Sequence[Input]) -> Collection[str]:
        stamps = {one.address: one.stamp for one in some}
        with ledger.reading() as connection:
            rows = connection.execute(asked.where(inputs.c.address.in_(list(stamps)))).all()
        return {address for address, stamp in rows if stamps[address] == stamp}

    return through
