"""Name, strength, quantity and class of a drug, on invented headings."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import DrugClass, Outcome
from summarizer.document import Span
from summarizer.folding import fold
from summarizer.layouts.structure import ItemRegion
from summarizer.reading import MedicationReading
from summarizer.rules.medication import medication_of
from tests.forms import document, place, whole

DATA = Path(__file__).parent / "data"
Expected = tuple[str, str | None, float | None, str]


def headings() -> list[tuple[str, Expected]]:
    with (DATA / "drug_headings.csv").open(encoding="utf-8", newline="") as drugs:
        return [(row["heading"], expected(row)) for row in csv.DictReader(drugs)]


def expected(row: dict[str, str]) -> Expected:
    quantity = float(row["quantity"]) if row["quantity"] else None
    return row["name"], row["strength"] or None, quantity, row["drug_class"]


def values(read: MedicationReading) -> Expected:
    strength = read.strength.value if read.strength else None
    return read.name.value, strength, read.quantity.value if read.quantity else None, read.drug_class.value


def read(heading: str) -> MedicationReading:
    return medication_of(document(heading), whole(heading))


@pytest.mark.parametrize(("heading", "drug"), headings())
def test_invented_headings(heading: str, drug: Expected) -> None:
    assert values(read(heading)) == drug


@pytest.mark.parametrize(("heading", "drug"), headings())
def test_line_breaks_change_nothing(heading: str, drug: Expected) -> None:
    assert values(read(heading.replace(" ", " \n"))) == drug


@pytest.mark.parametrize(("heading", "drug"), headings())
def test_names_and_strengths_are_proven_by_their_places(heading: str, drug: Expected) -> None:
    text = f"An earlier line about the drug.\n{heading}: Upheld"
    found = medication_of(document(text), place(text, heading))
    for part in (found.name, found.strength):
        if part is not None:
            assert [fold(span.of(text)) for span in part.spans] == [part.value]
            assert place(text, heading).contains(part.spans[0])


def test_a_whole_quantity_is_an_integer() -> None:
    quantity = read("Norco 10/325 mg #90").quantity
    assert quantity is not None
    assert isinstance(quantity.value, int)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Ketoprofen cream 10% 60gm", "cream"),
        ("Diclofenac 1.5% 60gm", "1.5%"),
        ("Gabapentin/Lidocaine/Tramadol 120gm", "120gm"),
        ("Retrospective Norco 5/325mg #20", "Norco"),
        ("Zelofenac 50mg #20", "Zelofenac"),
        ("Quellarim 2mg #20", "Quellarim"),
    ],
)
def test_the_class_rests_on_the_words_that_decided(heading: str, words: str) -> None:
    assert [span.of(heading) for span in read(heading).drug_class.spans] == [words]


@pytest.mark.parametrize(
    ("heading", "quantity_words"),
    [("Soma 350mg, #40, 2 refills", "#40"), ("60 tablets of Soma 350mg", "60 tablets"), ("Terocin 120 ml", "120 ml")],
)
def test_the_quantity_rests_on_its_figures(heading: str, quantity_words: str) -> None:
    quantity = read(heading).quantity
    assert quantity is not None
    assert [span.of(heading) for span in quantity.spans] == [quantity_words]


@pytest.mark.parametrize(
    "heading",
    [
        "Soma 350mg with 3 refills",
        "Soma 350mg, refills: 3",
        "Soma 350mg, 30 day supply",
        "Soma 350mg one tablet twice daily",
        "Soma 350mg for 60 days",
        "Soma 350mg ordered 03/04/2016",
        "Soma (unknown quantity)",
    ],
)
def test_refills_days_directions_and_dates_are_no_quantity(heading: str) -> None:
    assert read(heading).quantity is None


def test_an_ending_tells_the_class_of_an_unlisted_drug() -> None:
    assert read("Zelotriptyline 25 mg #30").drug_class.value is DrugClass.ANTIDEPRESSANT
    assert read("Quellarim 25 mg #30").drug_class.value is DrugClass.OTHER


@pytest.mark.parametrize(
    ("rationale", "drug_class"),
    [
        ("It is asked for against insomnia.", DrugClass.SEDATIVE_HYPNOTIC),
        ("It is asked for against an itching rash.", DrugClass.OTHER),
    ],
)
def test_an_antihistamine_is_a_sleeping_drug_where_it_is_given_for_sleep(rationale: str, drug_class: DrugClass) -> None:
    heading = "Benadryl 25mg #30"
    text = f"The worker sleeps badly, insomnia is noted.\n{heading}\n{rationale}"
    treatment = place(text, heading)
    item = ItemRegion(treatment, Outcome.UPHELD, Span(0, 0), Span(treatment.start, len(text)))
    assert medication_of(document(text), treatment, item).drug_class.value is drug_class
    assert medication_of(document(text), treatment).drug_class.value is DrugClass.OTHER


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_heading_is_read_within_its_bounds(heading: str) -> None:
    text = f"x {heading} y"
    treatment = Span(2, 2 + len(heading))
    found = medication_of(document(text), treatment)
    parts = (found.name, found.strength, found.quantity, found.drug_class)
    assert all(treatment.contains(span) for part in parts if part for span in part.spans)


@given(st.text(alphabet="0123456789/-.,%#()mgx tabletsqty", min_size=1, max_size=60))
def test_any_figures_are_read_within_their_bounds(figures: str) -> None:
    heading = f"Soma {figures}"
    found = read(heading)
    for part in (found.name, found.strength):
        if part is not None:
            assert fold(part.spans[0].of(heading)) == part.value
    assert found.quantity is None or found.quantity.value >= 0
