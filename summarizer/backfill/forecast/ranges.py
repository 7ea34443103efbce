"""From a sample to all: totals and counts with their 95 % range.

Sampling without replacement: Cochran (1977), Sampling Techniques, chapter 2, with the finite population correction.
A total over only some of the letters that the sample was drawn from varies with which ones they are, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

from summarizer.backfill.forecast.figures import Amount
from summarizer.backfill.stats.shares import wilson


def total_of(values: Sequence[float], letters: int, some: int) -> Amount:
    """The sum of a value over ``some`` of ``letters``, of which ``values`` are a random sample; none is negative."""
    if not some:
        return Amount.exactly(0.0)
    size = len(values)
    expected = some * fmean(values)
    if size == letters == some:
        return Amount.exactly(expected)
    if size < 2:
        return Amount(expected, None, None)
    reach = _t(size - 1) * stdev(values) * some * _spread(size, letters, some)
    seen = sum(values) if some == letters else 0.0
    return Amount(expected, min(expected, max(seen, expected - reach)), expected + reach)


def count_of(hits: int, size: int, letters: int, some: int) -> Amount:
    """How many of ``some`` of ``letters`` are like the ``hits`` in a random sample of ``size``: Wilson's interval."""
    if not some:
        return Amount.exactly(0.0)
    share = hits / size
    if size == letters == some:
        return Amount.exactly(float(hits))
    low, high = wilson(hits, size)
    narrower = _spread(size, letters, some) * sqrt(size)
    low, high = max(0.0, share - (share - low) * narrower), min(1.0, share + (high - share) * narrower)
    sure, sure_not = (hits, size - hits) if some == letters else (0, 0)
    return Amount(some * share, max(some * low, sure), min(some * high, some - sure_not))


def part_of(total: Amount, share: Amount) -> Amount:
    """``total`` times ``share``, of two estimates that err independently."""
    expected = total.expected * share.expected
    if total.low is None or total.high is None or share.low is None or share.high is None:
        return Amount(expected, None, None)
    below = sqrt(
        ((total.expected - total.low) * share.expected) ** 2 + ((share.expected - share.low) * total.expected) ** 2
    )
    above = sqrt(
        ((total.high - total.expected) * share.expected) ** 2 + ((share.high - share.expected) * total.expected) ** 2
    )
    return Amount(expected, max(0.0, expected - below), expected + above)


def _spread(size: int, letters: int, some: int) -> float:
    """Standard deviation of a mean's error, in those of one letter."""
    return sqrt(1 / size + 1 / some - 2 / letters)


def _t(freedom: int) -> float:
    """Of Student's t, the point that 2.5 % lie above."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
