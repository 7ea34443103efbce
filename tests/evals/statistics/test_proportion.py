"""Wilson's interval against published values, and what holds for clusters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.statistics.proportion import clustered_wilson, design_effect, effective_size, wilson

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


@pytest.mark.parametrize("size", [1, 2, 10])
def test_without_an_error_equal_letters_count_as_one_unit_each(size: int) -> None:
    assert effective_size([size] * 30, [size] * 30) == pytest.approx(30)
    assert clustered_wilson([size] * 30, [size] * 30) == pytest.approx(wilson(30, 30))
    assert clustered_wilson([size], [size]) == pytest.approx(wilson(1, 1))


def test_letters_all_right_or_all_wrong_count_as_one_unit_each() -> None:
    assert design_effect([10, 0] * 20, [10] * 40) == pytest.approx(10)


def test_letters_with_the_same_share_are_as_good_as_single_units() -> None:
    """By hand: only the four added letters of 4 differ, by 2 each: 16 / (404 x 1/4), less than 1."""
    assert design_effect([2] * 97, [4] * 97) == 1.0


def test_design_effect_by_hand() -> None:
    """Two letters, 2 of 2 and 1 of 2, and four of 2: 7 of 12 right; residuals 5/6 (3 times), -1/6, -7/6 (twice)."""
    by_cluster = 3 * (5 / 6) ** 2 + (1 / 6) ** 2 + 2 * (7 / 6) ** 2
    assert design_effect([2, 1], [2, 2]) == pytest.approx(by_cluster / (12 * 7 / 12 * 5 / 12))


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


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 21), st.integers(2, 200))
def test_an_error_lowers_the_interval(size: int, letters: int) -> None:
    whole = [size] * letters
    assert clustered_wilson([size - 1, *whole[1:]], whole).low < clustered_wilson(whole, whole).low
