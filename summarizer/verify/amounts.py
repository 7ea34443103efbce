"""Amounts of treatment: sessions, units, doses and hours, as requests state them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from summarizer.document import Span
from summarizer.vocabulary.numbers import NUMBER, number
from summarizer.vocabulary.pattern import Pattern

_SESSION = r"(?:sessions?|visits?|treatments?|appointments?)"
_PERIOD = r"(?:weeks?|wks?|months?|mos?)"
_FILLER = r"(?:(?:additional|more|further|total|initial|remaining|supervised|pt|ot|physical|occupational|therapy|"
_FILLER += r"chiropractic|chiro|acupuncture|massage|aquatic|hand|treatment|of)\s+){0,4}"
_FREQUENCY = Pattern(
    rf"""
    \b(?P<low>{NUMBER})(?:\s?(?:-|to|or)\s?(?P<high>{NUMBER}))?\s*
    (?: (?:times?|x|sessions?|visits?|days?)?\s*(?:/|a|per|each|every)\s*(?:week|wk)
      | x\s*/?\s*(?:week|wk) | times?\s+weekly | weekly )
    (?:\s*,)?\s*(?:for|x|times|over|×)?\s*
    (?P<weeks>{NUMBER})(?:\s?(?:-|to|or)\s?(?P<more>{NUMBER}))?\s*(?P<unit>weeks?|wks?|months?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SESSIONS = Pattern(
    rf"\b(?:x\s?)?(?P<low>{NUMBER})(?:\)|\s?(?:-|to|or)\s?(?P<high>{NUMBER}))?(?!\s?[-/]\s?\d)[\s)]*{_FILLER}{_SESSION}\b"
    rf"(?!\s*(?:a|per|each|every|/)\s*(?:week|wk|day|month))",
    re.IGNORECASE,
)
_TRAILING = Pattern(
    rf"\b{_SESSION}\s*,?\s*(?:x|times|×|#|:|-)?\s*(?P<low>{NUMBER})\b(?!\s*(?:-|to\b|times|x\b|per\b|a\b|/))",
    re.IGNORECASE,
)
_UNITS = Pattern(r"#\s?(?P<n>\d+(?:\.\d+)?)\b|\b(?:qty|quantity)\s*(?:of|:)?\s*#?(?P<q>\d+)\b", re.IGNORECASE)
_HOURS = Pattern(rf"\b(?P<n>{NUMBER})\s+hours?\s+(?:per|a|each)\s+(?:day|week)", re.IGNORECASE)
_DOSE = Pattern(
    r"(?<![\d.])(?P<n>\d+(?:[.,]\d+)?(?:\s?[-/]\s?\d+(?:\.\d+)?){0,2})\s?"
    r"(?P<unit>mg\s?/\s?ml|mcg\s?/\s?hr?|mcg|mg|%|grams?|gms?|g|ml|mm)(?![a-z])",
    re.IGNORECASE,
)
_FREQUENCY_HINTS = ("week", "wk")
_SESSION_HINTS = ("session", "visit", "treatment", "appointment")
_UNIT_HINTS = ("#", "qty", "quantity")
_HOUR_HINTS = ("hour",)
"""Pieces in lower case, one of which stands in whatever the pattern finds: a quick first look."""
_ABBREVIATED = {"gram": "g", "grams": "g", "gm": "g", "gms": "g"}


class Amount(NamedTuple):
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
    words = text[start:end].lower()
    found: list[Amount] = []
    if _any_in(_FREQUENCY_HINTS, words):
        found.extend(_frequencies(text, start, end))
    if _any_in(_SESSION_HINTS, words):
        for amount in _sessions(text, start, end):
            if not _inside(amount.span, found):
                found.append(amount)
    if _any_in(_UNIT_HINTS, words):
        found.extend(
            Amount(float(match["n"] or match["q"]), "units", Span(*match.span()))
            for match in _UNITS.finditer(text, start, end)
        )
    if _any_in(_HOUR_HINTS, words):
        found.extend(
            Amount(number(match["n"]) or 0, "hours", Span(*match.span())) for match in _HOURS.finditer(text, start, end)
        )
    return tuple(sorted(found, key=lambda amount: amount.span))


def _any_in(pieces: tuple[str, ...], words: str) -> bool:
    return any(piece in words for piece in pieces)


def _frequencies(text: str, start: int, end: int) -> Iterator[Amount]:
    """Sessions that a frequency over weeks adds up to."""
    for match in _FREQUENCY.finditer(text, start, end):
        times, weeks = number(match["high"] or match["low"]), number(match["more"] or match["weeks"])
        if times and weeks and match["unit"][0].lower() == "w":
            exact = not (match["high"] or match["more"])
            yield Amount(times * weeks, "sessions", Span(*match.span()), exact)


def _sessions(text: str, start: int, end: int) -> Iterator[Amount]:
    """Counted sessions, the number before the word or behind it."""
    for pattern in (_SESSIONS, _TRAILING):
        for match in pattern.finditer(text, start, end):
            high = match["high"] if pattern is _SESSIONS else None
            value = number(high or match["low"])
            if value is not None:
                yield Amount(value, "sessions", Span(*match.span()), high is None)


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
