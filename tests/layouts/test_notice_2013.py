"""The notice of 2013: list of decisions and the sections that argue them."""

from __future__ import annotations

import pytest

from schemas import Outcome
from summarizer.folding import fold
from summarizer.layouts import notice_2013
from summarizer.layouts.structure import Structure
from tests.letters import letter

TEXT = letter("notice-2013")


def structure(text: str = TEXT) -> Structure:
    read = notice_2013.read(text)
    assert read is not None
    return read


def test_list_entry_and_section_are_one_item() -> None:
    items = structure().items
    assert [(fold(item.heading.of(TEXT)), item.outcome) for item in items] == [
        ("21 day work hardening program", Outcome.UPHELD),
        ("MRI of the left wrist: without contrast", Outcome.OVERTURNED),
        ("twelve acupuncture visits", Outcome.MODIFIED),
    ]
    assert [fold(item.outcome_span.of(TEXT)) for item in items] == [
        "is not medically necessary and appropriate",
        "is medically necessary and appropriate",
        "is partially medically necessary and appropriate",
    ]
    assert all(item.complete for item in items)


def test_guidelines_leave_their_lead_in_out() -> None:
    first, second, _ = structure().items
    assert first.claims_administrator
    assert first.reviewer
    assert fold(first.claims_administrator.of(TEXT)) == (
        "MTUS Chronic Pain Medical Treatment Guidelines, Work Hardening, page 125, which is part of the MTUS."
    )
    assert fold(first.reviewer.of(TEXT)).startswith("MTUS Chronic Pain Medical Treatment Guidelines, page 125")
    assert second.claims_administrator
    assert second.reviewer
    assert second.claims_administrator.of(TEXT) == "The Claims Administrator did not cite any evidence-based criteria."
    assert fold(second.reviewer.of(TEXT)).startswith("Official Disability Guidelines, Forearm")


def test_rationale_ends_before_page_foot_and_closing() -> None:
    first, _, last = structure().items
    assert first.rationale
    assert last.rationale
    assert first.rationale.of(TEXT).startswith("The guideline asks for")
    assert first.rationale.of(TEXT).endswith("medically necessary and appropriate.")
    assert last.rationale.of(TEXT).endswith("the other six are not medically necessary.")


def test_sections() -> None:
    read = structure()
    assert read.layout == "notice_2013"
    assert read.confidence == 1.0
    assert read.header
    assert read.reviewer
    assert read.clinical_summary
    assert read.header.of(TEXT).endswith("CM13-0999902")
    assert read.reviewer.of(TEXT).endswith("licensed to practice in Nevada.")
    assert read.clinical_summary.of(TEXT).startswith("The employee is a 39-year-old")


def test_what_the_other_side_determined_is_no_item() -> None:
    assert "has\ndetermined the request for a wrist MRI" in TEXT
    assert "a wrist MRI" not in {item.heading.of(TEXT) for item in structure().items}


def test_sections_are_matched_by_words_where_numbers_are_missing() -> None:
    text = (
        TEXT.replace("1) Regarding", "Regarding")
        .replace("2) Regarding", "Regarding")
        .replace("3) Regarding", "Regarding")
    )
    first, second, third = structure(text).items
    assert first.rationale
    assert second.rationale
    assert third.rationale
    assert "return-to-work" in first.rationale.of(text)
    assert "snuffbox" in second.rationale.of(text)
    assert "trial of six" in third.rationale.of(text)


def test_a_rationale_may_begin_like_a_section() -> None:
    text = TEXT.replace("Plain films were negative", "Regarding the request for imaging: plain films were negative")
    items = structure(text).items
    assert len(items) == 3
    assert items[1].rationale
    assert items[1].rationale.of(text).startswith("Regarding the request for imaging: plain")


@pytest.mark.parametrize("cut", ["2) Regarding", "Plain films", "and splinting did"])
def test_a_letter_that_breaks_off_leaves_items_incomplete(cut: str) -> None:
    text = TEXT[: TEXT.index(cut)]
    items = structure(text).items
    assert [item.outcome for item in items] == [Outcome.UPHELD, Outcome.OVERTURNED, Outcome.MODIFIED]
    assert [item.complete for item in items] == [True, False, False]


@pytest.mark.parametrize(
    "name", ["imr-form", "form-2013", "physician-review", "generic-sentences", "not-email", "not-prose"]
)
def test_other_texts_are_not_this_form(name: str) -> None:
    assert notice_2013.read(letter(name)) is None
