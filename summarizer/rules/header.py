"""Case number, dates and priority: from the printed header, else the date of injury from the narrative."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from schemas import Priority
from summarizer.document import Document, Span
from summarizer.layouts.headings import printed
from summarizer.layouts.structure import Structure
from summarizer.reading import Found
from summarizer.rules.dates import DATE, MONTHS, parse_date
from summarizer.vocabulary.pattern import Pattern


class Header(NamedTuple):
    """The case fields of a Determination."""

    case_number: Found[str] | None = None
    date_assigned: Found[date] | None = None
    date_of_injury: Found[date] | None = None
    decision_date: Found[date] | None = None
    ur_denial_date: Found[date] | None = None
    application_received: Found[date] | None = None
    priority: Found[Priority] | None = None


def _labels(*labels: str) -> Pattern:
    """Pattern for any of the ``labels``, the longest first, where the beginning of a date follows."""
    names = "|".join(printed(label) for label in sorted(labels, key=len, reverse=True))
    return Pattern(rf"(?:{names})\s*:?\s*(?=\d|{'|'.join(month[:3] for month in MONTHS)})", re.IGNORECASE)


_DATE = Pattern(DATE, re.IGNORECASE)
_CASE_NUMBER = Pattern(
    r"\b(?:Case|File)\s*(?:Number|No\.?|#)\s*:?\s*(?P<number>[A-Z]{2}\d{2}-?\s?\d{5,8})", re.IGNORECASE
)
_PRIORITY = Pattern(
    r"\bPriority\s*:?\s*(?P<priority>standard|expedited)|\b(?P<notice>expedited)\s+review", re.IGNORECASE
)
_DATES = {
    "date_assigned": _labels("Date Assigned", "Assigned Date"),
    "date_of_injury": _labels("Date of Injury"),
    "decision_date": _labels(
        "Decision Date", "Date of Decision", "Determination Date", "Date of Determination", "Dated"
    ),
    "ur_denial_date": _labels(
        "UR Denial Date",
        "Date of UR Decision",
        "UR Decision Date",
        "Date of UR Denial",
        "Utilization Review Denial Date",
    ),
    "application_received": _labels(
        "Application Received", "IMR Application Received", "Application Received Date", "Date Application Received"
    ),
}
_NARRATED_INJURY = Pattern(
    r"\b(?:date\s+of\s+(?:the\s+)?(?:industrial\s+|work\s+)?injury|(?:industrial\s+|work\s+)?injury\s+date|"
    r"DOI|(?:reported|sustained|suffered|had)\s+(?:an?|his|her|their)\s+(?:\w+[\s-]+){0,3}?injury|"
    r"(?:was|were)\s+injured|injured)\b"
    rf"[\s:,]*(?:of|on|is|was|dated)?\s*(?P<date>{DATE})",
    re.IGNORECASE,
)


def header_of(document: Document, structure: Structure) -> Header:
    """Read the header; where it has no date of injury, look for one in the clinical summary."""
    text = document.text
    dates: dict[str, Found[date] | None] = dict.fromkeys(_DATES)
    case_number = priority = None
    if structure.header is not None:
        area = structure.header
        case_number = _case_number(text, area)
        priority = _priority(text, area)
        dates = {name: _date(text, area, pattern) for name, pattern in _DATES.items()}
    if dates["date_of_injury"] is None and structure.clinical_summary is not None:
        dates["date_of_injury"] = _narrated(text, structure.clinical_summary)
    return Header(case_number=case_number, priority=priority, **dates)


def _case_number(text: str, area: Span) -> Found[str] | None:
    found = _CASE_NUMBER.search(text, *area)
    if found is None:
        return None
    return Found(found["number"], (Span(*found.span("number")),))


def _priority(text: str, area: Span) -> Found[Priority] | None:
    found = _PRIORITY.search(text, *area)
    if found is None:
        return None
    group = "priority" if found["priority"] else "notice"
    return Found(Priority(found[group].lower()), (Span(*found.span(group)),))


def _date(text: str, area: Span, labels: Pattern) -> Found[date] | None:
    """The first readable date behind one of ``labels`` in ``area``."""
    for label in labels.finditer(text, *area):
        if printed_date := _DATE.match(text, label.end(), area.end):
            found = _found(Span(*printed_date.span()), text)
            if found:
                return found
    return None


def _narrated(text: str, summary: Span) -> Found[date] | None:
    """The first readable date of injury that ``summary`` tells."""
    told = (_found(Span(*mention.span("date")), text) for mention in _NARRATED_INJURY.finditer(text, *summary))
    return next(filter(None, told), None)


def _found(place: Span, text: str) -> Found[date] | None:
    value = parse_date(place.of(text))
    return Found(value, (place,)) if value else None
