"""The bootstrap against a published standard error, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evals.statistics.bootstrap import CELLS, DRAWS, draws_for, p_of_difference, replicates, spread, weights_of

LSAT = (576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594)
GPA = (3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96)


def correlation(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    return np.asarray((n * xy - x * y) / np.sqrt((n * xx - x * x) * (n * yy - y * y)))


def mean(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def test_the_law_schools() -> None:
    """Efron and Tibshirani (1993), table 3.1 and section 6.3: correlation 0.776, its bootstrap standard error 0.132."""
    x, y = np.array(LSAT, dtype=float), np.array(GPA)
    counts = np.stack((np.ones(15), x, y, x * x, y * y, x * y), axis=-1)
    assert float(correlation(counts.sum(axis=0))) == pytest.approx(0.776, abs=5e-4)
    found = spread(replicates(weights_of(15, 3200), counts, correlation))
    assert found.error == pytest.approx(0.132, abs=0.006)
    assert found.interval is not None
    assert found.interval.low < 0.776 < found.interval.high


def test_the_error_of_a_mean() -> None:
    """The bootstrap's standard error of a mean is, by theory, the standard deviation / root of n."""
    values = np.arange(100.0)
    counts = np.stack((values, np.ones(100)), axis=-1)
    found = spread(replicates(weights_of(100), counts, mean))
    assert found.error == pytest.approx(values.std() / 10, rel=0.05)
    assert found.interval == pytest.approx((49.5 - 1.96 * found.error, 49.5 + 1.96 * found.error), abs=0.4)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 50), st.integers(0, 5))
def test_each_draw_has_as_many_letters_as_there_are(letters: int, seed: int) -> None:
    weights = weights_of(letters, 20, seed)
    assert weights.shape == (20, letters)
    assert (weights.sum(axis=1) == letters).all()
    assert (weights == weights_of(letters, 20, seed)).all()


def test_seeds_differ() -> None:
    assert (weights_of(10, 20, 1) != weights_of(10, 20, 2)).any()


def test_each_letter_is_drawn_as_often() -> None:
    assert weights_of(10, 5000).mean(axis=0) == pytest.approx([1.0] * 10, abs=0.06)


def test_draws_without_anything_to_count_are_left_out_and_counted() -> None:
    """A letter is in no draw of two letters with the chance 1/4."""
    counts = np.array([[1.0, 2.0], [0.0, 0.0]])
    found = spread(replicates(weights_of(2, 4000), counts, mean))
    assert found.dropped == pytest.approx(1000, abs=100)
    assert found.interval is None


def test_nothing_at_all() -> None:
    assert spread(np.full(3, np.nan)).dropped == 3
    assert spread(np.full(3, np.nan)).interval is None


def test_p_by_hand() -> None:
    """Around 2, the replicates 0, 1, 3 and 5 are off by 2, 1, 1 and 3: two of four as far as 2."""
    assert p_of_difference(np.array([0.0, 1.0, 3.0, 5.0, np.nan]), 2.0, 99) == (1 + 2) / (1 + 4)


def test_p_is_never_0_and_knows_how_few_letters_changed() -> None:
    far = np.full(2000, 5.0)
    assert p_of_difference(far, 5.0, 99) == 1 / 2001
    assert p_of_difference(far, 5.0, 4) == 1 / 8
    assert p_of_difference(far, 5.0, 1) == 1.0
    assert p_of_difference(np.zeros(10), 0.0, 0) == 1.0


def test_without_a_difference_p_is_small_as_often_as_it_says() -> None:
    """60 sets of 60 letters whose differences are noise around 0: 5 % below 0.05, binomially 0 to 9 of 60."""
    chance = np.random.default_rng(7)
    weights = weights_of(60, 500)
    small = 0
    for _ in range(60):
        noise = chance.normal(size=60)
        counts = np.stack((noise, np.ones(60)), axis=-1)
        small += p_of_difference(replicates(weights, counts, mean), float(noise.mean()), 60) < 0.05
    assert small <= 9


def test_many_tests_and_strict_levels_take_more_draws() -> None:
    assert draws_for(40, 0.05, 52) == DRAWS
    assert draws_for(40, 0.001, 52) == 40_000
    assert 40 / (1 + draws_for(40, 0.001, 52)) <= 0.001
    assert draws_for(40, 0.0, 1000) == draws_for(40, 1e-12, 1000) == CELLS // 1000
    assert draws_for(0, 0.05, 0) == DRAWS
