"""Verdict words say one outcome or none."""

from __future__ import annotations

import pytest

from schemas import Outcome
from summarizer.layouts import form_2013, generic, imr_form, notice_2013, physician_review
from summarizer.layouts.verdicts import closing_lines, said
from tests.letters import letter


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Upheld", Outcome.UPHELD),
        ("UPHOLD", Outcome.UPHELD),
        ("affirmed", Outcome.UPHELD),
        ("not upheld", Outcome.OVERTURNED),
        ("Overturned", Outcome.OVERTURNED),
        ("reversed", Outcome.OVERTURNED),
        ("Partially Overturned", Outcome.MODIFIED),
        ("upheld in part", Outcome.MODIFIED),
        ("is modified", Outcome.MODIFIED),
        ("not medically necessary", Outcome.UPHELD),
        ("is notmedically necessary", Outcome.UPHELD),
        ("isn't medically necessary", Outcome.UPHELD),
        ("is no longer medically necessary", Outcome.UPHELD),
        ("is not medically unnecessary", Outcome.OVERTURNED),
        ("is medically necessary and\nappropriate", Outcome.OVERTURNED),
        ("IS/WAS NOT\nMEDICALLY NECESSARY", Outcome.UPHELD),
        ("IS/WAS MEDICALLY NECESSARY", Outcome.OVERTURNED),
        ("within thirty days", None),
    ],
)
def test_said(words: str, outcome: Outcome | None) -> None:
    assert said(words) is outcome


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        (imr_form, "imr-form"),
        (notice_2013, "notice-2013"),
        (form_2013, "form-2013"),
        (physician_review, "physician-review-several"),
        (generic, "generic-issues"),
        (generic, "generic-sentences"),
    ],
)
def test_every_layout_marks_words_that_say_its_outcome(layout: object, name: str) -> None:
    text = letter(name)
    structure = layout.read(text)  # type: ignore[attr-defined]
    assert structure.items
    assert [said(item.outcome_span.of(text)) for item in structure.items] == [item.outcome for item in structure.items]


def test_a_long_run_of_blanks_is_read_at_once() -> None:
    blanks = " " * 200_000  # quadratic matching would take minutes, and the test's own limit end it
    assert closing_lines(f"Knee brace{blanks}and more\nWrist brace{blanks}- Upheld\n")[0][1].outcome is Outcome.UPHELD
