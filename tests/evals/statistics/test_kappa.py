"""Cohen's kappa against published tables, and its degenerate cases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.statistics.kappa import agreement, confusion, kappa

PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40)


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, count in table.items() for _ in range(count)]


PSYCHIATRISTS = pairs(
    {
        ("psychotic", "psychotic"): 75,
        ("psychotic", "neurotic"): 1,
        ("psychotic", "organic"): 4,
        ("neurotic", "psychotic"): 5,
        ("neurotic", "neurotic"): 4,
        ("neurotic", "organic"): 1,
        ("organic", "organic"): 10,
    }
)


def test_fleiss_levin_paik_table_18_1() -> None:
    """Statistical Methods for Rates and Proportions (2003): 100 subjects, agreement 0.89, by chance 0.66."""
    assert kappa(PSYCHIATRISTS) == pytest.approx((0.89 - 0.66) / (1 - 0.66))
    assert kappa(PSYCHIATRISTS) == pytest.approx(0.68, abs=0.005)


def test_two_by_two_by_hand() -> None:
    """20 both yes, 15 both no, 5 and 10 apart: agreement 0.7, by chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5."""
    table = pairs({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert kappa(table) == pytest.approx(0.4)


def test_quadratic_by_hand() -> None:
    """Squared distances 4 in all; by chance (2 + 16 + 1 + 2 + 4 + 1) / 4 = 6.5."""
    table = [("1", "1"), ("2", "2"), ("3", "3"), ("1", "3")]
    assert kappa(table, "123", quadratic=True) == pytest.approx(1 - 4 / 6.5)


def test_quadratic_weights_of_two_classes_change_nothing() -> None:
    table = pairs({("a", "a"): 8, ("a", "b"): 3, ("b", "b"): 4})
    assert kappa(table, quadratic=True) == pytest.approx(kappa(table))


def test_degenerate_cases() -> None:
    assert kappa([]) is None
    assert kappa([("a", "a")] * 5) is None
    assert kappa([("a", "b")] * 5) == 0
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "b"), ("b", "a")]) == -1
    with pytest.raises(KeyError):
        confusion([("a", "c")], "ab")


@settings(max_examples=30, deadline=None)
@given(PAIRS)
def test_raters_may_change_places_and_units_be_doubled(table: list[tuple[str, str]]) -> None:
    found = kappa(table)
    assert kappa([(other, one) for one, other in table]) == pytest.approx(found)
    assert kappa(table * 2) == pytest.approx(found)
    assert kappa(table[::-1], "cab") == pytest.approx(found)
    assert found is None or -1 <= found <= 1


def test_agreement_over_letters() -> None:
    found = agreement([PSYCHIATRISTS[i : i + 2] for i in range(0, 100, 2)])
    assert found is not None
    assert (found.units, found.observed) == (100, 0.89)
    assert found.kappa == pytest.approx(0.23 / 0.34)
    assert found.interval is not None
    assert 0.3 < found.interval.low < 0.676 < found.interval.high < 0.95


def test_agreement_at_the_edges() -> None:
    assert agreement([]) is None
    assert agreement([[], []]) is None
    same = agreement([[("a", "a")], [("a", "a")], []])
    assert same is not None
    assert (same.units, same.observed, same.kappa, same.interval) == (2, 1.0, None, None)
