"""``imr eval compare`` and ``imr eval report``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from summarizer.cli.eval.shown import WORSE, Output, need_extra, show
from summarizer.cli.output import to_file, to_stdout


class Form(StrEnum):
    """How a comparison is shown."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"


ShowTest = Annotated[
    bool, typer.Option("--show-test", help="Show words of test letters too; they are meant to be scored, not read.")
]
RunFile = Annotated[Path, typer.Argument(metavar="RUN.json", help="Run file that imr eval run wrote.")]


def compare(
    base: RunFile,
    new: RunFile,
    common: Annotated[
        bool, typer.Option("--common", help="Compare only letters that both have, with the same label.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="How it is shown.")] = Form.TERMINAL,
    show_test: ShowTest = False,
) -> None:
    """Compare two runs: what each metric gained or lost, whether that is luck, and which fields changed.

    Exit codes: 0 nothing is significantly worse, 1 something is, 2 wrong usage, 3
    the runs cannot be compared. With 1 the comparison stands on standard output;
    a defect of the program, which ends with 1 too, leaves that empty.
    """
    need_extra()
    from evals.compare import Verdict
    from evals.compare import compare as compared
    from evals.run_file import load_run

    found = compared(load_run(base), load_run(new), common=common, files=(str(base), str(new)), show_test=show_test)
    match form:
        case Form.JSON:
            from pydantic import TypeAdapter

            to_stdout([TypeAdapter(type(found)).dump_json(found, indent=1).decode(), "\n"], encoding="utf-8")
        case Form.MARKDOWN:
            from evals.markdown import comparison_markdown

            to_stdout([comparison_markdown(found)], encoding="utf-8")
        case Form.TERMINAL:
            from evals.tables import changes_list, comparison_table

            show(comparison_table(found), changes_list(found))
    if found.of(Verdict.WORSE):
        raise typer.Exit(WORSE)


def report(
    run: RunFile,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="BASE.json", help="Run to compare it with.")
    ] = None,
    others: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="RUN.json", help="Another run for the chart of cost and accuracy."),
    ] = None,
    show_test: ShowTest = False,
    output: Output = None,
) -> None:
    """Make one self-contained HTML page of a run, or of a run against another.

    It goes to standard output, or to the file named with -o.
    """
    need_extra()
    from evals.report.page import report as page_of
    from evals.run_file import load_run

    base = None if against is None else load_run(against)
    page = page_of(load_run(run), base, [load_run(other) for other in others or ()], show_test=show_test)
    if output is None:
        to_stdout([page], encoding="utf-8")
    else:
        to_file(output, [page])
