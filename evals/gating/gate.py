"""The gate: no run falls below its bounds, none is significantly worse than its committed baseline.

``gates.toml`` names the runs, each with its bounds and its baseline. A score of the judge of summaries takes part
only where the judge agrees with the ratings made by hand.

Nothing to count is a breach where the label gives what there is to count: a bound or a baseline on it was not met.
Where the reading itself gives it (precision, review flags, evidence, what a summary holds) there is nothing that could
be wrong, as where a run without an error has no flag to be right about; a bound on it is told as not checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evals.compare import Compared, Comparison, Kind, Verdict, compare
from evals.errors import EvaluationError, GateError, RunsDiffer
from evals.gating.gate_file import JUDGE, Rule
from evals.judging.rated import LEAST_KAPPA
from evals.metrics.catalog import metric_of
from evals.metrics.metric import Kind as Sum
from evals.metrics.metric import Metric
from evals.run_file import Attempt, Letter, Run, load_run, save_run
from evals.running.replay import load_recording
from evals.scores import LABELED, counts_of, value
from schemas.judgement import LetterJudgement
from summarizer.llm.prompts import load_prompt, prompt_for

_OF_THE_READING: Final = frozenset({"evidence", "unsupported_facts", "summaries_too_long"})
"""Metrics that count what was read, beside those of precision and of review flags."""
_NAMED: Final = 8
"""Letters named in one line."""
_MACHINE: Final = "seconds"
"""What hangs on the machine and is not kept in a baseline."""


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


def breaches(rule: Rule, run: Run, baseline: Run | None, alpha: float) -> tuple[Breach, ...]:
    """Why ``run`` does not pass ``rule``: its bounds first, then what is significantly worse than ``baseline``."""
    found = [*_out_of_bounds(rule, run)]
    if baseline is not None:
        found += _worse(rule, run, baseline, alpha)
    return tuple(found)


def unchecked(rule: Rule, run: Run) -> tuple[str, ...]:
    """Bounds of ``rule`` that say nothing about ``run``, and a prompt that it says nothing of, a line each."""
    lines = []
    if run.prompt is not None and (newest := load_prompt(run.prompt.partition("@")[0]).label) != run.prompt:
        lines.append(f"{rule.name}: {newest} is newer than {run.prompt}, and nothing guards it; record its answers")
    for name in (*rule.least, *rule.most):
        if name in JUDGE and not believed(run):
            why = "no judge that agrees with the ratings by hand rated it" if run.judge else "no judge was asked"
            lines.append(f"{rule.name}: {name}: not judged, {why}")
        elif _of_the_reading(metric := metric_of(name)) and value(metric, run.letters) is None:
            lines.append(f"{rule.name}: {name}: not checked, the readings have nothing of it to count")
    return tuple(lines)


def refuse_another(rule: Rule, run: Run, home: Path, file: str) -> None:
    """Raise ``GateError`` where ``run``, which stands in ``file``, is not made as ``rule`` says.

    Recorded answers name model and prompt where the rule does not; paths are from ``home``. A rule without a split
    says nothing of letters: those of its baseline are compared. Raises ``RunError`` where answers cannot be read.
    """
    _refuse_unlike(rule, run, file, "engine", rule.engine.value)
    if rule.replay is not None:
        asked = load_recording(home / rule.replay).asked
        prompt = prompt_for(rule.prompt, LetterJudgement.__name__).label if rule.prompt else asked.prompt
        _refuse_unlike(rule, run, file, "model", rule.model or asked.model)
        _refuse_unlike(rule, run, file, "prompt", prompt)
    others = [letter.key for letter in run.letters if rule.split not in (None, letter.split)]
    if others:
        what = f"{others[0]} is not for {rule.split}, as the letters of the gate's run {rule.name} are"
        raise GateError(file, "letters", what, f"make the run with --split {rule.split}")


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


def _refuse_unlike(rule: Rule, run: Run, file: str, field: str, wanted: str) -> None:
    """Raise ``GateError`` where ``run`` has another value than ``wanted``."""
    made: str | None = getattr(run, field)
    if made != wanted:
        what = f"is {made}, the gate's run {rule.name} has {wanted}"
        raise GateError(file, field, what, "name another run, or make it as gates.toml says")


def _out_of_bounds(rule: Rule, run: Run) -> Iterator[Breach]:
    for bounds, sign, side in ((rule.least, 1, "below"), (rule.most, -1, "above")):
        for name, bound in bounds.items():
            if name in JUDGE and not believed(run):
                continue
            metric = metric_of(name)
            found = value(metric, run.letters)
            if found is None:
                if not _of_the_reading(metric):
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
        elif row.metric.tested and row.base is not None and row.new is None and _labeled(row.metric, baseline.letters):
            yield Breach(rule.name, row.metric.name, f"has nothing to count, the baseline's value is {row.base:.4f}")


def _of_the_reading(metric: Metric) -> bool:
    """Whether what there is to count is the reading's own, so that there may be none where nothing is wrong."""
    return metric.kind is Sum.PRECISION or metric.family == "flags" or metric.counts in _OF_THE_READING


def _labeled(metric: Metric, letters: Sequence[Letter]) -> bool:
    """Whether the labels of ``letters`` have something that ``metric`` counts."""
    return not _of_the_reading(metric) and counts_of(metric, letters)[..., LABELED].sum() > 0


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
    own = tuple(name for name in run.own_metrics if name not in JUDGE)
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
