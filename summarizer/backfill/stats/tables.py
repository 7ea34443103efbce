"""Every table of the statistics, in the order in which they are shown."""

from __future__ import annotations

from summarizer.backfill.stats.outcome_tables import outcome_tables
from summarizer.backfill.stats.reading_tables import reading_tables
from summarizer.backfill.stats.reason_tables import reason_tables
from summarizer.backfill.stats.table import Table
from summarizer.backfill.stats.tallies import Tallies
from summarizer.backfill.stats.time_tables import time_tables


def tables(tallies: Tallies) -> tuple[Table, ...]:
    """The tables of ``tallies``; those that have nothing to count have no rows."""
    return (
        *outcome_tables(tallies),
        *time_tables(tallies),
        *reason_tables(tallies),
        *reading_tables(tallies),
    )
