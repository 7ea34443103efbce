"""The gate: no run falls below its bounds, none is significantly worse than its committed baseline.

``gates.toml`` names the runs, each with its bounds and its baseline. A score of the judge of summaries takes part
only where the judge agrees with the ratings made by hand.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.compare import Compared, Comparison, Kind, Verdict, compare
from evals.errors import EvaluationError, GateError, RunsDiffer
from evals.gold import Split, dotted
from evals.metrics.catalog import BY_NAME, metric_of
from evals.metrics.metric import Better, Metric
from evals.rated import LEAST_KAPPA
from evals.run_file import Attempt, Run, load_run, save_run
from evals.scores import value
from summarizer.engine import Engine

GATES: Final = Path(__file__).parent / "gates.toml"
"""The gate of this repository."""
JUDGE: Final = "judge_"
"""How the names of the judge's scores begin."""
_NAMED: Final = 8
"""Letters named in one line."""
_MACHINE: Final = "seconds"
"""What hangs on the machine and is not kept in a baseline."""
Bounds = dict[str, Annotated[float, Field(allow_inf_nan=False)]]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Strict):
    """One ``[[run]]`` of ``gates.toml``: how it is made and what it must reach."""

    name: Annotated[str, Field(min_length=1)]
    """Name of the run, as in its run file."""
    engine: Engine = Engine.RULES
    """Who reads."""
    replay: Path | None = None
    """Recorded answers; every engine but the rules needs them, for a gate spends nobody's key."""
    model: str | None = None
    """Model, where it is another than the recorded one's."""
    prompt: str | None = None
    """Prompt and version, where it is another than the recorded one's."""
    split: Split | None = None
    """Letters read; all without one."""
    baseline: Path | None = None
    """Run file that this run must not be significantly worse than."""
    least: Bounds = Field(default_factory=dict)
    """Metric to the smallest value that passes."""
    most: Bounds = Field(default_factory=dict)
    """Metric to the largest value that passes."""


class Gate(_Strict):
    """``gates.toml``. Paths in it are relative to its folder."""

    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """Level of the comparison with a baseline, after Holm's correction."""
    run: Annotated[tuple[Rule, ...], Field(min_length=1)]
    """The runs."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One reason why the gate does not open."""

    run: str
    """Name of the run."""
    metric: str | None
    """Name of the metric; ``None`` where it is the whole run."""
    what: str
    """What is wrong, with value and bound."""
    letters: tuple[str, ...] = ()
    """Letters that brought it about, as far as runs tell."""

    def __str__(self) -> str:
        """One line."""
        rest = len(self.letters) - _NAMED
        more = f" and {rest} more" if rest > 0 else ""
        where = f" (letters: {', '.join(self.letters[:_NAMED])}{more})" if self.letters else ""
        return ": ".join(part for part in (self.run, self.metric, f"{self.what}{where}") if part)


