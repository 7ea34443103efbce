"""Amounts as requests state them."""

from __future__ import annotations

import pytest

from summarizer.document import Span
from summarizer.verify.amounts import amounts_in, doses_in


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("therapy 2 times a week for 6 weeks", [(12, "sessions", True)]),
        ("therapy two times per week for three weeks", [(6, "sessions", True)]),
        ("therapy 3x/week for 4 weeks (12 visits)", [(12, "sessions", True), (12, "sessions", True)]),
        ("therapy 2-3 times a week for 6 weeks", [(18, "sessions", False)]),
        ("12-18 sessions", [(18, "sessions", False)]),
        ("eight (8) visits", [(8, "sessions", True)]),
        ("6 additional physical therapy visits", [(6, "sessions", True)]),
        ("sessions, 12", [(12, "sessions", True)]),
        ("#60", [(60, "units", True)]),
        ("QTY: 2", [(2, "units", True)]),
        ("12 hours per day", [(12, "hours", True)]),
        ("4 sessions a week", []),
        ("no amount at all", []),
    ],
)
def test_amounts(words: str, found: list[tuple[float, str, bool]]) -> None:
    assert [(amount.value, amount.unit, amount.exact) for amount in amounts_in(words)] == found


def test_amounts_of_a_span_count_offsets_in_the_whole() -> None:
    (amount,) = amounts_in("3 visits, then 6 visits", Span(10, 23))
    assert amount.span == Span(15, 23)


def test_doses() -> None:
    assert [dose for dose, _ in doses_in("Norco 10 / 325 mg, gel 1.5 %, 300mg/g, 5 mg/ml, 20 grams")] == [
        "10/325mg",
        "1.5%",
        "300mg",
        "5mg/ml",
        "20g",
    ]
    assert doses_in("5 mgs of nothing, 3 pills") == ()
