"""Facts of a summary that its letter does not state."""

from __future__ import annotations

import pytest

from summarizer.verify.facts import unsupported_facts

LETTER = """The 47-year-old woman was hurt on 11-02-2016 and seen in December 2016. She takes Norco 10/325 mg #60 and Celebrex.
Therapy was asked for 2 times a week for 6 weeks for both knees and the right wrist and hand; twelve visits were done. She has
low back pain at L4-5, and her left small finger is stiff. Pain fell by two-thirds. Six
acupuncture sessions were approved on Nov. 9, 2016 at a cost of 1,200 dollars."""


@pytest.mark.parametrize(
    "summary",
    [
        "A 47-year-old woman hurt on November 2, 2016.",
        "Hurt 11/2/16, seen in 12/2016.",
        "She was hurt in November 2016.",
        "She takes hydrocodone and celecoxib.",
        "She takes Norco 10/325mg, 60 tablets.",
        "Therapy of 12 sessions, twice a week.",
        "Bilateral knee pain.",
        "Left and right knees hurt.",
        "Right wrist and lumbar pain at L4 and L5.",
        "The left finger is stiff.",
        "An arm and a leg hurt.",
        "Pain fell by 2/3.",
        "6 acupuncture sessions were approved on 11-09-2016.",
        "It cost 1200 dollars.",
        "One opioid was disputed; the first was denied.",
    ],
)
def test_stated(summary: str) -> None:
    assert unsupported_facts(summary, LETTER) == ()


@pytest.mark.parametrize(
    ("summary", "facts"),
    [
        ("A 48-year-old woman.", ("48",)),
        ("Hurt on 11-03-2016.", ("11-03-2016",)),
        ("Hurt on November 2, 2015.", ("November 2, 2015",)),
        ("She takes Norco 5/325mg.", ("5/325mg",)),
        ("She takes Norco 10/500 mg.", ("10/500 mg",)),
        ("She takes Soma.", ("Soma",)),
        ("The left wrist hurts.", ("left wrist",)),
        ("The right-hand grip and the right small finger.", ("right small finger",)),
        ("Neck pain.", ("Neck",)),
        ("Pain at L5-S1.", ("L5-S1",)),
        ("Eighteen visits were done.", ("Eighteen",)),
        ("She had twenty-four visits and 30 pills.", ("twenty-four", "30")),
        ("Pain fell by a third.", ("a third",)),
        ("She has 7 sessions of 7 left.", ("7",)),
    ],
)
def test_not_stated(summary: str, facts: tuple[str, ...]) -> None:
    assert unsupported_facts(summary, LETTER) == facts


def test_a_number_inside_a_date_states_nothing() -> None:
    assert unsupported_facts("It was 11 sessions.", "Seen on 11-02-2016 at L5.") == ("11",)


def test_extra_numbers() -> None:
    assert unsupported_facts("Three items were disputed.", "No number.", extra_numbers=(3,)) == ()
    assert unsupported_facts("Three items were disputed.", "No number.") == ("Three",)


def test_line_breaks_and_hyphens_do_not_count() -> None:
    assert unsupported_facts("A right-sided knee sprain, 7.5mg", "right-\nsided knee, 7.5\nmg") == ()
