"""How long reviews took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from summarizer.backfill.stats.days import Days
from summarizer.backfill.stats.periods import rows_of
from summarizer.backfill.stats.table import Cell, Column, Kind, Table
from summarizer.backfill.stats.tallies import Span, Tallies

_NOTE: Final = (
    "Calendar days between the dates that the letter prints. Letters that lack a date, or whose decision comes before "
    "the start, are counted apart and have no days. The law's time runs from the receipt of the records (Labor Code "
    "4610.6(d)), a date that letters do not print."
)
_COLUMNS: Final = (
    Column("letters", Kind.COUNT, "letters whose days are counted"),
    Column("mean", Kind.DAYS, "mean of the days"),
    Column("25 %", Kind.DAYS, "a quarter of the letters took no longer"),
    Column("median", Kind.DAYS, "half of the letters took no longer"),
    Column("75 %", Kind.DAYS, "three quarters of the letters took no longer"),
    Column("90 %", Kind.DAYS, "nine tenths of the letters took no longer"),
    Column("longest", Kind.COUNT, "most days"),
    Column("lacks a date", Kind.COUNT, "letters that lack one of both dates"),
    Column("negative", Kind.COUNT, "letters whose decision comes before the start"),
)


def time_tables(tallies: Tallies) -> Iterator[Table]:
    """The tables of days."""
    what = Column("counted from", Kind.TEXT, "start of the days; they end with the decision")
    rows = tuple((span.value, *_cells(tallies.spans[span])) for span in Span if span in tallies.spans)
    yield Table("days", "Days to the decision", _NOTE, (what, *_COLUMNS), rows)
    yield days_by_period(tallies)


def days_by_period(tallies: Tallies) -> Table:
    """Days from assignment by the decision's month or year."""
    period = tallies.by.value
    rows = tuple(
        (label, *_cells(tallies.days_by_period.get(one, Days())))
        for label, one in rows_of(tallies.by, tallies.period_letters)
    )
    what = Column(period, Kind.TEXT, f"{period} of the decision date")
    title = f"Days from assignment to decision by {period} of the decision"
    return Table(f"days_by_{period}", title, _NOTE, (what, *_COLUMNS), rows)


def _cells(days: Days) -> tuple[Cell, ...]:
    quantiles = (days.quantile(share) for share in (0.25, 0.5, 0.75, 0.9))
    return (days.letters, days.mean, *quantiles, days.longest, days.missing, days.negative)
