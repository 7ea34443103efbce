from __future__ import annotations

import pytest

from summarizer.backfill.stats.shares import Share, wilson


def share(*letters: tuple[int, int]) -> Share:
    held = Share()
    for hits, items in letters:
        held.add(hits, items)
    return held


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_published_one(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (1, 1), (3, 7), (30, 30), (12_700, 100_000)])
def test_the_interval_is_that_of_scipy(hits: int, of: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    known = stats.binomtest(hits, of).proportion_ci(method="wilson")
    assert wilson(hits, of) == pytest.approx((known.low, known.high), abs=1e-12)


def test_letters_of_one_item_have_the_plain_interval() -> None:
    held = share(*[(1, 1)] * 7, *[(0, 1)] * 23)
    assert held.design_effect == 1.0
    assert held.interval == wilson(7, 30)


def test_items_of_a_letter_that_go_alike_are_worth_less() -> None:
    alike = share(*[(4, 4)] * 10, *[(0, 4)] * 30)
    mixed = share(*[(1, 4)] * 40)
    assert alike.value == mixed.value == 0.25
    assert mixed.interval == pytest.approx(wilson(40, 160))
    # Almost: the prior has the weight of one item in 23.5.
    assert 3.8 < alike.design_effect < 4.0
    assert alike.interval == pytest.approx(wilson(10, 40), abs=0.01)


def test_a_letter_of_many_items_alone_is_at_least_one_item() -> None:
    held = share((0, 21))
    assert held.design_effect == pytest.approx(1 + 20 * 0.4)
    assert held.interval == pytest.approx(wilson(0, 21 / 9))


def test_the_design_effect_is_that_of_the_evaluation() -> None:
    numpy = pytest.importorskip("numpy")
    from evals.statistics.proportion import clustered_wilson, design_effect

    letters = [(1, 3), (0, 2), (2, 2), (0, 1), (5, 9), (0, 4)]
    hits, items = numpy.array(letters).T
    held = share(*letters)
    assert held.design_effect == pytest.approx(design_effect(hits, items))
    assert held.interval == pytest.approx(tuple(clustered_wilson(hits, items)))


def test_nothing_has_no_share() -> None:
    assert (Share().value, Share().interval) == (None, None)
