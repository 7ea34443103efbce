"""``imr backfill status``, ``failures`` and ``retry``."""

from __future__ import annotations

import csv
import json
import shlex
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from summarizer.cli.backfill.store import DEFAULT_STORE, StoreName, ledger_at, store_at
from summarizer.cli.output import to_stdout
from summarizer.cli.stores import RecipeName
from summarizer.render.words import count

if TYPE_CHECKING:
    from summarizer.backfill.ledger.rows import FailedInput, KnownRecipe
    from summarizer.llm.question import Spent

Codes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--code", metavar="CODE", help="Failures of this kind alone, such as model_unreachable; repeatable."),
]


class Format(StrEnum):
    """How ``imr backfill status`` answers."""

    TERMINAL = "terminal"
    JSON = "json"


def status(
    store: StoreName = DEFAULT_STORE,
    form: Annotated[Format, typer.Option("--format", help="Lines for people, or JSON.")] = Format.TERMINAL,
) -> None:
    """Show how far a store is: inputs by state and what was spent, for each recipe that it has readings of."""
    with store_at(store) as opened:
        recipes = [(one, opened.spent(one.fingerprint)) for one in opened.recipes()]
    if form is Format.JSON:
        told = [_values(*one) for one in recipes]
        to_stdout([json.dumps(told, indent=2, ensure_ascii=False), "\n"], encoding="utf-8")
    else:
        lines = [line for one in recipes for line in _lines(*one)]
        to_stdout([f"{line}\n" for line in lines or ["nothing is in this store yet"]])


def _values(recipe: KnownRecipe, spent: Spent) -> dict[str, object]:
    return {
        "recipe": recipe.fingerprint,
        "label": recipe.label,
        "parts": dict(recipe.parts),
        "inputs": sum(recipe.states.values()),
        **{state.value: number for state, number in recipe.states.items()},
        "requests": spent.requests,
        "input_tokens": spent.input_tokens,
        "cached_input_tokens": spent.cached_input_tokens,
        "output_tokens": spent.output_tokens,
        "cost_usd": spent.cost_usd,
    }


def _lines(recipe: KnownRecipe, spent: Spent) -> Iterator[str]:
    from summarizer.backfill.run.told import spent_line, states_line

    yield f"{recipe.fingerprint[:12]}  {recipe.label}"
    yield f"  {count(sum(recipe.states.values()), 'input')}: {states_line(recipe.states)}"
    if line := spent_line(spent):
        yield f"  {line}"


def failures(store: StoreName = DEFAULT_STORE, codes: Codes = None, recipe: RecipeName = None) -> None:
    """List the inputs that failed as CSV: address, code, attempts, message."""
    kinds: Counter[str] = Counter()
    with store_at(store) as opened:
        wanted: list[str | None] = [*codes] if codes else [None]
        found = (one for code in wanted for one in opened.failures(recipe, code))
        to_stdout(_rows(found, kinds), encoding="utf-8")
    told = ", ".join(f"{number:,} {code}" for code, number in kinds.most_common())
    typer.echo(f"imr: {told or 'nothing failed'}", err=True)


def _rows(found: Iterator[FailedInput], kinds: Counter[str]) -> Iterator[str]:
    from summarizer.backfill.cells import safe_cell
    from summarizer.backfill.inputs import shown

    yield _row("address", "code", "attempts", "message")
    for one in found:
        kinds[one.failure.code] += 1
        yield _row(safe_cell(shown(one.address)), one.failure.code, one.attempts, safe_cell(one.failure.message))


def _row(*cells: object) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def retry(store: StoreName = DEFAULT_STORE, codes: Codes = None, recipe: RecipeName = None) -> None:
    """Let inputs that failed be read again by the next run: all, or those of some kinds."""
    from summarizer.backfill.ledger.failures import retry as free
    from summarizer.backfill.ledger.recipes import chosen_recipe

    if Path(store).is_dir():
        raise typer.BadParameter("a folder of parts is read again with: imr backfill LETTERS --ray --retry")
    with ledger_at(store) as ledger:
        freed = free(ledger, chosen_recipe(ledger, recipe).id, codes or ())
    again = f"go on with: imr backfill --store {shlex.quote(store)} and the options of the run before" if freed else ""
    typer.echo(f"imr: {count(freed, 'input')} will be read again{'; ' if again else ''}{again}", err=True)
