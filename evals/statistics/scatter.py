"""A model's own scatter: how far the same question, asked again, moves a metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev


@dataclass(frozen=True, slots=True)
class Scatter:
    """A metric over repeated readings of the same letters."""

    attempts: int
    """Readings of each letter in which the metric has a value."""
    mean: float
    """Mean over the attempts."""
    deviation: float
    """Standard deviation, ``n - 1`` below."""
    low: float
    """Least value."""
    high: float
    """Greatest value."""


def scatter(values: Sequence[float]) -> Scatter | None:
    """The scatter of one value an attempt; ``None`` with fewer than two."""
    if len(values) < 2:
        return None
    return Scatter(len(values), fmean(values), stdev(values), min(values), max(values))
