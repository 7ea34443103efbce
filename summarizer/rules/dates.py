"""Dates as letters print them, and the one way to read them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from summarizer.vocabulary.pattern import Pattern

MONTHS = "january february march april may june july august september october november december".split()
"""Months in order, lower case."""
_MONTH = "|".join([*(name for name in MONTHS), *(rf"{name[:3]}\.?" for name in MONTHS), r"sept\.?"])

DATE: Final = (
    rf"(?:\d{{1,2}}\s?[/-]\s?\d{{1,2}}\s?[/-]\s?(?:\d{{4}}|\d{{2}})(?!\d)|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"(?:{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
)
"""Pattern of a date: month first with slashes or hyphens, ISO, or the month's name. Use it with IGNORECASE."""

_NUMERIC = Pattern(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})")
_ISO = Pattern(r"(\d{4})-(\d{2})-(\d{2})")
_NAMED = Pattern(rf"({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", re.IGNORECASE)
_CENTURY_TURN: Final = 50
"""Two-digit years below this are of 2000, others of 1900: injuries go back to the 1960s."""


def parse_date(words: str) -> date | None:
    """The date that ``words`` name; ``None`` where there is no such day.

    American order, month first. Two-digit years 00 to 49 are 2000 to 2049, others 1950 to 1999.
    """
    words = words.strip()
    if found := _ISO.fullmatch(words):
        year, month, day = (int(part) for part in found.groups())
    elif found := _NUMERIC.fullmatch("".join(words.split())):
        month, day, year = int(found[1]), int(found[2]), full_year(found[3])
    elif found := _NAMED.fullmatch(" ".join(words.split())):
        month = next(n for n, name in enumerate(MONTHS, 1) if name.startswith(found[1].lower()[:3]))
        day, year = int(found[2]), int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(digits: str) -> int:
    """``16`` as 2016 and ``93`` as 1993; three digits and more stay as printed."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < _CENTURY_TURN else 1900)
