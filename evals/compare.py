"""Two runs over the same letters: what each metric gained or lost, whether that is luck, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.changes import (
    Change,
    FailureChange,
    FlagChange,
    Kind,
    SummaryChange,
    changes_of,
    failure_changes_of,
    flag_changes_of,
    summary_changes_of,
)
from evals.errors import RunsDiffer
from evals.figures import units_of
from evals.metrics import metric as metrics
from evals.metrics.metric import Better, Metric
from evals.run_file import Letter, Run
from evals.scores import LABELED, RIGHT, counts_of, metrics_of, value_of
from evals.statistics.bootstrap import DRAWS, SEED, p_of_difference, replicates, spread, weights_of
from evals.statistics.detectable import ALPHA, detectable, detectable_share
from evals.statistics.holm import holm
from evals.statistics.interval import LEVEL, Interval
from evals.statistics.mcnemar import mcnemar_by_letter
from evals.statistics.proportion import effective_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Change",
    "Compared",
    "Comparison",
    "FailureChange",
    "FlagChange",
    "Kind",
    "SummaryChange",
    "Test",
    "Verdict",
    "compare",
]

_NAMED: Final = 3
"""Letters that an error names before it counts the rest."""


class Verdict(StrEnum):
    """What a comparison says of a metric."""

    WORSE = "worse"
    """Significantly, after Holm's correction."""
    BETTER = "better"
    """Significantly, after Holm's correction."""
    NOT_SHOWN = "no difference shown"
    """It differs, but this may be luck."""
    UNCHANGED = "unchanged"
    """Every letter counts as it did."""
    NOT_TESTED = "not tested"
    """It is only reported: it hangs on the machine, restates another metric, or one run has nothing to count."""


