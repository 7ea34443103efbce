"""``gates.toml``: the runs of the gate, how each is made and what it must reach."""

from __future__ import annotations

import tomllib
from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.errors import GateError
from evals.gold import Split, dotted
from evals.judging.rated import COVERAGE, FAITHFULNESS
from evals.metrics.catalog import BY_NAME, metric_of
from evals.metrics.metric import Better
from summarizer.engine import Engine

GATES: Final = Path(__file__).parents[1] / "gates.toml"
"""The gate of this repository."""
JUDGE: Final = frozenset({FAITHFULNESS, COVERAGE})
"""Names of the judge's scores."""
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
    except (ValueError, RecursionError) as error:
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
    if not rule.baseline and not rule.least.keys() - JUDGE and not rule.most.keys() - JUDGE:
        what = "it checks nothing" if not (rule.least or rule.most) else "it checks nothing where no judge is asked"
        raise GateError(str(path), place, what, "give it a baseline, or bounds in least or most")


def _refuse_metric(path: Path, place: str, name: str, wrong: Better) -> None:
    metric = metric_of(name) if name in JUDGE else BY_NAME.get(name)
    if metric is None:
        near = get_close_matches(name, (*BY_NAME, *sorted(JUDGE)), 3, 0.5)
        remedy = f"did you mean {' or '.join(near)}?" if near else "see evals/METRICS.md for their names"
        raise GateError(str(path), place, "there is no such metric", remedy)
    if metric.better is wrong:
        other = "most" if wrong is Better.LOWER else "least"
        raise GateError(str(path), place, f"of this metric {metric.better} is better", f"move it to {other}")
