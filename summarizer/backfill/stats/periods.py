"""Months or years in a row, those without a letter among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from summarizer.backfill.stats.tallies import By, Day

NO_DATE: Final = "no date"
"""The row of letters whose decision date was not read."""
_EACH: Final = 12
"""Empty periods in a row that have a row each; more are one row."""
_FAR: Final = 24
"""Empty periods that cut what is drawn: one date read wrong must not press all others into a corner."""


def rows_of(by: By, letters: Mapping[Day | None, int]) -> Iterator[tuple[str, Day | None]]:
    """Label and period of every row, in the order of time; no date comes last.

    Empty periods between others are there; a long gap is one row, which has the first of its periods.
    """
    held = sorted(period for period in letters if period is not None)
    for before, period in pairwise([None, *held]):
        if before is not None and period is not None:
            yield from _between(by, before, period)
        if period is not None:
            yield by.printed(period), period
    if None in letters:
        yield NO_DATE, None


def _between(by: By, before: Day, after: Day) -> Iterator[tuple[str, Day]]:
    empty: list[Day] = []
    period = by.next(before)
    while period < after:
        empty.append(period)
        period = by.next(period)
    if len(empty) <= _EACH:
        yield from ((by.printed(one), one) for one in empty)
    else:
        yield f"{by.printed(empty[0])} to {by.printed(empty[-1])}", empty[0]


def together(by: By, letters: Mapping[Day | None, int]) -> tuple[list[Day], int]:
    """The periods to draw, and how many letters are dated so far from them that they are left out."""
    held = sorted(period for period in letters if period is not None)
    runs: list[list[Day]] = []
    for period in held:
        if runs and _steps(by, runs[-1][-1], period) <= _FAR:
            runs[-1].append(period)
        else:
            runs.append([period])
    best = max(runs, key=lambda run: sum(letters[one] for one in run), default=[])
    return best, sum(letters[one] for one in held) - sum(letters[one] for one in best)


def _steps(by: By, before: Day, after: Day) -> int:
    years = after.year - before.year
    return years if by is By.YEAR else 12 * years + after.month - before.month
