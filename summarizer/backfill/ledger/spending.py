"""What a recipe has cost: all that was sent, whatever became of the letters."""

from __future__ import annotations

import time
from dataclasses import asdict

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
    """What all runs and batches of a recipe have cost so far; a request in a batch that got no answer cost nothing."""
    counts = ("requests", "input_tokens", "cached_input_tokens", "output_tokens", "known_usd", "unpriced")
    sums = [func.coalesce(func.sum(runs.c[name]), 0) for name in counts]
    asked = batch_requests.c
    in_batches = [
        func.count(),
        *(func.coalesce(func.sum(asked[name]), 0) for name in counts[1:4]),
        func.coalesce(func.sum(asked.cost_usd), 0.0),
        func.count() - func.count(asked.cost_usd),
    ]
    answered = (asked.recipe_id == recipe_id, asked.status.is_not(None))
    with ledger.reading() as connection:
        rows = [
            connection.execute(select(*sums).where(runs.c.recipe_id == recipe_id)).one(),
            connection.execute(select(*in_batches).where(*answered)).one(),
        ]
    both = [
        Spent(int(sent), int(read), int(cached), int(written), float(usd), int(unpriced))
        for sent, read, cached, written, usd, unpriced in rows
    ]
    return both[0] + both[1]
