from __future__ import annotations

from datetime import date, timedelta
from statistics import quantiles

import pytest

from summarizer.backfill.stats.days import Days

START = date(2016, 2, 1)


def of(*days: int) -> Days:
    held = Days()
    for number in days:
        held.add(START, START + timedelta(days=number))
    return held


def test_quantiles_are_those_of_the_standard_library() -> None:
    days = [0, 3, 3, 10, 25, 25, 31, 60]
    held = of(*days)
    first, median, third = quantiles(days, n=4, method="inclusive")
    assert [held.quantile(share) for share in (0.25, 0.5, 0.75)] == pytest.approx([first, median, third])
    assert held.quantile(0.9) == pytest.approx(quantiles(days, n=10, method="inclusive")[-1])
    assert (held.quantile(0.0), held.quantile(1.0), held.longest, held.mean) == (0, 60, 60, 157 / 8)


def test_one_letter_is_all_quantiles() -> None:
    assert [of(7).quantile(share) for share in (0.25, 0.5, 0.9)] == [7, 7, 7]


def test_what_has_no_days_is_counted_apart() -> None:
    held = of(4)
    held.add(None, START)
    held.add(START, None)
    held.add(START, START - timedelta(days=1))
    assert (held.letters, held.missing, held.negative, held.longest) == (1, 2, 1, 4)


def test_nothing_has_no_quantile() -> None:
    assert (Days().quantile(0.5), Days().longest, Days().mean) == (None, None, None)
