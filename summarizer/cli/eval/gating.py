"""``imr eval gate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer.cli.eval.shown import INTERRUPTED, WORSE, Documents, GoldFolders, letters_of, need_extra
from summarizer.cli.output import CannotWrite, to_stdout
from summarizer.cli.report import line, notes_of
from summarizer.errors import SummarizerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.gating.gate import Breach
    from evals.gating.gate_file import Gate, Rule
    from evals.run_file import Run


def gate(
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="[RUN.json]...", help="Runs to judge, else they are made now.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Make the runs the new baselines, and say what that changes.")
    ] = False,
    gates: Annotated[Path | None, typer.Option(metavar="FILE", help="Another gates.toml.")] = None,
    gold: GoldFolders = None,
    documents: Documents = None,
) -> None:
    """Judge runs by the bounds in gates.toml and by the committed baselines.

    Without RUN the runs that gates.toml names are made: by the rules, and by a
    model whose recorded answers are replayed. Nothing is sent. A RUN must be
    made by the engine, model and prompt, and of the split, that gates.toml says.

    Exit codes: 0 all pass, 1 one does not (a line FAILED says why), 2 wrong
    usage, 3 gate, runs or letters cannot be read.
    """
    need_extra()
    from evals.gating.gate_file import GATES, load_gate

    place = gates or GATES
    rules = load_gate(place)
    try:
        judged = list(_judged(rules, runs or (), gold, documents, place.parent, accept=accept))
    except KeyboardInterrupt:
        typer.echo(line("interrupted"), err=True)
        raise typer.Exit(INTERRUPTED) from None
    if any(found for _, found in judged):
        raise typer.Exit(WORSE)


def _judged(
    gate: Gate,
    files: Sequence[Path],
    gold: list[Path] | None,
    documents: Path | None,
    home: Path,
    *,
    accept: bool,
) -> Iterator[tuple[Rule, Sequence[Breach]]]:
    """Each rule with why its run does not pass; told as soon as it is known."""
    from evals.gating.gate import Breach, breaches, load_baseline, unchecked

    for rule, made in _runs(gate, files, gold, documents, home):
        found: Sequence[Breach]
        if isinstance(made, SummarizerError):
            found = [Breach(rule.name, None, str(made))]
        elif accept:
            # A bound is no baseline: it holds for the run that is accepted too.
            found = breaches(rule, made, None, gate.alpha)
            to_stdout([f"{said}\n" for said in _accepted(rule, made, home)])
        else:
            found = breaches(rule, made, load_baseline(rule, home), gate.alpha)
        notes = [] if isinstance(made, SummarizerError) else [f"note {said}\n" for said in unchecked(rule, made)]
        to_stdout([*notes, *([f"FAILED {one}\n" for one in found] or [_passed(rule, made)])])
        yield rule, found


def _accepted(rule: Rule, run: Run, home: Path) -> Sequence[str]:
    from evals.gating.gate import accept

    try:
        return accept(rule, run, home)
    except OSError as error:
        raise CannotWrite(home / (rule.baseline or ""), error) from error


def _runs(
    gate: Gate, files: Sequence[Path], gold: list[Path] | None, documents: Path | None, home: Path
) -> Iterator[tuple[Rule, Run | SummarizerError]]:
    """The runs to judge: those in ``files``, else made now; an error of making one leaves the others."""
    from evals.gating.gate import refuse_another
    from evals.run_file import load_run

    rules = {rule.name: rule for rule in gate.run}
    for path in files:
        run = load_run(path)
        if run.name not in rules:
            known = ", ".join(rules)
            raise typer.BadParameter(f"{path}: gates.toml has no run {run.name}; it has {known} (imr eval run --name)")
        refuse_another(rules[run.name], run, home, str(path))
        yield rules[run.name], run
    if files:
        return
    from evals.gating.making import made_by

    letters = letters_of(gold, documents, None)
    for rule in gate.run:
        try:
            with notes_of(len(letters), quiet=False) as notes:
                made: Run | SummarizerError = made_by(rule, letters, home, lambda _done, _total: notes.step())
        except SummarizerError as error:
            made = error
        yield rule, made


def _passed(rule: Rule, made: Run | SummarizerError) -> str:
    assert not isinstance(made, SummarizerError)
    bounds = len(rule.least) + len(rule.most)
    against = f", baseline {rule.baseline}" if rule.baseline else ""
    return f"passed {rule.name}: {len(made.letters)} letters, {bounds} bounds{against}\n"
