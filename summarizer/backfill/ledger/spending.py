"""What a recipe has cost: all that was sent, whatever became of the letters."""

from __future__ import annotations

import time
from dataclasses import asdict, fields

from sqlalchemy import func, insert, select, update

from summarizer.backfill.ledger.opening import Ledger
from summarizer.backfill.ledger.tables import batch_requests, runs
from summarizer.llm.question import Spent


def begin_run(ledger: Ledger, recipe_id: int) -> int:
    """Note that a run begins; its number."""
    with ledger.transaction(queued=False) as connection:
        key = connection.execute(insert(runs).values(recipe_id=recipe_id, began=time.time())).inserted_primary_key
    assert key is not None
    return int(key[0])


def note_spent(ledger: Ledger, run: int, spent: Spent) -> None:
    """Write down what a run has spent so far on requests that were answered at once."""
    with ledger.transaction(queued=False) as connection:
        connection.execute(update(runs).where(runs.c.id == run).values(asdict(spent)))


def spent(ledger: Ledger, recipe_id: int) -> Spent:
    """What all runs and batches of a recipe have cost so far."""
    sums = [func.coalesce(func.sum(runs.c[field.name]), 0) for field in fields(Spent)]
    with ledger.reading() as connection:
        requests, sent, cached, received, dollars, unpriced = connection.execute(
            select(*sums).where(runs.c.recipe_id == recipe_id)
        ).one()
    at_once = Spent(int(requests), int(sent), int(cached), int(received), float(dollars), int(unpriced))
    return at_once + spent_in_batches(ledger, recipe_id)


def spent_in_batches(ledger: Ledger, recipe_id: int) -> Spent:
    """What all requests in batches have cost for this recipe, those of failed letters included."""
    columns = batch_requests.c
    sums = (columns.input_tokens, columns.cached_input_tokens, columns.output_tokens)
    asked = select(
        func.count(),
        *(func.coalesce(func.sum(column), 0) for column in sums),
        func.coalesce(func.sum(columns.cost_usd), 0.0),
        func.count() - func.count(columns.cost_usd),
    ).where(columns.recipe_id == recipe_id, columns.status.is_not(None))
    with ledger.reading() as connection:
        number, sent, cached, received, dollars, unpriced = connection.execute(asked).one()
    return Spent(number, int(sent), int(cached), int(received), float(dollars), unpriced)
