"""Dates in running text, in every format that letters print."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from summarizer.document import Span
from summarizer.rules.dates import MONTHS, full_year
from summarizer.vocabulary.pattern import Pattern

_MONTHS = {name: number for number, name in enumerate(MONTHS, 1)}
_NUMERIC = Pattern(
    r"(?P<m>\d\d?)(?:(?P<sep>[/-])\s?(?P<d>\d{1,2})(?P=sep)\s?(?P<y>\d{4,5}|\d{2})|/(?P<year>(?:19|20)\d\d))(?![\d/])"
)
_NAMED = Pattern(
    r"(?P<month>[JFMASOND][A-Za-z]{2,8})\.?,?\s+(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*,?\s+)?(?:of\s+)?(?P<y>\d{4,5})\b"
)


class DateMention(NamedTuple):
    """A date named in a text."""

    year: int
    """Year as printed, two digits completed; may be impossible, as 3026 is."""
    month: int
    """1 to 12."""
    day: int | None
    """Day of the month; ``None`` where only month and year stand."""
    span: Span
    """Where it stands, half-open offsets into the text that was searched."""

    @property
    def value(self) -> date | None:
        """The day, where one is printed and the calendar has it."""
        if self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


def dates_in(text: str, span: Span | None = None) -> tuple[DateMention, ...]:
    """Dates named in ``text`` (or in ``span`` of it), in order; months without a year are none."""
    start, end = span or Span(0, len(text))
    found = []
    for match in _NUMERIC.finditer(text, start, end):
        if match.start() > start and text[match.start() - 1] in "0123456789/-.":
            continue
        day = int(match["d"]) if match["d"] else None
        found.append((int(match["m"]), day, match["y"] or match["year"], Span(*match.span())))
    for match in _NAMED.finditer(text, start, end):
        if month := _month(match["month"].lower()):
            found.append((month, int(match["d"]) if match["d"] else None, match["y"], Span(*match.span())))
    return tuple(
        DateMention(full_year(year), month, day, place)
        for month, day, year, place in sorted(found, key=lambda parts: parts[3])
        if 1 <= month <= 12 and (day is None or 1 <= day <= 31)
    )


def _month(name: str) -> int | None:
    """Number of the month with this lower-case name or abbreviation; ``None`` where it is none."""
    if name in _MONTHS:
        return _MONTHS[name]
    if len(name) > 4:
        return None
    return next((number for month, number in _MONTHS.items() if month.startswith(name)), None)
