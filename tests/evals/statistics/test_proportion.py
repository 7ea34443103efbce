"""Wilson's interval against published values, and what holds for clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.statistics.proportion import ALIKE, clustered_wilson, correlation, design_effect, effective_size, wilson

CLUSTERS = st.lists(
    st.integers(1, 12).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))), min_size=1, max_size=30
)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_newcombe_1998_table_1_method_3(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=5e-5)


def test_thirty_of_thirty_is_not_certain() -> None:
    """By hand: n / (n + z squared) = 30 / (30 + 3.8415)."""
    assert wilson(30, 30) == pytest.approx((0.88649, 1.0), abs=5e-6)
    assert wilson(30, 30).high == 1.0
    assert wilson(0, 30).low == 0.0


def test_one_unit() -> None:
    """By hand: 1 / (1 + 3.8415)."""
    assert wilson(1, 1) == pytest.approx((0.20655, 1.0), abs=5e-6)
    assert wilson(0, 1) == pytest.approx((0.0, 0.79345), abs=5e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_sizes_that_are_not_whole_lie_between_whole_ones(counts: tuple[int, int]) -> None:
    right, of = counts
    near = wilson(right * (1 + 1e-9), of * (1 + 1e-9))
    assert near == pytest.approx(wilson(right, of), abs=1e-6)


@pytest.mark.parametrize(("right", "of"), [(0, 0), (2, 1), (-1, 3)])
def test_what_is_no_proportion_is_refused(right: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no proportion"):
        wilson(right, of)
    with pytest.raises(ValueError, match="no units"):
        clustered_wilson([0, 0], [0, 0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_one_unit_a_letter_is_the_plain_interval(right: list[bool]) -> None:
    assert clustered_wilson(right, [1] * len(right)) == pytest.approx(wilson(sum(right), len(right)), abs=1e-12)


def test_without_an_error_letters_count_as_units_that_are_somewhat_alike() -> None:
    """By hand: 30 letters of 6, correlation 0.4, so 180 / (1 + 5 x 0.4) units."""
    assert correlation([6] * 30, [6] * 30) == ALIKE == 0.4
    assert effective_size([6] * 30, [6] * 30) == pytest.approx(60)
    assert clustered_wilson([6] * 30, [6] * 30) == pytest.approx(wilson(60, 60))


def test_letters_all_right_or_all_wrong_count_as_one_unit_each() -> None:
    assert design_effect([10, 0] * 200, [10] * 400) == pytest.approx(10, abs=0.01)


def test_letters_with_the_same_share_are_as_good_as_single_units() -> None:
    assert design_effect([2] * 97, [4] * 97) == 1.0


def test_correlation_by_hand() -> None:
    """Letters 2 of 2, 1 of 2 and 0 of 2: mixed 1/2; independent (6 - 3) x 1/4; 1 - (0.6 + 0.5) / (1 + 0.75)."""
    assert correlation([2, 1, 0], [2, 2, 2]) == pytest.approx(1 - 1.1 / 1.75)
    assert design_effect([2, 1, 0], [2, 2, 2]) == pytest.approx(2 - 1.1 / 1.75)


def test_design_effect_grows_with_the_letter_that_a_unit_is_in() -> None:
    """By hand: of 4 units 3 are in the letter of 3: 10 / 4 = 2.5 units a letter."""
    assert design_effect([3, 1], [3, 1]) == pytest.approx(1 + 1.5 * ALIKE)


SIZES = np.repeat([1, 2, 3, 4, 5, 6, 8, 21], [6, 7, 6, 7, 6, 7, 6, 7])
"""Items of 52 letters."""


@pytest.mark.parametrize(("share", "whole"), [(0.98, False), (0.995, False), (0.9, True), (0.95, True)])
def test_the_interval_holds_the_share_whether_errors_come_alone_or_by_the_letter(share: float, whole: bool) -> None:
    chance, sets = np.random.default_rng(11), 1000
    shape = (sets, len(SIZES))
    right = SIZES * chance.binomial(1, share, shape) if whole else chance.binomial(SIZES, share, shape)
    found = [clustered_wilson(one, SIZES) for one in right]
    # A simulation of 1,000 sets is 0.007 off at times.
    assert np.mean([low <= share <= high for low, high in found]) >= 0.94 - 0.014
    if share == 0.98:
        plain = np.mean([high - low for low, high in (wilson(int(one.sum()), int(SIZES.sum())) for one in right)])
        assert np.mean([high - low for low, high in found]) <= 1.5 * plain


@settings(max_examples=30, deadline=None)
@given(CLUSTERS)
def test_clusters_never_add_certainty(letters: list[tuple[int, int]]) -> None:
    right, of = [letter[0] for letter in letters], [letter[1] for letter in letters]
    low, high = clustered_wilson(right, of)
    plain = wilson(sum(right), sum(of))
    assert 0 <= low <= plain.low + 1e-12
    assert plain.high - 1e-12 <= high <= 1
    assert low <= sum(right) / sum(of) <= high


@settings(max_examples=30, deadline=None)
@given(CLUSTERS, st.randoms(use_true_random=False))
def test_the_order_of_letters_means_nothing(letters: list[tuple[int, int]], chance: object) -> None:
    shuffled = letters.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one = clustered_wilson([a for a, _ in letters], [b for _, b in letters])
    other = clustered_wilson([a for a, _ in shuffled], [b for _, b in shuffled])
    assert one == pytest.approx(other)


@settings(max_examples=30, deadline=None)
@given(CLUSTERS)
def test_letters_with_nothing_to_count_mean_nothing(letters: list[tuple[int, int]]) -> None:
    right, of = [letter[0] for letter in letters], [letter[1] for letter in letters]
    assert clustered_wilson([*right, 0], [*of, 0]) == pytest.approx(clustered_wilson(right, of))


@pytest.mark.parametrize("size", [1, 2, 4])
def test_errors_lower_the_interval(size: int) -> None:
    whole = [size] * 50
    lows = [clustered_wilson([size - 1] * wrong + whole[wrong:], whole).low for wrong in range(2, 20)]
    assert lows == sorted(lows, reverse=True)
    assert lows[0] < clustered_wilson(whole, whole).low
