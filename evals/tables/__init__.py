"""Runs, comparisons and changes as tables for a terminal. What they say is decided in ``figures`` and ``compare``."""

from evals.tables.changed import changes_list
from evals.tables.marking import marked
from evals.tables.metrics import comparison_table, figures_table

__all__ = ["changes_list", "comparison_table", "figures_table", "marked"]
