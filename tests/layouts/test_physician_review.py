"""The physician review: issue, guidelines and one rationale under capital headings."""

from __future__ import annotations

import pytest

from schemas import Outcome
from summarizer.folding import fold
from summarizer.layouts import physician_review
from summarizer.layouts.structure import Structure
from tests.letters import letter

TEXT = letter("physician-review")
SEVERAL = letter("physician-review-several")


def structure(text: str) -> Structure:
    read = physician_review.read(text)
    assert read is not None
    return read


def test_one_issue_asked_as_a_question() -> None:
    (item,) = structure(TEXT).items
    assert item.heading.of(TEXT) == "lumbar epidural steroid injection at L4-L5"
    assert item.outcome is Outcome.UPHELD
    assert fold(item.outcome_span.of(TEXT)) == "is therefore not medically necessary"
    assert item.reviewer
    assert item.rationale
    assert item.reviewer.of(TEXT).startswith("MTUS Chronic Pain")
    assert item.rationale.of(TEXT).startswith("The guideline asks for radiculopathy")
    assert item.complete


def test_sections() -> None:
    read = structure(TEXT)
    assert (read.layout, read.confidence) == ("physician_review", 1.0)
    assert read.reviewer
    assert read.clinical_summary
    assert read.reviewer.of(TEXT).endswith("licensed in Arizona.")
    assert read.clinical_summary.of(TEXT).startswith("The injured worker is a 46 year old male")


def test_the_closing_words_win_over_the_printed_heading() -> None:
    text = TEXT.replace("is therefore not\nmedically necessary", "is therefore medically necessary")
    (item,) = structure(text).items
    assert item.outcome is Outcome.OVERTURNED


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [("IS/WAS NOT\nMEDICALLY NECESSARY", Outcome.UPHELD), ("IS/WAS\nMEDICALLY NECESSARY", Outcome.OVERTURNED)],
)
def test_the_printed_heading_decides_where_the_rationale_does_not(printed: str, outcome: Outcome) -> None:
    text = TEXT.replace("IS/WAS NOT\nMEDICALLY NECESSARY", printed)
    begin, end = text.index(" If a deficit were found"), text.index("\n\nMEDICAL REVIEWER")
    text = text[:begin] + text[end:]
    (item,) = structure(text).items
    assert item.outcome is outcome
    assert item.outcome_span.of(text) == printed


def test_numbered_issues_have_the_rationale_of_their_number() -> None:
    first, second = structure(SEVERAL).items
    assert (first.heading.of(SEVERAL), first.outcome) == ("Home exercise kit", Outcome.OVERTURNED)
    assert (second.heading.of(SEVERAL), second.outcome) == ("Cyclobenzaprine 7.5 mg #60", Outcome.UPHELD)
    assert first.rationale
    assert second.rationale
    assert first.rationale.of(SEVERAL).endswith("home exercise kit is medically necessary.")
    assert second.rationale.of(SEVERAL).startswith("The drug is for a short course")


def test_a_shared_rationale_decides_each_issue_by_its_words() -> None:
    text = SEVERAL.replace("\n1. She was", "\nShe was").replace("\n2. The drug", "\nThe drug")
    first, second = structure(text).items
    assert (first.outcome, second.outcome) == (Outcome.OVERTURNED, Outcome.UPHELD)
    assert first.rationale == second.rationale


@pytest.mark.parametrize("bullet", ["•", "-"])
def test_bulleted_issues(bullet: str) -> None:
    text = SEVERAL.replace("\n1. Home", f"\n{bullet} Home").replace("\n2. Cyclo", f"\n{bullet} Cyclo")
    first, second = structure(text).items
    assert (first.heading.of(text), first.outcome) == ("Home exercise kit", Outcome.OVERTURNED)
    assert (second.heading.of(text), second.outcome) == ("Cyclobenzaprine 7.5 mg #60", Outcome.UPHELD)


def test_a_letter_that_breaks_off_in_its_rationale_is_incomplete() -> None:
    text = TEXT[: TEXT.index(" on both sides")]
    (item,) = structure(text).items
    assert not item.complete


@pytest.mark.parametrize("name", ["imr-form", "notice-2013", "form-2013", "generic-issues", "not-recipe", "not-prose"])
def test_other_texts_are_not_this_form(name: str) -> None:
    assert physician_review.read(letter(name)) is None
