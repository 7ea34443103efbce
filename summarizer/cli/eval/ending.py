"""How a run ended: what is told of it on standard error, its table and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from summarizer.cli.eval.shown import show
from summarizer.cli.output import CannotWrite
from summarizer.cli.report import line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.run_file import Attempt, Run
    from evals.running.harness import Evaluation

_TOLD = 20
"""Failed letters, and complaints, that are told one by one."""


def lacks(found: Evaluation) -> bool:
    """Whether a letter could not be opened or was judged without the model that was asked.

    One that was opened and is no determination to the engine is a result and no lack.
    """
    return any(
        one.failure and not (one.failed and letter.key in found.not_recognized)
        for letter in found.run.letters
        for one in letter.attempts
    )


def tell(found: Evaluation) -> None:
    """Say on standard error what evaluators did wrong, which letters failed, and what the run costs."""
    from summarizer.render.words import count

    run, not_recognized = found.run, found.not_recognized
    _say([str(complaint) for complaint in found.complaints], "more complaint")
    attempts = [(letter.key, one) for letter in run.letters for one in letter.attempts]
    wrong = [(key, one) for key, one in attempts if one.failure]
    ended = [f"{key}: {'failed' if one.failed else 'judged by the rules'}: {one.failure}" for key, one in wrong]
    _say(ended, "more reading")
    failed = sum(one.failed for _, one in attempts)
    told = f"{count(len(run.letters), 'letter')}, {count(len(attempts), 'reading')}: {failed} failed"
    if not_recognized:
        told += f" ({count(len(not_recognized), 'letter')} not recognized as a determination, scored as missed)"
    if len(wrong) > failed:
        told += f", {len(wrong) - failed} judged by the rules although a model was asked"
    typer.echo(line(told + _spent([one for _, one in attempts])), err=True)


def _say(lines: Sequence[str], rest: str) -> None:
    """Put the first of ``lines`` on standard error, and how many more there are."""
    from summarizer.render.words import count

    for one in lines[:_TOLD]:
        typer.echo(line(one), err=True)
    if len(lines) > _TOLD:
        typer.echo(line(f"and {count(len(lines) - _TOLD, rest)} likewise"), err=True)


def _spent(attempts: Sequence[Attempt]) -> str:
    """What ``attempts`` cost together; nothing where nothing was asked. What a server does not tell is unknown."""
    from summarizer.render.spending import dollars, tokens
    from summarizer.render.words import count

    usage = [one.usage for one in attempts]
    requests = sum(one.requests for one in usage)
    if not requests:
        return ""
    sent, cached, received = (
        sum(getattr(one, name) for one in usage) for name in ("input_tokens", "cached_input_tokens", "output_tokens")
    )
    paid = tokens(requests, sent, cached, received) if sent else f"{count(requests, 'request')}, tokens unknown"
    known = [one.cost_usd for one in usage if one.cost_usd is not None]
    cost = dollars(sum(known) if len(known) == len(usage) else None)
    kept = sum(one.from_cache for one in attempts)
    cache = f"{kept} of {count(len(attempts), 'reading')} had kept answers, at what they cost when they were asked"
    return f"; {paid}, {cost}; {cache}"


def show_figures(run: Run) -> None:
    """Print the table."""
    from evals.figures import figures_of
    from evals.tables import figures_table

    show(figures_table(run, figures_of(run)))


def write(run: Run, output: Path) -> None:
    """Write the run file. Raises ``CannotWrite``."""
    from evals.run_file import save_run

    try:
        save_run(run, output)
    except OSError as error:
        raise CannotWrite(output, error) from error
