"""Counts of a run."""

from __future__ import annotations

import pytest

from schemas import Determination, Usage
from summarizer.llm.question import Spent
from summarizer.render.tally import Tally

PAID = Usage(requests=2, input_tokens=3000, cached_input_tokens=1000, output_tokens=300, cost_usd=0.5)


def test_counts_add_up(determination: Determination) -> None:
    tally = Tally(failed=1)
    for flags in (determination.review, (), determination.review, ()):
        tally.read(determination.model_copy(update={"review": flags, "provenance": {}, "usage": Usage()}))
    assert tally.total == 5
    assert str(tally) == "5 letters: 2 done, 2 need review, 1 failed"


def test_one_needs() -> None:
    assert str(Tally(needs_review=1)) == "1 letter: 0 done, 1 needs review, 0 failed"


def test_what_a_run_cost_is_its_second_line(determination: Determination) -> None:
    tally = Tally()
    for _ in range(3):
        tally.read(determination.model_copy(update={"usage": PAID}))
    assert str(tally).splitlines() == [
        "3 letters: 0 done, 3 need review, 0 failed",
        "6 requests, 9,000 tokens in (3,000 cached), 900 out, $1.50",
    ]


def test_a_failed_letter_is_paid_for_too(determination: Determination) -> None:
    tally = Tally(failed=1)
    tally.read(determination.model_copy(update={"usage": PAID}))
    tally.paid(PAID)
    assert tally.spent == "4 requests, 6,000 tokens in (2,000 cached), 600 out, $1.00"


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ((0.5, None), "at least $0.5000 (not all of the cost is known)"),
        ((None, 0.5, None), "at least $0.5000 (not all of the cost is known)"),
        ((None, None), "cost unknown"),
        ((0.0, 0.0), "$0.00"),
    ],
)
def test_an_unknown_cost_is_never_0(costs: tuple[float | None, ...], said: str) -> None:
    tally = Tally()
    for cost in costs:
        tally.paid(PAID.model_copy(update={"cost_usd": cost}))
    assert tally.spent.endswith(f" out, {said}")


def test_the_runs_meter_knows_of_failed_letters_too(determination: Determination) -> None:
    tally = Tally(failed=1)
    tally.read(determination.model_copy(update={"usage": PAID}))
    tally.paid_in_all(Spent(5, 7000, 2000, 600, 1.25))
    assert tally.spent == "5 requests, 7,000 tokens in (2,000 cached), 600 out, $1.25"
    tally.paid_in_all(Spent(5, 7000, 2000, 600, 1.25, unpriced=1))
    assert tally.spent.endswith("at least $1.25 (not all of the cost is known)")


def test_letters_that_the_model_failed_for_are_told() -> None:
    assert str(Tally(needs_review=2, without_model=2)) == (
        "2 letters: 0 done, 2 need review, 0 failed; the model failed for 2"
    )


def test_kept_answers_are_counted_as_such(determination: Determination) -> None:
    tally = Tally()
    tally.read(determination.model_copy(update={"usage": Usage(seconds=1)}))
    assert tally.spent == "1 letter from cache, nothing paid"
    tally.read(determination.model_copy(update={"usage": PAID}))
    assert tally.spent.endswith("$0.5000, 1 letter from cache, nothing paid")
