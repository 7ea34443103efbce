"""Holm's correction by hand and by its properties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.statistics.holm import holm

P_VALUES = st.lists(st.floats(1e-9, 1.0), max_size=20)


def test_by_hand() -> None:
    """4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 no smaller than the one before; at 0.05 two are rejected."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_few() -> None:
    assert holm([]) == ()
    assert holm([0.04]) == (0.04,)
    assert holm([0.6, 0.7]) == (1.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(P_VALUES)
def test_it_keeps_the_order_and_never_lowers(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= more <= 1 for p, more in zip(p_values, adjusted, strict=True))
    ranked = [more for _, more in sorted(zip(p_values, adjusted, strict=True))]
    assert ranked == sorted(ranked)


@settings(max_examples=60, deadline=None)
@given(P_VALUES)
def test_it_rejects_no_less_than_bonferroni(p_values: list[float]) -> None:
    assert all(more <= len(p_values) * p + 1e-12 for p, more in zip(p_values, holm(p_values), strict=True))


@settings(max_examples=60, deadline=None)
@given(P_VALUES, st.floats(0.001, 0.2))
def test_it_is_holms_own_procedure(p_values: list[float], alpha: float) -> None:
    """Reject from the smallest on, at alpha / m, alpha / (m - 1) ..., and stop at the first that is not."""
    rejected = set()
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if (len(p_values) - rank) * p_values[place] > alpha:
            break
        rejected.add(place)
    assert {place for place, p in enumerate(holm(p_values)) if p <= alpha} == rejected
