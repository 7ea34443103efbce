"""The recipes that a ledger has rows of."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from summarizer.backfill.kept import State
from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.rows import KnownRecipe
from summarizer.backfill.ledger.tables import recipes, work
from summarizer.errors import StoreError

if TYPE_CHECKING:
    from summarizer.backfill.recipe import Recipe


def recipe_id(ledger: Ledger, recipe: Recipe) -> int:
    """The number of ``recipe``, a new one where it was never used; it is the last used now."""
    with ledger.transaction() as connection:
        newest = connection.execute(select(func.max(recipes.c.last_used))).scalar()
        now = time.time()
        used = now if newest is None else max(now, newest + 0.001)  # later than all others, whatever the clock says
        known = recipes.c.fingerprint == recipe.fingerprint
        number = connection.execute(select(recipes.c.id).where(known)).scalar()
        if number is None:
            row = {"fingerprint": recipe.fingerprint, "label": recipe.label, "parts": dict(recipe.parts)}
            connection.execute(recipes.insert().values(**row, created=now, last_used=used))
            number = connection.execute(select(recipes.c.id).where(known)).scalar_one()
        else:
            connection.execute(recipes.update().where(known).values(last_used=used))
        return int(number)


def expect_listed(ledger: Ledger, recipe: Recipe) -> None:
    """Raise ``StoreError`` where nothing was ever listed for ``recipe``: a run without letters has nothing to go on."""
    known = known_recipes(ledger)
    if any(one.fingerprint == recipe.fingerprint and any(one.states.values()) for one in known):
        return
    there = ", ".join(one.label for one in known if any(one.states.values())) or "nothing"
    what = f"no letters were listed for reading by {recipe.label} (it has: {there})"
    raise StoreError(ledger.address, what, "name the letters, or give the options of the run before")


def known_recipes(ledger: Ledger) -> list[KnownRecipe]:
    """All recipes, the last used first."""
    states: dict[int, dict[State, int]] = {}
    with ledger.reading() as connection:
        rows = connection.execute(select(recipes).order_by(recipes.c.last_used.desc())).all()
        counted = select(work.c.recipe_id, work.c.state, func.count()).group_by(work.c.recipe_id, work.c.state)
        for recipe, state, number in connection.execute(counted):
            states.setdefault(recipe, {})[State(state)] = number
    return [
        KnownRecipe(row.id, row.label, row.fingerprint, row.parts, _every_state(states.get(row.id, {}))) for row in rows
    ]


def chosen_recipe(ledger: Ledger, named: str | None) -> KnownRecipe:
    """The recipe whose fingerprint begins with ``named``, by default the one that was used last.

    Raises:
        StoreError: there is none, or more than one begins so.
    """
    known = known_recipes(ledger)
    if not known:
        raise StoreError(ledger.address, "nothing was ever read into it", "fill it with imr backfill")
    if named is None:
        return next((recipe for recipe in known if any(recipe.states.values())), known[0])
    found = [recipe for recipe in known if named and recipe.fingerprint.startswith(named.lower())]
    if len(found) == 1:
        return found[0]
    what = "more than one recipe begins" if found else "no recipe begins"
    among = ", ".join(f"{recipe.fingerprint[:12]} ({recipe.label})" for recipe in found or known)
    raise StoreError(ledger.address, f"{what} with {named!r}", f"choose one of {among}")


def _every_state(counted: Mapping[State, int]) -> dict[State, int]:
    return {state: counted.get(state, 0) for state in State}
