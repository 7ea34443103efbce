"""Letters of no known form, and texts that are none."""

from __future__ import annotations

import pytest

from schemas import Outcome
from summarizer.folding import fold
from summarizer.layouts import generic
from summarizer.layouts.structure import Structure
from tests.letters import letter


def structure(text: str) -> Structure:
    read = generic.read(text)
    assert read is not None
    return read


def decided(text: str) -> list[tuple[str, Outcome]]:
    return [(fold(item.heading.of(text)), item.outcome) for item in structure(text).items]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "generic-issues",
            [
                ("Platelet-rich plasma injection, right shoulder", Outcome.UPHELD),
                ("Eight visits of physical therapy", Outcome.OVERTURNED),
                ("Cold therapy unit, 30 day rental", Outcome.MODIFIED),
            ],
        ),
        (
            "generic-decision-first",
            [("Gabapentin 300 mg #90", Outcome.OVERTURNED), ("Left knee brace", Outcome.UPHELD)],
        ),
        (
            "generic-sentences",
            [("hand therapy twice a week for six weeks", Outcome.OVERTURNED), ("home paraffin unit", Outcome.UPHELD)],
        ),
        (
            "generic-inline",
            [("Carpal tunnel release, right", Outcome.OVERTURNED), ("Postoperative sling", Outcome.UPHELD)],
        ),
        (
            "imr-form",
            [
                ("Right knee viscosupplementation, one injection", Outcome.OVERTURNED),
                ("Omeprazole 20mg #60", Outcome.UPHELD),
            ],
        ),
    ],
)
def test_items_of_many_forms(name: str, expected: list[tuple[str, Outcome]]) -> None:
    text = letter(name)
    assert decided(text) == expected
    assert all(item.rationale and item.complete for item in structure(text).items)


def test_parts_and_sections_by_label() -> None:
    text = letter("generic-issues")
    read = structure(text)
    first, second, _ = read.items
    assert first.claims_administrator
    assert first.reviewer
    assert first.rationale
    assert second.rationale
    assert first.claims_administrator.of(text) == "ODG Shoulder Chapter, Platelet-rich plasma"
    assert first.reviewer.of(text) == "MTUS Shoulder Complaints 2004"
    assert first.rationale.of(text) == "Evidence for this treatment is thin. The injection is not medically necessary."
    assert second.rationale.of(text).endswith("The visits are medically\nnecessary.")
    assert read.header
    assert read.reviewer
    assert read.clinical_summary
    assert read.header.of(text).endswith("June 4, 2018")
    assert read.reviewer.of(text).startswith("The reviewer is certified in Orthopedic Surgery")
    assert read.clinical_summary.of(text).endswith("six weeks of therapy.")


@pytest.mark.parametrize("name", ["generic-issues", "generic-sentences", "generic-inline", "imr-form", "form-2013"])
def test_never_sure(name: str) -> None:
    assert structure(letter(name)).confidence <= 0.5


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("Upheld", Outcome.UPHELD),
        ("The denial is overturned.", Outcome.OVERTURNED),
        ("Not overturned", Outcome.UPHELD),
        ("Partially overturned", Outcome.MODIFIED),
        ("Overturned in part", Outcome.MODIFIED),
        ("Not medically necessary", Outcome.UPHELD),
        ("Medically necessary", Outcome.OVERTURNED),
        ("The treatment is not medically unnecessary.", Outcome.OVERTURNED),
    ],
)
def test_verdicts_under_a_label(answer: str, outcome: Outcome) -> None:
    text = f"Issue 1: Lumbar brace\nDetermination: {answer}\nRationale: Its use was shown."
    assert decided(text) == [("Lumbar brace", outcome)]


def test_decision_above_its_treatment() -> None:
    text = "Decision: Overturned\nTreatment: Cane\nReasons: He falls.\nDecision: Upheld\nTreatment: Ramp\nReasons: One step."
    assert decided(text) == [("Cane", Outcome.OVERTURNED), ("Ramp", Outcome.UPHELD)]


def test_an_unlabeled_heading_above_the_decision() -> None:
    text = "IMR REPORT\n\n1. MRI of the\nleft hip\nDecision: Upheld\nNo film was taken.\n\n2. Cane\nDecision: Overturned\nHe falls."
    assert decided(text) == [("MRI of the left hip", Outcome.UPHELD), ("Cane", Outcome.OVERTURNED)]


def test_markdown_is_read_too() -> None:
    text = "## Case summary\nA worker fell.\n\n## Issue 1: Cane\n**Determination:** Upheld\n\n**Rationale:** No fall is on file."
    assert decided(text) == [("Cane", Outcome.UPHELD)]


def test_an_issue_decided_by_its_closing_sentence() -> None:
    text = (
        "Issue 1: Cane\nReasoning: He falls. If he did not, none would be medically necessary. "
        "So the cane is medically necessary.\nIssue 2: Ramp\nReasoning: One step only. It is not medically necessary."
    )
    assert decided(text) == [("Cane", Outcome.OVERTURNED), ("Ramp", Outcome.UPHELD)]


def test_the_outcome_of_the_whole_letter_is_no_item() -> None:
    text = "Final Determination: UPHOLD. This means all stand.\nIssue 1: Cane\nDecision: Upheld\nReasons: No fall is on file."
    assert decided(text) == [("Cane", Outcome.UPHELD)]


def test_a_letter_that_breaks_off_is_incomplete() -> None:
    text = letter("generic-issues")
    cut = text[: text.index(" are supported, thirty")]
    assert [item.complete for item in structure(cut).items] == [True, True, False]


def test_sections_without_an_item_are_a_determination_that_broke_off() -> None:
    text = letter("generic-inline")
    cut = text[: text.index("Carpal")]
    assert structure(cut).items == ()


@pytest.mark.parametrize("name", ["not-email", "not-recipe", "not-invoice", "not-prose"])
def test_no_determination(name: str) -> None:
    assert generic.read(letter(name)) is None


def test_an_empty_text_is_none() -> None:
    assert generic.read("") is None
