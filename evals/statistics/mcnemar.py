"""McNemar's test, exact: whether two readings of the same units err equally often.

McNemar (1947), Psychometrika 12, 153-157; its exact form is the binomial test on the discordant pairs (Agresti 2013,
Categorical Data Analysis, section 11.1). Where units come in letters, whole letters change sides: a letter's units are
wrong together. That is the exact permutation test of paired differences (Fisher 1935, The Design of Experiments,
section 21), and with one discordant unit a letter it is McNemar's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from scipy.stats import binomtest

_LEAST: Final = float(np.finfo(np.float64).tiny)
"""What stands for a p-value too small for a float: never 0."""


def smallest(letters: int) -> float:
    """The smallest two-sided p-value of a sign test in which so many letters differ: all of them one way."""
    return min(1.0, 2.0 ** (1 - letters))


def mcnemar(newly_wrong: int, newly_right: int) -> float:
    """Two-sided exact p-value from the discordant units; 1 where there are none."""
    discordant = newly_wrong + newly_right
    return max(_LEAST, float(binomtest(newly_wrong, discordant, 0.5).pvalue)) if discordant else 1.0


def mcnemar_by_letter(net: Iterable[int]) -> float:
    """Two-sided exact p-value from each letter's units newly wrong less those newly right.

    Under the null each letter's difference might as well have had the other sign; the p-value is the share of all
    choices of signs whose sum is as far from 0. It is computed in full, one letter at a time.
    """
    sizes = [letter for letter in net if letter]
    if all(abs(size) == 1 for size in sizes):
        wrong = sum(size > 0 for size in sizes)
        return mcnemar(wrong, len(sizes) - wrong)
    reach = sum(map(abs, sizes))
    chance = np.zeros(2 * reach + 1)
    chance[reach] = 1.0
    for size in map(abs, sizes):
        chance = (np.roll(chance, size) + np.roll(chance, -size)) / 2
    beyond = abs(np.arange(-reach, reach + 1)) >= abs(sum(sizes))
    return max(_LEAST, min(1.0, float(chance[beyond].sum())))
