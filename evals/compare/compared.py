"""What a comparison of two runs says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evals.changes import Change, FailureChange, FlagChange, SummaryChange
from evals.metrics.metric import Better, Metric
from evals.statistics.bootstrap import DRAWS


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
    discordant units by letter, else from the standard error of the difference. ``None`` where fewer letters count
    differently than can ever be significant."""
    letters: int = 0
    """Letters that count differently in the two runs."""
    base_letters: int = 0
    """Letters in which the base has something to count: what is labeled, or read for a precision."""
    new_letters: int = 0
    """Letters in which the new run has."""

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
    draws: int = DRAWS
    """Sets of letters that were drawn."""
    held_back: tuple[str, ...] = ()
    """Test letters, by gold set and stem, whose words are not shown."""

    @property
    def moved(self) -> tuple[Compared, ...]:
        """Unchanged metrics of which a field changed all the same: one for the worse against one for the better."""
        names = {name for change in self.changes for name in change.metrics}
        return tuple(row for row in self.of(Verdict.UNCHANGED) if row.metric.counts in names)

    @property
    def drawn_too_few(self) -> bool:
        """Whether the smallest p-value of a bootstrap is too large for ``alpha`` after Holm's correction."""
        tests = sum(row.adjusted is not None for row in self.metrics)
        drawn = any(row.adjusted is not None and row.test is Test.BOOTSTRAP for row in self.metrics)
        return drawn and tests / (1 + self.draws) > self.alpha

    def of(self, verdict: Verdict) -> tuple[Compared, ...]:
        """The metrics of one verdict."""
        return tuple(row for row in self.metrics if row.verdict is verdict)
