"""``imr stats``."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.backfill.stats.about import About
from summarizer.backfill.stats.tallies import By, Tallies, tally
from summarizer.backfill.stores import Store, open_store
from summarizer.cli.output import CannotWrite, screen, to_file, to_stdout
from summarizer.cli.stores import INTERRUPTED, RecipeName, need, shown_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.backfill.stats.table import Table

_CHARTS = ("altair", "vl_convert")


class Form(StrEnum):
    """How the tables are shown."""

    TERMINAL = "terminal"
    CSV = "csv"
    HTML = "html"


def stats(
    store: Annotated[str, typer.Argument(metavar="STORE", help="What `imr backfill --store` was given.")],
    recipe: RecipeName = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="How the tables are shown; a name with .html after -o says it too.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="File to write; with --format csv the folder for a file a table."
        ),
    ] = None,
    by: Annotated[By, typer.Option("--by", help="Length of the periods that dates are grouped by.")] = By.MONTH,
) -> None:
    """Count what a backfill has read: outcomes, categories, guidelines, reasons and days, as the program reports them.

    Without -o the tables go to standard output.

    Exit codes: 0 done, 2 wrong usage, 3 the store cannot be read or a file cannot be
    written, 130 interrupted.
    """
    if form is None:
        form = Form.HTML if output is not None and output.suffix == ".html" else Form.TERMINAL
    if form is Form.CSV and output is None:
        raise typer.BadParameter("--format csv writes a file a table; name their folder with -o", param_hint="--format")
    need(*(_CHARTS if form is Form.HTML else ()))
    try:
        with closing(open_store(store)) as opened:
            about, tallies = _counted(opened, store, recipe, by)
    except KeyboardInterrupt:
        typer.echo("imr: interrupted; nothing was written", err=True)
        raise typer.Exit(INTERRUPTED) from None
    _show(form, output, tallies, about.lines(tallies))


def _counted(opened: Store, store: str, recipe: str | None, by: By) -> tuple[About, Tallies]:
    """The letters of one recipe, counted."""
    from summarizer.backfill.stats.facts import facts_of

    chosen = opened.recipe(recipe)
    counts = opened.counts(chosen.fingerprint)
    about = About(store, chosen.label, chosen.fingerprint, counts.by_state)
    return about, tally(map(facts_of, shown_letters(opened.letters(chosen.fingerprint), counts)), by)


def _show(form: Form, output: Path | None, tallies: Tallies, lines: Sequence[str]) -> None:
    """Set the tables and write them."""
    from summarizer.backfill.stats.tables import tables

    found = tables(tallies)
    if form is Form.CSV and output is not None:
        _to_folder(output, found, lines)
        return
    if form is Form.HTML:
        from summarizer.backfill.stats.page import page

        text = page(tallies, found, lines)
    else:
        from summarizer.backfill.stats.terminal import render

        shown = screen()
        styled = shown.styled and output is None
        text = render(found, lines, shown.width, styled=styled, symbols=shown.symbols or output is not None)
    if output is None:
        to_stdout([text], encoding="utf-8" if form is Form.HTML else None)
    else:
        to_file(output, [text])
        typer.echo(f"imr: {output} is written", err=True)


def _to_folder(folder: Path, found: Sequence[Table], lines: Sequence[str]) -> None:
    """A file a table, each written whole."""
    from summarizer.backfill.stats.csv_files import csv_files

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from error
    files = list(csv_files(found, lines))
    for name, content in files:
        to_file(folder / name, [content])
    typer.echo(f"imr: {len(files)} files are in {folder}; {files[-1][0]} says what they hold", err=True)
