"""How far a recipe is."""

from __future__ import annotations

from sqlalchemy import func, select

from summarizer.backfill.kept import Counts, State
from summarizer.backfill.ledger.claims import remaining_in
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.tables import work


def counts(ledger: Ledger, recipe_id: int) -> Counts:
    """Inputs of this recipe by state."""
    asked = select(work.c.state, func.count()).where(work.c.recipe_id == recipe_id).group_by(work.c.state)
    with ledger.reading() as connection:
        counted = {State(state): int(number) for state, number in connection.execute(asked)}
    return Counts({state: counted.get(state, 0) for state in State})


def remaining(ledger: Ledger, recipe_id: int, lots_below: int | None = None) -> int:
    """Inputs still to be read, those that a runner or a batch has included; below ``lots_below`` only."""
    return remaining_in(ledger, recipe_id, lots_below)
