"""Amounts of treatment: sessions, units, doses and hours, as requests state them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from summarizer.document import Span
from summarizer.vocabulary.numbers import NUMBER, number

_SESSION = r"(?:sessions?|visits?|treatments?|appointments?)"
_PERIOD = r"(?:weeks?|wks?|months?|mos?)"
_FILLER = r"(?:(?:additional|more|further|total|initial|remaining|supervised|pt|ot|physical|occupational|therapy|"
_FILLER += r"chiropractic|chiro|acupuncture|massage|aquatic|hand|treatment|of)\s+){0,4}"
_FREQUENCY = re.compile(
    rf"""
    \b(?P<low>{NUMBER})(?:\s?(?:-|to|or)\s?(?P<high>{NUMBER}))?\s*
    (?: (?:times?|x|sessions?|visits?|days?)?\s*(?:/|a|per|each|every)\s*(?:week|wk)
      | x\s*/?\s*(?:week|wk) | times?\s+weekly | weekly )
    (?:\s*,)?\s*(?:for|x|times|over|×)?\s*
    (?P<weeks>{NUMBER})(?:\s?(?:-|to|or)\s?(?P<more>{NUMBER}))?\s*(?P<unit>weeks?|wks?|months?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SESSIONS = re.compile(
    rf"\b(?:x\s?)?(?P<low>{NUMBER})(?:\)|\s?(?:-|to|or)\s?(?P<high>{NUMBER}))?(?!\s?[-/]\s?\d)[\s)]*{_FILLER}{_SESSION}\b"
    rf"(?!\s*(?:a|per|each|every|/)\s*(?:week|wk|day|month))",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"\b{_SESSION}\s*,?\s*(?:x|times|×|#|:|-)?\s*(?P<low>{NUMBER})\b(?!\s*(?:-|to\b|times|x\b|per\b|a\b|/))",
    re.IGNORECASE,
)
_UNITS = re.compile(r"#\s?(?P<n>\d+(?:\.\d+)?)\b|\b(?:qty|quantity)\s*(?:of|:)?\s*#?(?P<q>\d+)\b", re.IGNORECASE)
_HOURS = re.compile(rf"\b(?P<n>{NUMBER})\s+hours?\s+(?:per|a|each)\s+(?:day|week)", re.IGNORECASE)
_DOSE = re.compile(
    r"(?<![\d.])(?P<n>\d+(?:[.,]\d+)?(?:\s?[-/]\s?\d+(?:\.\d+)?){0,2})\s?"
    r"(?P<unit>mg\s?/\s?ml|mcg\s?/\s?hr?|mcg|mg|%|grams?|gms?|g|ml|mm)(?![a-z])",
    re.IGNORECASE,
)
_HINT = re.compile(r"session|visit|treatment|appointment|we*k|#|qty|quantity|hour", re.IGNORECASE)
"""A piece of whatever amount there may be."""
_ABBREVIATED = {"gram": "g", "grams": "g", "gm": "g", "gms": "g"}


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount."""

    value: float
    """How many."""
    unit: str
    """``sessions``, ``units`` or ``hours``."""
    span: Span
    """Where it stands, half-open offsets into the text that was searched."""
    exact: bool = True
    """False where a range was printed; ``value`` is its upper end."""


def amounts_in(text: str, span: Span | None = None) -> tuple[Amount, ...]:
    """Amounts named in ``text`` (or in ``span`` of it), in order.

    A frequency over weeks counts as sessions: "2 times a week for 6 weeks" is 12. "4 sessions a
    week" is a frequency and no amount.
    """
    start, end = span or Span(0, len(text))
    if not _HINT.search(text, start, end):
        return ()
    found = []
    for match in _FREQUENCY.finditer(text, start, end):
        times, weeks = number(match["high"] or match["low"]), number(match["more"] or match["weeks"])
        if times and weeks and match["unit"][0].lower() == "w":
            exact = not (match["high"] or match["more"])
            found.append(Amount(times * weeks, "sessions", Span(*match.span()), exact))
    for pattern in (_SESSIONS, _TRAILING):
        for match in pattern.finditer(text, start, end):
            high = match["high"] if pattern is _SESSIONS else None
            value = number(high or match["low"])
            if value is not None and not _inside(Span(*match.span()), found):
                found.append(Amount(value, "sessions", Span(*match.span()), high is None))
    found.extend(
        Amount(float(match["n"] or match["q"]), "units", Span(*match.span()))
        for match in _UNITS.finditer(text, start, end)
    )
    for match in _HOURS.finditer(text, start, end):
        found.append(Amount(number(match["n"]) or 0, "hours", Span(*match.span())))
    return tuple(sorted(found, key=lambda amount: amount.span))


def _inside(span: Span, found: list[Amount]) -> bool:
    """Whether ``span`` overlaps an amount already found."""
    return any(span.start < amount.span.end and amount.span.start < span.end for amount in found)


def doses_in(text: str, span: Span | None = None) -> tuple[tuple[str, Span], ...]:
    """Strengths such as ``10/325mg`` in ``text``, spaces left out and lower case, each with its place."""
    start, end = span or Span(0, len(text))
    found = []
    for match in _DOSE.finditer(text, start, end):
        unit = re.sub(r"\s", "", match["unit"].lower())
        value = re.sub(r"\s", "", match["n"])
        found.append((value + _ABBREVIATED.get(unit, unit), Span(*match.span())))
    return tuple(found)