def load_gate(path: Path) -> Gate:
    """Read ``gates.toml``.

    Raises:
        GateError: it is not there or no TOML, a key, an engine or a metric is unknown, a bound is on the wrong side,
            or a run could not be made or would check nothing.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GateError(str(path), None, f"cannot be read ({error.strerror})", "name a file with --gates") from None
    except ValueError as error:
        raise GateError(str(path), None, f"is no TOML ({error})", "mend it") from None
    try:
        gate = Gate.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise GateError(str(path), dotted(first["loc"]), first["msg"], "see evals/CHANGE_A_PROMPT.md") from None
    for index, rule in enumerate(gate.run):
        _refuse(path, f"run[{index}]", rule)
    for name, times in Counter(rule.name for rule in gate.run).items():
        if times > 1:
            raise GateError(str(path), "run", f"{times} of them are named {name}", "give each a name of its own")
    return gate


def breaches(rule: Rule, run: Run, baseline: Run | None, alpha: float) -> tuple[Breach, ...]:
    """Why ``run`` does not pass ``rule``: its bounds first, then what is significantly worse than ``baseline``."""
    found = [*_out_of_bounds(rule, run)]
    if baseline is not None:
        found += _worse(rule, run, baseline, alpha)
    return tuple(found)


def load_baseline(rule: Rule, home: Path) -> Run | None:
    """The committed run; ``None`` where the rule names none. Raises ``GateError`` where it is missing, ``RunError``."""
    if rule.baseline is None:
        return None
    path = home / rule.baseline
    if not path.exists():
        raise GateError(str(path), None, f"the baseline of {rule.name} is missing", "imr eval gate --accept writes it")
    return load_run(path)


def accept(rule: Rule, run: Run, home: Path) -> tuple[str, ...]:
    """Make ``run`` the baseline, and say what that changes, a line each; nothing where the rule names no baseline."""
    if rule.baseline is None:
        return ()
    path = home / rule.baseline
    said = _accepted(path, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_run(without_seconds(run), path)
    return tuple(f"{rule.name}: {line}" for line in said)


def without_seconds(run: Run) -> Run:
    """``run`` without what hangs on the machine, so that a baseline changes only where something changed."""
    letters = [
        letter.model_copy(update={"attempts": tuple(map(_without_seconds, letter.attempts))}) for letter in run.letters
    ]
    return run.model_copy(update={"letters": tuple(letters)})


def believed(*runs: Run) -> bool:
    """Whether every one of ``runs`` was judged by a judge that agrees with the ratings made by hand."""
    return all(
        (kappas := [found for name, found in run.judge.items() if name.startswith("kappa")])
        and all(isinstance(kappa, float) and kappa >= LEAST_KAPPA for kappa in kappas)
        for run in runs
    )


def _refuse(path: Path, place: str, rule: Rule) -> None:
    """Raise ``GateError`` where ``rule`` makes no sense."""
    for side, bounds, wrong in (("least", rule.least, Better.LOWER), ("most", rule.most, Better.HIGHER)):
        for name in bounds:
            _refuse_metric(path, f"{place}.{side}.{name}", name, wrong)
    if rule.engine is Engine.RULES and (rule.replay or rule.model or rule.prompt):
        raise GateError(str(path), place, "the rules engine asks no model", "remove replay, model and prompt")
    if rule.engine is not Engine.RULES and rule.replay is None:
        what = f"the engine {rule.engine} has no recorded answers"
        raise GateError(str(path), place, what, "record some with imr eval run --record and name them in replay")
    if not rule.baseline and not rule.least and not rule.most:
        raise GateError(str(path), place, "it checks nothing", "give it a baseline, or bounds in least or most")


def _refuse_metric(path: Path, place: str, name: str, wrong: Better) -> None:
    metric = BY_NAME.get(name)
    if metric is None and not name.startswith(JUDGE):
        near = get_close_matches(name, BY_NAME, 3, 0.5)
        remedy = f"did you mean {' or '.join(near)}?" if near else "see evals/METRICS.md for their names"
        raise GateError(str(path), place, "there is no such metric", remedy)
    if metric is not None and metric.better is wrong:
        other = "most" if wrong is Better.LOWER else "least"
        raise GateError(str(path), place, f"of this metric {metric.better} is better", f"move it to {other}")


def _out_of_bounds(rule: Rule, run: Run) -> Iterator[Breach]:
    for bounds, sign, side in ((rule.least, 1, "below"), (rule.most, -1, "above")):
        for name, bound in bounds.items():
            if name.startswith(JUDGE) and not believed(run):
                continue
            metric = metric_of(name)
            found = value(metric, run.letters)
            if found is None:
                yield Breach(rule.name, name, f"has nothing to count, its bound is {bound:g}")
            elif sign * found < sign * bound:
                yield Breach(rule.name, name, f"{found:.5g} is {side} its bound {bound:g}", _errors(metric, run))


def _errors(metric: Metric, run: Run) -> tuple[str, ...]:
    """Letters with an error in the metric."""
    return tuple(
        letter.key
        for letter in run.letters
        if any(metric.counts in difference.metrics for one in letter.attempts for difference in one.differences)
    )


def _worse(rule: Rule, run: Run, baseline: Run, alpha: float) -> Iterator[Breach]:
    if not believed(run, baseline):
        run, baseline = _without_judge(run), _without_judge(baseline)
    try:
        comparison = compare(baseline, run, common=True, alpha=alpha, files=(str(rule.baseline), rule.name))
    except RunsDiffer as error:
        yield Breach(rule.name, None, str(error))
        return
    if comparison.left_out:
        what = "the baseline is over other letters or labels; look at imr eval compare --common, then gate --accept"
        yield Breach(rule.name, None, what, comparison.left_out)
    for row in comparison.metrics:
        if row.verdict is Verdict.WORSE:
            yield Breach(rule.name, row.metric.name, _told(row), _regressed(row.metric, comparison))
        elif row.metric.tested and row.base is not None and row.new is None:
            yield Breach(rule.name, row.metric.name, f"has nothing to count, the baseline's value is {row.base:.4f}")


def _told(row: Compared) -> str:
    return f"{row.new:.4f} is significantly worse than the baseline's {row.base:.4f}, p = {row.adjusted:.2g} after Holm"


def _regressed(metric: Metric, comparison: Comparison) -> tuple[str, ...]:
    letters = (
        change.letter
        for change in comparison.changes
        if change.kind is not Kind.IMPROVED and metric.counts in change.metrics
    )
    return tuple(dict.fromkeys(letters))


def _without_judge(run: Run) -> Run:
    own = tuple(name for name in run.own_metrics if not name.startswith(JUDGE))
    return run.model_copy(update={"own_metrics": own})


def _without_seconds(attempt: Attempt) -> Attempt:
    tallies = {name: tally for name, tally in attempt.tallies.items() if name != _MACHINE}
    usage = attempt.usage.model_copy(update={_MACHINE: type(attempt.usage)().seconds})
    return attempt.model_copy(update={"tallies": tallies, "usage": usage})


def _accepted(path: Path, run: Run) -> Sequence[str]:
    """What changes where ``run`` takes the place of the baseline at ``path``."""
    if not path.exists():
        return [f"first baseline, {len(run.letters)} letters"]
    try:
        comparison = compare(load_run(path), without_seconds(run), common=True)
    except EvaluationError as error:
        return [f"takes the place of a baseline that cannot be compared ({error.what})"]
    lines = [
        f"{row.metric.name}: {_figure(row.base)} -> {_figure(row.new)} ({row.verdict}, {row.letters} letters)"
        for row in comparison.metrics
        if row.base != row.new or row.letters
    ]
    kinds = Counter(change.kind for change in comparison.changes)
    lines += [f"fields {kind}: {kinds[kind]}" for kind in Kind if kinds[kind]]
    if comparison.left_out:
        lines.append(f"letters that are new, gone or labeled anew: {len(comparison.left_out)}")
    return lines or ["nothing changes"]


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"
