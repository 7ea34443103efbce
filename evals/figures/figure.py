"""A metric's value over letters of a run, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from evals.metrics.metric import Kind, Metric
from evals.run_file import Letter, Run
from evals.scores import LABELED, READ, RIGHT, counts_of, metrics_of, value, value_of
from evals.statistics.bootstrap import DRAWS, SEED, replicates, spread, weights_of
from evals.statistics.detectable import detectable, detectable_share
from evals.statistics.interval import Interval
from evals.statistics.proportion import clustered_wilson, effective_size
from evals.statistics.scatter import Scatter, scatter

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Method(StrEnum):
    """How an interval was made."""

    WILSON = "Wilson"
    """Of a share of units, less certain where units of one letter are alike."""
    BOOTSTRAP = "bootstrap by letter"
    """Percentiles over letters drawn again."""
    NONE = "none"
    """No interval: all that was counted is alike, or there is one letter only."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value over some letters, and how sure it is."""

    metric: Metric
    """Which."""
    value: float
    """Its value, mean over attempts."""
    low: float | None
    """Lower end of the 95 % interval; ``None`` without one."""
    high: float | None
    """Upper end."""
    units: float
    """What the value is a share or mean of, in one reading: labeled units, or read ones for a precision."""
    letters: int
    """Letters that have something to count."""
    method: Method
    """How the interval was made."""
    detectable: float | None
    """Smallest difference that another run over these letters can show (power 0.8, two-sided 0.05, before Holm): of
    shares if all changes go one way, of other metrics if the two runs are no more alike than any two samples. ``None``
    where no difference can be shown."""
    scatter: Scatter | None = None
    """The model's own scatter over repeats, apart from the interval, which is about letters."""


def figures_of(run: Run, *, seed: int = SEED, draws: int = DRAWS) -> tuple[Figure, ...]:
    """Every metric that has something to count in ``run``, in the order of the table."""
    return figures_over(run, run.letters, seed, draws)


def figure_of(metric: Metric, counts: NDArray[np.float64], weights: NDArray[np.float64]) -> Figure | None:
    """The figure of counts of shape ``(letters, classes, 3)``; ``None`` where there is nothing to count."""
    found = float(value_of(metric, counts.sum(axis=0)))
    if np.isnan(found):
        return None
    right, of = units_of(metric, counts)
    interval, error = None, 0.0
    if metric.kind is not Kind.SHARE:
        drawn = spread(replicates(weights, counts, partial(value_of, metric)))
        interval, error = drawn.interval, drawn.error
    method = Method.BOOTSTRAP
    least: float | None = detectable(sqrt(2) * error)
    if interval is None:
        interval, method, least = _without_draws(metric, found, right, of)
    parts = counts.sum(axis=1)
    units = parts[:, READ if metric.kind is Kind.PRECISION else LABELED].sum()
    low, high = (None, None) if interval is None else interval
    letters = int((parts.sum(axis=1) > 0).sum())
    return Figure(metric, found, low, high, float(units), letters, method, least)


def per_reading(metric: Metric, letters: Sequence[Letter]) -> NDArray[np.float64]:
    """Counts of one reading of each letter, the mean of its attempts: shape ``(letters, classes, 3)``.

    Three readings of a letter are not three letters: with them the units, and the interval, are those of one.
    """
    attempts = np.array([max(1, len(letter.attempts)) for letter in letters], dtype=np.float64)
    return counts_of(metric, letters) / attempts[:, None, None]


def units_of(metric: Metric, counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Right units and units of each letter, whose ratio over letters is the metric; for a macro F1 its micro F1."""
    sums = counts.sum(axis=1)
    if metric.kind is Kind.PRECISION:
        return sums[:, RIGHT], sums[:, READ]
    if metric.kind is Kind.F1 or metric.of_classes:
        return sums[:, RIGHT], (sums[:, LABELED] + sums[:, READ]) / 2
    return sums[:, RIGHT], sums[:, LABELED]


def _without_draws(
    metric: Metric, found: float, right: NDArray[np.float64], of: NDArray[np.float64]
) -> tuple[Interval | None, Method, float | None]:
    """Interval, its method and the smallest detectable difference of a share, or where all draws agree.

    An F1 of 1 is no more certain than a share of 1. An amount that never varies has no interval, unless it is
    0 or 1 throughout, as a share would be.
    """
    amount = metric.family == "cost" or (metric.kind is Kind.MEAN and found not in (0.0, 1.0))
    if amount or not 0 <= right.sum() <= of.sum():
        return None, Method.NONE, None
    low, high = clustered_wilson(right, of)
    reached = Interval(min(low, found), max(high, found))
    return reached, Method.WILSON, detectable_share(effective_size(right, of))


def figures_over(run: Run, letters: Sequence[Letter], seed: int, draws: int) -> tuple[Figure, ...]:
    """Every metric that has something to count in ``letters`` of ``run``."""
    if not letters:
        return ()
    weights = weights_of(len(letters), draws, seed)
    return tuple(_figures_in_order(run, letters, weights))


def _figures_in_order(run: Run, letters: Sequence[Letter], weights: NDArray[np.float64]) -> Iterator[Figure]:
    for metric in metrics_of(run):
        figure = figure_of(metric, per_reading(metric, letters), weights)
        if figure is not None:
            yield _with_scatter(figure, letters, run.repeat)


def _with_scatter(figure: Figure, letters: Sequence[Letter], repeat: int) -> Figure:
    if repeat < 2:
        return figure
    values = [value(figure.metric, letters, attempt) for attempt in range(repeat)]
    return replace(figure, scatter=scatter([one for one in values if one is not None]))
