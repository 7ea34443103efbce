"""Cohen's kappa: agreement of two raters beyond chance.

Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20, 37-46;
weighted by Cohen (1968), Psychological Bulletin 70, 213-220.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evals.statistics.bootstrap import DRAWS, SEED, replicates, spread, weights_of
from evals.statistics.interval import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters agree."""

    units: int
    """Units that both rated."""
    observed: float
    """Share of units rated alike."""
    kappa: float | None
    """Cohen's kappa; ``None`` where both used one and the same class only, since nothing is left beyond chance."""
    interval: Interval | None
    """Of kappa, by bootstrap over letters; ``None`` without a kappa or where all draws agree."""


def confusion(ratings: Sequence[tuple[str, str]], classes: Sequence[str]) -> NDArray[np.float64]:
    """Counts by class of the one and of the other rater, shape ``(classes, classes)``; ``KeyError`` for another."""
    place = {code: index for index, code in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)))
    for one, other in ratings:
        counts[place[one], place[other]] += 1
    return counts


def kappas(counts: NDArray[np.float64], *, quadratic: bool = False) -> NDArray[np.float64]:
    """Kappa of each matrix, shape ``(..., classes, classes)``; NaN without units or with one class only.

    ``quadratic`` weighs a disagreement by the squared distance of the classes in their order.
    """
    size = counts.shape[-1]
    ranks = np.arange(size, dtype=np.float64)
    cost = (ranks[:, None] - ranks) ** 2 if quadratic else 1 - np.eye(size)
    units = counts.sum(axis=(-2, -1))
    by_chance = counts.sum(axis=-1)[..., :, None] * counts.sum(axis=-2)[..., None, :]
    apart = (cost * counts).sum(axis=(-2, -1)) * units
    expected = (cost * by_chance).sum(axis=(-2, -1))
    return np.where(expected > 0, 1 - apart / np.where(expected > 0, expected, 1.0), np.nan)


def kappa(ratings: Sequence[tuple[str, str]], order: Sequence[str] = (), *, quadratic: bool = False) -> float | None:
    """Kappa of pairs ``(one rater, the other)``; ``None`` without pairs or where both used one same class only.

    ``order`` names the classes in their order, which ``quadratic`` weights need; classes are else sorted.
    """
    classes = order or sorted({code for pair in ratings for code in pair})
    found = float(kappas(confusion(ratings, classes), quadratic=quadratic)) if classes else np.nan
    return None if np.isnan(found) else found


def agreement(
    letters: Sequence[Sequence[tuple[str, str]]],
    order: Sequence[str] = (),
    *,
    quadratic: bool = False,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Agreement | None:
    """Agreement over the pairs of each letter, with an interval by letter; ``None`` where there are no pairs."""
    classes = order or sorted({code for pairs in letters for pair in pairs for code in pair})
    counts = np.array([confusion(pairs, classes) for pairs in letters])
    units = int(counts.sum())
    if not units:
        return None
    found = float(kappas(counts.sum(axis=0), quadratic=quadratic))
    observed = float(np.trace(counts.sum(axis=0))) / units
    if np.isnan(found):
        return Agreement(units, observed, None, None)
    drawn = replicates(weights_of(len(letters), draws, seed), counts, lambda sums: kappas(sums, quadratic=quadratic))
    return Agreement(units, observed, found, spread(drawn).interval)
