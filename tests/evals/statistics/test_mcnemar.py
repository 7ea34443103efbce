"""McNemar's exact test against tables and against every choice of signs."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.statistics.mcnemar import mcnemar, mcnemar_by_letter


@pytest.mark.parametrize(
    ("wrong", "right", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (4, 0, 2 / 16),
        (0, 6, 2 / 64),
        (1, 9, 2 * 11 / 1024),
        (5, 5, 1.0),
        (3, 12, 2 * (1 + 15 + 105 + 455) / 2**15),
    ],
)
def test_by_hand(wrong: int, right: int, p: float) -> None:
    assert mcnemar(wrong, right) == pytest.approx(p)


@pytest.mark.parametrize(("few", "of", "tail"), [(0, 5, 0.031), (1, 9, 0.020), (4, 15, 0.059), (7, 25, 0.022)])
def test_siegel_1956_table_d(few: int, of: int, tail: float) -> None:
    """Siegel, Nonparametric Statistics, table D gives one tail of the sign test."""
    assert mcnemar(few, of - few) / 2 == pytest.approx(tail, abs=5e-4)


def test_votes_on_the_prime_minister() -> None:
    """Agresti (2013), Categorical Data Analysis, section 11.1.1: 86 and 150 discordant, z = -4.17, p near 0.00003."""
    assert mcnemar(86, 150) == pytest.approx(3.7e-5, abs=0.5e-5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-1, 1), max_size=80))
def test_one_discordant_unit_a_letter_is_mcnemar(net: list[int]) -> None:
    assert mcnemar_by_letter(net) == mcnemar(net.count(1), net.count(-1))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-9, 9), max_size=9))
def test_letters_change_sides_whole(net: list[int]) -> None:
    sums = [
        abs(sum(sign * size for sign, size in zip(signs, net, strict=True)))
        for signs in product((1, -1), repeat=len(net))
    ]
    assert mcnemar_by_letter(net) == pytest.approx(sum(one >= abs(sum(net)) for one in sums) / len(sums))


def test_one_letter_proves_nothing_however_many_items_it_has() -> None:
    assert mcnemar(21, 0) < 1e-6
    assert mcnemar_by_letter([21]) == 1.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-9, 9), max_size=60))
def test_p_is_a_probability_and_never_0(net: list[int]) -> None:
    assert 0 < mcnemar_by_letter(net) <= 1
    assert mcnemar_by_letter(net) == pytest.approx(mcnemar_by_letter([-size for size in net]))
    assert mcnemar_by_letter(net) == pytest.approx(mcnemar_by_letter(sorted(net)))


def test_thousands_of_letters_do_not_make_it_0() -> None:
    assert 0 < mcnemar(5000, 0) < 1e-300
    assert 0 < mcnemar_by_letter([2] * 1500) < 1e-300
