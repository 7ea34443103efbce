"""Values of metrics from the counts of a run's letters: one array a metric, so that resampling is a product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from evals.metrics.catalog import METRICS, metric_of
from evals.metrics.metric import Kind, Metric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evals.metrics.tally import Tally
    from evals.run_file import Attempt, Letter, Run

RIGHT, LABELED, READ = 0, 1, 2
"""Places of a tally's parts in the last axis."""
_Counts = TypeVar("_Counts", float, "NDArray[np.float64]")
_NOTHING: Final = (0.0, 0.0, 0.0)


def metrics_of(*runs: Run) -> tuple[Metric, ...]:
    """The catalog's metrics and the users' own ones that the runs name, in the order of the table."""
    own = dict.fromkeys(name for run in runs for name in run.own_metrics)
    return (*METRICS, *(metric_of(name) for name in own))


def counts_of(metric: Metric, letters: Sequence[Letter], attempt: int | None = None) -> NDArray[np.float64]:
    """Counts by letter, class and part ``(right, labeled, read)``: shape ``(letters, classes, 3)``.

    A metric that is made from no classes has one. Attempts are summed, or one of them is taken.
    """
    chosen = [letter.attempts if attempt is None else letter.attempts[attempt : attempt + 1] for letter in letters]
    if not metric.of_classes:
        parts = [
            [sum((_tally(one, metric.counts)[part] for one in attempts), 0.0) for part in (RIGHT, LABELED, READ)]
            for attempts in chosen
        ]
        return np.array(parts, dtype=np.float64).reshape(len(letters), 1, 3)
    classes = sorted({code for attempts in chosen for one in attempts for code in _codes(one, metric.counts)})
    place = {code: index for index, code in enumerate(classes)}
    counts = np.zeros((len(letters), len(classes), 3))
    for row, attempts in enumerate(chosen):
        for one in attempts:
            for pair in one.pairs:
                if pair.field != metric.counts:
                    continue
                if pair.gold is not None:
                    counts[row, place[pair.gold], LABELED] += 1
                    counts[row, place[pair.gold], RIGHT] += pair.gold == pair.read
                if pair.read is not None:
                    counts[row, place[pair.read], READ] += 1
    return counts


def value_of(metric: Metric, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """The metric's value from counts summed over letters, shape ``(..., classes, 3)``; NaN without any."""
    if metric.kind is Kind.MICRO_F1:
        sums = sums.sum(axis=-2, keepdims=True)
    right, labeled, read = sums[..., RIGHT], sums[..., LABELED], sums[..., READ]
    above, below = _parts(metric.kind, right, labeled, read)
    known = below > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(known, above / np.where(known, below, 1.0), 0.0)
        classes = known.sum(axis=-1)
        return np.where(classes > 0, values.sum(axis=-1) / np.where(classes > 0, classes, 1), np.nan)


def value_of_tally(metric: Metric, tally: Tally) -> float | None:
    """The value that one tally comes to; ``None`` where it has nothing to count, or the metric is made from classes."""
    if metric.of_classes:
        return None
    above, below = _parts(metric.kind, tally.right, tally.labeled, tally.read)
    return above / below if below else None


def value(metric: Metric, letters: Sequence[Letter], attempt: int | None = None) -> float | None:
    """The metric over ``letters``; ``None`` where they have nothing to count."""
    if not letters:
        return None
    found = float(value_of(metric, counts_of(metric, letters, attempt).sum(axis=0)))
    return None if np.isnan(found) else found


def _parts(kind: Kind, right: _Counts, labeled: _Counts, read: _Counts) -> tuple[_Counts, _Counts]:
    """What is divided by what."""
    match kind:
        case Kind.SHARE | Kind.MEAN | Kind.RECALL:
            return right, labeled
        case Kind.PRECISION:
            return right, read
        case _:
            return 2 * right, labeled + read


def _tally(attempt: Attempt, counts: str) -> tuple[float, float, float]:
    tally = attempt.tallies.get(counts)
    return _NOTHING if tally is None else (tally.right, tally.labeled, tally.read)


def _codes(attempt: Attempt, field: str) -> set[str]:
    return {
        code for pair in attempt.pairs if pair.field == field for code in (pair.gold, pair.read) if code is not None
    }
