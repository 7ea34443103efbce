"""Case number, dates and priority: from the printed header, else the date of injury from the narrative."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

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
    return Pattern(
        rf"(?:{names})\s*:?\s*(?:(?:on|is|was)\s+)?(?=\d|{'|'.join(month[:3] for month in MONTHS)})", re.IGNORECASE
    )


_DATE = Pattern(DATE, re.IGNORECASE)
_CASE_NUMBER = Pattern(
    r"\b(?:Case|File)\s*(?:Number|No\.?|#)\s*:?\s*(?P<number>[A-Z]{2}\d{2}-?\s?\d{5,8})", re.IGNORECASE
)
_PRIORITY = Pattern(
    r"\b(?:Priority|Type\s+of\s+review|Review\s+type)\s*:?\s*(?P<priority>standard|expedited)"
    r"|\b(?P<notice>expedited)\s+review",
    re.IGNORECASE,
)
_DATES = {
    "date_assigned": _labels("Date Assigned", "Assigned Date"),
    "date_of_injury": _labels("Date of Injury", "Date of the Injury", "Injury Date"),
    "decision_date": _labels(
        "Decision Date",
        "Date of Decision",
        "Date of the Decision",
        "Determination Date",
        "Date of Determination",
        "Date of the Determination",
        "Dated",
    ),
    "ur_denial_date": _labels(
        "UR Denial Date",
        "Date of UR Decision",
        "UR Decision Date",
        "Date of UR Denial",
        "Utilization Review Denial Date",
        "Date of Denial",
        "Denial Date",
        "Date of the Denial",
        "Date of the UR Denial",
        "Date of the UR Decision",
        "Date of Utilization Review Denial",
        "Date of the Utilization Review Denial",
        "Date of Utilization Review Decision",
        "Date of the Utilization Review Decision",
        "Utilization Review Decision Date",
    ),
    "application_received": _labels(
        "Application Received", "IMR Application Received", "Application Received Date", "Date Application Received"
    ),
}
_NARRATED_INJURY = Pattern(
    r"\b(?:date\s+of\s+(?:the\s+)?(?:industrial\s+|work\s+)?injury|(?:industrial\s+|work\s+)?injury\s+date|"
    r"DOI|(?:reported|sustained|suffered|had)\s+(?:an?|his|her|their)\s+(?:\w+[\s-]+){0,3}?injury|"
    r"(?:was|were)\s+injured|injured)\b"
    rf"[\s:,]*(?:of|on|is|was|dated)?\s*(?:(?:listed|given|recorded|stated|reported)\s+(?:as|to\s+be)\s+)?(?P<date>{DATE})",
    re.IGNORECASE,
)
_MISHAP = Pattern(
    r"\bwho(?:se)?\s+(?!(?:was\s+)?(?:seen|evaluated|examined|treated|re-?evaluated|followed)\b|(?:underwent|presented|returned"
    r"|came|has|had|is|reported|complained)\b)[^.;]{3,140}?\bon\s+"
    rf"(?P<date>{DATE})",
    re.IGNORECASE,
)
"""How the first sentences say that the worker was hurt where they do not call it an injury: ``who fell on DATE``."""
_NARRATED_DENIAL = Pattern(
    r"(?:\b(?:utilization\s+review|UR|claims\s+administrator|carrier|insurer|reviewer|physician|adjuster)\b[^.;]{0,60}?\s"
    r"(?:denied|non-?certified|refused|declined)|\b(?:was|were)\s+(?:denied|non-?certified))\b[^.;]{0,60}?\bon\s+"
    rf"(?P<date>{DATE})",
    re.IGNORECASE,
)
_OPENING: Final = 400
"""Characters of the clinical summary in which it says how the worker was hurt."""


def header_of(document: Document, structure: Structure) -> Header:
    """Read the header; where it has no date of injury or denial, look for one in the clinical summary."""
    text = document.text
    dates: dict[str, Found[date] | None] = dict.fromkeys(_DATES)
    case_number = priority = None
    if structure.header is not None:
        area = structure.header
        case_number = _case_number(text, area)
        priority = _priority(text, area)
        dates = {name: _date(text, area, pattern) for name, pattern in _DATES.items()}
    if summary := structure.clinical_summary:
        if dates["date_of_injury"] is None:
            opening = Span(summary.start, min(summary.end, summary.start + _OPENING))
            dates["date_of_injury"] = _narrated(text, summary, _NARRATED_INJURY) or _narrated(text, opening, _MISHAP)
        if dates["ur_denial_date"] is None:
            dates["ur_denial_date"] = _narrated(text, summary, _NARRATED_DENIAL)
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


def _narrated(text: str, summary: Span, pattern: Pattern) -> Found[date] | None:
    """The first readable date that ``summary`` tells in the words of ``pattern``."""
    told = (_found(Span(*mention.span("date")), text) for mention in pattern.finditer(text, *summary))
    return next(filter(None, told), None)


def _found(place: Span, text: str) -> Found[date] | None:
    value = parse_date(place.of(text))
    return Found(value, (place,)) if value else None
