"""Header fields, and the date of injury from the narrative."""

from datetime import date

import pytest

from schemas import Priority
from summarizer.layouts import recognize
from summarizer.rules.dates import parse_date
from summarizer.rules.header import Header, header_of
from tests.forms import HEADER, document, letter


def read(text: str) -> Header:
    structure = recognize(text)
    assert structure is not None
    return header_of(document(text), structure)


def test_every_field_of_the_header() -> None:
    header = read(letter())
    assert header.case_number is not None
    assert header.case_number.value == "CM16-0900001"
    assert header.priority is not None
    assert header.priority.value is Priority.STANDARD
    days = [
        header.date_assigned,
        header.date_of_injury,
        header.decision_date,
        header.ur_denial_date,
        header.application_received,
    ]
    assert [day and day.value for day in days] == [
        date(2016, 11, 30),
        date(2016, 10, 11),
        date(2017, 1, 6),
        date(2016, 11, 4),
        date(2016, 11, 21),
    ]


def test_evidence_is_the_printed_date() -> None:
    text = letter()
    received = read(text).application_received
    assert received is not None
    assert received.spans[0].of(text) == "11/21/2016"


def test_the_header_wins_over_the_narrative() -> None:
    injured = read(letter(summary="A worker was injured on 09/09/2009.")).date_of_injury
    assert injured is not None
    assert injured.value == date(2016, 10, 11)


@pytest.mark.parametrize(
    "narrative",
    [
        "The worker reported an injury on 06/16/2010 at work.",
        "A woman with date of injury 6/16/2010.",
        "He has an industrial injury date of 06-16-2010.",
        "She sustained an industrial injury on June 16, 2010.",
        "Date of injury: 06/16/10. He fell.",
        "He was injured on 2010-06-16.",
        "Date of injury is listed as 06/16/2010.",
        "The worker is a baker who put his thumb into a mixer on 6/16/2010.",
    ],
)
def test_the_narrative_speaks_where_there_is_no_header(narrative: str) -> None:
    injured = read(letter(header="", summary=narrative)).date_of_injury
    assert injured is not None
    assert injured.value == date(2010, 6, 16)


def test_a_visit_is_no_injury() -> None:
    summary = "The worker is a baker who was seen for his thumb on 6/16/2010."
    assert read(letter(header="", summary=summary)).date_of_injury is None


@pytest.mark.parametrize(
    "narrative", ["The insurer's physician refused it on 03/04/2011.", "Both were denied on March 4, 2011."]
)
def test_the_narrative_tells_of_the_denial_where_there_is_no_header(narrative: str) -> None:
    denied = read(letter(header="", summary=narrative)).ur_denial_date
    assert denied is not None
    assert denied.value == date(2011, 3, 4)
    printed = read(letter(summary=narrative)).ur_denial_date
    assert printed is not None
    assert printed.value == date(2016, 11, 4)


@pytest.mark.parametrize(
    "label", ["Date of denial:", "Date of the utilization review denial:", "Utilization Review Decision Date was"]
)
def test_the_denial_under_other_labels(label: str) -> None:
    denied = read(letter(header=HEADER.replace("UR Denial Date:", label))).ur_denial_date
    assert denied is not None
    assert denied.value == date(2016, 11, 4)


def test_an_impossible_date_is_no_date() -> None:
    assert read(letter(header=HEADER.replace("01/06/2017", "02/30/2017"))).decision_date is None


@pytest.mark.parametrize("printed", ["Priority: Expedited", "Type of review: Expedited"])
def test_expedited(printed: str) -> None:
    priority = read(letter(header=HEADER.replace("Priority: Standard", printed))).priority
    assert priority is not None
    assert priority.value is Priority.EXPEDITED


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1/2/16", date(2016, 1, 2)),
        ("01-02-1993", date(1993, 1, 2)),
        ("12/15/93", date(1993, 12, 15)),
        ("Sept. 3, 2014", date(2014, 9, 3)),
        ("March 1st, 2015", date(2015, 3, 1)),
        ("2016-02-29", date(2016, 2, 29)),
        ("13/01/2016", None),
        ("soon", None),
    ],
)
def test_dates_as_printed(words: str, day: date | None) -> None:
    assert parse_date(words) == day
