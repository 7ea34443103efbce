"""Category of an item: several hundred invented headings, and where a heading alone says nothing."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Category, Outcome
from summarizer.document import Span
from summarizer.layouts.structure import ItemRegion
from summarizer.reading import Found
from summarizer.rules.category import category_of
from tests.forms import document, place, whole

DATA = Path(__file__).parent / "data"


def headings() -> list[tuple[str, str]]:
    with (DATA / "treatment_headings.csv").open(encoding="utf-8", newline="") as treatments:
        rows = [(row["heading"], row["category"]) for row in csv.DictReader(treatments)]
    with (DATA / "drug_headings.csv").open(encoding="utf-8", newline="") as drugs:
        return rows + [(row["heading"], "pharmaceutical") for row in csv.DictReader(drugs)]


def read(heading: str, rationale: str = "") -> tuple[str, Found[Category]]:
    text = f"{heading}\n{rationale}"
    item = ItemRegion(
        heading=place(text, heading),
        outcome=Outcome.UPHELD,
        outcome_span=Span(0, 0),
        whole=whole(text),
        rationale=place(text, rationale) if rationale else None,
    )
    return text, category_of(document(text), place(text, heading), item)


@pytest.mark.parametrize(("heading", "category"), headings())
def test_invented_headings(heading: str, category: str) -> None:
    assert read(heading)[1].value == category


@pytest.mark.parametrize(("heading", "category"), headings())
def test_line_breaks_change_nothing(heading: str, category: str) -> None:
    assert read(heading.replace(" ", " \n"))[1].value == category


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Consultation for epidural injection", "Consultation"),
        ("Associated surgical service: Cold therapy unit", "Cold therapy unit"),
        ("Right hip MRI with referral to a surgeon", "MRI"),
        ("Flurbiprofen 20%/Baclofen 5% 60gm", "20%/Baclofen 5%"),
        ("Cervical lateral mass osteoplasty", "osteoplasty"),
    ],
)
def test_evidence_is_the_words_that_decided(heading: str, words: str) -> None:
    text, found = read(heading)
    assert [span.of(text) for span in found.spans] == [words]


def test_the_same_word_outside_the_heading_is_no_evidence() -> None:
    text = "MRI of the knee was done. Physical therapy, 6 visits"
    item = ItemRegion(whole(text), Outcome.UPHELD, Span(0, 0), whole(text))
    found = category_of(document(text), place(text, "Physical therapy, 6 visits"), item)
    assert found == Found(Category.REHABILITATION, (place(text, "Physical therapy"),))


def test_a_compound_is_no_injection_although_a_part_is_one() -> None:
    assert read("Baclofen 2%/Hyaluronic acid 0.2% in cream base")[1].value is Category.PHARMACEUTICAL
    assert read("Injection of lidocaine 1%, bupivacaine 0.5% to the knee")[1].value is Category.INJECTION


def test_an_unknown_drug_is_known_by_its_dose() -> None:
    assert read("Zorvexidone 20 mg #30")[1].value is Category.PHARMACEUTICAL
    assert read("Quellarim (unknown quantity)")[1].value is Category.PHARMACEUTICAL


def test_an_unknown_treatment_is_judged_by_its_rationale() -> None:
    heading = "Zentrix 4000"
    assert read(heading)[1].value is Category.OTHER
    text, found = read(heading, "This brace is a lumbar support. Guidelines do not favor a lumbar support.")
    assert found.value is Category.DMEPOS
    assert found.spans[0].of(text) == "brace"


def test_a_heading_without_any_known_word_is_other_with_the_heading_as_evidence() -> None:
    text, found = read("Zentrix 4000")
    assert (found.value, found.spans) == (Category.OTHER, (place(text, "Zentrix 4000"),))


@given(st.text(max_size=80))
def test_any_heading_has_a_category_with_evidence_inside(heading: str) -> None:
    text = f"x {heading} y"
    treatment = Span(2, 2 + len(heading))
    item = ItemRegion(treatment, Outcome.UPHELD, Span(0, 0), whole(text))
    found = category_of(document(text), treatment, item)
    assert all(treatment.contains(span) for span in found.spans)
