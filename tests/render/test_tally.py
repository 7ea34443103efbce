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
    tally = Tally(failed=1, paid=Spent(6, 9000, 3000, 900, 1.5))
    for _ in range(2):
        tally.read(determination.model_copy(update={"usage": PAID}))
    assert str(tally).splitlines() == [
        "3 letters: 0 done, 2 need review, 1 failed",
        "6 requests, 9,000 tokens in (3,000 cached), 900 out, $1.50",
    ]
    assert (tally.ended, tally.spent) == tuple(str(tally).splitlines())
    assert tally.was_read == 2


@pytest.mark.parametrize(
    ("paid", "said"),
    [
        (Spent(2, known_usd=0.5, unpriced=1), "at least $0.5000 (not all of the cost is known)"),
        (Spent(2, unpriced=2), "cost unknown"),
        (Spent(2), "$0.00"),
    ],
)
def test_an_unknown_cost_is_never_0(paid: Spent, said: str) -> None:
    assert Tally(paid=paid).spent.endswith(f" out, {said}")


def test_what_only_the_runs_meter_knows_of_is_told() -> None:
    assert Tally(failed=1, paid=Spent(1, 700, 0, 60, 0.25)).spent == "1 request, 700 tokens in, 60 out, $0.2500"


def test_letters_that_the_model_failed_for_are_told() -> None:
    assert str(Tally(needs_review=2, without_model=2)) == (
        "2 letters: 0 done, 2 need review, 0 failed; the model failed for 2"
    )


def test_kept_answers_are_counted_as_such(determination: Determination) -> None:
    tally = Tally()
    tally.read(determination.model_copy(update={"usage": Usage(seconds=1)}))
    assert tally.spent == "1 letter from cache, nothing paid"
    tally.read(determination.model_copy(update={"usage": PAID}))
    tally.paid = Spent(2, 3000, 1000, 300, 0.5)
    assert tally.spent.endswith("$0.5000, 1 letter from cache, nothing paid")
