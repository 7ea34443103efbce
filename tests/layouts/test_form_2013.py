"""The form of late 2013: numbered sentences of necessity under capital headings."""

from __future__ import annotations

import pytest

from schemas import Outcome
from summarizer.folding import fold
from summarizer.layouts import form_2013
from summarizer.layouts.structure import Structure
from tests.letters import letter

TEXT = letter("form-2013")


def structure(text: str = TEXT) -> Structure:
    read = form_2013.read(text)
    assert read is not None
    return read


def headings(text: str) -> list[tuple[str, Outcome]]:
    return [(fold(item.heading.of(text)), item.outcome) for item in structure(text).items]


EXPECTED = [
    ("Terocin patches #30 (lidocaine 4%, menthol 4%)", Outcome.UPHELD),
    ("1 right knee hyaluronic acid injection", Outcome.OVERTURNED),
    ("Twelve sessions of aquatic therapy", Outcome.UPHELD),
]


def test_items_are_the_numbered_sentences_only() -> None:
    assert headings(TEXT) == EXPECTED


def test_parts_are_clean() -> None:
    first, second, _ = structure().items
    assert first.claims_administrator
    assert first.reviewer
    assert first.rationale
    assert fold(first.claims_administrator.of(TEXT)).startswith("MTUS Chronic Pain")
    assert fold(first.claims_administrator.of(TEXT)).endswith("which is part of the MTUS.")
    assert fold(first.reviewer.of(TEXT)).startswith("Chronic Pain Medical Treatment Guidelines, Topical")
    assert first.rationale.of(TEXT).startswith("Lidocaine in this mixture")
    assert first.rationale.of(TEXT).endswith("are not medically necessary and appropriate.")
    assert second.rationale
    assert "1. It would be wrong" in second.rationale.of(TEXT)
    assert all(item.complete for item in structure().items)


def test_sections_leave_boilerplate_out() -> None:
    read = structure()
    assert (read.layout, read.confidence) == ("form_2013", 1.0)
    assert read.header
    assert read.reviewer
    assert read.clinical_summary
    assert "CM13-0999903" in read.header.of(TEXT)
    assert read.reviewer.of(TEXT).endswith("Oregon and Texas.")
    assert read.clinical_summary.of(TEXT).startswith("The patient is a 51-year-old female")
    assert read.clinical_summary.of(TEXT).endswith("a knee brace.")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("IMR DECISION(S) AND RATIONALE(S)", "IMR DECISION(S) AND\nRATIONALE(S)"),
        ("The Physician Reviewer's decision", "The Physician Reviewer’s decision"),
        ("\n1. The request", "\n1) The request"),
        ("\n2. 1 right", "\n#2 1 right"),
        ("\n2. 1 right", "\n2) 1 right"),
        ("\n2. 1 right", "\n\n1 right"),
        ("is medically necessary and appropriate.\nThe Claims", "is medically\nnecessary and appropriate.\nThe Claims"),
        ("DOCUMENTS REVIEWED\n", "Documents Reviewed:\n"),
        ("The Physician Reviewer based his/her decision on", "ThePhysician Reviewer basedhis/her decisionon"),
        ("The Physician Reviewer's decision rationale:", "The PhysicianReviewer's decisionrationale:"),
        ("disputed items/services set forth", "disputed items(s)/services set forth"),
        ("\nThe Claims Administrator based", "\n\n\nThe Claims Administrator based"),
    ],
)
def test_printing_varies(old: str, new: str) -> None:
    assert old in TEXT
    assert headings(TEXT.replace(old, new)) == EXPECTED


@pytest.mark.parametrize(
    ("wording", "outcome"),
    [
        ("is not medically unnecessary", Outcome.OVERTURNED),
        ("is partially medically necessary and appropriate", Outcome.MODIFIED),
        ("is notmedically necessary", Outcome.UPHELD),
    ],
)
def test_the_outcome_is_exact(wording: str, outcome: Outcome) -> None:
    text = TEXT.replace("injection is medically necessary and appropriate", f"injection {wording}", 1)
    second = structure(text).items[1]
    assert second.outcome is outcome
    assert second.outcome_span.of(text) == wording


@pytest.mark.parametrize(
    ("cut", "complete"),
    [
        ("Nothing on file says", [True, True, False]),
        ("is not possible.", [True, True, False]),
        (
            "The Claims Administrator based its decision on the MTUS Chronic Pain Medical Treatment\nGuidelines, Aquatic",
            [True, True, False],
        ),
        ("3. Twelve", [True, True]),
    ],
)
def test_a_letter_that_breaks_off(cut: str, complete: list[bool]) -> None:
    text = TEXT[: TEXT.index(cut)]
    assert [item.complete for item in structure(text).items] == complete


@pytest.mark.parametrize(
    "name", ["imr-form", "notice-2013", "physician-review", "generic-issues", "not-email", "not-invoice"]
)
def test_other_texts_are_not_this_form(name: str) -> None:
    assert form_2013.read(letter(name)) is None


def test_a_title_that_begins_like_an_article_stays_whole() -> None:
    text = TEXT.replace(
        "its decision on the MTUS Chronic Pain", "its decision on Therapeutic Guidelines of Chronic Pain", 1
    )
    first = structure(text).items[0]
    assert first.claims_administrator
    assert first.claims_administrator.of(text).startswith("Therapeutic Guidelines of")
