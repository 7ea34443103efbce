"""The figures of one run: every metric with its interval, over all letters and over groups of them."""

from evals.figures.figure import Figure, Method, figure_of, figures_of, per_reading, units_of
from evals.figures.groups import FIELDS, ITEM_ERRORS, WRONG_FIELDS, Facet, Group, figures_by

__all__ = [
    "FIELDS",
    "ITEM_ERRORS",
    "WRONG_FIELDS",
    "Facet",
    "Figure",
    "Group",
    "Method",
    "figure_of",
    "figures_by",
    "figures_of",
    "per_reading",
    "units_of",
]
