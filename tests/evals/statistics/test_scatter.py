"""Scatter over repeats by hand."""

import pytest

from evals.statistics.scatter import scatter


def test_by_hand() -> None:
    """2, 4 and 6: mean 4, squares 4 + 0 + 4 over 2."""
    found = scatter([2, 6, 4])
    assert found is not None
    assert (found.attempts, found.mean, found.low, found.high) == (3, 4, 2, 6)
    assert found.deviation == pytest.approx(2)


def test_one_reading_has_no_scatter() -> None:
    assert scatter([0.5]) is None
    assert scatter([]) is None


def test_equal_readings_scatter_by_0() -> None:
    found = scatter([0.5, 0.5])
    assert found is not None
    assert found.deviation == 0
