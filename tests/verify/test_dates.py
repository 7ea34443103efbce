"""Dates in running text."""

from __future__ import annotations

from datetime import date

import pytest

from summarizer.verify.dates import dates_in


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("11-02-2016", date(2016, 11, 2)),
        ("11/2/16", date(2016, 11, 2)),
        ("11-02- 2016", date(2016, 11, 2)),
        ("11/2/93", date(1993, 11, 2)),
        ("November 2, 2016", date(2016, 11, 2)),
        ("Nov. 2nd 2016", date(2016, 11, 2)),
        ("NOVEMBER 2,\n2016", date(2016, 11, 2)),
        ("May 9, 2016", date(2016, 5, 9)),
        ("Sept 9, 2016", date(2016, 9, 9)),
    ],
)
def test_days(words: str, value: date) -> None:
    (mention,) = dates_in(words)
    assert mention.value == value
    assert mention.span == (0, len(words))


def test_months_and_impossible_years() -> None:
    assert [(m.year, m.month, m.day) for m in dates_in("12/2016, then March 2015, then 12/9/3026")] == [
        (2016, 12, None),
        (2015, 3, None),
        (3026, 12, 9),
    ]


@pytest.mark.parametrize(
    "words", ["40/90 degrees", "10/325mg", "13/40/2016", "Marching 2016", "1-2-3", "555-11-02-2016"]
)
def test_no_dates(words: str) -> None:
    assert dates_in(words) == ()


def test_a_day_that_no_calendar_has_has_no_value() -> None:
    (mention,) = dates_in("2/30/2016")
    assert mention.value is None
