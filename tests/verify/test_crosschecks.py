"""Cross-checks: amounts, the order of dates, header and narrative."""

from __future__ import annotations

from datetime import date

import pytest

from schemas import ReviewCode
from schemas.taxonomy import MistakeKind
from summarizer.verify.crosschecks import cross_checks
from tests.verify.cases import Asked, read

HEADER = {
    "date_of_injury": date(2016, 10, 11),
    "ur_denial_date": date(2016, 12, 5),
    "application_received": date(2016, 12, 20),
    "date_assigned": date(2017, 1, 4),
    "decision_date": date(2017, 2, 8),
}


@pytest.mark.parametrize(
    ("original", "given", "left", "agree"),
    [
        ("Therapy, 12 sessions", "Therapy, 6 sessions", "Therapy, 6 sessions", True),
        ("Therapy 2 times a week for 6 weeks", "Therapy, six visits", "Therapy, 6 sessions", True),
        ("Therapy, 12 sessions", "Therapy, 6 sessions", "Therapy, 4 sessions", False),
        ("Soma 350mg #60", "Soma 350mg #42", "Soma 350mg #18", True),
        ("Soma 350mg #60", "Soma 350mg #20", "Soma 350mg #18", False),
        ("Aide 12 hours per day", "Aide 6 hours per day", "Aide 4 hours per day", False),
        ("Therapy, 12 sessions", "2 sessions of hand therapy", "Therapy, 12 sessions", True),
        ("Two to three week trial with possible extension", "Two week trial", "one week trial", True),
        ("Norco #60 with 2 refills", "Norco #60", "Norco #60 with 1 refill", True),
        ("EMG and NCS", "NCS", "EMG", True),
        ("Therapy 2-3 times a week for 6 weeks", "Therapy, 6 sessions", "Therapy, 4 sessions", True),
    ],
)
def test_authorized_and_remaining_make_the_request(original: str, given: str, left: str, agree: bool) -> None:
    item = Asked(left, "It is not needed.", original_request=original, authorized_portion=given)
    found = cross_checks(*read(item))
    assert [doubt.code for doubt in found] == ([] if agree else [ReviewCode.AMOUNTS_DISAGREE])
    if not agree:
        assert found[0].field == "items[0].treatment"
        assert len(found[0].spans) == 3


def test_header_dates_in_order() -> None:
    assert cross_checks(*read(**HEADER)) == ()
    (doubt,) = cross_checks(*read(**{**HEADER, "ur_denial_date": date(2016, 12, 25)}))
    assert doubt.code is ReviewCode.DATES_OUT_OF_ORDER
    assert doubt.field == "application_received"


@pytest.mark.parametrize(
    ("narrative", "field"),
    [
        ("He sustained an industrial injury on 10-12-2016.", "date_of_injury"),
        ("This is an occupational claim from 10/12/2016.", "date_of_injury"),
        ("She had a work related injury on October 12,\n2016, at noon.", "date_of_injury"),
        ("The Utilization Review dated 12-4-16 denied it.", "ur_denial_date"),
        ("The original utilization review (12-04-2016) denied it.", "ur_denial_date"),
        ("On 12-04-2016 Utilization Review non-certified it.", "ur_denial_date"),
        ("A prior determination dated 12/04/2016 denied it.", "ur_denial_date"),
    ],
)
def test_header_against_narrative(narrative: str, field: str) -> None:
    document, reading = read(summary=narrative, **HEADER)
    (doubt,) = cross_checks(document, reading)
    assert (doubt.code, doubt.field) == (ReviewCode.HEADER_DISAGREES, field)
    assert (doubt.kind, doubt.material) == (MistakeKind.DATE, False)
    assert doubt.spans[-1].of(document.text) == narrative


@pytest.mark.parametrize(
    "narrative",
    [
        "He sustained an industrial injury on 10-11-16.",
        "The Utilization Review of his case took long. On 12-04-2016 he was seen.",
        "The utilization review (12/5/2016) denied it.",
        "He was seen on 12/04/2016.",
    ],
)
def test_header_agrees(narrative: str) -> None:
    assert cross_checks(*read(summary=narrative, **HEADER)) == ()


def test_a_difference_is_told_once() -> None:
    item = Asked("Bed", "The date of injury was 10/12/2016. The date of injury is 10-12-16.")
    assert len(cross_checks(*read(item, item, **HEADER))) == 1
