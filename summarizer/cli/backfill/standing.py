"""``imr backfill status``, ``failures`` and ``retry``."""

from __future__ import annotations

import csv
import json
import sys
from typing import Annotated

import typer

from summarizer.cli.backfill.store import DEFAULT_STORE, RecipeName, StoreName, known, opened
from summarizer.cli.output import to_stdout

Codes = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="CODE", help="Failures of this kind alone, such as model_unreachable; repeatable."),
]


def status(
    store: StoreName = DEFAULT_STORE,
    form: Annotated[str, typer.Option("--format", metavar="terminal|json", help="How it is shown.")] = "terminal",
) -> None:
    """Show how far a store is: inputs by state and what was spent, for each recipe that it has readings of."""
    from summarizer.backfill.ledger.recipes import known_recipes
    from summarizer.backfill.ledger.spending import spent
    from summarizer.backfill.run.told import spent_line, states_line

    with opened(store) as ledger:
        recipes = [(one, spent(ledger, one.id)) for one in known_recipes(ledger)]
    if form == "json":
        told = [
            {
                "recipe": one.fingerprint,
                "label": one.label,
                "parts": dict(one.parts),
                "inputs": sum(one.states.values()),
                **{state.value: number for state, number in one.states.items()},
                "requests": cost.requests,
                "input_tokens": cost.input_tokens,
                "cached_input_tokens": cost.cached_input_tokens,
                "output_tokens": cost.output_tokens,
                "cost_usd": cost.cost_usd,
            }
            for one, cost in recipes
        ]
        to_stdout([json.dumps(told, indent=2, ensure_ascii=False), "\n"], encoding="utf-8")
        return
    lines = []
    for one, cost in recipes:
        lines.append(f"{one.fingerprint[:12]}  {one.label}")
        lines.append(f"  {sum(one.states.values()):,} inputs: {states_line(one.states)}")
        if line := spent_line(cost):
            lines.append(f"  {line}")
    to_stdout([f"{line}\n" for line in lines or ["nothing is in this store yet"]])


def failures(
    store: StoreName = DEFAULT_STORE,
    codes: Codes = None,
    recipe: RecipeName = None,
) -> None:
    """List the inputs that failed as CSV: address, code, attempts, message."""
    from summarizer.backfill.cells import safe_cell
    from summarizer.backfill.inputs import shown
    from summarizer.backfill.ledger import failures as failed

    with known(store, recipe) as (ledger, chosen):
        kinds = failed.failure_kinds(ledger, chosen.id)
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(("address", "code", "attempts", "message"))
        wanted: list[str | None] = [*codes] if codes else [None]
        for code in wanted:
            for one in failed.failures(ledger, chosen.id, code):
                cells = (shown(one.address), one.failure.code, one.attempts, one.failure.message)
                rows.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    told = ", ".join(f"{number:,} {code}" for code, number in kinds.items())
    typer.echo(f"imr: {told or 'nothing failed'}", err=True)


def retry(
    store: StoreName = DEFAULT_STORE,
    codes: Codes = None,
    recipe: RecipeName = None,
) -> None:
    """Let inputs that failed be read again by the next run: all, or those of some kinds."""
    from summarizer.backfill.ledger.failures import retry as free
    from summarizer.render.words import count

    with known(store, recipe) as (ledger, chosen):
        freed = free(ledger, chosen.id, codes or ())
    typer.echo(f"imr: {count(freed, 'input')} will be read again; go on with: imr backfill --store {store}", err=True)
