"""Metrics against values worked out by hand."""

from datetime import date

import pytest

from evals.alignment import align, token_f1
from evals.gold import Contradiction
from evals.metrics.case_fields import case_fields
from evals.metrics.item_fields import item_fields
from evals.metrics.mistakes import mistakes
from evals.metrics.tally import Tally, overlap
from schemas import (
    Category,
    Citation,
    CitationSource,
    Determination,
    Evidence,
    Item,
    MistakeKind,
    Outcome,
    Reason,
    ReviewCode,
    ReviewFlag,
)
from tests.forms import document, place


def item(treatment: str, **more: object) -> Item:
    plain = {"treatment": treatment, "outcome": Outcome.UPHELD, "category": Category.OTHER}
    return Item.model_validate(plain | more)


def test_tally_by_hand() -> None:
    tally = Tally(3, 4, 6)
    assert (tally.precision, tally.recall, tally.f1) == (0.5, 0.75, 0.6)
    assert Tally().f1 == 1.0
    assert overlap(["a", "a", "b"], ["a", "c"]) == Tally(1, 3, 2)


def test_token_f1_by_hand() -> None:
    assert token_f1("no red flags", "no red flags noted") == pytest.approx(6 / 7)
    assert token_f1("a", "b") == 0
    assert token_f1("", "") == 1


def test_items_are_found_again_in_any_order() -> None:
    label = [item("MRI of the knee"), item("Cane"), item("Massage six sessions")]
    read = [item("Massage six sessions"), item("MRI of the knee")]
    assert sorted(align(label, read)) == [(0, 1), (2, 0)]


def test_the_same_treatment_twice_keeps_its_order() -> None:
    twice = [item("Cane"), item("Cane")]
    assert align(twice, twice) == [(0, 0), (1, 1)]


def test_a_different_treatment_is_no_match() -> None:
    assert align([item("MRI of the knee")], [item("Home aide")]) == []


def test_a_missed_item_counts_in_every_field() -> None:
    label = Determination(items=(item("Cane"), item("Massage", primary_reason=Reason.OTHER, reasons=(Reason.OTHER,))))
    read = Determination(items=(item("Cane"),))
    scores = item_fields(label, read)
    assert scores["items found (F1)"] == Tally(1, 2, 1)
    assert scores["outcome"] == Tally(1, 2, 2)
    assert scores["reasons (micro-F1)"] == Tally(0, 1, 0)


def test_citations_by_part() -> None:
    cited = Citation(source=CitationSource.MTUS, title="Low Back Complaints", year=2004, sections="Summary")
    other = cited.model_copy(update={"sections": "Special Studies"})
    scores = item_fields(
        Determination(items=(item("Cane", reviewer_guidelines=(cited,)),)),
        Determination(items=(item("Cane", reviewer_guidelines=(other,)),)),
    )
    assert scores["citations, all parts (F1)"].f1 == 0
    assert scores["citations, source, title, year (F1)"].f1 == 1


def test_header_fields_are_scored_one_by_one() -> None:
    label = Determination(case_number="CM16-1", decision_date=date(2017, 1, 2))
    read = Determination(case_number="CM16-1", decision_date=date(2017, 1, 3))
    assert case_fields(label, read)["header, reviewer, worker"] == Tally(10, 11, 11)


TEXT = "Left knee brace. The right knee is worn. The knee is stable."


def flag(*words: str, material: bool = True) -> Determination:
    spans = [place(TEXT, part) for part in words]
    evidence = tuple(Evidence(start=span.start, end=span.end) for span in spans)
    shown = ReviewFlag(
        code=ReviewCode.POSSIBLE_MISTAKE_OF_FACT,
        message="Sides differ.",
        evidence=evidence,
        kind=MistakeKind.BODY_PART,
        material=material,
    )
    return Determination(review=(shown,))


PAIR = Contradiction(MistakeKind.BODY_PART, 0, "Left knee brace", "The right knee is worn.", material=True)


def test_a_flag_on_both_passages_is_right() -> None:
    scores = mistakes((PAIR,), flag("Left knee", "right knee"), document(TEXT))
    assert scores["mistakes of fact, material: precision"] == Tally(1, 1, 1)
    assert scores["mistakes of fact, material: recall"] == Tally(1, 1, 1)


def test_a_flag_on_one_passage_and_another_place_is_wrong() -> None:
    scores = mistakes((PAIR,), flag("Left knee", "knee is stable"), document(TEXT))
    assert scores["mistakes of fact, all: precision"] == Tally(0, 1, 1)
    assert scores["mistakes of fact, all: recall"] == Tally(0, 1, 1)
