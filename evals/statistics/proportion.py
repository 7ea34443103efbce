"""Wilson's interval of a proportion, of units that may come in clusters.

Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212; recommended for
small samples and for shares near 0 and 1 by Newcombe (1998), Statistics in Medicine 17, 857-872, and by Brown, Cai and
DasGupta (2001), Statistical Science 16, 101-133. Clusters enter through the effective sample size ``n / deff``, as in
Korn and Graubard (1998), Survey Methodology 24, 193-201; the design effect ``deff`` is Kish's (1965), Survey Sampling,
from one correlation within clusters, estimated as by Fleiss and Cuzick (1979), The reliability of
dichotomous judgments, Applied Psychological Measurement 3, 537-542; Ridout, Demetrio and Firth (1999), Biometrics
55, 137-148, compare it with others.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri
from scipy.stats import binomtest

from evals.statistics.interval import LEVEL, Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ALIKE: Final = 0.4
"""Correlation within a cluster before anything was seen; with less, whole letters that are wrong in 1 of 20 cases and
happen not to be in the set would be left out of the interval too often."""


def wilson(right: float, of: float, level: float = LEVEL) -> Interval:
    """Wilson's interval of ``right`` among ``of`` units that are independent of each other.

    Whole counts go to scipy; an effective sample size need not be whole, and then the same formula is used in reals.

    Raises:
        ValueError: there are no units, or more are right than there are.
    """
    if not 0 <= right <= of or of <= 0:
        raise ValueError(f"{right:g} of {of:g} is no proportion")
    if float(right).is_integer() and float(of).is_integer():
        found = binomtest(int(right), int(of)).proportion_ci(level, method="wilson")
        return Interval(float(found.low), float(found.high))
    z = -float(ndtri((1 - level) / 2))
    share, weight = right / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    reach = z * sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
    low = 0.0 if right == 0 else max(0.0, middle - reach)
    high = 1.0 if right == of else min(1.0, middle + reach)
    return Interval(low, high)


def clustered_wilson(right: ArrayLike, of: ArrayLike, level: float = LEVEL) -> Interval:
    """Wilson's interval of a share whose units come in clusters: ``right[i]`` among the ``of[i]`` units of cluster i.

    With one unit in each cluster it is ``wilson``.

    Raises:
        ValueError: there are no units.
    """
    total, size = float(np.sum(right)), effective_size(right, of)
    return wilson(total / float(np.sum(of)) * size, size, level)


def effective_size(right: ArrayLike, of: ArrayLike) -> float:
    """How many independent units the clusters' units are worth: units / ``design_effect``, from 1 to all of them.

    Raises:
        ValueError: there are no units.
    """
    units = float(np.sum(of))
    if units <= 0:
        raise ValueError("no units")
    return max(units / design_effect(right, of), min(1.0, units))


def design_effect(right: ArrayLike, of: ArrayLike) -> float:
    """How much the variance of the share grows because units of a cluster are alike, from 1 to a unit's mean cluster.

    Kish's ``1 + (m - 1) * correlation``, where ``m = sum(of ** 2) / sum(of)`` is the size of the cluster that a unit
    is in on average. Clusters of one unit have the design effect 1 exactly.
    """
    sizes = np.asarray(of, dtype=np.float64).ravel()
    units = sizes.sum()
    beside = (sizes**2).sum() / units - 1 if units else 0.0
    return 1.0 + float(beside) * correlation(right, of) if beside > 0 else 1.0


def correlation(right: ArrayLike, of: ArrayLike) -> float:
    """How alike units of a cluster are: 0 where each is right or wrong for itself, 1 where a cluster is as a whole.

    The estimate of Fleiss and Cuzick (1979): 1 less the mixture within clusters, ``sum(right * wrong / of)``, over
    what independent units would show, ``(units - clusters) * share * (1 - share)``. Both are small where almost all
    are right, and nothing at all is known without an error, so ``ALIKE`` is added with the weight of one unit's
    mixture. It is never below 0 or above 1.
    """
    sizes = np.asarray(of, dtype=np.float64).ravel()
    hits = np.asarray(right, dtype=np.float64).ravel()[sizes > 0]
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return ALIKE
    units = sizes.sum()
    share = hits.sum() / units
    mixed = float((hits * (sizes - hits) / sizes).sum())
    independent = float(max(0.0, units - len(sizes)) * share * (1 - share))
    return min(1.0, max(0.0, 1 - (1 - ALIKE + mixed) / (1 + independent)))
