"""``imr export``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.backfill.export.forms import Form, form_of, write
from summarizer.backfill.kept import Counts, State
from summarizer.backfill.stores import Store, open_store
from summarizer.cli.output import to_stdout
from summarizer.cli.stores import INTERRUPTED, RecipeName, need, shown_letters
from summarizer.render.phrases import printable

if TYPE_CHECKING:
    from summarizer.backfill.export.placing import Written

_STDOUT = Path("-")
_NEEDED = {Form.PARQUET: ("pyarrow",), Form.DUCKDB: ("duckdb", "pyarrow")}


def _print_page(asked: bool) -> None:
    if asked:
        from summarizer.backfill.export.page import page

        to_stdout([page()], encoding="utf-8")
        raise typer.Exit


def export(
    store: Annotated[str, typer.Argument(metavar="STORE", help="What `imr backfill --store` was given.")],
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="Ends in .jsonl, .csv, .parquet or .duckdb; replaced whole. - is standard output, as .jsonl.",
        ),
    ] = _STDOUT,
    recipe: RecipeName = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a DuckDB database with other tables too.")] = False,
    columns: Annotated[  # noqa: ARG001  # the callback acts on it
        bool,
        typer.Option("--columns", callback=_print_page, is_eager=True, help="Describe tables and columns, and stop."),
    ] = False,
) -> None:
    """Write what a backfill has read: whole determinations, or tables of letters, items, citations and reasons.

    CSV and Parquet get a file a table: out.letters.csv, out.items.csv, ...

    Unless all is written, files that were there stay as they were.

    Exit codes: 0 done, 2 wrong usage, 3 the store cannot be read or the files not
    written, 130 interrupted.
    """
    form = Form.JSON_LINES if output == _STDOUT else _form(output)
    if "://" not in store and Path(store).exists() and output.exists() and output.samefile(store):
        raise typer.BadParameter("this is the store itself", param_hint="-o")
    need(*_NEEDED.get(form, ()))
    try:
        with closing(open_store(store)) as opened:
            _export(opened, recipe, form, output, force)
    except KeyboardInterrupt:
        typer.echo("imr: interrupted" + ("" if output == _STDOUT else f"; nothing was written to {output}"), err=True)
        raise typer.Exit(INTERRUPTED) from None


def _form(output: Path) -> Form:
    form = form_of(output)
    if form is None:
        raise typer.BadParameter("the name must end in .jsonl, .csv, .parquet or .duckdb", param_hint="-o")
    return form


def _export(store: Store, recipe: str | None, form: Form, output: Path, force: bool) -> None:
    """Write the letters of one recipe and tell what was written."""
    chosen = store.recipe(recipe)
    counts = store.counts(chosen.fingerprint)
    letters = shown_letters(store.letters(chosen.fingerprint), counts)
    if output == _STDOUT:
        from summarizer.backfill.export.json_lines import lines

        if not to_stdout((line.decode() for line in lines(letters)), encoding="utf-8"):
            return
        written: tuple[Written, ...] = ()
    else:
        written = write(form, output, letters, force=force)
    typer.echo(f"recipe {chosen.fingerprint[:12]} ({chosen.label}): {_told(counts)}", err=True)
    for file in written:
        rows = ", ".join(f"{count:,} {table}" for table, count in file.rows)
        typer.echo(f"{printable(str(file.path))}: {rows}", err=True)


def _told(counts: Counts) -> str:
    """How many inputs there are and how many of them are exported, so that nothing is missing unnoticed."""
    read = counts[State.DONE] + counts[State.NEEDS_REVIEW]
    rest = [state for state in State if state not in {State.DONE, State.NEEDS_REVIEW} and counts[state]]
    apart = ", ".join(f"{counts[state]:,} {state.value}" for state in rest)
    return f"{read:,} of {counts.total:,} inputs are letters that were read" + (f" (others: {apart})" if apart else "")
