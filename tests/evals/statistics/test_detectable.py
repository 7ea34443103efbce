"""What a set can show, by Connor's formula and against the exact test's power."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from evals.statistics.detectable import detectable, detectable_by_letter, detectable_share
from evals.statistics.mcnemar import mcnemar


def test_from_the_standard_error() -> None:
    """1.9600 + 0.8416, as in any table of sample sizes."""
    assert detectable(1.0) == pytest.approx(2.8016, abs=5e-5)
    assert detectable(0.0) == 0.0
    assert detectable(0.01, power=0.9) == pytest.approx(0.032415, abs=5e-6)


def test_connors_formula_by_hand() -> None:
    """Discordant 0.2, difference 0.1: n = (1.95996 sqrt 0.2 + 0.84162 sqrt 0.19) squared / 0.01 = 154.59."""
    assert detectable_share(154.59, 0.2) == pytest.approx(0.1, abs=1e-5)


def test_one_way_agrees_with_the_exact_test() -> None:
    """Six units, all one way, are significant; of 48 at least six change with power 0.8 where each does with 0.16."""
    assert mcnemar(5, 0) > 0.05 > mcnemar(6, 0)
    exact = float(beta.ppf(0.8, 6, 48 - 5))
    assert float(binom.sf(5, 48, exact)) == pytest.approx(0.8)
    assert detectable_share(48) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize("units", [0, 1, 3])
def test_too_few_units_show_nothing(units: int) -> None:
    assert detectable_share(units) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(10, 5000), st.floats(0, 1))
def test_more_letters_show_smaller_differences(units: int, discordant: float) -> None:
    few, many = detectable_share(units, discordant), detectable_share(units + 50, discordant)
    assert few is not None
    assert many is not None
    assert 0 < many < few <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(10, 5000), st.floats(0, 0.9))
def test_more_disagreement_hides_more(units: int, discordant: float) -> None:
    calm, noisy = detectable_share(units, discordant), detectable_share(units, discordant + 0.1)
    assert calm is not None
    assert noisy is not None
    assert calm <= noisy + 1e-9


def test_single_units_of_letters_are_connors_pairs() -> None:
    net = [1] * 7 + [-1] * 5 + [0] * 88
    assert detectable_by_letter(net, 200) == detectable_share(200, 12 / 200)


def test_letters_that_change_as_a_whole_count_once() -> None:
    """Forty letters of 5 of which 12 change whole are as good as forty units of which 12 do."""
    assert detectable_by_letter([5, -5] * 6, 200) == pytest.approx(detectable_share(40, 12 / 40))


def test_fewer_letters_than_can_be_significant_show_nothing() -> None:
    assert detectable_by_letter([], 100) is None
    assert detectable_by_letter([1, -3, 2, 2, 9], 100) is None
    assert detectable_by_letter([1, -3, 2, 2, 9, 1], 100) is not None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=6, max_size=80))
def test_what_can_be_shown_does_not_hang_on_which_run_is_the_base(net: list[int]) -> None:
    assert detectable_by_letter(net, 500) == detectable_by_letter([-one for one in net], 500)
