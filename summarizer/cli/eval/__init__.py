"""``imr eval``: one module a group of commands; ``evals`` itself is imported only where a command runs."""

from __future__ import annotations

import typer

from summarizer.cli.eval.comparing import compare, report
from summarizer.cli.eval.gating import gate
from summarizer.cli.eval.labeling import agree, label
from summarizer.cli.eval.running import run

evaluation = typer.Typer(
    no_args_is_help=True, help="Score readings against gold determinations, compare runs, guard a baseline."
)
for _command in (run, compare, gate, report, label, agree):
    evaluation.command()(_command)
