"""What each metric gained or lost between two runs, and whether that is luck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from evals.compare.compared import Compared, Test, Verdict
from evals.figures import per_reading
from evals.metrics.metric import Kind, Metric
from evals.run_file import Letter
from evals.scores import LABELED, READ, RIGHT, value_of
from evals.statistics.bootstrap import p_of_difference, replicates, spread
from evals.statistics.detectable import ALPHA, detectable, detectable_by_letter
from evals.statistics.holm import holm
from evals.statistics.interval import LEVEL, Interval
from evals.statistics.mcnemar import mcnemar_by_letter, smallest

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Counts:
    """What a metric counts in the letters of two runs, of one reading each: ``(letters, classes, 3)``."""

    metric: Metric
    """Which."""
    before: NDArray[np.float64]
    """Of the base."""
    after: NDArray[np.float64]
    """Of the new run."""
    repeated: bool
    """Whether a letter was read more than once."""

    @property
    def changed(self) -> int:
        """Letters that count differently."""
        return int((~np.isclose(self.before, self.after, rtol=1e-9, atol=1e-12)).any(axis=(1, 2)).sum())

    @property
    def values(self) -> tuple[float | None, float | None]:
        """The metric's value in both runs; ``None`` where there is nothing to count."""
        found = [float(value_of(self.metric, counts.sum(axis=0))) for counts in (self.before, self.after)]
        base, new = (None if np.isnan(one) else one for one in found)
        return base, new

    @property
    def tested(self) -> bool:
        """Whether it takes part in Holm's correction."""
        return self.metric.tested and None not in self.values and bool(self.changed)


def counts_in(metric: Metric, base: Sequence[Letter], new: Sequence[Letter], *, repeated: bool) -> Counts:
    """What ``metric`` counts in the same letters of two runs."""
    before, after = np.split(per_reading(metric, (*base, *new)), 2)
    return Counts(metric, before, after, repeated)


def compared(counts: Counts, weights: NDArray[np.float64]) -> Compared | None:
    """One metric, not yet judged among the others; ``None`` where neither run has anything to count."""
    metric, (old, now), changed = counts.metric, counts.values, counts.changed
    if old is None and now is None:
        return None
    letters = [_letters(metric, side) for side in (counts.before, counts.after)]
    row = Compared(
        metric, old, now, Verdict.NOT_TESTED, letters=changed, base_letters=letters[0], new_letters=letters[1]
    )
    if old is None or now is None:
        return row
    row = replace(row, difference=now - old)
    if not changed:
        return replace(row, difference=0.0, verdict=Verdict.UNCHANGED)
    drawn = replicates(weights, counts.after, partial(value_of, metric))
    drawn -= replicates(weights, counts.before, partial(value_of, metric))
    scattered = spread(drawn)
    net = _net_wrong(counts)
    if net is not None:
        p, test = mcnemar_by_letter(net.tolist()), Test.MCNEMAR
        least = detectable_by_letter(net.tolist(), float(counts.before[..., LABELED].sum()))
    else:
        p, test = p_of_difference(drawn, now - old, changed), Test.BOOTSTRAP
        least = (detectable(scattered.error) or None) if smallest(changed) <= ALPHA else None
    low, high = _reaching(scattered.interval, p)
    return replace(row, low=low, high=high, p=p, test=test, detectable=least)


def judged(rows: Sequence[Compared], alpha: float) -> Iterator[Compared]:
    """The same rows with Holm's correction over all that are tested and differ.

    A metric in which nothing differs cannot become significant however the letters are drawn, so it takes no part
    (Tarone 1990, A modified Bonferroni method for discrete data, Biometrics 46, 515-522).
    """
    tested = {row.metric.name: row.p for row in rows if row.metric.tested and row.p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    for row in rows:
        p = adjusted.get(row.metric.name)
        if p is None:
            yield row
        elif p > alpha or not row.leans:
            yield replace(row, adjusted=p, verdict=Verdict.NOT_SHOWN)
        else:
            yield replace(row, adjusted=p, verdict=Verdict.BETTER if row.leans > 0 else Verdict.WORSE)


def _letters(metric: Metric, counts: NDArray[np.float64]) -> int:
    """Letters that hold something of what the value is a share or mean of."""
    part = READ if metric.kind is Kind.PRECISION else LABELED
    return int((counts[..., part].sum(axis=1) > 0).sum())


def _reaching(interval: Interval | None, p: float) -> tuple[float, float] | tuple[None, None]:
    """The interval, drawn out to 0 where the p-value cannot rule 0 out: percentiles of a few letters leave it out."""
    if interval is None:
        return None, None
    return interval if p < 1 - LEVEL else (min(interval.low, 0.0), max(interval.high, 0.0))


def _net_wrong(counts: Counts) -> NDArray[np.int64] | None:
    """Each letter's units newly wrong less those newly right; ``None`` unless both runs have the same whole units."""
    before, after = counts.before, counts.after
    if counts.repeated or counts.metric.kind is not Kind.SHARE or (before[..., LABELED] != after[..., LABELED]).any():
        return None
    net = (before[..., RIGHT] - after[..., RIGHT]).ravel()
    return None if (net % 1).any() else net.astype(np.int64)
