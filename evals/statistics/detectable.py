"""The smallest difference that a set of letters can show.

For shares from the discordant pairs: Connor (1987), Sample size for testing differences in proportions for the
paired-sample design, Biometrics 43, 207-211; where units come in letters, over units / design effect, as Korn and
Graubard (1998), Survey Methodology 24, 193-201, do with intervals. For anything else from the standard error of the
difference (Cohen 1988, Statistical Power Analysis, chapter 2): ``(z of alpha / 2 + z of power) x standard error``.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Final

from scipy.optimize import brentq
from scipy.special import ndtri

from evals.statistics.mcnemar import smallest

ALPHA: Final = 0.05
"""Two-sided level of a single test, before Holm."""
POWER: Final = 0.8
"""Chance that a difference of this size is shown."""


def detectable(error: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """Smallest difference that is shown with ``power``, from the standard error of the difference."""
    return (_z(alpha / 2) + _z(1 - power)) * error


def detectable_share(units: float, discordant: float = 0.0, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Smallest difference of two paired shares over ``units`` that is shown with ``power``.

    ``discordant`` is the share of units in which the readings disagree about being right. With fewer than the
    difference itself, 0 above all, every disagreement is taken to go one way: no set of so many units can show less.
    ``None`` where not even all units changing sides would be enough.
    """
    if units <= 0 or _excess(1.0, units, discordant, alpha, power) < 0:
        return None
    return float(brentq(_excess, 1e-12, 1.0, args=(units, discordant, alpha, power)))


def detectable_by_letter(net: Iterable[int], units: float, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Smallest difference of two paired shares over ``units``, from each letter's newly wrong less newly right units.

    The discordant units change sides by the letter: their design effect is the variance of the sum of net changes
    when letters change sides, ``sum(net ** 2)``, over that when units do, ``sum(abs(net))``. Neither hangs on which
    run is the base. ``None`` where fewer letters differ than can ever be significant at ``alpha``.
    """
    sizes = [abs(letter) for letter in net if letter]
    if smallest(len(sizes)) > alpha:
        return None
    discordant = sum(sizes)
    worth = sum(size**2 for size in sizes) / discordant
    return detectable_share(units / worth, discordant / units, alpha, power)


def _excess(difference: float, units: float, discordant: float, alpha: float, power: float) -> float:
    """Connor's formula, positive where the difference is more than large enough."""
    disagreeing = max(discordant, difference)
    needed = _z(alpha / 2) * sqrt(disagreeing) + _z(1 - power) * sqrt(max(0.0, disagreeing - difference**2))
    return difference * sqrt(units) - needed


def _z(tail: float) -> float:
    return -float(ndtri(tail))