class Test(StrEnum):
    """How a p-value was made."""

    __test__ = False
    MCNEMAR = "exact McNemar"
    """Units that one run alone has right; whole letters change sides where they hold several."""
    BOOTSTRAP = "paired bootstrap"
    """Letters drawn again, the same for both runs."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric in two runs."""

    metric: Metric
    """Which."""
    base: float | None
    """Value of the base; ``None`` where it has nothing to count."""
    new: float | None
    """Value of the new run."""
    verdict: Verdict
    """What to make of it."""
    difference: float | None = None
    """New less base; ``None`` without both."""
    low: float | None = None
    """Lower end of the difference's 95 % interval by paired bootstrap, which holds 0 where ``p`` is above 0.05;
    ``None`` without one."""
    high: float | None = None
    """Upper end."""
    p: float | None = None
    """P-value of this metric alone; ``None`` where nothing differs."""
    adjusted: float | None = None
    """The same after Holm's correction over all tested metrics that differ; ``None`` where it is not tested."""
    test: Test | None = None
    """How the p-value was made."""
    detectable: float | None = None
    """Smallest difference that these letters can show (power 0.8, two-sided 0.05, before Holm): with McNemar from the
    discordant units, else from the standard error of the difference. ``None`` where that is not known."""
    letters: int = 0
    """Letters that count differently in the two runs."""

    @property
    def leans(self) -> int:
        """1 where the new run's value is better, -1 where it is worse, significant or not; else 0."""
        if not self.difference or self.metric.better is Better.NEITHER:
            return 0
        return 1 if (self.difference > 0) == (self.metric.better is Better.HIGHER) else -1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two runs."""

    base: str
    """Name of the base."""
    new: str
    """Name of the new run."""
    letters: int
    """Letters compared."""
    left_out: tuple[str, ...]
    """Letters that only one run has, or whose letter or label changed in between."""
    alpha: float
    """Level of the verdicts."""
    metrics: tuple[Compared, ...]
    """Metrics that either run has something to count for, in the order of the table."""
    changes: tuple[Change, ...]
    """Fields that changed, regressions first."""
    flags: tuple[FlagChange, ...]
    """Review flags raised or dropped, possible mistakes of fact included."""
    failures: tuple[FailureChange, ...]
    """Letters that fail in one run only, those of the new run first."""
    summaries: tuple[SummaryChange, ...]
    """Summaries in other words."""

    def of(self, verdict: Verdict) -> tuple[Compared, ...]:
        """The metrics of one verdict."""
        return tuple(row for row in self.metrics if row.verdict is verdict)


def compare(
    base: Run,
    new: Run,
    *,
    common: bool = False,
    files: tuple[str, str] | None = None,
    alpha: float = ALPHA,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Comparison:
    """Compare ``new`` with ``base``, letter by letter.

    ``common`` compares only letters that both have with the same label. ``files`` names the runs in errors; without
    them their own names do.

    Raises:
        RunsDiffer: the runs are over different letters, or a letter or its label changed in between; with ``common``,
            they have no letter in common.
    """
    ours, theirs, left_out = _paired(base, new, common, files or (base.name, new.name))
    weights = weights_of(len(ours), draws, seed)
    repeated = base.repeat > 1 or new.repeat > 1
    rows = [
        row
        for metric in metrics_of(base, new)
        if (row := _compared(metric, ours, theirs, weights, repeated=repeated)) is not None
    ]
    return Comparison(
        base.name,
        new.name,
        len(ours),
        left_out,
        alpha,
        tuple(_judged(rows, alpha)),
        changes_of(ours, theirs),
        flag_changes_of(ours, theirs),
        failure_changes_of(ours, theirs),
        summary_changes_of(ours, theirs),
    )


def _paired(
    base: Run, new: Run, common: bool, files: tuple[str, str]
) -> tuple[tuple[Letter, ...], tuple[Letter, ...], tuple[str, ...]]:
    """The letters of both runs in one order, and those left out. Raises ``RunsDiffer``."""
    ours = {letter.key: letter for letter in base.letters}
    theirs = {letter.key: letter for letter in new.letters}
    remedy = "compare runs over the same letters, or only those in common (--common)"
    gone, added = [key for key in ours if key not in theirs], [key for key in theirs if key not in ours]
    shared = [key for key in ours if key in theirs]
    relabeled = [key for key in shared if ours[key].fingerprint != theirs[key].fingerprint]
    if not common:
        for keys, file, what in (
            (gone, files[1], f"not in this run, but in {files[0]}"),
            (added, files[1], f"not in {files[0]}"),
            (relabeled, files[1], f"its letter, label or contradictions changed since {files[0]}"),
        ):
            if keys:
                raise RunsDiffer(file, _few(keys), what, remedy)
    shared = [key for key in shared if key not in relabeled]
    if not shared:
        raise RunsDiffer(files[1], None, f"no letter in common with {files[0]}", "compare runs over the same letters")
    left_out = tuple(sorted((*gone, *added, *relabeled)))
    return tuple(ours[key] for key in shared), tuple(theirs[key] for key in shared), left_out


def _few(keys: Sequence[str]) -> str:
    rest = len(keys) - _NAMED
    return ", ".join(keys[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _compared(
    metric: Metric,
    base: Sequence[Letter],
    new: Sequence[Letter],
    weights: NDArray[np.float64],
    *,
    repeated: bool,
) -> Compared | None:
    """One metric, not yet judged among the others; ``None`` where neither run has anything to count."""
    before, after = np.split(counts_of(metric, (*base, *new)), 2)
    old, now = _value(metric, before), _value(metric, after)
    if old is None and now is None:
        return None
    changed = int((before * _attempts(new) != after * _attempts(base)).any(axis=(1, 2)).sum())
    row = Compared(metric, old, now, Verdict.NOT_TESTED, letters=changed)
    if old is None or now is None:
        return row
    row = replace(row, difference=now - old)
    net = None if repeated else _net_wrong(metric, before, after)
    if not changed:
        least = None if net is None else _from_discordant(metric, before, net)
        return replace(row, verdict=Verdict.UNCHANGED, detectable=least)
    drawn = replicates(weights, after, partial(value_of, metric))
    drawn -= replicates(weights, before, partial(value_of, metric))
    scattered = spread(drawn)
    if net is not None:
        p, test, least = mcnemar_by_letter(net.tolist()), Test.MCNEMAR, _from_discordant(metric, before, net)
    else:
        p, test = p_of_difference(drawn, now - old, changed), Test.BOOTSTRAP
        least = detectable(scattered.error) or None
    low, high = _reaching(scattered.interval, p)
    return replace(row, low=low, high=high, p=p, test=test, detectable=least)


def _reaching(interval: Interval | None, p: float) -> tuple[float, float] | tuple[None, None]:
    """The interval, drawn out to 0 where the p-value cannot rule 0 out: percentiles of a few letters leave it out."""
    if interval is None:
        return None, None
    return interval if p < 1 - LEVEL else (min(interval.low, 0.0), max(interval.high, 0.0))


def _value(metric: Metric, counts: NDArray[np.float64]) -> float | None:
    found = float(value_of(metric, counts.sum(axis=0)))
    return None if np.isnan(found) else found


def _attempts(letters: Sequence[Letter]) -> NDArray[np.float64]:
    """How often each letter was read, shape ``(letters, 1, 1)``."""
    return np.array([len(letter.attempts) for letter in letters], dtype=np.float64)[:, None, None]


def _from_discordant(metric: Metric, counts: NDArray[np.float64], net: NDArray[np.int64]) -> float | None:
    """Smallest detectable difference of a share, from the units in which the runs disagree."""
    right, of = units_of(metric, counts)
    return detectable_share(effective_size(right, of), float(np.abs(net).sum() / of.sum()))


def _net_wrong(metric: Metric, before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Each letter's units newly wrong less those newly right; ``None`` unless both runs have the same whole units."""
    if metric.kind is not metrics.Kind.SHARE or (before[..., LABELED] != after[..., LABELED]).any():
        return None
    net = (before[..., RIGHT] - after[..., RIGHT]).ravel()
    return None if (net % 1).any() else net.astype(np.int64)


def _judged(rows: Sequence[Compared], alpha: float) -> Iterator[Compared]:
    """The same rows with Holm's correction over all that are tested and differ.

    A metric in which nothing differs cannot become significant however the letters are drawn, so it takes no part
    (Tarone 1990, A modified Bonferroni method for discrete data, Biometrics 46, 515-522).
    """
    tested = [row for row in rows if row.metric.tested and row.p is not None]
    adjusted = dict(zip((row.metric.name for row in tested), holm(_p_values(tested)), strict=True))
    for row in rows:
        p = adjusted.get(row.metric.name)
        if p is None:
            yield row
        elif p > alpha or not row.leans:
            yield replace(row, adjusted=p, verdict=Verdict.NOT_SHOWN)
        else:
            yield replace(row, adjusted=p, verdict=Verdict.BETTER if row.leans > 0 else Verdict.WORSE)


def _p_values(rows: Iterable[Compared]) -> list[float]:
    return [row.p for row in rows if row.p is not None]
