"""A confidence interval."""

from __future__ import annotations

from typing import Final, NamedTuple

LEVEL: Final = 0.95
"""Confidence of every interval, unless told otherwise."""


class Interval(NamedTuple):
    """A confidence interval, both ends included."""

    low: float
    """Lower end."""
    high: float
    """Upper end."""
