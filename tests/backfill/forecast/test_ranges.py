"""Estimates from samples: right in the mean, and in their range as often as they say."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from summarizer.backfill.forecast.figures import Amount
from summarizer.backfill.forecast.ranges import count_of, part_of, total_of


def test_over_all_samples_the_total_is_right_in_the_mean() -> None:
    values = [1.0, 2.0, 2.0, 5.0, 9.0, 0.0]
    totals = [total_of(sample, 6, 6).expected for sample in combinations(values, 3)]
    assert sum(totals) / len(totals) == pytest.approx(sum(values))


def test_a_range_is_student_s_with_the_finite_population_correction() -> None:
    found = total_of([1.0, 2.0, 3.0], 12, 12)
    reach = 4.302652729911275 * 12 * (1 / 3 * (1 - 3 / 12)) ** 0.5
    assert found.expected == 24
    assert found.high == pytest.approx(24 + reach)
    assert found.low == 6  # what the sample alone adds up to


@pytest.mark.parametrize("some", [200, 60])
def test_ranges_hold_the_truth_about_as_often_as_they_say(some: int) -> None:
    chance = random.Random(7)
    letters = [float(chance.choice((1, 1, 1, 2, 2, 3, 4))) for _ in range(200)]
    held = 0
    for _ in range(400):
        chance.shuffle(letters)
        found = total_of(letters[:40], 200, some)
        assert found.low is not None
        assert found.high is not None
        # Which of the letters are read has nothing to do with which of them are in the sample.
        held += found.low <= sum(chance.sample(letters, some)) <= found.high
    assert 0.91 <= held / 400 <= 0.985


def test_all_letters_leave_nothing_open_and_one_letter_everything() -> None:
    assert total_of([1.0, 2.0], 2, 2) == Amount.exactly(3.0)
    assert total_of([2.0], 5, 5) == Amount(10.0, None, None)
    assert total_of([], 0, 0) == total_of([2.0], 5, 0) == count_of(0, 1, 5, 0) == Amount.exactly(0.0)


def test_what_no_letter_of_the_sample_was_may_be_among_the_others() -> None:
    found = count_of(0, 50, 1000, 1000)
    assert (found.expected, found.low) == (0, 0)
    assert found.high is not None
    assert 50 < found.high < 80
    assert count_of(3, 50, 50, 50) == Amount.exactly(3)


def test_a_count_is_never_below_what_was_seen_nor_above_what_may_be() -> None:
    most, least = count_of(9, 10, 12, 12), count_of(1, 10, 12, 12)
    assert most.low is not None
    assert 9 <= most.low < most.expected < 11 == most.high
    assert least.high is not None
    assert 1 == least.low < least.expected < least.high <= 3


def test_a_product_is_as_uncertain_as_its_parts() -> None:
    found = part_of(Amount(100, 70, 130), Amount(0.5, 0.3, 0.7))
    assert found == Amount(50, pytest.approx(25), pytest.approx(75))
    assert part_of(Amount(100, None, None), Amount.exactly(0.5)) == Amount(50, None, None)
    assert part_of(Amount(100, 70, 130), Amount.exactly(1)) == Amount(100, 70, 130)
