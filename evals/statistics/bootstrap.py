"""The bootstrap by letter: intervals, standard errors and p-values of anything that follows from summed counts.

Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 (percentile interval) and 16 (tests). Letters
are drawn, not items, since the items of one letter are not independent (Davison and Hinkley 1997, Bootstrap Methods
and their Application, section 3.8). The value 1 that is added above and below in a p-value is theirs, section 4.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.statistics.interval import LEVEL, Interval
from evals.statistics.mcnemar import smallest

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS: Final = 2000
"""Sets of letters that are drawn."""
CELLS: Final = 4_000_000
"""Most draws times letters, where a level takes more draws than usual: 32 MB and seconds, not minutes."""
SEED: Final = 20130101
"""Seed of the draws where none is given, so that the same run always has the same intervals."""
_SAME: Final = 1e-9
"""Below this two values are one: sums of floats in another order."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What drawing letters again says about a value."""

    interval: Interval | None
    """Percentile interval; ``None`` where all draws agree, since then they have shown no scatter."""
    error: float
    """Standard error; 0 where all draws agree."""
    dropped: int
    """Draws that had nothing to count and were left out."""


def weights_of(letters: int, draws: int = DRAWS, seed: int = SEED) -> NDArray[np.float64]:
    """How often each letter is in each draw: shape ``(draws, letters)``, every row sums to ``letters``.

    Shared by all metrics, and by both runs of a comparison, so that differences are paired. 1,000 letters take 16 MB.
    """
    chosen = np.random.default_rng(seed).integers(letters, size=(draws, letters), dtype=np.int32)
    chosen += np.arange(draws, dtype=np.int32)[:, None] * letters
    return np.bincount(chosen.ravel(), minlength=draws * letters).reshape(draws, letters).astype(np.float64)


def draws_for(tests: int, alpha: float, letters: int, draws: int = DRAWS) -> int:
    """Draws with which ``tests`` p-values under Holm's correction can reach ``alpha``: at least ``draws``.

    The smallest p-value is ``1 / (1 + draws)`` and Holm multiplies it by ``tests``. There are no more than ``CELLS``
    over the letters, so that it may be out of reach all the same.
    """
    wanted = tests / alpha if alpha > 0 else float("inf")
    return max(draws, int(min(wanted, CELLS // max(1, letters))))


def replicates(
    weights: NDArray[np.float64],
    counts: NDArray[np.float64],
    value: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """The value in each draw, shape ``(draws,)``.

    ``counts`` has the letters first, shape ``(letters, ...)``; ``value`` takes sums over letters, ``(draws, ...)``.
    """
    flat = counts.reshape(len(counts), -1)
    return value((weights @ flat).reshape(len(weights), *counts.shape[1:]))


def spread(values: NDArray[np.float64], level: float = LEVEL) -> Spread:
    """Percentile interval and standard error of replicates, those that are NaN left out."""
    known = values[~np.isnan(values)]
    dropped = len(values) - len(known)
    if len(known) < 2 or float(np.ptp(known)) < _SAME:
        return Spread(None, 0.0, dropped)
    low, high = np.quantile(known, ((1 - level) / 2, (1 + level) / 2))
    return Spread(Interval(float(low), float(high)), float(known.std(ddof=1)), dropped)


def p_of_difference(differences: NDArray[np.float64], observed: float, changed: int) -> float:
    """Two-sided p-value of an ``observed`` difference from its replicates, moved so that they center at 0.

    It is ``(1 + as far from 0) / (1 + draws)``, never 0. Where only ``changed`` letters differ between the runs it is
    no smaller than ``2 ** (1 - changed)``, the smallest that a sign test of so many letters can give: the percentiles
    of a few letters promise more than that.
    """
    known = differences[~np.isnan(differences)]
    if changed == 0 or not len(known):
        return 1.0
    beyond = int((np.abs(known - observed) >= abs(observed) - _SAME).sum())
    return max((1 + beyond) / (1 + len(known)), smallest(changed))
